//! Where devices of other products find their endpoints, and that these are nowhere else: discovery, realms, and an
//! issuer that has the path of the other product itself.

use protocol::GrantType;
use testkit::{Answer, ISSUER, JANSSEN, NONE, PINGONE, PRODUCTS, Server, secs};

const DOCUMENTS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
/// The path of PingOne's issuer.
const ALPHA: &str = "/am/oauth2/realms/root/realms/alpha";

/// Proves: seed_01: as a script finds it that looks for that product's endpoint; the usual one is there beside it.
#[tokio::test]
async fn discovery_names_the_endpoints_that_the_product_has() {
    for product in PRODUCTS {
        let server = product.server().await;
        let [openid, oauth] = [server.get(DOCUMENTS[0]).await, server.get(DOCUMENTS[1]).await];
        assert_eq!(openid.body, oauth.body);
        let json = openid.json();
        assert_eq!(json["issuer"], ISSUER);
        assert_eq!(json["device_authorization_endpoint"], format!("{ISSUER}{}", product.asks_at), "{product:?}");
        assert_eq!(json["token_endpoint"], format!("{ISSUER}{}", product.polls_at), "{product:?}");
        assert_eq!(json["introspection_endpoint"], format!("{ISSUER}/introspect"), "not where devices ask for codes");
        let named = |member: &str| json[member].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
        for asks_at in [named("device_authorization_endpoint"), NONE.asks_at.to_owned()] {
            assert_eq!(server.post(&asks_at, "client_id=tv").await.status, 200, "{asks_at}");
        }
        for polls_at in [named("token_endpoint"), NONE.polls_at.to_owned()] {
            server.post(&polls_at, "client_id=tv").await.assert_error(400, "invalid_request");
        }
    }
}

/// Proves: seed_01 seed_09: where the other product's issuer would be there is no document of ours.
#[tokio::test]
async fn no_document_is_under_an_alias() {
    for (product, places) in [
        (JANSSEN, &["/jans-auth", "/jans-auth/restv1", "/device-code"][..]),
        (PINGONE, &["/am", "/am/oauth2", "/am/oauth2/realms/root", ALPHA]),
    ] {
        let server = product.server().await;
        for (place, document) in places.iter().flat_map(|place| DOCUMENTS.map(|document| (place, document))) {
            for path in [format!("{place}{document}"), format!("{document}{place}")] {
                let answer = server.get(&path).await;
                assert_eq!(answer.status, 404, "{path}");
                assert!(!answer.body.contains("token_endpoint"), "{path}");
            }
        }
    }
}

/// Proves: seed_09: the issuer may have the path of PingOne's itself; then the document is there, and the aliases stand
/// beside the server's own endpoints.
#[tokio::test]
async fn an_issuer_with_the_path_of_the_product_serves_both() {
    let server = PINGONE
        .server_with(|settings| settings.issuer = format!("{}{}", settings.issuer, ALPHA).parse().unwrap())
        .await;
    server.add_user("anna").await;
    let issuer = format!("{ISSUER}{ALPHA}");
    for document in DOCUMENTS {
        let json = server.get(&format!("{ALPHA}{document}")).await.json();
        assert_eq!(json["issuer"], issuer);
        assert_eq!(json["device_authorization_endpoint"], format!("{issuer}/device/code"));
        assert_eq!(json["token_endpoint"], format!("{issuer}/access_token"));
        assert_eq!(json["jwks_uri"], format!("{issuer}/jwks.json"));
        assert_eq!(server.get(document).await.status, 404, "the root of the host is not the issuer");
    }
    for device in [server.device("tv").made_for(&PINGONE), server.device("tv")] {
        let given = device.authorize("openid").await;
        assert_eq!(given.json["verification_uri"], format!("{issuer}/device/user"));
        let pending = given.poll_answer().await;
        assert_eq!((pending.status, pending.error().as_str()), (403, "authorization_pending"));
        let mut browser = server.browser();
        let login = PINGONE.type_code(&mut browser, &given.user_code).await;
        assert_eq!(login.path, format!("{ALPHA}/login"));
        let decision = browser.log_in("anna").await;
        assert!(
            decision.is_decision() && decision.path.starts_with(&format!("{ALPHA}/device/request/")),
            "{decision:?}"
        );
        assert!(browser.approve(&decision).await.says("Go back to your device"));
        server.clock.advance(secs(5));
        let tokens = given.redeem().await;
        let id: serde_json::Value =
            jsonwebtoken::dangerous::insecure_decode_claims(tokens["id_token"].as_str().unwrap()).unwrap();
        assert_eq!(id["iss"], issuer);
    }
    let other = PINGONE.asks_at.replace("alpha", "bravo");
    assert_eq!(server.post(&other, "client_id=tv").await.status, 404);
}

