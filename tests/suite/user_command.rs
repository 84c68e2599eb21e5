//! `grantd user`: accounts are added and removed beside a running server, on the same database.

use std::sync::Arc;

use grantd::clock::{Clock, ManualClock, SystemClock};
use serde_json::json;

use testkit::{Database, Ended, PASSWORD, Page, Script, Server, detail, quick_passwords, run, secs};

const OTHER_PASSWORD: &str = "seven lanterns over water";

/// A server at the machine's time, which the command goes by too.
async fn server() -> Server {
    Server::on(Arc::new(Database::fresh().await), ManualClock::at(SystemClock.now()), |_| {}).await
}

/// `grantd user ..` on the server's database, with a password on standard input.
async fn user(server: &Server, arguments: &[&str], input: &str) -> Ended {
    let database = Arc::clone(&server.database);
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let input = input.to_owned();
    // On a thread of its own: the server and its janitor go on meanwhile, and let go of the write lock.
    let command = move || {
        let folder = database.folder.path();
        let secret = folder.join("root.key");
        let variables = [
            ("GRANTD__DATABASE__URL", database.url.as_str()),
            ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap()),
        ];
        let arguments: Vec<&str> = ["user"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        run(folder, &arguments, &variables, &input)
    };
    let ended = tokio::task::spawn_blocking(command).await.unwrap();
    // The command went by the machine's clock: the server's goes on to the same time.
    server.clock.advance(SystemClock.now().since(server.app.clock.now()));
    ended
}

async fn logs_in(server: &Server, username: &str, password: &str) -> bool {
    let page = server.browser().log_in_with(username, password).await;
    assert_eq!(page.answer.status, 200);
    !refuses(&page)
}

fn refuses(page: &Page) -> bool {
    page.says("id=\"login-error\"")
}

/// Proves: seed_08
#[tokio::test]
async fn somebody_who_is_added_can_log_in() {
    let server = server().await;
    let added = user(&server, &["add", " Anna ", "--name", "Anna Example"], &format!("{PASSWORD}\n")).await;
    assert_eq!((added.code, added.err.as_str()), (Some(0), ""), "{added:?}");
    assert!(added.out.starts_with("anna is added (sub "), "{added:?}");
    let [event] = &server.events_of("user_added").await[..] else { panic!("one account was added") };
    assert!(event.actor.as_deref().is_some_and(|actor| actor.starts_with("unix:")), "{event:?}");
    assert!(logs_in(&server, "anna", PASSWORD).await);
    assert!(!logs_in(&server, "anna", OTHER_PASSWORD).await);

    let listed = user(&server, &["list"], "").await;
    let columns: Vec<&str> = listed.out.trim_end().split('\t').collect();
    let [username, subject, state, added_at, name] = columns[..] else { panic!("{listed:?}") };
    assert_eq!((username, state, name), ("anna", "enabled", "Anna Example"));
    assert!(added.out.contains(subject) && added_at.starts_with("added 20"), "{listed:?}");
    assert!(!listed.out.contains("argon2"), "{listed:?}");
}

