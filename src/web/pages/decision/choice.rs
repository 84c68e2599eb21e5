//! What does a person choose on the page of a request, and what becomes of it? Approve, deny, "I did not start this", and
//! "sign it out again" (requirements U-06, U-11, U-14, SM-04, SM-06).

use crate::app::App;
use crate::protocol::{
    Approval, Decision, Demand, DeviceGrant, Event, Form, GrantType, Initiated, Network, Pick, Scope, ScopeChoice,
    Source, State, Ticked, Timestamp,
};
use crate::store::{self, SignIn, Versioned};
use crate::web::hop::Hop;
use crate::web::pages::decision::watch;
use crate::web::pages::views::{Offer, Tick};
use crate::web::pages::{PageError, number_match, origin};

/// Which button was pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Approve,
    Deny,
    /// "I did not start this."
    Report,
    /// Sign the device out that has signed in.
    Remove,
    /// "Not you?"
    UseAnotherAccount,
}

impl Choice {
    const ALL: [Self; 5] = [Self::Approve, Self::Deny, Self::Report, Self::Remove, Self::UseAnotherAccount];

    pub(super) fn of(form: &Form) -> Option<Self> {
        let pressed = form.get("decision")?;
        Self::ALL.into_iter().find(|choice| choice.name() == pressed)
    }

    /// The value of its button.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Report => "report",
            Self::Remove => "remove",
            Self::UseAnotherAccount => "use_another_account",
        }
    }
}

/// What an approval says besides yes, and what is wrong with it.
pub(in crate::web) struct Answer {
    /// What is allowed.
    pub(in crate::web) scope: Scope,
    /// What was ticked, to be shown so again.
    pub(super) ticked: Scope,
    /// What an approval from here takes.
    demand: Demand,
    /// Whether "this device is with me" was ticked.
    pub(super) tick: Tick,
    /// Whether "it is in another network" was, where `demand` asks for it.
    pub(super) other_network: Tick,
    /// Whether the ticks of the scopes can stand.
    pub(super) offer: Offer,
    /// What was chosen of the numbers, where the device shows one.
    pub(in crate::web) pick: Pick,
}

/// Why an approval cannot be written yet.
pub(in crate::web) enum Lack {
    /// Nobody said that the device is with them.
    Device,
    /// Nobody said that it is in another network.
    OtherNetwork,
    /// The ticks of the scopes cannot stand.
    Scope,
    /// No number was picked.
    Number,
    /// Not from here, or not with this code.
    Nearness,
}

impl Answer {
    /// Before anything was answered.
    pub(super) fn none() -> Self {
        let (scope, ticked) = (Scope::default(), Scope::default());
        let (tick, other_network) = (Tick::Asked, Tick::Asked);
        Self { scope, ticked, demand: Demand::Nothing, tick, other_network, offer: Offer::Stands, pick: Pick::Unasked }
    }

    /// What it lacks, so that it has to be asked again instead; the first such thing.
    pub(in crate::web) fn lacks(&self) -> Option<Lack> {
        let given = |tick| matches!(tick, Tick::Given);
        match self.demand {
            Demand::TypedCode | Demand::SameNetwork => Some(Lack::Nearness),
            _ if !given(self.tick) => Some(Lack::Device),
            Demand::OtherNetwork if !given(self.other_network) => Some(Lack::OtherNetwork),
            _ if !matches!(self.offer, Offer::Stands) => Some(Lack::Scope),
            _ if self.pick == Pick::Missing => Some(Lack::Number),
            Demand::Nothing | Demand::OtherNetwork => None,
        }
    }

    /// Reads the ticks. One thing that is wrong is told, the first.
    pub(in crate::web) fn read(app: &App, grant: &DeviceGrant, form: &Form, hop: &Hop) -> Result<Self, PageError> {
        let demand = origin::demand(app, grant, hop);
        let tick = |name| if form.get(name) == Some("true") { Tick::Given } else { Tick::Asked };
        if matches!(demand, Demand::TypedCode | Demand::SameNetwork) {
            return Ok(Self { demand, ..Self::none() });
        }
        let asked = Self { demand, tick: tick("device_present"), other_network: tick("other_network"), ..Self::none() };
        let scopes = scope_choice(app, grant);
        let ticked = match scopes.ticked(form).map_err(|_| PageError::Malformed)? {
            Ticked::Scopes(scope) => scope,
            Ticked::Outdated => return Ok(Self { offer: Offer::Changed, ..asked }),
        };
        let scope = scopes.given(&ticked);
        let answer = Self { scope, ticked, ..asked };
        Ok(if matches!(answer.tick, Tick::Asked) {
            Self { tick: Tick::Missing, ..answer }
        } else if demand == Demand::OtherNetwork && matches!(answer.other_network, Tick::Asked) {
            Self { other_network: Tick::Missing, ..answer }
        } else if answer.scope.is_empty() && !grant.scope.is_empty() {
            Self { offer: Offer::NothingTicked, ..answer }
        } else {
            Self { pick: number_match::picked(app, grant, form).ok_or(PageError::NotFound)?, ..answer }
        })
    }
}

/// What was asked for, as a person may answer it. Of a client that is gone nothing can be left out, nor approved.
pub(in crate::web) fn scope_choice(app: &App, grant: &DeviceGrant) -> ScopeChoice {
    match app.registry.clients.find(&grant.client_id) {
        Some(client) => client.choice_of(&grant.scope),
        None => ScopeChoice::to_all(&grant.scope),
    }
}

