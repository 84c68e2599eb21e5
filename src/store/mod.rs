//! What is remembered? The only SQL of the house, one text for SQLite and Postgres.
//!
//! Every statement is a constant and stands in [`STATEMENTS`], so that a test can prepare each of them on both engines.
//! Functions speak protocol types; a lookup that finds nothing is `Ok(None)`. Transactions never leave this module.

mod access_tokens;
mod account_activity;
mod arg;
mod audit_events;
mod browser_sessions;
mod budgets;
mod campaigns;
mod code_tries;
mod connect;
mod db;
mod device_grant_row;
mod device_grants;
mod device_sign_out;
mod error;
mod faults;
mod fitness;
mod incidents;
mod initiation;
mod lease;
mod live_grants;
mod login_throttles;
mod notices;
mod password_parameters;
mod polls;
mod pool;
mod postgres;
mod postgres_options;
mod purge;
mod put_right;
mod redeliveries;
mod reports;
mod schema;
mod server_clock;
mod server_facts;
mod sign_out_everywhere;
mod signed_in_browsers;
mod signed_in_devices;
mod signing_keys;
mod single_uses;
mod standing;
mod token_families;
mod transaction;
mod user_deletion;
mod users;
mod wrong_verifiers;

pub use access_tokens::LiveAccessToken;
pub use access_tokens::NewAccessToken;
pub use access_tokens::find_access_token;
pub use access_tokens::revoke_access_token;
pub use account_activity::AccountEvent;
pub use account_activity::account_activity;
pub use audit_events::RecordedEvent;
pub use audit_events::WantedEvents;
pub use audit_events::add_audit_event;
pub use audit_events::add_audit_event_lightly;
pub use audit_events::newest_audit_events;
pub use audit_events::next_audit_events;
pub use audit_events::purge_audit_events;
pub use browser_sessions::BrowserSession;
pub use browser_sessions::SignIn;
pub use browser_sessions::count_wrong_code;
pub use browser_sessions::delete_browser_session;
pub use browser_sessions::find_browser_session;
pub use browser_sessions::forgive_wrong_codes;
pub use browser_sessions::keep_for_later;
pub use browser_sessions::replace_browser_session;
pub use browser_sessions::touch_browser_session;
pub use budgets::Budget;
pub use budgets::refund;
pub use budgets::spend;
pub use campaigns::Campaign;
pub use campaigns::Watch;
pub use campaigns::Watched;
pub use campaigns::approve_watched_grant;
pub use campaigns::purge_campaigns;
pub use campaigns::release_campaign;
pub use campaigns::release_every_campaign;
pub use campaigns::suspected_campaigns;
pub use code_tries::Payment;
pub use code_tries::ServerBudget;
pub use code_tries::SessionTries;
pub use code_tries::give_code_back;
pub use code_tries::guessing_alarm;
pub use code_tries::pay_for_code;
pub use code_tries::raise_guessing_alarm;
pub use connect::connect;
pub(crate) use connect::data_folder;
pub(crate) use connect::private_folder;
pub use db::Db;
pub use device_grants::Versioned;
pub use device_grants::add_device_grant;
pub use device_grants::approve_device_grant;
pub use device_grants::find_by_device_code;
pub use device_grants::find_by_handle;
pub use device_grants::find_by_user_code;
pub use device_grants::list_approved_grants;
pub use device_grants::redeem_device_grant;
pub use device_grants::save_device_grant;
pub use device_sign_out::rename_device;
pub use device_sign_out::report_device;
pub use device_sign_out::sign_out_device;
pub use device_sign_out::sign_out_devices;
pub use error::StoreError;
pub use faults::Cause;
pub use incidents::Ended;
pub use incidents::find_incident;
pub use incidents::revoke_incident;
pub use initiation::pay_for_pin;
pub use live_grants::Holder;
pub use live_grants::LiveCount;
pub use live_grants::live_grants;
pub use login_throttles::Admission;
pub use login_throttles::LoginFailures;
pub use login_throttles::LoginLimits;
pub use login_throttles::LoginOutcome;
pub use login_throttles::LoginTry;
pub use login_throttles::admit_login;
pub use login_throttles::forgive_login_failures;
pub use login_throttles::locked_logins;
pub use login_throttles::login_failures;
pub use login_throttles::settle_login;
pub use login_throttles::unlock_login;
pub use notices::Attempt;
pub use notices::Notice;
pub use notices::Subscriber;
pub use notices::Subscribers;
pub use notices::UndeliveredNotice;
pub use notices::WebhookStanding;
pub use notices::give_up_notice;
pub use notices::note_delivery;
pub use notices::postpone_notice;
pub use notices::purge_notices;
pub use notices::take_notice;
pub use notices::undelivered_notices;
pub use notices::webhook_standings;
pub use password_parameters::password_parameters;
pub use polls::NotedPoll;
pub use polls::note_poll;
pub use purge::purge;
pub use put_right::put_right;
pub use redeliveries::find_redelivery;
pub use reports::report_device_grant;
pub use schema::SchemaError;
pub use schema::check as check_schema;
pub use schema::migrate;
pub use server_clock::time_at_database;
pub use server_facts::claim_fact;
pub use server_facts::set_fact;
pub use sign_out_everywhere::PasswordChange;
pub use sign_out_everywhere::change_password;
pub use sign_out_everywhere::disable_user;
pub use sign_out_everywhere::set_password;
pub use sign_out_everywhere::sign_out_everywhere;
pub use sign_out_everywhere::valid_after;
pub use signed_in_browsers::SignedInBrowser;
pub use signed_in_browsers::end_browser_session;
pub use signed_in_browsers::end_other_browser_sessions;
pub use signed_in_browsers::signed_in_browsers;
pub use signed_in_devices::SignedInDevice;
pub use signed_in_devices::SignedInDevices;
pub use signed_in_devices::find_signed_in_device;
pub use signed_in_devices::is_signed_in;
pub use signed_in_devices::list_signed_in_devices;
pub use signed_in_devices::signed_in_devices;
pub use signing_keys::StoredKey;
pub use signing_keys::add_signing_key;
pub use signing_keys::delete_signing_key;
pub use signing_keys::reseal_signing_key;
pub use signing_keys::signing_keys;
pub use single_uses::use_once;
pub use single_uses::use_once_lightly;
pub use standing::Unready;
pub use token_families::KeyBound;
pub use token_families::NewChain;
pub use token_families::RefreshableFamily;
pub use token_families::Rotation;
pub use token_families::TokenFamily;
pub use token_families::add_to_family;
pub use token_families::find_refreshable_family;
pub use token_families::revoke_family;
pub use token_families::rotate_refresh_token;
pub use user_deletion::delete_user;
pub use users::User;
pub use users::add_user;
pub use users::all_users;
pub use users::enable_user;
pub use users::find_user;
pub use users::find_user_by_name;
pub use users::password_set_at;
pub use users::rehash_password;
pub use wrong_verifiers::count_wrong_verifier;

