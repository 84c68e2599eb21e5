//! What a device signs that uses another product's address: that address at the host of the issuer (RFC 9449 section
//! 4.3), with the same nonces. It may name several resources there too (RFC 8707 section 2).

use jsonwebtoken::dangerous::insecure_decode_claims;
use protocol::GrantType;
use serde_json::{Value, json};
use settings::{ResourceSettings, Settings};

use testkit::{DEVICE_CODE, ISSUER, JANSSEN, NONE, PINGONE, PRODUCTS, ProofKey, Server, basic};

const FILMS: &str = "https://films.example.test/";
const MUSIC: &str = "urn:example:music";

fn two_resources(settings: &mut Settings) {
    let resource = |uri: &str| ResourceSettings { uri: uri.to_owned(), name: uri.to_owned() };
    settings.resource = vec![resource(FILMS), resource(MUSIC)];
    settings.client[0].resources = vec![FILMS.to_owned(), MUSIC.to_owned()];
    settings.client[0].grant_types.push(GrantType::RefreshToken);
}

/// Proves: S-10 B-02, at each address: the proof is of the address that was asked, and of no other name of it.
#[tokio::test]
async fn a_proof_names_the_address_that_was_asked() {
    for product in PRODUCTS {
        let server = product.server().await;
        server.add_user("anna").await;
        let key = ProofKey::new(&server.clock);
        let device = server.device("tv").made_for(&product);
        let given = device.clone().proving(&key).authorize("openid").await;
        server.approve(&given, "anna").await;
        for other in PRODUCTS.into_iter().filter(|other| other.profile != product.profile) {
            let asked = device.clone().showing(&[key.proof("POST", other.asks_at).signed()]);
            asked.ask(&[("scope", "openid")]).await.assert_error(400, "invalid_dpop_proof");
            let polled = device.clone().showing(&[key.proof("POST", other.polls_at).signed()]);
            polled.poll_answer(&given.device_code).await.assert_error(400, "invalid_dpop_proof");
        }
        for (asked, signed) in [("asks", product.asks_at), ("polls", product.polls_at)] {
            let of = |url: String| device.clone().showing(&[key.proof("POST", "").claim("htu", url).signed()]);
            for wrong in
                [format!("https://evil.example{signed}"), signed.to_owned(), signed.replace("alpha", "{realm}")]
            {
                if product.profile != "pingone" && wrong == signed {
                    continue;
                }
                let answer = match asked {
                    "asks" => of(wrong.clone()).ask(&[("scope", "openid")]).await,
                    _ => of(wrong.clone()).poll_answer(&given.device_code).await,
                };
                assert_eq!(answer.error(), "invalid_dpop_proof", "{wrong}");
            }
        }
        let tokens = given.redeem().await;
        let claims: Value = insecure_decode_claims(tokens["access_token"].as_str().unwrap()).unwrap();
        assert_eq!((&tokens["token_type"], &claims["cnf"]["jkt"]), (&"DPoP".into(), &key.thumbprint().into()));
    }
}

/// Proves: S-10 L-05: the address is the issuer's, not the host that the request names.
#[tokio::test]
async fn the_address_of_an_alias_is_never_from_the_request() {
    let server = PINGONE.server().await;
    let key = ProofKey::new(&server.clock);
    for (htu, status) in
        [(format!("https://evil.example{}", PINGONE.asks_at), 400), (format!("{ISSUER}{}", PINGONE.asks_at), 200)]
    {
        let proof = key.proof("POST", "").claim("htu", htu.as_str()).signed();
        let request = server.request("POST", PINGONE.asks_at).header("dpop", proof).form(&[("client_id", "tv")]);
        let request = request.header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
        assert_eq!(request.send().await.unwrap().status(), status, "{htu}");
    }
}

