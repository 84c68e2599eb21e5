//! Ends everything of a person at once: every session, every device and every approval that no device has used yet
//! (requirements K-10 and SM-06). The button of the person, an operator and a new password do so.
//!
//! The clocks of two nodes do not matter: rows are ended, and a login that was under way is refused because the `valid_from` of its
//! account changed ([`account_turn::take_as_found`]). `valid_from` is a time for nodes of an older release, which compare it with
//! the time of a login; it always moves forward, so that it also counts the changes.

use crate::arg::{Arg, args};
use crate::session_end::{self, SessionSelection};
use crate::statement::{Statement, statements};
use crate::transaction::Transaction;
use crate::{
    BrowserSession, Db, StoreError, account_turn, audit_events, browser_sessions, device_sign_out, signed_in_devices,
};
use protocol::{AuditEvent, Event, Subject, Timestamp};

statements! {
    /// `valid_from` moves as in [`valid_after`].
    VOID = "UPDATE users SET valid_from = CASE WHEN valid_from < $2 THEN $2 ELSE valid_from + 1 END \
        WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2, password_set_at = $3, \
            valid_from = CASE WHEN valid_from < $3 THEN $3 ELSE valid_from + 1 END \
        WHERE id = $1";
    DISABLE = "UPDATE users SET disabled_at = COALESCE(disabled_at, $2), \
            valid_from = CASE WHEN valid_from < $2 THEN $2 ELSE valid_from + 1 END \
        WHERE id = $1";
    /// Unless the account was disabled, signed out or given another password meanwhile.
    CHANGE_PASSWORD = "UPDATE users SET password_hash = $2, password_set_at = $3, \
            valid_from = CASE WHEN valid_from < $3 THEN $3 ELSE valid_from + 1 END \
        WHERE id = $1 AND valid_from = $4 AND disabled_at IS NULL";
    /// Approvals that no device has redeemed get a time before any account. A device that redeems one meanwhile comes wholly
    /// before, and then its family ends below, or wholly after, and then it gets nothing.
    END_APPROVALS = "UPDATE device_grants SET auth_time = 0 WHERE subject = $1 AND state = 'approved'";
}

/// The `valid_from` of an account that had `was` when its logins are voided at `at`. It always moves forward: the node that moved
/// it before may have a clock that is ahead.
pub fn valid_after(was: Timestamp, at: Timestamp) -> Timestamp {
    if was < at { at } else { Timestamp::from_millis(was.millis() + 1) }
}

/// Ends every session, device and approval of a person, with the event.
pub async fn sign_out_everywhere(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, VOID, args![subject, event.at], None, event).await.map(drop)
}

/// Gives a person a new password, with the event: everything that was approved or signed in before is void.
pub async fn set_password(db: &Db, subject: &Subject, hash: &str, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, SET_PASSWORD, args![subject, hash, event.at], None, event).await.map(drop)
}

/// Disables an account until it is enabled again, with the event; its sessions and approvals do not come back.
pub async fn disable_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, DISABLE, args![subject, event.at], None, event).await.map(drop)
}

/// Changes a password at the wish of its person, who has just entered the old one, and ends everything else, with the event; false
/// when the account changed meanwhile. `valid_from` is that of the account when the old password was verified. `renewed` is the
/// one session that goes on, under a new cookie and signed in at the time of the event.
pub async fn change_password(
    db: &Db,
    valid_from: Timestamp,
    hash: &str,
    renewed: &BrowserSession,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let subject = &renewed.sign_in.subject;
    void(db, subject, CHANGE_PASSWORD, args![subject, hash, event.at, valid_from], Some(renewed), event).await
}

/// Changes the account by a statement, and ends all that it had but a session that is renewed; false when the statement changes
/// nothing.
async fn void(
    db: &Db,
    subject: &Subject,
    statement: Statement,
    args: Vec<Arg>,
    renewed: Option<&BrowserSession>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        account_turn::take(&mut tx, subject).await?;
        signed_in_devices::record_their_end(&mut tx, subject, event).await?;
        tx.change(statement, args.clone()).await?;
        end_all(&mut tx, subject, event).await?;
        if let Some(session) = renewed {
            browser_sessions::add(&mut tx, session).await?;
        }
        Ok(tx)
    })
    .await
}

async fn end_all(tx: &mut Transaction, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    let sessions = session_end::end(tx, SessionSelection::All(subject)).await?;
    tx.write(END_APPROVALS, args![subject]).await?;
    device_sign_out::sign_out_all(tx, subject, None, event.at).await?;
    let event = event.clone();
    // An event of another kind does not say how many sessions it ended.
    let event = if event.event == Event::SignedOutEverywhere { event.with("sessions", sessions) } else { event };
    audit_events::add(tx, &event).await
}