/// Every statement that this program can send, by module.
pub const STATEMENTS: &[&[&str]] = &[
    access_tokens::STATEMENTS,
    account_activity::STATEMENTS,
    audit_events::STATEMENTS,
    browser_sessions::STATEMENTS,
    budgets::STATEMENTS,
    campaigns::STATEMENTS,
    code_tries::STATEMENTS,
    device_grants::STATEMENTS,
    device_sign_out::STATEMENTS,
    incidents::STATEMENTS,
    initiation::STATEMENTS,
    live_grants::STATEMENTS,
    login_throttles::STATEMENTS,
    notices::STATEMENTS,
    password_parameters::STATEMENTS,
    polls::STATEMENTS,
    purge::STATEMENTS,
    put_right::STATEMENTS,
    redeliveries::STATEMENTS,
    reports::STATEMENTS,
    server_facts::STATEMENTS,
    sign_out_everywhere::STATEMENTS,
    signed_in_browsers::STATEMENTS,
    signed_in_devices::STATEMENTS,
    signing_keys::STATEMENTS,
    single_uses::STATEMENTS,
    standing::STATEMENTS,
    token_families::STATEMENTS,
    user_deletion::STATEMENTS,
    users::STATEMENTS,
    wrong_verifiers::STATEMENTS,
];

/// Prepares every statement, and names those that the engine refuses.
///
/// # Errors
/// When the database cannot be reached.
pub async fn refused_statements(db: &Db) -> Result<Vec<String>, StoreError> {
    db.refused(STATEMENTS.iter().flat_map(|statements| statements.iter().copied())).await
}
