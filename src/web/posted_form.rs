//! Does a form come from a page of ours, in the browser that was shown it? Requirement W-06.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::protocol::Form;
use crate::web::browser::Browser;
use crate::web::form::{Unreadable, read_form};
use crate::web::pages::{PageError, no_cookie};

/// A posted form that came from a page of ours in this browser.
pub(crate) struct PostedForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was posted.
    pub(crate) form: Form,
}

impl FromRequest<Arc<App>> for PostedForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let posted = read(app, &parts, body).await.map_err(IntoResponse::into_response)?;
        if !posted.browser.sent_cookie() {
            return Err(no_cookie::show(app, &posted.browser, &posted.form, is_surely_ours(&parts.headers, app)));
        }
        if !posted.form.get("csrf").is_some_and(|csrf| posted.browser.was_shown(app, csrf)) {
            return Err(PageError::Stale.into_response());
        }
        Ok(posted)
    }
}

/// A form of whichever page that does not come from another site.
async fn read(app: &App, parts: &Parts, body: Body) -> Result<PostedForm, PageError> {
    if !same_origin(&parts.headers, app) {
        return Err(PageError::Stale);
    }
    let browser = Browser::of(app, parts).await?;
    let patience = app.settings.listen.read_timeout;
    let form = read_form(&parts.headers, body, patience).await.map_err(|unreadable| match unreadable {
        Unreadable::TooSlow => PageError::TooSlow,
        Unreadable::TooLarge => PageError::TooLarge,
        Unreadable::Malformed(_) => PageError::Malformed,
    })?;
    Ok(PostedForm { browser, form })
}

/// Whether the browser says itself that a form came from a page of ours; no other site can make it say so.
fn is_surely_ours(headers: &HeaderMap, app: &App) -> bool {
    let ours = app.registry.issuer.origin().ascii_serialization();
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin")
        || headers.get(ORIGIN).is_some_and(|origin| origin == ours.as_str())
}

/// Whether a POST came from a page of ours, as far as the browser says. `Origin: null` is what browsers send with
/// `Referrer-Policy: no-referrer`, so it decides nothing; an old browser that says nothing has the csrf token alone.
pub(in crate::web) fn same_origin(headers: &HeaderMap, app: &App) -> bool {
    let fetch_site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let ours = app.registry.issuer.origin().ascii_serialization();
    fetch_site.is_none_or(|site| site == b"same-origin")
        && origin.is_none_or(|origin| origin == b"null" || origin == ours.as_bytes())
}
