//! Signing out everywhere, by a person and by an operator for them: requirements K-10, SM-06.

use std::sync::Arc;

use grantd::clock::{Clock, ManualClock, SystemClock};

use testkit::{Database, Ended, PASSWORD, Server, detail, for_accounts, run, secs};

/// Proves: N78 K-10 SM-06: between approval and redemption, and after; every session, this one too, and nobody else's.
#[tokio::test]
async fn signing_out_everywhere_ends_every_session_device_and_approval() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut other = server.browser();
    other.log_in("anna").await;
    let devices = [
        server.sign_in_from(&mut anna, &server.device("tv"), "openid").await,
        server.sign_in_from(&mut other, &server.device("radio"), "openid").await,
    ];
    let waiting = server.device("tv").authorize("openid").await;
    let decision = other.enter_code(&waiting.user_code).await;
    assert!(other.approve(&decision).await.says("Go back to your device"));
    let undecided = server.device("tv").authorize("openid").await;
    let page = other.enter_code(&undecided.user_code).await;
    let mut bob = server.signed_in("bob").await;
    let mut bobs = server.sign_in_from(&mut bob, &server.device("tv"), "openid").await;

    server.clock.advance(secs(1));
    let form = anna.account().await;
    let before = anna.clone();
    let mut twin = anna.clone();
    let out = anna.post(&form, "/account/sign-out", &[]).await;
    assert!(out.path == "/account/signed-out" && out.says("You are signed out"), "{out:?}");
    assert_ne!(anna.cookies, before.cookies);
    let again = twin.post(&form, "/account/sign-out", &[]).await;
    assert!(again.path == "/account/signed-out", "{again:?}");
    for mut ended in [anna.clone(), before, other.clone()] {
        assert_eq!(ended.account().await.path, "/login");
    }
    for device in &devices {
        device.assert_dead(&server).await;
    }
    waiting.poll_answer().await.assert_error(400, "invalid_grant");
    assert_eq!(other.approve(&page).await.path, "/login", "an open page decides nothing");
    server.clock.advance(secs(5));
    assert_eq!(undecided.poll().await, "authorization_pending");
    assert_eq!(bob.open("/account/signed-out").await.path, "/account");
    bobs.assert_alive(&server).await;

    let [event] = &server.events_of("signed_out_everywhere").await[..] else { panic!("one event") };
    assert_eq!((event.channel.as_str(), &detail(event)["sessions"]), ("page", &serde_json::json!(2)));
    let [revoked] = &server.events_of("tokens_revoked").await[..] else { panic!("one event") };
    assert_eq!(detail(revoked), serde_json::json!({"by": "person", "devices": 2}));
    assert!(anna.log_in("anna").await.is_signed_in_as("anna"), "she can log in again");
    let fresh = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    assert!(fresh.is_active(&server).await);
}

/// Proves: K-10: also what was signed in within the same instant, as a node whose clock runs ahead may have it.
#[tokio::test]
async fn what_was_signed_in_ahead_of_the_clock_ends_too() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut ahead = server.browser();
    ahead.log_in("anna").await;
    let device = server.sign_in_from(&mut ahead, &server.device("tv"), "openid").await;
    server.database.run("UPDATE browser_sessions SET auth_time = auth_time + 1500").await;
    server.database.run("UPDATE token_families SET auth_time = auth_time + 1500").await;
    let page = anna.account().await;
    anna.post(&page, "/account/sign-out", &[]).await;
    assert_eq!(ahead.account().await.path, "/login");
    device.assert_dead(&server).await;
}

/// Proves: U-13: it asks for a recent login, as an approval does.
#[tokio::test]
async fn signing_out_everywhere_needs_a_recent_login() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(15 * 60 + 1));
    let page = anna.account().await;
    let login = anna.post(&page, "/account/sign-out", &[]).await;
    assert!(login.path == "/login" && login.says("Nothing was changed yet"), "{login:?}");
    assert_eq!(server.count_events("signed_out_everywhere").await, 0);
    let page = anna.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
    server.clock.advance(secs(1));
    assert_eq!(anna.post(&page, "/account/sign-out", &[]).await.path, "/account/signed-out");
}

/// `grantd user sign-out-everywhere` on the server's database.
async fn sign_out_everywhere(server: &Server, username: &str) -> Ended {
    let (database, username) = (Arc::clone(&server.database), username.to_owned());
    let command = move || {
        let folder = database.folder.path();
        let secret = folder.join("root.key");
        let variables = [
            ("GRANTD__DATABASE__URL", database.url.as_str()),
            ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap()),
        ];
        run(folder, &["user", "sign-out-everywhere", &username], &variables, "")
    };
    let ended = tokio::task::spawn_blocking(command).await.unwrap();
    server.clock.advance(SystemClock.now().since(server.app.clock.now()));
    ended
}

/// Proves: K-10 N78 SM-06: an operator does the same for somebody.
#[tokio::test]
async fn an_operator_signs_somebody_out_everywhere() {
    let clock = ManualClock::at(SystemClock.now());
    let server = Server::on(Arc::new(Database::fresh().await), clock, for_accounts).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    let waiting = server.device("tv").authorize("openid").await;
    let decision = anna.enter_code(&waiting.user_code).await;
    anna.approve(&decision).await;
    let ended = sign_out_everywhere(&server, " Anna").await;
    let said = "anna is signed out everywhere: no session and no token works any more\n";
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (Some(0), said, ""));
    assert_eq!(anna.account().await.path, "/login");
    device.assert_dead(&server).await;
    waiting.poll_answer().await.assert_error(400, "invalid_grant");
    let [event] = &server.events_of("signed_out_everywhere").await[..] else { panic!("one event") };
    assert_eq!(event.channel, "cli");
    assert_eq!(detail(&server.events_of("tokens_revoked").await[0])["by"], "operator");
    assert!(anna.log_in("anna").await.is_signed_in_as("anna"), "the account is not disabled");
    assert!(anna.account().await.says("The people who run this service signed you out everywhere."));
    let nobody = sign_out_everywhere(&server, "bert").await;
    assert_eq!((nobody.code, nobody.err.as_str()), (Some(1), "grantd: there is no account \"bert\"\n"));
}
