//! Request initiation verification: the person who approves a request is the one who began it (RFC 10027 sections
//! 6.1.16 and 6.1.17, requirement B-04). It is for clients that opt in. No RFC says how it travels;
//! `docs/device-extensions.md` does.
//!
//! A number goes from the device to the browser, and a PIN from the browser to the device. Both are short, so a row
//! keeps only keyed digests of them.

use std::fmt;

use crate::digest::{Digest, HmacKey};

/// What a grant demands of its person and its device, and what was tried. By default nothing, as in RFC 8628.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiation {
    /// The digest of the number that the device shows and the person has to pick.
    pub number: Option<Digest>,
    /// Whether another number was picked, which denied the request.
    pub number_missed: bool,
    /// Whether the device has to send the PIN of the approval.
    pub pin: bool,
    /// How many PINs the device has sent, right or wrong. Each is charged before it is checked.
    pub pin_tries: u32,
}

/// What an approval contains of this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiated {
    /// Whether the person picked the number of the device.
    pub number_matched: bool,
    /// The digest of the PIN that the page shows.
    pub pin: Option<Digest>,
}

impl Initiation {
    /// How many PINs a device may send. A person who misreads the first four has one more; a guesser hits one time in
    /// two hundred thousand.
    pub const PIN_TRIES: u32 = 5;

    /// Whether an approval contains what is demanded.
    pub fn is_met_by(&self, approval: &Initiated) -> bool {
        (self.number.is_none() || approval.number_matched) && self.pin == approval.pin.is_some()
    }

    /// How many PINs the device may still send.
    pub fn tries_left(&self) -> u32 {
        Self::PIN_TRIES.saturating_sub(self.pin_tries)
    }
}

/// The PIN of an approval: six digits. Every remote control has digits, and they look different from the letters of a
/// user code.
#[derive(Clone, PartialEq, Eq)]
pub struct InitiationPin(String);

impl InitiationPin {
    /// The greatest length of the parameter: a PIN with anything that people type between its digits. Clients stop at
    /// `invalid_request`, so the limit is far above any typing mistake.
    pub const LONGEST: usize = 1024;
    const DIGITS: usize = 6;

    /// The PIN that the page with this handle shows. The handle is in the URL of the page and in no row, and the key is
    /// not in the database. So the page can be shown again, and neither the rows nor the logs of a proxy reveal the
    /// PIN.
    pub fn of_handle(key: &HmacKey, handle: &str) -> Self {
        let secret = key.digest(format!("initiation pin on {handle}").as_bytes());
        // 2^64 is so much larger than a million that the bias cannot be measured.
        let drawn = secret.as_bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        Self(format!("{:06}", drawn % 1_000_000))
    }

    /// The PIN of a handle whose digest was stored under one of these keys: the current one, or one that is being
    /// replaced.
    pub fn kept<'a>(
        keys: impl IntoIterator<Item = &'a HmacKey>,
        handle: &str,
        grant: &str,
        digest: &Digest,
    ) -> Option<Self> {
        let pins = keys.into_iter().map(|key| (Self::of_handle(key, handle), key));
        pins.filter(|(pin, key)| pin.digest(key, grant).same_as(digest)).map(|(pin, _)| pin).next()
    }

    /// Reads what a person typed. Spaces and dashes between the digits are ignored.
    pub fn read(typed: &str) -> Option<Self> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let well_formed = digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then_some(Self(digits))
    }

    /// The PIN as a page shows it: two groups with a dash between them.
    pub fn grouped(&self) -> String {
        let (front, back) = self.0.split_at(Self::DIGITS / 2);
        format!("{front}-{back}")
    }

    /// The digest that a row stores of the PIN of a grant.
    pub fn digest(&self, key: &HmacKey, grant: &str) -> Digest {
        key.digest(format!("initiation pin of {grant}: {}", self.0).as_bytes())
    }
}

impl fmt::Debug for InitiationPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitiationPin([redacted])")
    }
}

/// The PIN of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentPin {
    /// The poll contains no PIN.
    Nothing,
    /// The value cannot be a PIN. It is a typing mistake, and reveals nothing.
    Malformed,
    /// A PIN, as its digests under the current key and those that are being replaced.
    Unpaid(Vec<Digest>),
    /// The same, after its try was charged.
    Paid(Vec<Digest>),
}

