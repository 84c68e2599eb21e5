//! The settings, with types: read once and checked together.
//!
//! `config/default.toml` is the manual: it has each key with its text and its default. [`load()`] lays a file over it, and then
//! `GRANTD__SECTION__KEY` variables. All complaints come in one message ([`Complaints`]). Most files here have the types of
//! one table or of a few, with their checks.

mod advice;
mod branding;
mod claim;
mod client;
mod client_authentication;
mod client_credentials;
mod client_rules;
mod colour;
mod compatibility;
mod complaint;
mod device;
mod file;
mod findings;
mod issuer;
mod key;
mod limits;
mod listen;
mod load;
mod log;
mod manual;
mod network;
mod notices;
mod pages;
mod passwords;
mod policy;
mod profile;
mod scope;
mod scope_words;
mod span;
mod storage;
mod syntax;
#[cfg(test)]
mod tests;
mod tokens;
mod user_code;
mod variable;
mod web_url;

use serde::{Deserialize, Serialize};
use url::Url;

use protocol::UserCodeSettings;

pub use branding::BrandingSettings;
pub use client::{ClientSettings, ClientType};
pub use client_credentials::{InlineKeys, SecretDigest};
pub use colour::Colour;
pub use compatibility::{Compatibility, Descriptions, DeviceCodeShape, Profile};
pub use complaint::Complaints;
pub use device::DeviceSettings;
use findings::Findings;
pub use issuer::Issuer;
pub use limits::{Audit, LimitSettings, Purge};
pub use listen::{Listen, Proxies, Tls};
pub use load::{load, load_from};
pub use log::{FilterDirectives, Log, LogFormat};
pub use manual::DEFAULTS;
pub use notices::{Detector, Notices, WebhookSettings};
pub use pages::{Pages, Sessions};
pub use passwords::PasswordSettings;
pub use scope::{ResourceSettings, ScopeSettings};
pub use scope_words::ScopeWords;
pub use span::{parse as read_span, text as written};
pub use storage::{Database, Secrets};
pub use tokens::{ClientAssertions, Dpop, KeySettings, TokenSettings};
pub use user_code::ClientUserCode;

/// Everything an operator can set: a field for each key or table of `config/default.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Settings {
    pub issuer: Issuer,
    pub service_documentation: Option<String>,
    pub listen: Listen,
    pub tls: Tls,
    pub database: Database,
    pub secrets: Secrets,
    pub proxies: Proxies,
    pub device: DeviceSettings,
    pub user_code: UserCodeSettings,
    pub compatibility: Compatibility,
    pub tokens: TokenSettings,
    pub keys: KeySettings,
    pub client_assertions: ClientAssertions,
    pub dpop: Dpop,
    pub passwords: PasswordSettings,
    pub pages: Pages,
    pub sessions: Sessions,
    pub limits: LimitSettings,
    pub audit: Audit,
    pub notices: Notices,
    pub detector: Detector,
    pub purge: Purge,
    pub branding: BrandingSettings,
    pub log: Log,
    #[serde(default)]
    pub scope: Vec<ScopeSettings>,
    #[serde(default)]
    pub resource: Vec<ResourceSettings>,
    #[serde(default)]
    pub client: Vec<ClientSettings>,
    #[serde(default)]
    pub webhook: Vec<WebhookSettings>,
    /// What is to be said about variables that look like ours and set nothing.
    #[serde(skip)]
    strange_variables: Vec<String>,
}

impl Settings {
    /// The address of one of the server's own paths, such as `/token`: the issuer and the path, with one slash between them.
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Whether every address that this server sees is that of a proxy that it does not trust: the issuer is https, the server
    /// itself speaks no TLS, and it trusts no proxy to name the sender of a request.
    pub fn sees_only_the_proxy(&self) -> bool {
        self.issuer.is_https() && self.tls.cert.is_none() && self.proxies.trusted.is_empty()
    }

    /// What is allowed and may surprise, for the log of the start.
    pub fn warnings(&self) -> Vec<String> {
        self.strange_variables.iter().cloned().chain(self.findings().warnings).collect()
    }

    fn findings(&self) -> Findings {
        let mut findings = Findings::default();
        let is_web = |page: &String| Url::parse(page).is_ok_and(|page| matches!(page.scheme(), "https" | "http"));
        findings.require(
            self.service_documentation.as_ref().is_none_or(is_web),
            "service_documentation",
            "must be an absolute URL such as \"https://login.example.com/docs\"",
        );
        for check in [
            listen::check,
            storage::check,
            device::check,
            user_code::check,
            compatibility::check,
            tokens::check,
            passwords::check,
            pages::check,
            limits::check,
            branding::check,
            scope::check,
            client_rules::check,
            notices::check,
            policy::check,
        ] {
            check(self, &mut findings);
        }
        findings
    }
}
