//! Find the session in which a program acts: one of the pages, or one that a program began with two headers.

use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;
use crate::flow::{EndUser, may_enter_codes};
use crate::web::browser::Browser;
use crate::web::cookies::cookie;
use crate::web::rest::error::RestError;
use protocol::{Form, Secret};

/// The browser or the program that acts for a person who is logged in.
pub(super) struct Caller {
    pub(super) browser: Browser,
    /// The token of the session, if it is a program's own.
    token: Option<Secret>,
}

impl Caller {
    /// The person whose session these cookies name, if the login is recent enough to give a device access (requirement U-13).
    pub(super) async fn of(app: &App, parts: &Parts) -> Result<Self, RestError> {
        // Another site must not even look codes up in a person's name.
        RestError::check_origin(app, &parts.headers)?;
        let is_logged_in = |browser: &Browser| browser.sign_in().is_some_and(|sign_in| may_enter_codes(app, sign_in));
        if let Some(token) = token(app, &parts.headers) {
            let browser = Browser::of_program(app, &token, parts).await?;
            if is_logged_in(&browser) {
                return Ok(Self { browser, token: Some(token) });
            }
        }
        let browser = Browser::of(app, parts).await?;
        if is_logged_in(&browser) { Ok(Self { browser, token: None }) } else { Err(RestError::LOGIN_REQUIRED) }
    }

    /// Who is logged in, for a flow.
    pub(super) fn end_user(&self) -> Result<EndUser<'_>, RestError> {
        self.browser.end_user().ok_or(RestError::LOGIN_REQUIRED)
    }

    /// Whether the session is a program's own, so that an answer needs fewer members.
    pub(super) fn is_program(&self) -> bool {
        self.token.is_some()
    }

    /// Checks that a form came from the holder of the session (requirement W-06).
    pub(super) fn sent(&self, app: &App, form: Form) -> Result<Form, RestError> {
        let csrf = form.get("csrf").unwrap_or_default();
        let is_token = self.token.as_ref().is_some_and(|token| token.same_as(csrf));
        if !(is_token || self.browser.was_shown(app, csrf)) {
            return Err(RestError::csrf(app, "csrf is missing or not the value of this session"));
        }
        if !self.is_program() {
            return Ok(form);
        }
        // Such a program asks nobody, so nobody can say this. The event of the approval has the channel.
        Ok(["device_present", "other_network"].into_iter().fold(form, |form, tick| form.or(tick, "true")))
    }
}

/// The token of a program's own session.
pub(super) fn token(app: &App, headers: &HeaderMap) -> Option<Secret> {
    let compatibility = &app.settings.compatibility;
    if compatibility.authenticate_paths.is_empty() {
        return None;
    }
    cookie(headers, &compatibility.session_cookie).filter(|token| !token.is_empty()).map(Secret::presented)
}
