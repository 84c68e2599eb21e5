//! The keys of a client are at a URL: it is opened with care, seldom, and without blaming the client (requirement S-20,
//! RFC 7591 section 2).

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use protocol::AuthenticationMethodName;
use serde_json::json;
use settings::{ClientSettings, Settings};

use testkit::{
    Answer, Daemon, Published, Publisher, Server, Signer, claims_at, confidential, presented, request, secs,
};

fn fleet_at(uri: &str) -> impl FnOnce(&mut Settings) {
    let client =
        ClientSettings { jwks_uri: uri.parse().ok(), ..confidential("fleet", AuthenticationMethodName::PrivateKeyJwt) };
    |settings: &mut Settings| {
        settings.client.push(client);
        settings.client_assertions.private_networks = vec!["127.0.0.0/8".parse().unwrap()];
        settings.client_assertions.fetch_timeout = secs(1);
    }
}

/// A server whose fleet publishes this.
async fn with(published: Published) -> (Server, Publisher) {
    let publisher = Publisher::of(published).await;
    (Server::with(fleet_at(&publisher.uri())).await, publisher)
}

async fn authorize(server: &Server, signer: &Signer) -> Answer {
    let assertion = signer.assertion("fleet", &server.clock);
    server.post("/device_authorization", &presented(&assertion)).await
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "5");
}

/// Proves: S-20
#[tokio::test]
async fn published_keys_are_fetched_once_and_kept_as_long_as_their_publisher_says() {
    let signer = Signer::new("a");
    for (published, fresh) in [
        (Published::Keys(signer.jwks()), 600),
        (Published::Kept(signer.jwks(), "public, max-age=120"), 120),
        (Published::Kept(signer.jwks(), "no-store"), 60),
        (Published::Kept(signer.jwks(), "max-age=31536000"), 3600),
    ] {
        let (server, publisher) = with(published).await;
        assert_eq!(authorize(&server, &signer).await.status, 200);
        server.clock.advance(secs(fresh - 1));
        assert_eq!((authorize(&server, &signer).await.status, publisher.asked()), (200, 1));
        server.clock.advance(secs(1));
        assert_eq!((authorize(&server, &signer).await.status, publisher.asked()), (200, 2));
    }
}

/// Proves: S-20
#[tokio::test]
async fn many_requests_at_once_are_one_fetch() {
    let signer = Arc::new(Signer::new("a"));
    let (server, publisher) = with(Published::Keys(signer.jwks())).await;
    let server = Arc::new(server);
    let requests = (0..20).map(|_| {
        let (server, signer) = (Arc::clone(&server), Arc::clone(&signer));
        tokio::spawn(async move { authorize(&server, &signer).await.status })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(publisher.asked(), 1);
}

/// Proves: S-20
#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    let (old, new) = (Signer::new("a"), Signer::new("b"));
    let (server, publisher) = with(Published::Keys(old.jwks())).await;
    assert_eq!(authorize(&server, &old).await.status, 200);
    publisher.publish(Published::Keys(new.jwks()));
    // Anybody can write a kid: it is looked for once a minute.
    for _ in 0..3 {
        authorize(&server, &new).await.assert_error(401, "invalid_client");
    }
    assert_eq!(publisher.asked(), 1);
    server.clock.advance(secs(60));
    assert_eq!((authorize(&server, &new).await.status, publisher.asked()), (200, 2));
    authorize(&server, &old).await.assert_error(401, "invalid_client");
    assert_eq!(publisher.asked(), 2);
}

/// Proves: S-20
#[tokio::test]
async fn unfit_keys_among_the_published_are_passed_over() {
    let signer = Signer::with(Algorithm::EdDSA, "a");
    let secret = json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "s" });
    let future = json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": "q" });
    let jwks = json!({ "keys": [secret, future, signer.jwk()] }).to_string();
    let (server, publisher) = with(Published::Keys(jwks)).await;
    assert_eq!(authorize(&server, &signer).await.status, 200);
    server.clock.advance(secs(60));
    let shared = Signer::sharing("secret").assertion("fleet", &server.clock);
    server.post("/device_authorization", &presented(&shared)).await.assert_error(401, "invalid_client");
    assert_eq!(publisher.asked(), 1, "a key for HS256 is not even looked for");
}

/// Proves: S-20
#[tokio::test]
async fn a_private_network_is_not_reached_unless_it_is_named() {
    let signer = Signer::new("a");
    let publisher = Publisher::of(Published::Keys(signer.jwks())).await;
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let uri = format!("http://{host}:{}/jwks.json", publisher.address.port());
        let server = Server::with(|settings| {
            fleet_at(&uri)(settings);
            settings.client_assertions.private_networks = vec!["10.0.0.0/8".parse().unwrap()];
        })
        .await;
        assert_unavailable(&authorize(&server, &signer).await);
        assert_eq!(publisher.asked(), 0, "{host}");
    }
    let server = Server::with(fleet_at(&publisher.uri())).await;
    assert_eq!((authorize(&server, &signer).await.status, publisher.asked()), (200, 1));
}

