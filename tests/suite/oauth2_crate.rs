//! A client that knows nothing of this server signs in: the `oauth2` crate, with its endpoints configured by hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use oauth2::basic::{BasicClient, BasicTokenType};
use oauth2::http::Response;
use oauth2::{
    AuthType, ClientId, ClientSecret, DeviceAuthorizationUrl, HttpRequest, HttpResponse, Scope,
    StandardDeviceAuthorizationResponse, TokenResponse, TokenUrl,
};

use testkit::{ISSUER, Server, secs};

/// The crate's own requests, sent to the test server as its proxy would.
pub(crate) async fn send(address: SocketAddr, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let sent = testkit::request(address, parts.method.as_str(), path).headers(parts.headers);
    let answer = sent.body(body).send().await?;
    let mut response = Response::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await?.to_vec();
    Ok(response)
}

/// The whole flow. The person approves while the client waits before its third poll.
async fn sign_in(client_id: &str, secret: Option<&str>, auth_type: AuthType) {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut client = BasicClient::new(ClientId::new(client_id.to_owned()))
        .set_auth_type(auth_type)
        .set_device_authorization_url(DeviceAuthorizationUrl::new(format!("{ISSUER}/device_authorization")).unwrap())
        .set_token_uri(TokenUrl::new(format!("{ISSUER}/token")).unwrap());
    if let Some(secret) = secret {
        client = client.set_client_secret(ClientSecret::new(secret.to_owned()));
    }
    let address = server.address;
    let http = |request| send(address, request);

    let scopes = ["openid", "read"].map(|scope| Scope::new(scope.to_owned()));
    let details: StandardDeviceAuthorizationResponse =
        client.exchange_device_code().add_scopes(scopes).request_async(&http).await.unwrap();
    assert_eq!((details.interval(), details.expires_in()), (secs(5), secs(600)));
    assert_eq!(details.verification_uri().as_str(), format!("{ISSUER}/device"));
    assert!(details.verification_uri_complete().is_some());

    let mut browser = server.browser();
    let decision = Arc::new(browser.reach_decision(details.user_code().secret(), "anna").await);
    let waits = AtomicU32::new(0);
    let wait = |pause| {
        let wait = waits.fetch_add(1, Ordering::Relaxed);
        let (clock, mut browser, decision) = (server.clock.clone(), browser.clone(), Arc::clone(&decision));
        async move {
            assert_eq!(pause, secs(5), "the server never told it to slow down");
            clock.advance(pause);
            if wait == 1 {
                browser.approve(&decision).await;
            }
        }
    };
    let tokens = client.exchange_device_access_token(&details).request_async(&http, wait, None).await.unwrap();
    assert_eq!(waits.load(Ordering::Relaxed), 2, "two polls were pending, the third got tokens");
    assert_eq!(tokens.token_type(), &BasicTokenType::Bearer);
    assert_eq!(tokens.expires_in(), Some(secs(600)));
    let granted: Vec<&str> = tokens.scopes().unwrap().iter().map(|scope| scope.as_str()).collect();
    assert_eq!(granted, ["openid", "read"]);
    assert_eq!(server.userinfo(tokens.access_token().secret()).await.status, 200);
}

/// Proves: RFC 8628 sections 3.1 to 3.5, client habits 1 to 6 and 16
#[tokio::test]
async fn the_oauth2_crate_signs_in_as_a_public_client() {
    sign_in("tv", None, AuthType::RequestBody).await;
}

/// Proves: RFC 8628 section 3.1, RFC 6749 section 2.3.1
#[tokio::test]
async fn the_oauth2_crate_signs_in_with_a_secret() {
    sign_in("box", Some("box-secret"), AuthType::BasicAuth).await;
    sign_in("printer", Some("printer-secret"), AuthType::RequestBody).await;
}

/// Proves: client habit 16
#[tokio::test]
async fn the_oauth2_crate_signs_in_with_credentials_that_need_encoding() {
    let server = Server::spawn().await;
    let client = BasicClient::new(ClientId::new("odd:client".to_owned()))
        .set_client_secret(ClientSecret::new("a+b:".to_owned()))
        .set_device_authorization_url(DeviceAuthorizationUrl::new(format!("{ISSUER}/device_authorization")).unwrap());
    let address = server.address;
    let http = |request| send(address, request);
    let given: StandardDeviceAuthorizationResponse = client.exchange_device_code().request_async(&http).await.unwrap();
    assert!(!given.user_code().secret().is_empty());
}
