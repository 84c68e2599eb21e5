//! The language of a page, and where the choice of another one leads.

use words::Language;

use testkit::{Browser, Page, Server};

/// What remembers a choice.
const COOKIE: &str = "__Host-grantd_language";

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
    for place in ["/device", "/login", "/account", decision.path.as_str()] {
        let there = choose(&mut anna, &decision, "en", place).await;
        assert_eq!((there.answer.status, there.path.as_str()), (200, place));
    }
    let foreign = ["", "https://evil.example", "//evil.example", "/\\evil.example", "..", "../token", "\r\nX-Evil: 1"];
    for place in foreign.into_iter().map(str::to_owned).chain([
        format!("{}/../..", decision.path),
        format!("/{handle}"),
        decision.path[1..].to_owned(),
    ]) {
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
        assert_eq!(choose(&mut browser, &page, wrong, "/login").await.answer.status, 400, "{wrong}");
    }
    let forged = browser.send("POST", "/language", Some(&[("language", "en"), ("place", "/device")])).await;
    assert_eq!(forged.status, 403, "without a csrf token");
    assert!(!browser.cookies.contains_key(COOKIE));

    choose(&mut browser, &page, "en", "/login").await;
    let cookie = browser.set_cookies.last().unwrap();
    let meant = "__Host-grantd_language=en; Path=/; HttpOnly; Max-Age=31536000; SameSite=Lax; Secure";
    assert_eq!(cookie, meant);
}

