//! Which token is this? What revocation and introspection are asked about (RFC 7009 section 2.1, RFC 7662 section 2.1).
//!
//! `token_type_hint` is a hint and nothing more: what a token is shows in its form.

use crate::app::App;
use crate::protocol::AccessTokenClaims;
use crate::protocol::Digest;
use crate::protocol::RefreshToken;
use crate::protocol::Timestamp;
use crate::store;
use crate::store::LiveAccessToken;
use crate::store::RefreshableFamily;
use crate::store::StoreError;

/// A token of ours that is alive, or was until its turn came.
pub(super) enum PresentedToken {
    /// An access token that may be used.
    Access(AccessTokenClaims, Box<LiveAccessToken>),
    /// A token of a living chain: the current one, or an older one.
    Refresh(RefreshToken, Box<RefreshableFamily>),
}

impl PresentedToken {
    /// Finds out; `None` for what is unknown, expired or revoked.
    pub(super) async fn find(app: &App, token: &str, now: Timestamp) -> Result<Option<Self>, StoreError> {
        if let Some(token) = RefreshToken::presented(token) {
            let family = store::find_refreshable_family(&app.db, &token.chain_key()).await?;
            return Ok(family.map(|family| Self::Refresh(token, Box::new(family))));
        }
        let claims: Option<AccessTokenClaims> = app.keys.verify("at+jwt", &app.settings.issuer, token).await;
        let Some(claims) = claims.filter(|claims| claims.exp > now.seconds()) else { return Ok(None) };
        let live = store::find_access_token(&app.db, &access_token_name(&claims), now).await?;
        // A client that was removed or disabled has no living tokens (SM-06).
        let live = live.filter(|live| app.clients.find(&live.client_id).is_some());
        Ok(live.map(|live| Self::Access(claims, Box::new(live))))
    }

    /// Whose it is.
    pub(super) fn client_id(&self) -> &str {
        match self {
            Self::Access(_, live) => &live.client_id,
            Self::Refresh(_, family) => &family.client_id,
        }
    }
}

/// Under which an access token's row is kept.
pub(super) fn access_token_name(claims: &AccessTokenClaims) -> Digest {
    Digest::sha256(claims.jti.as_bytes())
}
