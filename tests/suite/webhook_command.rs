//! `grantd webhook`: what an operator sees of webhooks, and how they test one.

use std::os::unix::fs::PermissionsExt;

use protocol::WebhookSecret;

use testkit::{Daemon, Mood, PASSWORD, Receiver, eventually};

/// Proves: U-15: one command says whether a receiver is reached, and verifies what it gets.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_tried_and_its_secret_shown() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let secrets = [WebhookSecret::derived(&[1; 32]), WebhookSecret::derived(&[2; 32])];
    let secrets = secrets.map(|secret| secret.reveal().to_string());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.secret");
    std::fs::write(&file, secrets.join("\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let config = format!(
        "[[webhook]]\nname = 'derived'\nurl = 'http://{0}/a'\n[[webhook]]\nname = 'own'\nurl = 'http://{0}/b'\n\
         secret_file = '{1}'\nevents = ['device.approved']\n",
        receiver.address,
        file.display()
    );
    let daemon = Daemon::start(&config).await;
    let shown = daemon.beside(&["webhook", "secret", "derived"], "").await;
    let derived = shown.out.trim().to_owned();
    let again = daemon.beside(&["webhook", "secret", "derived"], "").await;
    assert_eq!((shown.code, &again.out), (Some(0), &shown.out), "the same every time");
    assert_eq!(daemon.beside(&["webhook", "secret", "own"], "").await.out.trim(), secrets[0]);
    let other = WebhookSecret::derived(&[3; 32]).reveal().to_string();
    for (name, signs) in [("derived", vec![&derived]), ("own", vec![&secrets[0], &secrets[1]])] {
        let tried = daemon.beside(&["webhook", "test", name], "").await;
        assert_eq!(tried.code, Some(0), "{tried:?}");
        assert!(tried.out.ends_with("it answered 204\n"), "{tried:?}");
        let came = receiver.deliveries().pop().unwrap();
        assert_eq!(came.json()["type"], "webhook.test");
        assert!(tried.out.contains(came.header("webhook-id")), "{tried:?}");
        assert!(signs.iter().all(|secret| came.is_signed_with(secret)) && !came.is_signed_with(&other), "{name}");
    }
    receiver.turn(Mood::Answers(500));
    let refused = daemon.beside(&["webhook", "test", "own"], "").await;
    assert_eq!(refused.code, Some(1));
    assert_eq!(refused.err, "grantd: own did not take the notice: it answered 500 Internal Server Error\n");
    let unknown = daemon.beside(&["webhook", "test", "mine"], "").await;
    assert_eq!((unknown.code, unknown.err.as_str()), (Some(1), "grantd: there is no [[webhook]] \"mine\"\n"));
    assert_eq!(daemon.database.rows("notices").await, 0, "a test leaves nothing behind");
    for secret in secrets.iter().chain([&derived]) {
        let config = daemon.beside(&["config", "show"], "").await;
        assert!(!config.out.contains(secret.trim_start_matches("whsec_")), "{config:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_listed_with_its_reason() {
    let (away, there) = (Receiver::in_mood(Mood::Answers(502)).await, Receiver::in_mood(Mood::Takes).await);
    let config = format!(
        "[[webhook]]\nname = 'away'\nurl = 'http://{}/'\n[[webhook]]\nname = 'there'\nurl = 'http://{}/'\n\
         events = ['user.disabled']\n",
        away.address, there.address
    );
    let daemon = Daemon::start(&config).await;
    let listed = daemon.beside(&["webhook", "list"], "").await;
    assert_eq!(listed.out, "away\teverything\tnothing sent yet\nthere\tuser.disabled\tnothing sent yet\n");
    for command in ["add", "disable"] {
        assert_eq!(daemon.beside(&["user", command, "anna"], PASSWORD).await.code, Some(0));
    }
    there.receives("user.disabled", 1).await;
    away.receives("user.disabled", 1).await;
    eventually(async || {
        let listed = daemon.beside(&["webhook", "list"], "").await.out;
        let mut lines = listed.lines();
        lines.next().unwrap().contains("\t1 waiting since 2")
            && lines.next().unwrap().contains(", 1 delivered, the last")
    })
    .await;
    eventually(async || daemon.beside(&["webhook", "undelivered"], "").await.out.contains("502")).await;
    let undelivered = daemon.beside(&["webhook", "undelivered", "away"], "").await.out;
    let columns: Vec<&str> = undelivered.trim_end().split('\t').collect();
    assert_eq!((columns[1], columns[2]), ("away", "user.disabled"), "{undelivered}");
    assert!(columns[4] == "tried 1 times" || columns[4] == "tried 2 times", "{undelivered}");
    assert!(columns[5].starts_with("next try 2") && columns[6] == "it answered 502 Bad Gateway", "{undelivered}");
    assert_eq!(daemon.beside(&["webhook", "undelivered", "there"], "").await.out, "");
}

/// Proves: L-06: `config check` says what the server would say.
#[test]
fn a_secret_that_others_can_read_is_refused_by_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let (file, config) = (folder.path().join("s"), folder.path().join("g.toml"));
    std::fs::write(&file, WebhookSecret::derived(&[1; 32]).reveal().as_str()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let text = format!("[[webhook]]\nname = 'a'\nurl = 'https://h.example'\nsecret_file = '{}'\n", file.display());
    std::fs::write(&config, text).unwrap();
    let arguments = ["config", "check", "--config", config.to_str().unwrap()];
    let checked = testkit::run(folder.path(), &arguments, &[], "");
    assert_eq!(checked.code, Some(2), "{checked:?}");
    let said = format!("the secret file of the webhook \"a\" {} can be read or changed by others", file.display());
    assert!(checked.err.contains(&said), "{checked:?}");
}
