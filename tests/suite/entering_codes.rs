//! What happens to a code that a person types or opens: RFC 8628 sections 3.3, 3.3.1, 5.1 and 6.1.

use testkit::{Page, Server, UNKNOWN, secs, unknown_code};

/// Proves: N52 D-11 X-01 FC-09
#[tokio::test]
async fn spaces_dashes_and_case_do_not_matter() {
    let server = Server::spawn().await;
    let mut browser = server.signed_in("anna").await;
    let code = server.device("tv").authorize("read").await.user_code;
    let bare = code.replace('-', "");
    for spelling in [
        code.to_lowercase().replace('-', " "),
        code.replace('-', "\u{2013}"),
        code.replace('-', "\t"),
        format!("  {bare}\u{a0}"),
        bare.split("").collect::<Vec<_>>().join("-"),
        bare.split("").collect::<Vec<_>>().join("\u{200b}"),
        // Full width.
        bare.chars().filter_map(|letter| char::from_u32(u32::from(letter) + 0xfee0)).collect(),
    ] {
        let page = browser.enter_code(&spelling).await;
        assert!(page.is_decision() && page.says(&code[..4]), "{spelling:?}: {page:?}");
    }
}

/// Proves: seed_34 N52 W-08 X-02: the generic answer, with what was typed kept and escaped.
#[tokio::test]
async fn what_cannot_be_a_code_gets_the_generic_answer() {
    let server = Server::spawn().await;
    let mut browser = server.signed_in("anna").await;
    let cyrillic = "ВСDF-GНJК";
    let long = "B".repeat(10_000);
    for (typed, shown) in [
        (cyrillic, cyrillic),
        (long.as_str(), long.as_str()),
        ("<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"),
        ("\" autofocus onfocus=\"alert(1)", "&#34; autofocus onfocus=&#34;alert(1)"),
    ] {
        let page = browser.enter_code(typed).await;
        assert_eq!(page.answer.status, 200, "{typed:.40}");
        assert!(page.says(UNKNOWN) && page.says("role=\"alert\""), "{typed:.40}");
        assert!(page.says(&format!("value=\"{shown}\"")) && !page.says("<script"), "{}", page.answer.body);
    }
}

/// Proves: N52: a NUL byte and a form larger than any of ours are no form at all, and there is a way on.
#[tokio::test]
async fn a_code_with_control_characters_is_no_form_of_ours() {
    let server = Server::spawn().await;
    let mut browser = server.signed_in("anna").await;
    for (typed, status) in [("WDJB\0MJHT".to_owned(), 400), ("B".repeat(17_000), 413)] {
        let page = browser.enter_code(&typed).await;
        assert_eq!(page.answer.status, status, "{page:?}");
        assert!(page.says("This was not understood") && page.has_a_way_on());
    }
    let page = browser.enter_code("").await;
    assert!(page.answer.status == 200 && page.says("Type the code that your device shows"), "{page:?}");
}

