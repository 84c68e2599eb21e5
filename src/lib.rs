//! grantd, an OAuth 2.0 authorization server for devices without a keyboard (RFC 8628).
//!
//! # The map
//!
//! A device asks, a person decides in a browser, the device polls and is given tokens. Five rooms share that work:
//!
//! - [`protocol`] decides. What the RFCs say, as types and pure functions: the state machine of a grant
//!   ([`protocol::DeviceGrant`]), what people type ([`protocol::UserCodeFormat`]), who may ask ([`protocol::Client`]), what
//!   a request said ([`protocol::Form`]), what an approval takes ([`protocol::ApprovalPolicy`], and for devices that know it
//!   [`protocol::Initiation`]), what can go wrong ([`protocol::OAuthError`]), what is written down of it
//!   ([`protocol::AuditEvent`]), what others are told ([`protocol::notice_body`]) and what looks like a campaign
//!   ([`protocol::clusters`]).
//! - [`store`] remembers. The only SQL, one text for SQLite and Postgres (`store::statement`).
//! - `flow` acts. One file for each use case, named in the words of the RFCs: it joins what `protocol` decides and `store`
//!   remembers, and knows neither HTTP nor pages nor commands.
//! - [`web`] listens. Every route is in [`web::router`]; `oauth` answers clients in JSON, `pages` answers people in HTML, in the
//!   [`words`] of their language: the code, the decision, and their account; `rest` answers programs that act for people, at the
//!   addresses of the pages. `compatibility` is all of it under other products' names, as a profile of the [`settings`] wants.
//! - [`cli`] serves the operator: one file or folder for each command.
//!
//! [`device`] is the other side of the wire: it signs in to *any* server that speaks RFC 8628, and knows nothing of this
//! one. The demo is [`device`] and [`serve`] in one process, talking over HTTP. [`auditor`] asks, row by row, whether any
//! server keeps that RFC, and knows nothing of this one either.
//!
//! What is made once and handed to every request is the [`app::App`]: the [`settings`] that the operator wrote, the
//! [`clients`] they name, the [`client_keys`] that those publish, the [`clock`], the [`entropy`], the signing [`keys`],
//! the [`passwords`] (and which [`hashes_in_use`] there are), what [`root_secret`] gives (read by [`private_file`], as every
//! secret in a file; [`secret_file`] reads those of clients and webhooks), the [`branding`] of the pages, the [`webhooks`] that are told of things, what this node counts to turn
//! floods away ([`rate_limits`], [`live_grants`], [`guessing`], [`logins`]), its [`readiness`], and the [`observer`] of tests. [`serve`] runs it behind the
//! socket of a [`listener`] (which speaks [`tls`] if it is told to), with a janitor that deletes what has expired and lets signing keys
//! succeed each other, and [`notices`] that carry what happened to those webhooks; [`reload`] puts another one in its place when
//! the file was changed, `renewal` a certificate that was renewed; [`telemetry`] says what is written about it, and [`timekeeping`] whether
//! the clock is right. URLs of the
//! configuration are opened by way of a [`destination`]; that of the database is read by [`database_url`].
//!
//! # One request, from the door inward
//!
//! Everything but the health checks is below the issuer's path, if it has one ([`app::App::base`]); the router is the only
//! place that knows where that begins. `web::hop` names the request, finds out where it came from and turns away what was
//! meant for another host; `web::form` reads the body strictly;
//! `web::oauth` calls `flow::token` and renders what comes back. That authenticates the client and hands the request to the
//! flow of its grant type: `flow::poll` finds the grant by the digest of its code and asks [`protocol::DeviceGrant::poll`] for
//! the answer; `flow::redeem` lets [`store::redeem_device_grant`] spend the approval and store the tokens in one transaction.
//! If another request was faster, it is decided again on what that one left.
//!
//! # Invariants
//!
//! - `protocol` does no I/O and never reads a clock: the time is an argument.
//! - SQL appears only in `store`, and every statement is prepared on both engines by a test.
//! - Every change of a grant's state is a compare-and-swap on the revision that was decided on.
//! - Device codes, tokens, session cookies and client secrets live in rows only as digests, user codes, match numbers and PINs
//!   as keyed digests, signing keys sealed; none of them reaches a log.
//! - A request that has proven nothing writes no session. What a stranger can have written is bounded by a limit, and keeps
//!   nobody waiting for the disk.
//! - A `GET` never decides anything, and no page needs a script.
//! - What somebody may have to answer for is written to the audit table in the transaction that does it, or not at all; no
//!   statement changes it afterwards. What a webhook is to be told of it is written in the same transaction.
//! - A fault of ours is told as ours, and logged once with all that led to it.
//!
//! The tests stop the process at [`store::failpoints`] and look at what it left; no other build has them. `tests/house.rs` keeps
//! what the compiler cannot see of this.

pub mod app;
pub mod branding;
pub mod cli;
pub mod client_keys;
pub mod clients;
pub mod clock;
pub mod destination;
pub mod entropy;
mod flow;
pub mod guessing;
pub mod hashes_in_use;
mod janitor;
pub mod keys;
pub mod listener;
pub mod live_grants;
pub mod logins;
pub mod notices;
pub mod observer;
pub mod passwords;
pub mod rate_limits;
pub mod readiness;
pub mod reload;
mod renewal;
pub mod root_secret;
pub mod secret_file;
pub mod serve;
pub mod telemetry;
pub mod timekeeping;
pub mod tls;
pub mod web;
pub mod webhooks;
