//! Explain to a person that their browser keeps no cookies, and keep the code on the page (requirement FE-13).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::views::Frame;
use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::frame::{page, way_on};
use crate::web::pages::return_page::ReturnPage;
use crate::web::waiting::Continuation;
use protocol::{CodeEntry, Form};

/// 403: the form came without the cookie that its csrf token is bound to.
#[derive(Template)]
#[template(path = "no_cookie.html")]
pub struct NoCookie {
    /// What all pages share.
    pub frame: Frame,
    /// The code that was typed, as it came.
    pub code: Option<String>,
    /// Whether it came by a link, or may have.
    pub is_linked: bool,
    /// The page that can be opened again: its URL.
    pub same_page: Option<String>,
}

/// The page, with a cookie: if the browser keeps it, the next press leads on. `is_ours` says whether the form is known to come
/// from a page of this server. Another site could have sent it, so its code is compared like one of a link.
pub(in crate::web) fn show(app: &App, browser: &Browser, form: &Form, is_ours: bool) -> Response {
    let typed =
        form.get("user_code").map(str::trim).filter(|typed| (1..=Continuation::LONGEST_CODE).contains(&typed.len()));
    let is_linked = !is_ours || form.get("entry") == Some(CodeEntry::Link.name()) || form.get("linked").is_some();
    let frame = Frame::new(app, browser);
    let code = if frame.takes_codes { typed.map(str::to_owned) } else { None };
    let same_page = way_on(app, PageError::Stale, &ReturnPage::at(app, &browser.reader.path)).map(|(url, _)| url);
    let mut response = page(&NoCookie { frame, code, is_linked, same_page });
    *response.status_mut() = StatusCode::FORBIDDEN;
    browser.answer(app, response)
}