impl SentPin {
    /// Reads the parameter of a poll for a grant.
    pub fn read<'a>(parameter: Option<&str>, keys: impl IntoIterator<Item = &'a HmacKey>, grant: &str) -> Self {
        match parameter.map(InitiationPin::read) {
            None => Self::Nothing,
            Some(None) => Self::Malformed,
            Some(Some(pin)) => Self::Unpaid(keys.into_iter().map(|key| pin.digest(key, grant)).collect()),
        }
    }

    /// The same PIN, after its try was charged.
    #[must_use]
    pub fn paid(self) -> Self {
        match self {
            Self::Unpaid(digests) => Self::Paid(digests),
            other => other,
        }
    }
}

#[cfg(test)]
#[path = "initiation_tests.rs"]
mod life;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> HmacKey {
        HmacKey::new(&[byte; 32])
    }

    #[test]
    fn a_pin_is_read_as_people_type_it() {
        let pin = InitiationPin::read("048213").unwrap();
        assert_eq!(pin.grouped(), "048-213");
        for typed in ["048-213", " 048 213\r\n", "0-4-8-2-1-3", "\u{a0}048213"] {
            assert_eq!(InitiationPin::read(typed), Some(pin.clone()), "{typed:?}");
        }
        for wrong in ["", "-", "04821", "0482133", "04821x", "+48213", "٠٤٨٢١٣", "０４８２１３", "04\u{0}8213", "éé"]
        {
            assert_eq!(InitiationPin::read(wrong), None, "{wrong:?}");
        }
        assert!(!format!("{pin:?}").contains("048"));
    }

    #[test]
    fn pins_are_spread_over_all_there_are() {
        let pins: HashSet<String> = (0..2000_u32).map(|n| pin(n).grouped()).collect();
        // Of two thousand draws from a million about two are equal.
        assert!(pins.len() > 1985, "{}", pins.len());
        assert!(pins.iter().any(|pin| pin.starts_with('0')), "a PIN may begin with 0");
    }

    fn pin(handle: u32) -> InitiationPin {
        InitiationPin::of_handle(&key(1), &handle.to_string())
    }

    #[test]
    fn the_page_of_a_handle_shows_its_pin_again_also_while_a_root_secret_is_changed() {
        let kept = pin(7).digest(&key(1), "g");
        let again = |keys: &[HmacKey], handle: &str, grant: &str| InitiationPin::kept(keys, handle, grant, &kept);
        assert_eq!(again(&[key(1)], "7", "g"), Some(pin(7)));
        assert_eq!(again(&[key(2), key(1)], "7", "g"), Some(pin(7)));
        assert_eq!(
            (again(&[key(2)], "7", "g"), again(&[key(1)], "8", "g"), again(&[key(1)], "7", "h")),
            (None, None, None)
        );
        assert_ne!(InitiationPin::of_handle(&key(2), "7"), pin(7), "the handle alone tells nobody");
    }

    #[test]
    fn an_approval_has_what_is_asked_for_or_is_none() {
        let (digest, none) = (Digest::sha256(b"x"), Initiated::default());
        let asks = |number: bool, pin| Initiation { number: number.then_some(digest), pin, ..Initiation::default() };
        let has = |number_matched, pin: bool| Initiated { number_matched, pin: pin.then_some(digest) };
        assert!(asks(false, false).is_met_by(&none));
        assert!(asks(true, false).is_met_by(&has(true, false)) && !asks(true, false).is_met_by(&none));
        assert!(asks(false, true).is_met_by(&has(false, true)) && !asks(false, true).is_met_by(&none));
        assert!(asks(true, true).is_met_by(&has(true, true)));
        assert!(!asks(true, true).is_met_by(&has(true, false)) && !asks(true, true).is_met_by(&has(false, true)));
        assert!(!asks(false, false).is_met_by(&has(false, true)), "nobody would ask the device for it");
    }

    proptest! {
        /// Proves: B-04: a PIN is good for its own grant, under any of the keys, and no other text is.
        #[test]
        fn a_pin_is_good_for_its_grant_alone(n in any::<u32>(), other in any::<u32>(), typed in ".{0,12}") {
            let (pin, another) = (pin(n), pin(other));
            let kept = pin.digest(&key(1), "g");
            let fits = |sent: &str, keys: &[HmacKey], grant: &str| match SentPin::read(Some(sent), keys, grant) {
                SentPin::Unpaid(digests) => digests.contains(&kept),
                _ => false,
            };
            prop_assert!(fits(&pin.grouped(), &[key(2), key(1)], "g"));
            prop_assert!(!fits(&pin.grouped(), &[key(1)], "h") && !fits(&pin.grouped(), &[key(2)], "g"));
            prop_assert_eq!(fits(&another.grouped(), &[key(1)], "g"), another == pin);
            prop_assert_eq!(fits(&typed, &[key(1)], "g"), InitiationPin::read(&typed) == Some(pin));
        }
    }
}
