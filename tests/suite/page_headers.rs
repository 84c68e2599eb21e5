//! What a browser must never do with a page: RFC 9700 section 4.16; requirements W-01 to W-03 and W-09.

use testkit::{Answer, PASSWORD, Page, Server, secs};

const EXACT: [(&str, &str); 9] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("strict-transport-security", "max-age=31536000"),
    ("content-type", "text/html; charset=utf-8"),
];

/// Every header, each once.
#[track_caller]
fn assert_headers(page: &Page) {
    for (name, value) in EXACT {
        let values: Vec<&str> = page.answer.headers.get_all(name).iter().map(|has| has.to_str().unwrap()).collect();
        assert_eq!(values, [value], "{name} on {}", page.path);
    }
    let permissions = page.answer.header("permissions-policy");
    assert!(permissions.contains("camera=()"), "{permissions}");
    assert!(permissions.split(", ").all(|feature| feature.ends_with("=()")), "{permissions}");
}

/// The page has no script, no style and no handler, and names no other server.
#[track_caller]
fn assert_inert(page: &Page) {
    for tag in page.answer.body.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        assert!(!["script", "style", "iframe", "object", "embed", "base"].contains(&name), "<{tag}>");
        assert!(!tag.contains("http-equiv") && !tag.contains("javascript:") && !tag.contains("//"), "<{tag}>");
        // Values may contain blanks and look like attributes, so quoted text is left out.
        let unquoted: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"");
        for attribute in unquoted.split_whitespace().skip(1) {
            assert!(!attribute.starts_with("style") && !attribute.starts_with("on"), "<{tag}>");
        }
    }
}

#[track_caller]
fn assert_sound(page: &Page, status: u16, says: &str) {
    assert_eq!(page.answer.status, status, "{page:?}");
    assert!(page.says(says), "{says}: {page:?}");
    assert_headers(page);
    assert_inert(page);
    assert!(page.has_a_way_on(), "{page:?}");
    assert_eq!(page.answer.body.matches("<h1").count(), 1, "{page:?}");
}

/// Proves: N56 W-01 W-02 W-03: every page of the walk.
#[tokio::test]
async fn every_page_of_the_walk_has_the_headers() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    assert_sound(&anna.open("/device").await, 200, "Enter the code");
    assert_sound(&anna.open(&format!("/device?user_code={}", device.user_code)).await, 200, "Go on with this code?");
    let login = anna.enter_code(&device.user_code).await;
    assert_sound(&login, 200, "id=\"login-submit\"");
    let failed = anna.post(&login, "/login", &[("username", "<b>"), ("password", "wrong")]).await;
    assert_sound(&failed, 200, "id=\"login-error\"");
    let decision = anna.post(&failed, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
    assert_sound(&decision, 200, "id=\"approve\"");
    let unticked = anna.post(&decision, &decision.path, &[("decision", "approve")]).await;
    assert_sound(&unticked, 200, "confirm-device-error");
    let done = anna.approve(&decision).await;
    assert_sound(&done, 200, "Go back to your device");
    device.redeem().await;
    assert_sound(&anna.open(&done.path).await, 200, "Your device is signed in");

    let denied = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&denied.user_code).await;
    assert_sound(&anna.deny(&page).await, 200, "You denied the request");
    let late = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&late.user_code).await;
    server.clock.advance(secs(600));
    assert_sound(&anna.approve(&page).await, 200, "The code has expired");
    assert_sound(&anna.enter_code("\"><script>alert(1)</script>").await, 200, "This code does not work");
}

