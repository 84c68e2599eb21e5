//! How is a grant written in a row, and read back? An impossible row is an error, never a guess.

use std::net::IpAddr;
use std::time::Duration;

use sqlx::FromRow;

use crate::arg::{Arg, args};
use crate::{StoreError, Versioned};
use protocol::{
    Approval, Binding, Claim, CodeChallenge, CodeEntry, DeviceGrant, Digest, Initiated, Initiation, Origin, Pace,
    Redemption, Scope, State, Subject, Timestamp, Wishes,
};

#[expect(clippy::struct_excessive_bools, reason = "each is a column, and is read by its name")]
#[derive(FromRow)]
pub(super) struct GrantRow {
    id: String,
    client_id: String,
    scope: String,
    nonce: Option<String>,
    wishes: Option<String>,
    requested_at: i64,
    requested_from: String,
    user_agent: Option<String>,
    expires_at: i64,
    interval_ms: i64,
    answered_at: Option<i64>,
    slowed: bool,
    repeated: bool,
    revision: i64,
    state: String,
    subject: Option<String>,
    session_digest: Option<Vec<u8>>,
    handle_digest: Option<Vec<u8>>,
    entry: Option<String>,
    sealed_code: Option<Vec<u8>>,
    approved_at: Option<i64>,
    granted_scope: Option<String>,
    auth_time: Option<i64>,
    amr: Option<String>,
    acr: Option<String>,
    redeemed_at: Option<i64>,
    family_id: Option<String>,
    dpop_jkt: Option<String>,
    code_challenge: Option<Vec<u8>>,
    number_digest: Option<Vec<u8>>,
    number_missed: bool,
    pin_required: bool,
    pin_digest: Option<Vec<u8>>,
    pin_tries: i64,
    reported_at: Option<i64>,
}

/// The name of a state in its row.
pub(super) fn state_name(state: &State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Claimed(_) => "claimed",
        State::Approved(..) => "approved",
        State::Denied(_) => "denied",
        State::Revoked => "revoked",
        State::Redeemed(..) => "redeemed",
    }
}

/// What a change of state writes, in the order of the statements that write it.
pub(super) fn decided(revision: i64, next: &DeviceGrant) -> Vec<Arg> {
    let claim = next.claimed();
    let approval = if let State::Approved(_, approval) = &next.state { Some(approval) } else { None };
    let redemption = if let State::Redeemed(_, redemption) = &next.state { Some(redemption) } else { None };
    args![
        &next.id,
        revision,
        state_name(&next.state),
        claim.map(|claim| claim.subject.as_str()),
        claim.map(|claim| claim.session),
        claim.map(|claim| claim.handle),
        claim.map(|claim| match claim.entry {
            CodeEntry::Typed => "typed",
            CodeEntry::Link => "link",
        }),
        approval.map(|approval| approval.at),
        approval.map(|approval| approval.scope.to_string()),
        approval.map(|approval| approval.auth_time),
        approval.map(|approval| approval.amr.join(" ")),
        approval.and_then(|approval| approval.acr.clone()),
        redemption.map(|redemption| redemption.at),
        redemption.map(|redemption| redemption.family.clone()),
        claim.map(|claim| claim.sealed_code.clone()),
        approval.and_then(|approval| approval.initiated.pin),
        next.initiation.number_missed,
    ]
}

