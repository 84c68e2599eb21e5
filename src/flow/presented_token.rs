//! Find the token of a request for userinfo, revocation or introspection (RFC 6750, RFC 7009 section 2.1, RFC 7662
//! section 2.1).
//!
//! `token_type_hint` is not used: the form of a token shows its type.

use crate::app::App;
use protocol::{AccessTokenClaims, Digest, RefreshToken, Timestamp};
use store::{LiveAccessToken, RefreshableFamily, StoreError};

/// The prefix of opaque access tokens, for scanners of secrets and for this server (requirement K-01).
pub(crate) const OPAQUE: &str = "gat_";

/// A token of this server that is alive.
pub(crate) enum PresentedToken {
    /// An access token that may be used.
    Access(Box<AccessTokenClaims>, Box<LiveAccessToken>),
    /// A token of a living chain: the current one, or an older one.
    Refresh(RefreshToken, Box<RefreshableFamily>),
}

impl PresentedToken {
    /// The token of this text; `None` if it is unknown, expired or revoked.
    pub(crate) async fn find(app: &App, token: &str, now: Timestamp) -> Result<Option<Self>, StoreError> {
        if let Some(token) = RefreshToken::presented(token) {
            let family = store::find_refreshable_family(&app.db, &token.chain_key()).await?;
            return Ok(family.map(|family| Self::Refresh(token, Box::new(family))));
        }
        let found = live_access_token(app, token, now).await?;
        Ok(found.map(|(claims, live)| Self::Access(Box::new(claims), Box::new(live))))
    }

    /// The client that it was issued to.
    pub(crate) fn client_id(&self) -> &str {
        match self {
            Self::Access(_, live) => &live.client_id,
            Self::Refresh(_, family) => &family.client_id,
        }
    }
}

/// The claims and the row of an access token, if it may be used. The claims are in a JWT, which this server has signed,
/// or in the row of an opaque token.
pub(crate) async fn live_access_token(
    app: &App,
    token: &str,
    now: Timestamp,
) -> Result<Option<(AccessTokenClaims, LiveAccessToken)>, StoreError> {
    let (digest, signed) = if token.starts_with(OPAQUE) {
        (Digest::sha256(token.as_bytes()), None)
    } else {
        let claims: Option<AccessTokenClaims> = app.keys.signing.verify("at+jwt", &app.settings.issuer, token).await;
        let Some(claims) = claims.filter(|claims| claims.exp > now.seconds()) else { return Ok(None) };
        (Digest::sha256(claims.jti.as_bytes()), Some(claims))
    };
    let Some(mut live) = store::find_access_token(&app.db, &digest, now).await? else { return Ok(None) };
    // A client that was removed or disabled has no valid tokens (SM-06).
    if app.registry.clients.find(&live.client_id).is_none() {
        return Ok(None);
    }
    // After a change of the issuer, older JWTs fail the verification above. Older opaque tokens end here.
    let claims = signed.or(live.claims.take()).filter(|claims| claims.iss == *app.settings.issuer);
    Ok(claims.map(|claims| (claims, live)))
}
