//! Can people read the pages in the operator's colours, and do the links lead somewhere safe?

use url::Url;

use super::super::{Branding, Colour};
use super::{Findings, Settings};
use protocol::display_text;

/// More would not stand in one line on a phone.
const LONGEST_NAME: usize = 40;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let branding = &settings.branding;
    if branding.name.is_empty() || display_text(&branding.name, LONGEST_NAME) != branding.name {
        findings.add(
            "branding.name",
            format!("must be from 1 to {LONGEST_NAME} characters, without control characters or spaces around it"),
        );
    }
    for (key, file) in [("branding.logo", &branding.logo), ("branding.stylesheet", &branding.stylesheet)] {
        if file.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            findings.add(key, "must not be empty; leave it out for grantd's own look");
        }
    }
    if branding.logo.as_ref().is_some_and(|path| kind_of_picture(path).is_none()) {
        findings.add("branding.logo", "must be a file whose name ends in .svg or .png");
    }
    accents(branding, findings);
    for (key, link) in [("branding.terms_url", &branding.terms_url), ("branding.privacy_url", &branding.privacy_url)] {
        if link.as_ref().is_some_and(|link| !is_https(link)) {
            findings.add(key, "must be an https URL without a user name in it");
        }
    }
    if branding.support.as_ref().is_some_and(|support| !is_https(support) && !is_mail_address(support)) {
        findings.add("branding.support", "must be an https URL or a mail address");
    }
}

/// Whether a picture is SVG or PNG, by the name of its file.
fn kind_of_picture(path: &std::path::Path) -> Option<()> {
    let ending = path.extension()?.to_str()?;
    ["svg", "png"].iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(())
}

/// The accent is the colour of links and the ground of letters: it must be far from the card in both schemes.
fn accents(branding: &Branding, findings: &mut Findings) {
    let mut held = |key: &str, accent: Option<Colour>, card: Colour, scheme: &str| {
        let Some(accent) = accent else { return };
        let contrast = accent.contrast(card);
        if contrast < Branding::READABLE {
            let nearest = accent.away_from(card, Branding::READABLE);
            findings.add(
                key,
                format!(
                    "{accent} has a contrast of {contrast:.2}:1 to the {scheme} card ({card}), and text needs {}:1 \
                     (WCAG 2.2, 1.4.3); the nearest that has it is \"{nearest}\"",
                    Branding::READABLE
                ),
            );
        }
    };
    held("branding.accent", branding.accent, Branding::LIGHT_CARD, "light");
    held("branding.accent_dark", branding.accent_dark, Branding::DARK_CARD, "dark");
}

fn is_https(link: &str) -> bool {
    let url = Url::parse(link).ok().filter(|url| url.scheme() == "https" && link.starts_with("https://"));
    url.is_some_and(|url| url.username().is_empty() && url.password().is_none())
}

/// Enough to be written into a `mailto:` link (RFC 6068 section 2); whether anybody reads it is not known here.
fn is_mail_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    text.split_once('@').is_some_and(|(person, host)| plain(person) && plain(host) && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use crate::load_from;
    use std::path::Path;

    /// Proves: X-05 (the colours that an operator chooses).
    #[test]
    fn an_accent_that_nobody_can_read_is_refused_with_one_that_they_can() {
        table(&[
            ("branding.accent = '#0a7d4f'", ""),
            ("branding.accent = '#767676'", ""),
            (
                "branding.accent = '#777777'",
                "g.toml:1: branding.accent: #777777 has a contrast of 4.48:1 to the light card (#ffffff), and text needs \
                 4.5:1 (WCAG 2.2, 1.4.3); the nearest that has it is \"#767676\"",
            ),
            ("branding.accent_dark = '#aebcff'", ""),
            (
                "branding.accent_dark = '#000080'",
                "g.toml:1: branding.accent_dark: #000080 has a contrast of 1.06:1 to the dark card (#181c26), and text \
                 needs 4.5:1 (WCAG 2.2, 1.4.3); the nearest that has it is \"#7d7dbe\"",
            ),
            ("branding.accent = 'red'", "g.toml:1:19: branding.accent: must be a colour such as \"#2f4bd8\""),
        ]);
    }

    #[test]
    fn an_accent_is_made_readable_in_the_dark() {
        for accent in ["#000000", "#0a7d4f", "#8b0000", "#2f4bd8", "#767676"] {
            let file = format!("branding.accent = '{accent}'");
            let branding = load_from(Some((Path::new("g.toml"), &file)), []).unwrap().branding;
            let dark = branding.dark_accent().unwrap();
            assert!(dark.contrast(super::Branding::DARK_CARD) >= 7.0, "{accent} became {dark}");
        }
    }

    #[test]
    fn links_lead_somewhere_safe() {
        let no_link = |key: &str| format!("g.toml:1: branding.{key}: must be an https URL without a user name in it");
        for key in ["terms_url", "privacy_url"] {
            for (link, good) in [
                ("https://example.com/terms?v=2#top", true),
                ("http://example.com/terms", false),
                ("https:example.com", false),
                ("javascript:alert(1)", false),
                ("//example.com", false),
                ("https://me:you@example.com", false),
                ("", false),
            ] {
                let said = if good { String::new() } else { no_link(key) };
                table(&[(&format!("branding.{key} = '{link}'"), &said)]);
            }
        }
        let no_support = "g.toml:1: branding.support: must be an https URL or a mail address";
        for (support, good) in [
            ("https://example.com/help", true),
            ("help@example.com", true),
            ("help@example.com?bcc=x@example.com", false),
            ("help", false),
            ("@example.com", false),
            ("javascript:alert@example.com", false),
            ("tel:+491234", false),
        ] {
            table(&[(&format!("branding.support = '{support}'"), if good { "" } else { no_support })]);
        }
    }

    #[test]
    fn a_name_stands_in_one_line_and_a_logo_is_a_picture() {
        let no_name = "g.toml:1: branding.name: must be from 1 to 40 characters, without control characters or spaces \
                       around it";
        table(&[
            ("branding.name = 'Häuser & Söhne'", ""),
            ("branding.name = ''", no_name),
            ("branding.name = ' Acme'", no_name),
            ("branding.name = \"Acme\\u202e\"", no_name),
            (&format!("branding.name = '{}'", "A".repeat(41)), no_name),
            ("branding.logo = 'a/b.SVG'", ""),
            ("branding.logo = 'a.png'", ""),
            ("branding.logo = 'a.gif'", "g.toml:1: branding.logo: must be a file whose name ends in .svg or .png"),
            (
                "branding.stylesheet = ''",
                "g.toml:1: branding.stylesheet: must not be empty; leave it out for grantd's own look",
            ),
        ]);
    }
}
