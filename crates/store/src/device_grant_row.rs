//! A grant as its row holds it. An impossible row is an error, never a guess.

use sqlx::FromRow;

use crate::Versioned;
use crate::arg::json;
use crate::column_type::Json;
use crate::portable_row::EngineRow;
use crate::statement::columns;
use protocol::{
    Approval, Binding, Claim, CodeChallenge, DeviceGrant, Digest, Extent, Initiated, Initiation, Origin, Pace, Place,
    Redemption, State, Timestamp,
};

columns! {
    /// The request of the device.
    pub(super) RequestColumns(grant: &DeviceGrant) {
        id: &grant.id,
        client_id: &grant.client_id,
        scope: &grant.scope,
        nonce: &grant.nonce,
        wishes: if grant.wishes.is_empty() { None } else { Some(json(&grant.wishes)) },
        requested_at: grant.origin.at,
        requested_from: grant.origin.address,
        user_agent: &grant.origin.user_agent,
        expires_at: grant.expires_at,
        dpop_jkt: &grant.binding.jkt,
        code_challenge: grant.binding.challenge.map(|challenge| challenge.digest()),
        number_digest: &grant.initiation.number,
        pin_required: grant.initiation.pin,
        pin_tries: grant.initiation.pin_tries,
        reported_at: grant.reported_at,
        revision: 1_i64,
    }
}

columns! {
    /// The pace of its polls.
    pub(super) PaceColumns(pace: &Pace) {
        interval_ms: pace.interval,
        answered_at: pace.answered_at,
        slowed: pace.slowed,
        repeated: pace.repeated,
    }
}

columns! {
    /// The columns by which a grant is found, counted and purged. They are never read back.
    pub(super) LookupColumns(grant: &DeviceGrant, device_code: &Digest, user_code: &Digest, purge_at: Timestamp) {
        device_code_digest: device_code,
        user_code_digest: user_code,
        requested_network: network(grant, Extent::Network),
        requested_subscriber: network(grant, Extent::Subscriber),
        requested_site: network(grant, Extent::Site),
        purge_at: purge_at,
    }
}

columns! {
    /// What was decided: all that a change of state writes.
    pub(super) DecisionColumns(grant: &DeviceGrant) {
        state: state_name(&grant.state),
        subject: grant.claimed().map(|claim| &claim.subject),
        session_digest: grant.claimed().map(|claim| &claim.session),
        handle_digest: grant.claimed().map(|claim| &claim.handle),
        entry: grant.claimed().map(|claim| claim.entry.name()),
        sealed_code: grant.claimed().map(|claim| claim.sealed_code.as_slice()),
        approved_at: approval(grant).map(|approval| approval.at),
        granted_scope: approval(grant).map(|approval| &approval.scope),
        auth_time: approval(grant).map(|approval| approval.auth_time),
        amr: approval(grant).map(|approval| approval.amr.as_slice()),
        acr: approval(grant).and_then(|approval| approval.acr.as_ref()),
        redeemed_at: redemption(grant).map(|redemption| redemption.at),
        family_id: redemption(grant).map(|redemption| &redemption.family),
        number_missed: grant.initiation.number_missed,
        pin_digest: approval(grant).and_then(|approval| approval.initiated.pin.as_ref()),
    }
}

fn network(grant: &DeviceGrant, extent: Extent) -> Option<String> {
    let place = Place::around(grant.origin.address).into_iter().find(|place| place.extent == extent);
    place.map(|place| place.network.to_string())
}

fn approval(grant: &DeviceGrant) -> Option<&Approval> {
    if let State::Approved(_, approval) = &grant.state { Some(approval) } else { None }
}

fn redemption(grant: &DeviceGrant) -> Option<&Redemption> {
    if let State::Redeemed(_, redemption) = &grant.state { Some(redemption) } else { None }
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

impl<'r, R: EngineRow> FromRow<'r, R> for Versioned<DeviceGrant> {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let initiation = Initiation {
            number: row.read("number_digest")?,
            number_missed: row.read("number_missed")?,
            pin: row.read("pin_required")?,
            pin_tries: row.read("pin_tries")?,
        };
        let wishes: Option<Json<_>> = row.read("wishes")?;
        let challenge: Option<Digest> = row.read("code_challenge")?;
        let value = DeviceGrant {
            id: row.read("id")?,
            client_id: row.read("client_id")?,
            scope: row.read("scope")?,
            nonce: row.read("nonce")?,
            binding: Binding { challenge: challenge.map(CodeChallenge::of_digest), jkt: row.read("dpop_jkt")? },
            wishes: wishes.map(|Json(wishes)| wishes).unwrap_or_default(),
            state: state(row, &initiation)?,
            initiation,
            origin: Origin {
                at: row.read("requested_at")?,
                address: row.read("requested_from")?,
                user_agent: row.read("user_agent")?,
            },
            expires_at: row.read("expires_at")?,
            pace: Pace {
                interval: row.read("interval_ms")?,
                answered_at: row.read("answered_at")?,
                slowed: row.read("slowed")?,
                repeated: row.read("repeated")?,
            },
            reported_at: row.read("reported_at")?,
        };
        Ok(Self { revision: row.read("revision")?, value })
    }
}

