//! The server's nonces for DPoP proofs (RFC 9449 section 8), which show that a proof is recent whatever the clock of
//! the device says. None is stored: each is a keyed digest of the time.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::digest::HmacKey;
use crate::timestamp::Timestamp;

/// Makes and verifies nonces. All servers with one root secret accept each other's.
#[derive(Clone, Debug)]
pub struct DpopNonces {
    /// The current key, and those of root secrets that are being replaced.
    keys: Vec<HmacKey>,
    /// How long one nonce is issued.
    period: Duration,
}

impl DpopNonces {
    /// Takes the keys, the current one first. A nonce is issued for one `period` and accepted for another, so it is
    /// valid for one to two periods.
    pub fn new(keys: Vec<HmacKey>, period: Duration) -> Self {
        Self { keys, period }
    }

    /// The nonce to use now.
    pub fn current(&self, now: Timestamp) -> String {
        self.keys.first().map(|key| nonce(key, self.place(now))).unwrap_or_default()
    }

    /// When a nonce ends; `None` when it is not a nonce of this server or has ended. A nonce of the next period is
    /// accepted too: it is from a server whose clock is ahead.
    pub fn good_until(&self, presented: &str, now: Timestamp) -> Option<Timestamp> {
        let here = self.place(now);
        let place = [here, here - 1, here + 1]
            .into_iter()
            .find(|place| self.keys.iter().any(|key| nonce(key, *place) == presented))?;
        Some(Timestamp::from_millis((place + 2).saturating_mul(self.millis())))
    }

    /// The number of the period that contains an instant.
    fn place(&self, now: Timestamp) -> i64 {
        now.millis().div_euclid(self.millis())
    }

    fn millis(&self) -> i64 {
        i64::try_from(self.period.as_millis()).unwrap_or(i64::MAX).max(1)
    }
}

fn nonce(key: &HmacKey, place: i64) -> String {
    URL_SAFE_NO_PAD.encode(key.digest(&place.to_be_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn nonces(key: u8) -> DpopNonces {
        DpopNonces::new(vec![HmacKey::new(&[key; 32])], MINUTE)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// Proves: S-10, the lifetime of a nonce.
    #[test]
    fn a_nonce_is_good_for_one_period_at_least_and_two_at_most() {
        let given = nonces(1).current(at(659));
        assert_eq!(nonces(1).good_until(&given, at(659)), Some(at(720)));
        assert_eq!(nonces(1).good_until(&given, at(719)), Some(at(720)));
        assert_eq!(nonces(1).good_until(&given, at(720)), None);
        assert!(nonces(1).good_until(&given, at(590)).is_some(), "of a server that is a little ahead");
        assert_eq!(nonces(1).good_until(&given, at(539)), None, "not of one that is far ahead");
    }

    #[test]
    fn only_a_key_of_ours_makes_nonces() {
        let given = nonces(1).current(at(600));
        assert_eq!(nonces(2).good_until(&given, at(600)), None);
        let both = DpopNonces::new(vec![HmacKey::new(&[2; 32]), HmacKey::new(&[1; 32])], MINUTE);
        assert!(both.good_until(&given, at(600)).is_some(), "while the root secret is being changed");
        assert_eq!(both.current(at(600)), nonces(2).current(at(600)));
        assert_eq!(nonces(1).good_until("", at(600)), None);
    }

    proptest! {
        #[test]
        fn the_current_nonce_is_good_for_a_period(now in 0_i64..4_000_000_000_000, later in 0_i64..60_000) {
            let now = Timestamp::from_millis(now);
            let then = Timestamp::from_millis(now.millis() + later);
            let ends = nonces(1).good_until(&nonces(1).current(now), then);
            prop_assert!(ends.is_some_and(|ends| ends > then));
        }
    }
}
