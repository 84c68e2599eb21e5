//! What others can write on the pages: names, scopes and user agents are shown as text and never as anything else
//! (requirement W-08, RFC 7591 section 5).

use testkit::{Answer, Server, detail, secs};

/// Markup, a turned direction, a line break and a bell, and far more than fits on a page.
fn hostile() -> String {
    format!("<b>\u{202E}gnp.exe</b>\r\n\u{7}\" onload='x' {}", "A".repeat(5_000))
}

/// Proves: N76 W-08.
#[tokio::test]
async fn what_the_operator_copied_from_a_stranger_is_only_text() {
    let server = Server::with(|settings| {
        settings.client[0].name = hostile();
        // One scope is in the list, the other beside a box.
        settings.client[0].optional_scopes = vec!["email".to_owned()];
        for scope in &mut settings.scope {
            scope.words = Some(hostile().into());
        }
    })
    .await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read email").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    assert!(decision.is_decision() && decision.says("name=\"scope.email\""), "{decision:?}");
    let done = browser.deny(&decision).await;
    for page in [decision, done] {
        let body = &page.answer.body;
        assert!(body.contains("&#60;b&#62;gnp.exe") || body.contains("&lt;b&gt;gnp.exe"), "{body}");
        assert!(!body.contains("<b>") && !body.contains("onload='") && !body.contains("\" onload"), "{body}");
        assert!(!body.contains(['\u{202E}', '\u{7}']), "{body}");
        assert!(!body.contains(&"A".repeat(250)), "cut to what a person can read");
    }
}

/// Proves: FB-05: what a device says of itself is quoted. It cannot look like words of the page, and cannot be drawn
/// over them.
#[tokio::test]
async fn a_device_has_only_a_quoted_name_of_plain_letters() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let sentence = "Your bank has checked this device. Approve it now.";
    let piled: String = ('\u{300}'..='\u{323}').collect();
    for (said, shown) in [
        ("curl/8.5.0".to_owned(), "A device that calls itself “<bdi>curl</bdi>” asked"),
        ("Mozilla/5.0 (X11; Linux) Firefox/128".to_owned(), "itself “<bdi>Firefox on Linux</bdi>” asked"),
        (sentence.replace(' ', "\u{2800}"), "itself “<bdi>Your</bdi>” asked"),
        (sentence.replace(' ', "\u{A0}"), "itself “<bdi>Your</bdi>” asked"),
        (format!("x{piled}"), "A device that gives no name asked"),
        ("\u{3164}\u{3164}".to_owned(), "A device that gives no name asked"),
        ("\u{441}url/8".to_owned(), "A device that gives no name asked"),
        ("cu\u{200B}\u{FE0F}\u{E0101}rl/8".to_owned(), "itself “<bdi>curl</bdi>” asked"),
        (String::new(), "A device that gives no name asked"),
    ] {
        let request = server.request("POST", "/device_authorization").header("user-agent", said.as_bytes());
        let answer = Answer::of(request.form(&[("client_id", "tv")]).send().await.unwrap()).await;
        let page = anna.enter_code(answer.json()["user_code"].as_str().unwrap()).await;
        assert!(page.is_decision() && page.says(shown), "{said:?}: {page:?}");
        assert!(!page.says("bank has checked") && !page.answer.body.contains('\u{301}'), "{said:?}: {page:?}");
    }
    // Names that people, operators and hints give are shown as they are written, with marks that stay in their line.
    let piled_name = format!("TV{piled} \u{3164}\u{202E}");
    let named = Server::with(|settings| settings.client[0].name.clone_from(&piled_name)).await;
    named.add_user("boris").await;
    let device = named.device("tv").authorize("read").await;
    let mut boris = named.browser();
    let decision = boris.reach_decision(&device.user_code, "boris").await;
    let marks = decision.answer.body.chars().filter(|c| ('\u{300}'..='\u{323}').contains(c)).count();
    let names = decision.answer.body.matches("TV").count();
    assert!(names > 0 && marks <= 2 * names && !decision.answer.body.contains('\u{3164}'), "{decision:?}");
}

/// Proves: D-16 N76: the page shows when and from where the device asked, and its name for itself.
#[tokio::test]
async fn the_page_says_where_a_request_came_from() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for (said, shown) in [
        ("AppleTV11,1/11.1", Some("Apple TV")),
        ("<script>alert(1)</script>\u{202E}", None),
        (hostile().replace(['\r', '\n', '\u{7}'], " ").as_str(), None),
    ] {
        let request = server.request("POST", "/device_authorization").header("x-forwarded-for", "198.51.100.77");
        let request = request.header("user-agent", said.as_bytes()).form(&[("client_id", "tv")]);
        let answer = Answer::of(request.send().await.unwrap()).await;
        let user_code = answer.json()["user_code"].as_str().unwrap().to_owned();
        server.clock.advance(secs(180));
        let page = anna.enter_code(&user_code).await;
        assert!(page.is_decision() && page.says("198.51.100.77") && page.says("3 minutes ago"), "{page:?}");
        match shown {
            Some(name) => assert!(page.says(name), "{page:?}"),
            None => assert!(!page.answer.body.contains("<script>") && !page.answer.body.contains("<b>"), "{page:?}"),
        }
        assert!(!page.answer.body.contains('\u{202E}') && !page.answer.body.contains(&"A".repeat(250)), "{page:?}");
    }
    let asked = server.events_of("grant_created").await;
    assert_eq!(asked.len(), 3);
    for event in asked {
        assert_eq!((event.client_id.as_deref(), event.address.as_deref()), (Some("tv"), Some("198.51.100.77")));
        let kept = detail(&event)["user_agent"].as_str().unwrap().to_owned();
        assert!(!kept.is_empty() && kept.chars().count() <= 256, "{kept}");
        assert!(!kept.contains(|c: char| c == '\u{202E}' || c.is_control()), "{kept}");
    }
}
