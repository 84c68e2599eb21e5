//! Checks the claims of a DPoP proof for one request (RFC 9449 section 4.3).
//!
//! Other code verifies the signature, and whether the proof was used before.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use url::Url;

use crate::digest::Digest;
use crate::proof::dpop_nonces::DpopNonces;
use crate::timestamp::Timestamp;
use crate::wire::OAuthError;

/// What a proof has to match.
#[derive(Clone, Copy, Debug)]
pub struct ProofDemand<'a> {
    /// The HTTP method of the request.
    pub method: &'a str,
    /// The URL of the endpoint by the configured issuer, never by the request.
    pub url: &'a str,
    /// The access token of a request to a protected resource.
    pub access_token: Option<&'a str>,
    /// The time of the request.
    pub now: Timestamp,
    /// How far `iat` may lie before or after that time.
    pub window: Duration,
    /// The nonces of this server, where it demands one. Then the age of the proof is that of its nonce, and the clock
    /// of the device does not matter (section 4.3, check 11).
    pub nonces: Option<&'a DpopNonces>,
}

/// The claims of a proof that matches the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DpopProof {
    /// The `jti`.
    id: String,
    /// The normalised URL that it is for.
    url: String,
    /// When it is no longer accepted, so that it need not be stored longer.
    pub expires_at: Timestamp,
}

impl DpopProof {
    /// The `typ` of a proof, which distinguishes it from any other JWT (RFC 8725 section 3.11).
    const TYPE: &str = "dpop+jwt";
    /// The greatest length of a `jti`. A longer one adds nothing to its uniqueness.
    const LONGEST_ID: usize = 1024;

    /// Reads header and claims of a proof and compares them with what it has to match.
    ///
    /// # Errors
    /// `invalid_dpop_proof` with the reason, or `use_dpop_nonce` when only the nonce is wrong.
    pub fn read(
        header: &Map<String, Value>,
        claims: &Map<String, Value>,
        demand: &ProofDemand<'_>,
    ) -> Result<Self, OAuthError> {
        let refused = |why: &'static str| OAuthError::InvalidDpopProof(why.into());
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if header.get("typ").and_then(Value::as_str) != Some(Self::TYPE) {
            return Err(refused("typ has to be dpop+jwt"));
        }
        let id = text("jti").filter(|id| (1..=Self::LONGEST_ID).contains(&id.len()));
        let id = id.ok_or(refused("jti is missing, empty or too long"))?;
        if text("htm") != Some(demand.method) {
            return Err(refused("htm is not the method of this request"));
        }
        let url = normalised(demand.url).ok_or(refused("this server has no address"))?;
        if text("htu").and_then(normalised).is_none_or(|asked| asked != url) {
            return Err(refused("htu is not the address of this endpoint"));
        }
        let issued_at = claims.get("iat").and_then(Timestamp::from_numeric_date);
        let issued_at = issued_at.ok_or(refused("iat is missing or no number"))?.seconds();
        if let Some(token) = demand.access_token {
            let hash = URL_SAFE_NO_PAD.encode(Digest::sha256(token.as_bytes()).as_bytes());
            if text("ath") != Some(&hash) {
                return Err(refused("ath is not the hash of the access token"));
            }
        }
        let expires_at = match demand.nonces {
            None => {
                let window = i64::try_from(demand.window.as_secs()).unwrap_or(i64::MAX);
                if demand.now.seconds().abs_diff(issued_at) > window.unsigned_abs() {
                    return Err(refused("iat is too far from the time of this server"));
                }
                Timestamp::from_millis(issued_at.saturating_add(window).saturating_add(1).saturating_mul(1000))
            }
            Some(nonces) => {
                let nonce = text("nonce").ok_or(OAuthError::UseDpopNonce)?;
                nonces.good_until(nonce, demand.now).ok_or(OAuthError::UseDpopNonce)?
            }
        };
        Ok(Self { id: id.to_owned(), url, expires_at })
    }

    /// The key under which its use is stored: a `jti` is unique for a key and a URL (section 11.1).
    pub fn name(&self, thumbprint: &str) -> Digest {
        // A thumbprint and a URL have no line break, so this text is unambiguous.
        Digest::sha256(format!("dpop\n{thumbprint}\n{}\n{}", self.url, self.id).as_bytes())
    }
}

/// A URL without query and fragment, in the one spelling that equal URLs share (RFC 3986 sections 6.2.2 and 6.2.3).
/// Browsers also accept what RFC 3986 does not allow (backslashes, tabs, missing slashes); here that is not a URL.
fn normalised(address: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let authority = address.split_once("://")?.1;
    if !address.bytes().all(allowed) || authority.starts_with('/') {
        return None;
    }
    let mut url = Url::parse(address).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let path = plainly_escaped(url.path())?;
    url.set_path(&path);
    Some(url.into())
}

/// The path with unreserved characters unescaped and every escape in upper case.
fn plainly_escaped(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            plain.push(char::from(byte));
        } else {
            plain.push('%');
            plain.push_str(&digits.to_ascii_uppercase());
        }
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
#[path = "dpop_tests.rs"]
mod tests;
