//! In which language does a page speak, and where does the choice of another lead?

use crate::support::Browser;
use crate::support::Page;
use crate::support::Server;

async fn choose(browser: &mut Browser, page: &Page, language: &str, place: &str) -> Page {
    browser.post(page, "/language", &[("language", language), ("place", place)]).await
}

/// Proves: W-07 (of the choice of a language). `post` itself fails on a redirect to elsewhere.
#[tokio::test]
async fn the_choice_of_a_language_leads_to_a_page_of_ours_and_nowhere_else() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    let decision = anna.reach_decision(&device.user_code, "anna").await;
    let handle = decision.path.rsplit('/').next().unwrap();
    for (place, path) in [("code", "/device"), ("login", "/login"), (handle, decision.path.as_str())] {
        let there = choose(&mut anna, &decision, "en", place).await;
        assert_eq!((there.answer.status, there.path.as_str()), (200, path), "{place}");
    }
    let foreign = ["", "https://evil.example", "//evil.example", "/\\evil.example", "..", "../token", "\r\nX-Evil: 1"];
    for place in foreign.into_iter().map(str::to_owned).chain([format!("{handle}/../.."), format!("/{}", &handle[1..])])
    {
        let there = choose(&mut anna, &decision, "en", &place).await;
        assert_eq!((there.answer.status, there.path.as_str()), (200, "/device"), "{place}");
    }
}

/// Proves: W-04 (of the cookie that remembers it), W-06.
#[tokio::test]
async fn a_chosen_language_is_remembered_by_a_cookie_that_names_nobody() {
    let server = Server::spawn().await;
    let mut browser = server.browser();
    let page = browser.open("/login").await;
    for wrong in ["tlh", "", "EN", "en-GB", "../en", "<b>"] {
        assert_eq!(choose(&mut browser, &page, wrong, "login").await.answer.status, 400, "{wrong}");
    }
    let forged = browser.send("POST", "/language", Some(&[("language", "en"), ("place", "code")])).await;
    assert_eq!(forged.status, 403, "without a csrf token");
    assert!(!browser.cookies.contains_key("__Host-grantd_language"));

    choose(&mut browser, &page, "en", "login").await;
    let cookie = browser.set_cookies.last().unwrap();
    let meant = "__Host-grantd_language=en; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure";
    assert_eq!(cookie, meant);
}

/// Proves: W-08 (of what a browser says of its languages).
#[tokio::test]
async fn no_wish_is_too_odd_for_a_page() {
    let server = Server::spawn().await;
    for wish in ["tlh", "*", "en;q=0", "<script>", ";;;,,,q=", &"de-".repeat(2000), &"aa,".repeat(2000)] {
        let mut browser = server.browser();
        browser.cookies.insert("__Host-grantd_language".to_owned(), wish.replace([';', ','], "."));
        for path in ["/device", "/login", "/nowhere"] {
            let answer = browser.send_saying("GET", path, &[("accept-language", wish)], None).await;
            let there = if path == "/nowhere" { 404 } else { 200 };
            assert_eq!(answer.status, there, "{wish}");
            assert!(answer.body.contains("<html lang=\"en\" dir=\"ltr\">"), "{wish}");
        }
    }
}

/// Proves: S-02 (`ui_locales` in the link).
#[tokio::test]
async fn languages_travel_in_the_link_where_they_are_short() {
    let server = Server::spawn().await;
    let tv = server.device("tv");
    for (wish, carried) in [
        ("de-CH en", "&ui_locales=de-CH+en"),
        ("zh-Hant-TW zh-Hans-CN zh-Hans-SG", "&ui_locales=zh-Hant-TW+zh-Hans-CN+zh-Hans-SG"),
        ("zh-Hant-TW zh-Hans-CN zh-Hans-SGP", ""),
    ] {
        let device = tv.authorize_with(&[("scope", "read"), ("ui_locales", wish)]).await;
        let link = device.json["verification_uri_complete"].as_str().unwrap().to_owned();
        assert!(link.ends_with(&format!("?user_code={}{carried}", device.user_code)), "{link}");
    }
}
