//! Decide on a grant: approve, deny, report, or sign its device out (RFC 8628 section 3.3).
//!
//! 1. Find the grant by the handle of its claim, and check that this session holds the claim.
//! 2. For an approval, check the age of the login, the answers, and whether client and person still may (SM-06).
//! 3. Write the decision with its event, on the revision that was decided on. A lost race is decided again.

use crate::app::App;
use crate::flow::claim::ClaimHolder;
use crate::flow::consent::{self, Answers, ConsentSource, scope_choice};
use crate::flow::decision_outcome::DecisionOutcome;
use crate::flow::{EndUser, FlowError, TRIES, number_match, report, watch};
use protocol::{
    Approval, DeviceGrant, Event, Form, GrantType, Network, Pick, Scope, Secret, Source, Standing, State, Subject,
};
use store::{ApprovalOutcome, StoreError, Versioned};

/// The most waiting approvals that are searched for the one to take back.
const MOST_WAITING: u32 = 200;

/// What an end user decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Let the device sign in.
    Approve(ConsentSource),
    /// Do not let it sign in, even after an approval that the device has not redeemed.
    Deny,
    /// "I did not start this."
    Report,
    /// Sign the device out again.
    SignOut,
}

/// Decides on the grant of a handle. `form` holds the answers of an approval.
pub(crate) async fn decide(
    app: &App,
    user: &EndUser<'_>,
    handle: &Secret,
    choice: Choice,
    form: &Form,
) -> Result<DecisionOutcome, FlowError> {
    for _ in 0..TRIES {
        let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else {
            return Ok(DecisionOutcome::NotFound);
        };
        match ClaimHolder::of(app, &found.value, user) {
            ClaimHolder::ThisSession => {}
            ClaimHolder::OtherSession => return Ok(DecisionOutcome::NotFound),
            ClaimHolder::OtherAccount => return Ok(DecisionOutcome::OtherAccount),
        }
        let outcome = match choice {
            Choice::Approve(source) => approve(app, user, found, handle, source, form).await?,
            Choice::Deny if found.value.standing(app.clock.now()) == Standing::SignedIn => {
                Some(DecisionOutcome::TooLate)
            }
            Choice::Deny => write_denial(app, found.revision, found.value.deny(app.clock.now()), &user.source).await?,
            Choice::Report => report::report(app, found, &user.source).await?,
            Choice::SignOut => Some(sign_out(app, found.value, &user.source).await?),
        };
        if let Some(outcome) = outcome {
            if matches!(outcome, DecisionOutcome::Decided(_) | DecisionOutcome::WrongNumber) {
                let (subject, channel) = (user.subject().as_str(), user.source.channel.name());
                tracing::info!(subject, ?choice, channel, from = %user.address, "a request was decided");
            }
            return Ok(outcome);
        }
        // Another request was faster, or the person may not decide any more.
        if !user.is_logged_in(app).await? {
            return Ok(DecisionOutcome::LoginRequired);
        }
    }
    Err(StoreError::Overtaken.into())
}

/// Denies an approval that the device has not redeemed. The login may be old, as for a denial on the decision page.
/// False if there is no such approval.
pub(crate) async fn take_back(app: &App, subject: &Subject, grant: &str, source: &Source) -> Result<bool, FlowError> {
    for _ in 0..TRIES {
        let waiting = store::list_approved_grants(&app.db, subject, MOST_WAITING).await?;
        let Some(found) = waiting.into_iter().find(|found| found.value.id == grant) else { return Ok(false) };
        if write_denial(app, found.revision, found.value.deny(app.clock.now()), source).await?.is_some() {
            tracing::info!(subject = subject.as_str(), "an approval was taken back");
            return Ok(true);
        }
    }
    Err(StoreError::Overtaken.into())
}

