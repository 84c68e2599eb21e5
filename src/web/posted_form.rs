//! Accept a form only from a page of ours, in the browser that the page was shown in (requirement W-06).

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::form::{Unreadable, read_form};
use crate::web::pages::{PageError, no_cookie};
use crate::web::waiting::Waiting;
use protocol::Form;

/// A posted form that came from a page of ours in this browser.
pub(crate) struct PostedForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was posted.
    pub(crate) form: Form,
}

/// The form of a login page.
pub(crate) struct LoginForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was posted.
    pub(crate) form: Form,
    /// What the login goes on with.
    pub(crate) continuation: Option<Waiting>,
    /// Whether the page was shown before a login in another tab that began the session. Its csrf token belongs to the former
    /// name of the browser, so its continuation is accepted instead: it was sealed for this browser.
    pub(crate) is_from_before: bool,
}

impl FromRequest<Arc<App>> for PostedForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let posted = read(app, request).await?;
        if !posted.was_shown_here(app) {
            return Err(PageError::Stale.into_response());
        }
        Ok(posted)
    }
}

impl FromRequest<Arc<App>> for LoginForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let posted = read(app, request).await?;
        let continuation = posted.browser.continuation(app, posted.form.get("continue"));
        let was_shown_here = posted.was_shown_here(app);
        if !was_shown_here && !matches!(continuation, Some((_, true))) {
            return Err(PageError::Stale.into_response());
        }
        let PostedForm { browser, form } = posted;
        let continuation = continuation.map(|(waiting, _)| waiting);
        Ok(Self { browser, form, continuation, is_from_before: !was_shown_here })
    }
}

impl PostedForm {
    fn was_shown_here(&self, app: &App) -> bool {
        self.form.get("csrf").is_some_and(|csrf| self.browser.was_shown(app, csrf))
    }
}

/// A form that does not come from another site. A browser that sends no cookie gets a page that says so.
async fn read(app: &App, request: Request) -> Result<PostedForm, Response> {
    let (parts, body) = request.into_parts();
    if !same_origin(&parts.headers, app) {
        return Err(PageError::Stale.into_response());
    }
    let browser = Browser::of(app, &parts).await.map_err(|error| PageError::from(error).into_response())?;
    let form = read_form(app, &parts.headers, body).await.map_err(|unreadable| {
        let error = match unreadable {
            Unreadable::TooSlow => PageError::TooSlow,
            Unreadable::TooLarge => PageError::TooLarge,
            Unreadable::Malformed(_) => PageError::Malformed,
        };
        error.into_response()
    })?;
    if !browser.sent_cookie {
        return Err(no_cookie::show(app, &browser, &form, is_surely_ours(&parts.headers, app)));
    }
    Ok(PostedForm { browser, form })
}

/// Whether the browser says that a form came from a page of ours. No other site can make it say so.
fn is_surely_ours(headers: &HeaderMap, app: &App) -> bool {
    let ours = app.settings.issuer.url().origin().ascii_serialization();
    headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin")
        || headers.get(ORIGIN).is_some_and(|origin| origin == ours.as_str())
}

/// Whether a POST came from a page of ours, as far as the browser says. Browsers send `Origin: null` with
/// `Referrer-Policy: no-referrer`, so it decides nothing. For an old browser that says nothing, only the csrf token counts.
pub(in crate::web) fn same_origin(headers: &HeaderMap, app: &App) -> bool {
    let fetch_site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let ours = app.settings.issuer.url().origin().ascii_serialization();
    fetch_site.is_none_or(|site| site == b"same-origin")
        && origin.is_none_or(|origin| origin == b"null" || origin == ours.as_bytes())
}
