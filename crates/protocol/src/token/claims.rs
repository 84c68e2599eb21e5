//! The claims of issued tokens: access tokens as JWTs (RFC 9068) and ID tokens (OpenID Connect Core section 2).

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Audience;
use crate::token::signing_algorithm::SigningAlgorithm;

/// The bytes that a presented token may have: more than any token of this server.
pub const LONGEST_TOKEN: usize = 8192;

/// The claims of an access token: those of a JWT whose `typ` is `at+jwt`, so that it is never taken for an ID token, or
/// what is stored of an opaque one. Times are in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AccessTokenClaims {
    /// The issuer, letter for letter.
    pub iss: String,
    /// The audience, never empty (RFC 9068 section 3).
    pub aud: Audience,
    /// The `sub` of the person, or the id of the client if nobody logged in (RFC 9068 section 2.2).
    pub sub: String,
    /// The client that the token was issued to.
    pub client_id: String,
    /// When the token expires.
    pub exp: i64,
    /// When the token was issued.
    pub iat: i64,
    /// The id of the token, which a row stores as a digest.
    pub jti: String,
    /// The granted scope.
    pub scope: String,
    /// When the person authenticated. `None`: it is a client's own token, and nobody logged in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_time: Option<i64>,
    /// The methods of the authentication (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub amr: Vec<String>,
    /// The level of the authentication.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acr: Option<String>,
    /// The key that the token is bound to. `None`: a bearer token.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cnf: Option<Confirmation>,
    /// The claims that the operator adds.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// The key whose owner may use a token (RFC 7800 section 3.1, RFC 9449 section 6.1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Confirmation {
    /// The thumbprint of the key (RFC 7638, SHA-256).
    pub jkt: String,
}

/// The claims of an ID token. Times are in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct IdTokenClaims {
    /// The issuer, letter for letter.
    pub iss: String,
    /// The `sub` of the person.
    pub sub: String,
    /// The client, as the only audience.
    pub aud: Vec<String>,
    /// When the token expires.
    pub exp: i64,
    /// When the token was issued: the time of the poll.
    pub iat: i64,
    /// When the person authenticated in the browser, not the time of the poll.
    pub auth_time: i64,
    /// The methods of the authentication (RFC 8176).
    pub amr: Vec<String>,
    /// The level of the authentication.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acr: Option<String>,
    /// The `nonce` of the device.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nonce: Option<String>,
    /// The digest that binds the ID token to the access token.
    pub at_hash: String,
    /// The claims that the operator adds.
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