/// Approves; `None` when another request was faster, or the person may not approve any more.
async fn approve(
    app: &App,
    user: &EndUser<'_>,
    found: Versioned<DeviceGrant>,
    handle: &Secret,
    source: ConsentSource,
    form: &Form,
) -> Result<Option<DecisionOutcome>, FlowError> {
    let (now, grant, sign_in) = (app.clock.now(), found.value, &user.session.sign_in);
    let client = app.registry.clients.find(&grant.client_id);
    let max_auth_age = client.map_or(app.settings.device.max_auth_age, |client| client.approval.max_auth_age);
    if !grant.accepts_login(sign_in.auth_time, max_auth_age, now) {
        return Ok(Some(DecisionOutcome::LoginRequired));
    }
    let pick = number_match::pick(app, &grant, form);
    if consent::is_wrong_number(form, pick) {
        // Even after an approval: if two answers come at once, the wrong one wins (requirement SM-04).
        return write_denial(app, found.revision, grant.miss_number(now), &user.source).await;
    }
    let (scope, pick) = match consented(app, user, &grant, source, form, pick) {
        Ok(consent) => consent,
        Err(outcome) => return Ok(Some(outcome)),
    };
    let approval = Approval {
        at: now,
        scope,
        auth_time: sign_in.auth_time,
        amr: sign_in.amr.clone(),
        acr: grant.wishes.acr(&app.settings.sessions.password_acr_values).map(str::to_owned),
        initiated: number_match::initiated(app, &grant, handle, pick),
    };
    let granted = approval.scope.to_string();
    let Some(next) = grant.approve(approval) else { return Ok(Some(DecisionOutcome::Unchanged)) };
    // The event has both networks, so that approvals from far away can be found (requirement P-05).
    let approved = app
        .event(Event::GrantApproved, &user.source)
        .of_grant(&next)
        .with("scope", granted)
        .with("consent", source.name())
        .with_initiation(&next.initiation)
        .with("device_network", Network::of(next.origin.address).to_string())
        .with("browser_network", Network::of(user.address).to_string())
        .with("networks", consent::proximity(app, &next, user.address).name());
    Ok(match watch::write_approval(app, found.revision, &next, &approved).await? {
        ApprovalOutcome::Won => Some(DecisionOutcome::Decided(Box::new(next))),
        ApprovalOutcome::Lost => None,
        ApprovalOutcome::Held => Some(DecisionOutcome::Held),
    })
}

/// The scope and the picked number of an approval, or the outcome that the decision has instead.
fn consented(
    app: &App,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    source: ConsentSource,
    form: &Form,
    pick: Option<Pick>,
) -> Result<(Scope, Pick), DecisionOutcome> {
    if grant.standing(app.clock.now()) != Standing::Undecided {
        return Err(DecisionOutcome::Unchanged);
    }
    let consent = if source == ConsentSource::Implied {
        (consent::implied_scope(app, grant, user).ok_or(DecisionOutcome::Unchanged)?, Pick::Unasked)
    } else {
        let demand = consent::demand(app, grant, user.address);
        let answers = Answers::read(app, grant, form, demand, pick).map_err(|_| DecisionOutcome::UnknownScope)?;
        if !answers.missing.is_empty() {
            return Err(DecisionOutcome::Incomplete(Box::new(grant.clone()), answers));
        }
        (scope_choice(app, grant).given(&answers.ticked), pick.ok_or(DecisionOutcome::NotFound)?)
    };
    if may_be_approved(app, grant) { Ok(consent) } else { Err(DecisionOutcome::ClientNotAllowed) }
}

/// Whether the client may still get what its grant asks for (requirement SM-06).
fn may_be_approved(app: &App, grant: &DeviceGrant) -> bool {
    let wishes = &grant.wishes;
    app.registry.clients.find(&grant.client_id).is_some_and(|client| {
        client.may(GrantType::DeviceCode).is_ok()
            && grant.scope.beyond(&client.device_scope).is_empty()
            && client.resources_for(wishes.resources.iter().map(String::as_str)).is_ok()
            && !wishes.demand_unmet(&app.settings.sessions.password_acr_values)
    })
}

/// Writes a denial; `None` when another request was faster.
async fn write_denial(
    app: &App,
    revision: i64,
    denied: Option<DeviceGrant>,
    source: &Source,
) -> Result<Option<DecisionOutcome>, FlowError> {
    let Some(next) = denied else { return Ok(Some(DecisionOutcome::Unchanged)) };
    let is_wrong_number = next.initiation.number_missed;
    let event = app.event(Event::GrantDenied, source).of_grant(&next);
    let event = if is_wrong_number { event.with("by", "wrong_number") } else { event };
    let is_written = store::save_device_grant(&app.db, revision, &next, &event).await?;
    Ok(match is_written {
        true if is_wrong_number => Some(DecisionOutcome::WrongNumber),
        true => Some(DecisionOutcome::Decided(Box::new(next))),
        false => None,
    })
}

/// Revokes the tokens of a device that has signed in.
async fn sign_out(app: &App, grant: DeviceGrant, source: &Source) -> Result<DecisionOutcome, FlowError> {
    let State::Redeemed(_, redemption) = &grant.state else { return Ok(DecisionOutcome::Unchanged) };
    let revoked = app.event(Event::TokensRevoked, source).of_grant(&grant).of_family(&redemption.family);
    let revoked = revoked.with("by", "person");
    let is_revoked = store::revoke_family(&app.db, &redemption.family, app.clock.now(), &[revoked]).await?;
    Ok(if is_revoked { DecisionOutcome::Decided(Box::new(grant)) } else { DecisionOutcome::Unchanged })
}
