//! How the faulty server reads a request of a client: forms, clients and codes.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantd::clock::{Clock, SystemClock};
use grantd::entropy::{Entropy, SystemEntropy};
use protocol::Form;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Fault, Grant, Shop, Status, random};
use testkit::{DEVICE_CODE, secs};

/// Who may ask, with which secret, and whether the device grant is theirs.
const CLIENTS: [(&str, Option<&str>, bool); 3] =
    [("tv", None, true), ("box", Some("box-secret"), true), ("lamp", None, false)];

/// A request, whole.
pub struct Asked {
    pub head: Parts,
    pub body: Bytes,
}

/// An authenticated client and its request.
pub struct Proven {
    pub client: &'static str,
    pub has_grant: bool,
    pub has_secret: bool,
    pub form: BTreeMap<String, String>,
}

/// A status and an error code.
pub type Refusal = (u16, &'static str);

pub fn json(status: u16, body: &Value) -> Response {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("pragma", "no-cache")];
    (StatusCode::from_u16(status).unwrap(), headers, body.to_string()).into_response()
}

pub fn error((status, code): Refusal) -> Response {
    let mut response = json(status, &json!({ "error": code }));
    match status {
        401 => drop(response.headers_mut().insert("www-authenticate", "Basic realm=\"shop\"".parse().unwrap())),
        405 => drop(response.headers_mut().insert("allow", "POST".parse().unwrap())),
        _ => {}
    }
    response
}

pub fn metadata(shop: &Shop) -> Response {
    let slash = if shop.has(Fault::WrongIssuer) { "/" } else { "" };
    let at = |path: &str| format!("{}{path}", shop.issuer);
    let mut response = json(
        200,
        &json!({
            "issuer": at(slash),
            "device_authorization_endpoint": at("/device_authorization"),
            "token_endpoint": at("/token"),
            "revocation_endpoint": at("/revoke"),
            "introspection_endpoint": at("/introspect"),
            "grant_types_supported": [DEVICE_CODE, "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        }),
    );
    response.headers_mut().insert("access-control-allow-origin", "*".parse().unwrap());
    response
}

impl Asked {
    /// The form, and the client that sends it.
    pub fn proven(&self, shop: &Shop) -> Result<Proven, Refusal> {
        let is_token = self.head.uri.path() == "/token";
        let by_get = is_token && shop.has(Fault::GetIsProcessed) && self.head.method == Method::GET;
        if self.head.method != Method::POST && !by_get {
            return Err((405, "invalid_request"));
        }
        let form = if by_get { pairs(self.head.uri.query().unwrap_or_default().as_bytes()) } else { self.form(shop)? };
        let named = form.get("client_id").cloned();
        let (id, secret) = match self.head.headers.get("authorization") {
            None => (named.ok_or((400, "invalid_request"))?, None),
            Some(header) => {
                let (id, secret) = basic(header.to_str().unwrap()).ok_or((401, "invalid_client"))?;
                if form.contains_key("client_secret") || named.is_some_and(|named| named != id) {
                    return Err((400, "invalid_request"));
                }
                (id, Some(secret))
            }
        };
        let known = CLIENTS.into_iter().find(|(known, ..)| *known == id).ok_or((401, "invalid_client"))?;
        let forgiven = shop.has(Fault::SecretsAreNotAskedFor) && secret.is_none();
        if secret.as_deref() != known.1 && !forgiven {
            return Err((401, "invalid_client"));
        }
        Ok(Proven { client: known.0, has_grant: known.2, has_secret: known.1.is_some(), form })
    }

    fn form(&self, shop: &Shop) -> Result<BTreeMap<String, String>, Refusal> {
        let media = self.head.headers.get("content-type").map_or("", |value| value.to_str().unwrap()).to_lowercase();
        let malformed = (400, "invalid_request");
        if !media.starts_with("application/x-www-form-urlencoded") || media.contains("utf-16") {
            return Err(malformed);
        }
        let form = pairs(&self.body);
        if shop.has(Fault::DuplicatesAreAccepted) {
            for pair in self.body.split(|byte| *byte == b'&') {
                Form::parse(pair).map_err(|_| malformed)?;
            }
        } else {
            Form::parse(&self.body).map_err(|_| malformed)?;
        }
        Ok(form)
    }
}

/// The last of each name, and none that is empty.
pub fn pairs(encoded: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(encoded).into_owned().filter(|(_, value)| !value.is_empty()).collect()
}

fn basic(header: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

pub fn device_authorization(shop: &Shop, asked: &Asked) -> Result<Response, Refusal> {
    let proven = asked.proven(shop)?;
    if !proven.has_grant {
        return Err((400, "unauthorized_client"));
    }
    if proven.form.get("scope").is_some_and(|scope| scope != "watch") {
        return Err((400, "invalid_scope"));
    }
    let letters = SystemEntropy.secret().map(|byte| char::from(b"BCDFGHJKLMNPQRSTVWXZ"[usize::from(byte % 20)]));
    let (left, right): (String, String) = (letters[..4].iter().collect(), letters[4..8].iter().collect());
    let (device_code, user_code) = (random(), format!("{left}-{right}"));
    let grant = Grant {
        client: proven.client.to_owned(),
        user_code: user_code.clone(),
        expires_at: SystemClock.now() + secs(shop.expires_in),
        status: Status::Pending,
        interval: secs(1),
        polled_at: None,
    };
    shop.held.lock().unwrap().grants.insert(device_code.clone(), grant);
    let uri = format!("{}/device", shop.issuer);
    Ok(json(
        200,
        &json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": uri,
            "verification_uri_complete": format!("{uri}?user_code={user_code}"),
            "expires_in": shop.expires_in,
            "interval": 1,
        }),
    ))
}
