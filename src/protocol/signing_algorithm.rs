//! What may sign a token? The JOSE names (RFC 7518 section 3.1, RFC 8037 section 3.1) that this server offers.

use serde::{Deserialize, Serialize};

use crate::protocol::named::named;

named! {
    /// An algorithm of signatures. `none` is not among them.
    #[derive(Hash, Deserialize, Serialize)]
    pub enum SigningAlgorithm {
        /// ECDSA on P-256 with SHA-256: small and quick, the default.
        ES256 = "ES256",
        /// RSA with SHA-256: what every library knows (RFC 9068 section 2.1), at 35 times the time.
        RS256 = "RS256",
        /// Ed25519.
        EdDSA = "EdDSA",
    }
}
