//! Clients that authenticate with a signature: RFC 7523 section 3, OpenID Connect Core section 9, requirement S-20.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use jsonwebtoken::Algorithm;
use protocol::AuthenticationMethodName;
use serde_json::{Value, json};
use settings::ClientSettings;

use testkit::{Answer, DEVICE_CODE, Database, ISSUER, Server, Signer, basic, claims, confidential, presented, secs};

fn fleet(signer: &Signer) -> ClientSettings {
    ClientSettings {
        jwks: signer.jwks().try_into().unwrap(),
        introspect: true,
        ..confidential("fleet", AuthenticationMethodName::PrivateKeyJwt)
    }
}

/// It hears more wrong assertions at one moment than a network may send in a minute.
async fn server_of(signer: &Signer) -> Server {
    Server::with(|settings| {
        settings.client.push(fleet(signer));
        settings.limits.wrong_client_credentials = 1000;
    })
    .await
}

async fn authorize(server: &Server, assertion: &str) -> Answer {
    server.post("/device_authorization", &presented(assertion)).await
}

/// The answer to every assertion that is not accepted.
async fn refusal(server: &Server) -> String {
    let answer = server.post("/device_authorization", "client_id=nobody&client_secret=guess").await;
    answer.assert_error(401, "invalid_client");
    answer.body
}

/// A body with some of its members changed; null takes one away.
fn changed(json: &Value, changes: &Value) -> Value {
    let mut json = json.clone();
    let members = json.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    json
}

