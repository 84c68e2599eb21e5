//! How does somebody end everything at once? Every session, every device and every approval that no device has used yet
//! (requirements K-10 and SM-06): by a button, by an operator, and by a new password.
//!
//! What voids it all, on every node at once, is `valid_from` of the account. The rows are ended besides: a node whose clock
//! runs ahead may have written a login that would pass for a later one.

use crate::protocol::AuditEvent;
use crate::protocol::Event;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store::BrowserSession;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;
use crate::store::audit_events;
use crate::store::browser_sessions;
use crate::store::db::Transaction;
use crate::store::device_sign_out;
use crate::store::signed_in_browsers;
use crate::store::signed_in_devices;

/// Never back: what was void stays void, however the clocks of two nodes differ.
const VOID: &str = "UPDATE users SET valid_from = CASE WHEN valid_from > $2 THEN valid_from ELSE $2 END WHERE id = $1";
/// For whom the account is as they found it: nobody disabled it, signed it out or changed its password meanwhile.
const CHANGE_PASSWORD: &str = "UPDATE users SET password_hash = $2, valid_from = $3, password_set_at = $3 \
    WHERE id = $1 AND valid_from = $4 AND disabled_at IS NULL";

/// So that of two at once the second counts what the first left.
const TAKE: &str = "UPDATE users SET valid_from = valid_from WHERE id = $1";

pub(super) const STATEMENTS: &[&str] = &[VOID, CHANGE_PASSWORD, TAKE];

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
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn sign_out_everywhere(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    db.in_transaction(|tx| sign_out_in(tx, subject, event)).await
}

async fn sign_out_in(mut tx: Transaction, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    tx.write(TAKE, args![subject.as_str()]).await?;
    signed_in_devices::tell_of_their_end(&mut tx, subject, event).await?;
    if tx.write(VOID, args![subject.as_str(), event.at]).await? == 0 {
        return Ok(());
    }
    end_all(&mut tx, subject, event).await?;
    tx.commit().await
}

/// Changes a password, ends everything else, and tells of it; false when the account changed meanwhile.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn change_password(db: &Db, change: &PasswordChange<'_>, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(|tx| change_password_in(tx, change, event)).await
}

async fn change_password_in(
    mut tx: Transaction,
    change: &PasswordChange<'_>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    signed_in_devices::tell_of_their_end(&mut tx, change.subject, event).await?;
    let args = args![change.subject.as_str(), change.hash, event.at, change.valid_from];
    if tx.write(CHANGE_PASSWORD, args).await? == 0 {
        return Ok(false);
    }
    end_all(&mut tx, change.subject, event).await?;
    browser_sessions::add(&mut tx, change.session).await?;
    tx.commit().await?;
    Ok(true)
}

async fn end_all(tx: &mut Transaction, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    let sessions = signed_in_browsers::end_all(tx, subject).await?;
    device_sign_out::sign_out_all(tx, subject, event.at).await?;
    let told = event.clone();
    // Of a new password it is known what it ends.
    let told = if event.event == Event::SignedOutEverywhere { told.with("sessions", sessions) } else { told };
    audit_events::add(tx, &told).await
}