/// Proves: S-10, RFC 9449 section 8: every answer of an alias carries the next nonce, errors too, and only its own is
/// taken.
#[tokio::test]
async fn an_alias_gives_nonces_as_the_usual_address_does() {
    for product in [JANSSEN, PINGONE] {
        let server = product.server_with(|settings| settings.dpop.nonce = true).await;
        let key = ProofKey::new(&server.clock);
        let device = server.device("tv").made_for(&product);
        let refused = device.clone().proving(&key).ask(&[("scope", "openid")]).await;
        refused.assert_error(400, "use_dpop_nonce");
        let nonce = refused.header("dpop-nonce").to_owned();
        assert!(nonce.len() >= 43, "{refused:?}");
        let with =
            |path: &str| device.clone().showing(&[key.proof("POST", path).claim("nonce", nonce.as_str()).signed()]);
        let given = with(product.asks_at).authorize("openid").await;
        let polled = with(product.polls_at).poll_answer(&given.device_code).await;
        assert_eq!((polled.status, polled.error().as_str()), (product.pending(), "authorization_pending"));
        assert!(!polled.header("dpop-nonce").is_empty(), "PingOne's words do not cost the nonce: {polled:?}");
        for path in [product.asks_at, product.polls_at] {
            assert!(!server.post(path, "").await.header("dpop-nonce").is_empty(), "{path}");
        }
    }
}

/// Proves: S-04: `resource` may come several times wherever devices ask and poll, also under an issuer's path, and
/// nowhere else.
#[tokio::test]
async fn several_resources_may_be_named_at_each_address() {
    for (product, path) in
        PRODUCTS.map(|product| (product, "")).into_iter().chain([(NONE, "/tenant"), (JANSSEN, "/tenant")])
    {
        let server = product
            .server_with(|settings| {
                two_resources(settings);
                settings.issuer = format!("{}{}", settings.issuer, path).parse().unwrap();
            })
            .await;
        server.add_user("anna").await;
        let device = server.device("tv").made_for(&product);
        let given = device.authorize_with(&[("scope", "read"), ("resource", FILMS), ("resource", MUSIC)]).await;
        server.approve(&given, "anna").await;
        let form = [
            ("grant_type", DEVICE_CODE),
            ("device_code", &given.device_code),
            ("resource", MUSIC),
            ("resource", FILMS),
        ];
        let tokens = device.post(product.polls_at, &form).await.json();
        let claims: Value = insecure_decode_claims(tokens["access_token"].as_str().unwrap()).unwrap();
        assert_eq!(claims["aud"], json!([MUSIC, FILMS]), "{product:?} {path}");
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", refresh), ("resource", FILMS), ("resource", MUSIC)];
        assert_eq!(device.post(product.polls_at, &form).await.status, 200, "{product:?} {path}");
        let twice = device.post(product.asks_at, &[("scope", "read"), ("scope", "read")]).await;
        twice.assert_error(400, "invalid_request");
        for elsewhere in ["/revoke", "/introspect"] {
            let request =
                server.request("POST", &server.app.path(elsewhere)).header("authorization", basic("box", "box-secret"));
            let request = request.form(&[("token", "x"), ("resource", FILMS), ("resource", MUSIC)]);
            assert_eq!(request.send().await.unwrap().status(), 400, "{elsewhere}");
        }
    }
}

/// Proves: S-10: below an issuer's path the proof names that path; the alias of Janssen's stays at the root of the host.
#[tokio::test]
async fn a_proof_below_an_issuers_path_names_it() {
    let server: Server = JANSSEN
        .server_with(|settings| settings.issuer = format!("{}{}", settings.issuer, "/tenant").parse().unwrap())
        .await;
    let key = ProofKey::new(&server.clock);
    let usual = server.device("tv").proving(&key).authorize("openid").await;
    usual.poll_answer().await.assert_error(400, "authorization_pending");
    let alias = server.device("tv").made_for(&JANSSEN).proving(&key).authorize("openid").await;
    alias.poll_answer().await.assert_error(400, "authorization_pending");
    let wrong = server.device("tv").showing(&[key.proof("POST", "/token").signed()]);
    wrong.poll_answer(&usual.device_code).await.assert_error(400, "invalid_dpop_proof");
}
