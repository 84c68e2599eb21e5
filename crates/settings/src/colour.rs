//! Colours, and their contrast (WCAG 2.2, "contrast ratio").

use std::fmt;

use serde::{Deserialize, Serialize};

/// An sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// A colour of three parts, each from 0 to 255.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// The contrast of two colours, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// This colour mixed with `parts` 256ths of another.
    #[must_use]
    pub fn mixed(self, other: Self, parts: u8) -> Self {
        let mix = |place: usize| {
            let (mine, theirs) = (u32::from(self.0[place]), u32::from(other.0[place]));
            let sum = mine * (256 - u32::from(parts)) + theirs * u32::from(parts);
            u8::try_from((sum + 128) / 256).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// The nearest colour on the way to black or white that has this contrast to a background; black or white if none has.
    #[must_use]
    pub fn away_from(self, ground: Self, least: f64) -> Self {
        let end = if ground.luminance() > 0.18 { Self::BLACK } else { Self::WHITE };
        (0..=255).map(|parts| self.mixed(end, parts)).find(|mixed| mixed.contrast(ground) >= least).unwrap_or(end)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|light| {
            let light = f64::from(light) / 255.0;
            if light <= 0.04045 { light / 12.92 } else { ((light + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        let digits = written.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or("must be a colour such as \"#2f4bd8\"")?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(to, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    fn colour(written: &str) -> Colour {
        Colour::try_from(written.to_owned()).unwrap()
    }

    /// The figures are those of the examples in WCAG's own techniques (G17, G18) and of its definition.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, other, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#ff0000", "#ffffff", 3.998),
            ("#123456", "#123456", 1.0),
        ] {
            let found = colour(one).contrast(colour(other));
            assert!((found - ratio).abs() < 0.001, "{one} on {other} is {found}");
            assert!((colour(other).contrast(colour(one)) - found).abs() < f64::EPSILON, "either way round");
        }
    }

    #[test]
    fn the_nearest_colour_that_passes_is_found_on_the_way_to_black_or_white() {
        let (card, night) = (Colour::WHITE, colour("#181c26"));
        let yellow = colour("#ffcc00");
        let mended = yellow.away_from(card, 4.5);
        assert!(mended.contrast(card) >= 4.5 && mended.contrast(card) < 4.6, "{mended}");
        assert_eq!(yellow.away_from(night, 4.5), yellow, "it is far enough already");
        assert!(colour("#000080").away_from(night, 4.5).contrast(night) >= 4.5);
        assert_eq!(Colour::BLACK.mixed(Colour::WHITE, 128), colour("#808080"));
    }

    #[test]
    fn a_colour_is_six_digits() {
        for wrong in ["", "#fff", "2f4bd8", "#2f4bd", "#2f4bd8f", "#+f4bd8", "#2f4bdß", "red"] {
            assert!(Colour::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert_eq!(colour("#2F4BD8").to_string(), "#2f4bd8");
    }
}
