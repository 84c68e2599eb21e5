//! What an approval lacks is named all at once: requirements U-06, X-02, FC-05.

use testkit::{Authorization, Browser, Page, Script, Server};

/// A television that shows a number, and works without these scopes.
async fn server() -> Server {
    Server::with(|settings| {
        let tv = &mut settings.client[0];
        tv.number_match = Some(true);
        tv.optional_scopes = vec!["email".to_owned(), "read".to_owned()];
    })
    .await
}

/// Approves with these fields and what the form sends by itself.
async fn approve(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    let own = [("decision", "approve"), ("offered", "email read")];
    browser.post(page, &page.path, &[&own, fields].concat()).await
}

/// The errors of a page, in their order.
fn errors(page: &Page) -> Vec<&str> {
    let errors = page.answer.body.split("<p class=\"error\" id=\"").skip(1);
    errors.map(|error| error.split("-error\"").next().unwrap()).collect()
}

/// The field that has the focus.
fn focus(page: &Page) -> &str {
    let [before, _] = page.answer.body.split(" autofocus").collect::<Vec<_>>()[..] else {
        panic!("one focus: {page:?}")
    };
    let field = before.rsplit("<input id=\"").next().unwrap();
    field.split('"').next().unwrap()
}

fn number(device: &Authorization) -> &str {
    device.json["match_number"].as_str().unwrap()
}

/// Proves: FC-05 U-06 X-02: each is named where it is, the first has the focus, and what was given stays given.
#[tokio::test]
async fn everything_that_an_approval_lacks_is_named_at_once() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("email read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(errors(&page).is_empty(), "{page:?}");
    let before = server.database.grants().await;
    let (picked, here, away) =
        (("match_number", number(&device)), ("device_present", "true"), ("other_network", "true"));
    let scope = ("scope.read", "true");
    for (fields, missing, first) in [
        (&[][..], &["scopes", "number", "confirm-device", "confirm-network"][..], "scope-1"),
        (&[scope], &["number", "confirm-device", "confirm-network"], "number-"),
        (&[scope, picked], &["confirm-device", "confirm-network"], "confirm-device"),
        (&[scope, picked, away], &["confirm-device"], "confirm-device"),
        (&[scope, here], &["number", "confirm-network"], "number-"),
        (&[scope, here, picked], &["confirm-network"], "confirm-network"),
        (&[here, away], &["scopes", "number"], "scope-1"),
    ] {
        let again = approve(&mut anna, &page, fields).await;
        assert!(again.is_decision() && errors(&again) == missing, "{fields:?}: {again:?}");
        assert!(focus(&again).starts_with(first), "{fields:?}: {} has the focus", focus(&again));
        assert_eq!(again.answer.body.matches("role=\"alert\"").count(), 1, "{fields:?}: announced once");
        assert_eq!(again.says("because several answers are missing"), missing.len() > 1, "{fields:?}: {again:?}");
        let kept = again.answer.body.matches(" checked><label").count();
        assert_eq!(kept, fields.len(), "{fields:?}: what was given stays given: {again:?}");
    }
    assert_eq!(server.database.grants().await, before);
    let done = approve(&mut anna, &page, &[scope, picked, here, away]).await;
    assert!(done.says("Go back to your device"), "{done:?}");
    assert_eq!(device.redeem().await["scope"], "read");
}

/// Proves: FC-05, for a program that decides for a person.
#[tokio::test]
async fn a_program_is_told_everything_that_its_answer_lacks() {
    let server = server().await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let device = server.device("tv").authorize("email read").await;
    let csrf = script.csrf.clone();
    let form = [
        ("user_code", device.user_code.as_str()),
        ("csrf", csrf.as_str()),
        ("decision", "allow"),
        ("device_present", "true"),
    ];
    let answer = script.post("/device", &form).await;
    answer.assert_error(400, "invalid_request");
    let told = answer.json()["error_description"].as_str().unwrap().to_owned();
    for member in ["scope.NAME", "match_number", "other_network"] {
        assert!(told.contains(member), "{member}: {told}");
    }
    assert!(!told.contains("device_present"), "{told}");
    assert_eq!(device.poll().await, "authorization_pending");
}
