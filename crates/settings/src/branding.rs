//! `[branding]`: the operator's name, colours and links on the pages.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::findings::Findings;
use super::{Colour, Settings};
use protocol::display_text;

/// `[branding]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BrandingSettings {
    pub name: String,
    pub logo: Option<PathBuf>,
    pub accent: Option<Colour>,
    pub accent_dark: Option<Colour>,
    pub terms_url: Option<String>,
    pub privacy_url: Option<String>,
    pub support: Option<String>,
    pub stylesheet: Option<PathBuf>,
}

impl BrandingSettings {
    /// The card of the pages, the background of the accent.
    pub const LIGHT_CARD: Colour = Colour::WHITE;
    /// The same in the dark scheme.
    pub const DARK_CARD: Colour = Colour::new(0x18, 0x1c, 0x26);
    /// The contrast that text of the accent's colour needs (WCAG 2.2, 1.4.3).
    pub const READABLE: f64 = 4.5;
    /// The contrast of a derived accent in the dark scheme, where colours that only just pass look dull.
    const CLEAR: f64 = 7.0;

    /// The accent on a dark background: the configured one, or one that is derived from the light one.
    pub fn dark_accent(&self) -> Option<Colour> {
        self.accent_dark.or_else(|| self.accent.map(|accent| accent.away_from(Self::DARK_CARD, Self::CLEAR)))
    }

    /// The link to help. A mail address becomes a `mailto:` link.
    pub fn support_link(&self) -> Option<String> {
        let support = self.support.as_ref()?;
        Some(if is_https(support) { support.clone() } else { format!("mailto:{support}") })
    }
}

/// A longer name does not fit into one line on a phone.
const LONGEST_NAME: usize = 40;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let branding = &settings.branding;
    findings.require(
        !branding.name.is_empty() && display_text(&branding.name, LONGEST_NAME) == branding.name,
        "branding.name",
        format!("must be from 1 to {LONGEST_NAME} characters, without control characters or spaces around it"),
    );
    findings.file("branding.logo", branding.logo.as_ref(), "it out for grantd's own look");
    findings.file("branding.stylesheet", branding.stylesheet.as_ref(), "it out for grantd's own look");
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default();
        ["svg", "png"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    let picture = "must be a file whose name ends in .svg or .png";
    findings.require(branding.logo.as_ref().is_none_or(is_picture), "branding.logo", picture);
    readable(findings, "branding.accent", branding.accent, BrandingSettings::LIGHT_CARD, "light");
    readable(findings, "branding.accent_dark", branding.accent_dark, BrandingSettings::DARK_CARD, "dark");
    for (key, link) in [("branding.terms_url", &branding.terms_url), ("branding.privacy_url", &branding.privacy_url)] {
        let is_safe = link.as_deref().is_none_or(is_https);
        findings.require(is_safe, key, "must be an https URL without a user name in it");
    }
    let helps = branding.support.as_deref().is_none_or(|support| is_https(support) || is_mail_address(support));
    findings.require(helps, "branding.support", "must be an https URL or a mail address");
}

/// The accent is the colour of links and the background of letters, so it needs a contrast to the card in both schemes.
fn readable(findings: &mut Findings, key: &str, accent: Option<Colour>, card: Colour, scheme: &str) {
    let Some(accent) = accent else { return };
    let (contrast, nearest) = (accent.contrast(card), accent.away_from(card, BrandingSettings::READABLE));
    findings.require(
        contrast >= BrandingSettings::READABLE,
        key,
        format!(
            "{accent} has a contrast of {contrast:.2}:1 to the {scheme} card ({card}), and text needs {}:1 \
             (WCAG 2.2, 1.4.3); the nearest that has it is \"{nearest}\"",
            BrandingSettings::READABLE
        ),
    );
}

fn is_https(link: &str) -> bool {
    link.starts_with("https://")
        && Url::parse(link).is_ok_and(|url| url.username().is_empty() && url.password().is_none())
}

/// Whether it can be written into a `mailto:` link (RFC 6068 section 2).
fn is_mail_address(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    text.split_once('@').is_some_and(|(person, host)| plain(person) && plain(host) && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, table};
    use super::BrandingSettings;

    /// The stylesheet is where the cards are painted.
    #[test]
    fn the_cards_are_those_of_the_stylesheet() {
        let style = include_str!("../../../static/style.css");
        let cards: Vec<&str> = style.lines().filter_map(|line| line.trim().strip_prefix("--card: ")).collect();
        assert_eq!(cards, [format!("{};", BrandingSettings::LIGHT_CARD), format!("{};", BrandingSettings::DARK_CARD)]);
    }

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
            let branding = read(&file).branding;
            let dark = branding.dark_accent().unwrap();
            assert!(dark.contrast(super::BrandingSettings::DARK_CARD) >= 7.0, "{accent} became {dark}");
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
