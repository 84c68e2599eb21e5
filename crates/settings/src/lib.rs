//! What did the operator decide? Typed settings, read once, checked whole, handed to those who need them.
//!
//! `config/default.toml` holds every key with its reason and its default; a file and then `GRANTD__SECTION__KEY`
//! variables are laid over it ([`load`]). All complaints come in one message ([`Complaints`]).

mod branding;
mod check;
mod client;
mod colour;
mod compatibility;
mod complaint;
mod defaults;
mod file;
mod key;
mod known;
mod limits;
mod load;
mod network;
mod notices;
mod profile;
mod span;
mod tokens;
mod user_code;
mod variable;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize, Serializer};

use protocol::{Consent, ForwardedHeader, NetworkMismatch, ProxyProtocol};
use words::Language;

pub use branding::Branding;
pub use client::{ClaimSettings, ClientSettings, ClientType};
pub use colour::Colour;
pub use compatibility::{Compatibility, Descriptions, DeviceCodeShape, Profile};
pub use complaint::Complaints;
pub use defaults::DEFAULTS;
pub use limits::Limits;
pub use load::{load, load_from};
pub use notices::{Detector, Notices, WebhookSettings};
pub use span::{parse as read_span, text as written};
pub use tokens::{ClientAssertions, Dpop, Keys, RefreshTokenPolicy, Tokens};
pub use user_code::{ClientUserCode, UserCodeSettings};

/// Everything an operator can set. Each field is a key of `config/default.toml`, where its reason stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Settings {
    /// The issuer identifier, kept letter for letter (RFC 8414 section 2; clients compare it as a string).
    pub issuer: String,
    /// Where developers read about this server; unset: nowhere (RFC 8414 section 2).
    pub service_documentation: Option<String>,
    /// Where the daemon listens.
    pub listen: Listen,
    /// Whether this server speaks TLS itself.
    pub tls: Tls,
    /// Where it remembers.
    pub database: Database,
    /// The one secret outside the database.
    pub secrets: Secrets,
    /// Who may speak for somebody else's network address.
    pub proxies: Proxies,
    /// The device authorization grant (RFC 8628).
    pub device: Device,
    /// What people type (RFC 8628 section 6.1).
    pub user_code: UserCodeSettings,
    /// The ways of other products, for devices that were built for them.
    pub compatibility: Compatibility,
    /// Lifetimes and audience of what is issued.
    pub tokens: Tokens,
    /// What signs tokens, and how keys succeed each other.
    pub keys: Keys,
    /// How clients prove themselves with signed assertions.
    pub client_assertions: ClientAssertions,
    /// Proofs of possession (RFC 9449).
    pub dpop: Dpop,
    /// How passwords are hashed and which are refused.
    pub passwords: Passwords,
    /// How pages speak to people.
    pub pages: Pages,
    /// How long a browser stays signed in here.
    pub sessions: Sessions,
    /// Budgets against guessing and flooding.
    pub limits: Limits,
    /// What happened that somebody may have to answer for.
    pub audit: Audit,
    /// Telling others of what happened.
    pub notices: Notices,
    /// Noticing that many people approve what one sender asks.
    pub detector: Detector,
    /// Deleting what has expired.
    pub purge: Purge,
    /// Whose pages they are.
    pub branding: Branding,
    /// What is written about what happens.
    pub log: Log,
    /// The scopes that exist, in the order in which people see them.
    #[serde(default)]
    pub scope: Vec<ScopeSettings>,
    /// The resources that tokens can be asked for (RFC 8707).
    #[serde(default)]
    pub resource: Vec<ResourceSettings>,
    /// The registered clients.
    #[serde(default)]
    pub client: Vec<ClientSettings>,
    /// Who is told of what happened.
    #[serde(default)]
    pub webhook: Vec<WebhookSettings>,
}

/// `[listen]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Listen {
    /// The socket address; port 0 takes a free one.
    pub address: SocketAddr,
    /// Connections that are open at once. Those that rest give way to new ones; more wait in the socket's backlog.
    pub max_connections: usize,
    /// How many of them one address may hold, or one IPv6 /48; trusted proxies hold as many as there are.
    pub max_connections_per_address: usize,
    /// How long the other end may take for a TLS handshake, the head of a request, or its body.
    #[serde(with = "span")]
    pub read_timeout: Duration,
    /// How long a connection may rest between two requests.
    #[serde(with = "span")]
    pub idle_timeout: Duration,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tls {
    /// The file with the certificate and its chain, in PEM; unset: a proxy speaks TLS.
    pub cert: Option<PathBuf>,
    /// The file with its private key, in PEM.
    pub key: Option<PathBuf>,
}

impl Settings {
    /// The address of one of the server's own paths, such as `/token`: the issuer and the path, with one slash between them.
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Whether all addresses that this server sees are those of a proxy whose word does not count: it speaks no TLS though
    /// its issuer is https, and trusts nobody to say where a request came from.
    pub fn sees_only_the_proxy(&self) -> bool {
        self.issuer.starts_with("https:") && self.tls.cert.is_none() && self.proxies.trusted.is_empty()
    }

    /// What is allowed, but better known: to be logged at start-up.
    pub fn warnings(&self) -> Vec<String> {
        check::warnings(self)
    }
}

