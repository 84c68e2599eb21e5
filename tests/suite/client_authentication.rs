//! Client authentication at both endpoints that demand it: RFC 6749 section 2.3.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use testkit::{Answer, DEVICE_CODE, Server, basic};

/// `Basic` with these very bytes inside.
fn raw_basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

async fn ask(server: &Server, path: &str, authorization: Option<&str>, body: &str) -> Answer {
    let mut request = server.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
}

/// One device authorization request.
async fn authorize(server: &Server, authorization: Option<&str>, body: &str) -> Answer {
    ask(server, "/device_authorization", authorization, body).await
}

/// One poll with a code that nobody has: `invalid_grant` means that the client was believed.
async fn poll(server: &Server, authorization: Option<&str>, body: &str) -> Answer {
    let body = format!("grant_type={DEVICE_CODE}&device_code=gdc_x&{body}");
    ask(server, "/token", authorization, &body).await
}

/// Proves: N06 D-02
#[tokio::test]
async fn a_request_without_any_client_is_malformed() {
    let server = Server::spawn().await;
    authorize(&server, None, "scope=read").await.assert_error(400, "invalid_request");
    poll(&server, None, "").await.assert_error(400, "invalid_request");
}

/// Proves: N07 D-02 D-04
#[tokio::test]
async fn an_unknown_client_and_a_disabled_one_are_told_the_same() {
    let server = Server::spawn().await;
    let unknown = authorize(&server, None, "client_id=nobody").await;
    unknown.assert_error(401, "invalid_client");
    let disabled = authorize(&server, None, "client_id=retired").await;
    assert_eq!((disabled.status, disabled.body), (unknown.status, unknown.body.clone()));
    assert_eq!(unknown.header("www-authenticate"), "", "no Authorization header, no challenge");
    poll(&server, None, "client_id=retired").await.assert_error(401, "invalid_client");
}

/// Proves: N08 D-02 T-08
#[tokio::test]
async fn a_confidential_client_must_prove_itself() {
    let server = Server::spawn().await;
    for client in ["box", "printer"] {
        let body = format!("client_id={client}");
        authorize(&server, None, &body).await.assert_error(401, "invalid_client");
        poll(&server, None, &body).await.assert_error(401, "invalid_client");
        let body = format!("client_id={client}&client_secret=wrong");
        authorize(&server, None, &body).await.assert_error(401, "invalid_client");
    }
}

/// Proves: N09 D-02
#[tokio::test]
async fn a_client_named_in_the_header_need_not_be_named_again() {
    let server = Server::spawn().await;
    let header = basic("box", "box-secret");
    assert_eq!(authorize(&server, Some(&header), "scope=read").await.status, 200);
    assert_eq!(authorize(&server, Some(&header), "client_id=box").await.status, 200, "nor is it wrong");
    poll(&server, Some(&header), "").await.assert_error(400, "invalid_grant");
    assert_eq!(authorize(&server, None, "client_id=printer&client_secret=printer-secret").await.status, 200);
}

/// Proves: N10 D-02 T-05
#[tokio::test]
async fn one_request_comes_from_one_client() {
    let server = Server::spawn().await;
    let header = basic("box", "box-secret");
    authorize(&server, Some(&header), "client_id=tv").await.assert_error(400, "invalid_request");
    poll(&server, Some(&header), "client_id=tv").await.assert_error(400, "invalid_request");
}

/// Proves: N16 T-07 T-09 (decision 16): a wrong secret and an unknown client have the same answer and the same work.
#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_are_told_the_same_after_the_same_work() {
    let server = Server::spawn().await;
    let mut told = Vec::new();
    for (client, secret) in [("box", "wrong"), ("nobody", "wrong"), ("nobody", "box-secret"), ("retired", "wrong")] {
        let before = server.work.client_secrets();
        let answer = poll(&server, Some(&basic(client, secret)), "").await;
        assert_eq!(server.work.client_secrets() - before, 1, "{client}");
        answer.assert_error(401, "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{client}: {answer:?}");
        told.push((answer.header("www-authenticate").to_owned(), answer.body));
    }
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:?}");
    let before = server.work.client_secrets();
    poll(&server, Some(&basic("box", "box-secret")), "").await.assert_error(400, "invalid_grant");
    assert_eq!(server.work.client_secrets() - before, 1, "the right secret costs the same");
    assert_eq!(server.work.password_hashes(), 0, "no poll costs what a password costs (T-09)");
}

