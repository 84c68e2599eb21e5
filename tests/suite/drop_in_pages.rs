//! What people see at the page that a device of another product names: forms, the login, the question and the end.

use std::fs;

use testkit::{Browser, ISSUER, JANSSEN, NONE, PASSWORD, PINGONE, PRODUCTS, Page, UNKNOWN, secs};

/// Where the devices of the tests are.
const HOME: &str = "203.0.113.5";

/// Whether the page asks for a code, and has none yet.
fn asks_for_a_code(page: &Page) -> bool {
    page.answer.status == 200
        && page.says("Enter the code")
        && page.says("<form method=\"post\"")
        && page.says(" id=\"user_code\" name=\"user_code\" type=\"text\"")
        && page.value_of("name=\"user_code\"").is_none()
}

/// Whether the page shows this code, group by group, to be compared with the device.
fn shows(page: &Page, code: &str) -> bool {
    code.split('-').all(|group| page.says(&format!("<span class=\"group\">{group}")))
}

/// Opens the link of a device.
async fn open_link(browser: &mut Browser, link: &serde_json::Value) -> Page {
    browser.open(link.as_str().unwrap().strip_prefix(ISSUER).unwrap()).await
}

/// Proves: seed_23, at the page of each product, with and without a login.
#[tokio::test]
async fn the_page_asks_for_the_code() {
    for product in PRODUCTS {
        let server = product.server().await;
        let mut stranger = server.browser();
        let page = stranger.open(product.page).await;
        assert!(asks_for_a_code(&page) && page.path == product.page, "{page:?}");
        let mut anna = server.signed_in("anna").await;
        let page = anna.open(product.page).await;
        assert!(asks_for_a_code(&page) && page.is_signed_in_as("anna"), "{page:?}");
    }
}

/// Proves: seed_24 seed_26 seed_27 seed_30: login, then the permission screen with the code that was typed before; only the
/// answer there decides, and the last page says which it was.
#[tokio::test]
async fn a_code_leads_through_the_login_to_the_question() {
    for product in PRODUCTS {
        let server = product.server().await;
        server.add_user("anna").await;
        for allow in [true, false] {
            let device = server.device("tv").made_for(&product).authorize("openid").await;
            let mut browser = server.browser_from(HOME);
            let login = product.type_code(&mut browser, &device.user_code).await;
            assert!(login.path == "/login" && login.says("Your code is kept"), "{login:?}");
            let form = [("username", "anna"), ("password", PASSWORD)];
            let decision = browser.post(&login, "/login", &form).await;
            assert!(decision.is_decision() && shows(&decision, &device.user_code), "{decision:?}");
            assert_eq!(device.poll_answer().await.status, product.pending(), "a login approves nothing");
            let end = if allow { browser.approve(&decision).await } else { browser.deny(&decision).await };
            let said = if allow { "Go back to your device" } else { "You denied the request" };
            assert!(end.answer.status == 200 && end.says(said), "{end:?}");
            let polled = device.poll_answer().await;
            assert_eq!(polled.status, if allow { 200 } else { 400 }, "{}", polled.body);
            assert!(allow || polled.error() == "access_denied");
        }
    }
}

/// Proves: seed_22 seed_25: the link that a QR code holds fills the form in, and neither opening it nor the login after it
/// decides, also where consent is implied.
#[tokio::test]
async fn a_link_fills_the_form_in_and_approves_nothing() {
    for product in PRODUCTS {
        let server = product.server().await;
        server.add_user("anna").await;
        let mut signed_in = server.browser_from(HOME);
        signed_in.log_in("anna").await;
        for mut browser in [server.browser_from(HOME), signed_in] {
            let device = server.device("tv").made_for(&product).authorize("openid").await;
            for _ in 0..2 {
                let compare = open_link(&mut browser, &device.json["verification_uri_complete"]).await;
                let filled_in = compare.value_of("name=\"user_code\"");
                assert_eq!(filled_in.as_ref(), Some(&device.user_code), "{compare:?}");
                assert!(shows(&compare, &device.user_code) && !compare.path.contains(&device.user_code), "{compare:?}");
            }
            let compare = browser.open("/device").await;
            let mut page = browser.post(&compare, product.page, &[("user_code", &device.user_code)]).await;
            if page.path == "/login" {
                page = browser.log_in("anna").await;
            }
            assert!(page.is_decision() && shows(&page, &device.user_code), "{page:?}");
            assert_eq!(device.poll_answer().await.status, product.pending());
            assert!(browser.approve(&page).await.says("Go back to your device"));
            server.clock.advance(secs(5));
            assert_eq!(device.poll_answer().await.status, 200);
        }
    }
}

