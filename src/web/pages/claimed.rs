//! What follows a code that was right? The page on which to decide, as a rule.
//!
//! Only a client whose operator says so spares people that page (`consent = "implied"`, decision 4): for a code that was
//! typed by hand where somebody had logged in a short while before. Whoever finds a code in a link, or logs in where
//! somebody else typed one, is asked.

use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::protocol::{Client, DeviceGrant, Pick, Scope, Secret};
use crate::store;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::decision::choice::Asked;
use crate::web::pages::decision::{self, Given};
use crate::web::pages::{PageError, number_match, origin};
use crate::web::waiting::Next;

/// Leads on from a claim that was made by somebody who is signed in: to the login, if its client wants a fresher one; else
/// to its page, which shows how it stands.
pub(super) async fn go_on(app: &App, browser: &mut Browser, handle: &Secret, hop: &Hop) -> Result<Response, PageError> {
    let now = app.clock.now();
    let its_page = Redirect::to(&decision::request_url(app, handle));
    // Entered again elsewhere meanwhile: the page, which is asked next, says that it is nobody's any more.
    let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else {
        return Ok(browser.answer(app, its_page.into_response()));
    };
    let sign_in = browser.sign_in().cloned().ok_or(PageError::NotFound)?;
    let client = app.registry.clients.find(&found.value.client_id).ok_or(PageError::NotFound)?;
    if !found.value.accepts_login(sign_in.auth_time, client.approval.max_auth_age, now) {
        browser.keep(app, Next::Request(handle.reveal().to_owned())).await?;
        return Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()));
    }
    if is_implied(app, client, &found.value, hop) {
        // What may be left out is left out: nobody ticked it. Where nothing would be left, somebody is asked after all.
        let scope = decision::scope_choice(app, &found.value).given(&Scope::default());
        if !scope.is_empty() || found.value.scope.is_empty() {
            // Whether it was in time or not, the page tells.
            let initiated = number_match::initiated(app, &found.value, handle, Pick::Unasked);
            let given = Given { scope, asked: Asked::Implied, initiated };
            match decision::approve(app, found, &sign_in, given, now, hop).await {
                // What the detector holds is approved by nobody for now; on its page it can be denied and reported.
                Ok(_) | Err(PageError::Held) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(browser.answer(app, its_page.into_response()))
}

fn is_implied(app: &App, client: &Client, grant: &DeviceGrant, hop: &Hop) -> bool {
    let proximity = origin::proximity(app, grant, hop);
    // A number can only be picked on the page.
    grant.initiation.number.is_none()
        && grant.claimed().is_some_and(|claim| client.approval.is_implied(claim.entry, proximity))
}
