//! The black-box suite: what clients, people and operators see, over HTTP, on the engine that `GRANTD_TEST_DATABASE`
//! names (unset: SQLite in a temporary folder; a `postgres:` URL: a database per test).
//!
//! Each test is a claim. `Proves:` in its doc line names the requirements that it proves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod support;

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
