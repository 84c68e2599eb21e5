//! What a device holds when its person has signed in.

use serde_json::Value;

use crate::messages::TokenResponse;
use crate::verification::Claims;

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
