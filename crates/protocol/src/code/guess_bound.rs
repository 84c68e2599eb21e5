//! How long user codes must be, and how many wrong ones the server accepts: RFC 8628 section 5.1, requirement E-04.
//!
//! An attacker may try `guesses` codes in the life of a code, and each try may meet any of the `live` ones. So the
//! chance of a hit stays below 2^-20 as long as `alphabet^length >= live * guesses * 2^20`. Codes get longer with the
//! number of live codes to keep that true. Where they cannot get longer, fewer guesses are accepted.

use crate::code::user_code_format::UserCodeFormat;

/// The length and the budget that keep guessing hopeless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessBound {
    /// The number of characters of a new code.
    pub length: usize,
    /// The wrong codes that the whole server accepts in the life of a code.
    pub guesses: u32,
}

impl GuessBound {
    /// The bits that remain beyond all guesses at all live codes.
    pub const MARGIN: u32 = 20;
    /// The least length of new codes while somebody guesses (requirement E-03).
    const UNDER_ATTACK: usize = 10;
}

impl UserCodeFormat {
    /// The bound with `live` live codes, the new one included, where `wanted` wrong ones should be accepted. Zero
    /// guesses mean that this format does not allow so many codes.
    pub fn bound(&self, live: u64, wanted: u32) -> GuessBound {
        let (alphabet, least, most) = self.size();
        let live = u128::from(live.max(1)) << GuessBound::MARGIN;
        let holds = |length: &usize| space(alphabet, *length) >= live * u128::from(wanted);
        if let Some(length) = (least..=most).find(holds) {
            return GuessBound { length, guesses: wanted };
        }
        let guesses = u32::try_from(space(alphabet, most) / live).unwrap_or(wanted).min(wanted);
        GuessBound { length: most, guesses }
    }

    /// The length of a new code while somebody guesses: ten, unless the bound demands more or the format allows less.
    pub fn length_under_attack(&self, bound: GuessBound) -> usize {
        let (_, _, most) = self.size();
        bound.length.max(GuessBound::UNDER_ATTACK).min(most)
    }

    /// How many codes of a length may be live at once, if so many wrong ones are accepted.
    pub fn most_live(&self, length: usize, guesses: u32) -> u64 {
        let (alphabet, _, _) = self.size();
        let live = space(alphabet, length) / (u128::from(guesses.max(1)) << GuessBound::MARGIN);
        u64::try_from(live).unwrap_or(u64::MAX)
    }
}

/// The number of possible codes, at most `u128::MAX`.
fn space(alphabet: usize, length: usize) -> u128 {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    u128::try_from(alphabet).unwrap_or(u128::MAX).saturating_pow(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::code::user_code_format::UserCodeSettings;

    const SIXTY_TWO: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    fn format(alphabet: &str, length: usize, max_length: usize) -> UserCodeFormat {
        let (alphabet, separator) = (alphabet.to_owned(), "-".to_owned());
        let written =
            UserCodeSettings { alphabet, case_sensitive: None, length, max_length, group: 4, separator, mask: None };
        UserCodeFormat::new(&written).unwrap()
    }

    /// Proves: E-04, its figures: 244, 4 800, 97 000 and 1.9 million live codes.
    #[test]
    fn a_code_is_as_long_as_the_live_ones_demand() {
        let format = format("letters", 8, 12);
        for (live, length) in [
            (0, 8),
            (1, 8),
            (244, 8),
            (245, 9),
            (4_800, 9),
            (4_882, 9),
            (4_883, 10),
            (97_000, 10),
            (97_656, 10),
            (97_657, 11),
            (1_900_000, 11),
            (1_953_125, 11),
            (1_953_126, 12),
            (39_062_500, 12),
        ] {
            assert_eq!(format.bound(live, 100), GuessBound { length, guesses: 100 }, "{live}");
        }
        let most_live = [8, 9, 10, 11, 12].map(|length| format.most_live(length, 100));
        assert_eq!(most_live, [244, 4_882, 97_656, 1_953_125, 39_062_500]);
        assert_eq!(format.bound(39_062_501, 100), GuessBound { length: 12, guesses: 99 });
        assert_eq!(format.bound(390_625_000, 100), GuessBound { length: 12, guesses: 10 });
        assert_eq!(format.bound(u64::MAX, 100), GuessBound { length: 12, guesses: 0 });
    }

    /// Proves: E-03: ten characters under attack, no fewer than the bound demands and no more than the format has.
    #[test]
    fn codes_are_longer_while_somebody_guesses() {
        let under_attack = |format: UserCodeFormat, live| format.length_under_attack(format.bound(live, 100));
        assert_eq!(under_attack(format("letters", 8, 12), 1), 10);
        assert_eq!(under_attack(format("letters", 8, 12), 97_657), 11);
        assert_eq!(under_attack(format("letters", 8, 8), 1), 8);
    }

    proptest! {
        /// Proves: E-04: the chance of all guesses at all live codes stays below 2^-20, and no code is longer than it must.
        #[test]
        fn guessing_stays_hopeless(
            size in 8_u32..=62, least in 6_usize..=32, more in 0_usize..=26, live in 0_u32..=u32::MAX, wanted in 1_u32..=1 << 20
        ) {
            let most = (least + more).min(32);
            let format = format(&SIXTY_TWO[..usize::try_from(size).unwrap()], least, most);
            let GuessBound { length, guesses } = format.bound(live.into(), wanted);
            let bits = |length: usize| f64::from(u32::try_from(length).unwrap()) * f64::from(size).log2();
            let logarithms = |guesses: u32| f64::from(live.max(1)).log2() + f64::from(guesses).log2();
            let needed = |guesses: u32| f64::from(GuessBound::MARGIN) + logarithms(guesses);
            // A relative error of 1e-9, for rounding in binary fractions.
            let near = 1e-9 * needed(wanted);
            prop_assert!((least..=most).contains(&length) && guesses <= wanted);
            prop_assert!(guesses == 0 || bits(length) >= needed(guesses) - near);
            prop_assert!(guesses == wanted || (length == most && bits(length) < needed(guesses + 1) + near), "not fewer than it must");
            prop_assert!(length == least || bits(length - 1) < needed(wanted) + near, "not longer than it must");
        }
    }
}
