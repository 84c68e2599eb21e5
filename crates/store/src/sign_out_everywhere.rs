//! Ends everything of a person at once: every session, every device and every approval that no device has used yet
//! (requirements K-10 and SM-06), by a button, by an operator, and by a new password.
//!
//! Nothing of this depends on the clocks of two nodes: rows are ended, and a login that was under way is refused, because
//! `valid_from` of its account is not what it found ([`account_turn::is_as_found`]). `valid_from` is a time for nodes of an older
//! release, which compare it with that of a login; it always moves forward, so that it counts the changes as well.

use crate::arg::args;
use crate::session_end::{self, SessionSelection};
use crate::statement::{Statement, statements};
use crate::transaction::Transaction;
use crate::{
    BrowserSession, Db, StoreError, account_turn, audit_events, browser_sessions, device_sign_out, signed_in_devices,
};
use protocol::{AuditEvent, Event, Subject, Timestamp};

statements! {
    /// As [`valid_after`] has it.
    VOID = "UPDATE users SET valid_from = CASE WHEN valid_from < $2 THEN $2 ELSE valid_from + 1 END \
        WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2, password_set_at = $3, \
            valid_from = CASE WHEN valid_from < $3 THEN $3 ELSE valid_from + 1 END \
        WHERE id = $1";
    DISABLE = "UPDATE users SET disabled_at = COALESCE(disabled_at, $2), \
            valid_from = CASE WHEN valid_from < $2 THEN $2 ELSE valid_from + 1 END \
        WHERE id = $1";
    /// For whom the account is as they found it: nobody disabled it, signed it out or changed its password meanwhile.
    CHANGE_PASSWORD = "UPDATE users SET password_hash = $2, password_set_at = $3, \
            valid_from = CASE WHEN valid_from < $3 THEN $3 ELSE valid_from + 1 END \
        WHERE id = $1 AND valid_from = $4 AND disabled_at IS NULL";
    /// What was allowed and not fetched: older than any account. A device that fetches it meanwhile comes wholly before, and then
    /// its family ends below, or wholly after, and then it gets nothing.
    END_APPROVALS = "UPDATE device_grants SET auth_time = 0 WHERE subject = $1 AND state = 'approved'";
}

/// Since when sign-ins of an account are good that were good since `was`, once they were voided `at` some time. Never the
/// same again, and never back: the node that did it before may have a clock that runs ahead.
pub fn valid_after(was: Timestamp, at: Timestamp) -> Timestamp {
    if was < at { at } else { Timestamp::from_millis(was.millis() + 1) }
}

/// A password that its own person changes, who is signed in and has just typed the old one.
#[derive(Debug)]
pub struct PasswordChange<'a> {
    /// Whose.
    pub subject: &'a Subject,
    /// Since when their sign-ins were good, as the account said when the old password was verified.
    pub valid_from: Timestamp,
    /// The new one, hashed.
    pub hash: &'a str,
    /// The one session that goes on, under a new cookie, signed in at the time of the event.
    pub session: &'a BrowserSession,
}

/// Ends every session, device and approval of somebody, and tells of it.
pub async fn sign_out_everywhere(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, VOID, None, event).await
}

/// Gives a new password, and tells of it: everything that was approved or signed in before is void.
pub async fn set_password(db: &Db, subject: &Subject, hash: &str, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, SET_PASSWORD, Some(hash), event).await
}

/// Ends an account until it is enabled again, and tells of it; its sessions and approvals do not come back.
pub async fn disable_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    void(db, subject, DISABLE, None, event).await
}

/// Changes the account by a statement, with its new hash if it has one, and ends all that it had.
async fn void(
    db: &Db,
    subject: &Subject,
    statement: Statement,
    hash: Option<&str>,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    db.in_transaction(async |mut tx| {
        account_turn::take(&mut tx, subject).await?;
        signed_in_devices::tell_of_their_end(&mut tx, subject, event).await?;
        let args = match hash {
            Some(hash) => args![subject, hash, event.at],
            None => args![subject, event.at],
        };
        if tx.write(statement, args).await? == 0 {
            return Ok(());
        }
        end_all(&mut tx, subject, event).await?;
        tx.commit().await
    })
    .await
}

/// Changes a password, ends everything else, and tells of it; false when the account changed meanwhile.
pub async fn change_password(db: &Db, change: &PasswordChange<'_>, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        signed_in_devices::tell_of_their_end(&mut tx, change.subject, event).await?;
        let args = args![change.subject, change.hash, event.at, change.valid_from];
        if tx.write(CHANGE_PASSWORD, args).await? == 0 {
            return Ok(false);
        }
        end_all(&mut tx, change.subject, event).await?;
        browser_sessions::add(&mut tx, change.session).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

async fn end_all(tx: &mut Transaction, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    let sessions = session_end::end(tx, SessionSelection::All(subject)).await?;
    tx.write(END_APPROVALS, args![subject]).await?;
    device_sign_out::sign_out_all(tx, subject, event.at).await?;
    let event = event.clone();
    // Of a new password it is known what it ends.
    let event = if event.event == Event::SignedOutEverywhere { event.with("sessions", sessions) } else { event };
    audit_events::add(tx, &event).await
}
