//! With what may a client sign? The asymmetric JOSE algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1) that proofs
//! and assertions may use.

use std::fmt;

use crate::protocol::named::named;

named! {
    /// An algorithm whose verifying half may be known to everybody. Neither `none` nor one that needs a shared secret is
    /// among them, so that neither can take its place (RFC 8725 section 3.1).
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
        /// RSA with SHA-256, as old libraries sign.
        RS256 = "RS256",
    }
}

impl PublicAlgorithm {
    /// Every JOSE name, for the metadata: the better ones first.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|algorithm| algorithm.name()).collect()
    }
}

impl fmt::Display for PublicAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