/// Proves: U-02 U-01, before login: a stranger sees the same for every typed or opened code.
#[tokio::test]
async fn a_stranger_learns_nothing_about_a_code() {
    let server = Server::spawn().await;
    let right = server.device("tv").authorize("read").await.user_code;
    let wrong = unknown_code(1);
    let before = server.database.grants().await;
    let mut told = Vec::new();
    for code in [&right, &wrong] {
        let mut typist = server.browser();
        let login = typist.enter_code(code).await;
        assert_eq!(login.path, "/login");
        let mut scanner = server.browser();
        let compare = scanner.open(&format!("/device?user_code={code}")).await;
        let spelled: Vec<String> =
            code.split('-').map(|group| group.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect();
        let groups: Vec<&str> =
            code.split('-').chain(spelled.iter().map(String::as_str)).chain([code.as_str()]).collect();
        let differing: Vec<&str> = groups.into_iter().rev().collect();
        let after = scanner.post(&compare, "/device", &[("user_code", code)]).await;
        assert_eq!(after.path, "/login");
        let statuses = [login.answer.status, compare.answer.status, after.answer.status];
        told.push((statuses, login.without(&[]), compare.without(&differing), after.without(&[])));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(server.database.grants().await, before, "no grant was touched");
}

/// Proves: seed_23 seed_24 seed_26 seed_27 U-02 X-03 X-02: after the login the code is looked up, without being typed
/// again.
#[tokio::test]
async fn a_code_waits_for_the_login() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let login = browser.enter_code(&device.user_code).await;
    assert!(login.says("Your code is kept") && !login.says(&device.user_code), "{login:?}");
    assert!(browser.reach_decision(&device.user_code, "anna").await.is_decision());

    let mut other = server.browser();
    let refused = other.reach_decision(&unknown_code(1), "anna").await;
    assert_eq!(refused.path, "/device");
    assert!(refused.says(UNKNOWN) && refused.says(&format!("value=\"{}\"", unknown_code(1))), "{refused:?}");
}

/// Proves: seed_35 P-03 U-03 N49 SM-05: unknown, expired, redeemed, denied and somebody else's code.
#[tokio::test]
async fn every_code_that_leads_nowhere_gets_the_same_answer() {
    let server = Server::spawn().await;
    let expired = server.device("tv").authorize("read").await;
    server.clock.advance(secs(601));
    let mut bob = server.signed_in("bob").await;
    let mut codes = vec![("unknown", unknown_code(1)), ("expired", expired.user_code)];

    let redeemed = server.device("tv").authorize("read").await;
    let page = bob.enter_code(&redeemed.user_code).await;
    bob.approve(&page).await;
    redeemed.redeem().await;
    codes.push(("redeemed", redeemed.user_code));

    let denied = server.device("tv").authorize("read").await;
    let page = bob.enter_code(&denied.user_code).await;
    bob.deny(&page).await;
    codes.push(("denied", denied.user_code));

    let claimed = server.device("tv").authorize("read").await;
    assert!(bob.enter_code(&claimed.user_code).await.is_decision());
    codes.push(("somebody else's", claimed.user_code));

    let before = server.database.grants().await;
    let mut anna = server.signed_in("anna").await;
    let mut answers: Vec<(String, u16, String)> = Vec::new();
    for (kind, code) in codes {
        let page: Page = anna.enter_code(&code).await;
        assert!(page.says(UNKNOWN), "{kind}: {page:?}");
        answers.push((page.path.clone(), page.answer.status, page.without(&[&code])));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(server.database.grants().await, before, "looking changed nothing");
}

/// Proves: P-03 SM-05: the same person may go on in another browser, and the older page dies.
#[tokio::test]
async fn a_person_takes_their_own_code_over_and_the_older_page_dies() {
    let server = Server::spawn().await;
    let mut computer = server.signed_in("anna").await;
    let mut phone = server.browser();
    phone.log_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let old = computer.enter_code(&device.user_code).await;
    let new = phone.enter_code(&device.user_code).await;
    assert!(new.is_decision());

    let before = server.database.grants().await;
    for dead in [computer.open(&old.path).await, computer.approve(&old).await, computer.deny(&old).await] {
        assert_eq!(dead.answer.status, 404, "{dead:?}");
        assert!(dead.has_a_way_on());
    }
    assert_eq!(computer.open(&new.path).await.answer.status, 404, "the new handle is the phone's");
    assert_eq!(server.database.grants().await, before);
    phone.approve(&new).await;
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: seed_25 N46 U-08 D-07 FC-07: the code leaves the URL, is compared, and decides nothing.
#[tokio::test]
async fn a_code_in_a_link_moves_out_of_the_url_and_is_compared() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    let link = device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(testkit::ISSUER).unwrap();
    let mut browser = server.signed_in("anna").await;
    for method in ["HEAD", "GET"] {
        let moved = browser.send(method, link, None).await;
        assert_eq!((moved.status, moved.header("location")), (303, "/device"));
        assert!(!moved.body.contains(&device.user_code));
    }
    let compare = browser.open("/device").await;
    assert!(compare.says("Go on with this code?") && compare.says(&device.user_code), "{compare:?}");
    // Only the page that decides asks for the comparison.
    assert!(!compare.says("Your device must show this code"), "{compare:?}");
    assert!(!compare.says("<script") && !compare.says("http-equiv"), "nothing submits itself");
    assert_eq!(device.poll().await, "authorization_pending");

    let decision = browser.post(&compare, "/device", &[("user_code", &device.user_code)]).await;
    assert!(decision.is_decision() && !decision.path.contains(&device.user_code));
    assert!(decision.says("Your device must show this code"), "{decision:?}");
    assert!(!decision.says(&device.device_code), "U-09");
    server.clock.advance(secs(5));
    assert_eq!(device.poll().await, "authorization_pending");
    browser.approve(&decision).await;
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: U-02 N48: before the login a page looks like one that never existed, and nonsense is not kept.
#[tokio::test]
async fn a_stranger_learns_nothing_about_a_decision_page() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let real = server.browser().reach_decision(&device.user_code, "anna").await.path;
    let (start, first) = (real.len() - 43, if real.ends_with('A') { "B" } else { "A" });
    let other = format!("{}{first}", &real[..real.len() - 1]);
    let told = [server.browser().open(&real).await, server.browser().open(&other).await];
    assert_eq!((told[0].path.as_str(), told[0].without(&[])), ("/login", told[1].without(&[])));
    for nonsense in ["none".to_owned(), "A".repeat(5_000), "%0d%0a".repeat(43), "%2e".repeat(43)] {
        let mut stranger = server.browser();
        let page = stranger.open(&format!("{}{nonsense}", &real[..start])).await;
        assert_eq!(page.answer.status, 404, "{nonsense:.20}: {page:?}");
        assert!(page.has_a_way_on() && stranger.open("/login").await.says("Sign in to go on"));
    }
}

/// Proves: D-11: where the alphabet has both cases, they tell codes apart.
#[tokio::test]
async fn case_matters_where_the_alphabet_has_two() {
    let server = Server::with(|settings| "bcdfGHJK".clone_into(&mut settings.user_code.alphabet)).await;
    let mut anna = server.signed_in("anna").await;
    let code = server.device("tv").authorize("read").await.user_code;
    for other in [code.to_lowercase(), code.to_uppercase()].into_iter().filter(|other| *other != code) {
        assert!(anna.enter_code(&other).await.says(UNKNOWN), "{other} is not {code}");
    }
    assert!(anna.enter_code(&code).await.is_decision());
}
