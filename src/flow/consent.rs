//! Read the answers that an approval needs besides yes (RFC 8628 section 5.4, RFC 10027 section 6.1, requirements U-06
//! and P-02).

use std::net::IpAddr;

use crate::app::App;
use crate::flow::EndUser;
use protocol::{
    Demand, DeviceGrant, Form, Incomparable, MatchNumber, NotOffered, Pick, Proximity, Scope, ScopeChoice, Ticked,
};

/// How consent was obtained, as far as the server can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsentSource {
    /// The end user was asked on the decision page.
    Page,
    /// The client takes a typed code for consent (`consent = "implied"`).
    Implied,
    /// A program says that the end user consents.
    Program,
}

impl ConsentSource {
    /// The name in the audit table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Page => "explicit",
            Self::Implied => "implied",
            Self::Program => "asserted",
        }
    }
}

/// Why an approval cannot be written yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingAnswer {
    /// No answer helps: this network, or a code that came by a link, does not allow an approval.
    Nearness,
    /// "This device is with me."
    DevicePresent,
    /// "The device is in another network."
    OtherNetwork,
    /// All scopes are optional, and none was ticked.
    Scope,
    /// The page offered other optional scopes than the client has now.
    ChangedScope,
    /// The number that the device shows.
    Number,
}

/// The answers of an approval.
#[derive(Default)]
pub(crate) struct Answers {
    /// Whether "this device is with me" was ticked.
    pub(crate) device_present: bool,
    /// Whether "the device is in another network" was ticked.
    pub(crate) other_network: bool,
    /// The optional scopes that were ticked.
    pub(crate) ticked: Scope,
    /// The number that was picked, right or wrong.
    pub(crate) picked: Option<String>,
    /// Every answer that is missing, in the order of the page.
    pub(crate) missing: Vec<MissingAnswer>,
}

impl Answers {
    /// Reads the answers for a grant. All that are missing are reported at once. Where nothing can be approved, no answer
    /// helps, and only that is reported.
    pub(super) fn read(
        app: &App,
        grant: &DeviceGrant,
        form: &Form,
        demand: Demand,
        pick: Option<Pick>,
    ) -> Result<Self, NotOffered> {
        if matches!(demand, Demand::TypedCode | Demand::SameNetwork) {
            return Ok(Self { missing: vec![MissingAnswer::Nearness], ..Self::default() });
        }
        let scopes = scope_choice(app, grant);
        let (ticked, is_outdated) = match scopes.ticked(form)? {
            Ticked::Scopes(ticked) => (ticked, false),
            Ticked::Outdated => (Scope::default(), true),
        };
        let device_present = is_ticked(form, "device_present");
        let other_network = is_ticked(form, "other_network");
        let gives_nothing = scopes.given(&ticked).is_empty() && !grant.scope.is_empty();
        let missing = [
            (MissingAnswer::ChangedScope, is_outdated),
            (MissingAnswer::Scope, gives_nothing && !is_outdated),
            (MissingAnswer::Number, pick == Some(Pick::Missing)),
            (MissingAnswer::DevicePresent, !device_present),
            (MissingAnswer::OtherNetwork, demand == Demand::OtherNetwork && !other_network),
        ];
        let missing = missing.into_iter().filter_map(|(answer, is_missing)| is_missing.then_some(answer)).collect();
        let picked = form.get("match_number").and_then(MatchNumber::read).map(|number| number.to_string());
        Ok(Self { device_present, other_network, ticked, picked, missing })
    }
}

/// Whether an approval names another number than the device shows. That denies the grant, whatever else was answered.
pub(super) fn is_wrong_number(form: &Form, pick: Option<Pick>) -> bool {
    pick == Some(Pick::Wrong) && is_ticked(form, "device_present")
}

fn is_ticked(form: &Form, name: &str) -> bool {
    form.get(name) == Some("true")
}

/// The required and the optional scopes of a grant. If the client is gone, all are required, and none can be approved.
pub(crate) fn scope_choice(app: &App, grant: &DeviceGrant) -> ScopeChoice {
    match app.registry.clients.find(&grant.client_id) {
        Some(client) => client.choice_of(&grant.scope),
        None => ScopeChoice::to_all(&grant.scope),
    }
}

/// How near the device is to an address. Each request is judged by its own address, not by what an earlier page showed.
pub(crate) fn proximity(app: &App, grant: &DeviceGrant, address: IpAddr) -> Proximity {
    if app.settings.sees_only_the_proxy() {
        return Proximity::Unknown(Incomparable::OnlyProxy);
    }
    Proximity::between(grant.origin.address, address)
}

/// What an approval from this address needs besides "this device is with me".
pub(crate) fn demand(app: &App, grant: &DeviceGrant, address: IpAddr) -> Demand {
    match (app.registry.clients.find(&grant.client_id), grant.claimed()) {
        (Some(client), Some(claim)) => client.approval.demand(claim.entry, proximity(app, grant, address)),
        (None, _) | (_, None) => Demand::Nothing,
    }
}

/// The scope that typing the code approves by itself; `None` if the end user has to be asked. The client must have
/// `consent = "implied"`, and the code must have been typed after the login: another person may have opened a link, or
/// entered a code before the login. Optional scopes are left out, because nobody ticked them.
pub(super) fn implied_scope(app: &App, grant: &DeviceGrant, user: &EndUser<'_>) -> Option<Scope> {
    let client = app.registry.clients.find(&grant.client_id)?;
    let entry = grant.claimed()?.entry;
    // A number can only be picked on the page.
    let is_implied =
        grant.initiation.number.is_none() && client.approval.is_implied(entry, proximity(app, grant, user.address));
    let scope = scope_choice(app, grant).given(&Scope::default());
    let leaves_something = !scope.is_empty() || grant.scope.is_empty();
    if is_implied && leaves_something { Some(scope) } else { None }
}