/// `[database]`
#[derive(Clone, Deserialize, Serialize)]
pub struct Database {
    /// `sqlite:FOLDER/FILE` or `postgres://…`; shown by `config show` without its password.
    #[serde(serialize_with = "without_password")]
    pub url: String,
    /// Whether `serve` brings the schema up to date; unset: yes on SQLite, no on Postgres.
    pub auto_migrate: Option<bool>,
    /// Connections to Postgres, or readers of SQLite.
    pub max_connections: u32,
    /// How long a request waits for a database that went away before it is answered 503.
    #[serde(with = "span")]
    pub wait: Duration,
}

fn without_password<S: Serializer>(url: &str, to: S) -> Result<S::Ok, S::Error> {
    database_url::shown(url).serialize(to)
}

impl fmt::Debug for Database {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, auto_migrate, max_connections, wait } = self;
        to.debug_struct("Database")
            .field("url", &database_url::shown(url))
            .field("auto_migrate", auto_migrate)
            .field("max_connections", max_connections)
            .field("wait", wait)
            .finish()
    }
}

/// `[secrets]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Secrets {
    /// The file with the root secret; unset on SQLite: `root.key` beside the database, made on first start.
    pub root_file: Option<PathBuf>,
    /// Files with root secrets that are accepted beside it, while one is changed for another.
    pub former_root_files: Vec<PathBuf>,
}

/// `[proxies]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proxies {
    /// Networks of proxies that are believed.
    #[serde(deserialize_with = "network::networks")]
    pub trusted: Vec<IpNet>,
    /// The header in which they say for whom they ask; the other one is never read.
    pub header: ForwardedHeader,
    /// How they say it before the first byte of a connection, which every connection has to begin with then.
    pub protocol: ProxyProtocol,
}

/// `[device]`
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the configuration, and is read there by its name")]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Device {
    /// Whether the grant exists at all.
    pub enabled: bool,
    /// The path of the page where people type codes, below the issuer.
    pub verification_path: String,
    /// Whether a link or a QR code may bring a code: whether devices get `verification_uri_complete` (RFC 8628 section 3.2),
    /// and whether what was opened from one can be approved.
    pub prefilled_code: bool,
    /// Whether somebody has to be asked.
    pub consent: Consent,
    /// What follows when device and browser are not in one network.
    pub network_mismatch: NetworkMismatch,
    /// Where devices may ask from; empty: anywhere.
    #[serde(deserialize_with = "network::networks")]
    pub allowed_networks: Vec<IpNet>,
    /// Whether only clients that can prove who they are may have the grant.
    pub confidential_only: bool,
    /// How long a code lives.
    #[serde(with = "span")]
    pub expires_in: Duration,
    /// How long a device waits between polls.
    #[serde(with = "span")]
    pub interval: Duration,
    /// How much too early a poll may come.
    #[serde(with = "span")]
    pub tolerance: Duration,
    /// How long an ended grant keeps answering as what it was.
    #[serde(with = "span")]
    pub tombstone_for: Duration,
    /// How fresh the sign-in must be to approve.
    #[serde(with = "span")]
    pub max_auth_age: Duration,
    /// Whether people pick the number that the device shows; for devices that show it.
    pub number_match: bool,
    /// Whether devices send the PIN that the browser shows; for devices that ask for it.
    pub initiation_pin: bool,
    /// Scopes that devices may ask for, over all clients; unset: any that the client has.
    pub scopes: Option<Vec<String>>,
}

/// `[passwords]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Passwords {
    /// argon2id memory, in KiB.
    pub memory_kib: u32,
    /// argon2id passes.
    pub iterations: u32,
    /// argon2id lanes.
    pub parallelism: u32,
    /// How many hashes are computed at once; 0: one a core.
    pub concurrency: usize,
    /// The least number of characters of a new password.
    pub min_length: usize,
    /// A file of refused passwords, one a line, beside the built-in judgement.
    pub blocklist_file: Option<PathBuf>,
}

/// `[pages]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pages {
    /// The language of somebody who wants none of those that are offered.
    pub default_language: Language,
    /// The languages that are offered, in the order in which people see them; unset: all that there are.
    pub languages: Option<Vec<Language>>,
}

impl Pages {
    /// The languages that are offered.
    pub fn offered(&self) -> &[Language] {
        self.languages.as_deref().unwrap_or(Language::ALL)
    }
}

/// `[sessions]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sessions {
    /// A browser session ends after this long without a request.
    #[serde(with = "span")]
    pub idle: Duration,
    /// And after this long in any case.
    #[serde(with = "span")]
    pub absolute: Duration,
    /// What a login with a password counts as (`acr`); the first is told when no other was asked for.
    pub password_acr_values: Vec<String>,
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Audit {
    /// How long an event is kept.
    #[serde(with = "span")]
    pub keep_for: Duration,
}

/// `[purge]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Purge {
    /// How often expired rows are looked for.
    #[serde(with = "span")]
    pub every: Duration,
    /// Rows deleted by one statement.
    pub batch: u32,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// A filter such as `info` or `grantd=debug,warn`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// `[[scope]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ScopeSettings {
    /// The scope token (RFC 6749 section 3.3).
    pub name: String,
    /// What it allows, in the words that people see.
    pub words: String,
    /// Whether a request without `scope` gets it.
    #[serde(default)]
    pub default: bool,
}

/// `[[resource]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ResourceSettings {
    /// The absolute URI by which clients ask for it, and `aud` of the tokens that they get.
    pub uri: String,
    /// What it is, in the words that people see.
    pub name: String,
}
