//! Did the owner of this key sign that? JWS with the public keys of others (RFC 7515 section 5.2, RFC 7518 section 3).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

use protocol::{Jws, KeyMaterial, PublicAlgorithm, PublicJwk, UnfitKey};

/// A client's public key, ready to verify.
#[derive(Clone, Debug)]
pub struct PublicKey(PublicJwk);

impl PublicKey {
    /// Reads a JWK (RFC 7517).
    ///
    /// # Errors
    /// [`UnfitKey`]: for private and symmetric keys, other curves, RSA under 2048 bits, and keys that say they are for
    /// something else.
    pub fn from_jwk(jwk: &Value) -> Result<Self, UnfitKey> {
        PublicJwk::read(jwk).map(Self)
    }

    /// RFC 7638 with SHA-256, as base64url.
    pub fn thumbprint(&self) -> &str {
        self.0.thumbprint()
    }

    /// `kid`, as its owner calls it.
    pub fn key_id(&self) -> Option<&str> {
        self.0.key_id()
    }

    /// Whether this key may be used with an algorithm.
    pub(super) fn fits(&self, algorithm: PublicAlgorithm) -> bool {
        self.0.verifies(algorithm)
    }

    /// Whether the owner of this key signed that. The algorithm that the header names must be one of
    /// [`PublicAlgorithm`], and one that this key may be used with.
    pub fn verify(&self, jws: &Jws) -> bool {
        let Some(algorithm) = jws.algorithm().filter(|algorithm| self.0.verifies(*algorithm)) else { return false };
        let (signed, signature) = (jws.signed(), jws.signature());
        let verified = match self.0.material() {
            KeyMaterial::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            KeyMaterial::P384(point) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(signed, signature)
            }
            KeyMaterial::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
            KeyMaterial::Rsa { n, e } => {
                let padding = if algorithm == PublicAlgorithm::PS256 {
                    &RSA_PSS_2048_8192_SHA256
                } else {
                    &RSA_PKCS1_2048_8192_SHA256
                };
                RsaPublicKeyComponents { n, e }.verify(padding, signed, signature)
            }
        };
        verified.is_ok()
    }
}

impl From<PublicJwk> for PublicKey {
    fn from(jwk: PublicJwk) -> Self {
        Self(jwk)
    }
}
