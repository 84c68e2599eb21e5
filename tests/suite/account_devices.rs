//! The devices of an account, and how a person ends them: requirements U-14, K-10.

use testkit::{Page, Server, SignedIn, detail, for_accounts, secs};

const ACTIONS: [&[(&str, &str)]; 3] =
    [&[("action", "rename"), ("name", "Mine now")], &[("action", "sign_out")], &[("action", "report")]];

/// How often the names of applications are above their devices.
fn headings(page: &Page, name: &str) -> usize {
    page.answer.body.matches(&format!("<h3><bdi translate=\"no\">{name}</bdi></h3>")).count()
}

/// Proves: U-14, seed_31: each app once with its devices beneath, with when, from where and last use.
#[tokio::test]
async fn each_app_is_listed_once_with_its_devices_beneath() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    assert!(anna.account().await.says("No device is signed in with your account."));
    let tv = server.device("tv");
    let mut first = server.sign_in_from(&mut anna, &tv, "openid read").await;
    let second = server.sign_in_from(&mut anna, &tv.clone().on_network("192.0.2.44"), "openid").await;
    let radio = server.sign_in_from(&mut anna, &server.device("radio"), "openid").await;

    server.clock.advance(secs(20 * 60));
    first.tokens = first.refresh().await.json();
    server.clock.advance(secs(5 * 60));
    let page = anna.account().await;
    assert_eq!((headings(&page, "Television"), headings(&page, "Radio")), (1, 1), "{page:?}");
    for device in [&first, &second, &radio] {
        assert_eq!(page.answer.body.matches(&device.path()).count(), 1, "{page:?}");
    }
    let at = |device: &SignedIn| page.answer.body.find(&device.path()).unwrap();
    assert!(at(&first) < at(&second), "what was used last stands first");
    assert!(page.says("5 minutes ago") && page.says("25 minutes ago") && page.says("192.0.2.44"), "{page:?}");
    assert!(!page.says("owner"), "who answers for an app is for operators");

    let device = anna.open(&first.path()).await;
    for said in [
        "Television",
        "<h1>“<bdi>curl</bdi>”</h1>",
        "203.0.113.5",
        "25 minutes ago (<bdi>2026-11-21 12:00 UTC</bdi>)",
        "5 minutes ago (<bdi>2026-11-21 12:20 UTC</bdi>)",
        "2026-12-21 12:00 UTC",
        "Know who you are",
        "Read your films",
    ] {
        assert!(device.says(said), "{said} is missing: {device:?}");
    }
    // Introspection is no use of it.
    assert!(first.is_active(&server).await);
    assert!(anna.open(&first.path()).await.says("5 minutes ago (<bdi>2026-11-21 12:20 UTC</bdi>)"));
}

/// Proves: U-14 K-10 V-05: its tokens are dead at the next introspection and refresh, and no other device's are.
#[tokio::test]
async fn a_device_that_is_signed_out_is_dead_at_once() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let tv = server.device("tv");
    let ended = server.sign_in_from(&mut anna, &tv, "openid").await;
    let mut other = server.sign_in_from(&mut anna, &tv, "openid").await;
    assert!(ended.is_active(&server).await);
    server.clock.advance(secs(1));
    for _ in 0..2 {
        let page = anna.on_device(&ended, &[("action", "sign_out")]).await;
        assert_eq!(page.path, ended.path());
        assert!(page.says("This device is signed out") && !page.says("id=\"sign-out\""), "{page:?}");
    }
    ended.assert_dead(&server).await;
    other.assert_alive(&server).await;
    let page = anna.account().await;
    assert!(!page.says(&ended.path()) && page.says(&other.path()), "{page:?}");
    let [event] = &server.events_of("tokens_revoked").await[..] else { panic!("one event") };
    assert_eq!(event.family_id.as_ref(), Some(&ended.handle));
    let told = (event.client_id.as_deref(), event.address.as_deref(), event.channel.as_str());
    assert_eq!(told, (Some("tv"), Some("198.51.100.7"), "page"));
    assert!(detail(event)["by"] == "person" && event.grant_id.is_some() && event.subject.is_some(), "{event:?}");
}

