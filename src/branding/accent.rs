//! The tokens of the stylesheet that follow from the accent colour of the operator, in light and in dark.

use settings::{BrandingSettings, Colour};

/// The least contrast of Deny to the card, as a share of the contrast of Approve.
const EVEN: f64 = 0.8;
/// The colour of Deny in the stylesheet, light and dark.
const DENY: [Colour; 2] = [Colour::new(0x34, 0x3b, 0x4d), Colour::new(0xcc, 0xd2, 0xe0)];
/// The accent of the icon.
const ICON_ACCENT: &str = "#2f4bd8";

/// The stylesheet of the operator's accents; none without any.
pub(super) fn stylesheet(branding: &BrandingSettings) -> Option<String> {
    let light = branding.accent.map(|accent| tokens(accent, BrandingSettings::LIGHT_CARD, DENY[0]));
    let dark = branding.dark_accent().map(|accent| tokens(accent, BrandingSettings::DARK_CARD, DENY[1]));
    let light = light.map(|tokens| format!(":root {{\n{tokens}}}\n"));
    let dark = dark.map(|tokens| format!("@media (prefers-color-scheme: dark) {{\n:root {{\n{tokens}}}\n}}\n"));
    let text: String = light.into_iter().chain(dark).collect();
    (!text.is_empty()).then_some(text)
}

/// Our icon in the operator's colour.
pub(super) fn icon(svg: &str, branding: &BrandingSettings) -> String {
    match branding.accent {
        Some(accent) => svg.replace(ICON_ACCENT, &accent.to_string()),
        None => svg.to_owned(),
    }
}

/// Under the pointer, an accent moves away from the card. Text on it has the colour of the card, which is far from it.
fn tokens(accent: Colour, card: Colour, deny: Colour) -> String {
    let away = if card == BrandingSettings::LIGHT_CARD { Colour::BLACK } else { Colour::WHITE };
    let strong = accent.mixed(away, 70);
    let mut tokens = format!("--accent: {accent};\n--accent-strong: {strong};\n--on-accent: {card};\n");
    if deny.contrast(card) < accent.contrast(card) * EVEN {
        // Deny is never the weaker of the two (requirement U-07).
        tokens += "--deny: var(--ink);\n";
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{DENY, EVEN, ICON_ACCENT, stylesheet};
    use settings::{BrandingSettings, Colour, load_from};
    use std::path::Path;

    const STYLE: &str = include_str!("../../static/style.css");

    fn branding(accent: &str) -> BrandingSettings {
        load_from(Some((Path::new("g.toml"), &format!("branding.accent = '{accent}'"))), []).unwrap().branding
    }

    fn token(css: &str, name: &str) -> Vec<Colour> {
        let found = css.lines().filter_map(|line| line.trim().strip_prefix(&format!("--{name}: "))?.strip_suffix(';'));
        found.filter(|value| value.starts_with('#')).map(|value| Colour::try_from(value.to_owned()).unwrap()).collect()
    }

    /// Proves: X-05 (contrast, in the colours of an operator).
    #[test]
    fn whatever_the_accent_letters_on_it_can_be_read_and_deny_keeps_its_weight() {
        let inks = token(STYLE, "ink");
        assert_eq!(token(STYLE, "deny"), DENY, "the stylesheet has another Deny");
        for accent in ["#000000", "#767676", "#0a6b52", "#8b0000", "#2f4bd8", "#4b0082"] {
            let css = stylesheet(&branding(accent)).unwrap();
            let (light, dark) = css.split_once("@media (prefers-color-scheme: dark)").unwrap();
            for (scheme, css) in [light, dark].into_iter().enumerate() {
                let card = [BrandingSettings::LIGHT_CARD, BrandingSettings::DARK_CARD][scheme];
                let one = |name: &str| token(css, name)[0];
                for back in [one("accent"), one("accent-strong")] {
                    assert!(one("on-accent").contrast(back) >= 4.5, "{accent}: letters on {back}");
                    assert!(back.contrast(card) >= 4.5, "{accent}: {back} on the card");
                }
                let deny = if css.contains("--deny: var(--ink);") { inks[scheme] } else { DENY[scheme] };
                assert!(deny.contrast(card) >= one("accent").contrast(card) * EVEN, "{accent}: Deny is weaker: {css}");
            }
        }
        assert!(stylesheet(&load_from(None, []).unwrap().branding).is_none());
    }

    #[test]
    fn the_icon_takes_the_colour() {
        let own = include_str!("../../static/favicon.svg");
        assert!(own.contains(ICON_ACCENT), "the icon has another colour");
        assert!(super::icon(own, &branding("#0a6b52")).contains("\"#0a6b52\""));
    }
}
