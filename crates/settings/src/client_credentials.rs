//! The credentials of a client in the form of the configuration (RFC 7591 section 2).

use serde::{Deserialize, Serialize};

use protocol::{Digest, JwkSet};

/// The digest of a secret, written `sha256:` and 64 digits.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretDigest(pub Digest);

impl TryFrom<String> for SecretDigest {
    type Error = &'static str;

    /// The error does not repeat the text: it may be a secret that was pasted by mistake.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let hex = text.strip_prefix("sha256:").filter(|hex| !hex.contains(|digit: char| digit.is_ascii_uppercase()));
        let digest = hex.and_then(Digest::from_hex).ok_or(
            "must be \"sha256:\" and 64 lower-case hexadecimal digits, as `grantd client new-secret` prints them",
        );
        digest.map(Self)
    }
}

impl From<SecretDigest> for String {
    fn from(SecretDigest(digest): SecretDigest) -> Self {
        format!("sha256:{}", digest.hex())
    }
}

/// `jwks`: a JWK Set (RFC 7517 section 5) as JSON; an empty text has no keys.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct InlineKeys {
    text: String,
    keys: JwkSet,
}

impl InlineKeys {
    /// The keys.
    pub fn keys(&self) -> &JwkSet {
        &self.keys
    }

    pub(super) fn is_absent(&self) -> bool {
        self.text.is_empty()
    }
}

impl TryFrom<String> for InlineKeys {
    type Error = String;

    /// Each key that is unfit is an error with a line of its own: unlike a set that somebody else publishes, this one was
    /// written for this server.
    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let most = JwkSet::MOST_KEYS;
        let (keys, unfit) = JwkSet::read(text.as_bytes()).ok_or_else(|| {
            format!("must be a JWK Set as JSON, {{\"keys\": [..]}} with at most {most} keys and no member twice")
        })?;
        let mut flaws: Vec<String> = unfit.iter().map(|(place, reason)| format!("keys[{place}]: {reason}")).collect();
        if keys.keys().is_empty() && unfit.is_empty() {
            flaws.push("holds no key".to_owned());
        }
        let names: Vec<Option<&str>> = keys.keys().iter().map(|jwk| jwk.key_id()).collect();
        let is_told_apart = |place: usize| names[place].is_some() && !names[..place].contains(&names[place]);
        if names.len() > 1 && !(0..names.len()).all(is_told_apart) {
            flaws.push("several keys need a kid each, and each another".to_owned());
        }
        if flaws.is_empty() { Ok(Self { text, keys }) } else { Err(flaws.join("\n")) }
    }
}

impl From<InlineKeys> for String {
    fn from(keys: InlineKeys) -> Self {
        keys.text
    }
}
