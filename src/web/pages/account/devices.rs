//! Which devices shall be signed out together? Those of one application, or all (requirement K-10). And which shall not come
//! in after all, though it was allowed (requirement U-11)?

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::{AccountPage, log_in_first, see};
use crate::app::App;
use crate::flow::decide::take_back;
use crate::flow::session::is_recent;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::posted_form::PostedForm;
use protocol::{AuditEvent, Channel, Event};

/// `POST /account/devices`: `app` names the client, `all` says that it is all of them, `waiting` names what is taken back.
pub(in crate::web) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    if let (Some(grant), None, None) = (form.get("waiting"), form.get("app"), form.get("all")) {
        if let Some(sign_in) = browser.sign_in() {
            take_back(&app, &sign_in.subject, grant, &hop.person()).await?;
        }
        return Ok(see(&app, &browser, &AccountPage::Overview));
    }
    let client_id = match (form.get("app"), form.get("all")) {
        (Some(client_id), None) if !client_id.contains(char::is_control) => Some(client_id),
        (None, Some("true")) => None,
        _ => return Err(PageError::Malformed),
    };
    let Some(sign_in) = browser.sign_in().cloned() else {
        return Ok(see(&app, &browser, &AccountPage::Overview));
    };
    if client_id.is_none() && !is_recent(&app, &sign_in, app.clock.now()) {
        return log_in_first(&app, &mut browser, AccountPage::Overview).await;
    }
    let revoked = app.event(Event::TokensRevoked, &hop.source(Channel::Page));
    let revoked = client_id.into_iter().fold(revoked, AuditEvent::of_client);
    let revoked = revoked.of_subject(&sign_in.subject).with("by", "person");
    let devices = store::sign_out_devices(&app.db, &sign_in.subject, client_id, &revoked).await?;
    tracing::info!(subject = sign_in.subject.as_str(), devices, "somebody signed their devices out");
    Ok(see(&app, &browser, &AccountPage::Overview))
}
