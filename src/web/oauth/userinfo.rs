//! `GET` and `POST /userinfo` (OpenID Connect Core section 5.3), and how a request presents its access token (RFC 6750
//! section 2).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow;
use crate::flow::userinfo::{ResourceError, ResourceRequest};
use crate::web::error::{ApiError, no_store};
use crate::web::form::{Unreadable, is_form, proofs, read_form};
use protocol::messages::TokenType;

/// `GET` and `POST /userinfo`
pub(in crate::web) async fn userinfo(State(app): State<Arc<App>>, request: Request) -> Result<Response, Response> {
    let request = read(&app, request).await?;
    let claims = flow::userinfo::userinfo(&app, &request).await.map_err(IntoResponse::into_response)?;
    Ok(no_store(Json(claims).into_response()))
}

/// Reads the one token of a request: from the header, or from the form of a POST; never from the URL. A body of another type
/// carries no token (RFC 6750 section 2.2), so it is not read.
async fn read(app: &App, request: Request) -> Result<ResourceRequest, Response> {
    let refused = IntoResponse::into_response;
    let (parts, body) = request.into_parts();
    let (mut headers, query) = (parts.headers.get_all(AUTHORIZATION).iter(), parts.uri.query());
    let header = headers.next();
    let is_in_url = query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("access_token=")));
    if is_in_url || headers.next().is_some() {
        return Err(refused(ResourceError::InvalidRequest));
    }
    let in_header = header.map(in_scheme).transpose().map_err(refused)?.flatten();
    let in_body = if parts.method == Method::POST && is_form(&parts.headers) {
        match read_form(app, &parts.headers, body).await {
            Ok(form) => form.get("access_token").map(|token| (TokenType::Bearer, token.to_owned())),
            Err(Unreadable::Malformed(_)) => return Err(refused(ResourceError::InvalidRequest)),
            Err(other) => return Err(ApiError::from(other).into_response()),
        }
    } else {
        None
    };
    let (scheme, token) = match (in_header, in_body) {
        (Some(token), None) | (None, Some(token)) => token,
        (Some(_), Some(_)) => return Err(refused(ResourceError::InvalidRequest)),
        (None, None) => return Err(refused(ResourceError::MissingToken)),
    };
    Ok(ResourceRequest { token, scheme, method: parts.method.to_string(), proofs: proofs(&parts.headers) })
}

/// The token of a `Bearer` or `DPoP` header. A header of another scheme has none: its sender does not know yet which scheme is
/// needed (RFC 6750 section 3.1), and made no error.
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