/// Proves: N56 W-09: pages of errors have them too, are generic, and name a reference.
#[tokio::test]
async fn every_error_page_has_the_headers() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server.add_user("bob").await;
    let mut anna = server.browser();
    anna.log_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let decision = anna.enter_code(&device.user_code).await;
    let mut bob = server.browser();
    bob.log_in("bob").await;
    let bobs = Page { path: decision.path.clone(), answer: bob.open("/device").await.answer };
    let form: &[(&str, &str)] = &[("user_code", "BBBB-BBBB")];

    let mut pages = vec![
        (400, anna.post(&decision, &decision.path, &[("decision", "maybe")]).await),
        (409, bob.approve(&bobs).await),
        (404, anna.open("/device/request/none").await),
    ];
    for (status, method, path, form) in [
        (403, "POST", "/device", Some(form)),
        (404, "GET", "/nowhere", None),
        (404, "GET", "/device/", None),
        (404, "GET", "/static/nothing.css", None),
        (404, "POST", "/nowhere", Some(form)),
        (405, "GET", "/logout", None),
        (405, "PUT", "/device", None),
        (405, "DELETE", "/login", None),
        (405, "OPTIONS", "/device", None),
        (405, "POST", "/static/style.css", Some(form)),
    ] {
        pages.push((status, Page { path: path.to_owned(), answer: anna.send(method, path, form).await }));
    }
    server.database.run("DROP TABLE browser_sessions").await;
    pages.push((500, anna.open("/device").await));
    pages.push((500, Page { path: "/login".to_owned(), answer: anna.send("POST", "/login", Some(form)).await }));
    for (status, page) in &pages {
        assert_sound(page, *status, "class=\"reference\"");
        assert!(page.says(&format!(">{}<", page.answer.header("x-request-id"))), "{page:?}");
        // Whole words, because a random handle may contain these letters.
        let mut words = page.answer.body.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let is_of_database = |word: &str| {
            ["browser_sessions", "sql", "sqlx", "sqlite", "postgres"].contains(&word.to_lowercase().as_str())
        };
        assert!(!words.any(is_of_database), "{page:?}");
        assert_eq!(*status == 405, page.answer.headers.contains_key("allow"), "{page:?}");
    }
}

/// Proves: N56 L-07: HEAD has the headers of GET, and no body.
#[tokio::test]
async fn head_has_the_headers_of_get() {
    let server = Server::spawn().await;
    for path in ["/device", "/login", "/nowhere"] {
        let head = Page { path: path.to_owned(), answer: server.browser().send("HEAD", path, None).await };
        assert_headers(&head);
        assert_eq!(head.answer.body, "");
    }
}

/// Proves: W-03: answers to clients are pinned to https too, errors included, and browsers do not guess their type.
#[tokio::test]
async fn answers_to_clients_are_pinned_to_https_too() {
    let server = Server::spawn().await;
    for (method, path, status) in [
        ("GET", "/jwks.json", 200),
        ("GET", "/.well-known/openid-configuration", 200),
        ("POST", "/token", 400),
        ("GET", "/token", 405),
        ("POST", "/device_authorization", 400),
        ("GET", "/userinfo", 401),
        ("GET", "/static/style.css", 200),
    ] {
        let request = server.request(method, path).header("content-type", "application/x-www-form-urlencoded");
        let answer = Answer::of(request.send().await.unwrap()).await;
        let pinned = (answer.header("strict-transport-security"), answer.header("x-content-type-options"));
        assert_eq!((answer.status, pinned), (status, ("max-age=31536000", "nosniff")), "{method} {path}");
    }
}

/// Proves: N56 W-01 W-02 W-03: every page of an account.
#[tokio::test]
async fn every_page_of_an_account_has_the_headers() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    assert_sound(&anna.account().await, 200, &device.path());
    assert_sound(&anna.open(&device.path()).await, 200, "id=\"report\"");
    assert_sound(&anna.on_device(&device, &[("action", "report")]).await, 200, "You reported this device");
    assert_sound(&anna.open("/account/activity").await, 200, "Recent activity");
    let password = anna.open("/account/password").await;
    assert_sound(&password, 200, "id=\"password-submit\"");
    assert_sound(&anna.post(&password, "/account/password", &[]).await, 200, "id=\"password-error\"");
    assert_sound(&anna.open(&format!("/account/devices/{}", "0".repeat(32))).await, 404, "class=\"reference\"");
    assert_sound(&anna.on_device(&device, &[("action", "explode")]).await, 400, "class=\"reference\"");
    assert_sound(&anna.post(&password, "/account/sign-out", &[]).await, 200, "You are signed out");
}
