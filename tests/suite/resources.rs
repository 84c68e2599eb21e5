//! Resource indicators (RFC 8707) at `/device_authorization`, on the page, in tokens and in introspection.

use jsonwebtoken::dangerous::insecure_decode;
use protocol::GrantType;
use serde_json::{Value, json};
use settings::ResourceSettings;

use testkit::{Answer, DEVICE_CODE, Device, Server};

const FILMS: &str = "https://films.example.test/";
const MUSIC: &str = "urn:example:music";
const BANK: &str = "https://bank.example.test";
/// The audience of a test server.
const USUAL: &str = "https://api.example.test";

/// Three resources, of which the television may have two; and an API for each of two audiences.
async fn server() -> Server {
    let server = Server::with(|settings| {
        let resource = |uri: &str, name: &str| ResourceSettings { uri: uri.to_owned(), name: name.to_owned() };
        settings.resource =
            vec![resource(FILMS, "Film <b>library</b>"), resource(MUSIC, "Music shelf"), resource(BANK, "Bank")];
        settings.client[0].resources = vec![FILMS.to_owned(), MUSIC.to_owned()];
        settings.client[0].grant_types.push(GrantType::RefreshToken);
        let api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        for (id, audience) in [("films", FILMS), ("music", MUSIC), ("usual", USUAL)] {
            let mut api = api.clone();
            api.introspect = true;
            api.id = format!("{id}-api");
            api.audiences = Some(vec![audience.to_owned()]);
            settings.client.push(api);
        }
    })
    .await;
    server.add_user("anna").await;
    server
}

/// `resource` once for each, beside the scope.
fn asking<'a>(resources: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    [("scope", "openid read")].into_iter().chain(resources.iter().map(|resource| ("resource", *resource))).collect()
}

/// The tokens of a request for these, redeemed for those.
async fn signed_in(server: &Server, asked: &[&str], redeemed: &[&str]) -> Answer {
    let device = server.device("tv").authorize_with(&asking(asked)).await;
    server.approve(&device, "anna").await;
    let mut form = vec![("grant_type", DEVICE_CODE), ("device_code", &device.device_code)];
    form.extend(redeemed.iter().map(|resource| ("resource", *resource)));
    server.device("tv").post("/token", &form).await
}

fn audience(tokens: &Value) -> Value {
    insecure_decode::<Value>(tokens["access_token"].as_str().unwrap()).unwrap().claims["aud"].clone()
}

async fn introspected(server: &Server, api: &str, tokens: &Value) -> Value {
    let api = server.device(api).with_secret("box-secret");
    api.post("/introspect", &[("token", tokens["access_token"].as_str().unwrap())]).await.json()
}

async fn refresh(device: &Device, tokens: &Value, resources: &[&str]) -> Answer {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    device.post("/token", &form).await
}

/// Proves: S-04 K-02: a string for one, a list for several, the usual audience for none; the ID token is the client's.
#[tokio::test]
async fn the_audience_of_a_token_is_what_was_asked_for() {
    let server = server().await;
    for (asked, redeemed, aud) in [
        (&[][..], &[][..], json!(USUAL)),
        (&[""], &[], json!(USUAL)),
        (&[FILMS], &[], json!(FILMS)),
        (&[MUSIC, FILMS], &[], json!([MUSIC, FILMS])),
        (&[FILMS, FILMS], &[], json!(FILMS)),
        (&[FILMS, MUSIC], &[MUSIC], json!(MUSIC)),
        (&[FILMS, MUSIC], &[MUSIC, FILMS], json!([MUSIC, FILMS])),
    ] {
        let answer = signed_in(&server, asked, redeemed).await;
        assert_eq!(answer.status, 200, "{asked:?}: {answer:?}");
        let tokens = answer.json();
        assert_eq!(audience(&tokens), aud, "{asked:?}, then {redeemed:?}");
        let id = insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap().claims;
        assert_eq!(id["aud"], json!(["tv"]));
        assert_eq!(server.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);
    }
}

/// Proves: S-04 (`invalid_target`).
#[tokio::test]
async fn a_resource_that_is_not_for_this_client_is_an_invalid_target() {
    let server = server().await;
    let long = format!("https://films.example.test/{}", "a".repeat(10_000));
    for wrong in [
        BANK,
        "https://films.example.test",
        "https://FILMS.example.test/",
        "https://films.example.test/#",
        "https://films.example.test/#a",
        "/films",
        "films.example.test/",
        "//films.example.test/",
        "nonsense",
        "https://films.example.test/ urn:example:music",
        &long,
        USUAL,
    ] {
        for asked in [&[wrong][..], &[FILMS, wrong]] {
            let answer = server.device("tv").post("/device_authorization", &asking(asked)).await;
            answer.assert_error(400, "invalid_target");
        }
    }
    server.device("radio").post("/device_authorization", &asking(&[FILMS])).await.assert_error(400, "invalid_target");
    assert_eq!(server.database.rows("device_grants").await, 0);
}

