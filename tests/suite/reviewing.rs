//! What a person sees or hears before they decide (WCAG 2.2; requirements U-05, U-06, U-09, X-02, X-07 to X-09).

use protocol::GrantType;
use std::sync::Arc;

use testkit::{ISSUER, Page, Server, secs};

/// The text between the first `start` and the next `end`.
fn part<'a>(page: &'a Page, start: &str, end: &str) -> &'a str {
    let at = page.answer.body.find(start).unwrap_or_else(|| panic!("no {start}: {page:?}"));
    page.answer.body[at..].split_once(end).unwrap().0
}

/// The words of a piece of a page, without its tags.
fn words(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Proves: U-05 X-07: the page says in words whether the name was verified, and only the operator can set that.
#[tokio::test]
async fn the_page_says_whether_the_operator_has_checked_the_application() {
    const CHECKED: &str = ">Checked by this service<";
    const NOT_CHECKED: &str = ">Not checked by this service<";
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(page.says(NOT_CHECKED) && !page.says(CHECKED), "{page:?}");
    let checked = Server::on(Arc::clone(&server.database), server.clock.clone(), |settings| {
        settings.client[0].verified = true;
        settings.client[1].name = "Checked by this service".to_owned();
    })
    .await;
    let mut there = checked.browser();
    there.cookies.clone_from(&anna.cookies);
    let page = there.open(&page.path).await;
    assert!(page.says(CHECKED) && !page.says(NOT_CHECKED), "{page:?}");
    let device = checked.device("radio").authorize("read").await;
    let page = there.enter_code(&device.user_code).await;
    assert!(page.says(NOT_CHECKED), "a name proves nothing: {page:?}");
}

/// Proves: X-07 U-06: the warning is a heading, a sign and plain words; its colour only repeats them.
#[tokio::test]
async fn the_warning_is_said_in_words() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let warning = part(&page, "<section class=\"warning\" aria-labelledby=\"warning-title\"", "</section>");
    assert!(warning.contains("<h2 id=\"warning-title\">") && warning.contains("aria-labelledby=\"warning-title\""));
    assert!(warning.contains("<svg") && warning.contains("aria-hidden=\"true\""), "{warning}");
    let said = words(warning);
    for sentence in
        ["Did somebody send you this code?", "choose Deny", "mail, chat or phone", "another device", "in front of you"]
    {
        assert!(said.contains(sentence), "{sentence:?} in {said}");
    }
    let unticked = anna.post(&page, &page.path, &[("decision", "approve")]).await;
    assert!(words(part(&unticked, "<p class=\"error\"", "</p>")).contains("Nothing is allowed yet"), "{unticked:?}");
    let style = server.get("/static/style.css").await.body;
    assert!(style.contains("@media (forced-colors: active)"), "and it can be seen where colours are taken away");
}

/// Proves: X-08: the code is in groups for the eye, and letter by letter for the ear, wherever it is shown.
#[tokio::test]
async fn a_code_is_grouped_and_spelled_wherever_it_is_shown() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let link = device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    let compare = anna.open(link).await;
    let decision = anna.post(&compare, "/device", &[("user_code", &device.user_code)]).await;
    let groups: Vec<&str> = device.user_code.split('-').collect();
    let spelled: Vec<String> =
        groups.iter().map(|group| group.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect();
    for page in [compare, decision] {
        let code = part(&page, "<p class=\"code\" translate=\"no\">", "</p>");
        let (heard, seen) = code.split_once("<span class=\"letters\" aria-hidden=\"true\" dir=\"ltr\">").unwrap();
        assert_eq!(words(heard), spelled.join(", "), "one letter after the other, with a pause");
        let shown: Vec<&str> = seen.split("<span class=\"group\">").skip(1).map(|group| &group[..4]).collect();
        assert_eq!(shown, groups);
    }
}

/// Proves: X-09 U-04 U-09: everything that an approval means is on the page before it, and nothing happens until it is
/// sent.
#[tokio::test]
async fn all_is_shown_before_it_is_allowed() {
    let server = Server::with(|settings| settings.client[0].grant_types.push(GrantType::RefreshToken)).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").on_network("203.0.113.77").authorize("openid read").await;
    server.clock.advance(secs(120));
    let page = anna.enter_code(&device.user_code).await;
    let said = words(&page.answer.body);
    for shown in [
        "Television",
        "anna",
        "Not you? Use another account",
        "Know who you are",
        "Read your films",
        "203.0.113.77",
        "2 minutes ago",
        "30 days",
        "also after you sign out here",
        "This device is with me",
        "Deny",
        "Approve",
        "I did not start this",
    ] {
        assert!(said.contains(shown), "{shown:?} in {said}");
    }
    assert!(!page.says(&device.device_code) && !page.path.contains(&device.user_code));
    for _ in 0..3 {
        assert!(anna.open(&page.path).await.is_decision(), "it can be read as often as one likes");
    }
    assert_eq!(device.poll().await, "authorization_pending");
    assert_eq!(server.count_events("grant_approved").await, 0);
    let buttons: Vec<&str> =
        page.answer.body.split("<button ").skip(1).filter_map(|tag| tag.split('>').next()).collect();
    let place = |id: &str| buttons.iter().position(|tag| tag.contains(&format!("id=\"{id}\""))).unwrap();
    assert!(place("deny") < place("approve") && place("approve") < place("report"), "{buttons:?}");
    assert!(buttons[place("deny") - 1].contains("formmethod=\"dialog\" hidden"), "Enter presses nothing: {buttons:?}");
    let done = anna.approve(&page).await;
    assert!(!done.says(&device.device_code) && done.says("Go back to your device"));
}

/// Proves: X-02 N51: an error is said where it is, in words, and the focus is on what it is about.
#[tokio::test]
async fn an_error_is_said_in_words_and_has_the_focus() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let again = anna.post(&page, &page.path, &[("decision", "approve")]).await;
    let refused = anna.enter_code("wrong").await;
    let mut stranger = server.browser();
    let unknown = stranger.log_in_with("nobody", "not the password at all").await;
    for (page, field, error) in [
        (again, "confirm-device", "confirm-device-error"),
        (refused, "user_code", "user_code-error"),
        (unknown, "password", "login-error"),
    ] {
        let input = part(&page, &format!(" id=\"{field}\" "), ">");
        assert!(input.contains(" autofocus") && input.contains("aria-invalid=\"true\""), "{field}: {input}");
        assert!(input.contains(&format!("aria-describedby=\"{error}")), "{field}: {input}");
        assert!(page.says(&format!("id=\"{error}\" role=\"alert\"")), "{field}: {page:?}");
        assert!(page.says("<title>Error: "), "{field}: {page:?}");
        assert_eq!(page.answer.body.matches(" autofocus").count(), 1, "{field}");
    }
}
