//! Who signed in? OpenID Connect Core section 5.3; what can go wrong is RFC 6750 section 3, and RFC 9449 section 7
//! for a token that is bound to a key.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::presented_token::live_access_token;
use crate::web::error::{ApiError, no_store};
use crate::web::form::{Unreadable, is_form, proofs, read_form};
use crate::web::oauth::dpop::{Memory, Shown};
use crate::web::oauth::resource_error::ResourceError;
use protocol::messages::{TokenType, UserinfoResponse};
use protocol::{ClaimPlace, Confirmation, CustomClaim, OAuthError, Person, Scope};

/// A token, and how it is presented.
struct Presented {
    token: String,
    scheme: TokenType,
    method: Method,
    proofs: Vec<Vec<u8>>,
}

/// `GET` and `POST /userinfo`
pub(in crate::web) async fn userinfo(State(app): State<Arc<App>>, request: Request) -> Response {
    match answer(&app, request).await {
        Ok(response) => no_store(Json(response).into_response()),
        Err(error) => error.into_response(),
    }
}

async fn answer(app: &App, request: Request) -> Result<UserinfoResponse, ResourceError> {
    let presented = presented(request, app.settings.listen.read_timeout).await?;
    let scheme = presented.scheme;
    let found = live_access_token(app, &presented.token, app.clock.now()).await;
    let found = found.map_err(|error| ResourceError::Fault(error.into()))?;
    let (says, live) = found.ok_or(ResourceError::InvalidToken(scheme))?;
    possessed(app, &presented, says.cnf.as_ref()).await?;
    let scope: Scope = says.scope.parse().map_err(|_| ResourceError::InvalidToken(scheme))?;
    if !scope.contains("openid") {
        return Err(ResourceError::InsufficientScope(scheme));
    }
    let claims = app.registry.clients.find(&live.client_id).map(|client| client.claims.as_slice()).unwrap_or_default();
    let person = Person { username: Some(live.username), name: live.name, email: live.email };
    let custom = CustomClaim::told(claims, ClaimPlace::Userinfo, &scope, &person);
    let (profile, email) = (scope.contains("profile"), scope.contains("email"));
    Ok(UserinfoResponse {
        sub: live.subject.as_str().to_owned(),
        name: person.name.filter(|_| profile),
        preferred_username: person.username.filter(|_| profile),
        email: person.email.filter(|_| email),
        custom,
    })
}

/// Whether who presents a token holds the key that it is bound to (RFC 9449 section 7). A power cut must not let a copied
/// proof tell again who signed in.
async fn possessed(app: &App, presented: &Presented, bound_to: Option<&Confirmation>) -> Result<(), ResourceError> {
    let bound_to = match (presented.scheme, bound_to) {
        (TokenType::Bearer, None) => return Ok(()),
        (TokenType::DPoP, Some(bound_to)) => bound_to,
        (TokenType::Bearer, Some(_)) | (TokenType::DPoP, None) => return Err(ResourceError::WrongBinding),
    };
    let shown = Shown {
        proofs: &presented.proofs,
        method: presented.method.as_str(),
        url: &app.url("/userinfo"),
        access_token: Some(&presented.token),
    };
    let missing = OAuthError::InvalidDpopProof("the DPoP header is missing".into());
    let proof = shown.proof(app).and_then(|proof| proof.ok_or(missing)).map_err(ResourceError::Proof)?;
    if proof.jkt() != bound_to.jkt {
        return Err(ResourceError::WrongBinding);
    }
    match proof.spend(app, Memory::Sure).await {
        Ok(_) => Ok(()),
        Err(ApiError::Flow(FlowError::OAuth(shown_before))) => Err(ResourceError::Proof(shown_before)),
        Err(fault) => Err(ResourceError::Fault(fault)),
    }
}

/// The one token of a request: in the header, or in the form of a POST; never in the URL. A body of another type carries
/// none (RFC 6750 section 2.2), so it is not looked at.
async fn presented(request: Request, patience: Duration) -> Result<Presented, ResourceError> {
    let (parts, body) = request.into_parts();
    if parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("access_token="))) {
        return Err(ResourceError::InvalidRequest);
    }
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let header = headers.next();
    if headers.next().is_some() {
        return Err(ResourceError::InvalidRequest);
    }
    let in_header = header.map(in_scheme).transpose()?.flatten();
    let in_body = if parts.method == Method::POST && is_form(&parts.headers) {
        match read_form(&parts.headers, body, patience).await {
            Ok(form) => form.get("access_token").map(str::to_owned),
            Err(Unreadable::Malformed(_)) => return Err(ResourceError::InvalidRequest),
            Err(other) => return Err(ResourceError::Fault(other.into())),
        }
    } else {
        None
    };
    let (scheme, token) = match (in_header, in_body) {
        (Some(in_header), None) => in_header,
        (None, Some(token)) => (TokenType::Bearer, token),
        (Some(_), Some(_)) => return Err(ResourceError::InvalidRequest),
        (None, None) => return Err(ResourceError::Missing),
    };
    Ok(Presented { token, scheme, method: parts.method, proofs: proofs(&parts.headers) })
}

/// The token of a `Bearer` or `DPoP` header. A header of another scheme has none: its sender does not know yet what is
/// wanted here (RFC 6750 section 3.1), which is no error of theirs.
fn in_scheme(value: &HeaderValue) -> Result<Option<(TokenType, String)>, ResourceError> {
    let value = value.to_str().map_err(|_| ResourceError::InvalidRequest)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let scheme = match scheme {
        bearer if bearer.eq_ignore_ascii_case("bearer") => TokenType::Bearer,
        dpop if dpop.eq_ignore_ascii_case("dpop") => TokenType::DPoP,
        _ => return Ok(None),
    };
    match token.trim() {
        "" => Err(ResourceError::InvalidRequest),
        token => Ok(Some((scheme, token.to_owned()))),
    }
}