/// Proves: seed_28: a person who is signed in goes straight to the decision page, for each device.
#[tokio::test]
async fn who_is_signed_in_is_not_asked_to_log_in_again() {
    let server = JANSSEN.server().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..3 {
        let device = server.device("tv").made_for(&JANSSEN).authorize("openid").await;
        let page = anna.open(JANSSEN.page).await;
        let code = [("user_code", device.user_code.as_str())];
        let csrf = page.csrf();
        let answer = anna.send("POST", JANSSEN.page, Some(&[code[0], ("csrf", &csrf)])).await;
        assert!(answer.header("location").starts_with("/device/request/"), "no way round by the login: {answer:?}");
        let decision = anna.open(answer.header("location")).await;
        assert!(decision.is_decision(), "{decision:?}");
        assert!(anna.approve(&decision).await.says("Go back to your device"));
        device.redeem().await;
        server.clock.advance(secs(60));
    }
}

/// Proves: seed_05 seed_29: the scopes of the Janssen page, joined by plus signs, are kept, shown in words and told; of
/// PingOne's those that were asked for, and no others.
#[tokio::test]
async fn the_question_says_what_is_asked_for() {
    let words = |name: &str| format!("Words of {name}");
    for (product, scope) in
        [(JANSSEN, "openid+profile+address+email+phone"), (PINGONE, "openid+phone"), (NONE, "email+address")]
    {
        let server = product
            .server_with(|settings| {
                let like = settings.scope[1].clone();
                settings.scope.extend(["address", "phone"].map(|name| {
                    let name = name.to_owned();
                    settings::ScopeSettings { name, ..like.clone() }
                }));
                settings.scope.iter_mut().for_each(|scope| scope.words = Some(words(&scope.name).into()));
                let all: Vec<String> = settings.scope.iter().map(|scope| scope.name.clone()).collect();
                for client in settings.client.iter_mut().filter(|client| ["tv", "box"].contains(&client.id.as_str())) {
                    (client.scopes, client.device_scopes) = (all.clone(), None);
                }
            })
            .await;
        server.add_user("anna").await;
        // As the Janssen page sends it: the id in the body, beside the header.
        let device = server.device("box").with_secret("box-secret").made_for(&product);
        let request =
            server.request("POST", product.asks_at).header("authorization", testkit::basic("box", "box-secret"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let sent = request.body(format!("client_id=box&scope={scope}")).send().await.unwrap();
        let given = testkit::Answer::of(sent).await.json();
        let (user_code, device_code) = (given["user_code"].as_str().unwrap(), given["device_code"].as_str().unwrap());
        let mut browser = server.browser();
        let decision = browser.reach_decision(user_code, "anna").await;
        let asked: Vec<&str> = scope.split('+').collect();
        for name in ["openid", "profile", "address", "email", "phone", "read", "admin"] {
            assert_eq!(decision.says(&words(name)), asked.contains(&name), "{name} of {scope}: {decision:?}");
        }
        browser.approve(&decision).await;
        assert_eq!(device.poll_answer(device_code).await.json()["scope"], scope.replace('+', " "));
    }
}

/// Proves: seed_34: the same form with the error, what was typed, and a csrf token that the next try is good with.
#[tokio::test]
async fn a_wrong_code_leaves_the_form_with_what_was_typed() {
    for product in [NONE, PINGONE] {
        let server = product.server().await;
        let mut anna = server.signed_in("anna").await;
        let device = server.device("tv").made_for(&product).authorize("openid").await;
        let first = anna.open(product.page).await;
        let wrong = if product.profile == "pingone" { "VAL12e0v" } else { "BBBB-BBBB" };
        let refused = anna.post(&first, product.page, &[("user_code", wrong)]).await;
        assert_eq!((refused.answer.status, refused.path.as_str()), (200, product.page));
        assert!(refused.says(UNKNOWN) && refused.says("role=\"alert\""), "{refused:?}");
        assert_eq!(refused.value_of("name=\"user_code\"").as_deref(), Some(wrong));
        let decision = anna.post(&refused, product.page, &[("user_code", &device.user_code)]).await;
        assert!(decision.is_decision(), "its csrf token is good: {decision:?}");
    }
}

/// Proves: seed_35: used, denied, expired and unknown codes get one answer, for the person who used them and for others.
#[tokio::test]
async fn a_used_code_is_answered_like_a_wrong_one() {
    for product in [NONE, PINGONE] {
        let server = product.server().await;
        let mut bob = server.signed_in("bob").await;
        let tv = server.device("tv").made_for(&product);
        let expired = tv.authorize("read").await.user_code;
        server.clock.advance(secs(600));
        let (used, denied) = (tv.authorize("read").await, tv.authorize("read").await);
        let page = product.type_code(&mut bob, &used.user_code).await;
        bob.approve(&page).await;
        assert_eq!(used.poll_answer().await.status, 200);
        let page = product.type_code(&mut bob, &denied.user_code).await;
        bob.deny(&page).await;
        let wrong = if product.profile == "pingone" { "VALABe7v" } else { "BBBB-BBBB" };
        let codes = [wrong, &used.user_code, &denied.user_code, &expired];
        for who in ["anna", "carla"] {
            server.add_user(who).await;
        }
        let mut anna = server.browser_from("192.0.2.7");
        anna.log_in("anna").await;
        let mut bob = server.browser_from("192.0.2.8");
        bob.log_in("bob").await;
        for browser in [&mut anna, &mut bob] {
            let mut told = Vec::new();
            for code in codes {
                let page = product.type_code(browser, code).await;
                assert!(page.says(UNKNOWN), "{code}: {page:?}");
                told.push((page.answer.status, page.path.clone(), page.without(&[code])));
            }
            assert!(told.iter().all(|page| *page == told[0]), "{told:#?}");
        }
    }
}

/// Proves: seed_36: the operator's name, words, picture and stylesheet, on the page that the devices of the product name.
#[tokio::test]
async fn the_page_is_dressed_as_the_operator_likes() {
    let folder = tempfile::tempdir().unwrap();
    let (logo, extra) = (folder.path().join("logo.svg"), folder.path().join("extra.css"));
    fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>ours</title></svg>").unwrap();
    fs::write(&extra, "h1 { letter-spacing: 3px }").unwrap();
    for product in [NONE, JANSSEN] {
        let server = product
            .server_with(|settings| {
                "Aurora Films".clone_into(&mut settings.branding.name);
                settings.branding.logo = Some(logo.clone());
                settings.branding.stylesheet = Some(extra.clone());
                settings.branding.terms_url = Some("https://example.test/terms".to_owned());
                settings.scope[0].words = Some("Know your face".to_owned().into());
            })
            .await;
        let mut anna = server.signed_in("anna").await;
        let page = anna.open(product.page).await;
        assert!(page.says(" · Aurora Films · ") && page.says("href=\"https://example.test/terms\""), "{page:?}");
        for (attribute, name, holds) in [
            (" src=\"", "/static/logo.svg", "<title>ours</title>"),
            (" href=\"", "/static/extra.css", "letter-spacing: 3px"),
        ] {
            let loaded = page.answer.body.split(attribute).map(|rest| rest.split('"').next().unwrap());
            let url =
                loaded.into_iter().find(|url| url.starts_with(name)).unwrap_or_else(|| panic!("{name}: {page:?}"));
            assert!(server.get(url).await.body.contains(holds), "{url}");
        }
        let device = server.device("tv").made_for(&product).authorize("openid").await;
        assert!(product.type_code(&mut anna, &device.user_code).await.says("Know your face"));
    }
}

/// Proves: seed_38: a browser that never saw the device, on a network of its own, is enough.
#[tokio::test]
async fn any_browser_anywhere_will_do() {
    for product in PRODUCTS {
        let server = product.server().await;
        server.add_user("anna").await;
        let given = server.device("tv").made_for(&product).on_network("192.0.2.200").authorize("openid").await;
        for from in ["198.51.100.99", "2001:db8:5::1"] {
            let mut browser = server.browser_from(from);
            let page = product.type_code(&mut browser, &given.user_code).await;
            assert_eq!(page.path, "/login");
            let decision = browser.log_in("anna").await;
            assert!(decision.is_decision(), "{decision:?}");
            if from.contains(':') {
                assert!(browser.approve(&decision).await.says("Go back to your device"));
            }
        }
        given.redeem().await;
    }
}
