//! The black-box suite: what clients, people and operators see, over HTTP, on the engine that `GRANTD_TEST_DATABASE`
//! names (unset: SQLite in a temporary folder; a `postgres:` URL: a database per test).
//!
//! Each test is a claim. `Proves:` in its doc line names the requirements that it proves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod support;

mod browser_sessions;
mod deciding;
mod entering_codes;
mod forged_forms;
mod guessing;
mod logging_in;
mod lost_rights;
mod network_addresses;
mod nothing_in_clear;
mod page_headers;
mod reading;
mod whole_walk;

mod device_authorization;
mod device_scope;

mod client_authentication;

mod token_requests;

mod polling;
mod redemption;

mod userinfo;

mod cors;
mod metadata;

mod clients_in_the_field;
mod oauth2_crate;

mod database_away;
mod purge;
mod schema;

mod commands;
mod demo;
mod serve_command;
mod user_command;

mod real_browser;
