//! Fill in what all pages share (names, links, the language, the csrf token), and render the page of an error.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::return_page::ReturnPage;
use crate::web::pages::views::{ErrorPage, Frame};
use crate::web::reader::Reader;
use words::Language;

impl Frame {
    /// The frame of a page in this browser.
    pub(crate) fn new(app: &App, browser: &Browser) -> Self {
        Self::about(app, browser, &browser.hints().ui_locales)
    }

    /// The frame of a page about a request that wishes for these languages, best first (`ui_locales`).
    pub(crate) fn about(app: &App, browser: &Browser, ui_locales: &[String]) -> Self {
        let language = browser.reader.language(app, ui_locales);
        Self { csrf: browser.csrf(app), place: browser.reader.path.clone(), ..Self::in_language(app, language) }
    }

    /// The frame of a page that has no form.
    fn in_language(app: &App, language: Language) -> Self {
        let files = &app.registry.branding;
        Self {
            branding: app.settings.branding.clone(),
            issuer_host: app.settings.issuer.url().authority().to_owned(),
            stylesheets: files.stylesheets().map(|sheet| app.path(&sheet.path())).collect(),
            logo: files.logo().map(|logo| app.path(&logo.path())),
            icon: app.path(&files.icon().path()),
            base: app.base().to_owned(),
            home: app.home(),
            takes_codes: app.settings.device.enabled,
            csrf: String::new(),
            language,
            languages: app.settings.pages.offered().to_vec(),
            place: String::new(),
        }
    }
}

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Turns the errors of handlers into pages, with the request's name as the reference.
pub(in crate::web) async fn framed(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let reference = request.extensions().get::<Hop>().map(|hop| hop.request_id.clone()).unwrap_or_default();
    let path = request.uri().path();
    let reader = Reader::at(&app, request.headers(), path);
    let place = ReturnPage::at(&app, path.strip_prefix(app.base()).unwrap_or(path));
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<PageError>() else { return response };
    let (head, _) = response.into_parts();
    let mut frame = Frame::in_language(&app, reader.language(&app, &[]));
    if matches!(error, PageError::Misdirected | PageError::NoHost) {
        // The way on leads to the right host. Every other link stays on the host that was asked.
        frame.home = app.url(app.home_path());
    }
    let mut response = page(&ErrorPage { frame, error, reference, way: way_on(&app, error, &place) });
    *response.status_mut() = head.status;
    response.headers_mut().extend(head.headers);
    response
}

/// The way on from an error besides another code: a URL, and the message on its button. An error changes nothing, so the page
/// can be opened again.
pub(super) fn way_on(app: &App, error: PageError, place: &ReturnPage) -> Option<(String, &'static str)> {
    match (error, place) {
        (PageError::NotFound | PageError::OtherAccount, ReturnPage::Request(_)) => {
            Some((app.path("/login"), "error-another-account"))
        }
        (
            PageError::Malformed
            | PageError::TooLarge
            | PageError::TooSlow
            | PageError::Stale
            | PageError::Unavailable
            | PageError::Internal,
            ReturnPage::Request(_) | ReturnPage::Login,
        )
        // A held request can still be denied or reported on its page.
        | (PageError::Held, ReturnPage::Request(_)) => Some((place.url(app), "error-same-page")),
        _ => None,
    }
}