/// Proves: U-14 K-10: "I did not do this" ends it, tells the operator whose request it was, and advises what to do.
#[tokio::test]
async fn a_reported_device_is_dead_and_its_network_is_told() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let stolen = server.device("tv").on_network("2001:db8:7:8::9");
    let stolen = server.sign_in_from(&mut anna, &stolen, "openid").await;
    server.clock.advance(secs(1));
    for _ in 0..2 {
        let page = anna.on_device(&stolen, &[("action", "report")]).await;
        assert!(page.says("You reported this device"), "{page:?}");
        assert!(page.says("href=\"/account/password\""), "{page:?}");
    }
    stolen.assert_dead(&server).await;
    let [report] = &server.events_of("grant_reported").await[..] else { panic!("one report") };
    assert_eq!((report.client_id.as_deref(), report.family_id.as_ref()), (Some("tv"), Some(&stolen.handle)));
    assert_eq!(detail(report)["address"], "2001:db8:7:8::9");
    assert_eq!(detail(report)["network"], "2001:db8:7:8::/64");
    assert_eq!(server.count_events("tokens_revoked").await, 1);

    // A device that was signed out before can still be reported.
    let other = server.sign_in_from(&mut anna, &server.device("radio"), "openid").await;
    anna.on_device(&other, &[("action", "sign_out")]).await;
    assert!(anna.on_device(&other, &[("action", "report")]).await.says("You reported this device"));
    let events = (server.count_events("grant_reported").await, server.count_events("tokens_revoked").await);
    assert_eq!(events, (2, 2));
}

/// Proves: U-14 U-10: another person's device is not found, as one that never was; nothing of it moves.
#[tokio::test]
async fn another_persons_device_is_not_found() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    let mut bob = server.signed_in("bob").await;
    let page = bob.account().await;
    assert!(!page.says(&device.path()) && !page.says("Television"), "{page:?}");
    let before = server.events().await.len();
    let unknown = "0".repeat(32);
    let mut answers = Vec::new();
    for handle in [device.handle.as_str(), &unknown] {
        let path = format!("/account/devices/{handle}");
        let mut pages = vec![bob.open(&path).await];
        for action in ACTIONS {
            pages.push(bob.post(&page, &path, action).await);
        }
        let without = |page: &Page| page.without(&[handle, page.answer.header("x-request-id")]);
        answers.push(pages.iter().map(|page| (page.answer.status, without(page))).collect::<Vec<_>>());
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].iter().all(|(status, _)| *status == 404), "{answers:?}");
    for odd in ["%00", "x", "..%2f..", &device.handle.to_uppercase(), &format!("{}0", device.handle), "%27%20OR%201=1"]
    {
        let path = format!("/account/devices/{odd}");
        assert_eq!(bob.open(&path).await.answer.status, 404, "{odd}");
        assert_eq!(anna.open(&path).await.answer.status, 404, "{odd}");
        assert_eq!(bob.post(&page, &path, ACTIONS[1]).await.answer.status, 404, "{odd}");
    }
    for fields in [[("app", "tv")], [("all", "true")]] {
        bob.post(&page, "/account/devices", &fields).await;
    }
    assert_eq!(server.events().await.len(), before);
    device.assert_alive(&server).await;
    assert!(anna.open(&device.path()).await.says("<h1>“<bdi>curl</bdi>”</h1>"));
}