/// Proves: FD-08: what an operator corrects, and what is refused with the reason.
#[tokio::test]
async fn the_name_and_the_address_of_a_person_can_be_corrected() {
    let server = server().await;
    for (arguments, told) in [
        (&["add", "an na"][..], "a username has 1 to 255 bytes, no blanks and no control characters"),
        (&["add", "anna", "--email", "nonsense"], "nonsense is no e-mail address: write MAILBOX@HOST, without blanks"),
        (&["add", "anna", "--name", "An\u{1b}na"], "a name has at most 255 bytes and no control characters"),
    ] {
        let refused = user(&server, arguments, PASSWORD).await;
        assert_eq!((refused.code, refused.err), (Some(1), format!("grantd: {told}\n")));
    }
    let added = user(&server, &["add", "anna", "--name", "Ana Exampel", "--email", "ana@example.com"], PASSWORD).await;
    assert_eq!(added.code, Some(0), "{added:?}");
    let set = user(&server, &["set", "Anna", "name=Anna Example", "email=anna@example.com"], "").await;
    assert_eq!((set.code, set.out.as_str(), set.err.as_str()), (Some(0), "name and email of anna changed\n", ""));
    assert_eq!(profile(&server).await, json!(["Anna Example", "anna@example.com"]));
    assert_eq!(user(&server, &["set", "anna", "email="], "").await.code, Some(0));
    assert_eq!(profile(&server).await, json!(["Anna Example", null]));
    let events = server.events_of("user_changed").await;
    let changed: Vec<_> = events.iter().map(|event| detail(event)["attributes"].clone()).collect();
    assert_eq!(changed, [json!("name email"), json!("email")]);
    for (arguments, code, told) in [
        (&["set", "anna", "email=nonsense"][..], 2, "nonsense is no e-mail address"),
        (&["set", "anna", "phone=1"], 2, "there is no attribute phone: name and email can be set"),
        (&["set", "anna", "Anna"], 2, "Anna is no change: write name=VALUE or email=VALUE"),
        (&["set", "ben", "name=Ben"], 1, "ben"),
    ] {
        let refused = user(&server, arguments, "").await;
        assert!(refused.code == Some(code) && refused.err.contains(told), "{refused:?}");
    }
    assert_eq!(profile(&server).await, json!(["Anna Example", null]), "nothing of it is done");
    assert!(logs_in(&server, "anna", PASSWORD).await, "nobody is signed out by it");
}

/// The name and the address that `user show` prints of anna.
async fn profile(server: &Server) -> serde_json::Value {
    let shown = user(server, &["show", "anna", "--json"], "").await;
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    json!([shown["name"], shown["email"]])
}

#[tokio::test]
async fn a_name_is_taken_once_however_it_is_written() {
    let server = server().await;
    assert_eq!(user(&server, &["add", "anna"], PASSWORD).await.code, Some(0));
    let twin = user(&server, &["add", "ANNA"], OTHER_PASSWORD).await;
    assert_eq!((twin.code, twin.err.as_str()), (Some(1), "grantd: there is an account \"anna\" already\n"));
    assert!(logs_in(&server, "anna", PASSWORD).await, "the first keeps her password");
    assert_eq!(server.database.rows("users").await, 1);
}

/// Proves: A-02.
#[tokio::test]
async fn a_weak_password_is_refused_with_the_reason() {
    let server = server().await;
    let guessable = "the password is easy to guess: choose one that is not a common word, name or pattern";
    for (password, reason) in [
        ("short\n", "the password is too short: use at least 15 characters"),
        ("passwordpassword\n", guessable),
        ("annaannaannaanna\n", guessable),
        ("\n", "standard input holds no password"),
        ("", "standard input holds no password"),
    ] {
        let refused = user(&server, &["add", "anna"], password).await;
        assert_eq!((refused.code, refused.err), (Some(1), format!("grantd: {reason}\n")), "{password:?}");
    }
    assert_eq!(server.database.rows("users").await, 0);
    let unnamed = user(&server, &["add", " \t "], PASSWORD).await;
    assert_eq!(unnamed.err, "grantd: a username has 1 to 255 bytes, no blanks and no control characters\n");
}

#[tokio::test]
async fn a_password_is_never_an_argument() {
    let server = server().await;
    for arguments in [
        &["add", "anna", PASSWORD][..],
        &["add", "anna", "--password", PASSWORD],
        &["set-password", "anna", PASSWORD],
        &["set-password", "anna", "--password", PASSWORD],
    ] {
        let refused = user(&server, arguments, PASSWORD).await;
        assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:?}");
        assert!(refused.err.contains("error: unexpected argument"), "{refused:?}");
    }
    assert_eq!(server.database.rows("users").await, 0);
}