impl TryFrom<GrantRow> for Versioned<DeviceGrant> {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        let corrupt = |why| StoreError::Corrupt { table: "device_grants", id: row.id.clone(), why };
        let time = Timestamp::from_millis;
        let claim = || {
            let digest = |bytes: Option<&Vec<u8>>| bytes.and_then(|bytes| Digest::from_row(bytes));
            Ok(Claim {
                subject: Subject::new(row.subject.clone().ok_or(corrupt("a claim without a subject"))?),
                session: digest(row.session_digest.as_ref()).ok_or(corrupt("a claim without a session"))?,
                handle: digest(row.handle_digest.as_ref()).ok_or(corrupt("a claim without a handle"))?,
                entry: match row.entry.as_deref() {
                    Some("typed") => CodeEntry::Typed,
                    Some("link") => CodeEntry::Link,
                    _ => return Err(corrupt("a claim whose code came from nowhere")),
                },
                sealed_code: row.sealed_code.clone().ok_or(corrupt("a claim without its code"))?,
            })
        };
        let bytes = |bytes: &Option<Vec<u8>>| match bytes.as_deref().map(Digest::from_row) {
            Some(None) => Err(corrupt("a digest that is not 32 bytes")),
            read => Ok(read.flatten()),
        };
        let initiation = Initiation {
            number: bytes(&row.number_digest)?,
            number_missed: row.number_missed,
            pin: row.pin_required,
            pin_tries: u32::try_from(row.pin_tries).map_err(|_| corrupt("fewer than no PINs"))?,
        };
        let initiated = || {
            let initiated = Initiated { number_matched: initiation.number.is_some(), pin: bytes(&row.pin_digest)? };
            if initiation.is_met_by(&initiated) { Ok(initiated) } else { Err(corrupt("an approval without its PIN")) }
        };
        let state = match row.state.as_str() {
            "pending" => State::Pending,
            "claimed" => State::Claimed(claim()?),
            "denied" => State::Denied(claim()?),
            "revoked" => State::Revoked,
            "approved" => match (row.approved_at, &row.granted_scope, row.auth_time, &row.amr) {
                (Some(at), Some(scope), Some(auth_time), Some(amr)) => State::Approved(
                    claim()?,
                    Approval {
                        at: time(at),
                        scope: scope.parse().map_err(|_| corrupt("a granted scope that is none"))?,
                        auth_time: time(auth_time),
                        amr: amr.split(' ').map(str::to_owned).collect(),
                        acr: row.acr.clone(),
                        initiated: initiated()?,
                    },
                ),
                _ => return Err(corrupt("an approval that lacks its facts")),
            },
            "redeemed" => match (row.redeemed_at, &row.family_id) {
                (Some(at), Some(family)) => {
                    State::Redeemed(claim()?, Redemption { at: time(at), family: family.clone() })
                }
                _ => return Err(corrupt("a redemption that lacks its facts")),
            },
            _ => return Err(corrupt("an unknown state")),
        };
        let interval = u64::try_from(row.interval_ms).map_err(|_| corrupt("a negative interval"))?;
        let address: IpAddr = row.requested_from.parse().map_err(|_| corrupt("an address that is none"))?;
        let scope: Scope = row.scope.parse().map_err(|_| corrupt("a scope that is none"))?;
        let challenge = row.code_challenge.as_deref().map(|bytes| {
            Digest::from_row(bytes).map(CodeChallenge::of_digest).ok_or(corrupt("a challenge that is not 32 bytes"))
        });
        let binding = Binding { challenge: challenge.transpose()?, jkt: row.dpop_jkt };
        let wishes: Wishes = match &row.wishes {
            Some(wishes) => serde_json::from_str(wishes).map_err(|_| corrupt("wishes that cannot be read"))?,
            None => Wishes::default(),
        };
        Ok(Self {
            revision: row.revision,
            value: DeviceGrant {
                id: row.id.clone(),
                client_id: row.client_id,
                scope,
                nonce: row.nonce,
                binding,
                wishes,
                initiation,
                origin: Origin { at: time(row.requested_at), address, user_agent: row.user_agent },
                expires_at: time(row.expires_at),
                pace: Pace {
                    interval: Duration::from_millis(interval),
                    answered_at: row.answered_at.map(time),
                    slowed: row.slowed,
                    repeated: row.repeated,
                },
                state,
                reported_at: row.reported_at.map(time),
            },
        })
    }
}
