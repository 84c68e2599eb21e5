//! The device authorization request and its response (RFC 8628 sections 3.1 and 3.2).

use std::time::Duration;

use url::Url;

use crate::client::Client;
use crate::code_verifier::CodeVerifier;
use crate::error::DeviceError;
use crate::messages::DeviceAuthorizationResponse;
use protocol::Secret;

/// The interval if the server names none (RFC 8628 section 3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// A request that waits for a person.
#[derive(Clone, Debug)]
pub struct DeviceAuthorization {
    /// The secret that polls.
    pub device_code: Secret,
    /// The code that the person types, as the server sent it.
    pub user_code: String,
    /// The page for the code: an http or https URL, as the server sent it.
    pub verification_uri: String,
    /// The same page with the code in its URL, if the server offers it.
    pub verification_uri_complete: Option<String>,
    /// How long the codes live.
    pub expires_in: Duration,
    /// The least time between two polls; a second or more.
    pub interval: Duration,
    /// The number that the person must pick in the browser, if the server asks for it there (an extension).
    pub match_number: Option<String>,
    /// Whether polls must carry the PIN that the browser shows (an extension).
    pub wants_pin: bool,
    /// What polls must carry, if the request came with its challenge.
    pub verifier: Option<CodeVerifier>,
}

impl Client<'_> {
    /// Asks the server for codes. A server that supports `nonce` here repeats it in the ID token. The challenge of `verifier`
    /// goes with the request where the server says that it knows S256.
    pub async fn authorize(
        &self,
        scope: Option<&str>,
        nonce: Option<&str>,
        verifier: Option<&CodeVerifier>,
    ) -> Result<DeviceAuthorization, DeviceError> {
        let endpoint = &self.server.device_authorization_endpoint;
        let verifier = verifier.filter(|_| self.server.takes_challenges);
        let challenge = verifier.map(CodeVerifier::challenge);
        let parameters = [
            ("scope", scope),
            ("nonce", nonce),
            ("code_challenge", challenge.as_deref()),
            ("code_challenge_method", challenge.is_some().then_some(CodeVerifier::METHOD)),
        ];
        let form = parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let read = read(self.post(endpoint, form).await?.granted()?);
        let authorization = read.map_err(|reason| DeviceError::unexpected(endpoint, reason))?;
        Ok(DeviceAuthorization { verifier: verifier.cloned(), ..authorization })
    }
}

fn read(answer: DeviceAuthorizationResponse) -> Result<DeviceAuthorization, &'static str> {
    if answer.user_code.trim().is_empty() {
        return Err("the user_code is empty");
    }
    Ok(DeviceAuthorization {
        device_code: answer.device_code,
        user_code: answer.user_code,
        verification_uri: answer
            .verification_uri
            .or(answer.verification_url)
            .filter(|uri| is_web(uri))
            .ok_or("it names no verification_uri that a browser could open")?,
        verification_uri_complete: answer.verification_uri_complete.filter(|uri| is_web(uri)),
        expires_in: Duration::from_secs(answer.expires_in.ok_or("it does not say when the code expires")?),
        interval: answer.interval.map_or(DEFAULT_INTERVAL, |seconds| Duration::from_secs(seconds.max(1))),
        match_number: answer.match_number.as_str().filter(|number| !number.trim().is_empty()).map(str::to_owned),
        wants_pin: answer.initiation_pin_required == true,
        verifier: None,
    })
}

/// A camera also obeys QR codes with other schemes: they dial numbers or join networks.
fn is_web(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::{DeviceAuthorization, read};

    fn reading(more: &Value) -> Result<DeviceAuthorization, &'static str> {
        let mut answer = json!({
            "device_code": "d-secret", "user_code": "WDJB-MJHT", "verification_uri": "https://a.example/device", "expires_in": 600
        });
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(serde_json::from_value(answer).unwrap())
    }

    #[test]
    fn the_interval_is_five_seconds_unless_told_and_never_nothing() {
        assert_eq!(reading(&json!({})).unwrap().interval, Duration::from_secs(5));
        assert_eq!(reading(&json!({"interval": 0})).unwrap().interval, Duration::from_secs(1));
        assert_eq!(reading(&json!({"interval": 7})).unwrap().interval, Duration::from_secs(7));
    }

    #[test]
    fn only_web_addresses_are_shown() {
        assert!(reading(&json!({"verification_uri": "tel:112"})).is_err());
        assert_eq!(
            reading(&json!({"verification_uri_complete": "WIFI:S:x;;"})).unwrap().verification_uri_complete,
            None
        );
    }

    #[test]
    fn an_extension_that_is_something_else_is_absent() {
        for (number, required) in
            [(json!(47), json!("1")), (json!(null), json!(null)), (json!([]), json!("true")), (json!(" "), json!({}))]
        {
            let more = json!({"match_number": number, "initiation_pin_required": required});
            let read = reading(&more).unwrap();
            assert_eq!((read.match_number, read.wants_pin), (None, false), "{more}");
        }
    }

    #[test]
    fn the_device_code_does_not_print() {
        assert!(!format!("{:?}", reading(&json!({})).unwrap()).contains("d-secret"));
    }
}
