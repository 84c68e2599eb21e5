//! Choose the language of a page: the first offered one of the person's choice, the wishes of the device's request, the wishes
//! of the browser, and the operator's default.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::App;
use crate::web::cookies::{cookie, cookie_name, set_cookie};
use crate::web::header_text::header_text;
use protocol::accepted_languages;
use words::Language;

/// The cookie with the language that a person chose. It names nobody.
const COOKIE: &str = "grantd_language";
/// One year (RFC 6265 section 5.2.2).
const COOKIE_ATTRIBUTES: &str = "Max-Age=31536000; SameSite=Lax";

/// What a request says of its reader, and which page it is for.
#[derive(Clone)]
pub(crate) struct Reader {
    chosen: Option<Language>,
    accepts: String,
    /// The path of the page, below the issuer.
    pub(crate) path: String,
}

impl Reader {
    pub(crate) fn of(app: &App, parts: &Parts) -> Self {
        Self::at(app, &parts.headers, parts.uri.path())
    }

    /// The reader of a page at this path below the issuer.
    pub(crate) fn at(app: &App, headers: &HeaderMap, path: &str) -> Self {
        Self {
            chosen: cookie(headers, &cookie_name(app, COOKIE)).and_then(Language::of_tag),
            accepts: header_text(headers, ACCEPT_LANGUAGE).join(","),
            path: path.to_owned(),
        }
    }

    /// The language of a page; `wished` is what the request that it is about asks for, best first (`ui_locales`).
    pub(crate) fn language(&self, app: &App, wished: &[String]) -> Language {
        let pages = &app.settings.pages;
        self.chosen
            .filter(|chosen| pages.offered().contains(chosen))
            .or_else(|| pages.wanted(wished.iter().map(String::as_str)))
            .or_else(|| pages.wanted(accepted_languages(&self.accepts)))
            .unwrap_or(pages.default_language)
    }
}

/// Lets a browser remember a language.
pub(crate) fn remembering(app: &App, language: Language, mut response: Response) -> Response {
    set_cookie(app, &mut response, &cookie_name(app, COOKIE), language.tag(), COOKIE_ATTRIBUTES);
    response
}
