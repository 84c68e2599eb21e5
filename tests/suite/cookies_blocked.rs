//! What a person sees whose browser keeps no cookies.

use testkit::chromium::{Chromium, Window};
use testkit::{Browser, PASSWORD, Page, Server, detail};

const TOLD: &str = "Your browser sent no cookie";
const KEPT: &str = "Your code is kept";

/// Sends the form of a page as a browser does that keeps no cookies.
async fn send(browser: &mut Browser, page: &Page, path: &str, said: &[(&str, &str)], fields: &[(&str, &str)]) -> Page {
    browser.cookies.clear();
    let csrf = page.csrf();
    let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    Page { path: path.to_owned(), answer: browser.send_saying("POST", path, said, Some(&form)).await }
}

/// Proves: FE-13 X-03: the page says what is missing, and with cookies the person goes on without typing the code again.
#[tokio::test]
async fn a_browser_without_cookies_is_told_so_and_keeps_its_code() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let same_site = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    // An old browser says nothing of where a form comes from: its code may be one that another site sent.
    for (said, entry) in [(&same_site[..], "typed"), (&[], "link")] {
        let device = server.device("tv").authorize("read").await;
        let mut browser = server.browser();
        let page = browser.open("/device").await;
        let mut told = send(&mut browser, &page, "/device", said, &[("user_code", &device.user_code)]).await;
        for _ in 0..2 {
            assert_eq!(told.answer.status, 403, "{told:?}");
            assert!(told.says(TOLD) && told.says(KEPT) && told.says("Nothing was changed"), "{told:?}");
            assert!(!told.says("too old") && told.has_a_way_on(), "{told:?}");
            told = send(&mut browser, &told, "/device", said, &[("user_code", &device.user_code)]).await;
        }
        // From now on it keeps cookies, beginning with the one of this page.
        let kept = told.value_of("name=\"user_code\"").unwrap();
        let came = told.value_of("name=\"entry\"").unwrap_or_default();
        let login = browser.post(&told, "/device", &[("user_code", &kept), ("entry", &came)]).await;
        assert!(login.path == "/login" && login.says(KEPT), "{login:?}");
        let decision = browser.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
        assert!(decision.is_decision() && decision.says(&device.user_code[..4]), "{decision:?}");
        let claimed = server.events_of("grant_claimed").await;
        assert_eq!(claimed.iter().filter(|event| detail(event)["entry"] == entry).count(), 1, "{claimed:?}");
    }
}

/// Proves: FE-13: every form says so, in every language, and leads back to its page; a form of another site learns
/// nothing new.
#[tokio::test]
async fn every_form_without_a_cookie_is_told_so_in_every_language() {
    let server = Server::spawn().await;
    let mut browser = server.browser();
    let page = browser.open("/login").await;
    for (path, back) in
        [("/login", "/login"), ("/logout", "/device"), ("/account/password", "/device"), ("/device", "/device")]
    {
        let told = send(&mut browser, &page, path, &[], &[]).await;
        assert_eq!(told.answer.status, 403);
        assert!(told.says(TOLD) && told.says(&format!("href=\"{back}\"")), "{path}: {told:?}");
    }
    let mut headings = std::collections::BTreeSet::new();
    for language in ["ar", "de", "en", "es", "fr", "it", "ja", "pl", "pt", "zh"] {
        let told = send(&mut browser, &page, "/device", &[("accept-language", language)], &[("user_code", "x")]).await;
        assert!(told.says(&format!("<html lang=\"{language}")), "{told:?}");
        headings.insert(told.answer.body.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap().to_owned());
    }
    assert_eq!(headings.len(), 10, "{headings:?}");
    let foreign = [("sec-fetch-site", "cross-site")];
    let stale = send(&mut browser, &page, "/device", &foreign, &[("user_code", "BBBB-BBBB")]).await;
    assert!(stale.answer.status == 403 && stale.says("too old") && !stale.says("BBBB"), "{stale:?}");
}

/// Proves: FE-13 X-09, in a real browser that keeps none, 320 pixels wide.
#[tokio::test]
async fn a_real_browser_that_blocks_cookies_is_told_so() {
    let Some(chromium) = Chromium::open(Window::WithoutCookies).await else { return };
    let server = Server::on_localhost().await;
    chromium.client.goto(&server.app.url("/device")).await.unwrap();
    chromium.id("user_code").await.send_keys("BBBB-BBBB").await.unwrap();
    chromium.id("code-submit").await.click().await.unwrap();
    chromium.comes_to_say(TOLD).await;
    chromium.comes_to_say(KEPT).await;
    assert!(chromium.overflow().await <= 0.0, "too wide: {}", chromium.says().await);
    assert!(chromium.client.get_all_cookies().await.unwrap().is_empty());
    chromium.id("continue").await;
    chromium.close().await;
}
