//! One signing key. It is drawn once, sealed in its row, and opened to sign and to verify.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde::de::DeserializeOwned;

use crate::keys::algorithm;
use crate::keys::error::KeyError;
use crate::root_secret::{KeyRing, SealingKey};
use protocol::{SigningAlgorithm, Timestamp};
use store::StoredKey;

/// A key that is ready for use.
pub(super) struct SigningKey {
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) active_from: Timestamp,
    pub(super) signing: EncodingKey,
    verifying: DecodingKey,
}

impl SigningKey {
    /// Opens a row. If it is sealed under a former key, returns the key also sealed under the current one, for the row.
    pub(super) fn open(
        row: StoredKey,
        sealing: &KeyRing<SealingKey>,
    ) -> Result<(Self, Jwk, Option<Vec<u8>>), KeyError> {
        let algorithm =
            SigningAlgorithm::named(&row.algorithm).ok_or_else(|| KeyError::UnknownAlgorithm(row.algorithm.clone()))?;
        let (context, sealed) = (row.kid.as_bytes(), &row.sealed_private);
        let (private, resealed) = if let Ok(private) = sealing.current.open(context, sealed) {
            (private, None)
        } else {
            let former = sealing.open(context, sealed);
            let private = former.map_err(|source| KeyError::Sealed(row.kid.clone(), source))?;
            let resealed = sealing.current.seal(context, &private);
            (private, Some(resealed))
        };
        let jwk: Jwk = serde_json::from_str(&row.public_jwk).map_err(jsonwebtoken::errors::Error::from)?;
        let key = Self {
            algorithm,
            active_from: Timestamp::from_millis(row.active_from),
            signing: algorithm::signing(algorithm, &private)?,
            verifying: DecodingKey::from_jwk(&jwk)?,
            kid: row.kid,
        };
        Ok((key, jwk, resealed))
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
        // The caller judges the audience, and reads the time from the clock of the server.
        rules.validate_aud = false;
        rules.validate_exp = false;
        Some(jsonwebtoken::decode(token, &self.verifying, &rules).ok()?.claims)
    }
}

/// Draws a key, sealed for its row.
pub(super) fn draw(
    algorithm: SigningAlgorithm,
    generation: i64,
    sealing: &SealingKey,
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
        sealed_private: sealing.seal(kid.as_bytes(), &private),
        created_at: created_at.millis(),
        active_from: active_from.millis(),
        kid,
    })
}
