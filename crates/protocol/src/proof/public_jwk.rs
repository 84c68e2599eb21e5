//! Reads public JWKs and checks that they may verify signatures here: RFC 7517 section 4, RFC 7518 section 6, RFC 8037
//! section 2. Thumbprints follow RFC 7638.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::digest::Digest;
use crate::proof::public_algorithm::PublicAlgorithm;

/// A public key of somebody else, read and checked.
#[derive(Clone, Debug)]
pub struct PublicJwk {
    material: KeyMaterial,
    key_id: Option<String>,
    algorithm: Option<PublicAlgorithm>,
    thumbprint: String,
}

/// The parameters of a key.
#[derive(Clone, Debug)]
pub enum KeyMaterial {
    /// An uncompressed point on P-256 (SEC 1 section 2.3.3).
    P256(Vec<u8>),
    /// An uncompressed point on P-384 (SEC 1 section 2.3.3).
    P384(Vec<u8>),
    /// The 32 bytes of an Ed25519 key (RFC 8032 section 5.1.5).
    Ed25519(Vec<u8>),
    /// An RSA key, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
}

/// Why a JWK may not be used. The operator or the developer of a client reads it; it never contains a part of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitKey {
    /// The JWK is not a JSON object.
    #[error("is not a JSON object")]
    NotAnObject,
    /// It is a private or shared key that was published, and has to be replaced wherever it is used.
    #[error("holds {0:?}, which belongs to a private or shared key: publish the public half alone, and of a new key")]
    Private(&'static str),
    /// `kty` is not supported, or is that of a shared secret.
    #[error("kty must be \"EC\", \"OKP\" or \"RSA\"")]
    Type,
    /// `crv` is not supported.
    #[error("crv must be \"P-256\" or \"P-384\" with kty \"EC\", \"Ed25519\" with kty \"OKP\"")]
    Curve,
    /// A parameter is missing, or not as RFC 7518 section 6 demands.
    #[error("{0} must be base64url without padding, of the length that the key has")]
    Number(&'static str),
    /// `n` is too short to be secure, or so long that verifying is too expensive.
    #[error("an RSA key must have 2048 to 4096 bits")]
    Size,
    /// The parameters are not a valid key.
    #[error("its numbers make no key")]
    NoKey,
    /// `use` or `key_ops` say that the key has another purpose.
    #[error("{0} says that it does not verify signatures")]
    Purpose(&'static str),
    /// `alg` is unknown, or belongs to another kind of key.
    #[error("alg is not an algorithm that this kind of key verifies")]
    Algorithm,
    /// `kid` is not a string, or too long.
    #[error("kid must be a text of 1 to 255 bytes")]
    KeyId,
}

impl PublicJwk {
    /// The members of private and shared keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
    const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    const LONGEST_KEY_ID: usize = 255;

    /// Reads a JWK.
    ///
    /// # Errors
    /// For anything but a public key that verifies one of [`PublicAlgorithm`].
    pub fn read(jwk: &Value) -> Result<Self, UnfitKey> {
        let jwk = jwk.as_object().ok_or(UnfitKey::NotAnObject)?;
        if let Some(private) = Self::PRIVATE.into_iter().find(|member| jwk.contains_key(*member)) {
            return Err(UnfitKey::Private(private));
        }
        purpose(jwk)?;
        let (material, canonical) = KeyMaterial::read(jwk)?;
        let algorithm = match jwk.get("alg") {
            None => None,
            Some(name) => {
                let named = name.as_str().and_then(PublicAlgorithm::named).ok_or(UnfitKey::Algorithm)?;
                Some(material.verifies(named).then_some(named).ok_or(UnfitKey::Algorithm)?)
            }
        };
        let key_id = match jwk.get("kid") {
            None => None,
            Some(Value::String(kid)) if (1..=Self::LONGEST_KEY_ID).contains(&kid.len()) => Some(kid.clone()),
            Some(_) => return Err(UnfitKey::KeyId),
        };
        let thumbprint = URL_SAFE_NO_PAD.encode(Digest::sha256(canonical.as_bytes()).as_bytes());
        Ok(Self { material, key_id, algorithm, thumbprint })
    }

    /// The parameters of the key.
    pub fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// The `kid` that its owner gave it.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The thumbprint of RFC 7638 with SHA-256, as base64url: 43 characters.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether this key may verify this algorithm: its kind can, and its `alg`, if it has one, agrees.
    pub fn verifies(&self, algorithm: PublicAlgorithm) -> bool {
        self.algorithm.is_none_or(|only| only == algorithm) && self.material.verifies(algorithm)
    }
}

impl KeyMaterial {
    /// The accepted bits of an RSA key. The upper bound limits the time that verifying takes.
    const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

    /// The parameters, and the text that RFC 7638 section 3 hashes: the required members in their order, and no others.
    fn read(jwk: &Map<String, Value>) -> Result<(Self, String), UnfitKey> {
        let text = |member| jwk.get(member).and_then(Value::as_str);
        match text("kty") {
            Some("EC") => {
                let (curve, length, algorithm): (_, _, &'static dyn VerificationAlgorithm) = match text("crv") {
                    Some("P-256") => ("P-256", 32, &ECDSA_P256_SHA256_FIXED),
                    Some("P-384") => ("P-384", 48, &ECDSA_P384_SHA384_FIXED),
                    _ => return Err(UnfitKey::Curve),
                };
                let (x, y) = (number(jwk, "x")?, number(jwk, "y")?);
                for (name, coordinate) in [("x", &x), ("y", &y)] {
                    if coordinate.len() != length {
                        return Err(UnfitKey::Number(name));
                    }
                }
                let canonical = canonical(jwk, &["crv", "kty", "x", "y"]);
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                ParsedPublicKey::new(algorithm, &point).map_err(|_| UnfitKey::NoKey)?;
                Ok((if curve == "P-256" { Self::P256(point) } else { Self::P384(point) }, canonical))
            }
            Some("OKP") => {
                if text("crv") != Some("Ed25519") {
                    return Err(UnfitKey::Curve);
                }
                let x = number(jwk, "x")?;
                if x.len() != 32 {
                    return Err(UnfitKey::Number("x"));
                }
                Ok((Self::Ed25519(x), canonical(jwk, &["crv", "kty", "x"])))
            }
            Some("RSA") => {
                let (n, e) = (number(jwk, "n")?, number(jwk, "e")?);
                for (name, number) in [("n", &n), ("e", &e)] {
                    // A key with and without a leading zero would have two thumbprints (RFC 7518 section 6.3.1.1).
                    if number.first().is_none_or(|first| *first == 0) {
                        return Err(UnfitKey::Number(name));
                    }
                }
                let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
                if !Self::RSA_BITS.contains(&bits) {
                    return Err(UnfitKey::Size);
                }
                // Odd, greater than 1, and small, so that verifying takes the usual time.
                if e.len() > 4 || e == [1] || e.last().is_some_and(|last| last % 2 == 0) {
                    return Err(UnfitKey::NoKey);
                }
                let components = RsaPublicKeyComponents { n: &n, e: &e };
                components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| UnfitKey::NoKey)?;
                Ok((Self::Rsa { n, e }, canonical(jwk, &["e", "kty", "n"])))
            }
            _ => Err(UnfitKey::Type),
        }
    }

    fn verifies(&self, algorithm: PublicAlgorithm) -> bool {
        match self {
            Self::P256(_) => algorithm == PublicAlgorithm::ES256,
            Self::P384(_) => algorithm == PublicAlgorithm::ES384,
            Self::Ed25519(_) => algorithm == PublicAlgorithm::EdDSA,
            Self::Rsa { .. } => matches!(algorithm, PublicAlgorithm::PS256 | PublicAlgorithm::RS256),
        }
    }
}

/// Checks `use` and `key_ops` (RFC 7517 sections 4.2 and 4.3).
fn purpose(jwk: &Map<String, Value>) -> Result<(), UnfitKey> {
    if jwk.get("use").is_some_and(|purpose| purpose != "sig") {
        return Err(UnfitKey::Purpose("use"));
    }
    let verifies = |operations: &Value| operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
    if jwk.get("key_ops").is_some_and(|operations| !verifies(operations)) {
        return Err(UnfitKey::Purpose("key_ops"));
    }
    Ok(())
}

fn number(jwk: &Map<String, Value>, member: &'static str) -> Result<Vec<u8>, UnfitKey> {
    let text = jwk.get(member).and_then(Value::as_str).ok_or(UnfitKey::Number(member))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| UnfitKey::Number(member))
}

/// The members as JSON. They contain no character that JSON escapes, because they were decoded or compared before.
fn canonical(jwk: &Map<String, Value>, members: &[&str]) -> String {
    let text = |member: &&str| format!("\"{member}\":\"{}\"", jwk.get(*member).and_then(Value::as_str).unwrap_or(""));
    format!("{{{}}}", members.iter().map(text).collect::<Vec<_>>().join(","))
}
