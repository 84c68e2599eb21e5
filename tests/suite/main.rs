//! The black-box suite: what clients, people and operators see, over HTTP, on the engine that `GRANTD_TEST_DATABASE`
//! names (unset: SQLite in a temporary folder; a `postgres:` URL: a database per test).
//!
//! Each test is a claim. `Proves:` in its doc line names the requirements that it proves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod support;

mod account_commands;
mod advertised;
mod audit_command;
mod audit_events;
mod audit_log_command;
mod auditing;
mod browser_sessions;
mod canaries;
mod client_assertions;
mod client_authentication;
mod client_claims;
mod clients_in_the_field;
mod commands;
mod cors;
mod crashes;
mod database_away;
mod dead_ends;
mod deciding;
mod demo;
mod device_authorization;
mod device_scope;
mod dpop;
mod dpop_at_userinfo;
mod dpop_nonces;
mod dpop_replay;
mod entering_codes;
mod faulty_server;
mod flooding;
mod forged_forms;
mod fuzzed;
mod guessing;
mod hostile_words;
mod interop;
mod issuer_path;
mod languages;
mod listener;
mod log_lines;
mod logging_in;
mod login_age;
mod login_command;
mod lost_rights;
mod metadata;
mod network_addresses;
mod nothing_in_clear;
mod oauth2_crate;
mod opaque_tokens;
mod operation_sequences;
mod optional_scopes;
mod other_accounts;
mod page_headers;
mod pkce;
mod polling;
mod published_keys;
mod purge;
mod reading;
mod real_browser;
mod redelivery;
mod redemption;
mod refresh_tokens;
mod reload;
mod removing_devices;
mod reports;
mod request_parameters;
mod resources;
mod reviewing;
mod revocation_and_introspection;
mod schema;
mod sender_constraint;
mod serve_command;
mod several_processes;
mod shipped;
mod signed_introspection;
mod signing_keys;
mod soak;
mod token_requests;
mod two_tabs;
mod user_command;
mod userinfo;
mod whole_walk;