/// Proves: U-14 K-10: all devices of one app, then all; twice is once.
#[tokio::test]
async fn all_devices_of_an_app_and_all_devices_are_signed_out() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let tv = server.device("tv");
    let one = server.sign_in_from(&mut anna, &tv, "openid").await;
    let two = server.sign_in_from(&mut anna, &tv, "openid").await;
    let mut radio = server.sign_in_from(&mut anna, &server.device("radio"), "openid").await;
    let mut bob = server.signed_in("bob").await;
    let mut bobs = server.sign_in_from(&mut bob, &tv, "openid").await;
    server.clock.advance(secs(1));
    let page = anna.account().await;
    assert!(page.says("Sign out all 2 devices"), "{page:?}");
    for _ in 0..2 {
        let page = anna.post(&page, "/account/devices", &[("app", "tv")]).await;
        assert!(page.path == "/account" && !page.says("Television</bdi></h3>") && page.says(&radio.path()), "{page:?}");
    }
    one.assert_dead(&server).await;
    two.assert_dead(&server).await;
    radio.assert_alive(&server).await;
    server.clock.advance(secs(1));
    for _ in 0..2 {
        let page = anna.post(&page, "/account/devices", &[("all", "true")]).await;
        assert!(page.says("No device is signed in"), "{page:?}");
    }
    radio.assert_dead(&server).await;
    bobs.assert_alive(&server).await;
    let revoked = server.events_of("tokens_revoked").await;
    let told: Vec<_> =
        revoked.iter().map(|event| (event.client_id.as_deref(), detail(event)["devices"].as_i64())).collect();
    assert_eq!(told, [(Some("tv"), Some(2)), (None, Some(1))]);
    for odd in [&[][..], &[("all", "false")], &[("app", "tv"), ("all", "true")], &[("app", "t\0v")]] {
        assert_eq!(anna.post(&page, "/account/devices", odd).await.answer.status, 400, "{odd:?}");
    }
}

/// Proves: W-08 N76: the name that somebody gives a device is shown as text, in one line, cut, and can be taken back.
#[tokio::test]
async fn the_name_of_a_device_is_escaped_and_cut() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    for (given, shown) in [
        ("Kitchen", "<h1><bdi>Kitchen</bdi></h1>".to_owned()),
        ("<b>\"x\"\r\n\u{202E}</b>", "<h1><bdi>&#60;b&#62;&#34;x&#34; &#60;/b&#62;</bdi></h1>".to_owned()),
        (&"é".repeat(1_000), format!("<h1><bdi>{}…</bdi></h1>", "é".repeat(63))),
        (" \t\u{200B} ", "<h1>“<bdi>curl</bdi>”</h1>".to_owned()),
    ] {
        let page = anna.on_device(&device, &[("action", "rename"), ("name", given)]).await;
        assert!(page.says(&shown), "{shown}: {page:?}");
        assert_eq!(page.path, device.path());
    }
    assert_eq!(anna.on_device(&device, &[("action", "rename"), ("name", "K\0")]).await.answer.status, 400);
    anna.on_device(&device, &[("action", "rename"), ("name", "Kitchen")]).await;
    assert!(anna.account().await.says("<bdi>Kitchen</bdi></a>"));
    assert_eq!(server.count_events("device_renamed").await, 5);
    anna.on_device(&device, &[("action", "rename"), ("name", "Kitchen")]).await;
    assert_eq!(server.count_events("device_renamed").await, 5, "it had that name");
    let cells = server.database.cells().await;
    assert!(!cells.iter().any(|cell| cell.table == "audit_events" && cell.text().contains("Kitchen")));
}

/// Proves: U-14 K-10: after a refresh and a sign-out at once, no token is valid, whichever came first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_beside_a_sign_out_leaves_nothing_alive() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut refreshed = 0;
    for _ in 0..12 {
        let mut device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
        let page = anna.account().await;
        let path = device.path();
        let signing_out = anna.post(&page, &path, &[("action", "sign_out")]);
        let (answer, ended) = tokio::join!(device.refresh(), signing_out);
        assert!(ended.says("This device is signed out"), "{ended:?}");
        if answer.status == 200 {
            refreshed += 1;
            device.tokens = answer.json();
        } else {
            answer.assert_error(400, "invalid_grant");
        }
        device.assert_dead(&server).await;
    }
    assert_eq!(server.count_events("tokens_revoked").await, 12, "{refreshed} refreshes were faster");
    assert_eq!(server.count_events("refresh_token_reused").await, 0);
}

