//! What all pages share: names, links, the language and the csrf token; and the page of an error.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::return_page::ReturnPage;
use crate::web::pages::views::{ErrorPage, Fault, Frame, Links, Way};
use crate::web::reader::Reader;
use words::Language;

impl Frame {
    /// The frame of a page in this browser.
    pub(crate) fn new(app: &App, browser: &Browser) -> Self {
        Self::about(app, browser, &browser.hints().ui_locales)
    }

    /// The frame of a page about a request that wishes for these languages, best first (`ui_locales`).
    pub(crate) fn about(app: &App, browser: &Browser, ui_locales: &[String]) -> Self {
        let place = ReturnPage::at(app, browser.reader().path()).name();
        let language = browser.reader().language(app, ui_locales);
        Self { csrf: browser.csrf(app), place, ..Self::in_language(app, language) }
    }

    /// The frame of a page that has no form.
    fn in_language(app: &App, language: Language) -> Self {
        let (branding, files) = (&app.settings.branding, &app.registry.branding);
        Self {
            brand: branding.name.clone(),
            issuer_host: app.settings.issuer.url().authority().to_owned(),
            stylesheets: files.stylesheets().map(|sheet| app.path(&sheet.path())).collect(),
            logo: files.logo().map(|logo| app.path(&logo.path())),
            icon: app.path(&files.icon().path()),
            links: Links {
                terms: branding.terms_url.clone(),
                privacy: branding.privacy_url.clone(),
                support: branding.support_link(),
            },
            base: app.base().to_owned(),
            home: app.home(),
            csrf: String::new(),
            language,
            languages: app.settings.pages.offered().to_vec(),
            place: String::new(),
        }
    }
}

/// A page as an answer. A template that cannot be rendered is a fault of ours.
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
    let Some(fault) = response.extensions_mut().remove::<Fault>() else { return response };
    let (head, _) = response.into_parts();
    let mut frame = Frame::in_language(&app, reader.language(&app, &[]));
    if fault == Fault::Misdirected {
        // The way on leads to the right host; every other link stays on the one that was asked.
        frame.home = app.url(app.home_path());
    }
    let mut response = page(&ErrorPage {
        frame,
        fault,
        reference,
        way: way_on(&app, fault, &place),
        takes_codes: app.settings.device.enabled,
    });
    *response.status_mut() = head.status;
    response.headers_mut().extend(head.headers);
    response
}

/// Where an error leads: nothing was changed by it, so a page that is there can simply be opened again.
pub(super) fn way_on(app: &App, fault: Fault, place: &ReturnPage) -> Way {
    match (fault, place) {
        (Fault::NotFound | Fault::OtherAccount, ReturnPage::Request(_)) => Way::AnotherAccount,
        // What is held still waits on its page, and can be denied or reported there.
        (Fault::Held, ReturnPage::Request(_))
        | (
            Fault::Malformed | Fault::TooSlow | Fault::Stale | Fault::Unavailable | Fault::Internal,
            ReturnPage::Request(_) | ReturnPage::Login,
        ) => Way::SamePage(place.url(app)),
        _ => Way::Code,
    }
}
