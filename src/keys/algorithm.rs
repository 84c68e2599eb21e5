//! The algorithms that sign tokens: ES256 by default, RS256 and EdDSA for clients that need them.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey};
use zeroize::Zeroizing;

use crate::keys::error::KeyError;
use protocol::SigningAlgorithm;

/// The library's name of an algorithm.
pub(super) fn jose(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::ES256 => Algorithm::ES256,
        SigningAlgorithm::RS256 => Algorithm::RS256,
        SigningAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}

/// Draws a private key, as PKCS #8 (RFC 5958).
pub(super) fn draw(algorithm: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let drawn = match algorithm {
        SigningAlgorithm::ES256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .and_then(|pair| pair.to_pkcs8v1())
            .map(|key| key.as_ref().to_vec()),
        SigningAlgorithm::EdDSA => {
            Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map(|key| key.as_ref().to_vec())
        }
        SigningAlgorithm::RS256 => RsaKeyPair::generate(KeySize::Rsa2048)
            .and_then(|pair| AsDer::<Pkcs8V1Der<'_>>::as_der(&pair))
            .map(|key| key.as_ref().to_vec()),
    };
    drawn.map(Zeroizing::new).map_err(|_| KeyError::NotMade)
}

/// Makes a private key ready to sign.
pub(super) fn signing(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<EncodingKey, KeyError> {
    Ok(match algorithm {
        SigningAlgorithm::ES256 => EncodingKey::from_ec_der(pkcs8),
        SigningAlgorithm::EdDSA => EncodingKey::from_ed_der(pkcs8),
        // The library takes RSA keys out of their PKCS #8 wrapping only when they come as PEM.
        SigningAlgorithm::RS256 => {
            let body = Zeroizing::new(STANDARD.encode(pkcs8));
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", body.as_str());
            EncodingKey::from_rsa_pem(Zeroizing::new(pem).as_bytes())?
        }
    })
}