/// What became of a choice.
pub(in crate::web) enum Written {
    /// It stands now.
    Yes,
    /// It stood already, or comes too late: the page says how it stands.
    Unneeded,
    /// Somebody else was faster, or the person may not decide any more: look again.
    Lost,
}

impl Written {
    pub(in crate::web) fn won(won: bool) -> Self {
        if won { Self::Yes } else { Self::Lost }
    }
}

/// How consent was had, as far as the server can know.
#[derive(Clone, Copy)]
pub(in crate::web) enum Asked {
    /// Of a person, on a page.
    OnPage,
    /// Of nobody: a typed code was enough.
    Implied,
    /// A program says so.
    ByProgram,
}

impl Asked {
    /// The name that the audit table knows it by.
    const fn name(self) -> &'static str {
        match self {
            Self::OnPage => "explicit",
            Self::Implied => "implied",
            Self::ByProgram => "asserted",
        }
    }
}

/// What an approval gives, and how it was asked for.
pub(in crate::web) struct Given {
    /// What is allowed.
    pub(in crate::web) scope: Scope,
    /// Whether somebody was asked.
    pub(in crate::web) asked: Asked,
    /// What its giver carried between the screens.
    pub(in crate::web) initiated: Initiated,
}

/// Approves, if client and person still may (requirement SM-06).
pub(in crate::web) async fn approve(
    app: &App,
    found: Versioned<DeviceGrant>,
    sign_in: &SignIn,
    given: Given,
    now: Timestamp,
    hop: &Hop,
) -> Result<Written, PageError> {
    let client =
        app.registry.clients.find(&found.value.client_id).filter(|client| client.may(GrantType::DeviceCode).is_ok());
    let client = client.ok_or(PageError::NotFound)?;
    let wishes = &found.value.wishes;
    let levels = &app.settings.sessions.password_acr_values;
    if !found.value.scope.beyond(&client.device_scope).is_empty()
        || client.resources_for(wishes.resources.iter().map(String::as_str)).is_err()
        || wishes.demand_unmet(levels)
    {
        return Err(PageError::NotFound);
    }
    let approval = Approval {
        at: now,
        scope: given.scope,
        auth_time: sign_in.auth_time,
        amr: sign_in.amr.clone(),
        acr: wishes.acr(levels).map(str::to_owned),
        initiated: given.initiated,
    };
    let granted = approval.scope.to_string();
    let revision = found.revision;
    let Decision::Made(next) = found.value.approve(approval) else { return Ok(Written::Unneeded) };
    let approved = app.event(Event::GrantApproved, &hop.person()).of_grant(&next);
    let approved =
        approved.with("scope", granted).with("consent", given.asked.name()).with_initiation(&next.initiation);
    let approved = origin::told(approved, app, &next, hop);
    watch::written(app, revision, &next, &approved, sign_in, now).await
}

pub(in crate::web) async fn deny(
    app: &App,
    found: Versioned<DeviceGrant>,
    now: Timestamp,
    source: &Source,
) -> Result<Written, PageError> {
    let Decision::Made(next) = found.value.deny(now) else { return Ok(Written::Unneeded) };
    let denied = app.event(Event::GrantDenied, source).of_grant(&next);
    Ok(Written::won(store::save_device_grant(&app.db, found.revision, &next, &denied).await?))
}

/// Ends what somebody did not start, and tells the operator which client asked, and from where.
pub(super) async fn report(
    app: &App,
    found: Versioned<DeviceGrant>,
    now: Timestamp,
    source: &Source,
) -> Result<Written, PageError> {
    let (before, was_denied) = (found.value.standing(now), matches!(found.value.state, State::Denied(_)));
    let Decision::Made(next) = found.value.report(now) else { return Ok(Written::Unneeded) };
    let origin = next.origin.address;
    let network = Network::of(origin).to_string();
    let happened = |event| app.event(event, source).of_grant(&next);
    let reported = happened(Event::GrantReported)
        .with("standing", before.name())
        .with("requested_from", origin.to_string())
        .with("network", network.as_str());
    let mut events = vec![reported];
    if matches!(next.state, State::Denied(_)) && !was_denied {
        events.push(happened(Event::GrantDenied).with("by", "report"));
    }
    let mut revoked = happened(Event::TokensRevoked).with("by", "person").with("reported", true);
    if let State::Redeemed(_, redemption) = &next.state {
        revoked = revoked.of_family(&redemption.family);
        events[0].family_id.clone_from(&revoked.family_id);
    }
    if !store::report_device_grant(&app.db, found.revision, &next, &events, &revoked).await? {
        return Ok(Written::Lost);
    }
    tracing::warn!(
        alarm = Event::GrantReported.name(),
        grant = next.id,
        client = next.client_id,
        network,
        standing = before.name(),
        "somebody was asked to allow what they did not start"
    );
    Ok(Written::Yes)
}

/// Signs a device out again, once, however often it is asked.
pub(super) async fn remove(
    app: &App,
    grant: &DeviceGrant,
    now: Timestamp,
    source: &Source,
) -> Result<Written, PageError> {
    let State::Redeemed(_, redemption) = &grant.state else { return Ok(Written::Unneeded) };
    let revoked = app.event(Event::TokensRevoked, source).of_grant(grant).of_family(&redemption.family);
    let revoked = revoked.with("by", "person");
    let ended = store::revoke_family(&app.db, &redemption.family, now, &[revoked]).await?;
    Ok(if ended { Written::Yes } else { Written::Unneeded })
}
