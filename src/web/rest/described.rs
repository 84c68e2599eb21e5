//! What does a request ask for? What the page shows before a decision (RFC 8628 section 5.4), as JSON.

use serde_json::{Value, json};

use crate::app::App;
use crate::protocol::{CodeEntry, Demand, DeviceGrant, Scope, device_name};
use crate::web::hop::Hop;
use crate::web::pages::{decision, number_match, origin};
use crate::web::rest::caller::Caller;

/// Who asks for what, from where, and what an answer has to say: `needs` names the members that must be `true`, one of
/// `matchNumbers`, or one scope at least. A request that `mayApprove` says no of can only be denied from here.
pub(super) fn described(app: &App, caller: &Caller, grant: &DeviceGrant, hop: &Hop) -> Value {
    let client = app.registry.clients.find(&grant.client_id);
    let proximity = origin::proximity(app, grant, hop);
    let demand = client.map_or(Demand::Nothing, |client| client.approval.demand(CodeEntry::Typed, proximity));
    let scopes = decision::scope_choice(app, grant);
    let numbers = number_match::choice(app, grant, false).map(|choice| choice.numbers);
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
            "name": decision::client_name(app, grant),
            "verified": client.is_some_and(|client| client.is_verified),
        },
        "account": caller.sign_in.username,
        "scopes": worded(app, &scopes.required),
        "optionalScopes": worded(app, &scopes.optional),
        "resources": decision::resource_names(app, grant),
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

fn worded(app: &App, scopes: &Scope) -> Vec<Value> {
    scopes.tokens().map(|token| json!({"name": token, "words": decision::scope_words(app, token)})).collect()
}