/// Proves: N17 T-05
#[tokio::test]
async fn one_request_is_authenticated_in_one_way() {
    let server = Server::spawn().await;
    let header = basic("box", "box-secret");
    let assertion = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=x";
    poll(&server, Some(&header), "client_secret=box-secret").await.assert_error(400, "invalid_request");
    poll(&server, Some(&header), assertion).await.assert_error(400, "invalid_request");
    let both = format!("client_id=printer&client_secret=printer-secret&{assertion}");
    poll(&server, None, &both).await.assert_error(400, "invalid_request");
    let request = server.request("POST", "/token").header("content-type", "application/x-www-form-urlencoded");
    let twice = request.header("authorization", &header).header("authorization", &header).body("grant_type=x");
    Answer::of(twice.send().await.unwrap()).await.assert_error(400, "invalid_request");
}

/// Proves: T-05 M-05
#[tokio::test]
async fn a_client_authenticates_as_it_is_registered_and_in_no_other_way() {
    let server = Server::spawn().await;
    let header = basic("printer", "printer-secret");
    authorize(&server, Some(&header), "").await.assert_error(401, "invalid_client");
    authorize(&server, None, "client_id=box&client_secret=box-secret").await.assert_error(401, "invalid_client");
    let assertion = "client_id=box&client_assertion=e30.e30.&client_assertion_type=\
                     urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    authorize(&server, None, assertion).await.assert_error(401, "invalid_client");
}

/// Proves: T-08
#[tokio::test]
async fn a_public_client_with_a_secret_is_not_that_client() {
    let server = Server::spawn().await;
    authorize(&server, None, "client_id=tv&client_secret=guess").await.assert_error(401, "invalid_client");
    authorize(&server, Some(&basic("tv", "guess")), "").await.assert_error(401, "invalid_client");
    poll(&server, Some(&basic("tv", "guess")), "").await.assert_error(401, "invalid_client");
}

/// Proves: N18 T-06 T-07
#[tokio::test]
async fn a_header_that_cannot_be_read_is_a_failed_authentication() {
    let server = Server::spawn().await;
    for header in [
        "Basic !!!",
        "Basic Ym94OmJveC1zZWNyZXQ",
        "Basic",
        "Bearer x",
        &raw_basic("no-colon"),
        &raw_basic(":box-secret"),
        &raw_basic("box:%zz"),
    ] {
        let answer = poll(&server, Some(header), "").await;
        answer.assert_error(401, "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{header}: {answer:?}");
    }
}

/// Proves: N18 T-06, client habit 16
#[tokio::test]
async fn credentials_in_the_header_are_form_encoded() {
    let server = Server::spawn().await;
    let encoded = raw_basic("odd%3Aclient:a%2Bb%3A");
    poll(&server, Some(&encoded), "").await.assert_error(400, "invalid_grant");
    poll(&server, Some(&encoded.replace("Basic", "bAsIc")), "").await.assert_error(400, "invalid_grant");
    poll(&server, Some(&raw_basic("odd:client:a+b:")), "").await.assert_error(401, "invalid_client");
    poll(&server, Some(&raw_basic("odd%3Aclient:a+b:")), "").await.assert_error(401, "invalid_client");
}

/// Proves: N19 T-06
#[tokio::test]
async fn credentials_in_the_url_never_work() {
    let server = Server::spawn().await;
    let body = format!("grant_type={DEVICE_CODE}&device_code=gdc_x");
    let all = ask(&server, "/token?client_id=printer&client_secret=printer-secret", None, &body).await;
    all.assert_error(400, "invalid_request");
    let secret = ask(&server, "/token?client_secret=printer-secret", None, &format!("{body}&client_id=printer")).await;
    secret.assert_error(400, "invalid_request");
}

/// Proves: client habit 13
#[tokio::test]
async fn an_empty_secret_is_no_secret() {
    let server = Server::spawn().await;
    assert_eq!(authorize(&server, Some(&basic("tv", "")), "scope=read").await.status, 200);
    assert_eq!(authorize(&server, Some(&basic("tv", "")), "client_id=tv&client_secret=").await.status, 200);
    assert_eq!(authorize(&server, None, "client_id=tv&client_secret=").await.status, 200);
    poll(&server, Some(&basic("tv", "")), "").await.assert_error(400, "invalid_grant");
    authorize(&server, Some(&basic("box", "")), "").await.assert_error(401, "invalid_client");
    authorize(&server, None, "client_id=box&client_secret=").await.assert_error(401, "invalid_client");
    authorize(&server, None, "client_id=printer&client_secret=").await.assert_error(401, "invalid_client");
}

/// Proves: T-09
#[tokio::test]
async fn two_secrets_are_good_while_one_replaces_the_other() {
    let next = protocol::Digest::sha256(b"next-secret");
    let server = Server::with(|settings| {
        let client = settings.client.iter_mut().find(|client| client.id == "box").unwrap();
        client.secret_digests.push(settings::SecretDigest(next));
    })
    .await;
    for secret in ["box-secret", "next-secret"] {
        poll(&server, Some(&basic("box", secret)), "").await.assert_error(400, "invalid_grant");
    }
    poll(&server, Some(&basic("box", "last-secret")), "").await.assert_error(401, "invalid_client");
}