/// Proves: S-20
#[tokio::test]
async fn what_is_no_small_set_of_keys_in_time_is_not_taken() {
    let signer = Signer::new("a");
    let elsewhere = Publisher::of(Published::Keys(signer.jwks())).await;
    let json = "application/json";
    for published in [
        Published::Moved(elsewhere.uri()),
        Published::Silence,
        Published::Flood,
        Published::Other(200, "text/html", signer.jwks()),
        Published::Other(500, json, signer.jwks()),
        Published::Other(201, json, signer.jwks()),
        Published::Other(200, json, "[]".to_owned()),
        Published::Other(200, json, r#"{"keys":[]}"#.to_owned()),
        Published::Other(200, json, r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#.to_owned()),
        Published::Other(200, json, format!(r#"{{"keys":[],{}"#, &signer.jwks()[1..])),
        Published::Other(200, json, format!("{}{}", signer.jwks(), " ".repeat(64 * 1024))),
    ] {
        let (server, publisher) = with(published).await;
        assert_unavailable(&authorize(&server, &signer).await);
        // It is not asked again for a while, and then it is.
        assert_unavailable(&authorize(&server, &signer).await);
        assert_eq!(publisher.asked(), 1);
        publisher.publish(Published::Keys(signer.jwks()));
        server.clock.advance(secs(10));
        assert_eq!((authorize(&server, &signer).await.status, publisher.asked()), (200, 2));
    }
    assert_eq!(elsewhere.asked(), 0, "no redirect is followed");
}

/// Proves: S-20
#[tokio::test]
async fn old_keys_outlive_their_publisher_for_six_hours() {
    let (old, new) = (Signer::new("a"), Signer::new("b"));
    let (server, mut publisher) = with(Published::Keys(old.jwks())).await;
    assert_eq!(authorize(&server, &old).await.status, 200);
    publisher.die().await;
    server.clock.advance(secs(600));
    assert_eq!(authorize(&server, &old).await.status, 200);
    assert_unavailable(&authorize(&server, &new).await);
    authorize(&server, &Signer::new("a")).await.assert_error(401, "invalid_client");
    server.clock.advance(secs(6 * 3600 - 1));
    assert_eq!(authorize(&server, &old).await.status, 200);
    server.clock.advance(secs(1));
    assert_unavailable(&authorize(&server, &old).await);
}

/// Now, by the clock that a process goes by.
fn now() -> i64 {
    use grantd::clock::Clock;
    grantd::clock::SystemClock.now().seconds()
}

/// The configuration of a process whose fleet publishes at a URL.
fn published_at(uri: &str) -> String {
    format!(
        "client_assertions.private_networks = ['127.0.0.0/8', '::1']\n[[client]]\nid = 'fleet'\nname = 'Fleet'\n\
         type = 'confidential'\ntoken_endpoint_auth_method = 'private_key_jwt'\njwks_uri = '{uri}'\n\
         scopes = ['openid']\ngrant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n"
    )
}

/// The answer of a process to this assertion.
async fn answered(daemon: &Daemon, assertion: &str) -> Answer {
    let form = request(daemon.address, "POST", "/device_authorization").body(presented(assertion));
    Answer::of(form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()).await
}

/// Proves: S-20: over TLS, only from a host with a certificate that this machine trusts.
#[tokio::test]
async fn keys_are_fetched_over_tls_from_a_host_that_proves_its_name() {
    let signer = Signer::new("a");
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    let certified = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let (right, other) = (certified("localhost"), certified("keys.example.test"));
    std::fs::write(&trusted, format!("{}{}", right.cert.pem(), other.cert.pem())).unwrap();
    let trusting = [("SSL_CERT_FILE", trusted.to_str().unwrap())];
    for (certificate, variables, status) in [(&right, &trusting[..], 200), (&other, &trusting, 503), (&right, &[], 503)]
    {
        let publisher = Publisher::over_tls(Published::Keys(signer.jwks()), certificate).await;
        let uri = format!("https://localhost:{}/jwks.json", publisher.address.port());
        let daemon = Daemon::start_with(&published_at(&uri), variables).await;
        let answer = answered(&daemon, &signer.sign(&signer.header(), &claims_at("fleet", now()))).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(publisher.asked(), usize::from(status == 200));
    }
}

/// Proves: S-20 L-01
#[tokio::test]
async fn a_reload_keeps_the_keys_and_no_log_line_holds_an_assertion() {
    let signer = Signer::new("a");
    let publisher = Publisher::of(Published::Keys(signer.jwks())).await;
    let changing = format!("log.filter = 'trace'\n{}", published_at(&publisher.uri()));
    let mut daemon = Daemon::start(&changing).await;
    let stranger = Signer::new("a");
    let assertions = [&signer, &stranger, &signer].map(|by| by.sign(&by.header(), &claims_at("fleet", now())));
    assert_eq!(answered(&daemon, &assertions[0]).await.status, 200);
    assert_eq!(answered(&daemon, &assertions[1]).await.status, 401);
    let mut lines = daemon.says_all_until("a client assertion is refused").await;
    assert!(lines.last().unwrap().contains("the signature is not the client's"), "{lines:#?}");
    daemon.reload(&format!("device.interval = '6s'\n{changing}"), "configuration reloaded").await;
    assert_eq!((answered(&daemon, &assertions[2]).await.status, publisher.asked()), (200, 1));
    daemon.signal("-TERM");
    lines.extend(daemon.says_all_until("stopping").await);
    for assertion in assertions {
        for part in assertion.split('.').skip(1) {
            assert!(!lines.iter().any(|line| line.contains(part)), "{part}");
        }
    }
}
