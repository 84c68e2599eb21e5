//! A grant as its row holds it. An impossible row is an error, never a guess.

use std::net::IpAddr;
use std::time::Duration;

use crate::arg::json;
use crate::statement::{result_row, row};
use crate::{StoreError, Versioned};
use protocol::{
    Approval, Binding, Claim, CodeChallenge, CodeEntry, DeviceGrant, Digest, Extent, Initiated, Initiation, Origin,
    Pace, Place, Redemption, Scope, State, Subject, Timestamp, Wishes,
};

row! {
    /// What the device asked for, and how it polls.
    pub(super) struct RequestRow {
        id: String,
        client_id: String,
        scope: String,
        nonce: Option<String>,
        wishes: Option<String>,
        requested_at: i64,
        requested_from: String,
        user_agent: Option<String>,
        expires_at: i64,
        dpop_jkt: Option<String>,
        code_challenge: Option<Vec<u8>>,
        number_digest: Option<Vec<u8>>,
        pin_required: bool,
        pin_tries: i64,
        interval_ms: i64,
        answered_at: Option<i64>,
        slowed: bool,
        repeated: bool,
        reported_at: Option<i64>,
        revision: i64,
    }
}

row! {
    /// By what a grant is found, counted and purged: written once and not read back.
    pub(super) struct LookupRow {
        device_code_digest: Vec<u8>,
        user_code_digest: Vec<u8>,
        requested_network: Option<String>,
        requested_subscriber: Option<String>,
        requested_site: Option<String>,
        purge_at: i64,
    }
}

row! {
    /// What was decided: all that a change of state writes.
    pub(super) struct DecisionRow {
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
        number_missed: bool,
        pin_digest: Option<Vec<u8>>,
    }
}

