//! What is a person told before they decide, and afterwards? All that RFC 8628 section 5.4 wants them to see, in the
//! operator's words (requirements U-05, U-06).

use axum::response::Response;

use crate::app::App;
use crate::protocol::{Client, DeviceGrant, Pick, Scope, Secret, Standing, State, Timestamp, display_text};
use crate::store::{self, SignIn, StoreError};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::decision::choice::{Answer, scope_choice};
use crate::web::pages::decision::claim::{request_url, shown_code};
use crate::web::pages::frame::page;
use crate::web::pages::views::{self, Access, End, Frame, OptionalScope, Outcome};
use crate::web::pages::{PageError, ShownCode, Span, number_match, origin};

/// The page of a request as it stands now.
pub(super) async fn render(
    app: &App,
    browser: &Browser,
    sign_in: &SignIn,
    grant: &DeviceGrant,
    handle: &Secret,
    answer: &Answer,
    hop: &Hop,
) -> Result<Response, PageError> {
    let now = app.clock.now();
    let account = display_text(&sign_in.username, 64);
    let response = match end(app, browser, grant, handle, now).await? {
        None => page(&decision(app, browser, account, grant, handle, answer, hop)),
        Some(end) => {
            let (frame, app_name, action) = (
                Frame::about(app, browser, &grant.wishes.ui_locales),
                client_name(app, grant),
                request_url(app, handle),
            );
            page(&Outcome { frame, app: app_name, account, action, end })
        }
    };
    Ok(browser.answer(app, response))
}

/// How it ended; `None` while it can be decided.
async fn end(
    app: &App,
    browser: &Browser,
    grant: &DeviceGrant,
    handle: &Secret,
    now: Timestamp,
) -> Result<Option<End>, StoreError> {
    if grant.reported_at.is_some() {
        return Ok(Some(End::Reported { was_signed_in: matches!(grant.state, State::Redeemed(..)) }));
    }
    Ok(Some(match grant.standing(now) {
        Standing::Undecided => return Ok(None),
        Standing::Approved => match number_match::pin(app, browser, grant, handle) {
            Some(pin) => End::WaitsForPin(pin),
            None => End::Approved { scopes: allowed(app, grant) },
        },
        Standing::SignedIn if is_signed_in(app, grant, now).await? => End::SignedIn,
        Standing::SignedIn => End::SignedOut,
        Standing::Denied => number_match::why_denied(grant).map_or(End::Denied, End::DeniedFor),
        Standing::Expired => End::Expired,
    }))
}

/// What was allowed, which nobody may have seen before (`consent = "implied"`).
fn allowed(app: &App, grant: &DeviceGrant) -> Vec<String> {
    match &grant.state {
        State::Approved(_, approval) => approval.scope.tokens().map(|token| scope_words(app, token)).collect(),
        _ => Vec::new(),
    }
}

async fn is_signed_in(app: &App, grant: &DeviceGrant, now: Timestamp) -> Result<bool, StoreError> {
    match &grant.state {
        State::Redeemed(claim, redemption) => {
            store::is_signed_in(&app.db, &claim.subject, &redemption.family, now).await
        }
        _ => Ok(false),
    }
}

fn decision(
    app: &App,
    browser: &Browser,
    account: String,
    grant: &DeviceGrant,
    handle: &Secret,
    answer: &Answer,
    hop: &Hop,
) -> views::Decision {
    let now = app.clock.now();
    let client = app.registry.clients.find(&grant.client_id);
    let code = grant.claimed().and_then(|claim| shown_code(claim, handle)).unwrap_or_default();
    let scopes = scope_choice(app, grant);
    let optional = |token: &str| OptionalScope {
        token: token.to_owned(),
        words: scope_words(app, token),
        ticked: answer.ticked.contains(token),
    };
    views::Decision {
        frame: Frame::about(app, browser, &grant.wishes.ui_locales),
        action: request_url(app, handle),
        app: client_name(app, grant),
        is_verified: client.is_some_and(|client| client.is_verified),
        account,
        scopes: scopes.required.tokens().map(|token| scope_words(app, token)).collect(),
        optional: scopes.optional.tokens().map(optional).collect(),
        offered: scopes.optional.to_string(),
        offer: answer.offer,
        resources: resource_names(app, grant),
        access: access(client, &scopes.required, &grant.scope),
        origin: origin::shown(app, grant, hop, now),
        demand: origin::demand(app, grant, hop),
        code: ShownCode::new(code),
        number: number_match::choice(app, grant, answer.pick == Pick::Missing),
        code_lasts: Span::at_least(grant.expires_at.since(now)),
        tick: answer.tick,
        other_network: answer.other_network,
    }
}

/// Who asks, by the name that the operator gave it.
pub(in crate::web) fn client_name(app: &App, grant: &DeviceGrant) -> String {
    let client = app.registry.clients.find(&grant.client_id);
    display_text(client.map_or(&grant.client_id, |client| &client.name), 80)
}

/// What is asked for, in the operator's words. They come from the configuration, never from the client.
pub(in crate::web) fn scope_words(app: &App, token: &str) -> String {
    let known = app.settings.scope.iter().find(|scope| scope.name == token);
    display_text(known.map_or(token, |scope| scope.words.as_str()), 200)
}

/// What the access is for, in the operator's words.
pub(in crate::web) fn resource_names(app: &App, grant: &DeviceGrant) -> Vec<String> {
    let name = |uri: &String| {
        let known = app.settings.resource.iter().find(|resource| resource.uri == *uri);
        display_text(known.map_or(uri, |resource| &resource.name), 200)
    };
    grant.wishes.resources.iter().map(name).collect()
}

/// How long the device may do it, and whether it stays signed in (requirement K-04: in plain words): with what is required
/// alone, or only with what may be ticked besides.
fn access(client: Option<&Client>, required: &Scope, asked: &Scope) -> Access {
    let Some(client) = client else { return Access::Lasts(Span::Moment) };
    let lasts = Span::at_least(client.access_token_lifetime);
    let stays = Span::at_least(client.refresh_token_absolute);
    if client.gets_refresh_token(required) {
        Access::StaysSignedIn(stays)
    } else if client.gets_refresh_token(asked) {
        Access::StaysIfTicked { lasts, stays }
    } else {
        Access::Lasts(lasts)
    }
}
