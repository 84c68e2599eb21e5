//! Keys and proofs: JWS, JWK, DPoP (RFC 9449) and PKCE (RFC 7636).

mod binding;
mod dpop;
mod dpop_nonces;
mod jwk_set;
mod jws;
mod pkce;
mod public_algorithm;
mod public_jwk;

pub use binding::{Binding, VerifierVerdict};
pub use dpop::{DpopProof, ProofDemand};
pub use dpop_nonces::DpopNonces;
pub use jwk_set::JwkSet;
pub use jws::Jws;
pub use pkce::CodeChallenge;
pub use public_algorithm::PublicAlgorithm;
pub use public_jwk::{KeyMaterial, PublicJwk, UnfitKey};
