//! Verify a JWS with the public key of another party (RFC 7515 section 5.2, RFC 7518 section 3).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};

use protocol::{Jws, KeyMaterial, PublicAlgorithm, PublicJwk};

/// Whether the owner of a key signed a JWS. The algorithm that its header names must be one that the key may be used with.
pub fn verified_by_key(jws: &Jws, key: &PublicJwk) -> bool {
    let Some(algorithm) = jws.algorithm() else { return false };
    if !key.verifies(algorithm) {
        return false;
    }
    let (signed, signature) = (jws.signed(), jws.signature());
    let verified = match key.material() {
        KeyMaterial::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature),
        KeyMaterial::P384(point) => UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(signed, signature),
        KeyMaterial::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
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
