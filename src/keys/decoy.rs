//! Verify with a key that nobody has, so that it costs as much to refuse an unknown client as to refuse a known one with a
//! wrong signature.

use std::hint::black_box;
use std::sync::LazyLock;

use serde_json::json;

use crate::keys::public_key::verified_by_key;
use crate::keys::shared_secret::verified_by_secret;
use protocol::{HmacKey, Jws, PublicAlgorithm, PublicJwk};

/// Keys that nobody has: the base points of the curves, and the modulus of RFC 7638 section 3.1.
static KEYS: LazyLock<Vec<PublicJwk>> = LazyLock::new(|| {
    let jwks = [
        json!({
            "kty": "EC", "crv": "P-256",
            "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        }),
        json!({
            "kty": "EC", "crv": "P-384",
            "x": "qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3",
            "y": "NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f",
        }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY" }),
        json!({
            "kty": "RSA", "e": "AQAB",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4\
                  n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgd\
                  AZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
                  kEgU8awapJzKnqDKgw",
        }),
    ];
    jwks.iter().filter_map(|jwk| PublicJwk::read(jwk).ok()).collect()
});

/// Verifies with a key that nobody has, of the kind that the header names. The result is always false.
pub fn verify_in_vain(jws: &Jws) -> bool {
    black_box(match jws.algorithm() {
        Some(algorithm) => decoy(algorithm).is_some_and(|key| verified_by_key(jws, key)),
        None => verified_by_secret(jws, &[HmacKey::new(&[0; 32])]),
    });
    false
}

fn decoy(algorithm: PublicAlgorithm) -> Option<&'static PublicJwk> {
    KEYS.iter().find(|key| key.verifies(algorithm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_decoy_for_every_algorithm() {
        for algorithm in PublicAlgorithm::ALL {
            assert!(decoy(*algorithm).is_some(), "{algorithm:?}");
        }
    }
}
