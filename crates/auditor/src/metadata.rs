//! The metadata of the server: both well-known documents, as they are. Rows judge them later (RFC 8414 section 3).

use serde_json::Value;
use url::Url;

use crate::CannotAudit;
use crate::observations::Stop;
use crate::wire::{Question, Wire};

/// What was found at the two well-known places.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// The issuer, letter for letter as it was asked for.
    pub(super) issuer: String,
    /// The documents that were there, with their places.
    pub(super) documents: Vec<(Url, Value)>,
    pub(super) device_authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
}

impl Metadata {
    /// Fetches both documents. Only the endpoints that an audit cannot do without are asked of them here.
    pub(super) async fn discover(issuer: &str, wire: &Wire) -> Result<Self, CannotAudit> {
        let url = issuer_url(issuer)?;
        let mut documents = Vec::new();
        for place in well_known(&url) {
            let answer = match wire.ask(&Question::get(&place)).await {
                Ok(answer) => answer,
                Err(Stop::Failed(why) | Stop::Skipped(why) | Stop::NotSupported(why)) => {
                    return Err(CannotAudit::Unreachable(why));
                }
            };
            if answer.status == 200
                && let Some(document) = answer.json()
            {
                documents.push((place, document));
            }
        }
        if documents.is_empty() {
            return Err(CannotAudit::NotDiscovered(issuer.to_owned()));
        }
        let needed = |member: &'static str| endpoint(&documents, member).ok_or(CannotAudit::NotOffered(member));
        Ok(Self {
            issuer: issuer.to_owned(),
            device_authorization_endpoint: needed("device_authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            documents,
        })
    }

    /// A member of the first document that has it.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.documents.iter().find_map(|(_, document)| document.get(name))
    }

    /// An endpoint that not every server has.
    pub(super) fn endpoint(&self, member: &'static str) -> Result<Url, Stop> {
        endpoint(&self.documents, member).ok_or_else(|| Stop::NotSupported(format!("it names no {member}")))
    }

    /// Whether a list has this value; `None` when there is no list.
    pub(super) fn lists(&self, member: &str, value: &str) -> Option<bool> {
        Some(self.member(member)?.as_array()?.iter().any(|listed| listed == value))
    }

    /// Whether secrets have to travel in the body: Basic, the default, is not offered (RFC 8414 section 2).
    pub(super) fn wants_secret_in_body(&self) -> bool {
        let offers = |method| self.lists("token_endpoint_auth_methods_supported", method);
        offers("client_secret_basic") == Some(false) && offers("client_secret_post") == Some(true)
    }
}

fn endpoint(documents: &[(Url, Value)], member: &str) -> Option<Url> {
    let named = documents.iter().find_map(|(_, document)| document.get(member)?.as_str());
    named.and_then(|url| Url::parse(url).ok()).filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// `issuer` as a URL, if it can be one (RFC 8414 section 2).
pub(super) fn issuer_url(issuer: &str) -> Result<Url, CannotAudit> {
    let url = Url::parse(issuer).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.filter(|url| url.query().is_none() && url.fragment().is_none())
        .ok_or_else(|| CannotAudit::NotAnIssuer(issuer.to_owned()))
}

/// RFC 8414 section 3.1 puts its path before the issuer's, OpenID Connect Discovery section 4 behind it.
fn well_known(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    [
        at(format!("/.well-known/oauth-authorization-server{path}")),
        at(format!("{path}/.well-known/openid-configuration")),
    ]
}
