//! What is one key? Drawn once, sealed in its row, opened to sign and to verify.

use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde::de::DeserializeOwned;

use crate::keys::{KeyError, algorithm};
use crate::protocol::{SigningAlgorithm, Timestamp};
use crate::root_secret::{self, RootSecret};
use crate::store::StoredKey;

/// Under which the private halves are sealed.
const SEAL: &str = "seal signing keys";

/// A key that is ready for use.
pub(super) struct Key {
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) created_at: Timestamp,
    pub(super) active_from: Timestamp,
    pub(super) signing: EncodingKey,
    verifying: DecodingKey,
}

impl Key {
    /// Opens a row under the first root secret that fits. Under a former one, it comes with what the row should hold
    /// from now on.
    pub(super) fn open(row: StoredKey, roots: &[Arc<RootSecret>]) -> Result<(Self, Jwk, Option<Vec<u8>>), KeyError> {
        let algorithm =
            SigningAlgorithm::named(&row.algorithm).ok_or_else(|| KeyError::UnknownAlgorithm(row.algorithm.clone()))?;
        let mut failure = root_secret::Unsealable;
        for (place, root) in roots.iter().enumerate() {
            match root_secret::open(&root.derive(SEAL), row.kid.as_bytes(), &row.sealed_private) {
                Ok(private) => {
                    let jwk: Jwk = serde_json::from_str(&row.public_jwk).map_err(jsonwebtoken::errors::Error::from)?;
                    let resealed =
                        (place > 0).then(|| root_secret::seal(&roots[0].derive(SEAL), row.kid.as_bytes(), &private));
                    let key = Self {
                        algorithm,
                        created_at: Timestamp::from_millis(row.created_at),
                        active_from: Timestamp::from_millis(row.active_from),
                        signing: algorithm::signing(algorithm, &private)?,
                        verifying: DecodingKey::from_jwk(&jwk)?,
                        kid: row.kid,
                    };
                    return Ok((key, jwk, resealed));
                }
                Err(unsealable) => failure = unsealable,
            }
        }
        Err(KeyError::Sealed { kid: row.kid, source: failure })
    }

    /// Reads a JWT that this key signed.
    pub(super) fn verify<T: DeserializeOwned>(&self, named: Algorithm, issuer: &str, token: &str) -> Option<T> {
        let algorithm = algorithm::jose(self.algorithm);
        if named != algorithm {
            return None;
        }
        let mut rules = Validation::new(algorithm);
        rules.set_issuer(&[issuer]);
        rules.set_required_spec_claims(&["iss", "exp"]);
        // The audience may be another resource's, which is the caller's question; the time is the clock's.
        rules.validate_aud = false;
        rules.validate_exp = false;
        Some(jsonwebtoken::decode(token, &self.verifying, &rules).ok()?.claims)
    }
}

/// Draws a key, sealed for its row.
pub(super) fn draw(
    algorithm: SigningAlgorithm,
    generation: i64,
    root: &RootSecret,
    created_at: Timestamp,
    active_from: Timestamp,
) -> Result<StoredKey, KeyError> {
    let private = algorithm::draw(algorithm)?;
    let mut jwk = Jwk::from_encoding_key(&algorithm::signing(algorithm, &private)?, algorithm::jose(algorithm))?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(StoredKey {
        algorithm: algorithm.name().to_owned(),
        generation,
        public_jwk: serde_json::to_string(&jwk).map_err(jsonwebtoken::errors::Error::from)?,
        sealed_private: root_secret::seal(&root.derive(SEAL), kid.as_bytes(), &private),
        created_at: created_at.millis(),
        active_from: active_from.millis(),
        kid,
    })
}