fn state(row: &impl EngineRow, initiation: &Initiation) -> sqlx::Result<State> {
    Ok(match row.read::<String>("state")?.as_str() {
        "pending" => State::Pending,
        "claimed" => State::Claimed(claim(row)?),
        "denied" => State::Denied(claim(row)?),
        "revoked" => State::Revoked,
        "approved" => {
            let initiated = Initiated { number_matched: initiation.number.is_some(), pin: row.read("pin_digest")? };
            if !initiation.is_met_by(&initiated) {
                return Err(row.impossible("pin_digest", "an approval without its PIN"));
            }
            let approval = Approval {
                at: row.read("approved_at")?,
                scope: row.read("granted_scope")?,
                auth_time: row.read("auth_time")?,
                amr: row.read("amr")?,
                acr: row.read("acr")?,
                initiated,
            };
            State::Approved(claim(row)?, approval)
        }
        "redeemed" => {
            let redemption = Redemption { at: row.read("redeemed_at")?, family: row.read("family_id")? };
            State::Redeemed(claim(row)?, redemption)
        }
        _ => return Err(row.impossible("state", "an unknown state")),
    })
}

fn claim(row: &impl EngineRow) -> sqlx::Result<Claim> {
    Ok(Claim {
        subject: row.read("subject")?,
        session: row.read("session_digest")?,
        handle: row.read("handle_digest")?,
        entry: row.read("entry")?,
        sealed_code: row.read("sealed_code")?,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::database_for_tests::empty_database;
    use crate::{add_device_grant, find_by_device_code, find_by_handle, find_by_user_code};
    use protocol::{AuditEvent, Channel, CodeEntry, Event, Source, Subject, Wishes};

    fn digest(of: &str) -> Digest {
        Digest::sha256(of.as_bytes())
    }

    /// A grant in which no two values of one type are equal, but for what is true or false.
    fn grant(id: &str, state: State, [number_missed, slowed, repeated]: [bool; 3]) -> DeviceGrant {
        let time = Timestamp::from_millis;
        DeviceGrant {
            id: id.to_owned(),
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

    #[tokio::test]
    async fn a_grant_is_read_as_it_was_written() {
        let (db, _folder) = empty_database().await;
        let time = Timestamp::from_millis;
        let claim = |id: &str| Claim {
            subject: Subject::new("sub"),
            session: digest("session"),
            handle: digest(&format!("handle {id}")),
            entry: CodeEntry::Link,
            sealed_code: vec![1, 2],
        };
        let initiated = Initiated { number_matched: true, pin: Some(digest("pin")) };
        let (scope, amr) = ("read".parse().unwrap(), vec!["pwd".to_owned(), "otp".to_owned()]);
        let approval = Approval { at: time(6), scope, auth_time: time(7), amr, acr: Some("acr".to_owned()), initiated };
        let redemption = Redemption { at: time(8), family: "family".to_owned() };
        let event = AuditEvent::once("test", Event::GrantApproved, &Source::local(Channel::Server), time(9));
        for (number, flags) in
            [[true, false, false], [false, true, false], [false, false, true]].into_iter().enumerate()
        {
            let states: [fn(Claim, Approval, Redemption) -> State; 6] = [
                |_, _, _| State::Pending,
                |_, _, _| State::Revoked,
                |claim, _, _| State::Claimed(claim),
                |claim, _, _| State::Denied(claim),
                |claim, approval, _| State::Approved(claim, approval),
                |claim, _, redemption| State::Redeemed(claim, redemption),
            ];
            for (place, state) in states.into_iter().enumerate() {
                let id = format!("{number}.{place}");
                let written = grant(&id, state(claim(&id), approval.clone(), redemption.clone()), flags);
                let codes = [digest(&format!("device {id}")), digest(&format!("user {id}"))];
                assert!(add_device_grant(&db, &written, &codes[0], &codes[1], time(10), &event).await.unwrap());
                let found = find_by_device_code(&db, &codes[0]).await.unwrap().unwrap();
                assert_eq!((found.revision, &found.value), (1, &written));
                assert_eq!(find_by_user_code(&db, &codes[1]).await.unwrap().unwrap().value, written);
                let by_handle = find_by_handle(&db, &claim(&id).handle).await.unwrap();
                assert_eq!(by_handle.is_some(), written.claimed().is_some());
            }
        }
    }
}
