//! The operator's policies for one client: who is asked, how a code may come, and how recent a login has to be.
//! Decisions 1 and 4; requirements U-04, U-08, U-13.

use protocol::Consent;
use settings::ClientSettings;

use testkit::{Browser, Page, Server, UNKNOWN, detail, secs, unknown_code};

/// Where the devices of the tests are.
const HOME: &str = "203.0.113.5";
const TYPE_IT: &str = "Type the code of your device";

async fn with(change: impl FnOnce(&mut ClientSettings)) -> Server {
    Server::with(|settings| change(&mut settings.client[0])).await
}

/// Opens a link with the code in it: the page on which to compare it.
async fn open_link(browser: &mut Browser, code: &str) -> Page {
    let compare = browser.open(&format!("/device?user_code={code}")).await;
    assert!(compare.says("Go on with this code?") && !compare.path.contains(code), "{compare:?}");
    compare
}

/// Presses "Go on" on that page.
async fn same_code(browser: &mut Browser, compare: &Page) -> Page {
    let hidden = ["user_code", "entry"].map(|name| compare.value_of(&format!("name=\"{name}\"")).unwrap());
    browser.post(compare, "/device", &[("user_code", &hidden[0]), ("entry", &hidden[1])]).await
}

/// Proves: U-04 (decision 4): the page and the event show what was allowed, and it can be taken back.
#[tokio::test]
async fn typing_a_code_is_the_approval_where_the_operator_says_so() {
    let server = with(|tv| tv.consent = Some(Consent::Implied)).await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let device = server.device("tv").authorize("openid read").await;
    let done = anna.enter_code(&device.user_code).await;
    assert!(done.says("Go back to your device") && done.says("Television"), "{done:?}");
    assert!(done.says("Know who you are") && done.says("Read your films"), "it says what was allowed: {done:?}");
    let [approved] = &server.events_of("grant_approved").await[..] else { panic!("one approval") };
    assert_eq!((&detail(approved)["consent"], &detail(approved)["networks"]), (&"implied".into(), &"same".into()));
    assert_eq!(device.poll().await, "tokens");

    let device = server.device("tv").authorize("read").await;
    let done = anna.enter_code(&device.user_code).await;
    assert!(anna.deny(&done).await.says("You denied the request"));
    assert_eq!(device.poll().await, "access_denied");

    let radio = server.device("radio").authorize("read").await;
    assert!(anna.enter_code(&radio.user_code).await.is_decision(), "the others ask");
    assert_eq!(radio.poll().await, "authorization_pending");
}

/// Proves: U-04 N45 U-08 (decision 4): by a link, after a login, from another network and with an old login, somebody
/// is asked.
#[tokio::test]
async fn consent_is_implied_by_nothing_else() {
    let server = with(|tv| {
        tv.consent = Some(Consent::Implied);
        tv.max_auth_age = Some(secs(60));
    })
    .await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let tv = server.device("tv");

    let linked = tv.authorize("read").await;
    let compare = open_link(&mut anna, &linked.user_code).await;
    let page = same_code(&mut anna, &compare).await;
    assert!(page.is_decision(), "a link: {page:?}");
    assert_eq!(linked.poll().await, "authorization_pending");

    let waiting = tv.authorize("read").await;
    let page = server.browser_from(HOME).reach_decision(&waiting.user_code, "anna").await;
    assert!(page.is_decision(), "whoever logs in may not be who typed it: {page:?}");
    assert_eq!(waiting.poll().await, "authorization_pending");

    let far = tv.clone().on_network("192.0.2.1").authorize("read").await;
    let page = anna.enter_code(&far.user_code).await;
    assert!(page.is_decision() && page.says("name=\"other_network\""), "another network: {page:?}");
    assert_eq!(far.poll().await, "authorization_pending");

    server.clock.advance(secs(1));
    let wishing = tv.authorize_with(&[("scope", "read"), ("max_age", "0")]).await;
    assert_eq!(anna.enter_code(&wishing.user_code).await.path, "/login", "the device wants a fresh login");

    server.clock.advance(secs(60));
    let late = tv.authorize("read").await;
    assert_eq!(anna.enter_code(&late.user_code).await.path, "/login", "the login is too old");
    let page = anna.log_in("anna").await;
    assert!(page.is_decision(), "{page:?}");
    assert_eq!(late.poll().await, "authorization_pending");
    assert_eq!(server.count_events("grant_approved").await, 0);
}

