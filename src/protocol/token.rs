//! What is issued? Access tokens as JWTs (RFC 9068) and ID tokens (OpenID Connect Core section 2), field for field.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::{Audience, SigningAlgorithm};

/// What an access token says: the claims of a JWT whose `typ` is `at+jwt`, so that it is never taken for an ID token, or what
/// is kept of an opaque one. Times in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AccessTokenClaims {
    /// The issuer, letter for letter.
    pub iss: String,
    /// Never empty (RFC 9068 section 3).
    pub aud: Audience,
    /// The person.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// When it ends.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// Its name, which a row keeps as a digest.
    pub jti: String,
    /// What it allows.
    pub scope: String,
    /// When the person authenticated.
    pub auth_time: i64,
    /// How.
    pub amr: Vec<String>,
    /// At which level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acr: Option<String>,
    /// To whom it is bound; none: to whoever bears it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cnf: Option<Confirmation>,
    /// What the operator has it say besides.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// Who has to present a token: the owner of this key (RFC 7800 section 3.1, RFC 9449 section 6.1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Confirmation {
    /// The thumbprint of the key (RFC 7638, SHA-256).
    pub jkt: String,
}

/// The claims of an ID token. Times in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct IdTokenClaims {
    /// The issuer, letter for letter.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client, alone.
    pub aud: Vec<String>,
    /// When it ends.
    pub exp: i64,
    /// When it was issued: the poll's time.
    pub iat: i64,
    /// When the approving browser session authenticated: not the poll's time.
    pub auth_time: i64,
    /// How.
    pub amr: Vec<String>,
    /// At which level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acr: Option<String>,
    /// What the device sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nonce: Option<String>,
    /// Ties it to the access token.
    pub at_hash: String,
    /// What the operator has it say besides.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// `at_hash` (OpenID Connect Core section 3.1.3.6): the left half of the hash that the ID token's algorithm uses.
pub fn half_hash(algorithm: SigningAlgorithm, access_token: &str) -> String {
    let hash = match algorithm {
        SigningAlgorithm::ES256 | SigningAlgorithm::RS256 => &digest::SHA256,
        SigningAlgorithm::EdDSA => &digest::SHA512,
    };
    let hash = digest::digest(hash, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

#[cfg(test)]
mod tests {
    /// The first half of SHA-256("abc"), which FIPS 180-4 gives as an example.
    #[test]
    fn at_hash_is_the_left_half() {
        assert_eq!(super::half_hash(super::SigningAlgorithm::ES256, "abc"), "ungWv48Bz-pBQUDeXa4iIw");
    }
}
