//! Ends the grants of a campaign that were not redeemed, and the token families of the others, each with its event (RFC 10027 section
//! 6.1.6, requirement P-05).

use crate::arg::args;
use crate::statement::{row, statements};
use crate::{Db, StoreError, audit_events, changes};
use protocol::{AuditEvent, Event, Source, Subject, Timestamp};

statements! {
    /// An approval may outlive its code by two minutes at most.
    LIVE_GRANT = "SELECT id, client_id, subject FROM device_grants \
        WHERE id = $1 AND state IN ('pending', 'claimed', 'approved') AND expires_at > $2 - 120000";
    LIVE_FAMILY = "SELECT id, client_id, subject FROM token_families \
        WHERE grant_id = $1 AND revoked_at IS NULL AND purge_at > $2";
    REVOKE_GRANT = "UPDATE device_grants SET state = 'revoked', revision = revision + 1 \
        WHERE id = $1 AND state IN ('pending', 'claimed', 'approved') AND expires_at > $2 - 120000 \
        RETURNING id, client_id, subject";
    REVOKE_FAMILY = "UPDATE token_families SET revoked_at = $2 \
        WHERE grant_id = $1 AND revoked_at IS NULL AND purge_at > $2 RETURNING id, client_id, subject";
}

/// The numbers of grants and families that are ended, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Requests that wait for a person, or for their device.
    pub grants: usize,
    /// Devices that are signed in.
    pub families: usize,
}

row! {
    struct Alive {
        id: String,
        client_id: String,
        subject: Option<String>,
    }
}

/// The numbers of what [`revoke_incident`] would end for these grants.
pub async fn find_incident(db: &Db, grants: &[&str], now: Timestamp) -> Result<Ended, StoreError> {
    let mut ended = Ended::default();
    for grant in grants {
        ended.grants += usize::from(db.one::<Alive>(LIVE_GRANT, args![*grant, now]).await?.is_some());
        ended.families += usize::from(db.one::<Alive>(LIVE_FAMILY, args![*grant, now]).await?.is_some());
    }
    Ok(ended)
}

/// Ends these grants and what was issued for them, in one transaction, with an event for each that names the incident. A device that
/// redeems meanwhile comes wholly before, and then its tokens end, or wholly after, and then it gets none.
pub async fn revoke_incident(
    db: &Db,
    incident: &str,
    grants: &[&str],
    source: &Source,
    now: Timestamp,
) -> Result<Ended, StoreError> {
    db.in_transaction(async |mut tx| {
        let mut ended = Ended::default();
        for grant in grants {
            let told = |event, of: &Alive| {
                let told = AuditEvent::once(&format!("{incident} {grant}"), event, source, now);
                let told = told.of_client(&of.client_id).with("by", "incident").with("incident", incident);
                AuditEvent { subject: of.subject.as_deref().map(Subject::new), ..told }
            };
            if let Some(of) = tx.one::<Alive>(REVOKE_GRANT, args![*grant, now]).await? {
                ended.grants += 1;
                changes::end_waiting(&mut tx, &of.id).await?;
                let event = AuditEvent { grant_id: Some(of.id.clone()), ..told(Event::GrantRevoked, &of) };
                audit_events::add(&mut tx, &event).await?;
            }
            if let Some(of) = tx.one::<Alive>(REVOKE_FAMILY, args![*grant, now]).await? {
                ended.families += 1;
                audit_events::add(&mut tx, &told(Event::TokensRevoked, &of).of_family(&of.id)).await?;
            }
        }
        tx.commit().await?;
        Ok(ended)
    })
    .await
}
