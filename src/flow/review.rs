//! Show a grant to the end user who holds its claim: before the decision all that RFC 8628 section 5.4 wants them to see, and
//! afterwards what became of it.

use std::time::Duration;

use crate::app::App;
use crate::flow::claim::ClaimHolder;
use crate::flow::number_match::approval_pin;
use crate::flow::{EndUser, FlowError};
use protocol::{DeviceGrant, Digest, Scope, Secret, Standing, State, Wishes};
use store::StoreError;

/// What a session sees of a claim.
pub(crate) enum ReviewOutcome {
    /// The grant can be decided.
    Undecided(Box<DeviceGrant>),
    /// The grant is decided, or has expired.
    Closed(Box<DeviceGrant>, RequestStatus),
    /// The device asked for a fresher login (`max_age`). The login comes before the page, so that nobody approves and has to do
    /// both again. A login that is only too old for the server may still deny.
    LoginRequired,
    /// There is no such claim, or this session does not hold it.
    NotFound,
}

/// What became of a request.
pub(crate) enum RequestStatus {
    /// Approved with this scope. The device has not asked yet, so the request can still be denied.
    Approved(Scope),
    /// Approved, and the device has to send this PIN first, for a client that opted in (requirement B-04).
    WaitsForPin(String),
    /// Approved, and the device has its tokens.
    SignedIn,
    /// The device had its tokens, and they have ended: by this person, by its client, or by themselves.
    SignedOut,
    /// The person did not start the request, and has said so. Nothing of it is left.
    Reported {
        /// Whether the device had its tokens until then.
        was_signed_in: bool,
    },
    /// Denied by this person.
    Denied,
    /// Denied because another number was picked than the device shows (requirement B-04).
    WrongNumber,
    /// Denied because the device sent too many wrong PINs (requirement B-04).
    WrongPins,
    /// Nobody decided in time.
    Expired,
}

/// Shows the grant of a handle to the session that holds its claim.
pub(crate) async fn review(app: &App, user: &EndUser<'_>, handle: &Secret) -> Result<ReviewOutcome, FlowError> {
    let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else {
        return Ok(ReviewOutcome::NotFound);
    };
    let grant = Box::new(found.value);
    if ClaimHolder::of(app, &grant, user) != ClaimHolder::ThisSession {
        return Ok(ReviewOutcome::NotFound);
    }
    if let Some(outcome) = outcome(app, user, &grant, handle).await? {
        return Ok(ReviewOutcome::Closed(grant, outcome));
    }
    let is_fresh = grant.accepts_login(user.session.sign_in.auth_time, Duration::MAX, app.clock.now());
    Ok(if is_fresh { ReviewOutcome::Undecided(grant) } else { ReviewOutcome::LoginRequired })
}

/// What became of a grant; `None` while it can be decided.
async fn outcome(
    app: &App,
    user: &EndUser<'_>,
    grant: &DeviceGrant,
    handle: &Secret,
) -> Result<Option<RequestStatus>, StoreError> {
    let now = app.clock.now();
    if grant.reported_at.is_some() {
        return Ok(Some(RequestStatus::Reported { was_signed_in: matches!(grant.state, State::Redeemed(..)) }));
    }
    Ok(Some(match (grant.standing(now), &grant.state) {
        (Standing::Undecided, _) => return Ok(None),
        (Standing::Approved, State::Approved(_, approval)) => match approval_pin(app, user.digest(), grant, handle) {
            Some(pin) => RequestStatus::WaitsForPin(pin.grouped()),
            None => RequestStatus::Approved(approval.scope.clone()),
        },
        (Standing::SignedIn, State::Redeemed(claim, redemption))
            if store::is_signed_in(&app.db, &claim.subject, &redemption.family, now).await? =>
        {
            RequestStatus::SignedIn
        }
        (Standing::Approved | Standing::SignedIn, _) => RequestStatus::SignedOut,
        (Standing::Denied, _) if grant.initiation.number_missed => RequestStatus::WrongNumber,
        (Standing::Denied, _) if grant.initiation.tries_left() == 0 => RequestStatus::WrongPins,
        (Standing::Denied, _) => RequestStatus::Denied,
        (Standing::Expired, _) => RequestStatus::Expired,
    }))
}

/// What the login page may say of a request that waits for a login: its wishes, and whether this session holds its claim and so
/// may give it back. The hints of a request are shown behind its handle, never behind its code (requirement U-02).
pub(crate) async fn awaited_request(app: &App, session: &Digest, handle: &Secret) -> Result<(Wishes, bool), FlowError> {
    let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else {
        return Ok((Wishes::default(), false));
    };
    let is_held_here = found.value.claimed().is_some_and(|claim| claim.session == *session);
    Ok((found.value.wishes, is_held_here))
}