result_row! {
    pub(super) struct GrantRow {
        ..request: RequestRow,
        ..decision: DecisionRow,
    }
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

impl RequestRow {
    pub(super) fn of(grant: &DeviceGrant) -> Self {
        Self {
            id: grant.id.clone(),
            client_id: grant.client_id.clone(),
            scope: grant.scope.to_string(),
            nonce: grant.nonce.clone(),
            wishes: if grant.wishes.is_empty() { None } else { Some(json(&grant.wishes)) },
            requested_at: grant.origin.at.millis(),
            requested_from: grant.origin.address.to_string(),
            user_agent: grant.origin.user_agent.clone(),
            expires_at: grant.expires_at.millis(),
            dpop_jkt: grant.binding.jkt.clone(),
            code_challenge: grant.binding.challenge.map(|challenge| bytes(&challenge.digest())),
            number_digest: grant.initiation.number.as_ref().map(bytes),
            pin_required: grant.initiation.pin,
            pin_tries: grant.initiation.pin_tries.into(),
            interval_ms: i64::try_from(grant.pace.interval.as_millis()).unwrap_or(i64::MAX),
            answered_at: grant.pace.answered_at.map(Timestamp::millis),
            slowed: grant.pace.slowed,
            repeated: grant.pace.repeated,
            reported_at: grant.reported_at.map(Timestamp::millis),
            revision: 1,
        }
    }
}

impl LookupRow {
    pub(super) fn of(grant: &DeviceGrant, device_code: &Digest, user_code: &Digest, purge_at: Timestamp) -> Self {
        let places = Place::around(grant.origin.address);
        let place = |extent| places.iter().find(|place| place.extent == extent).map(|place| place.network.to_string());
        Self {
            device_code_digest: bytes(device_code),
            user_code_digest: bytes(user_code),
            requested_network: place(Extent::Network),
            requested_subscriber: place(Extent::Subscriber),
            requested_site: place(Extent::Site),
            purge_at: purge_at.millis(),
        }
    }
}

impl DecisionRow {
    pub(super) fn of(grant: &DeviceGrant) -> Self {
        let claim = grant.claimed();
        let approval = if let State::Approved(_, approval) = &grant.state { Some(approval) } else { None };
        let redemption = if let State::Redeemed(_, redemption) = &grant.state { Some(redemption) } else { None };
        let entry = |claim: &Claim| match claim.entry {
            CodeEntry::Typed => "typed".to_owned(),
            CodeEntry::Link => "link".to_owned(),
        };
        Self {
            state: state_name(&grant.state).to_owned(),
            subject: claim.map(|claim| claim.subject.as_str().to_owned()),
            session_digest: claim.map(|claim| bytes(&claim.session)),
            handle_digest: claim.map(|claim| bytes(&claim.handle)),
            entry: claim.map(entry),
            sealed_code: claim.map(|claim| claim.sealed_code.clone()),
            approved_at: approval.map(|approval| approval.at.millis()),
            granted_scope: approval.map(|approval| approval.scope.to_string()),
            auth_time: approval.map(|approval| approval.auth_time.millis()),
            amr: approval.map(|approval| approval.amr.join(" ")),
            acr: approval.and_then(|approval| approval.acr.clone()),
            redeemed_at: redemption.map(|redemption| redemption.at.millis()),
            family_id: redemption.map(|redemption| redemption.family.clone()),
            number_missed: grant.initiation.number_missed,
            pin_digest: approval.and_then(|approval| approval.initiated.pin.as_ref().map(bytes)),
        }
    }
}

fn bytes(digest: &Digest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}

impl TryFrom<GrantRow> for Versioned<DeviceGrant> {
    type Error = StoreError;

    fn try_from(GrantRow { request: row, decision }: GrantRow) -> Result<Self, StoreError> {
        let corrupt = |why| StoreError::Corrupt { table: "device_grants", id: row.id.clone(), why };
        let time = Timestamp::from_millis;
        let claim = || {
            let digest = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(Digest::from_row);
            Ok(Claim {
                subject: Subject::new(decision.subject.clone().ok_or(corrupt("a claim without a subject"))?),
                session: digest(&decision.session_digest).ok_or(corrupt("a claim without a session"))?,
                handle: digest(&decision.handle_digest).ok_or(corrupt("a claim without a handle"))?,
                entry: match decision.entry.as_deref() {
                    Some("typed") => CodeEntry::Typed,
                    Some("link") => CodeEntry::Link,
                    _ => return Err(corrupt("a claim of an unknown entry")),
                },
                sealed_code: decision.sealed_code.clone().ok_or(corrupt("a claim without its code"))?,
            })
        };
        let digest_of = |bytes: &Option<Vec<u8>>| match bytes.as_deref().map(Digest::from_row) {
            Some(None) => Err(corrupt("a digest that is not 32 bytes")),
            read => Ok(read.flatten()),
        };
        let initiation = Initiation {
            number: digest_of(&row.number_digest)?,
            number_missed: decision.number_missed,
            pin: row.pin_required,
            pin_tries: u32::try_from(row.pin_tries).map_err(|_| corrupt("a negative number of PINs"))?,
        };
        let initiated = || {
            let initiated =
                Initiated { number_matched: initiation.number.is_some(), pin: digest_of(&decision.pin_digest)? };
            if initiation.is_met_by(&initiated) { Ok(initiated) } else { Err(corrupt("an approval without its PIN")) }
        };
        let state = match decision.state.as_str() {
            "pending" => State::Pending,
            "claimed" => State::Claimed(claim()?),
            "denied" => State::Denied(claim()?),
            "revoked" => State::Revoked,
            "approved" => match (decision.approved_at, &decision.granted_scope, decision.auth_time, &decision.amr) {
                (Some(at), Some(scope), Some(auth_time), Some(amr)) => State::Approved(
                    claim()?,
                    Approval {
                        at: time(at),
                        scope: scope.parse().map_err(|_| corrupt("a malformed granted scope"))?,
                        auth_time: time(auth_time),
                        amr: amr.split(' ').map(str::to_owned).collect(),
                        acr: decision.acr.clone(),
                        initiated: initiated()?,
                    },
                ),
                _ => return Err(corrupt("an approval that lacks its facts")),
            },
            "redeemed" => match (decision.redeemed_at, &decision.family_id) {
                (Some(at), Some(family)) => {
                    State::Redeemed(claim()?, Redemption { at: time(at), family: family.clone() })
                }
                _ => return Err(corrupt("a redemption that lacks its facts")),
            },
            _ => return Err(corrupt("an unknown state")),
        };
        let interval = u64::try_from(row.interval_ms).map_err(|_| corrupt("a negative interval"))?;
        let address: IpAddr = row.requested_from.parse().map_err(|_| corrupt("a malformed address"))?;
        let scope: Scope = row.scope.parse().map_err(|_| corrupt("a malformed scope"))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(of: &str) -> Digest {
        Digest::sha256(of.as_bytes())
    }

    /// A grant in which no two values of one type are equal, but for what is true or false.
    fn grant(state: State, [number_missed, slowed, repeated]: [bool; 3]) -> DeviceGrant {
        let time = Timestamp::from_millis;
        DeviceGrant {
            id: "id".to_owned(),
            client_id: "client".to_owned(),
            scope: "openid read".parse().unwrap(),
            nonce: Some("nonce".to_owned()),
            binding: Binding {
                challenge: Some(CodeChallenge::of_digest(digest("challenge"))),
                jkt: Some("jkt".to_owned()),
            },
            wishes: Wishes { login_hint: Some("hint".to_owned()), ..Wishes::default() },
            initiation: Initiation { number: Some(digest("number")), number_missed, pin: true, pin_tries: 7 },
            origin: Origin {
                at: time(1),
                address: "2001:db8::1".parse().unwrap(),
                user_agent: Some("agent".to_owned()),
            },
            expires_at: time(2),
            pace: Pace { interval: Duration::from_millis(3), answered_at: Some(time(4)), slowed, repeated },
            state,
            reported_at: Some(time(5)),
        }
    }

    #[test]
    fn a_grant_is_read_as_it_was_written() {
        let time = Timestamp::from_millis;
        let claim = Claim {
            subject: Subject::new("sub"),
            session: digest("session"),
            handle: digest("handle"),
            entry: CodeEntry::Link,
            sealed_code: vec![1, 2],
        };
        let initiated = Initiated { number_matched: true, pin: Some(digest("pin")) };
        let (scope, amr) = ("read".parse().unwrap(), vec!["pwd".to_owned(), "otp".to_owned()]);
        let approval = Approval { at: time(6), scope, auth_time: time(7), amr, acr: Some("acr".to_owned()), initiated };
        let redemption = Redemption { at: time(8), family: "family".to_owned() };
        for state in [
            State::Pending,
            State::Revoked,
            State::Claimed(claim.clone()),
            State::Denied(claim.clone()),
            State::Approved(claim.clone(), approval),
            State::Redeemed(claim.clone(), redemption),
        ] {
            for flags in [[true, false, false], [false, true, false], [false, false, true]] {
                let written = grant(state.clone(), flags);
                let row = GrantRow { request: RequestRow::of(&written), decision: DecisionRow::of(&written) };
                let read = Versioned::try_from(row).unwrap();
                assert_eq!((read.revision, &read.value), (1, &written));
            }
        }
    }
}
