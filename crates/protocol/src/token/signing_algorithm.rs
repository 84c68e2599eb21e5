//! The algorithms that sign tokens, by their JOSE names (RFC 7518 section 3.1, RFC 8037 section 3.1).

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// A signature algorithm. `none` is not among them.
    #[derive(Hash, Deserialize, Serialize)]
    pub enum SigningAlgorithm {
        /// ECDSA on P-256 with SHA-256: short and fast, the default.
        ES256 = "ES256",
        /// RSA with SHA-256: every library supports it (RFC 9068 section 2.1), and it takes 35 times as long.
        RS256 = "RS256",
        /// Ed25519.
        EdDSA = "EdDSA",
    }
}
