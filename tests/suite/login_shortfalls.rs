//! The tokens arrived and then something fails: the tokens are still handed on.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::login_command::Live;
use testkit::direct_request;

/// Proves: FE-14: a code is spent when its tokens have come, so they are not thrown away because userinfo fails.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_printed_although_userinfo_fails() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut live = Live::with(|settings| settings.issuer = format!("http://localhost:{port}").parse().unwrap()).await;
    let server = SocketAddr::from(([127, 0, 0, 1], live.port));
    live.port = port;
    let refused = get(|| async { (axum::http::StatusCode::FORBIDDEN, "no") });
    let proxy = Router::new().route("/userinfo", refused).fallback(forwarded).with_state(server);
    tokio::spawn(async { axum::serve(listener, proxy).await.unwrap() });

    let login = live.login("tv", &["--scope", "openid profile", "--json"]);
    live.decide(|part| login.err.find(part), true).await;
    let ended = Live::ended(login).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said: Value = serde_json::from_str(&ended.out).unwrap();
    for token in ["access_token", "refresh_token", "id_token"] {
        assert!(said[token].as_str().is_some_and(|token| !token.is_empty()), "{token}: {said}");
    }
    assert!(said["sub"].is_string() && said.get("userinfo").is_none(), "{said}");
    let warning = format!("grantd: warning: the tokens came, but {}/userinfo gave an answer", live.issuer);
    assert!(ended.err.contains(&warning), "{ended:?}");
}

/// The answer of the server, as a proxy passes it on.
async fn forwarded(State(server): State<SocketAddr>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let asked = direct_request(server, head.method.as_str(), head.uri.path_and_query().unwrap().as_str());
    let answer = asked.headers(head.headers).body(body).send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    *response.headers_mut().unwrap() = answer.headers().clone();
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
