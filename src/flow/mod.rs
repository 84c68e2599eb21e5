//! What the server does: one file for each use case, named in the words of the RFCs.
//!
//! A flow takes the [`App`](crate::app::App), or the part of it that it needs, and values that are parsed already. It
//! asks `protocol` for decisions, uses `store` as its memory, and returns an outcome: a value or an enum whose variants
//! are nouns. Everything else that can happen is a [`FlowError`]. The caller, in `web` or `cli`, parses, calls one flow
//! and renders.
//!
//! # Rules
//!
//! - Nothing here knows HTTP, HTML, JSON or the command line; `tests/house.rs` keeps that.
//! - Every rule that is not pure is here: none in `web`, none in `cli`.
//! - A change that loses to a faster request is decided again on the new state, at most [`TRIES`] times.
//! - An event is written in the transaction that causes it, with the [`Source`](protocol::Source) that the caller
//!   passes in.

pub(crate) mod account_devices;
pub(crate) mod account_overview;
mod admission;
mod alarm;
mod authenticate_client;
pub(crate) mod change_password;
pub(crate) mod claim;
mod client_assertion;
mod client_request;
mod code_budgets;
pub(crate) mod consent;
pub(crate) mod decide;
pub(crate) mod decision_outcome;
mod dpop;
pub(crate) mod end_sessions;
mod end_user;
pub(crate) mod enter_code;
pub(crate) mod introspect;
mod issue;
pub(crate) mod known_browser;
mod live_codes;
pub(crate) mod log_in;
pub(crate) mod number_match;
pub(crate) mod operator;
mod poll;
mod possession;
mod presented_token;
mod redeem;
mod redelivery;
mod refresh;
mod report;
pub(crate) mod request;
mod reuse;
pub(crate) mod review;
pub(crate) mod revoke;
pub(crate) mod session;
pub(crate) mod token;
pub(crate) mod userinfo;
mod verify_password;
mod watch;

pub(crate) use client_request::ClientRequest;
pub(crate) use end_user::{EndUser, may_enter_codes};

use std::time::Duration;

use crate::client_keys::Unavailable;
use crate::keys::KeyError;
use crate::passwords::PasswordsError;
use crate::telemetry::chain;
use protocol::OAuthError;
use store::StoreError;

/// How often a request that lost to a faster one is decided again. Each loss means that another request was answered, so a
/// request loses this often only in a flood. The cost of a flood stays in proportion to its requests.
pub(crate) const TRIES: u32 = 8;

/// Why a flow has no outcome: an OAuth error, or a fault of the server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlowError {
    /// The error that the client receives, also when a limit was reached.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys of a client cannot be fetched. It is not the client's fault, and was logged when they were requested.
    #[error(transparent)]
    ClientKeys(#[from] Unavailable),
    /// A token could not be signed.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A password could not be checked.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
}

/// The error of a request that would exceed a limit.
fn limit_reached(limit: &'static str, wait: Duration) -> OAuthError {
    tracing::info!(limit, "a limit was reached");
    OAuthError::TooManyRequests { wait }
}

/// Logs a fault of the server, once, with its chain of causes.
pub(crate) fn log_fault(fault: &(dyn std::error::Error + 'static)) {
    tracing::error!(fault = chain(fault), "a request failed");
}
