//! Consent under PingOne's profile: by default typing a code is the approval; the operator may demand more.

use protocol::{Consent, NetworkMismatch};

use testkit::{Authorization, Browser, JANSSEN, NONE, PINGONE, Product, Server, detail, of_file, secs};

/// Where the devices of the tests are.
const HOME: &str = "203.0.113.5";

async fn at_home(server: &Server, username: &str) -> Browser {
    server.signed_in_from(username, HOME).await
}

async fn waiting(server: &Server, product: &Product, client: &str) -> Authorization {
    server.device(client).made_for(product).authorize("openid").await
}

/// Proves: seed_32 seed_33: no confirmation and no consent page is shown, for a client without its own setting.
#[tokio::test]
async fn a_typed_code_is_the_approval_by_default() {
    let server = PINGONE.server().await;
    let mut anna = at_home(&server, "anna").await;
    for client in ["tv", "radio"] {
        let device = waiting(&server, &PINGONE, client).await;
        assert_eq!(device.poll_answer().await.status, 403);
        let page = anna.open(PINGONE.page).await;
        let csrf = page.csrf();
        let form = [("user_code", device.user_code.as_str()), ("csrf", &csrf)];
        let answer = anna.send("POST", PINGONE.page, Some(&form)).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let done = anna.open(answer.header("location")).await;
        assert!(done.says("Go back to your device") && !done.is_decision(), "{done:?}");
        assert!(done.says("Know who you are"), "it says what was allowed: {done:?}");
        server.clock.advance(secs(5));
        assert_eq!(device.redeem().await["token_type"], "Bearer");
    }
    let approvals = server.events_of("grant_approved").await;
    assert_eq!(approvals.len(), 2);
    assert!(approvals.iter().all(|event| detail(event)["consent"] == "implied"));
}

/// Proves: seed_33: without the profile, and under Janssen's, somebody is asked; `consent = "implied"` is an option
/// there, for all clients or for one.
#[tokio::test]
async fn elsewhere_somebody_is_asked_unless_the_operator_says_otherwise() {
    for product in [NONE, JANSSEN] {
        let server = product.server().await;
        let mut anna = at_home(&server, "anna").await;
        let device = waiting(&server, &product, "tv").await;
        assert!(product.type_code(&mut anna, &device.user_code).await.is_decision());
        assert_eq!(device.poll().await, "authorization_pending");
        let for_all = product.server_with(|settings| settings.device.consent = Consent::Implied).await;
        let for_one = product.server_with(|settings| settings.client[0].consent = Some(Consent::Implied)).await;
        for (server, asks) in [(for_all, false), (for_one, true)] {
            let mut anna = at_home(&server, "anna").await;
            for (client, asks) in [("tv", false), ("radio", asks)] {
                let device = waiting(&server, &product, client).await;
                let page = product.type_code(&mut anna, &device.user_code).await;
                assert_eq!(
                    (page.is_decision(), page.says("Go back to your device")),
                    (asks, !asks),
                    "{client}: {page:?}"
                );
            }
        }
    }
}

/// Proves: seed_32 seed_33: a client that is configured to ask asks under the profile too.
#[tokio::test]
async fn a_client_may_want_somebody_to_be_asked() {
    let server = PINGONE.server_with(|settings| settings.client[0].consent = Some(Consent::Explicit)).await;
    let mut anna = at_home(&server, "anna").await;
    let (asks, implied) = (waiting(&server, &PINGONE, "tv").await, waiting(&server, &PINGONE, "radio").await);
    let decision = PINGONE.type_code(&mut anna, &asks.user_code).await;
    assert!(decision.is_decision() && decision.says(&asks.user_code), "{decision:?}");
    assert_eq!(asks.poll_answer().await.status, 403);
    assert!(PINGONE.type_code(&mut anna, &implied.user_code).await.says("Go back to your device"));
}

/// Proves: seed_26 seed_32: what is not a code that was typed in a session is asked about all the same: a link, a code
/// from before the login, and another network, unless the operator puts that aside.
#[tokio::test]
async fn only_a_typed_code_in_a_session_is_the_approval() {
    let server =
        PINGONE.server_with(|settings| settings.client[1].network_mismatch = Some(NetworkMismatch::Ignore)).await;
    let mut anna = at_home(&server, "anna").await;
    let device = waiting(&server, &PINGONE, "tv").await;
    let mut stranger = server.browser_from(HOME);
    assert_eq!(PINGONE.type_code(&mut stranger, &device.user_code).await.path, "/login");
    let confirmed = stranger.log_in("anna").await;
    assert!(confirmed.is_decision() && confirmed.says(&device.user_code), "{confirmed:?}");
    assert_eq!(device.poll_answer().await.status, 403);

    let device = waiting(&server, &PINGONE, "tv").await;
    let compare = anna.open(&format!("{}?user_code={}", PINGONE.page, device.user_code)).await;
    let page = anna.post(&compare, PINGONE.page, &[("user_code", &device.user_code)]).await;
    assert!(page.is_decision(), "a link: {page:?}");
    assert_eq!(device.poll_answer().await.status, 403);

    "198.51.100.7".clone_into(&mut anna.from);
    let (warned, ignored) = (waiting(&server, &PINGONE, "tv").await, waiting(&server, &PINGONE, "radio").await);
    assert!(PINGONE.type_code(&mut anna, &warned.user_code).await.is_decision());
    assert_eq!(warned.poll_answer().await.status, 403);
    assert!(PINGONE.type_code(&mut anna, &ignored.user_code).await.says("Go back to your device"));
    ignored.redeem().await;
}

/// Proves: seed_33: it is the profile that sets it, as the operator's file is read.
#[tokio::test]
async fn the_profile_sets_what_a_new_client_gets() {
    for (toml, consent) in [
        ("", Consent::Explicit),
        ("compatibility.profile = 'none'", Consent::Explicit),
        ("compatibility.profile = 'janssen'", Consent::Explicit),
        ("compatibility.profile = 'pingone'", Consent::Implied),
        ("device.consent = 'implied'", Consent::Implied),
    ] {
        let server = Server::with(|settings| of_file(settings, toml)).await;
        for client in ["tv", "radio", "box"] {
            assert_eq!(
                server.app.registry.clients.find(client).unwrap().approval.consent,
                consent,
                "{client} under {toml:?}"
            );
        }
    }
}
