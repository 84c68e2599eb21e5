//! Client authentication: what a request presents and whether it is right (RFC 6749 section 2.3), with the habits of
//! real clients.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::client::client_assertion::ClientAssertion;
use crate::client::registration::{AuthenticationMethod, AuthenticationMethodName, Client};
use crate::digest::Digest;
use crate::proof::Jws;
use crate::secret::Secret;
use crate::wire::form::decode;
use crate::wire::{Form, OAuthError};

/// The credentials of a request. An empty secret counts as none (RFC 6749 section 2.3.1), because some libraries of
/// public clients send one.
#[derive(Debug)]
pub struct Credentials {
    /// The client that the request claims to come from.
    pub client_id: String,
    secret: Presented,
}

/// Why credentials do not authenticate a client. It is for the log: the client is answered `invalid_client` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationFlaw {
    /// Nobody is registered under the id, or the client is disabled.
    #[error("no enabled client has this id")]
    UnknownClient,
    /// The request used another method than the client is registered for.
    #[error("it is registered for another token_endpoint_auth_method")]
    Method,
    /// The method is right, and the secret is not.
    #[error("the secret is wrong")]
    Secret,
}

#[derive(Debug)]
enum Presented {
    Nothing { challenged: bool },
    Basic(Secret),
    Post(Secret),
    Assertion(ClientAssertion),
}

impl Credentials {
    const LONGEST_ID: usize = 255;
    const LONGEST_SECRET: usize = 1024;

    /// Reads the `Authorization` header and the body. A request uses exactly one method (RFC 6749 section 2.3).
    ///
    /// # Errors
    /// `invalid_request` for two methods, half of one, two different client ids or none; `invalid_client` for a header
    /// that is not Basic or cannot be decoded, and for an assertion of another type than that of RFC 7523.
    pub fn presented(authorization: Option<&[u8]>, form: &Form) -> Result<Self, OAuthError> {
        let client_id = form.at_most("client_id", Self::LONGEST_ID)?;
        let posted = form.at_most("client_secret", Self::LONGEST_SECRET)?;
        let asserted = form.get("client_assertion").is_some() || form.get("client_assertion_type").is_some();
        if usize::from(authorization.is_some()) + usize::from(posted.is_some()) + usize::from(asserted) > 1 {
            return Err(OAuthError::invalid_request("use one method of client authentication, not two"));
        }
        if asserted {
            return Self::asserted(client_id, form);
        }
        if let Some(header) = authorization {
            let (id, secret) = basic(header).ok_or(OAuthError::InvalidClient { challenged: true })?;
            if client_id.is_some_and(|client_id| client_id != id) {
                return Err(OAuthError::invalid_request("client_id is not the client of the Authorization header"));
            }
            let secret = if secret.is_empty() {
                Presented::Nothing { challenged: true }
            } else {
                Presented::Basic(Secret::presented(&secret))
            };
            return Ok(Self { client_id: id, secret });
        }
        let client_id = client_id.ok_or(OAuthError::invalid_request("client_id is missing"))?.to_owned();
        let secret = posted.map_or(Presented::Nothing { challenged: false }, |s| Presented::Post(Secret::presented(s)));
        Ok(Self { client_id, secret })
    }

    /// Reads a client assertion (RFC 7521 section 4.2). It names the client; `client_id` beside it is optional.
    fn asserted(client_id: Option<&str>, form: &Form) -> Result<Self, OAuthError> {
        let halves = (form.get("client_assertion_type"), form.at_most("client_assertion", Jws::LONGEST)?);
        let (Some(kind), Some(assertion)) = halves else {
            return Err(OAuthError::invalid_request("client_assertion and client_assertion_type belong together"));
        };
        if kind != ClientAssertion::TYPE {
            return Err(OAuthError::InvalidClient { challenged: false });
        }
        let assertion = ClientAssertion::presented(assertion);
        let subject = assertion.subject().filter(|subject| subject.len() <= Self::LONGEST_ID);
        if subject.is_some_and(|subject| client_id.is_some_and(|client_id| client_id != subject)) {
            return Err(OAuthError::invalid_request("client_id is not the client of the client_assertion"));
        }
        let client_id = subject.or(client_id).unwrap_or_default().to_owned();
        Ok(Self { client_id, secret: Presented::Assertion(assertion) })
    }

    /// The assertion, if one was presented. It is verified with keys elsewhere, and [`Credentials::verify`] refuses it.
    pub fn assertion(&self) -> Option<&ClientAssertion> {
        match &self.secret {
            Presented::Assertion(assertion) => Some(assertion),
            Presented::Nothing { .. } | Presented::Basic(_) | Presented::Post(_) => None,
        }
    }

