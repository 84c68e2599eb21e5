//! Typed settings: read once, checked whole, handed to those who need them.
//!
//! `config/default.toml` is the manual: it holds each key with its text and its default. A file and then
//! `GRANTD__SECTION__KEY` variables are laid over it ([`load`]). All complaints come in one message ([`Complaints`]). A file
//! here holds the types of a table or of a few, how they are read, and what is complained about.

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
mod span;
mod storage;
#[cfg(test)]
mod tests;
mod tokens;
mod user_code;
mod variable;
mod web_url;

use serde::{Deserialize, Serialize};
use url::Url;

pub use branding::BrandingSettings;
pub use claim::ClaimSettings;
pub use client::{ClientSettings, ClientType};
pub use client_credentials::{AuthenticationMethodName, InlineKeys, SecretDigest};
pub use colour::Colour;
pub use compatibility::{Compatibility, Descriptions, DeviceCodeShape, Profile};
pub use complaint::Complaints;
pub use device::DeviceSettings;
use findings::{Finding, Findings};
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
pub use span::{parse as read_span, text as written};
pub use storage::{Database, Secrets};
pub use tokens::{ClientAssertions, Dpop, KeySettings, TokenSettings};
pub use user_code::{ClientUserCode, UserCodeSettings};

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
}

impl Settings {
    /// The address of one of the server's own paths, such as `/token`: the issuer and the path, with one slash between them.
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Whether all addresses that this server sees are those of a proxy that it does not trust: it speaks no TLS though its
    /// issuer is https, and trusts nobody to say where a request came from.
    pub fn sees_only_the_proxy(&self) -> bool {
        self.issuer.is_https() && self.tls.cert.is_none() && self.proxies.trusted.is_empty()
    }

    /// What is allowed and may surprise: to be logged at start-up.
    pub fn warnings(&self) -> Vec<String> {
        let tables = [
            device::warnings,
            passwords::warnings,
            policy::warnings,
            compatibility::warnings,
            scope::warnings,
            user_code::warnings,
        ];
        tables.into_iter().flat_map(|warnings| warnings(self)).collect()
    }

    /// What the server refuses to run on.
    fn findings(&self) -> Vec<Finding> {
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
        ] {
            check(self, &mut findings);
        }
        findings.0
    }
}
