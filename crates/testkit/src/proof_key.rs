//! The key of a device. It signs good DPoP proofs (RFC 9449 section 4.2), and proofs in which any part is wrong.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantd::clock::{Clock, ManualClock};
use grantd::entropy::{Entropy, SystemEntropy};
use protocol::Digest;
use serde_json::{Value, json};

use crate::ISSUER;

/// The key of one device, and a clock that agrees with that of the server.
#[derive(Clone)]
pub struct ProofKey {
    clock: ManualClock,
    algorithm: &'static str,
    pair: Arc<Pair>,
    pub jwk: Value,
}

enum Pair {
    Elliptic(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// A proof that is not signed yet, so that a test can change any part of it.
#[derive(Clone)]
pub struct Proof<'a> {
    key: &'a ProofKey,
    pub header: Value,
    pub claims: Value,
}

impl ProofKey {
    /// A new key for ES256.
    pub fn new(clock: &ManualClock) -> Self {
        Self::of(clock, "ES256")
    }

    /// A new key for an algorithm.
    pub fn of(clock: &ManualClock, algorithm: &'static str) -> Self {
        let (pair, jwk) = match algorithm {
            "ES256" => elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            "ES384" => elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
            "EdDSA" => {
                let pair = Ed25519KeyPair::generate().unwrap();
                let x = URL_SAFE_NO_PAD.encode(pair.public_key());
                (Pair::Edwards(pair), json!({ "kty": "OKP", "crv": "Ed25519", "x": x }))
            }
            "PS256" | "RS256" => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
                let n = URL_SAFE_NO_PAD.encode(pair.public_key().modulus().big_endian_without_leading_zero());
                (Pair::Rsa(pair), json!({ "kty": "RSA", "n": n, "e": "AQAB" }))
            }
            other => panic!("no key for {other}"),
        };
        Self { clock: clock.clone(), algorithm, pair: Arc::new(pair), jwk }
    }

    /// A good proof for a request to this server.
    pub fn proof(&self, method: &str, path: &str) -> Proof<'_> {
        Proof {
            key: self,
            header: json!({ "typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.jwk }),
            claims: json!({
                "jti": SystemEntropy.identifier(), "htm": method, "htu": format!("{ISSUER}{path}"),
                "iat": self.clock.now().seconds(),
            }),
        }
    }

    /// RFC 7638, of an elliptic key.
    pub fn thumbprint(&self) -> String {
        let jwk = &self.jwk;
        let canonical = json!({ "crv": jwk["crv"], "kty": jwk["kty"], "x": jwk["x"], "y": jwk["y"] }).to_string();
        hash(&canonical)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Elliptic(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                if self.algorithm == "PS256" {
                    pair.sign(&RSA_PSS_SHA256, &random, message, &mut signature).unwrap();
                } else {
                    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                }
                signature
            }
        }
    }
}

impl Proof<'_> {
    /// The same with another claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    /// The same without a claim.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    /// The same with another member of its header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    /// The same for an access token.
    pub fn for_token(self, token: &str) -> Self {
        self.claim("ath", hash(token))
    }

    /// The value of the `DPoP` header.
    pub fn signed(&self) -> String {
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", encode(&self.header), encode(&self.claims));
        let signature = self.key.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// SHA-256 in base64url.
pub fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Digest::sha256(text.as_bytes()).as_bytes())
}

fn elliptic(algorithm: &'static EcdsaSigningAlgorithm, curve: &str) -> (Pair, Value) {
    let pair = EcdsaKeyPair::generate(algorithm).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(pair.public_key().as_ref().len() / 2);
    let jwk = json!({ "kty": "EC", "crv": curve, "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
    (Pair::Elliptic(pair), jwk)
}