    /// Checks the credentials against the registered client. An unknown client takes the same time as a known one: one
    /// digest and one comparison in every branch, so that the time of an answer does not show which clients exist.
    /// `compared` is called at each comparison.
    ///
    /// # Errors
    /// The reason. The client is told [`Credentials::refusal`], which is the same for every reason.
    pub fn verify(&self, client: Option<&Client>, mut compared: impl FnMut()) -> Result<(), AuthenticationFlaw> {
        let nobody = [Digest::sha256(b"")];
        let (presented, registered, method_fits) = match (&self.secret, client.map(|client| &client.authentication)) {
            (Presented::Nothing { .. }, Some(AuthenticationMethod::None)) => return Ok(()),
            (Presented::Basic(secret), Some(AuthenticationMethod::ClientSecretBasic(digests)))
            | (Presented::Post(secret), Some(AuthenticationMethod::ClientSecretPost(digests))) => {
                (secret.digest(), digests.as_slice(), true)
            }
            (Presented::Basic(secret) | Presented::Post(secret), _) => (secret.digest(), &nobody[..], false),
            (Presented::Nothing { .. } | Presented::Assertion(_), _) => (Digest::sha256(b""), &nobody[..], false),
        };
        compared();
        let known = registered.iter().fold(false, |known, digest| known | digest.same_as(&presented));
        match (known & method_fits, client.is_some(), method_fits) {
            (true, ..) => Ok(()),
            (false, false, _) => Err(AuthenticationFlaw::UnknownClient),
            (false, true, false) => Err(AuthenticationFlaw::Method),
            (false, true, true) => Err(AuthenticationFlaw::Secret),
        }
    }

    /// The answer to credentials that do not authenticate a client.
    pub fn refusal(&self) -> OAuthError {
        let challenged = matches!(self.secret, Presented::Basic(_) | Presented::Nothing { challenged: true });
        OAuthError::InvalidClient { challenged }
    }

    /// The method that the request used. A client id alone is `none`, and so is an empty secret.
    pub fn method(&self) -> &'static str {
        match &self.secret {
            Presented::Nothing { .. } => AuthenticationMethodName::None.name(),
            Presented::Basic(_) => AuthenticationMethodName::ClientSecretBasic.name(),
            Presented::Post(_) => AuthenticationMethodName::ClientSecretPost.name(),
            Presented::Assertion(_) => "client_assertion",
        }
    }
}

/// `Basic base64(form-encoded id ":" form-encoded secret)` (RFC 6749 section 2.3.1 and appendix B).
fn basic(header: &[u8]) -> Option<(String, String)> {
    let (scheme, encoded) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (id, secret) = (decode(&decoded[..colon]).ok()?, decode(&decoded[colon + 1..]).ok()?);
    let fits = !id.is_empty() && id.len() <= Credentials::LONGEST_ID && secret.len() <= Credentials::LONGEST_SECRET;
    fits.then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn presented(authorization: Option<&str>, body: &str) -> Result<Credentials, OAuthError> {
        Credentials::presented(authorization.map(str::as_bytes), &Form::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let credentials = presented(Some(&header("tv%3Aodd+client:a%2Bb%3A")), "").unwrap();
        assert_eq!(credentials.client_id, "tv:odd client");
        let Presented::Basic(secret) = credentials.secret else { panic!("a secret") };
        assert_eq!(secret.reveal(), "a+b:");
    }

    #[test]
    fn a_broken_header_is_a_failed_authentication() {
        for wrong in ["Basic !!!", &header("no-colon"), "Bearer x", "Basic", &header(":secret"), &header("%zz:s")] {
            assert_eq!(
                presented(Some(wrong), "").err(),
                Some(OAuthError::InvalidClient { challenged: true }),
                "{wrong}"
            );
        }
    }

    #[test]
    fn two_methods_are_one_too_many() {
        let basic = header("tv:secret");
        for body in ["client_secret=x", "client_assertion=x", "client_assertion_type=x"] {
            assert!(matches!(presented(Some(&basic), body), Err(OAuthError::InvalidRequest(_))), "{body}");
        }
        assert!(matches!(presented(Some(&basic), "client_id=other"), Err(OAuthError::InvalidRequest(_))));
        assert!(presented(Some(&basic), "client_id=tv&client_secret=").is_ok());
    }

    /// The assertion says `{"sub":"tv"}`.
    #[test]
    fn an_assertion_names_its_client() {
        let kind = format!("client_assertion_type={}", ClientAssertion::TYPE);
        let assertion = "client_assertion=e30.eyJzdWIiOiJ0diJ9.c2ln";
        for client in ["", "&client_id=tv"] {
            let credentials = presented(None, &format!("{kind}&{assertion}{client}")).unwrap();
            assert_eq!(credentials.client_id, "tv");
            assert!(credentials.assertion().is_some() && credentials.verify(None, || {}).is_err());
        }
        for body in [kind.clone(), assertion.to_owned(), format!("{kind}&{assertion}&client_id=radio")] {
            assert!(matches!(presented(None, &body), Err(OAuthError::InvalidRequest(_))), "{body}");
        }
        let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
        assert_eq!(
            presented(None, &format!("client_assertion_type={saml}&{assertion}")).err(),
            Some(OAuthError::InvalidClient { challenged: false })
        );
        // An assertion that cannot be read names nobody, or the client that the body names.
        for (client, named) in [("", ""), ("&client_id=tv", "tv")] {
            let credentials = presented(None, &format!("{kind}&client_assertion=x{client}")).unwrap();
            assert_eq!(credentials.client_id, named);
        }
    }
}