/// Proves: U-04 T-22 N45: optional scopes are left out, and the person is asked if no scope would be left.
#[tokio::test]
async fn implied_consent_gives_no_scope_that_had_to_be_ticked() {
    let server = with(|tv| {
        tv.consent = Some(Consent::Implied);
        tv.optional_scopes = vec!["read".to_owned(), "email".to_owned()];
    })
    .await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let device = server.device("tv").authorize("openid read").await;
    let done = anna.enter_code(&device.user_code).await;
    assert!(done.says("Go back to your device") && !done.says("Read your films"), "{done:?}");
    assert_eq!(device.redeem().await["scope"], "openid");
    let device = server.device("tv").authorize("read email").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: D-07 U-08 (decision 1): a client's devices get no link, and one that somebody made for them is not enough.
#[tokio::test]
async fn a_link_is_not_enough_where_codes_have_to_be_typed() {
    let server = with(|tv| tv.prefilled_code = Some(false)).await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let device = server.device("tv").authorize("read").await;
    assert!(device.json.get("verification_uri_complete").is_none(), "{}", device.json);
    let compare = open_link(&mut anna, &device.user_code).await;
    let page = same_code(&mut anna, &compare).await;
    assert!(page.says(TYPE_IT) && !page.is_decision() && page.says("id=\"deny\""), "{page:?}");
    let forged = anna.approve(&page).await;
    assert!(forged.says(TYPE_IT), "{forged:?}");
    assert_eq!(device.poll().await, "authorization_pending");
    let typed = anna.enter_code(&device.user_code).await;
    assert!(typed.is_decision(), "{typed:?}");
    assert!(anna.approve(&typed).await.says("Go back to your device"));

    let radio = server.device("radio").authorize("read").await;
    let compare = open_link(&mut anna, &radio.user_code).await;
    assert!(same_code(&mut anna, &compare).await.is_decision(), "the other client takes links");
}

/// Proves: U-08 D-07 N46: where no client takes links, the code in one is dropped and the field is empty.
#[tokio::test]
async fn a_link_is_dropped_where_no_client_takes_any() {
    let server = Server::with(|settings| settings.device.prefilled_code = false).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let link = format!("/device?user_code={}", device.user_code);
    let moved = anna.send("GET", &link, None).await;
    assert_eq!((moved.status, moved.header("location")), (303, "/device"));
    let page = anna.open("/device").await;
    assert!(page.says("Enter the code") && !page.says(&device.user_code), "{page:?}");
    assert!(anna.enter_code(&device.user_code).await.is_decision());
    // One client that may is enough for the page.
    let server = Server::with(|settings| {
        settings.device.prefilled_code = false;
        settings.client[1].prefilled_code = Some(true);
    })
    .await;
    let radio = server.device("radio").authorize("read").await;
    let mut bob = server.signed_in("bob").await;
    let compare = open_link(&mut bob, &radio.user_code).await;
    assert!(same_code(&mut bob, &compare).await.is_decision());
}

/// Proves: U-08 P-02: a second link in another tab does not make a linked code a typed one, and a spent budget does not
/// either.
#[tokio::test]
async fn a_linked_code_stays_one() {
    let server = Server::with(|settings| {
        settings.client[0].prefilled_code = Some(false);
        settings.limits.wrong_codes_account = 1;
        settings.device.expires_in = secs(1800);
    })
    .await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let [one, other] = [server.device("tv").authorize("read").await, server.device("tv").authorize("read").await];
    let first = open_link(&mut anna, &one.user_code).await;
    let second = open_link(&mut anna, &other.user_code).await;
    for (tab, device) in [(first, one), (second, other)] {
        assert!(same_code(&mut anna, &tab).await.says(TYPE_IT));
        assert_eq!(device.poll().await, "authorization_pending");
    }

    assert!(anna.enter_code(&unknown_code(1)).await.says(UNKNOWN));
    let device = server.device("tv").authorize("read").await;
    let mut phone = server.browser_from(HOME);
    let compare = open_link(&mut phone, &device.user_code).await;
    let login = same_code(&mut phone, &compare).await;
    assert_eq!(login.path, "/login");
    let exhausted = phone.log_in("anna").await;
    assert!(exhausted.says("too many wrong codes") && exhausted.says(&device.user_code), "{exhausted:?}");
    server.clock.advance(secs(601));
    let page = phone.post(&exhausted, "/device", &[("user_code", &device.user_code)]).await;
    assert!(page.says(TYPE_IT) && !page.is_decision(), "{page:?}");
}

/// Proves: U-13 X-03: a client may want a fresher login than the others, or be content with an older one.
#[tokio::test]
async fn each_client_has_its_own_age_of_a_login() {
    let server = Server::with(|settings| {
        settings.client[0].max_auth_age = Some(secs(60));
        settings.client[1].max_auth_age = Some(secs(7200));
        settings.sessions.idle = secs(7200);
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(59));
    let page = anna.enter_code(&server.device("tv").authorize("read").await.user_code).await;
    assert!(page.is_decision(), "{page:?}");
    server.clock.advance(secs(2));
    assert_eq!(anna.approve(&page).await.path, "/login", "the page was read for too long");

    let mut anna = server.browser();
    anna.log_in("anna").await;
    server.clock.advance(secs(3600));
    let radio = server.device("radio").authorize("read").await;
    let page = anna.enter_code(&radio.user_code).await;
    assert!(page.is_decision(), "an hour is young for the radio: {page:?}");
    assert!(anna.approve(&page).await.says("Go back to your device"));
    assert_eq!(radio.poll().await, "tokens");

    for (client, secret) in [("tv", None), ("box", Some("box-secret"))] {
        let mut device = server.device(client);
        if let Some(secret) = secret {
            device = device.with_secret(secret);
        }
        let device = device.authorize("read").await;
        let login = anna.enter_code(&device.user_code).await;
        assert_eq!(login.path, "/login", "old for {client}, before the page is read: {login:?}");
        assert!(login.says("You signed in a while ago") && login.says("value=\"anna\""), "{login:?}");
        let page = anna.log_in("anna").await;
        assert!(page.is_decision() && page.says(&device.user_code[..4]), "the code is not typed again: {page:?}");
        assert!(anna.approve(&page).await.says("Go back to your device"));
        server.clock.advance(secs(3600));
    }
}

/// Proves: U-13: `max_auth_age = "0s"` of one client asks for the password at each of its approvals.
#[tokio::test]
async fn one_client_may_always_want_a_login() {
    let server = with(|tv| tv.max_auth_age = Some(secs(0))).await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(1));
    for _ in 0..2 {
        let device = server.device("tv").authorize("read").await;
        server.clock.advance(secs(1));
        assert_eq!(anna.enter_code(&device.user_code).await.path, "/login");
        let page = anna.log_in("anna").await;
        server.clock.advance(secs(120));
        assert!(anna.approve(&page).await.says("Go back to your device"), "two minutes are for reading");
        assert_eq!(device.poll().await, "tokens");
    }
    let radio = server.device("radio").authorize("read").await;
    assert!(anna.enter_code(&radio.user_code).await.is_decision(), "the others do not");
}