/// Proves: A-03.
#[tokio::test]
async fn a_new_password_ends_sessions_and_lifts_a_lock() {
    let server = server().await;
    user(&server, &["add", "anna"], PASSWORD).await;
    let mut browser = server.browser();
    assert!(browser.log_in("anna").await.says("Signed in as"));
    for _ in 0..6 {
        assert!(!logs_in(&server, "anna", OTHER_PASSWORD).await);
    }
    assert!(!logs_in(&server, "anna", PASSWORD).await, "the account waits");

    let weak = user(&server, &["set-password", "anna"], "short").await;
    assert_eq!(weak.code, Some(1));
    assert!(browser.open("/device").await.says("Signed in as"), "a refused password changes nothing");
    let changed = user(&server, &["set-password", "Anna"], OTHER_PASSWORD).await;
    assert_eq!(changed.out, "anna has a new password; older sessions and approvals are void\n", "{changed:?}");
    assert!(!browser.open("/device").await.says("Signed in as"));
    assert!(logs_in(&server, "anna", OTHER_PASSWORD).await, "the lock is lifted");
    assert!(!logs_in(&server, "anna", PASSWORD).await);
}

/// Proves: FA-06: a lock is named wherever an operator looks, and lifted by a command of its own that says what it did.
#[tokio::test]
async fn a_lock_is_shown_told_and_lifted() {
    let database = Arc::new(Database::fresh().await);
    let server = Server::on(database, ManualClock::at(SystemClock.now()), |settings| {
        quick_passwords(settings);
        settings.branding.support = Some("help@example.test".to_owned());
    })
    .await;
    server.add_user("anna").await;
    let unlock = async || user(&server, &["unlock", "Anna"], "").await;
    assert_eq!(unlock().await.out, "anna was not locked: nothing is changed\n");
    assert_eq!(server.count_events("user_unlocked").await, 0);
    assert!(!logs_in(&server, "anna", OTHER_PASSWORD).await);
    assert!(user(&server, &["show", "anna"], "").await.out.contains("login lock: none; 1 wrong passwords in a row\n"));
    assert_eq!(unlock().await.out, "anna was not locked: 1 wrong passwords are forgotten\n");

    let mut stranger = server.browser();
    let mut script = Script::new(&server);
    for failure in 1..=100 {
        assert_eq!(server.count_events("login_locked").await, 0, "failure {failure}");
        stranger.log_in_with("anna", OTHER_PASSWORD).await;
        server.clock.advance(secs(900));
    }
    let told = server.events_of("login_locked").await;
    assert_eq!((told.len(), detail(&told[0])["browser"].as_str()), (1, Some("unknown")), "{told:?}");
    let page = stranger.log_in("anna").await;
    assert!(page.says("it is locked. Ask the people who run this service"), "{page:?}");
    assert!(page.says("href=\"mailto:help@example.test\">Ask for help"), "{page:?}");
    let refused = script.log_in(&json!({"username": "anna", "password": PASSWORD})).await;
    refused.assert_error(403, "account_locked");
    assert!(!refused.headers.contains_key("retry-after"), "no time helps: {refused:?}");

    assert!(user(&server, &["list"], "").await.out.contains("\tlocked\t"));
    let shown = user(&server, &["show", "anna"], "").await.out;
    assert!(shown.contains("after 100 wrong passwords; only browsers that logged in before"), "{shown}");
    user(&server, &["disable", "anna"], "").await;
    let enabled = user(&server, &["enable", "anna"], "").await.out;
    assert_eq!(enabled, "anna is enabled, but locked by wrong passwords: `grantd user unlock anna` lifts that\n");
    assert_eq!(unlock().await.out, "anna is unlocked: 100 wrong passwords are forgotten\n");
    assert_eq!(server.count_events("user_unlocked").await, 2);
    assert!(logs_in(&server, "anna", PASSWORD).await);
    let mut anna = server.browser();
    anna.log_in("anna").await;
    let activity = anna.open("/account/activity").await;
    assert!(activity.says("Signing in was locked"), "{activity:?}");
}

