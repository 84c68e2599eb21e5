//! Render the page of a request: before the decision all that RFC 8628 section 5.4 wants the end user to see, and afterwards
//! what became of it (requirements U-05, U-06).

use axum::response::Response;

use crate::app::App;
use crate::flow::EndUser;
use crate::flow::claim::shown_code;
use crate::flow::consent::{Answers, demand, proximity, scope_choice};
use crate::flow::number_match::match_numbers;
use crate::flow::review::RequestStatus;
use crate::web::browser::Browser;
use crate::web::display_names::{client_name, resource_name, scope_words};
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{Access, DecisionPage, Frame, OptionalScope, OutcomePage, RequestOrigin};
use crate::web::pages::{ShownCode, Span};
use protocol::{Client, DeviceGrant, Scope, Secret, device_name, display_text};

/// The page of a request that cannot be decided any more. `is_too_late`: somebody has just tried to deny it.
pub(super) fn show_closed(
    app: &App,
    browser: &Browser,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    handle: &Secret,
    outcome: RequestStatus,
    is_too_late: bool,
) -> Response {
    let frame = Frame::about(app, browser, &grant.wishes.ui_locales);
    let scopes = match &outcome {
        RequestStatus::Approved(scope) => scope.tokens().map(|token| scope_words(app, frame.language, token)).collect(),
        _ => Vec::new(),
    };
    let outcome = OutcomePage {
        frame,
        app: client_name(app, grant),
        account: account(user),
        action: request_url(app, handle),
        outcome,
        is_too_late,
        scopes,
    };
    browser.answer(app, page(&outcome))
}

fn account(user: &EndUser<'_>) -> String {
    display_text(&user.session.sign_in.username, 64)
}

/// The page of a request that can be decided, with the answers that were given so far.
pub(super) fn show_undecided(
    app: &App,
    browser: &Browser,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    handle: &Secret,
    answers: Answers,
) -> Response {
    let now = app.clock.now();
    let client = app.registry.clients.find(&grant.client_id);
    let code = grant.claimed().and_then(|claim| shown_code(claim, handle)).unwrap_or_default();
    let scopes = scope_choice(app, grant);
    let frame = Frame::about(app, browser, &grant.wishes.ui_locales);
    let language = frame.language;
    let worded = |token: &str| scope_words(app, language, token);
    let optional = |token: &str| OptionalScope { token: token.to_owned(), words: worded(token) };
    let decision = DecisionPage {
        frame,
        action: request_url(app, handle),
        app: client_name(app, grant),
        is_verified: client.is_some_and(|client| client.is_verified),
        account: account(user),
        scopes: scopes.required.tokens().map(worded).collect(),
        optional: scopes.optional.tokens().map(optional).collect(),
        offered: scopes.optional.to_string(),
        resources: grant.wishes.resources.iter().map(|uri| resource_name(app, uri)).collect(),
        access: access(client, &scopes.required, &grant.scope),
        origin: RequestOrigin {
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
    };
    browser.answer(app, page(&decision))
}

/// How long the access lasts, and whether the device stays signed in (requirement K-04: in plain words): with the required
/// scopes alone, or only with those that may be ticked.
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
