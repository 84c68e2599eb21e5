//! The keys that sign tokens. Each algorithm has its own sequence of keys, sealed in the database under the root secret.
//!
//! Every node reads the same rows, so all sign with the same key and publish the same set. A node reads the rows again
//! when a token names a key that it does not know ([`SigningKeys::verify`]), and once a minute
//! ([`SigningKeys::tend`]). Once a minute it also makes the next key and deletes the last but one, if they are due.
//!
//! [`verified_by_key`] verifies a [`Jws`] with the key of another party.

mod algorithm;
mod decoy;
mod error;
mod key;
mod public_key;
#[cfg(test)]
mod public_key_tests;
mod shared_secret;
mod standing;
mod withdrawal;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jsonwebtoken::Header;
use parking_lot::RwLock;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
pub use crate::keys::error::KeyError;
use crate::keys::key::SigningKey;
use crate::root_secret::{KeyRing, SealingKey};
use protocol::{AuditEvent, Channel, Event, KeySchedule, SigningAlgorithm, Source, Timestamp};
use store::{Db, StoredKey};

pub use decoy::verify_in_vain;
pub use public_key::verified_by_key;
pub use shared_secret::verified_by_secret;
pub use standing::{KeyStanding, standings};

pub use protocol::Jws;

/// The keys of this server, ready for use.
pub struct SigningKeys {
    db: Db,
    clock: Arc<dyn Clock>,
    sealing: KeyRing<SealingKey>,
    current: RwLock<Arc<LoadedKeys>>,
    /// Whether the log already has the warning about a key of the future.
    told_of_future: AtomicBool,
}

/// The keys as they were last read.
struct LoadedKeys {
    keys: Vec<SigningKey>,
    jwks: String,
    read_at: Timestamp,
}

impl SigningKeys {
    /// How long a verifier may take to learn of a key: twice the time that the JWKS may be cached.
    pub const PROPAGATION: Duration = Duration::from_secs(600);
    const REREAD: Duration = Duration::from_secs(5);

    /// Reads the keys, and makes the first key of each offered algorithm that has none. `sealing` seals their rows.
    pub async fn load(
        db: Db,
        clock: Arc<dyn Clock>,
        sealing: KeyRing<SealingKey>,
        settings: &settings::KeySettings,
    ) -> Result<Self, KeyError> {
        let now = clock.now();
        let empty = LoadedKeys { keys: Vec::new(), jwks: String::new(), read_at: now };
        let keys =
            Self { db, clock, sealing, current: RwLock::new(Arc::new(empty)), told_of_future: AtomicBool::new(false) };
        keys.tend(settings).await?;
        Ok(keys)
    }

    /// Reads the keys again, makes those that are due, deletes those that are over, and seals rows again that are still sealed
    /// under a former root secret.
    ///
    /// # Errors
    /// As [`SigningKeys::load`]; the keys that were read before stay in use.
    pub async fn tend(&self, settings: &settings::KeySettings) -> Result<(), KeyError> {
        let now = self.clock.now();
        let mut stored = store::signing_keys(&self.db).await?;
        let schedule = settings.schedule();
        let mut changed = false;
        for algorithm in &settings.algorithms {
            let active = successions(&stored, *algorithm);
            if active.iter().any(|from| schedule.is_ahead(*from, now))
                && !self.told_of_future.swap(true, Ordering::Relaxed)
            {
                let algorithm = algorithm.name();
                tracing::warn!(
                    algorithm,
                    "a signing key was made while the clock was ahead; the next one does not wait for it"
                );
            }
            if let Some(active_from) = schedule.next_key(&active, now) {
                self.make(*algorithm, &stored, active_from, &Source::local(Channel::Server)).await?;
                changed = true;
            }
        }
        for key in &stored {
            let siblings: Vec<&StoredKey> = stored.iter().filter(|other| other.algorithm == key.algorithm).collect();
            let active: Vec<Timestamp> = siblings.iter().map(|key| Timestamp::from_millis(key.active_from)).collect();
            let place = siblings.iter().position(|other| other.kid == key.kid).unwrap_or_default();
            if schedule.is_over(&active, place, now) {
                let retired = of_key(Event::SigningKeyRetired, key, &Source::local(Channel::Server), now);
                if store::delete_signing_key(&self.db, &key.kid, &retired).await? {
                    tracing::info!(kid = key.kid, algorithm = key.algorithm, "a retired signing key is forgotten");
                }
                changed = true;
            }
        }
        if changed {
            stored = store::signing_keys(&self.db).await?;
        }
        self.take(stored, now).await
    }

    /// Makes the next key of an algorithm before its time, for an operator. It signs from an instant on.
    pub async fn rotate(
        &self,
        algorithm: SigningAlgorithm,
        active_from: Timestamp,
        source: &Source,
    ) -> Result<(), KeyError> {
        let stored = store::signing_keys(&self.db).await?;
        self.make(algorithm, &stored, active_from, source).await?;
        let now = self.clock.now();
        self.take(store::signing_keys(&self.db).await?, now).await
    }

