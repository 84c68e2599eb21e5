//! The algorithms that clients may sign with: the asymmetric JOSE algorithms (RFC 7518 section 3.1, RFC 8037 section
//! 3.1) of proofs and assertions.

use crate::named::named;

named! {
    /// An algorithm with a public verifying key. Neither `none` nor an algorithm with a shared secret is among them, so
    /// that neither can replace it (RFC 8725 section 3.1).
    #[derive(Hash)]
    pub enum PublicAlgorithm {
        /// ECDSA on P-256 with SHA-256.
        ES256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        ES384 = "ES384",
        /// Ed25519.
        EdDSA = "EdDSA",
        /// RSA-PSS with SHA-256.
        PS256 = "PS256",
        /// RSA with SHA-256, for old libraries.
        RS256 = "RS256",
    }
}

impl PublicAlgorithm {
    /// All JOSE names for the metadata, the stronger ones first.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|algorithm| algorithm.name()).collect()
    }
}
