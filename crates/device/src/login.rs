//! Signs a person in, from the request for codes to the verified ID token.

use std::io::Write;

use crate::client::Client;
use crate::code_verifier::CodeVerifier;
use crate::error::DeviceError;
use crate::keypad::Keypad;
use crate::screen::Screen;
use crate::signed_in::SignedIn;
use crate::timekeeper::Timekeeper;

/// The request for a sign-in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The scopes, separated by spaces. `None` leaves them to the server.
    pub scope: Option<&'a str>,
    /// Fresh random text that the ID token must repeat. It is not part of RFC 8628, so it is for servers that are known to
    /// repeat it.
    pub nonce: Option<&'a str>,
    /// What binds the device code to this sign-in, at a server that says it knows PKCE. Any other server never hears of it.
    pub verifier: Option<&'a CodeVerifier>,
    /// Where the person types a PIN, if the server wants one. Without a keypad a sign-in at such a server expires.
    pub keypad: Option<&'a dyn Keypad>,
}

impl Client<'_> {
    /// Signs a person in: shows the codes on `screen`, polls at the pace of `time`, and returns when the person has decided.
    pub async fn sign_in<W: Write>(
        &self,
        request: &SignIn<'_>,
        screen: &mut Screen<W>,
        time: &impl Timekeeper,
    ) -> Result<SignedIn, DeviceError> {
        let authorization = self.authorize(request.scope, request.nonce, request.verifier).await?;
        screen.introduce(&authorization)?;
        let decided = self.poll_until_decided(&authorization, request.keypad, screen, time).await;
        screen.clear_progress()?;
        let tokens = decided?;

        let scope = tokens.scope.clone().or_else(|| request.scope.map(str::to_owned));
        let mut warnings = Vec::new();
        let is_openid = scope.as_deref().is_some_and(|scope| scope.split(' ').any(|token| token == "openid"));
        let claims = match &tokens.id_token {
            Some(id_token) => unless_away(self.verify(id_token, request.nonce, time).await, &mut warnings)?,
            None if is_openid => return Err(DeviceError::unverified("openid was granted, but no id_token came")),
            None => None,
        };
        let userinfo = match &claims {
            Some(claims) => {
                unless_away(self.userinfo(&tokens.access_token, claims, time).await, &mut warnings)?.flatten()
            }
            // Without verified claims userinfo could be about anybody.
            None => None,
        };
        Ok(SignedIn { claims, userinfo, scope, tokens, warnings })
    }
}

/// The result, or a warning if the server did not answer. The device code is spent once the tokens have come, so the tokens are
/// kept; only an answer that contradicts them is an error.
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
