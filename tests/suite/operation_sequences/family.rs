//! What is issued for one approval, and how long it is valid: requirements K-03, K-07 and K-08, for the model.

use crate::operation_sequences::model::Credentials;

/// The defaults of `tokens.rotation_grace` and `tokens.access_token_lifetime`.
const ROTATION_GRACE: i64 = 10_000;
const ACCESS_TOKEN_LIFETIME: i64 = 600_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Under which its person had signed in when they approved.
    pub credentials: Credentials,
    pub revoked: bool,
    /// How many refresh tokens the chain has had, and when the last came.
    pub links: usize,
    rotated_at: i64,
    pub access_tokens: Vec<AccessToken>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    issued_at: i64,
    pub revoked: bool,
}

impl Family {
    pub fn new(credentials: Credentials, now: i64) -> Self {
        let first = AccessToken { issued_at: now, revoked: false };
        Self { credentials, revoked: false, links: 1, rotated_at: now, access_tokens: vec![first] }
    }

    /// Uses a refresh token of the chain, and tells which one is given for it; none when that is the alarm.
    pub fn refresh(&mut self, presented: usize, now: i64) -> Option<usize> {
        let last = self.links - 1;
        if presented == last {
            self.links += 1;
            self.rotated_at = now;
        } else if presented + 1 < last || now - self.rotated_at > ROTATION_GRACE {
            self.revoked = true;
            return None;
        }
        self.access_tokens.push(AccessToken { issued_at: now, revoked: false });
        Some(self.links - 1)
    }

    pub fn is_good(&self, access_token: usize, now: i64) -> bool {
        let token = &self.access_tokens[access_token];
        // The times in a token are whole seconds (RFC 7519 section 2).
        !self.revoked && !token.revoked && now / 1_000 < (token.issued_at + ACCESS_TOKEN_LIFETIME) / 1_000
    }
}
