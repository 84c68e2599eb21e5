//! Describe a request in JSON, as the page does before a decision (RFC 8628 section 5.4).

use serde_json::{Value, json};

use crate::app::App;
use crate::flow::EndUser;
use crate::flow::consent::{proximity, scope_choice};
use crate::flow::number_match::match_numbers;
use crate::web::display_names::{client_name, resource_name, scope_words};
use crate::web::rest::caller::Caller;
use protocol::{CodeEntry, Demand, DeviceGrant, Scope, device_name};

/// The client, its wishes and its network, and what an answer must have: `needs` names the members that must be `true`, one of
/// `matchNumbers`, or at least one scope. If `mayApprove` is false, the request can only be denied from here.
pub(super) fn described(app: &App, caller: &Caller, user: &EndUser<'_>, grant: &DeviceGrant) -> Value {
    let client = app.registry.clients.find(&grant.client_id);
    let proximity = proximity(app, grant, user.address);
    let demand = client.map_or(Demand::Nothing, |client| client.approval.demand(CodeEntry::Typed, proximity));
    let scopes = scope_choice(app, grant);
    let language = caller.browser.reader.language(app, &grant.wishes.ui_locales);
    let worded = |scopes: &Scope| -> Vec<Value> {
        scopes.tokens().map(|token| json!({"name": token, "words": scope_words(app, language, token)})).collect()
    };
    let numbers = match_numbers(app, grant).map(|numbers| numbers.shown().map(|number| number.to_string()));
    let needs = [
        ("device_present", !caller.is_program()),
        ("other_network", !caller.is_program() && demand == Demand::OtherNetwork),
        ("match_number", numbers.is_some()),
        ("scope", scopes.required.is_empty() && !scopes.optional.is_empty()),
    ];
    let needs: Vec<&str> = needs.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect();
    json!({
        "client": {
            "id": grant.client_id,
            "name": client_name(app, grant),
            "verified": client.is_some_and(|client| client.is_verified),
        },
        "account": user.session.sign_in.username,
        "scopes": worded(&scopes.required),
        "optionalScopes": worded(&scopes.optional),
        "resources": grant.wishes.resources.iter().map(|uri| resource_name(app, uri)).collect::<Vec<_>>(),
        "from": {
            "address": grant.origin.address.to_string(),
            "network": proximity.name(),
            "device": grant.origin.user_agent.as_deref().and_then(device_name),
            "at": grant.origin.at.seconds(),
        },
        "expiresAt": grant.expires_at.seconds(),
        "mayApprove": !matches!(demand, Demand::SameNetwork | Demand::TypedCode),
        "needs": needs,
        "matchNumbers": numbers,
    })
}