/// Proves: SM-06.
#[tokio::test]
async fn a_disabled_account_is_out_until_it_is_enabled() {
    let server = server().await;
    user(&server, &["add", "anna"], PASSWORD).await;
    let device = server.device("tv").authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    browser.approve(&decision).await;

    let disabled = user(&server, &["disable", "anna"], "").await;
    assert_eq!(disabled.out, "anna is disabled: no login, no token works any more\n");
    assert!(user(&server, &["list"], "").await.out.contains("\tdisabled\t"));
    assert!(!logs_in(&server, "anna", PASSWORD).await);
    assert!(!browser.open("/device").await.says("Signed in as"));
    device.poll_answer().await.assert_error(400, "invalid_grant");

    assert_eq!(user(&server, &["enable", "anna"], "").await.out, "anna can log in again\n");
    assert!(logs_in(&server, "anna", PASSWORD).await);
    device.poll_answer().await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn somebody_unknown_is_named_in_the_refusal() {
    let server = server().await;
    for command in ["set-password", "disable", "enable", "unlock"] {
        let refused = user(&server, &[command, "bert"], PASSWORD).await;
        assert_eq!(
            (refused.code, refused.err.as_str()),
            (Some(1), "grantd: there is no account \"bert\"\n"),
            "{command}"
        );
    }
}

/// Proves: A-01 A-02: any script, blanks, one kind of character and a kilobyte are a password; all of it counts, in whichever
/// form it is typed. What is kept is argon2id with OWASP's least parameters and a salt of its own.
#[tokio::test]
async fn a_password_is_taken_whole_and_kept_as_argon2id() {
    let server = server().await;
    let long = format!("{PASSWORD}{}", "z".repeat(1024 - PASSWORD.len()));
    let too_long = user(&server, &["add", "zoe"], &format!("{long}z")).await;
    assert_eq!(too_long.err, "grantd: the password is too long: use at most 1024 bytes\n");
    let small = "marmalade under thirteen wooden bridges and a lantern that hums at dusk";
    assert!(small.len() >= 64);
    for (username, chosen, typed, wrong) in [
        ("anna", long.as_str(), long.as_str(), &long[..1023]),
        ("bert", small, small, "Marmalade under thirteen wooden bridges and a lantern that hums at dusk"),
        (
            "carl",
            "Gr\u{f6}\u{df}er \u{6d77}\u{306e}\u{5e95} \u{1f511} lampe",
            "Gro\u{308}\u{df}er \u{6d77}\u{306e}\u{5e95} \u{1f511} lampe",
            "Groer \u{6d77}\u{306e}\u{5e95} \u{1f511} lampe",
        ),
        ("dora", small, small, " marmalade under thirteen wooden bridges and a lantern that hums at dusk"),
    ] {
        let added = user(&server, &["add", username], &format!("{chosen}\n")).await;
        assert_eq!((added.code, added.err.as_str()), (Some(0), ""), "{username}");
        assert!(!logs_in(&server, username, wrong).await, "{username}");
        assert!(logs_in(&server, username, typed).await, "{username}");
    }
    let (mut salts, mut hashes) = (std::collections::HashSet::new(), 0);
    for cell in server.database.cells().await.iter().filter(|cell| cell.column == "password_hash") {
        let hash = cell.text();
        let parts: Vec<&str> = hash.split('$').collect();
        let ["", "argon2id", "v=19", "m=19456,t=2,p=1", salt, digest] = parts[..] else { panic!("{hash}") };
        assert_eq!((salt.len(), digest.len()), (22, 43), "16 and 32 bytes: {hash}");
        salts.insert(salt.to_owned());
        hashes += 1;
    }
    assert_eq!((hashes, salts.len()), (4, 4));
}
