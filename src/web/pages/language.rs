//! Choose the language of the pages, in the footer of every page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::web::pages::PageError;
use crate::web::pages::return_page::ReturnPage;
use crate::web::posted_form::PostedForm;
use crate::web::reader::remembering;
use words::Language;

/// `POST /language`
pub(in crate::web) async fn choose(
    State(app): State<Arc<App>>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let offered = app.settings.pages.offered();
    let chosen = form.get("language").and_then(Language::of_tag).filter(|language| offered.contains(language));
    let chosen = chosen.ok_or(PageError::Malformed)?;
    let there = ReturnPage::at(&app, form.get("place").unwrap_or_default()).url(&app);
    Ok(browser.answer(&app, remembering(&app, chosen, Redirect::to(&there).into_response())))
}
