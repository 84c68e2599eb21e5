//! Does a form come from a page of ours, in the browser that was shown it? Requirement W-06.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::ORIGIN;

use crate::app::App;
use crate::protocol::Form;
use crate::web::browser::Browser;
use crate::web::form::Unreadable;
use crate::web::form::read_form;
use crate::web::pages::PageError;

/// A posted form that came from a page of ours in this browser.
pub(crate) struct PostedForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was posted.
    pub(crate) form: Form,
}

impl FromRequest<Arc<App>> for PostedForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        if !same_origin(&parts.headers, app) {
            return Err(PageError::Stale);
        }
        let browser = Browser::of(app, &parts).await?;
        let patience = app.settings.listen.read_timeout;
        let form = read_form(&parts.headers, body, patience).await.map_err(|unreadable| match unreadable {
            Unreadable::TooSlow => PageError::TooSlow,
            Unreadable::TooLarge => PageError::TooLarge,
            Unreadable::Malformed(_) => PageError::Malformed,
        })?;
        if !browser.sent_cookie() || !form.get("csrf").is_some_and(|csrf| browser.was_shown(app, csrf)) {
            return Err(PageError::Stale);
        }
        Ok(Self { browser, form })
    }
}

/// Whether a POST came from a page of ours, as far as the browser says. `Origin: null` is what browsers send with
/// `Referrer-Policy: no-referrer`, so it decides nothing; an old browser that says nothing has the csrf token alone.
pub(in crate::web) fn same_origin(headers: &HeaderMap, app: &App) -> bool {
    let fetch_site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let ours = app.issuer.origin().ascii_serialization();
    fetch_site.is_none_or(|site| site == b"same-origin")
        && origin.is_none_or(|origin| origin == b"null" || origin == ours.as_bytes())
}
