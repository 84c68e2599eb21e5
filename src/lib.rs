//! grantd, an OAuth 2.0 authorization server for devices without a keyboard (RFC 8628).
//!
//! # The map
//!
//! A device requests codes, a person approves or denies in a browser, and the device polls until it receives tokens.
//! The work is divided by kind:
//!
//! - [`protocol`] decides: the rules of the RFCs as types and pure functions, without I/O. The state machine of a grant
//!   is [`protocol::DeviceGrant`]; user codes are in [`protocol::UserCodeFormat`], registered clients in
//!   [`protocol::Client`], forms in [`protocol::Form`], the conditions of an approval in [`protocol::ApprovalPolicy`]
//!   and [`protocol::Initiation`], errors in [`protocol::OAuthError`], audit events in [`protocol::AuditEvent`], the
//!   bodies of notices in [`protocol::notice_body`], and the detection of campaigns in [`protocol::clusters`].
//! - [`store`] keeps data. It has the only SQL, one text for SQLite and Postgres.
//! - `flow` acts: one file for each use case, named in the words of the RFCs. A flow combines what `protocol` decides
//!   with what `store` keeps. It knows no HTTP, no pages and no commands.
//! - [`web`] answers HTTP. [`web::router`] has every route. `oauth` answers clients in JSON; `pages` answers people in
//!   HTML, in the [`words`] of their language; `rest` answers programs that act for people; `compatibility` adds the
//!   paths and answers of other products, as the settings say. A handler parses a request, calls one flow and renders
//!   its outcome.
//! - [`cli`] has the commands of the operator, one file or folder each. A command parses its arguments, calls a flow
//!   and prints.
//!
//! # The crates
//!
//! What does not need the server is a crate of its own: [`protocol`], [`store`] and [`words`]; [`settings`], which
//! reads and checks the configuration; [`database_url`], the only code that parses `database.url`; [`private_file`],
//! the only code that reads secrets from files. [`device`] is the device's side of RFC 8628 at *any* server: `grantd
//! login`, and the device of `grantd demo`. [`auditor`] tests, row by row, whether *any* server keeps RFC 8628: `grantd
//! audit`. Both crates are independent of this server. `testkit` has the servers, browsers and devices of the tests.
//!
//! # The state of a server
//!
//! [`app::App`] is made once and given to every handler. Its parts:
//!
//! - [`app::Registry`], made from the [`settings`] and replaced by a [`reload`]: the [`clients`], the [`webhooks`] and the
//!   [`branding`] of the pages. [`secret_file`] reads the secrets of clients and webhooks.
//! - [`app::KeyRings`]: the keys that [`root_secret`] derives for each purpose, and the signing [`keys`].
//! - [`app::NodeLimits`], counters in the memory of this node against floods and guessing: [`rate_limits`],
//!   [`live_grants`], [`guessing`] and [`logins`].
//! - [`app::Node`], other memory of this node: its [`readiness`], its [`timekeeping`] (whether its clock agrees with
//!   that of the database), the parameters of stored password hashes ([`hashes_in_use`]), and the keys that clients
//!   publish ([`client_keys`]).
//! - Passed in, so that tests control it: the [`clock`], the [`entropy`] and the [`observer`], which counts work.
//! - [`passwords`] hashes and judges passwords on a few threads.
//!
//! [`serve`] runs it: a [`listener`] accepts connections, with [`tls`] if that is configured; `janitor` deletes expired
//! rows and rotates signing keys; [`notices`] delivers events to the webhooks; `renewal` loads renewed certificates;
//! [`telemetry`] writes log lines. [`destination`] opens the URLs of the configuration.
//!
//! # One request
//!
//! All routes except the health checks are below the issuer's path ([`app::App::base`]); only the router knows it. For
//! a poll:
//!
//! 1. `web::hop` names the request, finds its address and refuses it if it is meant for another host. `web::form`
//!    parses the body.
//! 2. `web::oauth` parses the parameters and calls `flow::token`, which authenticates the client and calls `flow::poll`.
//! 3. A grant that this node knows to wait is answered from the memory of the store ([`store::recall_waiting`]), by its pace
//!    alone. For any other the flow reads the row by the digest of its device code, and [`protocol::DeviceGrant::poll`]
//!    decides the answer.
//! 4. For an approved grant, `flow::redeem` signs the tokens, and [`store::redeem_device_grant`] spends the approval
//!    and stores the tokens in one transaction: a single statement on Postgres, and on SQLite a commit that it shares. If another request was faster, the flow decides again on the new state.
//!
//! # Invariants
//!
//! - `protocol` does no I/O and never reads a clock: the time is an argument.
//! - SQL appears only in `store`, and a test prepares every statement on both engines.
//! - Every change of a grant's state is a compare-and-swap on the revision that was decided on. One that ends its waiting
//!   adds a row to `changes`, from which every node learns of it within a second ([`store::follow_changes`]).
//! - Rows hold device codes, tokens, session cookies and client secrets only as digests, user codes, match numbers and
//!   PINs as keyed digests, and signing keys sealed. None of them reaches a log.
//! - A request without a proof of identity writes no session. A limit bounds what strangers can write. Of that
//!   only codes wait for the disk; on SQLite all that wait share one commit.
//! - A `GET` never decides anything, and no page needs a script.
//! - An audit event is written in the transaction of its cause, and never changed. The notice of it to a webhook is
//!   written in the same transaction.
//! - The server reports its own faults as its own, and logs each once with its chain of causes.
//!
//! Tests stop the process at [`store::failpoints`] and check what remains; no other build has these points.
//! `tests/house.rs` checks those of the rules above that the compiler cannot check.

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
