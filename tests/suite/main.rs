//! The black-box suite: what clients, people and operators see, over HTTP, on the engine that `GRANTD_TEST_DATABASE`
//! names (unset: SQLite in a temporary folder; a `postgres:` URL: a database per test).
//!
//! Each test is a claim. `Proves:` in its doc line names the requirements that it proves.

mod support;

mod interop;
mod refresh_tokens;
mod revocation_and_introspection;
mod whole_walk;
