//! Signs notices, so that a receiver can check their origin, content and age: the symmetric signatures of the Standard
//! Webhooks (<https://www.standardwebhooks.com>, "Signature scheme"), HMAC-SHA-256 over id, time and body.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::digest::HmacKey;
use crate::timestamp::Timestamp;

/// The prefix of a secret, for secret scanners.
const PREFIX: &str = "whsec_";
/// The lengths of a secret, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that is shared with a receiver. Its `Debug` is redacted and its memory is wiped.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Takes bytes that were derived from the root secret.
    pub fn derived(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// Reads `whsec_` and 24 to 64 bytes in base64; `None` when it is anything else.
    pub fn parse(written: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(written.strip_prefix(PREFIX)?).ok()?);
        LENGTHS.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The text, for the receiver.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    /// The text `v1,` and the signature of one attempt.
    fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{}.{body}", at.seconds());
        format!("v1,{}", STANDARD.encode(HmacKey::of_secret(&self.0).digest(signed.as_bytes()).as_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret([redacted])")
    }
}

/// The value of `webhook-signature`: one signature for each secret, so that a receiver can change from one to the next.
pub fn webhook_signature(secrets: &[WebhookSecret], id: &str, at: Timestamp, body: &str) -> String {
    secrets.iter().map(|secret| secret.sign(id, at, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_known_example_is_signed_as_others_sign_it() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Timestamp::from_millis(1_614_265_330_000);
        let signed = webhook_signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_read_back_and_nothing_else_is() {
        let secret = WebhookSecret::derived(&[7; 32]);
        assert_eq!(WebhookSecret::parse(&secret.reveal()).unwrap().reveal(), secret.reveal());
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        for wrong in
            ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI?2LaLaSw", &short]
        {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "WebhookSecret([redacted])");
    }

    #[test]
    fn each_secret_signs_and_every_part_counts() {
        let secrets = [WebhookSecret::derived(&[1; 32]), WebhookSecret::derived(&[2; 32])];
        let at = Timestamp::from_millis(1_000);
        let both = webhook_signature(&secrets, "a", at, "{}");
        let (first, second) = both.split_once(' ').unwrap();
        assert_eq!(webhook_signature(&secrets[..1], "a", at, "{}"), first);
        assert_ne!(first, second);
        for (id, at, body) in [("b", 1_000, "{}"), ("a", 2_000, "{}"), ("a", 1_000, "{ }")] {
            assert_ne!(webhook_signature(&secrets[..1], id, Timestamp::from_millis(at), body), first);
        }
    }
}
