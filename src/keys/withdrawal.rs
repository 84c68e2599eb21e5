//! Withdraw a signing key that somebody else may have: it signs, verifies and is published no more.

use crate::keys::{KeyError, SigningKeys, of_key};
use protocol::{Event, SigningAlgorithm, Source};
use store::StoredKey;

impl SigningKeys {
    /// Deletes keys at once, with every key or none. A key that was announced takes over if there is one; otherwise a new
    /// key signs at once, before verifiers have fetched it, because none else is left.
    ///
    /// # Errors
    /// When one of them is no key, or the keys changed meanwhile.
    pub async fn withdraw(
        &self,
        kids: &[String],
        offered: &[SigningAlgorithm],
        source: &Source,
    ) -> Result<(), KeyError> {
        let stored = store::signing_keys(&self.db).await?;
        if let Some(unknown) = kids.iter().find(|kid| !stored.iter().any(|key| key.kid == **kid)) {
            return Err(KeyError::UnknownKey(unknown.clone()));
        }
        let now = self.clock.now();
        let (withdrawn, left): (Vec<&StoredKey>, Vec<&StoredKey>) =
            stored.iter().partition(|key| kids.contains(&key.kid));
        let events = withdrawn.iter().map(|key| of_key(Event::SigningKeyWithdrawn, key, source, now));
        let ended: Vec<_> = withdrawn.iter().map(|key| key.kid.as_str()).zip(events).collect();
        let mut successors = Vec::new();
        for algorithm in offered {
            let is_left = left.iter().any(|key| key.algorithm == algorithm.name());
            if !is_left && withdrawn.iter().any(|key| key.algorithm == algorithm.name()) {
                successors.push(self.draw(*algorithm, &stored, now, source).await?);
            }
        }
        if !store::withdraw_signing_keys(&self.db, &ended, &successors).await? {
            return Err(KeyError::Changed);
        }
        self.take(store::signing_keys(&self.db).await?, now).await
    }
}
