//! What a form of an account has done is said on the page that follows: requirement FC-10.

use testkit::{Browser, PASSWORD, Page, Server, secs};

const DONE: &str = "id=\"done\"";
const NEW: &str = "seven lanterns over water";

/// Posts a form, and gives back the URL that it leads to.
async fn led_to(browser: &mut Browser, page: &Page, action: &str, fields: &[(&str, &str)]) -> String {
    let csrf = page.csrf();
    let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    let answer = browser.send("POST", action, Some(&form)).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").to_owned()
}

/// Proves: FC-10: each change says that it was made, in the focus of the page that follows, for eyes and ears.
#[tokio::test]
async fn what_was_done_is_said_on_the_page_that_follows() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    server.browser().log_in("anna").await;
    let account = anna.account().await;
    assert!(!account.says(DONE), "nothing was done yet: {account:?}");
    let password = [("current_password", PASSWORD), ("new_password", NEW), ("new_password_again", NEW)];
    let path = device.path();
    for (action, fields, said) in [
        (path.as_str(), &[("action", "rename"), ("name", "Living room")][..], "The name is saved."),
        (&path, &[("action", "rename"), ("name", "")], "The name is saved."),
        ("/account/browsers", &[("others", "true")], "Only the browsers listed below are still signed in."),
        ("/account/devices", &[("app", "tv")], "The devices are signed out."),
        ("/account/devices", &[("all", "true")], "The devices are signed out."),
        ("/account/password", &password, "Your password is changed."),
    ] {
        server.clock.advance(secs(1));
        let page = anna.account().await;
        let after = anna.post(&page, action, fields).await;
        let done = after.answer.body.split(DONE).nth(1).unwrap_or_else(|| panic!("{action} {fields:?}: {after:?}"));
        let (attributes, text) = done.split_once('>').unwrap();
        assert!(text.split('<').next().unwrap().contains(said), "{action} {fields:?}: {text}");
        assert!(attributes.contains("role=\"status\"") && attributes.contains("autofocus"), "{attributes}");
        assert!(!anna.open(&after.path).await.says(DONE), "it is said once: {after:?}");
    }
}

/// Proves: FC-10 W-08: a link from elsewhere makes no page say that something was done, and brings no text.
#[tokio::test]
async fn only_a_form_in_this_browser_makes_a_page_say_that_something_was_done() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let page = anna.account().await;
    let there = led_to(&mut anna, &page, "/account/devices", &[("all", "true")]).await;
    assert!(there.starts_with("/account?done=devices.") && anna.open(&there).await.says(DONE), "{there}");
    assert!(!bob.open(&there).await.says(DONE), "it was not done in this browser");
    let (_, stamp) = there.split_once('.').unwrap();
    for forged in [
        format!("/account?done=password.{stamp}"),
        "/account?done=password".to_owned(),
        format!("/account?done=password.{}", page.csrf()),
        format!("/account?done=%3Cb%3Ecall%20us%3C%2Fb%3E.{stamp}"),
        format!("/account?x=1&done=devices.{stamp}"),
        "/account?done=".to_owned(),
    ] {
        let shown = anna.open(&forged).await;
        assert!(shown.answer.status == 200 && !shown.says(DONE) && !shown.says("call us"), "{forged}: {shown:?}");
    }
    let other = anna.open(&format!("/account/password?done=devices.{stamp}")).await;
    assert!(!other.says(DONE), "{other:?}");
}

/// Proves: FC-10: where nobody is signed in any more, nothing was done, and nothing is said of it.
#[tokio::test]
async fn nothing_is_said_of_what_was_not_done() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.account().await;
    server.clock.advance(secs(30 * 60));
    for (action, fields) in [("/account/devices", [("app", "tv")]), ("/account/browsers", [("others", "true")])] {
        assert_eq!(led_to(&mut anna, &page, action, &fields).await, "/account");
    }
}
