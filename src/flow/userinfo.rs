//! Return the claims of the end user for an access token (OpenID Connect Core section 5.3). The errors are those of RFC
//! 6750 section 3, and of RFC 9449 section 7 for a token that is bound to a key.

use crate::app::App;
use crate::flow::presented_token::live_access_token;
use crate::flow::{FlowError, dpop};
use protocol::messages::{TokenType, UserinfoResponse};
use protocol::{ClaimPlace, Confirmation, CustomClaim, OAuthError, Person, Scope};
use store::TokenPerson;

/// An access token, and how it is presented to a protected resource.
pub(crate) struct ResourceRequest {
    pub(crate) token: String,
    pub(crate) scheme: TokenType,
    pub(crate) method: String,
    /// Every `DPoP` header (RFC 9449 section 4.1).
    pub(crate) proofs: Vec<Vec<u8>>,
}

/// Why an access token is not honoured.
pub(crate) enum ResourceError {
    /// There is no token, or another scheme.
    MissingToken,
    /// Two tokens, a token in the URL, a body that cannot be read.
    InvalidRequest,
    /// Unknown, expired or revoked, or no access token.
    InvalidToken(TokenType),
    /// Presented as if it were not bound to a key, or as if it were, or with the proof of another key.
    WrongBinding,
    /// Without `openid`.
    InsufficientScope(TokenType),
    /// The proof beside it is invalid.
    InvalidProof(OAuthError),
    /// A fault of the server.
    Fault(FlowError),
}

impl<E: Into<FlowError>> From<E> for ResourceError {
    fn from(error: E) -> Self {
        match error.into() {
            FlowError::OAuth(of_proof) => Self::InvalidProof(of_proof),
            fault => Self::Fault(fault),
        }
    }
}

/// Returns the claims that the access token of a request allows.
pub(crate) async fn userinfo(app: &App, request: &ResourceRequest) -> Result<UserinfoResponse, ResourceError> {
    let invalid = || ResourceError::InvalidToken(request.scheme);
    let found = live_access_token(app, &request.token, app.clock.now()).await?;
    let (claims, live) = found.ok_or_else(invalid)?;
    check_possession(app, request, claims.cnf.as_ref()).await?;
    let scope: Scope = claims.scope.parse().map_err(|_| invalid())?;
    if !scope.contains("openid") {
        return Err(ResourceError::InsufficientScope(request.scheme));
    }
    let client = app.registry.clients.find(&live.client_id);
    let person = match live.person {
        Some(TokenPerson { username, name, email, .. }) => Person { username: Some(username), name, email },
        None => Person::default(),
    };
    let custom = client.map(|client| CustomClaim::told(&client.claims, ClaimPlace::Userinfo, &scope, &person));
    let (profile, email) = (scope.contains("profile"), scope.contains("email"));
    Ok(UserinfoResponse {
        sub: claims.sub,
        name: if profile { person.name } else { None },
        preferred_username: if profile { person.username } else { None },
        email: if email { person.email } else { None },
        custom: custom.unwrap_or_default(),
    })
}

/// Checks that the request proves the key that the token is bound to (RFC 9449 section 7). The proof is spent durably:
/// a copy of it must not return the claims again after a power cut.
async fn check_possession(
    app: &App,
    request: &ResourceRequest,
    bound_to: Option<&Confirmation>,
) -> Result<(), ResourceError> {
    let bound_to = match (request.scheme, bound_to) {
        (TokenType::Bearer, None) => return Ok(()),
        (TokenType::DPoP, Some(bound_to)) => bound_to,
        (TokenType::Bearer, Some(_)) | (TokenType::DPoP, None) => return Err(ResourceError::WrongBinding),
    };
    let proof = dpop::read(app, &request.proofs, &request.method, &app.url("/userinfo"), Some(&request.token))?;
    let proof = proof.ok_or(OAuthError::InvalidDpopProof("the DPoP header is missing".into()))?;
    if proof.jkt != bound_to.jkt {
        return Err(ResourceError::WrongBinding);
    }
    proof.spend_durably(app).await?;
    Ok(())
}
