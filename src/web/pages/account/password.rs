//! Change the own password: `/account/password` (requirements, K-10).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Redirect, Response};

use super::{Receipt, log_in_first, see, see_done, views};
use crate::app::App;
use crate::flow::change_password::{PasswordChangeOutcome, PasswordRefusal, TypedPasswords, change_password};
use crate::flow::session::is_recent;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::posted_form::PostedForm;
use store::SignIn;

/// `GET /.well-known/change-password`
pub(in crate::web) async fn there(State(app): State<Arc<App>>) -> Redirect {
    Redirect::to(&AccountPage::Password.path(&app))
}

/// `GET /account/password`. The login comes first, so that nobody types two passwords in vain.
pub(in crate::web) async fn ask(State(app): State<Arc<App>>, mut browser: Browser) -> Result<Response, PageError> {
    match browser.sign_in() {
        Some(sign_in) if is_recent(&app, sign_in, app.clock.now()) => Ok(show(&app, &browser, sign_in, None)),
        _ => log_in_first(&app, &mut browser, AccountPage::Password).await,
    }
}

/// `POST /account/password`
pub(in crate::web) async fn change(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let Some(session) = &browser.session else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    let field = |name| form.get(name).unwrap_or_default();
    let (current, new, repeated) = (field("current_password"), field("new_password"), field("new_password_again"));
    let (typed, renewed) = (TypedPasswords { current, new, repeated }, browser.as_stranger(&app));
    match change_password(&app, session, &typed, &browser.login_source(), renewed.digest()).await? {
        PasswordChangeOutcome::Changed(session) => {
            let renewed = renewed.in_session(session);
            let mut answer = see_done(&app, &renewed, &AccountPage::Overview, Receipt::Password);
            renewed.remember_login(&app, &mut answer);
            Ok(answer)
        }
        PasswordChangeOutcome::Refused(refusal) => Ok(show(&app, &browser, &session.sign_in, Some(refusal))),
        PasswordChangeOutcome::LoginTooOld => log_in_first(&app, &mut browser, AccountPage::Password).await,
        PasswordChangeOutcome::SessionEnded => Ok(see(&app, &browser, &AccountPage::Overview)),
        PasswordChangeOutcome::AccountGone => Err(PageError::Stale),
    }
}

fn show(app: &App, browser: &Browser, sign_in: &SignIn, refusal: Option<PasswordRefusal>) -> Response {
    let template = views::PasswordPage {
        frame: Frame::new(app, browser),
        username: sign_in.username.clone(),
        least: app.settings.passwords.min_length,
        refusal,
    };
    browser.answer(app, page(&template))
}