/// Proves: S-20 D-02 T-05
#[tokio::test]
async fn a_client_that_signs_is_believed_at_every_endpoint() {
    let signer = Signer::new("a");
    let server = server_of(&signer).await;
    server.add_user("anna").await;
    let assertion = || presented(&signer.assertion("fleet", &server.clock));
    let answer = server.post("/device_authorization", &format!("{}&scope=read", assertion())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let code = json["device_code"].as_str().unwrap();
    let poll = || format!("{}&client_id=fleet&grant_type={DEVICE_CODE}&device_code={code}", assertion());
    server.post("/token", &poll()).await.assert_error(400, "authorization_pending");
    let mut browser = server.browser();
    let decision = browser.reach_decision(json["user_code"].as_str().unwrap(), "anna").await;
    browser.approve(&decision).await;
    server.clock.advance(secs(5));
    let tokens = server.post("/token", &poll()).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let introspected = server.post("/introspect", &format!("{}&token={token}", assertion())).await;
    assert_eq!(introspected.json()["active"], true, "{}", introspected.body);
    assert_eq!(server.post("/revoke", &format!("{}&token={token}", assertion())).await.status, 200);
    let introspected = server.post("/introspect", &format!("{}&token={token}", assertion())).await;
    assert_eq!(introspected.json(), json!({ "active": false }));
}

/// Proves: S-20 M-03 M-05
#[tokio::test]
async fn each_algorithm_signs_exactly_if_it_is_named() {
    let all = [
        Signer::with(Algorithm::ES256, "a"),
        Signer::with(Algorithm::ES384, "b"),
        Signer::with(Algorithm::EdDSA, "c"),
        Signer::with(Algorithm::PS256, "d"),
        Signer::with(Algorithm::RS256, "e"),
        Signer::with(Algorithm::RS384, "f"),
        Signer::with(Algorithm::PS512, "g"),
    ];
    // The library names an algorithm in each key, which is then good for no other.
    let keys: Vec<Value> = all.iter().map(|signer| changed(&signer.jwk(), &json!({ "alg": null }))).collect();
    let jwks = json!({ "keys": keys }).to_string();
    let client = ClientSettings {
        jwks: jwks.try_into().unwrap(),
        ..confidential("fleet", AuthenticationMethodName::PrivateKeyJwt)
    };
    let server = Server::with(|settings| settings.client.push(client)).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    for endpoint in ["token", "revocation", "introspection"] {
        let named = &metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(named, &json!(["ES256", "ES384", "EdDSA", "PS256", "RS256", "HS256"]), "{endpoint}");
    }
    let named = metadata["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
    for signer in &all {
        let answer = authorize(&server, &signer.assertion("fleet", &server.clock)).await;
        assert_eq!(answer.status == 200, named.contains(&signer.header()["alg"]), "{}", signer.header());
    }
}

/// Proves: S-20 T-07
#[tokio::test]
async fn one_flaw_is_enough_and_is_told_to_nobody() {
    let signer = Signer::new("a");
    let server = server_of(&signer).await;
    let (sound, told) = (claims("fleet", &server.clock), refusal(&server).await);
    let now = sound["iat"].as_i64().unwrap();
    let with = |changes: &Value| {
        // Each under a name of its own, so that none is refused for having been used.
        let claims = changed(&claims("fleet", &server.clock), changes);
        signer.sign(&signer.header(), &claims)
    };
    let under = |changes: &Value| signer.sign(&changed(&signer.header(), changes), &claims("fleet", &server.clock));
    for good in [
        with(&json!({})),
        with(&json!({ "aud": [ISSUER] })),
        with(&json!({ "iat": null })),
        with(&json!({ "exp": now + 300 })),
        under(&json!({ "typ": "client-authentication+jwt" })),
        under(&json!({ "typ": null })),
        under(&json!({ "kid": null })),
    ] {
        let answer = authorize(&server, &good).await;
        assert_eq!(answer.status, 200, "{good}: {}", answer.body);
    }
    let stranger = Signer::new("a");
    let confused = Signer::sharing(&signer.jwks());
    let mut forged = with(&json!({}));
    forged.replace_range(forged.len() - 4.., "AAAA");
    for wrong in [
        with(&json!({ "iss": "tv" })),
        with(&json!({ "sub": "tv", "iss": "tv" })),
        with(&json!({ "aud": format!("{ISSUER}/token") })),
        with(&json!({ "aud": [ISSUER, format!("{ISSUER}/token")] })),
        with(&json!({ "aud": format!("{ISSUER}/") })),
        with(&json!({ "aud": null })),
        with(&json!({ "exp": null })),
        with(&json!({ "exp": now })),
        with(&json!({ "exp": now + 331 })),
        with(&json!({ "iat": now + 31 })),
        with(&json!({ "iat": now - 3600 })),
        with(&json!({ "nbf": now + 31 })),
        with(&json!({ "jti": null })),
        with(&json!({ "jti": "" })),
        under(&json!({ "typ": "at+jwt" })),
        under(&json!({ "kid": "b" })),
        under(&json!({ "alg": "none" })),
        under(&json!({ "alg": "RS256" })),
        under(&json!({ "crit": ["exp"], "exp": 1 })),
        stranger.assertion("fleet", &server.clock),
        // A key that comes with the assertion, or with its address, is nobody's.
        stranger.sign(&changed(&stranger.header(), &json!({ "jwk": stranger.jwk() })), &claims("fleet", &server.clock)),
        stranger.sign(
            &changed(&stranger.header(), &json!({ "jku": "https://evil.example" })),
            &claims("fleet", &server.clock),
        ),
        confused.assertion("fleet", &server.clock),
        forged,
        with(&json!({})).rsplit_once('.').unwrap().0.to_owned() + ".",
        "e30.e30.e30".to_owned(),
        "x".to_owned(),
        // The clients of other methods, and none.
        signer.assertion("tv", &server.clock),
        signer.assertion("box", &server.clock),
        signer.assertion("retired", &server.clock),
        signer.assertion("nobody", &server.clock),
    ] {
        let answer = authorize(&server, &wrong).await;
        answer.assert_error(401, "invalid_client");
        assert_eq!((answer.body, answer.headers.get("www-authenticate")), (told.clone(), None), "{wrong}");
    }
}

/// Proves: S-20, RFC 8725 section 3.11
#[tokio::test]
async fn a_strict_server_wants_the_type() {
    let signer = Signer::new("a");
    let server = Server::with(|settings| {
        settings.client.push(fleet(&signer));
        settings.client_assertions.require_typ = true;
    })
    .await;
    for (typ, status) in [(json!("client-authentication+jwt"), 200), (json!("JWT"), 401), (json!(null), 401)] {
        let header = changed(&signer.header(), &json!({ "typ": typ }));
        let answer = authorize(&server, &signer.sign(&header, &claims("fleet", &server.clock))).await;
        assert_eq!(answer.status, status, "{header}");
    }
}

/// Proves: S-20
#[tokio::test]
async fn an_assertion_is_good_once_at_whatever_endpoint() {
    let signer = Signer::new("a");
    let server = Server::with(|settings| {
        settings.client.push(fleet(&signer));
        settings.client.push(ClientSettings { id: "other".into(), ..fleet(&signer) });
    })
    .await;
    let sound = claims("fleet", &server.clock);
    let assertion = signer.sign(&signer.header(), &sound);
    // Without the right signature nobody uses up a name.
    authorize(&server, &Signer::new("a").sign(&signer.header(), &sound)).await.assert_error(401, "invalid_client");
    assert_eq!(authorize(&server, &assertion).await.status, 200);
    for path in ["/device_authorization", "/token", "/revoke", "/introspect"] {
        server.post(path, &presented(&assertion)).await.assert_error(401, "invalid_client");
    }
    // Signed again, it is still the same name; under another client's, it is another.
    let again = signer.sign(&signer.header(), &changed(&sound, &json!({ "aud": [ISSUER] })));
    authorize(&server, &again).await.assert_error(401, "invalid_client");
    let others = signer.sign(&signer.header(), &changed(&sound, &json!({ "iss": "other", "sub": "other" })));
    assert_eq!(authorize(&server, &others).await.status, 200);
    server.clock.advance(secs(59));
    authorize(&server, &assertion).await.assert_error(401, "invalid_client");
    let fresh = changed(&claims("fleet", &server.clock), &json!({ "jti": sound["jti"] }));
    authorize(&server, &signer.sign(&signer.header(), &fresh)).await.assert_error(401, "invalid_client");
    server.clock.advance(secs(1));
    let fresh = changed(&claims("fleet", &server.clock), &json!({ "jti": sound["jti"] }));
    assert_eq!(authorize(&server, &signer.sign(&signer.header(), &fresh)).await.status, 200, "forgotten with its life");
}

/// Proves: S-20
#[tokio::test]
async fn of_parallel_replays_at_two_nodes_exactly_one_is_accepted() {
    let signer = Signer::new("a");
    let (database, clock) = (Arc::new(Database::fresh().await), Server::noon());
    let add = |settings: &mut settings::Settings| {
        settings.client.push(fleet(&signer));
        settings.limits.wrong_client_credentials = 1000;
    };
    let one = Arc::new(Server::on(Arc::clone(&database), clock.clone(), add).await);
    let two = Arc::new(Server::on(database, clock.clone(), add).await);
    for _ in 0..5 {
        let assertion = signer.assertion("fleet", &clock);
        let replays = (0..20).map(|place| {
            let (node, body) = (Arc::clone(if place % 2 == 0 { &one } else { &two }), presented(&assertion));
            tokio::spawn(async move { node.post("/device_authorization", &body).await.status })
        });
        let replays: Vec<_> = replays.collect();
        let mut statuses = Vec::new();
        for replay in replays {
            statuses.push(replay.await.unwrap());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 19, "{statuses:?}");
    }
}

/// Proves: T-05 T-08 S-20
#[tokio::test]
async fn a_client_that_signs_cannot_fall_back() {
    let signer = Signer::new("a");
    let server = server_of(&signer).await;
    for body in ["client_id=fleet", "client_id=fleet&client_secret=guess", "client_id=fleet&client_secret="] {
        server.post("/device_authorization", body).await.assert_error(401, "invalid_client");
    }
    for secret in ["guess", ""] {
        let request = server.request("POST", "/device_authorization").header("authorization", basic("fleet", secret));
        let form = request.header("content-type", "application/x-www-form-urlencoded");
        Answer::of(form.send().await.unwrap()).await.assert_error(401, "invalid_client");
    }
}

/// Proves: N17 T-05 T-03 D-02
#[tokio::test]
async fn an_assertion_comes_whole_alone_and_from_one_client() {
    let signer = Signer::new("a");
    let server = server_of(&signer).await;
    let assertion = signer.assertion("fleet", &server.clock);
    let whole = presented(&assertion);
    let header = server.request("POST", "/device_authorization").header("authorization", basic("fleet", "guess"));
    let both = header.header("content-type", "application/x-www-form-urlencoded").body(whole.clone());
    Answer::of(both.send().await.unwrap()).await.assert_error(400, "invalid_request");
    let (kind, half) = whole.split_once('&').unwrap();
    for body in [
        format!("{whole}&client_secret=guess"),
        format!("{whole}&client_id=tv"),
        format!("{whole}&{half}"),
        kind.to_owned(),
        half.to_owned(),
        format!("{kind}&client_assertion={}", "x".repeat(8193)),
    ] {
        server.post("/device_authorization", &body).await.assert_error(400, "invalid_request");
    }
    let saml = whole.replace("jwt-bearer", "saml2-bearer");
    server.post("/device_authorization", &saml).await.assert_error(401, "invalid_client");
    assert_eq!(server.post("/device_authorization", &whole).await.status, 200, "none of these used it up");
}

/// Proves: T-07 S-20, decision 16
#[tokio::test]
async fn every_assertion_costs_one_verification() {
    let signer = Signer::new("a");
    let server = server_of(&signer).await;
    let stranger = Signer::new("a");
    for (assertion, status) in [
        (signer.assertion("fleet", &server.clock), 200),
        (stranger.assertion("fleet", &server.clock), 401),
        (Signer::new("b").assertion("fleet", &server.clock), 401),
        (signer.assertion("nobody", &server.clock), 401),
        (signer.assertion("box", &server.clock), 401),
        (signer.assertion("tv", &server.clock), 401),
        (Signer::sharing("guess").assertion("nobody", &server.clock), 401),
    ] {
        let before = server.work.client_secrets();
        assert_eq!(authorize(&server, &assertion).await.status, status);
        assert_eq!(server.work.client_secrets() - before, 1);
    }
}

/// Proves: S-20 T-05
#[tokio::test]
async fn a_shared_secret_signs_and_is_changed_without_a_gap() {
    let secrets = ["first-secret-of-thirty-two-bytes-or-more", "second-secret-of-thirty-two-bytes-or-more"];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.secret");
    let write = |text: &str| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write(secrets[0]);
    let hub =
        ClientSettings { secret_file: file.clone(), ..confidential("hub", AuthenticationMethodName::ClientSecretJwt) };
    let server = Server::with(|settings| settings.client.push(hub.clone())).await;
    let signed = |secret: &str| Signer::sharing(secret).assertion("hub", &server.clock);
    let accepted = async |secret: &str| authorize(&server, &signed(secret)).await.status;
    assert_eq!((accepted(secrets[0]).await, accepted(secrets[1]).await), (200, 401));
    // The secret itself, and a key of the client's own, are other methods.
    let bare = format!("client_id=hub&client_secret={}", secrets[0]);
    server.post("/device_authorization", &bare).await.assert_error(401, "invalid_client");
    let own = Signer::new("a").assertion("hub", &server.clock);
    authorize(&server, &own).await.assert_error(401, "invalid_client");
    let assertion = signed(secrets[0]);
    assert_eq!(authorize(&server, &assertion).await.status, 200);
    authorize(&server, &assertion).await.assert_error(401, "invalid_client");

    let settings = server.app.settings.clone();
    write(&format!("{}\n{}\n", secrets[1], secrets[0]));
    assert!(server.app.with_settings(settings.clone()).await.is_ok(), "a reload reads it again");
    let node = Server::on(Arc::clone(&server.database), server.clock.clone(), |settings| {
        settings.client.push(hub.clone());
    })
    .await;
    for secret in secrets {
        assert_eq!(authorize(&node, &signed(secret)).await.status, 200);
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = server.app.with_settings(settings).await.err().unwrap().to_string();
    assert!(refused.contains("hub.secret") && refused.contains("chmod o= "), "{refused}");
}
