//! Refreshing, revoking and introspecting tokens, whatever the server answers.

use std::sync::Arc;

use serde_json::json;

use crate::scripted_server::{Reply, ScriptedServer};
use crate::{Client, DeviceError, Http, Server};
use protocol::Secret;

struct Device {
    scripted: Arc<ScriptedServer>,
    http: Http,
    server: Server,
}

impl Device {
    async fn new() -> Self {
        let scripted = ScriptedServer::start(0).await;
        let (http, server) = scripted.discovered().await.unwrap();
        Self { scripted, http, server }
    }

    fn client(&self, secret: Option<&str>) -> Client<'_> {
        Client::new("tv", secret, &self.http, &self.server)
    }
}

fn token() -> Secret {
    Secret::presented("r-secret")
}

fn refused(code: &str) -> Reply {
    Reply::Json(400, json!({"error": code}))
}

#[tokio::test]
async fn a_refresh_sends_the_token_and_may_narrow() {
    let device = Device::new().await;
    let answer = json!({"access_token": "a2", "token_type": "bearer", "refresh_token": "r2", "expires_in": 300});
    device.scripted.will_answer("/token", [Reply::Json(200, answer)]);
    let refreshed = device.client(None).refresh(&token(), Some("watch")).await.unwrap();
    assert_eq!((refreshed.access_token.reveal(), refreshed.expires_in), ("a2", Some(300)));
    assert_eq!(refreshed.refresh_token.unwrap().reveal(), "r2");
    let form = &device.scripted.seen("/token")[0].form;
    assert_eq!((form["grant_type"].as_str(), form["refresh_token"].as_str()), ("refresh_token", "r-secret"));
    assert_eq!((form["client_id"].as_str(), form["scope"].as_str()), ("tv", "watch"));
}

#[tokio::test]
async fn a_refused_refresh_says_why_and_a_strange_token_is_not_used() {
    let device = Device::new().await;
    device.scripted.will_answer(
        "/token",
        [refused("invalid_grant"), Reply::Json(200, json!({"access_token": "a2", "token_type": "DPoP"}))],
    );
    for expected in ["the server refuses: invalid_grant", "its tokens are of the type DPoP"] {
        let outcome = device.client(None).refresh(&token(), None).await;
        let error = outcome.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!(error.exit_code(), 5);
    }
}

#[tokio::test]
async fn revoking_succeeds_by_its_status_alone() {
    let device = Device::new().await;
    let client = device.client(Some("c-secret"));
    device.scripted.will_answer(
        "/revoke",
        [
            Reply::Page(200, ""),
            Reply::Page(200, "<p>done"),
            Reply::Page(503, ""),
            refused("unsupported_token_type"),
            Reply::Page(404, ""),
        ],
    );
    for _ in 0..2 {
        client.revoke(&token()).await.unwrap();
    }
    let seen = &device.scripted.seen("/revoke")[0];
    assert_eq!(seen.form["token"], "r-secret");
    assert!(seen.authorization.is_some() && !seen.form.contains_key("client_secret"));
    for expected in ["Unavailable", "Refused", "Unexpected"] {
        let error = client.revoke(&token()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
}

#[tokio::test]
async fn introspection_says_whether_a_token_is_good() {
    let device = Device::new().await;
    let api = device.client(Some("c-secret"));
    device.scripted.will_answer(
        "/introspect",
        [
            Reply::Json(200, json!({"active": true, "sub": "ada", "scope": "watch", "more": []})),
            Reply::Json(200, json!({"active": false})),
            Reply::Json(200, json!({"active": "yes"})),
            Reply::Json(401, json!({"error": "invalid_client"})),
        ],
    );
    let asked = async || api.introspect(&token()).await;
    let active = asked().await.unwrap();
    assert_eq!((active.active, active.sub.as_deref(), active.scope.as_deref()), (true, Some("ada"), Some("watch")));
    assert!(!asked().await.unwrap().active);
    assert!(matches!(asked().await, Err(DeviceError::Unexpected { .. })));
    assert!(matches!(asked().await, Err(DeviceError::Refused { .. })));
}

#[tokio::test]
async fn a_server_without_these_endpoints_is_told_by_their_names() {
    let mut device = Device::new().await;
    (device.server.revocation_endpoint, device.server.introspection_endpoint) = (None, None);
    let client = device.client(None);
    let revoked = client.revoke(&token()).await.unwrap_err();
    assert!(revoked.to_string().ends_with("names no usable revocation_endpoint, which is needed here"), "{revoked}");
    let asked = client.introspect(&token()).await.unwrap_err();
    assert!(asked.to_string().contains("introspection_endpoint"), "{asked}");
}
