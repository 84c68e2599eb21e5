//! The signing keys as an operator sees them. Their rows suffice: no key is opened, and so no root secret is needed.

use protocol::{KeySchedule, Timestamp};
use store::StoredKey;

/// A published key.
#[derive(Clone, Debug)]
pub struct KeyStanding {
    /// Its thumbprint.
    pub kid: String,
    /// The JOSE name of its algorithm.
    pub algorithm: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it signs, or began to sign; `None` where a newer key signs before it would.
    pub active_from: Option<Timestamp>,
    /// When a newer key signs; `None` while there is none.
    pub active_until: Option<Timestamp>,
    /// Whether it signs now.
    pub signs: bool,
}

/// The state of each key. The rows of one algorithm are in the order of their generations.
pub fn standings(stored: &[StoredKey], now: Timestamp) -> Vec<KeyStanding> {
    let standing = |key: &StoredKey| {
        let siblings: Vec<&StoredKey> = stored.iter().filter(|other| other.algorithm == key.algorithm).collect();
        let active: Vec<Timestamp> = siblings.iter().map(|key| Timestamp::from_millis(key.active_from)).collect();
        let signer = KeySchedule::signer(&active, now).and_then(|place| siblings.get(place));
        let signs = signer.is_some_and(|signer| signer.kid == key.kid);
        // The newest key whose time has come signs, so one that was rotated in soon passes by those that were announced.
        let newer = siblings.iter().position(|other| other.kid == key.kid).map_or(0, |place| place + 1);
        let (from, until) = (Timestamp::from_millis(key.active_from), active[newer..].iter().min().copied());
        KeyStanding {
            kid: key.kid.clone(),
            algorithm: key.algorithm.clone(),
            created_at: Timestamp::from_millis(key.created_at),
            active_from: (signs || until.is_none_or(|until| from < until)).then_some(from),
            active_until: until,
            signs,
        }
    };
    stored.iter().map(standing).collect()
}

#[cfg(test)]
mod tests {
    use store::StoredKey;

    use super::standings;
    use protocol::Timestamp;

    fn key(kid: &str, generation: i64, active_from: i64) -> StoredKey {
        StoredKey {
            kid: kid.to_owned(),
            algorithm: "ES256".to_owned(),
            generation,
            public_jwk: String::new(),
            sealed_private: Vec::new(),
            created_at: 0,
            active_from,
        }
    }

    /// A key that was announced for later is passed by when the next one is needed soon.
    #[test]
    fn a_key_that_a_newer_one_passes_by_never_signs() {
        let keys = [key("first", 1, 0), key("announced", 2, 1000), key("soon", 3, 10)];
        for (now, signer) in [(5, "first"), (20, "soon"), (2000, "soon")] {
            let told = standings(&keys, Timestamp::from_millis(now));
            let signing: Vec<&str> = told.iter().filter(|key| key.signs).map(|key| key.kid.as_str()).collect();
            assert_eq!(signing, [signer], "{now}");
            assert_eq!(told[0].active_until, Some(Timestamp::from_millis(10)), "{now}");
            assert_eq!((told[1].active_from, told[2].active_until), (None, None), "{now}");
        }
    }
}