/// Proves: W-08 (of what a browser says of its languages).
#[tokio::test]
async fn no_wish_is_too_odd_for_a_page() {
    let server = Server::spawn().await;
    for wish in ["tlh", "*", "en;q=0", "<script>", ";;;,,,q=", &"qq-".repeat(2000), &"aa,".repeat(2000)] {
        let mut browser = server.browser();
        browser.cookies.insert(COOKIE.to_owned(), wish.replace([';', ','], "."));
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

/// Proves: S-02 (`ui_locales` of a page).
#[tokio::test]
async fn a_choice_goes_before_the_request_before_the_browser_before_the_default() {
    let server = Server::with(|settings| settings.pages.default_language = Language::Polish).await;
    server.add_user("anna").await;
    let mut anna = server.browser();
    anna.log_in("anna").await;
    for (chosen, wished, accepted, spoken, heading) in [
        (
            Some("ar"),
            Some("ja fr"),
            Some("de"),
            "ar",
            "هل تسمح لتطبيق <bdi>Television</bdi> بتسجيل الدخول باسم <bdi>anna</bdi>؟",
        ),
        (
            None,
            Some("ja fr"),
            Some("de"),
            "ja",
            "<bdi>Television</bdi>が<bdi>anna</bdi>としてログインすることを許可しますか？",
        ),
        (
            None,
            Some("tlh fr-CA"),
            Some("de"),
            "fr",
            "Autoriser <bdi>Television</bdi> à se connecter en tant que <bdi>anna</bdi> ?",
        ),
        (None, Some("tlh"), Some("de-AT"), "de", "Darf sich <bdi>Television</bdi> als <bdi>anna</bdi> anmelden?"),
        (
            None,
            None,
            Some("tlh, it;q=0.9, de;q=0.8"),
            "it",
            "Consentire a <bdi>Television</bdi> di accedere come <bdi>anna</bdi>?",
        ),
        (
            None,
            None,
            Some("en;q=0, es"),
            "es",
            "¿Permitir que <bdi>Television</bdi> inicie sesión como <bdi>anna</bdi>?",
        ),
        (
            None,
            None,
            Some("zh-CN, zh;q=0.9, en;q=0.8"),
            "zh",
            "允许 <bdi>Television</bdi> 以 <bdi>anna</bdi> 的身份登录？",
        ),
        (None, None, Some("pt-PT"), "pt", "Permitir que <bdi>Television</bdi> faça login como <bdi>anna</bdi>?"),
        (Some("tlh"), None, Some("en"), "en", "Let <bdi>Television</bdi> sign in as <bdi>anna</bdi>?"),
        (
            None,
            None,
            Some("tlh, *"),
            "pl",
            "Zezwolić aplikacji <bdi>Television</bdi> na zalogowanie się jako <bdi>anna</bdi>?",
        ),
        (None, None, None, "pl", "Zezwolić aplikacji <bdi>Television</bdi> na zalogowanie się jako <bdi>anna</bdi>?"),
    ] {
        let asked: Vec<_> = [("scope", "read")].into_iter().chain(wished.map(|wish| ("ui_locales", wish))).collect();
        let device = server.device("tv").authorize_with(&asked).await;
        let decision = anna.enter_code(&device.user_code).await;
        anna.cookies.remove(COOKIE);
        anna.cookies.extend(chosen.map(|tag| (COOKIE.to_owned(), tag.to_owned())));
        let said: Vec<_> = accepted.map(|accepted| ("accept-language", accepted)).into_iter().collect();
        let answer = anna.send_saying("GET", &decision.path, &said, None).await;
        let page = Page { path: decision.path, answer };
        assert!(page.says(&format!("<html lang=\"{spoken}\"")), "{spoken}: {page:?}");
        assert!(page.says(&format!("<h1>{heading}</h1>")), "{spoken}: {page:?}");
    }
}

/// Proves: X-06 (of a language that is read from right to left).
#[tokio::test]
async fn arabic_is_read_from_right_to_left_and_codes_are_not() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    let decision = anna.reach_decision(&device.user_code, "anna").await;
    assert!(decision.says("<html lang=\"en\" dir=\"ltr\">"));
    let decision = choose(&mut anna, &decision, "ar", &decision.path).await;
    for page in [&decision, &anna.open("/device").await, &anna.open("/nowhere").await] {
        assert!(page.says("<html lang=\"ar\" dir=\"rtl\">"), "{page:?}");
        assert!(page.says("أنت الآن في <strong><bdi>login.example.test</bdi></strong>"), "{page:?}");
    }
    // Without the stylesheet, too: groups in the order of the page would be another code.
    assert!(decision.says("<span class=\"letters\" aria-hidden=\"true\" dir=\"ltr\">"), "{decision:?}");
    assert!(anna.open("/nowhere").await.says("<span class=\"reference\" dir=\"ltr\">"));
    let approved = anna.approve(&decision).await;
    assert!(approved.says("<h1>تم. عُد إلى جهازك</h1>"), "{approved:?}");
    assert!(server.browser().open("/device").await.says("<html lang=\"en\" dir=\"ltr\">"), "somebody else's");
}

/// Proves: M-03 (`ui_locales_supported`).
#[tokio::test]
async fn only_the_languages_of_the_operator_are_offered_and_each_by_its_own_name() {
    let offered = vec![Language::English, Language::Arabic, Language::Japanese];
    let server = Server::with(|settings| settings.pages.languages = Some(offered)).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["ui_locales_supported"], serde_json::json!(["en", "ar", "ja"]));
    let mut browser = server.browser();
    let page = browser.open("/login").await;
    for (tag, direction, name) in [("en", "ltr", "English"), ("ar", "rtl", "العربية"), ("ja", "ltr", "日本語")]
    {
        let button = format!("name=\"language\" value=\"{tag}\" lang=\"{tag}\" dir=\"{direction}\">{name}</button>");
        assert!(page.says(&button), "{button}: {page:?}");
    }
    assert_eq!(page.answer.body.matches("name=\"language\"").count(), 3);
    assert_eq!(choose(&mut browser, &page, "de", "/login").await.answer.status, 400);
    browser.cookies.insert(COOKIE.to_owned(), "de".to_owned());
    let page = browser.send_saying("GET", "/login", &[("accept-language", "de, fr, ja")], None).await;
    assert!(page.body.contains("<html lang=\"ja\" dir=\"ltr\">"), "{}", page.body);
}
