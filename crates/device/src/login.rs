//! One sign-in, from the request for codes to a verified person.

use std::io::Write;

use serde_json::Value;

use crate::client::Client;
use crate::error::DeviceError;
use crate::keypad::Keypad;
use crate::messages::TokenResponse;
use crate::screen::Screen;
use crate::timekeeper::Timekeeper;
use crate::verification::{Claims, Expected, userinfo, verify};

/// What is asked for.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// What is asked for, with blanks between; `None`: what the server gives by default.
    pub scope: Option<&'a str>,
    /// Fresh random text that the ID token has to repeat. RFC 8628 does not know it, and a server which ignores it cannot
    /// repeat it: `None` for servers that are not known to.
    pub nonce: Option<&'a str>,
    /// Where a PIN is typed, if a server wants one; `None`: nowhere, and such a server is waited for in vain.
    pub keypad: Option<&'a dyn Keypad>,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the verified ID token says; `None` where the scope is without `openid`.
    pub claims: Option<Claims>,
    /// What userinfo says, about the same person.
    pub userinfo: Option<Claims>,
    /// What was granted.
    pub scope: Option<String>,
    /// The tokens.
    pub tokens: TokenResponse,
    /// What could not be found out about the person although the tokens came, each in a sentence. Empty, as a rule.
    pub warnings: Vec<String>,
}

impl SignedIn {
    /// What people call this person: the name to log in with, else the full name, the address or the subject.
    pub fn name(&self) -> Option<&str> {
        ["preferred_username", "name", "email", "sub"].iter().find_map(|claim| {
            let told = [&self.userinfo, &self.claims].into_iter().flatten();
            told.filter_map(|claims| claims.get(*claim).and_then(Value::as_str)).find(|name| !name.is_empty())
        })
    }

    /// Who this person is to the server (`sub`).
    pub fn subject(&self) -> Option<&str> {
        self.claims.as_ref()?.get("sub").and_then(Value::as_str)
    }
}

impl Client<'_> {
    /// Signs somebody in: shows the codes on `screen`, waits as `time` does, and returns once a person has decided.
    pub async fn sign_in<W: Write>(
        &self,
        request: &SignIn<'_>,
        screen: &mut Screen<W>,
        time: &impl Timekeeper,
    ) -> Result<SignedIn, DeviceError> {
        let Client { http, server, .. } = self;
        let authorization = self.authorize(request.scope, request.nonce).await?;
        screen.introduce(&authorization)?;
        let decided = self.poll_until_decided(&authorization, request.keypad, screen, time).await;
        screen.clear_progress()?;
        let tokens = decided?;

        let scope = tokens.scope.clone().or_else(|| request.scope.map(str::to_owned));
        let expected = Expected { issuer: &server.issuer, client_id: &self.id, nonce: request.nonce };
        let mut warnings = Vec::new();
        let (claims, userinfo) = match &tokens.id_token {
            Some(id_token) => {
                let claims = unless_away(verify(id_token, http, server, &expected, time).await, &mut warnings)?;
                let userinfo = match &claims {
                    Some(claims) => unless_away(userinfo(&tokens, claims, http, server, time).await, &mut warnings)?,
                    // Without verified claims userinfo could be about anybody.
                    None => None,
                };
                (claims, userinfo.flatten())
            }
            None if scope.as_deref().is_some_and(|scope| scope.split(' ').any(|token| token == "openid")) => {
                return Err(DeviceError::unverified("openid was granted, but no id_token came"));
            }
            None => (None, None),
        };
        Ok(SignedIn { claims, userinfo, scope, tokens, warnings })
    }
}

/// What was found out. The code is used up once the tokens have come, so they are kept although the server does not answer;
/// only an answer that contradicts them is an error.
fn unless_away<T>(found: Result<T, DeviceError>, warnings: &mut Vec<String>) -> Result<Option<T>, DeviceError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error @ (DeviceError::Unverified(_) | DeviceError::NoKey | DeviceError::Screen(_))) => Err(error),
        Err(error) => {
            warnings.push(error.to_string());
            Ok(None)
        }
    }
}
