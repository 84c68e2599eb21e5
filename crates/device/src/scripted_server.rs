//! A server whose answers a test has scripted.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::discovery::{Server, discover};
use crate::error::DeviceError;
use crate::http::Http;
use crate::verification::KeySet;

/// An ES256 key of a server.
pub(super) struct SigningKey {
    kid: &'static str,
    private: EncodingKey,
    public: Value,
}

impl SigningKey {
    pub(super) fn generate(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        // An uncompressed point: one byte 04, then x and y.
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        Self {
            kid,
            private: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
            public: json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y}),
        }
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.private).unwrap()
    }

    pub(super) fn jwks(&self) -> KeySet {
        serde_json::from_value(self.jwks_document()).unwrap()
    }

    fn jwks_document(&self) -> Value {
        json!({"keys": [self.public]})
    }
}

/// One answer.
pub(super) enum Reply {
    /// A status and a JSON body.
    Json(u16, Value),
    /// A status and a body that is no JSON.
    Page(u16, &'static str),
    /// The connection breaks.
    Dropped,
    /// Tokens with these claims beside the right ones, which they may overwrite.
    Tokens(Value),
}

/// A received request.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    pub(super) form: HashMap<String, String>,
}

/// A running server. Each path gives its scripted answers in order, and then its usual answer.
pub(super) struct ScriptedServer {
    pub(super) issuer: String,
    script: Mutex<HashMap<&'static str, VecDeque<Reply>>>,
    seen: Mutex<Vec<Seen>>,
    key: SigningKey,
    expires_at: i64,
}

impl ScriptedServer {
    /// Listens on a free port. Its ID tokens expire at `expires_at`, in seconds.
    pub(super) async fn start(expires_at: i64) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            script: Mutex::default(),
            seen: Mutex::default(),
            key: SigningKey::generate("k1"),
            expires_at,
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&server));
        tokio::spawn(async { axum::serve(listener, router).await });
        server
    }

    /// What a device needs to talk to it.
    pub(super) async fn discovered(&self) -> Result<(Http, Server), DeviceError> {
        let http = Http::new(&self.issuer)?;
        let server = discover(&self.issuer, &http).await?;
        Ok((http, server))
    }

    /// Adds answers to the script of `path`.
    pub(super) fn will_answer(&self, path: &'static str, replies: impl IntoIterator<Item = Reply>) {
        self.script.lock().unwrap().entry(path).or_default().extend(replies);
    }

    /// The requests for `path`.
    pub(super) fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path == path).cloned().collect()
    }

    /// Its metadata.
    pub(super) fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "device_authorization_endpoint": at("/device_authorization"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "revocation_endpoint": at("/revoke"),
            "introspection_endpoint": at("/introspect"),
            "jwks_uri": at("/jwks.json"),
            "unknown": {"member": true},
        })
    }

    fn usual(&self, path: &str) -> Reply {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let document = match path {
            "/.well-known/openid-configuration" => self.document(),
            "/device_authorization" => json!({
                "device_code": "d-secret",
                "user_code": "WDJB-MJHT",
                "verification_uri": at("/device"),
                "verification_uri_complete": at("/device?user_code=WDJB-MJHT"),
                "expires_in": 600,
                "interval": 5,
            }),
            "/jwks.json" => self.key.jwks_document(),
            "/userinfo" => json!({"sub": "ada", "preferred_username": "ada.lovelace"}),
            _ => return Reply::Page(404, "not here"),
        };
        Reply::Json(200, document)
    }

    fn tokens(&self, change: &Value) -> Value {
        let asked = self.seen("/device_authorization").pop().unwrap();
        let mut claims = json!({"iss": self.issuer, "aud": "tv", "sub": "ada", "exp": self.expires_at});
        if let Some(nonce) = asked.form.get("nonce") {
            claims["nonce"] = json!(nonce);
        }
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({
            "access_token": "a-secret",
            "token_type": "bearer",
            "expires_in": 300,
            "refresh_token": "r-secret",
            "id_token": self.key.sign(&claims),
        })
    }
}

async fn answer(State(server): State<Arc<ScriptedServer>>, uri: Uri, headers: HeaderMap, body: String) -> Response {
    server.seen.lock().unwrap().push(Seen {
        path: uri.path().to_owned(),
        authorization: headers.get("authorization").map(|value| value.to_str().unwrap().to_owned()),
        form: form_urlencoded::parse(body.as_bytes()).into_owned().collect(),
    });
    let scripted = server.script.lock().unwrap().get_mut(uri.path()).and_then(VecDeque::pop_front);
    let (status, kind, body) = match scripted.unwrap_or_else(|| server.usual(uri.path())) {
        Reply::Json(status, value) => (status, "application/json", Body::from(value.to_string())),
        Reply::Page(status, page) => (status, "text/html", Body::from(page)),
        Reply::Tokens(change) => (200, "application/json", Body::from(server.tokens(&change).to_string())),
        Reply::Dropped => {
            let broken = futures_util::stream::once(async { Err::<Vec<u8>, _>(io::Error::other("dropped")) });
            (200, "application/json", Body::from_stream(broken))
        }
    };
    Response::builder().status(status).header("content-type", kind).body(body).unwrap()
}
