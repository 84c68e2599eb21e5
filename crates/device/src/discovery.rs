//! Finds the endpoints of a server (OpenID Connect Discovery section 4, then RFC 8414 sections 3 and 5).

use reqwest::StatusCode;
use url::Url;

use crate::code_verifier::CodeVerifier;
use crate::error::DeviceError;
use crate::http::Http;
use crate::issuer::{is_this_machine, issuer_url};
use crate::messages::Metadata;
use crate::printable::printable;
use crate::proof_key::ProofKey;

/// What a device needs to know of a server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The issuer, letter for letter as both the caller and the server name it.
    pub issuer: String,
    /// RFC 8628 section 3.1.
    pub device_authorization_endpoint: Url,
    /// RFC 8628 section 3.4.
    pub token_endpoint: Url,
    /// OpenID Connect Core section 5.3.
    pub userinfo_endpoint: Option<Url>,
    /// RFC 7009.
    pub revocation_endpoint: Option<Url>,
    /// RFC 7662.
    pub introspection_endpoint: Option<Url>,
    /// The keys that ID tokens are signed with.
    pub jwks_uri: Option<Url>,
    /// Whether confidential clients can authenticate by `client_secret_post` only.
    pub(super) wants_secret_in_body: bool,
    /// Whether it takes proofs of the kind of key that [`ProofKey`] is (RFC 9449 section 5.1).
    takes_proofs: bool,
    /// Whether it says that it knows PKCE with S256 (RFC 8414 section 2).
    pub(super) takes_challenges: bool,
}

impl Server {
    /// The first endpoint to which secrets would be sent without TLS and beyond this machine. Only an issuer without TLS can
    /// have one.
    pub fn asked_in_clear(&self) -> Option<&Url> {
        [Some(&self.device_authorization_endpoint), Some(&self.token_endpoint), self.userinfo_endpoint.as_ref()]
            .into_iter()
            .flatten()
            .find(|endpoint| endpoint.scheme() == "http" && !is_this_machine(endpoint))
    }

    /// Checks that a sign-in can be bound to a key here.
    ///
    /// # Errors
    /// [`DeviceError::NotOffered`] when the server does not say that it takes proofs.
    pub fn demand_proofs(&self) -> Result<(), DeviceError> {
        if self.takes_proofs { Ok(()) } else { Err(self.lacks("dpop_signing_alg_values_supported")) }
    }

    /// The error of a server without this member in its metadata.
    pub(super) fn lacks(&self, member: &'static str) -> DeviceError {
        DeviceError::NotOffered { issuer: printable(&self.issuer), member }
    }
}

/// Finds the endpoints of `issuer`.
pub async fn discover(issuer: &str, http: &Http) -> Result<Server, DeviceError> {
    let mut missing = None;
    let mut tried = issuer_url(issuer)?;
    for document in well_known(&tried) {
        let answer = http.get(&document, None).await?.not_unavailable()?;
        tried = document;
        if answer.status != StatusCode::OK {
            continue;
        }
        match read(issuer, answer.message()?) {
            // Another document may have it: the device grant is not part of OpenID Connect.
            Err(error @ DeviceError::NotOffered { .. }) => missing = Some(error),
            read => return read,
        }
    }
    Err(missing.unwrap_or_else(|| DeviceError::NotDiscovered { issuer: printable(issuer), tried }))
}

/// The places of metadata. OpenID Connect appends to the path of the issuer. RFC 8414 prepends (section 3.1), and allows that
/// for the document of OpenID Connect, too (section 5). A slash at the end is dropped first. Without a path there are two
/// places.
pub fn well_known(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    let mut documents = vec![
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ];
    if !path.is_empty() {
        documents.push(at(format!("/.well-known/openid-configuration{path}")));
    }
    documents
}

fn read(issuer: &str, told: Metadata) -> Result<Server, DeviceError> {
    if told.issuer != issuer {
        return Err(DeviceError::IssuerMismatch { asked: printable(issuer), told: printable(&told.issuer) });
    }
    let needed = |endpoint: Option<String>, member| {
        endpoint_of(issuer, endpoint)?.ok_or(DeviceError::NotOffered { issuer: printable(issuer), member })
    };
    let lists = |names: &Option<Vec<String>>, name| names.as_ref().is_some_and(|names| names.iter().any(|n| n == name));
    let methods = told.token_endpoint_auth_methods_supported;
    Ok(Server {
        issuer: told.issuer,
        device_authorization_endpoint: needed(told.device_authorization_endpoint, "device_authorization_endpoint")?,
        token_endpoint: needed(told.token_endpoint, "token_endpoint")?,
        userinfo_endpoint: endpoint_of(issuer, told.userinfo_endpoint)?,
        revocation_endpoint: endpoint_of(issuer, told.revocation_endpoint)?,
        introspection_endpoint: endpoint_of(issuer, told.introspection_endpoint)?,
        jwks_uri: endpoint_of(issuer, told.jwks_uri)?,
        takes_challenges: lists(&told.code_challenge_methods_supported, CodeVerifier::METHOD),
        takes_proofs: lists(&told.dpop_signing_alg_values_supported, ProofKey::ALGORITHM),
        // Absent means `client_secret_basic` (RFC 8414 section 2).
        wants_secret_in_body: lists(&methods, "client_secret_post") && !lists(&methods, "client_secret_basic"),
    })
}

