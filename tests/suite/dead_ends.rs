//! Each page that cannot continue names the next step (requirements U-03, U-10, X-03, X-04, N75).

use testkit::{Browser, PASSWORD, Page, Server, TOO_MANY, UNKNOWN, secs, unknown_code};

fn leads_to(page: &Page, path: &str) -> bool {
    page.says(&format!("href=\"{path}\""))
}

async fn log_in_on(browser: &mut Browser, login: &Page, username: &str) -> Page {
    assert_eq!(login.path, "/login", "{login:?}");
    browser.post(login, "/login", &[("username", username), ("password", PASSWORD)]).await
}

/// Proves: N75 X-03 U-10: the person signed out and in again in another tab: the older page leads back to itself, and the
/// same person goes on without typing the code.
#[tokio::test]
async fn a_form_that_is_too_old_leads_back_to_its_page() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let home = anna.open("/device").await;
    anna.post(&home, "/logout", &[]).await;
    let before = server.database.grants().await;
    for stale in [anna.approve(&page).await, anna.deny(&page).await] {
        assert_eq!(stale.answer.status, 403);
        assert!(leads_to(&stale, &page.path) && leads_to(&stale, "/device"), "{stale:?}");
    }
    assert_eq!(server.database.grants().await, before);
    let login = anna.open(&page.path).await;
    let again = log_in_on(&mut anna, &login, "anna").await;
    assert!(again.is_decision() && again.says(&device.user_code[..4]), "{again:?}");
    assert!(anna.approve(&again).await.says("Go back to your device"));
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: U-10: every form that is too old leads back to the page that shows it again; a logout has no page.
#[tokio::test]
async fn every_form_that_is_too_old_leads_on() {
    let server = Server::spawn().await;
    let mut browser = server.browser();
    for (path, back) in [("/login", "/login"), ("/device", "/device"), ("/logout", "/device")] {
        let stale = Page { path: path.to_owned(), answer: browser.send("POST", path, Some(&[("csrf", "0")])).await };
        assert_eq!(stale.answer.status, 403);
        assert!(leads_to(&stale, back) && stale.says("Nothing was changed"), "{path}: {stale:?}");
        assert!(!leads_to(&stale, "/logout"), "{path}: {stale:?}");
    }
}

/// Proves: U-10 SM-05: the page of another person leads to a login as somebody else, and to another code.
#[tokio::test]
async fn a_page_of_somebody_else_leads_to_another_account() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let his = Page { path: page.path.clone(), answer: bob.open("/device").await.answer };
    for (refused, status) in [(bob.open(&page.path).await, 404), (bob.approve(&his).await, 409)] {
        assert_eq!(refused.answer.status, status);
        assert!(leads_to(&refused, "/login") && leads_to(&refused, "/device"), "{refused:?}");
    }
    let nowhere = bob.open("/nowhere").await;
    assert!(!leads_to(&nowhere, "/login") && leads_to(&nowhere, "/device"), "{nowhere:?}");
}

/// Proves: U-03 X-02 X-04: a code that leads nowhere is kept for mending, with the focus on it, and a request that is over
/// leads back to the device and to another code.
#[tokio::test]
async fn what_is_over_leads_to_the_device_and_to_another_code() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let refused = anna.enter_code("wdjb mjhx").await;
    assert!(refused.says(UNKNOWN) && refused.says("start again on the device"), "{refused:?}");
    assert!(refused.says("value=\"wdjb mjhx\"") && refused.says("autofocus") && refused.says("id=\"logout\""));
    for (ending, step) in [("deny", "start again on the device"), ("expire", "Start again on the device")] {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        if ending == "deny" {
            anna.deny(&page).await;
        } else {
            server.clock.advance(secs(600));
        }
        let over = anna.open(&page.path).await;
        assert!(over.says(step) && leads_to(&over, "/device"), "{ending}: {over:?}");
    }
}

/// Proves: E-01 N35: after too many wrong codes, the login page says so, and the login continues.
#[tokio::test]
async fn a_browser_that_guessed_too_often_is_told_why_it_has_to_log_in() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..5 {
        assert!(anna.enter_code("not a code").await.says(UNKNOWN));
    }
    let login = anna.enter_code(&unknown_code(1)).await;
    assert!(login.path == "/login" && login.says(TOO_MANY), "{login:?}");
    let on = log_in_on(&mut anna, &login, "anna").await;
    assert!(on.path == "/device" && on.is_signed_in_as("anna"), "{on:?}");
    let device = server.device("tv").authorize("read").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
}

