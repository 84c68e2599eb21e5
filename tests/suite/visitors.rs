//! What a browser holds before the login, and what it can do with an older copy of it.

use testkit::{Browser, PASSWORD, Page, Server, UNKNOWN, secs, unknown_code};

const COOKIE: &str = "__Host-grantd";
const KEPT: &str = "Your code is kept";

async fn log_in_on(browser: &mut Browser, login: &Page, username: &str) -> Page {
    assert_eq!(login.path, "/login", "{login:?}");
    browser.post(login, "/login", &[("username", username), ("password", PASSWORD)]).await
}

/// Proves: FA-04 U-02 D-11 W-04 W-05: a code waits sealed in the cookie, without a row, and the login takes it along.
#[tokio::test]
async fn what_waits_is_sealed_in_the_cookie_until_the_login_takes_it_over() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    browser.open("/device").await;
    let empty = browser.cookies[COOKIE].clone();
    let login = browser.enter_code(&device.user_code).await;
    let sealed = browser.cookies[COOKIE].clone();
    assert!(login.says(KEPT) && sealed != empty, "{login:?}");
    assert!(!sealed.contains(&device.user_code) && !sealed.contains(&device.user_code.replace('-', "")));
    assert_eq!(server.database.rows("browser_sessions").await, 0);
    let decision = log_in_on(&mut browser, &login, "anna").await;
    assert!(decision.is_decision() && browser.cookies[COOKIE].len() == 43, "{decision:?}");
    assert_eq!(server.database.rows("browser_sessions").await, 1);
}

/// Proves: FA-04 W-05 E-01: an older cookie is nobody's session, leads to no request that another account has, brings no
/// finished one back, and gives no spent try back.
#[tokio::test]
async fn an_older_copy_of_the_cookie_brings_nothing_back() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server.add_user("bob").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    let login = anna.enter_code(&device.user_code).await;
    let mut copy = anna.clone();
    let decision = log_in_on(&mut anna, &login, "anna").await;

    // While anna decides, another person cannot use the copy.
    let mut thief = copy.clone();
    assert!(!thief.open("/device").await.is_signed_in_as("anna"));
    let waits = thief.open("/login").await;
    let refused = log_in_on(&mut thief, &waits, "bob").await;
    assert!(refused.says(UNKNOWN), "{refused:?}");

    // Afterwards it leads back to nothing, and decides nothing.
    anna.approve(&decision).await;
    device.redeem().await;
    let before = server.database.grants().await;
    let waits = copy.open("/login").await;
    let again = log_in_on(&mut copy, &waits, "anna").await;
    assert!(again.says(UNKNOWN), "{again:?}");
    assert_eq!(server.database.grants().await, before);

    // Wrong codes are counted by the session and the account: an older copy of the cookie changes no count.
    let mut guesser = server.browser_from("198.51.100.20");
    guesser.open("/login").await;
    let early = guesser.cookies.clone();
    guesser.log_in("bob").await;
    for number in 0..4 {
        assert!(guesser.enter_code(&unknown_code(number)).await.says(UNKNOWN), "{number}");
    }
    guesser.cookies = early;
    guesser.log_in("bob").await;
    let sixth = guesser.enter_code(&unknown_code(9)).await;
    assert!(sixth.says(testkit::TOO_MANY), "{sixth:?}");
}

/// Proves: FA-04 X-03: what waits ends when a session would, the form is taken for half a day, and a cookie that was
/// changed by a bit is nobody's.
#[tokio::test]
async fn the_cookie_ends_by_its_age_and_cannot_be_changed() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let login = browser.enter_code(&device.user_code).await;
    let sealed = browser.cookies[COOKIE].clone();
    for at in [3, 20, sealed.len() / 2, sealed.len() - 2] {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let mut forger = browser.clone();
        forger.cookies.insert(COOKIE.to_owned(), String::from_utf8(changed).unwrap());
        let stale = forger.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
        assert_eq!(stale.answer.status, 403, "{at}: {stale:?}");
        assert!(!forger.open("/login").await.says(KEPT), "{at}");
    }
    server.clock.advance(secs(30 * 60 - 1));
    assert!(browser.clone().open("/login").await.says(KEPT));
    server.clock.advance(secs(1));
    let mut late = browser.clone();
    let home = log_in_on(&mut late, &login, "anna").await;
    assert!(
        home.is_signed_in_as("anna") && home.path == "/device",
        "the form is taken, the code is forgotten: {home:?}"
    );
    let mut kept = browser.clone();
    let anew = kept.open("/login").await;
    assert!(!anew.says(KEPT) && anew.csrf() == login.csrf() && kept.cookies[COOKIE] != sealed, "{anew:?}");

    server.clock.advance(secs(12 * 60 * 60));
    let stale = browser.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
    assert_eq!(stale.answer.status, 403, "{stale:?}");
}

/// Proves: FA-04: no cookie is longer than browsers keep, for any link and any input.
#[tokio::test]
async fn the_cookie_is_never_longer_than_browsers_keep() {
    let server = Server::spawn().await;
    let code = server.device("tv").authorize("read").await.user_code;
    let (hint, locales) = ("%22%5C".repeat(127), "a+".repeat(127));
    let mut browser = server.browser();
    browser.open(&format!("/device?user_code={code}&login_hint={hint}&ui_locales={locales}")).await;
    let login = browser.enter_code(&format!("{}{code}", " ".repeat(50))).await;
    assert!(login.says(KEPT), "{login:?}");
    browser.open(&format!("/device/request/{}", "h".repeat(43))).await;
    browser.open(&format!("/account/devices/{}", "d".repeat(32))).await;
    assert!(browser.set_cookies.len() >= 4, "{:?}", browser.set_cookies);
    for cookie in &browser.set_cookies {
        assert!(cookie.len() <= 4096, "{} bytes", cookie.len());
    }
}

/// Proves: FA-04 W-04: the cookie of one issuer is none of another's, though both have one root secret.
#[tokio::test]
async fn the_cookie_of_one_issuer_is_none_of_anothers() {
    let server = Server::spawn().await;
    let other = Server::with(|settings| settings.issuer = "https://login.example.test/other".parse().unwrap()).await;
    let mut browser = server.browser();
    browser.enter_code(&unknown_code(1)).await;
    let mut there = other.browser();
    there.cookies.insert("__Host-grantd-other".to_owned(), browser.cookies[COOKIE].clone());
    assert!(!there.open("/other/login").await.says(KEPT));
    assert!(browser.open("/login").await.says(KEPT));
}

/// Proves: FB-03: a cookie of another application, of any bytes, changes nothing.
#[tokio::test]
async fn an_odd_cookie_of_another_application_signs_nobody_out() {
    let server = Server::spawn().await;
    let anna = server.signed_in("anna").await;
    let ours = format!("{COOKIE}={}", anna.cookies[COOKIE]);
    for odd in [b"city=Z\xc3\xbcrich".as_slice(), b"city=Z\xfcrich", b"\xff\xfe", b"=\xe9", b"__Host-grantd=\xff"] {
        for sent in [[odd, b"; ", ours.as_bytes()].concat(), [ours.as_bytes(), b"; ", odd].concat()] {
            let value = reqwest::header::HeaderValue::from_bytes(&sent).unwrap();
            let page = server.request("GET", "/device").header("cookie", value).send().await.unwrap();
            let page = page.text().await.unwrap();
            assert!(
                page.replace(" translate=\"no\"", "").contains("Signed in as <strong><bdi>anna"),
                "{odd:?}: {page}"
            );
        }
    }
}