/// Proves: U-13 U-14: signing everything out asks for a recent login, as an approval does; less does not.
#[tokio::test]
async fn signing_all_devices_out_needs_a_recent_login() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let tv = server.device("tv");
    let mut device = server.sign_in_from(&mut anna, &tv, "openid").await;
    let other = server.sign_in_from(&mut anna, &tv, "openid").await;
    server.clock.advance(secs(15 * 60));
    let page = anna.account().await;
    server.clock.advance(secs(1));
    let login = anna.post(&page, "/account/devices", &[("all", "true")]).await;
    assert_eq!(login.path, "/login", "{login:?}");
    assert!(login.says("You signed in a while ago") && login.says("Nothing was changed yet"), "{login:?}");
    device.tokens = device.refresh().await.json();
    assert!(anna.on_device(&other, &[("action", "sign_out")]).await.says("This device is signed out"));
    let again = anna.post(&login, "/login", &[("username", "anna"), ("password", testkit::PASSWORD)]).await;
    assert!(again.path == "/account" && again.says(&device.path()), "the login decides nothing: {again:?}");
    assert!(anna.post(&again, "/account/devices", &[("all", "true")]).await.says("No device is signed in"));
    device.assert_dead(&server).await;
}

/// Proves: W-07 U-14: a stranger logs in first and comes back to where they were, and nowhere else.
#[tokio::test]
async fn a_login_leads_back_to_the_page_that_was_asked_for() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    let form = [("username", "anna"), ("password", testkit::PASSWORD)];
    for path in ["/account", "/account/activity", "/account/password", &device.path()] {
        let mut browser = server.browser();
        let login = browser.open(&format!("{path}?next=https://evil.example&next=//evil")).await;
        assert_eq!(login.path, "/login");
        assert!(login.says("Sign in to see your account") && !login.says("Television"), "{login:?}");
        let there = browser.post(&login, "/login", &form).await;
        assert_eq!((there.answer.status, there.path.as_str()), (200, path));
        assert_eq!(browser.log_in("anna").await.path, "/device", "it waits once");
    }
    // A form of a session that ended changes nothing, and leads to the login of its page.
    let page = anna.account().await;
    server.clock.advance(secs(30 * 60));
    for (action, fields) in [
        (device.path(), ACTIONS[1]),
        (device.path(), &[("action", "unknown")]),
        ("/account/devices".to_owned(), &[("all", "true")][..]),
        ("/account/browsers".to_owned(), &[("others", "true")]),
        ("/account/password".to_owned(), &[]),
    ] {
        assert_eq!(anna.post(&page, &action, fields).await.path, "/login", "{action}");
    }
    assert_eq!(server.count_events("tokens_revoked").await, 0);
}

/// Proves: U-14: devices that are over are not listed; devices of a disabled client are, because it may be enabled again.
#[tokio::test]
async fn devices_that_are_over_are_not_listed() {
    let server = Server::with(|settings| {
        for_accounts(settings);
        settings.purge.every = secs(10_000_000);
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let stays = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    let ends = server.sign_in_from(&mut anna, &server.device("box").with_secret("box-secret"), "openid").await;
    server.clock.advance(secs(599));
    assert!(anna.account().await.says(&ends.path()));
    server.clock.advance(secs(1));
    let page = anna.account().await;
    assert!(!page.says(&ends.path()) && page.says(&stays.path()), "{page:?}");
    assert!(anna.open(&ends.path()).await.says("This device is signed out"));

    let later = Server::on(std::sync::Arc::clone(&server.database), server.clock.clone(), |settings| {
        for_accounts(settings);
        settings.client[0].enabled = false;
    })
    .await;
    let mut there = later.browser();
    there.cookies.clone_from(&anna.cookies);
    let page = there.account().await;
    assert!(page.says(&stays.path()) && page.says("This app is switched off for now"), "{page:?}");
    assert!(there.on_device(&stays, &[("action", "sign_out")]).await.says("This device is signed out"));
    stays.assert_dead(&server).await;
    // Fourteen days without a use.
    let unused = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    server.clock.advance(secs(14 * 86_400));
    let mut later = server.browser();
    later.log_in("anna").await;
    assert!(later.account().await.says("No device is signed in"));
    assert!(later.open(&unused.path()).await.says("This device is signed out"));
}
