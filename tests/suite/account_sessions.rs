//! The browsers in which a person is signed in, and how they end that: requirement W-05. The forms of an account: W-06.

use protocol::Secret;

use testkit::{Browser, ISSUER, Server, detail, secs};

/// The name of a browser's session in a page.
fn handle(browser: &Browser) -> String {
    Secret::presented(&browser.cookies["__Host-grantd"]).digest().hex()
}

/// Proves: W-05 U-14: every session is listed with when, from where and with what; this one is marked.
#[tokio::test]
async fn browsers_are_listed_and_this_one_is_marked() {
    let server = Server::with_accounts().await;
    let mut phone = server.signed_in_from("anna", "192.0.2.9").await;
    server.clock.advance(secs(10 * 60));
    let mut laptop = server.browser_from("198.51.100.20");
    laptop.log_in("anna").await;
    let page = laptop.account().await;
    for said in
        ["Firefox on Linux", "192.0.2.9", "198.51.100.20", "title=\"2026-11-21 12:00 UTC\">10 minutes ago</time>, from"]
    {
        assert!(page.says(said), "{said}: {page:?}");
    }
    let (this, other) = (handle(&laptop), handle(&phone));
    let marked = page.answer.body.find("This is the browser that you are using now").unwrap();
    let at = |handle: &str| page.answer.body.find(handle).unwrap();
    assert!(marked < at(&this) && at(&this) < at(&other), "this one stands first: {page:?}");
    assert_eq!(page.answer.body.matches("This is the browser").count(), 1);
    // The name of a session in the page opens nothing.
    let mut thief = server.browser();
    thief.cookies.insert("__Host-grantd".to_owned(), other);
    assert_eq!(thief.account().await.path, "/login");
    assert!(phone.account().await.says("This is the browser"));
}

/// Proves: W-05 K-10: one other, all others, and this one; twice is once, and nobody else's.
#[tokio::test]
async fn sessions_in_other_browsers_are_ended() {
    let server = Server::with_accounts().await;
    let mut here = server.signed_in("anna").await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let mut browser = server.browser();
        browser.log_in("anna").await;
        others.push(browser);
    }
    let mut bob = server.signed_in("bob").await;
    let page = here.account().await;
    let first = handle(&others[0]);
    for _ in 0..2 {
        let page = here.post(&page, "/account/browsers", &[("browser", &first)]).await;
        assert!(page.path == "/account" && !page.says(&first), "{page:?}");
    }
    assert_eq!(others[0].account().await.path, "/login");
    assert_eq!(others[1].account().await.path, "/account");
    assert_eq!(server.count_events("session_ended").await, 1);

    here.post(&page, "/account/browsers", &[("browser", &handle(&bob))]).await;
    assert_eq!(bob.account().await.path, "/account", "another person's session is no business of hers");
    for _ in 0..2 {
        let page = here.post(&page, "/account/browsers", &[("others", "true")]).await;
        assert!(page.path == "/account" && !page.says("id=\"sign-out-browsers\""), "{page:?}");
    }
    for browser in &mut others {
        assert_eq!(browser.account().await.path, "/login");
    }
    assert_eq!(bob.account().await.path, "/account");
    let ended = server.events_of("session_ended").await;
    assert_eq!(ended.len(), 2, "{ended:?}");
    // Both have the same instant, so their order is open.
    assert!(ended.iter().any(|event| detail(event)["sessions"] == 2), "{ended:?}");

    let kept = here.clone();
    let out = here.post(&page, "/account/browsers", &[("browser", &handle(&kept))]).await;
    assert!(out.path == "/device" && !out.is_signed_in_as("anna"), "{out:?}");
    assert_ne!(here.cookies, kept.cookies);
    let mut thief = kept;
    assert_eq!(thief.account().await.path, "/login");
    assert_eq!(server.count_events("session_ended").await, 3);
    let page = bob.account().await;
    for odd in [&[][..], &[("browser", "x")], &[("others", "false")], &[("browser", &first), ("others", "true")]] {
        assert_eq!(bob.post(&page, "/account/browsers", odd).await.answer.status, 400, "{odd:?}");
    }
}

/// Proves: N47 W-06: every form of an account is refused without its csrf token, and from elsewhere.
#[tokio::test]
async fn the_forms_of_an_account_are_protected() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    let csrf = anna.account().await.csrf();
    let mut bob = server.signed_in("bob").await;
    let bobs_csrf = bob.account().await.csrf();
    let before = server.events().await.len();
    let path = device.path();
    let new = "seven lanterns over water";
    let password = [("current_password", testkit::PASSWORD), ("new_password", new), ("new_password_again", new)];
    for (path, fields) in [
        (path.as_str(), vec![("action", "sign_out")]),
        (path.as_str(), vec![("action", "report")]),
        (path.as_str(), vec![("action", "rename"), ("name", "x")]),
        ("/account/devices", vec![("all", "true")]),
        ("/account/devices", vec![("app", "tv")]),
        ("/account/browsers", vec![("others", "true")]),
        ("/account/password", password.to_vec()),
        ("/account/sign-out", vec![]),
    ] {
        let ours: &[(&str, &str)] = &[("origin", ISSUER), ("sec-fetch-site", "same-origin")];
        let with = |csrf| fields.iter().copied().chain([("csrf", csrf)]).collect::<Vec<_>>();
        for (said, form) in [
            (ours, fields.clone()),
            (ours, with("")),
            (ours, with(&bobs_csrf)),
            (&[("origin", "https://evil.example")], with(&csrf)),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], with(&csrf)),
        ] {
            let answer = anna.send_saying("POST", path, said, Some(&form)).await;
            assert_eq!(answer.status, 403, "{path} {said:?} {form:?}: {answer:?}");
        }
        let got = anna.send("GET", path, None).await.status;
        assert!([200, 405].contains(&got), "{path}: {got}");
    }
    assert_eq!(server.events().await.len(), before);
    device.assert_alive(&server).await;
}