/// Proves: S-04 T-04 D-03 N13: `resource` is the one parameter that may come several times, and only where RFC 8707
/// says so.
#[tokio::test]
async fn only_resource_may_be_repeated_and_only_where_tokens_are_asked_for() {
    let server = server().await;
    for body in
        ["scope=read&scope=read", "login_hint=a&login_hint=b", "acr_values=a&acr_values=a", "Resource=a&Resource=b"]
    {
        let body = format!("client_id=tv&{body}");
        server.post("/device_authorization", &body).await.assert_error(400, "invalid_request");
        server.post("/token", &body).await.assert_error(400, "invalid_request");
    }
    let twice = "client_id=tv&token=x&resource=a&resource=b";
    for path in ["/revoke", "/introspect"] {
        let refused = server.post(path, twice).await;
        refused.assert_error(400, "invalid_request");
        assert!(refused.body.contains("resource is repeated"), "{}", refused.body);
    }
    assert_eq!(server.post("/userinfo", "access_token=x&resource=a&resource=b").await.status, 400);
    let many: String = (0..70).map(|_| "&resource=urn:example:music").collect();
    server.post("/device_authorization", &format!("client_id=tv{many}")).await.assert_error(400, "invalid_request");
}

/// Proves: S-04: a poll may narrow what was approved and never widen it; a refused poll spends nothing.
#[tokio::test]
async fn a_poll_gets_a_part_of_what_was_approved_and_nothing_else() {
    let server = server().await;
    let device = server.device("tv").authorize_with(&asking(&[FILMS])).await;
    server.approve(&device, "anna").await;
    for wrong in [MUSIC, BANK, "nonsense"] {
        let form = [("grant_type", DEVICE_CODE), ("device_code", &*device.device_code), ("resource", wrong)];
        server.device("tv").post("/token", &form).await.assert_error(400, "invalid_target");
    }
    assert_eq!(audience(&device.redeem().await), FILMS);
    signed_in(&server, &[], &[FILMS]).await.assert_error(400, "invalid_target");
}

/// Proves: S-04 K-05 K-09: the chain keeps what was approved.
#[tokio::test]
async fn a_refresh_narrows_for_itself_alone() {
    let server = server().await;
    let tv = server.device("tv");
    let tokens = signed_in(&server, &[FILMS, MUSIC], &[FILMS]).await.json();
    assert_eq!(audience(&tokens), FILMS);
    refresh(&tv, &tokens, &[BANK]).await.assert_error(400, "invalid_target");
    let narrow = refresh(&tv, &tokens, &[MUSIC]).await.json();
    assert_eq!(audience(&narrow), MUSIC);
    let whole = refresh(&tv, &narrow, &[]).await.json();
    assert_eq!(audience(&whole), json!([FILMS, MUSIC]));
    let usual = signed_in(&server, &[], &[]).await.json();
    refresh(&tv, &usual, &[FILMS]).await.assert_error(400, "invalid_target");
    assert_eq!(audience(&refresh(&tv, &usual, &[]).await.json()), USUAL);
}

/// Proves: S-04 SM-06: a resource that an operator takes from a client is gone at the next token, and at the decision.
#[tokio::test]
async fn a_resource_that_was_taken_away_is_in_no_new_token() {
    let server = server().await;
    let tokens = signed_in(&server, &[FILMS, MUSIC], &[]).await.json();
    let music = signed_in(&server, &[MUSIC], &[]).await.json();
    let waiting = server.device("tv").authorize_with(&asking(&[MUSIC])).await;
    let (database, clock) = (std::sync::Arc::clone(&server.database), server.clock.clone());
    let resource = server.app.settings.resource.clone();
    drop(server);
    let server = Server::on(database, clock, |settings| {
        settings.resource = resource;
        settings.client[0].resources = vec![FILMS.to_owned()];
        settings.client[0].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    let tv = server.device("tv");
    assert_eq!(audience(&refresh(&tv, &tokens, &[]).await.json()), FILMS);
    refresh(&tv, &music, &[]).await.assert_error(400, "invalid_target");
    let mut browser = server.browser();
    let decision = browser.reach_decision(&waiting.user_code, "anna").await;
    assert_eq!(browser.approve(&decision).await.answer.status, 404, "nothing to approve any more");
    assert_eq!(tv.poll_answer(&waiting.device_code).await.error(), "authorization_pending");
}

/// Proves: S-04 U-05 W-08: people see where a device could act, in the operator's words.
#[tokio::test]
async fn the_page_names_the_resources() {
    let server = server().await;
    let mut anna = server.signed_in("boris").await;
    let device = server.device("tv").authorize_with(&asking(&[MUSIC, FILMS])).await;
    let page = anna.enter_code(&device.user_code).await;
    for said in ["<li>Access to <bdi>Music shelf</bdi></li>", "Film &#60;b&#62;library&#60;/b&#62;"] {
        assert!(page.says(said), "{said}: {page:?}");
    }
    assert!(!page.says(FILMS) && !page.says(MUSIC), "no URI in place of words: {page:?}");
    let plain = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&plain.user_code).await;
    assert!(page.is_decision() && !page.says("<li>Access to"), "{page:?}");
}

/// Proves: V-04 N65 S-04: each API of the audience may ask, and no other.
#[tokio::test]
async fn every_api_of_the_audience_may_ask_about_the_token() {
    let server = server().await;
    let both = signed_in(&server, &[FILMS, MUSIC], &[]).await.json();
    for api in ["films-api", "music-api"] {
        let told = introspected(&server, api, &both).await;
        assert_eq!((&told["active"], &told["aud"]), (&true.into(), &json!([FILMS, MUSIC])), "{api}");
    }
    let films = signed_in(&server, &[FILMS], &[]).await.json();
    assert_eq!(introspected(&server, "films-api", &films).await["aud"], FILMS);
    for (api, tokens) in [("usual-api", &both), ("usual-api", &films), ("music-api", &films)] {
        assert_eq!(introspected(&server, api, tokens).await, json!({"active": false}), "{api}");
    }
}