fn endpoint_of(issuer: &str, endpoint: Option<String>) -> Result<Option<Url>, DeviceError> {
    let Some(url) = endpoint.and_then(|endpoint| Url::parse(&endpoint).ok()) else { return Ok(None) };
    match url.scheme() {
        "http" if issuer_url(issuer)?.scheme() == "https" => Err(DeviceError::Insecure { endpoint: url }),
        "http" | "https" => Ok(Some(url)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DeviceError, Http, discover, issuer_url, read, well_known};
    use crate::scripted_server::{Reply, ScriptedServer};

    #[test]
    fn an_issuer_with_a_path_has_both_well_known_forms() {
        let places =
            |issuer| well_known(&issuer_url(issuer).unwrap()).into_iter().map(String::from).collect::<Vec<_>>();
        for issuer in ["https://a.example/tenant", "https://a.example/tenant/"] {
            assert_eq!(
                places(issuer),
                [
                    "https://a.example/tenant/.well-known/openid-configuration",
                    "https://a.example/.well-known/oauth-authorization-server/tenant",
                    "https://a.example/.well-known/openid-configuration/tenant",
                ]
            );
        }
        for issuer in ["https://a.example", "https://a.example/"] {
            assert_eq!(
                places(issuer),
                [
                    "https://a.example/.well-known/openid-configuration",
                    "https://a.example/.well-known/oauth-authorization-server",
                ]
            );
        }
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for issuer in
            ["a.example", "ftp://a.example", "https://a.example?x", "https://a.example#x", "https://u:p@a.example"]
        {
            assert!(matches!(issuer_url(issuer), Err(DeviceError::NotAnIssuer(_))), "{issuer}");
        }
    }

    #[test]
    fn the_issuer_is_compared_letter_for_letter() {
        let told = serde_json::from_value(json!({"issuer": "https://a.example/"})).unwrap();
        assert!(matches!(read("https://a.example", told), Err(DeviceError::IssuerMismatch { .. })));
    }

    #[test]
    fn an_endpoint_does_not_fall_back_to_plain_http() {
        let told = serde_json::from_value(json!({
            "issuer": "https://a.example",
            "device_authorization_endpoint": "https://a.example/device_authorization",
            "token_endpoint": "http://a.example/token",
        }));
        assert!(matches!(read("https://a.example", told.unwrap()), Err(DeviceError::Insecure { .. })));
    }

    #[test]
    fn a_key_is_proven_only_where_its_proofs_are_taken() {
        for (algorithms, taken) in [(json!(["ES256"]), true), (json!(["RS256"]), false), (json!(null), false)] {
            let told = serde_json::from_value(json!({
                "issuer": "https://a.example",
                "device_authorization_endpoint": "https://a.example/device_authorization",
                "token_endpoint": "https://a.example/token",
                "dpop_signing_alg_values_supported": algorithms,
            }));
            let server = read("https://a.example", told.unwrap()).unwrap();
            assert_eq!(server.demand_proofs().is_ok(), taken, "{algorithms}");
        }
    }

    #[test]
    fn an_endpoint_without_tls_is_noticed_once_it_leaves_this_machine() {
        for (host, in_clear) in
            [("127.0.0.1:8080", false), ("localhost", false), ("[::1]:80", false), ("10.0.0.7", true)]
        {
            let told = serde_json::from_value(json!({
                "issuer": "http://localhost",
                "device_authorization_endpoint": "http://localhost/device_authorization",
                "token_endpoint": format!("http://{host}/token"),
            }));
            let server = read("http://localhost", told.unwrap()).unwrap();
            assert_eq!(server.asked_in_clear().is_some(), in_clear, "{host}");
        }
    }

    #[test]
    fn a_server_without_the_device_grant_says_which_member_is_missing() {
        let told =
            serde_json::from_value(json!({"issuer": "https://a.example", "token_endpoint": "https://a.example/token"}));
        let error = read("https://a.example", told.unwrap()).unwrap_err();
        assert!(matches!(error, DeviceError::NotOffered { member: "device_authorization_endpoint", .. }));
        assert_eq!(error.exit_code(), 2);
    }

    #[tokio::test]
    async fn the_oauth_document_is_the_second_place_to_look() {
        let server = ScriptedServer::start(0).await;
        let at = |path: &str| format!("{}{path}", server.issuer);
        let document = json!({
            "issuer": server.issuer,
            "device_authorization_endpoint": at("/device_authorization"),
            "token_endpoint": at("/token"),
        });
        server.will_answer("/.well-known/openid-configuration", [Reply::Page(404, "")]);
        server.will_answer("/.well-known/oauth-authorization-server", [Reply::Json(200, document)]);
        let (_, found) = server.discovered().await.unwrap();
        assert_eq!((found.token_endpoint.as_str(), found.userinfo_endpoint), (at("/token").as_str(), None));
    }

    /// Proves: M-01
    #[tokio::test]
    async fn an_issuer_with_a_path_is_looked_for_in_each_place() {
        let places = [
            "/t/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/t",
            "/.well-known/openid-configuration/t",
        ];
        for found_at in 0..places.len() {
            let server = ScriptedServer::start(0).await;
            let issuer = format!("{}/t", server.issuer);
            let document = json!({
                "issuer": issuer,
                "device_authorization_endpoint": format!("{issuer}/device_authorization"),
                "token_endpoint": format!("{issuer}/token"),
            });
            for (at, place) in places.into_iter().enumerate() {
                let here = at == found_at;
                server
                    .will_answer(place, [if here { Reply::Json(200, document.clone()) } else { Reply::Page(404, "") }]);
            }
            let found = discover(&issuer, &Http::new(&issuer).unwrap()).await.unwrap();
            assert_eq!(found.token_endpoint.as_str(), format!("{issuer}/token"));
            let asked = places.map(|place| server.seen(place).len());
            assert_eq!(asked.iter().sum::<usize>(), found_at + 1, "no place is asked in vain: {asked:?}");
        }
    }
}
