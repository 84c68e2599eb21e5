//! One sign-in, from the request for codes to a verified person.

use std::io::Write;

use crate::client::Client;
use crate::error::DeviceError;
use crate::keypad::Keypad;
use crate::screen::Screen;
use crate::signed_in::SignedIn;
use crate::timekeeper::Timekeeper;
use crate::verification::{Expected, userinfo, verify};

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
