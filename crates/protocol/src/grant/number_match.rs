//! Number matching: the person picks the number that the device shows among three on the decision page (RFC 10027
//! section 6.1.17).
//!
//! A row keeps only a keyed digest of the right number. The three are derived from the id of the grant with a key that
//! is not in the database. So a reload shows the same three in the same order, and many page views reveal no more than
//! one.

use std::fmt;

use crate::digest::{Digest, HmacKey};

/// A number of two digits, 10 to 99.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MatchNumber(u8);

/// The numbers that a person chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchNumbers {
    shown: [MatchNumber; 3],
    right: usize,
}

/// The outcome of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The grant demands no number.
    Unasked,
    /// No number was chosen, or the value is not a number of two digits.
    Missing,
    /// The number that the device shows.
    Right,
    /// Another number: the person does not see the device.
    Wrong,
}

impl MatchNumber {
    /// Reads the value of a form: two digits, and nothing else.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && *number >= 10)?;
        Some(Self(number))
    }

    /// The digest that a row stores of the number of a grant.
    pub fn digest(self, key: &HmacKey, grant: &str) -> Digest {
        key.digest(format!("match number of {grant}: {self}").as_bytes())
    }

    /// Whether two numbers differ at a glance: in both digits, and not only in their order.
    fn is_unlike(self, other: Self) -> bool {
        let digits = |number: Self| (number.0 / 10, number.0 % 10);
        let ((tens, ones), (other_tens, other_ones)) = (digits(self), digits(other));
        tens != other_tens && ones != other_ones && (tens, ones) != (other_ones, other_tens)
    }
}

impl fmt::Display for MatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl fmt::Debug for MatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchNumber([redacted])")
    }
}

impl MatchNumbers {
    /// The three numbers of a grant. All are drawn in the same way and one of them is chosen afterwards, so that the
    /// three do not reveal the right one.
    pub fn of_grant(key: &HmacKey, grant: &str) -> Self {
        let mut round = 0_u32;
        loop {
            let drawn = key.digest(format!("match numbers of {grant}: {round}").as_bytes());
            if let [first, second, third, place, ..] = drawn.as_bytes()
                && let (Some(first), Some(second), Some(third)) = (number(*first), number(*second), number(*third))
                && first.is_unlike(second)
                && second.is_unlike(third)
                && third.is_unlike(first)
                // 255 is divisible by three: without the last value every position is equally likely.
                && *place < 255
            {
                return Self { shown: [first, second, third], right: usize::from(place % 3) };
            }
            round += 1;
        }
    }

    /// The three numbers of a grant whose digest was stored under one of these keys: the current one, or one that is
    /// being replaced. `None` when it was stored under none of them.
    pub fn kept<'a>(keys: impl IntoIterator<Item = &'a HmacKey>, grant: &str, digest: &Digest) -> Option<Self> {
        keys.into_iter().find_map(|key| {
            let numbers = Self::of_grant(key, grant);
            numbers.right().digest(key, grant).same_as(digest).then_some(numbers)
        })
    }

    /// The number that the device shows.
    pub fn right(&self) -> MatchNumber {
        self.shown[self.right]
    }

    /// All three, in the order in which a page shows them.
    pub fn shown(&self) -> [MatchNumber; 3] {
        self.shown
    }

    /// The outcome of a choice. A number that is not among the three was not chosen on the page, and is wrong too.
    pub fn judge(&self, picked: Option<&str>) -> Pick {
        match picked.and_then(MatchNumber::read) {
            None => Pick::Missing,
            Some(number) if number == self.right() => Pick::Right,
            Some(_) => Pick::Wrong,
        }
    }
}

/// Maps a byte to a number, each equally likely: 180 is twice 90, and greater bytes are drawn again.
fn number(byte: u8) -> Option<MatchNumber> {
    (byte < 180).then(|| MatchNumber(10 + byte % 90))
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> HmacKey {
        HmacKey::new(&[byte; 32])
    }

    fn of(grant: u32) -> MatchNumbers {
        MatchNumbers::of_grant(&key(1), &format!("grant {grant}"))
    }

    /// Proves: B-04: by the digits, three numbers cannot be taken for each other.
    #[test]
    fn three_numbers_differ_in_every_digit() {
        for grant in 0..2000 {
            let shown = of(grant).shown().map(|number| number.to_string());
            for place in 0..2 {
                let digits: HashSet<_> = shown.iter().map(|number| number.as_bytes()[place]).collect();
                assert_eq!(digits.len(), 3, "{shown:?}");
            }
            let turned = |number: &String| number.chars().rev().collect::<String>();
            assert!(
                !shown.iter().any(|number| shown.contains(&turned(number)) && turned(number) != *number),
                "{shown:?}"
            );
            assert!(shown.iter().all(|number| number.len() == 2 && !number.starts_with('0')), "{shown:?}");
        }
    }

    /// Proves: B-04: neither place nor number tells which one is right, and no reload tells more.
    #[test]
    fn the_right_one_is_anywhere_and_any_number() {
        let (mut places, mut numbers) = ([0_u32; 3], HashMap::new());
        for grant in 0..9000 {
            let drawn = of(grant);
            assert_eq!(drawn, of(grant), "the same for each showing");
            places[drawn.shown().iter().position(|number| *number == drawn.right()).unwrap()] += 1;
            *numbers.entry(drawn.right().to_string()).or_insert(0_u32) += 1;
        }
        // Six standard deviations from 3000 and from 100.
        assert!(places.iter().all(|count| count.abs_diff(3000) < 270), "{places:?}");
        assert_eq!(numbers.len(), 90);
        assert!(numbers.values().all(|count| count.abs_diff(100) < 60), "{numbers:?}");
    }

    #[test]
    fn only_what_the_page_offers_is_read() {
        for wrong in
            ["", "4", "047", "4 7", " 47", "47\n", "+47", "-4", "0x", "07", "٤٧", "４７", "4７", "<b", "é", "99.0"]
        {
            assert_eq!(MatchNumber::read(wrong), None, "{wrong:?}");
        }
        for right in ["10", "47", "99"] {
            assert_eq!(MatchNumber::read(right).unwrap().to_string(), right);
        }
    }

    proptest! {
        /// Proves: B-04: one of a hundred choices is right, the kept digest finds the three again, and another key or
        /// grant finds nothing.
        #[test]
        fn one_choice_is_right_and_the_digest_knows_it(grant in "[0-9a-f]{32}", other in "[0-9a-f]{32}", tried in ".{0,4}") {
            let drawn = MatchNumbers::of_grant(&key(1), &grant);
            let digest = drawn.right().digest(&key(1), &grant);
            prop_assert_eq!(MatchNumbers::kept(&[key(2), key(1)], &grant, &digest), Some(drawn));
            prop_assert_eq!(MatchNumbers::kept(&[key(2), key(3)], &grant, &digest), None);
            prop_assert_eq!(MatchNumbers::kept(&[key(1)], &other, &digest).is_some(), grant == other);
            let picks = (0..100).map(|number| drawn.judge(Some(&format!("{number:02}"))));
            prop_assert_eq!(picks.filter(|pick| *pick == Pick::Right).count(), 1);
            prop_assert_eq!(drawn.judge(None), Pick::Missing);
            prop_assert_eq!(drawn.judge(Some(&tried)) == Pick::Right, tried == drawn.right().to_string());
        }
    }
}
