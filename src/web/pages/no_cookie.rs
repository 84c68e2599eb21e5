//! Tell a browser that keeps no cookies why nothing goes on, and keep its code on the page (requirement FE-13).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::views::{Frame, Way};
use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::frame::{page, way_on};
use crate::web::pages::return_page::ReturnPage;
use crate::web::pages::views::Fault;
use crate::web::waiting::Continuation;
use protocol::{CodeEntry, Form};

/// 403: the form came without the cookie that its csrf token is bound to.
#[derive(Template)]
#[template(path = "no_cookie.html")]
pub struct NoCookie {
    /// What all pages share.
    pub frame: Frame,
    /// The code that was typed.
    pub code: Option<KeptCode>,
    /// The page that can be opened anew: its URL.
    pub same_page: Option<String>,
    /// Whether codes are typed at all.
    pub takes_codes: bool,
}

/// A code on its way through this page.
pub struct KeptCode {
    /// As it came.
    pub typed: String,
    /// Whether it came by a link, or may have.
    pub is_linked: bool,
}

/// The page, with a cookie: if the browser keeps it, the next press leads on. `is_ours` is whether the form is known to come
/// from a page of this server. Another site could have sent it in somebody's name, so its code is compared like one of a link.
pub(in crate::web) fn show(app: &App, browser: &Browser, form: &Form, is_ours: bool) -> Response {
    let typed =
        form.get("user_code").map(str::trim).filter(|typed| (1..=Continuation::LONGEST_CODE).contains(&typed.len()));
    let is_linked = !is_ours || form.get("entry") == Some(CodeEntry::Link.name()) || form.get("linked").is_some();
    let takes_codes = app.settings.device.enabled;
    let code = typed.filter(|_| takes_codes).map(|typed| KeptCode { typed: typed.to_owned(), is_linked });
    let same_page = match way_on(app, Fault::Stale, &ReturnPage::at(app, browser.reader().path())) {
        Way::SamePage(url) => Some(url),
        Way::Code | Way::AnotherAccount => None,
    };
    let mut response = page(&NoCookie { frame: Frame::new(app, browser), code, same_page, takes_codes });
    *response.status_mut() = StatusCode::FORBIDDEN;
    browser.answer(app, response)
}
