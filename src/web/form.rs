//! Read the bodies of requests as forms, strictly: other bodies are refused, and no value is guessed (requirements T-01 to
//! T-04).

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;

use crate::app::App;
use crate::flow::ClientRequest;
use crate::web::error::ApiError;
use crate::web::hop::Hop;
use protocol::{Form, FormCharset, MalformedForm, OAuthError};

/// The endpoints, below the issuer, where a request may name several resources (RFC 8707 section 2), and the parameter that
/// names them.
const WITH_RESOURCES: [&str; 2] = ["/device_authorization", "/token"];
const RESOURCE: &[&str] = &["resource"];

/// Why a body is not read.
pub(crate) enum Unreadable {
    /// Its type, encoding or contents.
    Malformed(Cow<'static, str>),
    /// Its size.
    TooLarge,
    /// Its pace.
    TooSlow,
}

impl From<Unreadable> for ApiError {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Malformed(reason) => OAuthError::InvalidRequest(reason).into(),
            Unreadable::TooLarge => {
                Self::Http(StatusCode::PAYLOAD_TOO_LARGE, OAuthError::invalid_request("the body is too large"))
            }
            Unreadable::TooSlow => {
                Self::Http(StatusCode::REQUEST_TIMEOUT, OAuthError::invalid_request("the body came too slowly"))
            }
        }
    }
}

impl FromRequest<Arc<App>> for ClientRequest {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let hop = Hop::of(&parts)?;
        let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).ok_or(OAuthError::ServerError)?;
        if parts.uri.query().is_some_and(holds_a_secret) {
            return Err(OAuthError::invalid_request("parameters belong in the body, not in the URL").into());
        }
        let mut authorizations = parts.headers.get_all(AUTHORIZATION).iter();
        let authorization = authorizations.next().map(|value| value.as_bytes().to_vec());
        if authorizations.next().is_some() {
            return Err(OAuthError::invalid_request("the Authorization header is repeated").into());
        }
        let with_resources = WITH_RESOURCES.iter().any(|path| route == app.path(path));
        let repeatable =
            if with_resources || app.settings.compatibility.names_endpoint(route) { RESOURCE } else { &[] };
        let form = read_repeating_form(app, &parts.headers, body, repeatable).await?;
        if form.has_breaks() {
            return Err(OAuthError::invalid_request("the body has control characters").into());
        }
        Ok(Self {
            form,
            authorization,
            proofs: proofs(&parts.headers),
            url: app.route_url(route),
            address: hop.address,
            user_agent: hop.user_agent,
            request_id: hop.request_id,
        })
    }
}

/// Every header that may be a proof of possession (RFC 9449 section 4.1).
pub(crate) fn proofs(headers: &HeaderMap) -> Vec<Vec<u8>> {
    headers.get_all("dpop").iter().map(|proof| proof.as_bytes().to_vec()).collect()
}

/// Reads a form from a body of at most [`Form::MAX_BYTES`], which must arrive in time (requirement L-07).
pub(crate) async fn read_form(app: &App, headers: &HeaderMap, body: Body) -> Result<Form, Unreadable> {
    read_repeating_form(app, headers, body, &[]).await
}

/// The same, of a form in which these names may come several times.
async fn read_repeating_form(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    repeatable: &[&str],
) -> Result<Form, Unreadable> {
    let charset = form_charset(headers)
        .ok_or(Unreadable::Malformed("the body must be application/x-www-form-urlencoded in UTF-8".into()))?;
    let bytes = read_body(app, headers, body).await?;
    if let Some(reason) = charset.forbids(&bytes) {
        return Err(Unreadable::Malformed(reason.into()));
    }
    Form::parse_repeating(&bytes, repeatable).map_err(|MalformedForm(reason)| Unreadable::Malformed(reason))
}

/// Reads a body of at most [`Form::MAX_BYTES`], which must arrive in time.
pub(crate) async fn read_body(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Unreadable> {
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Unreadable::Malformed("the body must not be compressed".into()));
    }
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| str::from_utf8(length.as_bytes()).ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > Form::MAX_BYTES) {
        return Err(Unreadable::TooLarge);
    }
    // Not the Clock: the server waits for a peer in real time, also where tests move the time of grants.
    let read = tokio::time::timeout(app.settings.listen.read_timeout, to_bytes(body, Form::MAX_BYTES)).await;
    read.map_err(|_| Unreadable::TooSlow)?.map_err(|error| match error.source() {
        Some(reason) if reason.is::<LengthLimitError>() => Unreadable::TooLarge,
        _ => Unreadable::Malformed("the body breaks off".into()),
    })
}

/// Whether a body is `application/x-www-form-urlencoded`, in any charset.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    form_charset(headers).is_some()
}

/// The charset of a form; `None` for a body of another type.
fn form_charset(headers: &HeaderMap) -> Option<FormCharset> {
    FormCharset::of(std::str::from_utf8(headers.get(CONTENT_TYPE)?.as_bytes()).ok()?)
}

/// Whether a query holds credentials or tokens, which must not be in a URI (RFC 6749 section 2.3.1).
fn holds_a_secret(query: &str) -> bool {
    let secret = ["client_secret", "client_assertion", "device_code", "access_token", "refresh_token", "token"];
    query.split('&').any(|pair| secret.contains(&pair.split('=').next().unwrap_or_default()))
}