/// Proves: FC-01: what the page promises holds.
#[tokio::test]
async fn a_browser_that_spent_the_codes_of_its_account_is_told_until_when() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    server.clock.advance(secs(60));
    for number in 0..5 {
        assert!(anna.enter_code(&unknown_code(number)).await.says(UNKNOWN));
        server.clock.advance(secs(30));
    }
    let login = anna.enter_code(&unknown_code(5)).await;
    assert!(login.path == "/login" && login.says("You can enter another code in 8 minutes."), "{login:?}");
    let on = log_in_on(&mut anna, &login, "anna").await;
    assert!(on.path == "/device" && on.is_signed_in_as("anna"), "{on:?}");
    let early = anna.enter_code(&device.user_code).await;
    assert!(early.says(TOO_MANY) && early.says("Try again in 8 minutes"), "{early:?}");
    server.clock.advance(secs(8 * 60));
    let device = server.device("tv").authorize("read").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
}

/// Proves: N75: after a session has ended, another person cannot continue it, learns nothing, and can enter their own code.
#[tokio::test]
async fn whoever_else_logs_in_there_is_led_elsewhere() {
    let server = Server::with(|settings| settings.sessions.idle = secs(120)).await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&device.user_code).await;
    server.clock.advance(secs(120));
    let login = browser.approve(&page).await;
    let refused = log_in_on(&mut browser, &login, "bob").await;
    assert_eq!(refused.answer.status, 404);
    assert!(!refused.says("Television") && !refused.says("anna"), "{refused:?}");
    assert!(leads_to(&refused, "/login") && leads_to(&refused, "/device"), "{refused:?}");
    let own = server.device("radio").authorize("read").await;
    assert!(browser.enter_code(&own.user_code).await.is_decision());
}

/// Proves: U-16 W-09: where devices are not signed in any more, everything leads to the account, also what waited for a
/// code.
#[tokio::test]
async fn without_the_device_grant_everything_leads_to_the_account() {
    let before = Server::spawn().await;
    before.add_user("anna").await;
    let device = before.device("tv").authorize("read").await;
    let mut waiting = before.browser();
    assert!(waiting.enter_code(&device.user_code).await.says("Your code is kept"));
    let mut deciding = before.browser();
    let decision = deciding.reach_decision(&device.user_code, "anna").await;
    let home = deciding.open("/device").await;
    deciding.post(&home, "/logout", &[]).await;
    assert_eq!(deciding.open(&decision.path).await.path, "/login");

    let off =
        Server::on(before.database.clone(), before.clock.clone(), |settings| settings.device.enabled = false).await;
    for older in [waiting, deciding] {
        let mut browser = off.browser();
        browser.cookies = older.cookies;
        let login = browser.open("/login").await;
        assert!(!login.says("Your code is kept"), "{login:?}");
        let mut there = log_in_on(&mut browser, &login, "anna").await;
        for place in ["/device", &decision.path] {
            assert!(there.path == "/account" && there.is_signed_in_as("anna"), "{there:?}");
            there = browser.post(&there, "/language", &[("language", "en"), ("place", place)]).await;
        }
        assert_eq!(browser.open("/").await.path, "/account");
        for gone in ["/device", "/nowhere", &decision.path] {
            let gone = browser.open(gone).await;
            assert!(gone.answer.status == 404 && leads_to(&gone, "/account"), "{gone:?}");
            assert!(
                !leads_to(&gone, "/device") && !leads_to(&gone, "/login") && !gone.says("Enter a code"),
                "{gone:?}"
            );
        }
        let out = browser.post(&there, "/logout", &[]).await;
        assert!(out.path == "/login" && out.says("Sign in to see your account"), "{out:?}");
    }
    let other_host = off.get_from("other.example.test", "/login").await;
    assert_eq!(other_host.status, 421);
    assert!(other_host.body.contains("href=\"https://login.example.test/account\""), "{}", other_host.body);
}

/// Proves: FC-02: a code that is used up is told once, and the field is empty from then on.
#[tokio::test]
async fn a_dead_code_is_forgotten_once_it_was_told() {
    let server = Server::spawn().await;
    let used = server.device("tv").authorize("read").await;
    server.add_user("anna").await;
    server.approve(&used, "anna").await;
    used.redeem().await;
    let link = format!("/device?user_code={}", used.user_code);

    let mut known = server.signed_in("ben").await;
    known.open(&link).await;
    let told = known.enter_code(&used.user_code).await;
    assert!(told.says(UNKNOWN) && told.says(&used.user_code), "{told:?}");
    let mut visitor = server.browser();
    visitor.open(&link).await;
    visitor.enter_code(&used.user_code).await;
    let told = visitor.log_in("ben").await;
    assert!(told.says(UNKNOWN) && told.says(&used.user_code), "{told:?}");
    for mut browser in [known, visitor] {
        for _ in 0..2 {
            let page = browser.open("/device").await;
            assert!(page.says("Look for the code on the screen of your device"), "{page:?}");
            assert!(!page.says(UNKNOWN) && !page.says(&used.user_code), "{page:?}");
        }
    }
}
