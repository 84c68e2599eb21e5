//! Whose pages are they? `[branding]`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Colour;

/// `[branding]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Branding {
    /// The name of the service, in the header and in the title of every page.
    pub name: String,
    /// The file of the picture beside the name, SVG or PNG; unset: grantd's own.
    pub logo: Option<PathBuf>,
    /// The colour of what one can press; unset: that of the stylesheet.
    pub accent: Option<Colour>,
    /// The same on dark ground; unset: made of `accent`.
    pub accent_dark: Option<Colour>,
    /// The terms of use.
    pub terms_url: Option<String>,
    /// What happens to people's data.
    pub privacy_url: Option<String>,
    /// Where people find help: an https URL or a mail address.
    pub support: Option<String>,
    /// The file of a stylesheet that is laid over grantd's own.
    pub stylesheet: Option<PathBuf>,
}

impl Branding {
    /// The card of the pages, which the accent is seen against.
    pub const LIGHT_CARD: Colour = Colour::WHITE;
    /// The same in the dark.
    pub const DARK_CARD: Colour = Colour::new(0x18, 0x1c, 0x26);
    /// What text of the accent's colour needs (WCAG 2.2, 1.4.3).
    pub const READABLE: f64 = 4.5;
    /// What a derived accent gets in the dark, where colours that only just pass look dull.
    const CLEAR: f64 = 7.0;

    /// The accent on dark ground, as it was set or made of the other.
    pub fn dark_accent(&self) -> Option<Colour> {
        self.accent_dark.or_else(|| self.accent.map(|accent| accent.away_from(Self::DARK_CARD, Self::CLEAR)))
    }

    /// Where help is, as a link; a mail address becomes one that writes to it.
    pub fn support_link(&self) -> Option<String> {
        let support = self.support.as_ref()?;
        Some(if support.contains("://") { support.clone() } else { format!("mailto:{support}") })
    }
}

#[cfg(test)]
mod tests {
    use super::Branding;

    /// The stylesheet is where the cards are painted.
    #[test]
    fn the_cards_are_those_of_the_stylesheet() {
        let style = include_str!("../../../static/style.css");
        let cards: Vec<&str> = style.lines().filter_map(|line| line.trim().strip_prefix("--card: ")).collect();
        assert_eq!(cards, [format!("{};", Branding::LIGHT_CARD), format!("{};", Branding::DARK_CARD)]);
    }
}
