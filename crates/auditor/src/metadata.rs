//! Fetches both well-known documents of the server (RFC 8414 section 3). Rows judge them later.

use serde_json::Value;
use url::Url;

use crate::CannotAudit;
use crate::observations::Stop;
use crate::wire::{Question, Wire};
use device::well_known;

/// The metadata of the server.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// The documents that were found, with their URLs.
    pub(super) documents: Vec<(Url, Value)>,
    pub(super) device_authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
}

impl Metadata {
    /// Fetches both documents. `None` if the server has neither. Only the endpoints that every row needs are required.
    pub(super) async fn discover(issuer: &Url, wire: &Wire) -> Result<Option<Self>, CannotAudit> {
        let mut documents = Vec::new();
        // The place of RFC 8414 section 3.1, then that of OpenID Connect Discovery section 4.
        for place in well_known(issuer).into_iter().take(2).rev() {
            let answer = wire.ask(&Question::get(&place)).await;
            let server = place.origin().ascii_serialization();
            let answer = answer.map_err(|stop| CannotAudit::Unreachable { server, reason: stop.reason })?;
            if answer.status == 200
                && let Some(document) = answer.json()
            {
                documents.push((place, document));
            }
        }
        if documents.is_empty() {
            return Ok(None);
        }
        let needed = |member: &'static str| endpoint(&documents, member).ok_or(CannotAudit::NotOffered(member));
        Ok(Some(Self {
            device_authorization_endpoint: needed("device_authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            documents,
        }))
    }

    /// A member of the first document that has it.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.documents.iter().find_map(|(_, document)| document.get(name))
    }

    /// An endpoint that not every server has.
    pub(super) fn endpoint(&self, member: &'static str) -> Result<Url, Stop> {
        endpoint(&self.documents, member).ok_or_else(|| Stop::not_supported(format!("it names no {member}")))
    }

    /// Whether a list has this value; `None` when there is no list.
    pub(super) fn lists(&self, member: &str, value: &str) -> Option<bool> {
        Some(self.member(member)?.as_array()?.iter().any(|listed| listed == value))
    }

    /// Whether secrets must be sent in the body, because Basic, the default, is not offered (RFC 8414 section 2).
    pub(super) fn wants_secret_in_body(&self) -> bool {
        let offers = |method| self.lists("token_endpoint_auth_methods_supported", method);
        offers("client_secret_basic") == Some(false) && offers("client_secret_post") == Some(true)
    }
}

fn endpoint(documents: &[(Url, Value)], member: &str) -> Option<Url> {
    let named = documents.iter().find_map(|(_, document)| document.get(member)?.as_str());
    named.and_then(|url| Url::parse(url).ok()).filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// `issuer` as a URL, if it can be one (RFC 8414 section 2).
pub(super) fn issuer_url(issuer: &str) -> Result<Url, CannotAudit> {
    let url = Url::parse(issuer).ok().filter(is_web);
    url.filter(|url| url.query().is_none() && url.fragment().is_none())
        .ok_or_else(|| CannotAudit::NotAnIssuer(issuer.to_owned()))
}
