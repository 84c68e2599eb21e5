//! The black-box suite: what clients, people and operators see, over HTTP, on the engine that `GRANTD_TEST_DATABASE`
//! names (unset: SQLite in a temporary folder; a `postgres:` URL: a database per test).
//!
//! Each test is a claim. `Proves:` in its doc line names the requirements that it proves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod support;

mod account_commands;
mod audit_command;
mod auditing;
mod browser_sessions;
mod client_authentication;
mod clients_in_the_field;
mod commands;
mod cors;
mod database_away;
mod deciding;
mod demo;
mod device_authorization;
mod device_scope;
mod entering_codes;
mod faulty_server;
mod forged_forms;
mod guessing;
mod interop;
mod listener;
mod logging_in;
mod login_command;
mod lost_rights;
mod metadata;
mod network_addresses;
mod nothing_in_clear;
mod oauth2_crate;
mod page_headers;
mod polling;
mod purge;
mod reading;
mod real_browser;
mod redemption;
mod refresh_tokens;
mod reload;
mod revocation_and_introspection;
mod schema;
mod serve_command;
mod signing_keys;
mod token_requests;
mod user_command;
mod userinfo;
mod whole_walk;
