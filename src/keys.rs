//! Which keys sign tokens? ES256 keys (requirement decision 12), kept in the database sealed under the root secret.

use std::fmt;

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use jsonwebtoken::Validation;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::jwk::PublicKeyUse;
use jsonwebtoken::jwk::ThumbprintHash;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::root_secret;
use crate::root_secret::RootSecret;
use crate::store;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::StoredKey;

/// The keys of this server, ready for use.
pub struct Keys {
    keys: Vec<Key>,
    jwks: String,
}

struct Key {
    kid: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// They cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key in the database does not open.
    #[error("the signing key {kid} cannot be opened")]
    Sealed {
        /// Its thumbprint.
        kid: String,
        /// Why.
        source: root_secret::Unsealable,
    },
    /// The library refused.
    #[error("a signing key cannot be used")]
    Unusable(#[from] jsonwebtoken::errors::Error),
    /// No key could be drawn.
    #[error("no signing key could be made")]
    NotMade,
}

impl Keys {
    const ALGORITHM: Algorithm = Algorithm::ES256;
    const SEAL: &str = "seal signing keys";

    /// Reads the keys, making the first one when there is none.
    ///
    /// # Errors
    /// When the database does not answer, or a key does not open under the root secret.
    pub async fn load(db: &Db, root: &RootSecret, clock: &dyn Clock) -> Result<Self, KeyError> {
        let mut stored = store::signing_keys(db).await?;
        if stored.is_empty() {
            store::add_signing_key(db, &new_key(root, clock)?).await?;
            stored = store::signing_keys(db).await?;
        }
        let seal = root.derive(Self::SEAL);
        let mut keys = Vec::new();
        let mut published = Vec::new();
        for key in stored {
            let private = root_secret::open(&seal, key.kid.as_bytes(), &key.sealed_private)
                .map_err(|source| KeyError::Sealed { kid: key.kid.clone(), source })?;
            let jwk: Jwk = serde_json::from_str(&key.public_jwk).map_err(jsonwebtoken::errors::Error::from)?;
            let verifying = DecodingKey::from_jwk(&jwk)?;
            keys.push(Key { kid: key.kid, signing: EncodingKey::from_ec_der(&private), verifying });
            published.push(jwk);
        }
        let jwks = serde_json::json!({ "keys": published }).to_string();
        Ok(Self { keys, jwks })
    }

    /// Signs claims as a JWT whose `typ` is `typ`.
    ///
    /// # Errors
    /// When the key cannot sign; nothing was issued then.
    pub fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> Result<String, KeyError> {
        let key = self.keys.last().ok_or(KeyError::NotMade)?;
        let mut header = Header::new(Self::ALGORITHM);
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
        Ok(jsonwebtoken::encode(&header, claims, &key.signing)?)
    }

    /// Reads a JWT that this server signed as `typ`, for `audience` and in time at `now` seconds. `None` for anything
    /// else: another type, an unknown key, `alg: none`, a header that points at keys elsewhere (RFC 8725).
    pub fn verify<T: DeserializeOwned>(&self, typ: &str, issuer: &str, token: &str) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let typ_fits = header.typ.as_deref().is_some_and(|has| has.eq_ignore_ascii_case(typ));
        if !typ_fits || header.alg != Self::ALGORITHM || header.jku.is_some() || header.jwk.is_some() {
            return None;
        }
        let key = self.keys.iter().find(|key| Some(&key.kid) == header.kid.as_ref())?;
        let mut rules = Validation::new(Self::ALGORITHM);
        rules.set_issuer(&[issuer]);
        rules.set_required_spec_claims(&["iss", "exp"]);
        // The audience may be another resource's, which is the caller's question; the time is the clock's.
        rules.validate_aud = false;
        rules.validate_exp = false;
        Some(jsonwebtoken::decode(token, &key.verifying, &rules).ok()?.claims)
    }

    /// The public halves (RFC 7517 section 5), as JSON.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The JOSE names of what signs here.
    pub fn algorithms() -> Vec<&'static str> {
        vec!["ES256"]
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.kid)).finish()
    }
}

fn new_key(root: &RootSecret, clock: &dyn Clock) -> Result<StoredKey, KeyError> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::NotMade)?;
    let private = pair.to_pkcs8v1().map_err(|_| KeyError::NotMade)?;
    let mut jwk = Jwk::from_encoding_key(&EncodingKey::from_ec_der(private.as_ref()), Keys::ALGORITHM)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(StoredKey {
        algorithm: "ES256".to_owned(),
        generation: 1,
        public_jwk: serde_json::to_string(&jwk).map_err(jsonwebtoken::errors::Error::from)?,
        sealed_private: root_secret::seal(&root.derive(Keys::SEAL), kid.as_bytes(), private.as_ref()),
        created_at: clock.now().millis(),
        kid,
    })
}
