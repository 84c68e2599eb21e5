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
    /// When it signs, or began to sign.
    pub active_from: Timestamp,
    /// When its successor signs; `None` while there is none.
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
        KeyStanding {
            kid: key.kid.clone(),
            algorithm: key.algorithm.clone(),
            created_at: Timestamp::from_millis(key.created_at),
            active_from: Timestamp::from_millis(key.active_from),
            active_until: siblings
                .iter()
                .position(|other| other.kid == key.kid)
                .and_then(|place| active.get(place + 1).copied()),
            signs: signer.is_some_and(|signer| signer.kid == key.kid),
        }
    };
    stored.iter().map(standing).collect()
}
