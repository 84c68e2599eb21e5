//! The only SQL of the house, one text for SQLite and Postgres.
//!
//! `statements!` declares each statement and lists it, so that a test can prepare all of them on both engines. Functions take and
//! return protocol types; a lookup that finds nothing is `Ok(None)`. Transactions never leave this crate: after an error a change
//! happened as a whole or not at all, unless its function says otherwise. What every device causes, codes and tokens, is a
//! `Script`: a transaction that is known before it begins, which costs one round trip.

#![warn(missing_docs)]

mod access_tokens;
mod account_activity;
mod account_turn;
mod arg;
mod audit_events;
mod browser_sessions;
mod budgets;
mod campaigns;
mod changes;
mod code_tries;
mod column_type;
mod connect;
#[cfg(test)]
mod database_for_tests;
mod db;
mod device_grant_row;
mod device_grants;
mod device_sign_out;
mod driver;
mod engine;
mod error;
pub mod failpoints;
mod faults;
mod fitness;
mod group_commit;
mod incidents;
mod initiation;
mod lease;
mod live_grants;
mod login_throttles;
mod notices;
mod password_parameters;
mod place;
mod polls;
mod pool;
mod pool_state;
mod portable_row;
mod postgres;
mod postgres_options;
mod purge;
mod put_right;
mod readiness;
mod redeliveries;
mod reports;
mod reservation;
mod schema;
mod schema_error;
mod script;
mod server_clock;
mod server_facts;
mod session_end;
mod sign_out_everywhere;
mod signed_in_browsers;
mod signed_in_devices;
mod signing_keys;
mod single_uses;
mod statement;
mod subscribers;
mod token_families;
mod transaction;
mod trouble;
mod user_deletion;
mod users;
mod versioned;
mod waiting_room;
mod write_health;
mod wrong_verifiers;

pub use access_tokens::{LiveAccessToken, NewAccessToken, TokenPerson, find_access_token, revoke_access_token};
pub use account_activity::account_activity;
pub use audit_events::{
    RecordedEvent, WantedEvents, add_audit_event, add_audit_event_lightly, newest_audit_events, next_audit_events,
    purge_audit_events,
};
pub use browser_sessions::{
    BrowserSession, SignIn, count_wrong_code, find_browser_session, forgive_wrong_codes, keep_for_later, renew_login,
    replace_browser_session, touch_browser_session,
};
pub use budgets::{Budget, refund, spend, spent_until};
pub use campaigns::{
    ApprovalOutcome, Campaign, Watch, purge_campaigns, release_campaign, release_every_campaign, suspected_campaigns,
};
pub use changes::{follow_changes, purge_changes};
pub use code_tries::{
    Payment, ServerBudget, SessionTries, give_code_back, guessing_alarm, pay_for_code, raise_guessing_alarm,
};
pub use connect::{connect, connect_to_existing, data_folder, database_file, private_folder};
pub use db::Db;
pub use device_grants::{
    add_device_grant, approve_device_grant, find_by_device_code, find_by_handle, find_by_user_code,
    list_approved_grants, redeem_device_grant, save_device_grant,
};
pub use device_sign_out::{rename_device, report_device, sign_out_device, sign_out_devices};
pub use error::StoreError;
pub use faults::Cause;
pub use incidents::{Ended, find_incident, revoke_incident};
pub use initiation::pay_for_pin;
pub use live_grants::{Holder, LiveCount, live_grants};
pub use login_throttles::{
    Admission, LoginFailures, LoginLimits, LoginOutcome, LoginTry, admit_login, forgive_login_failures, locked_logins,
    login_failures, settle_login, unlock_login,
};
pub use notices::{
    Notice, UndeliveredNotice, WebhookStanding, give_up_notice, note_delivery, postpone_notice, purge_notices,
    take_notice, undelivered_notices, webhook_standings,
};
pub use password_parameters::password_parameters;
pub use polls::{JudgedPoll, PolledGrant, find_polled, judge_found, judge_recalled, raise_interval, recall_waiting};
pub use purge::purge;
pub use put_right::put_right;
pub use redeliveries::{Redelivery, find_redelivery};
pub use reports::report_device_grant;
pub use schema::{check as check_schema, migrate};
pub use schema_error::SchemaError;
pub use server_clock::time_at_database;
pub use server_facts::{claim_fact, find_fact, set_fact};
pub use session_end::{SessionSelection, end_browser_sessions};
pub use sign_out_everywhere::{change_password, disable_user, set_password, sign_out_everywhere, valid_after};
pub use signed_in_browsers::{SignedInBrowser, signed_in_browsers};
pub use signed_in_devices::{
    SignedInDevice, SignedInDevices, find_signed_in_device, is_signed_in, list_signed_in_devices, signed_in_devices,
};
pub use signing_keys::{
    StoredKey, add_signing_key, delete_signing_key, reseal_signing_key, signing_keys, withdraw_signing_keys,
};
pub use single_uses::{use_once, use_once_lightly};
pub use subscribers::{Subscriber, Subscribers};
pub use token_families::{
    ApprovedGrant, FamilyRoot, NewChain, RefreshableFamily, Rotation, TokenFamily, add_to_family,
    find_refreshable_family, revoke_family, rotate_refresh_token,
};
pub use trouble::Trouble;
pub use user_deletion::delete_user;
pub use users::{
    User, add_user, all_users, enable_user, find_user, find_user_by_name, password_set_at, rehash_password, set_profile,
};
pub use versioned::Versioned;
pub use waiting_room::WaitingGrant;
pub use write_health::Unready;
pub use wrong_verifiers::count_wrong_verifier;

macro_rules! statements_of {
    ($($module:ident)+) => { &[$($module::STATEMENTS),+] };
}

/// The statements of each module.
const STATEMENTS: &[&[statement::Statement]] = statements_of! {
    access_tokens account_activity account_turn audit_events browser_sessions budgets campaigns code_tries
    device_grants device_sign_out incidents initiation live_grants login_throttles notices
    password_parameters polls purge put_right readiness redeliveries reports schema session_end server_facts
    sign_out_everywhere signed_in_browsers signed_in_devices signing_keys single_uses
    token_families user_deletion users wrong_verifiers
};

/// The scripts of the modules that have some.
const SCRIPTS: &[&[script::ScriptKind]] = &[device_grants::SCRIPTS, token_families::SCRIPTS];

/// Prepares every statement, and returns those that the engine refuses.
pub async fn refused_statements(db: &Db) -> Result<Vec<String>, StoreError> {
    let scripts = SCRIPTS.iter().flat_map(|scripts| scripts.iter()).map(|script| script.whole(db));
    db.refused(STATEMENTS.iter().flat_map(|statements| statements.iter().copied()).chain(scripts)).await
}
