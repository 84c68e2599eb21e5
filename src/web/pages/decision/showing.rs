//! Render a request for its decision page: before the decision all that RFC 8628 section 5.4 wants the end user to see, and
//! afterwards what became of it (requirements U-05, U-06).

use axum::response::Response;

use crate::app::App;
use crate::flow::EndUser;
use crate::flow::claim::shown_code;
use crate::flow::consent::{Answers, demand, proximity, scope_choice};
use crate::flow::number_match::{approval_pin, match_numbers};
use crate::web::browser::Browser;
use crate::web::display_names::{client_name, resource_name, scope_words};
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{self, Access, End, Frame, OptionalScope, OutcomePage};
use crate::web::pages::{PageError, ShownCode, Span};
use protocol::{Client, DeviceGrant, Scope, Secret, Standing, State, device_name, display_text};
use store::StoreError;

/// The page of a request as it stands now.
pub(super) async fn render(
    app: &App,
    browser: &Browser,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    handle: &Secret,
    answers: Answers,
) -> Result<Response, PageError> {
    let frame = Frame::about(app, browser, &grant.wishes.ui_locales);
    let response = match end(app, user, grant, handle).await? {
        None => page(&decision(app, frame, user, grant, handle, answers)),
        Some(end) => page(&OutcomePage {
            frame,
            app: client_name(app, grant),
            account: account(user),
            action: request_url(app, handle),
            end,
        }),
    };
    Ok(browser.answer(app, response))
}

fn account(user: &EndUser<'_>) -> String {
    display_text(&user.session.sign_in.username, 64)
}

/// How the request ended; `None` while it can be decided.
async fn end(app: &App, user: &EndUser<'_>, grant: &DeviceGrant, handle: &Secret) -> Result<Option<End>, StoreError> {
    let now = app.clock.now();
    if grant.reported_at.is_some() {
        return Ok(Some(End::Reported { was_signed_in: matches!(grant.state, State::Redeemed(..)) }));
    }
    Ok(Some(match (grant.standing(now), &grant.state) {
        (Standing::Undecided, _) => return Ok(None),
        (Standing::Approved, State::Approved(_, approval)) => match approval_pin(app, user.digest(), grant, handle) {
            Some(pin) => End::WaitsForPin(ShownCode::new(pin.grouped())),
            None => End::Approved(approval.scope.tokens().map(|token| scope_words(app, token)).collect()),
        },
        (Standing::SignedIn, State::Redeemed(claim, redemption))
            if store::is_signed_in(&app.db, &claim.subject, &redemption.family, now).await? =>
        {
            End::SignedIn
        }
        (Standing::Approved | Standing::SignedIn, _) => End::SignedOut,
        (Standing::Denied, _) if grant.initiation.number_missed => End::WrongNumber,
        (Standing::Denied, _) if grant.initiation.tries_left() == 0 => End::WrongPins,
        (Standing::Denied, _) => End::Denied,
        (Standing::Expired, _) => End::Expired,
    }))
}

fn decision(
    app: &App,
    frame: Frame,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    handle: &Secret,
    answers: Answers,
) -> views::DecisionPage {
    let now = app.clock.now();
    let client = app.registry.clients.find(&grant.client_id);
    let code = grant.claimed().and_then(|claim| shown_code(claim, handle)).unwrap_or_default();
    let scopes = scope_choice(app, grant);
    let optional = |token: &str| OptionalScope {
        token: token.to_owned(),
        words: scope_words(app, token),
        ticked: answers.ticked.contains(token),
    };
    views::DecisionPage {
        frame,
        action: request_url(app, handle),
        app: client_name(app, grant),
        is_verified: client.is_some_and(|client| client.is_verified),
        account: account(user),
        scopes: scopes.required.tokens().map(|token| scope_words(app, token)).collect(),
        optional: scopes.optional.tokens().map(optional).collect(),
        offered: scopes.optional.to_string(),
        resources: grant.wishes.resources.iter().map(|uri| resource_name(app, uri)).collect(),
        access: access(client, &scopes.required, &grant.scope),
        origin: views::RequestOrigin {
            address: grant.origin.address.to_string(),
            yours: user.address.to_string(),
            proximity: proximity(app, grant, user.address),
            device: grant.origin.user_agent.as_deref().and_then(device_name),
            age: Span::at_least(now.since(grant.origin.at)),
        },
        demand: demand(app, grant, user.address),
        code: ShownCode::new(code),
        numbers: match_numbers(app, grant).map(|numbers| numbers.shown().map(|number| number.to_string())),
        code_lasts: Span::at_least(grant.expires_at.since(now)),
        answers,
    }
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
