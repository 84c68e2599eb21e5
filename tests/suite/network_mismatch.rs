//! The device and its person are in different networks: RFC 10027 section 6.1.1, requirement P-02, decision 8.

use protocol::NetworkMismatch;
use settings::ClientSettings;

use testkit::{Browser, Page, Server, detail, secs};

/// Where the devices of the tests are.
const HOME: &str = "203.0.113.5";
const AWAY: &str = "198.51.100.7";
const BOTH: [(&str, &str); 3] = [("decision", "approve"), ("device_present", "true"), ("other_network", "true")];

async fn with(change: impl FnOnce(&mut ClientSettings)) -> Server {
    Server::with(|settings| change(&mut settings.client[0])).await
}

async fn with_policy(policy: NetworkMismatch) -> Server {
    with(|tv| tv.network_mismatch = Some(policy)).await
}

/// Opens a link with the code in it, and says that it is the same code.
async fn by_link(browser: &mut Browser, code: &str) -> Page {
    let compare = browser.open(&format!("/device?user_code={code}")).await;
    assert!(compare.says("Go on with this code?"), "{compare:?}");
    browser.post(&compare, "/device", &[("user_code", code), ("entry", "link")]).await
}

/// Proves: P-02 U-05: the page shows both addresses, and says in words whether they are one network.
#[tokio::test]
async fn the_page_says_whether_device_and_browser_are_in_one_network() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let (same, other) = ("in the same network as you", "in another network than you");
    let (families, private) = ("of different kinds (IPv4 and IPv6)", "one of the two network addresses is private");
    for (device, browser, said) in [
        (HOME, HOME, same),
        (HOME, "203.0.113.6", other),
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", same),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", other),
        (HOME, "2001:db8:1:2::5", families),
        ("192.168.1.5", "192.168.1.77", same),
        ("192.168.1.5", AWAY, private),
        ("fd00::5", "2001:db8:1:2::5", private),
    ] {
        let code = server.device("tv").on_network(device).authorize("read").await.user_code;
        browser.clone_into(&mut anna.from);
        let page = anna.enter_code(&code).await;
        assert!(page.is_decision() && page.says(said), "{device} {browser}: {page:?}");
        for address in [device, browser] {
            assert!(page.says(&format!("<bdi>{address}</bdi>")), "{address}: {page:?}");
        }
        assert_eq!(page.says("name=\"other_network\""), said != same, "{device} {browser}");
        assert_eq!(page.says("<details class=\"more\" open>"), said != same, "{device} {browser}: the addresses");
        let is_unknown = [families, private].contains(&said);
        assert_eq!(page.says("It cannot be told whether"), is_unknown, "{device} {browser}: {page:?}");
    }
}

/// Proves: P-02: the default. The server checks the second tick, and keeps what was ticked.
#[tokio::test]
async fn another_network_has_to_be_confirmed() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(page.says("This device is not in your network"), "{page:?}");
    let before = server.database.grants().await;
    for unticked in ["", "false", "TRUE", "1"] {
        let fields = [BOTH[0], BOTH[1], ("other_network", unticked)];
        let again = anna.post(&page, &page.path, &fields).await;
        assert!(again.is_decision() && again.says("id=\"confirm-network-error\""), "{unticked}: {again:?}");
        assert!(!again.says("confirm-device-error"), "{again:?}");
        let device_tick = again.answer.body.split("id=\"confirm-device\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(device_tick.contains("checked"), "what was ticked stays so: {device_tick}");
    }
    let again = anna.post(&page, &page.path, &[BOTH[0], BOTH[2]]).await;
    assert!(again.says("id=\"confirm-device-error\""), "it does not stand for the other: {again:?}");
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
    let done = anna.post(&page, &page.path, &BOTH).await;
    assert!(done.says("Go back to your device"), "{done:?}");
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: FC-08 P-02: where nobody can tell, the page says why, and the tick says nothing that the person cannot know.
#[tokio::test]
async fn networks_that_cannot_be_compared_are_confirmed_as_that() {
    let (far, unknown) = ("I know why it is in another network", "although the device may be in another network");
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for (browser, said, never) in [("2001:db8:1:2::5", unknown, far), (AWAY, far, unknown)] {
        browser.clone_into(&mut anna.from);
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.says(said) && !page.says(never), "{browser}: {page:?}");
        let again = anna.post(&page, &page.path, &BOTH[..2]).await;
        assert!(again.says("id=\"confirm-network-error\" role=\"alert\">Nothing is allowed yet."), "{again:?}");
        assert_eq!(again.says("If you started this yourself, tick the box"), said == unknown, "{again:?}");
        assert_eq!(again.says("If you know why the device is in another network"), said == far, "{again:?}");
        assert_eq!(device.poll().await, "authorization_pending", "it is no reason for trust");
        assert!(anna.post(&again, &again.path, &BOTH).await.says("Go back to your device"));
    }
}

/// Proves: P-02: in one network the one tick is enough, and also for a client whose operator ignores networks.
#[tokio::test]
async fn nothing_more_is_asked_where_nothing_more_is_wanted() {
    let server = with_policy(NetworkMismatch::Ignore).await;
    let mut anna = server.signed_in("anna").await;
    for (client, from) in [("tv", AWAY), ("tv", HOME), ("radio", HOME)] {
        from.clone_into(&mut anna.from);
        let device = server.device(client).authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.is_decision() && !page.says("network-title"), "{client} {from}: {page:?}");
        assert_eq!(page.says("in another network"), from == AWAY, "{page:?}");
        assert!(anna.post(&page, &page.path, &BOTH[..2]).await.says("Go back to your device"));
    }
    AWAY.clone_into(&mut anna.from);
    let page = anna.enter_code(&server.device("radio").authorize("read").await.user_code).await;
    assert!(page.says("name=\"other_network\""), "the other client has the general policy: {page:?}");
}