/// Proves: seed_09: under another realm's name nothing happens, and clients get the body of the product.
#[tokio::test]
async fn a_realm_that_is_not_here_is_not_found_at_every_address() {
    let server = PINGONE.server_with(|settings| settings.dpop.nonce = true).await;
    let given = server.device("tv").made_for(&PINGONE).authorize("read").await;
    let body = r#"{"code":404,"message":"Realm not found","reason":"Not Found"}"#;
    let before = server.database.cells().await;
    for realm in ["bravo", "Alpha", "alpha2", "alp", "%61lpha2", "alpha%2F"] {
        for path in [PINGONE.asks_at, PINGONE.polls_at].map(|path| path.replace("alpha", realm)) {
            let form = format!("client_id=tv&grant_type={}&device_code={}", testkit::DEVICE_CODE, given.device_code);
            for answer in [server.post(&path, &form).await, server.get(&path).await] {
                assert_eq!((answer.status, answer.json().to_string().as_str()), (404, body), "{path}");
                assert_eq!(answer.header("content-length"), answer.body.len().to_string());
                assert_eq!(answer.header("dpop-nonce"), "", "nothing is asked of a client there");
            }
        }
        let page = PINGONE.page.replace("alpha", realm);
        let link = format!("{page}?user_code={}", given.user_code);
        for answer in [server.get(&page).await, server.get(&link).await] {
            assert_eq!(answer.status, 404, "{page}");
            assert!(answer.header("content-type").starts_with("text/html") && answer.header("set-cookie").is_empty());
            assert!(!answer.body.contains(&given.user_code), "{}", answer.body);
        }
        assert_eq!(server.post(&page, "user_code=x").await.status, 404, "{page}");
    }
    assert!(server.database.cells().await == before, "nothing moved");
}

/// Proves: seed_09: the realm is a name that the operator chooses, for every address at once.
#[tokio::test]
async fn the_realm_is_the_operators() {
    let server = PINGONE.server_with(|settings| "bravo".clone_into(&mut settings.compatibility.realm)).await;
    let [asks_at, polls_at, page] =
        [PINGONE.asks_at, PINGONE.polls_at, PINGONE.page].map(|at| at.replace("alpha", "bravo"));
    let given = server.post(&asks_at, "client_id=tv").await.json();
    assert_eq!(given["verification_uri"], format!("{ISSUER}{page}"));
    assert_eq!(server.get(&page).await.status, 200);
    server.post(&polls_at, "client_id=tv").await.assert_error(400, "invalid_request");
    let json = server.get(DOCUMENTS[0]).await.json();
    assert_eq!(json["device_authorization_endpoint"], format!("{ISSUER}{asks_at}"));
    for path in [PINGONE.asks_at, PINGONE.polls_at] {
        assert_eq!(server.post(path, "client_id=tv").await.status, 404, "{path}");
    }
}

/// Proves: seed_06: refused without the grant, served with it, at each product's address and at the usual one.
#[tokio::test]
async fn the_grant_is_the_operators_to_give() {
    for product in PRODUCTS {
        let server = product.server().await;
        let ask = async |server: &Server| server.device("lamp").made_for(&product).ask(&[]).await;
        ask(&server).await.assert_error(400, "unauthorized_client");
        let granted = Server::on(server.database.clone(), server.clock.clone(), |settings| {
            settings.clone_from(&server.app.settings);
            let lamp = settings.client.iter_mut().find(|client| client.id == "lamp").unwrap();
            lamp.grant_types.push(GrantType::DeviceCode);
        });
        let answer: Answer = ask(&granted.await).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

/// Proves: U-16 at the other addresses: without the grant they are no endpoint and no page, and are not named.
#[tokio::test]
async fn without_the_grant_no_alias_gives_codes() {
    for product in [JANSSEN, PINGONE] {
        let server = product.server_with(|settings| settings.device.enabled = false).await;
        server.post(product.asks_at, "client_id=tv").await.assert_error(404, "unsupported_grant_type");
        server.device("tv").made_for(&product).poll_answer("gdc_x").await.assert_error(400, "unsupported_grant_type");
        assert_eq!(server.get(product.page).await.status, 404);
        let json = server.get(DOCUMENTS[0]).await.json();
        assert!(json.get("device_authorization_endpoint").is_none(), "{json}");
    }
}
