//! Another site cannot act in the name of a person: RFC 6749 section 10.12, RFC 9700 section 4.7; requirement W-06.

use testkit::{Browser, ISSUER, PASSWORD, Page, Server};

type Said = &'static [(&'static str, &'static str)];

const SAME_ORIGIN: Said = &[("origin", ISSUER), ("sec-fetch-site", "same-origin")];

/// A request that a page of another site can make a browser send.
const FOREIGN: [Said; 6] = [
    &[("origin", "https://evil.example")],
    &[("origin", "http://login.example.test")],
    &[("origin", "https://login.example.test:8443")],
    &[("origin", "null"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
];

async fn post(browser: &mut Browser, path: &str, said: Said, form: &[(&str, &str)]) -> Page {
    Page { path: path.to_owned(), answer: browser.send_saying("POST", path, said, Some(form)).await }
}

#[track_caller]
fn assert_refused(page: &Page, why: &str) {
    assert_eq!(page.answer.status, 403, "{why}: {page:?}");
    assert!(page.answer.header("content-type").starts_with("text/html"), "{why}");
    assert!(page.says("Nothing was changed") && page.has_a_way_on(), "{why}: {page:?}");
}

/// Proves: N47 W-06, on the decision: state unchanged, and the page itself still works.
#[tokio::test]
async fn a_forged_decision_is_refused() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server.add_user("bob").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    let stranger_csrf = anna.open("/device").await.csrf();
    let page = anna.reach_decision(&device.user_code, "anna").await;
    let mut bob = server.browser();
    bob.log_in("bob").await;
    let bobs_csrf = bob.open("/device").await.csrf();
    let csrf = page.csrf();
    let before = server.database.grants().await;

    for decision in ["approve", "deny"] {
        let fields = [("decision", decision), ("device_present", "true"), ("other_network", "true")];
        let with = |csrf| [fields[0], fields[1], ("csrf", csrf)];
        assert_refused(&post(&mut anna, &page.path, SAME_ORIGIN, &fields).await, "no csrf");
        let cookie = anna.cookies["__Host-grantd"].clone();
        let longer = format!("{csrf}0");
        for (why, wrong) in [
            ("an empty csrf", ""),
            ("another session's csrf", &bobs_csrf),
            ("the csrf from before the login", &stranger_csrf),
            ("the cookie", &cookie),
            ("the beginning of it", &csrf[..csrf.len() - 1]),
            ("more than it", &longer),
        ] {
            assert_refused(&post(&mut anna, &page.path, SAME_ORIGIN, &with(wrong)).await, why);
        }
        for said in FOREIGN {
            assert_refused(&post(&mut anna, &page.path, said, &with(&csrf)).await, &format!("{said:?}"));
        }
        let mut without_cookie = server.browser();
        assert_refused(&post(&mut without_cookie, &page.path, SAME_ORIGIN, &with(&csrf)).await, "no cookie");
    }
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
    let done = post(
        &mut anna,
        &page.path,
        SAME_ORIGIN,
        &[("decision", "approve"), ("device_present", "true"), ("other_network", "true"), ("csrf", &csrf)],
    )
    .await;
    assert_eq!(done.answer.status, 303, "{done:?}");
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: N47 W-06: codes, logins (login csrf) and logouts are forms like any other.
#[tokio::test]
async fn every_form_is_protected() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server.add_user("eve").await;
    let device = server.device("tv").authorize("read").await;
    let before = server.database.grants().await;
    let mut anna = server.browser();
    anna.log_in("anna").await;
    let csrf = anna.open("/device").await.csrf();
    for (path, fields) in [
        ("/device", vec![("user_code", device.user_code.as_str())]),
        ("/login", vec![("username", "eve"), ("password", PASSWORD)]),
        ("/logout", vec![]),
    ] {
        assert_refused(&post(&mut anna, path, SAME_ORIGIN, &fields).await, path);
        let with: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        for said in FOREIGN {
            assert_refused(&post(&mut anna, path, said, &with).await, &format!("{path} {said:?}"));
        }
        assert!(anna.open("/device").await.is_signed_in_as("anna"), "{path}");
    }
    assert_eq!(server.database.grants().await, before);
}

/// Proves: W-06: an old browser says nothing about where a form comes from; the csrf token decides alone.
#[tokio::test]
async fn an_old_browser_that_says_nothing_can_be_used() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for said in [&[][..], &[("origin", "null")], &[("origin", ISSUER)], &[("sec-fetch-site", "same-origin")]] {
        let mut anna = server.browser();
        let csrf = anna.open("/login").await.csrf();
        let page =
            post(&mut anna, "/login", said, &[("username", "anna"), ("password", PASSWORD), ("csrf", &csrf)]).await;
        assert_eq!(page.answer.status, 303, "{said:?}: {page:?}");
    }
}