/// Proves: P-02: the network of the approval counts, not the one where its page was shown.
#[tokio::test]
async fn the_network_is_looked_at_again_when_the_approval_arrives() {
    for (policy, ticks) in [(NetworkMismatch::Warn, &BOTH[..2]), (NetworkMismatch::Deny, &BOTH[..])] {
        let server = with_policy(policy).await;
        let mut anna = server.signed_in_from("anna", HOME).await;
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.is_decision() && !page.says("network-title"), "{page:?}");
        let before = server.database.grants().await;
        AWAY.clone_into(&mut anna.from);
        let refused = anna.post(&page, &page.path, ticks).await;
        assert!(refused.says("network-title") && !refused.says("Go back to your device"), "{policy:?}: {refused:?}");
        assert_eq!((server.database.grants().await, device.poll().await.as_str()), (before, "authorization_pending"));
        HOME.clone_into(&mut anna.from);
        assert!(anna.post(&page, &page.path, &BOTH[..2]).await.says("Go back to your device"), "{policy:?}");
    }
}

/// Proves: P-02 (decision 8, `deny`): nobody can approve from another network, whatever the form says; denying is
/// always possible.
#[tokio::test]
async fn a_device_in_another_network_cannot_be_approved_where_that_is_denied() {
    let server = with_policy(NetworkMismatch::Deny).await;
    let mut anna = server.signed_in("anna").await;
    for denies in [false, true] {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.says("You cannot allow this from here") && page.has_a_way_on(), "{page:?}");
        assert!(!page.is_decision() && !page.says("type=\"checkbox\"") && page.says("id=\"deny\""), "{page:?}");
        let forged = anna.approve(&page).await;
        assert!(forged.says("You cannot allow this from here"), "{forged:?}");
        assert_eq!(device.poll().await, "authorization_pending");
        if denies {
            assert!(anna.deny(&page).await.says("You denied the request"));
            server.clock.advance(secs(5));
            assert_eq!(device.poll().await, "access_denied");
        }
    }
    // What cannot be compared is no reason for trust.
    "2001:db8::7".clone_into(&mut anna.from);
    let page = anna.enter_code(&server.device("tv").authorize("read").await.user_code).await;
    assert!(page.says("You cannot allow this from here"), "{page:?}");
}

/// Proves: P-02 U-08 (decision 8, `type_code`): a code from a link has to be typed; a typed one is confirmed.
#[tokio::test]
async fn a_linked_code_has_to_be_typed_where_the_networks_differ() {
    let server = with_policy(NetworkMismatch::TypeCode).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = by_link(&mut anna, &device.user_code).await;
    assert!(page.says("Type the code of your device") && page.says("id=\"type-code\" href=\"/device\""), "{page:?}");
    assert!(!page.is_decision() && page.says("Television") && page.says("id=\"deny\""), "{page:?}");
    assert!(anna.approve(&page).await.says("Type the code of your device"), "whatever is posted");
    assert_eq!(device.poll().await, "authorization_pending");
    let blank = anna.open("/device").await;
    assert!(!blank.says(&device.user_code), "it is not typed by whoever finds it typed: {blank:?}");
    let typed = anna.enter_code(&device.user_code).await;
    assert!(typed.is_decision() && typed.says("name=\"other_network\""), "{typed:?}");
    assert!(anna.post(&typed, &typed.path, &BOTH).await.says("Go back to your device"));
    assert_eq!(device.poll().await, "tokens");

    HOME.clone_into(&mut anna.from);
    let near = by_link(&mut anna, &server.device("tv").authorize("read").await.user_code).await;
    assert!(near.is_decision() && !near.says("network-title"), "{near:?}");
}

/// Proves: P-02 L-03: the event of each approval has both networks.
#[tokio::test]
async fn an_approval_is_told_with_both_networks() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for from in [AWAY, HOME, "2001:db8:1:2::9"] {
        from.clone_into(&mut anna.from);
        let page = anna.enter_code(&server.device("tv").authorize("read").await.user_code).await;
        anna.approve(&page).await;
        server.clock.advance(secs(1));
    }
    let told: Vec<String> = server
        .events_of("grant_approved")
        .await
        .iter()
        .map(|event| {
            let detail = detail(event);
            ["device_network", "browser_network", "networks", "consent"]
                .map(|fact| detail[fact].as_str().unwrap().to_owned())
                .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            format!("{HOME} {AWAY} different explicit"),
            format!("{HOME} {HOME} same explicit"),
            format!("{HOME} 2001:db8:1:2::/64 unknown explicit"),
        ]
    );
}

/// Proves: P-02 L-05 FC-08: a server that sees only its proxy calls nothing the same network.
#[tokio::test]
async fn a_server_that_sees_only_its_proxy_knows_no_network() {
    let server = Server::with(|settings| settings.proxies.trusted.clear()).await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.enter_code(&server.device("tv").authorize("read").await.user_code).await;
    assert!(page.says("<bdi>127.0.0.1</bdi>") && page.says("only the address of its own proxy server"), "{page:?}");
    assert!(page.says("This device may not be in your network"), "{page:?}");
}
