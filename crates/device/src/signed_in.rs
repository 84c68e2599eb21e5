//! The result of a sign-in.

use serde_json::Value;

use crate::messages::TokenResponse;
use crate::verification::Claims;

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The claims of the verified ID token. `None` if the scope has no `openid`, or if the token could not be verified.
    pub claims: Option<Claims>,
    /// The claims of userinfo about the same person.
    pub userinfo: Option<Claims>,
    /// The granted scope.
    pub scope: Option<String>,
    /// The tokens.
    pub tokens: TokenResponse,
    /// A sentence for each request about the person that failed after the tokens had come. Usually empty.
    pub warnings: Vec<String>,
}

impl SignedIn {
    /// The name of this person: the login name, or else the full name, the address or the subject.
    pub fn name(&self) -> Option<&str> {
        ["preferred_username", "name", "email", "sub"].iter().find_map(|claim| {
            let sources = [&self.userinfo, &self.claims].into_iter().flatten();
            sources.filter_map(|claims| claims.get(*claim).and_then(Value::as_str)).find(|name| !name.is_empty())
        })
    }

    /// The id of this person at the server (`sub`).
    pub fn subject(&self) -> Option<&str> {
        self.claims.as_ref()?.get("sub").and_then(Value::as_str)
    }
}