    /// Signs claims as a JWT whose `typ` is `typ`.
    ///
    /// # Errors
    /// When no key can sign.
    pub fn sign<T: Serialize>(&self, algorithm: SigningAlgorithm, typ: &str, claims: &T) -> Result<String, KeyError> {
        let set = self.set();
        let now = self.clock.now();
        let key = set.signer(algorithm, now).ok_or(KeyError::Missing(algorithm.name()))?;
        let mut header = Header::new(algorithm::jose(algorithm));
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &key.signing)?)
    }

    /// Reads a JWT that this server signed as `typ`. `None` for anything else: another type, an unknown key,
    /// `alg: none`, a header that points at keys elsewhere (RFC 8725). The caller checks the audience and the time.
    pub async fn verify<T: DeserializeOwned>(&self, typ: &str, issuer: &str, token: &str) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let typ_fits = header.typ.as_deref().is_some_and(|has| has.eq_ignore_ascii_case(typ));
        if !typ_fits || header.jku.is_some() || header.jwk.is_some() {
            return None;
        }
        let kid = header.kid.as_deref()?;
        let mut set = self.set();
        if !set.has(kid) && !set.read_at.is_within(Self::REREAD, self.clock.now()) {
            // Another node may have made it a moment ago.
            let stored = store::signing_keys(&self.db).await.ok()?;
            self.take(stored, self.clock.now()).await.ok()?;
            set = self.set();
        }
        set.keys.iter().find(|key| key.kid == kid)?.verify(header.alg, issuer, token)
    }

    /// The public keys (RFC 7517 section 5), as JSON.
    pub fn jwks(&self) -> String {
        self.set().jwks.clone()
    }

    async fn make(
        &self,
        algorithm: SigningAlgorithm,
        stored: &[StoredKey],
        active_from: Timestamp,
        source: &Source,
    ) -> Result<(), KeyError> {
        let (made, event) = self.draw(algorithm, stored, active_from, source).await?;
        // Of several nodes that start together one makes the key; the others read that one.
        if store::add_signing_key(&self.db, &made, &event).await? {
            tracing::info!(kid = made.kid, algorithm = made.algorithm, "a signing key is made");
        }
        Ok(())
    }

    /// The next key of an algorithm, with the event of its making.
    async fn draw(
        &self,
        algorithm: SigningAlgorithm,
        stored: &[StoredKey],
        active_from: Timestamp,
        source: &Source,
    ) -> Result<(StoredKey, AuditEvent), KeyError> {
        let last = stored.iter().filter(|key| key.algorithm == algorithm.name()).map(|key| key.generation).max();
        let generation = last.unwrap_or(0) + 1;
        let sealing = self.sealing.current.clone();
        let created_at = self.clock.now();
        // Drawing an RSA key takes so long that other requests would wait.
        let made =
            tokio::task::spawn_blocking(move || key::draw(algorithm, generation, &sealing, created_at, active_from));
        let made = made.await.map_err(|_| KeyError::NotMade)??;
        let event = if generation == 1 { Event::SigningKeyMade } else { Event::SigningKeyRotated };
        let event = of_key(event, &made, source, created_at).with("active_from", active_from.seconds());
        Ok((made, event))
    }

    async fn take(&self, stored: Vec<StoredKey>, now: Timestamp) -> Result<(), KeyError> {
        let mut keys = Vec::new();
        let mut published = Vec::new();
        for row in stored {
            let (key, jwk, resealed) = SigningKey::open(row, &self.sealing)?;
            if let Some(sealed) = resealed {
                store::reseal_signing_key(&self.db, &key.kid, &sealed).await?;
            }
            keys.push(key);
            published.push(jwk);
        }
        let jwks = serde_json::json!({ "keys": published }).to_string();
        *self.current.write() = Arc::new(LoadedKeys { keys, jwks, read_at: now });
        Ok(())
    }

    fn set(&self) -> Arc<LoadedKeys> {
        Arc::clone(&self.current.read())
    }
}

impl LoadedKeys {
    /// The key that signs now.
    fn signer(&self, algorithm: SigningAlgorithm, now: Timestamp) -> Option<&SigningKey> {
        let of_it: Vec<&SigningKey> = self.keys.iter().filter(|key| key.algorithm == algorithm).collect();
        let active: Vec<Timestamp> = of_it.iter().map(|key| key.active_from).collect();
        KeySchedule::signer(&active, now).and_then(|place| of_it.get(place).copied())
    }

    fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }
}

/// An event of a key. It is named after the key, so that several nodes store it once.
fn of_key(event: Event, key: &StoredKey, source: &Source, now: Timestamp) -> AuditEvent {
    let event = AuditEvent::once(&key.kid, event, source, now);
    event.with("kid", key.kid.as_str()).with("algorithm", key.algorithm.as_str()).with("generation", key.generation)
}

fn successions(stored: &[StoredKey], algorithm: SigningAlgorithm) -> Vec<Timestamp> {
    let of_it = stored.iter().filter(|key| key.algorithm == algorithm.name());
    of_it.map(|key| Timestamp::from_millis(key.active_from)).collect()
}
