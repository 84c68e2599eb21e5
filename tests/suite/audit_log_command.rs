//! `grantd audit-log`: what an operator reads of events, beside a running server.

use std::sync::Arc;

use grantd::clock::{Clock, ManualClock, SystemClock};
use serde_json::Value;

use testkit::{Database, Ended, Program, Server, run};

/// A server at the machine's time, which the command goes by too.
async fn server() -> Server {
    Server::on(Arc::new(Database::fresh().await), ManualClock::at(SystemClock.now()), |_| {}).await
}

fn variables(database: &Database) -> [(&'static str, String); 2] {
    let secret = database.folder.path().join("root.key");
    [
        ("GRANTD__DATABASE__URL", database.url.clone()),
        ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap().to_owned()),
    ]
}

/// `grantd audit-log ..` on the server's database.
async fn audit_log(server: &Server, arguments: &[&str]) -> Ended {
    let database = Arc::clone(&server.database);
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let command = move || {
        let variables = variables(&database);
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let all: Vec<&str> = ["audit-log"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        run(database.folder.path(), &all, &variables, "")
    };
    tokio::task::spawn_blocking(command).await.unwrap()
}

#[track_caller]
fn lines(ended: &Ended) -> Vec<&str> {
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    ended.out.lines().collect()
}

fn names(ended: &Ended) -> Vec<String> {
    let name = |line: &&str| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().to_owned();
    lines(ended).iter().map(name).collect()
}

/// Proves: L-03.
#[tokio::test]
async fn events_are_listed_for_people_and_for_machines() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    server.clock.advance(testkit::secs(1));
    server.sign_in(&server.device("tv"), "openid", "anna").await;
    let shown = audit_log(&server, &["--event", "grant_approved"]).await;
    let [line] = lines(&shown)[..] else { panic!("{shown:?}") };
    let words: Vec<&str> = line.split_whitespace().collect();
    assert!(words[0].starts_with("20") && words[0].ends_with('Z'), "{line}");
    assert_eq!(words[1], "grant_approved");
    let actor = format!("person:{}", anna.subject.as_str());
    let actor_word = format!("actor={actor}");
    for word in ["user=anna", "client=tv", "from=198.51.100.7", "via=page", "scope=openid", &actor_word] {
        assert!(words.contains(&word), "no {word} in {line}");
    }
    let told = audit_log(&server, &["--json", "--event", "grant_approved"]).await;
    let event: Value = serde_json::from_str(lines(&told)[0]).unwrap();
    assert_eq!((&event["client"], &event["sub"]), (&"tv".into(), &anna.subject.as_str().into()));
    assert_eq!((&event["channel"], &event["address"]), (&"page".into(), &"198.51.100.7".into()));
    assert_eq!(event["actor"], actor);
    assert_eq!((&event["detail"]["scope"], &event["family"]), (&"openid".into(), &Value::Null));
    let at = event["at"].as_str().unwrap();
    assert!(at.parse::<jiff::Timestamp>().is_ok() && line.starts_with(at), "{at}");
}

#[tokio::test]
async fn events_can_be_chosen() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    server.add_user("bob").await;
    server.sign_in(&server.device("tv"), "openid", "anna").await;
    server.sign_in(&server.device("radio"), "openid", "bob").await;
    let approved = &server.events_of("grant_approved").await[0];
    let grant = approved.grant_id.as_deref().unwrap();
    let whole = names(&audit_log(&server, &["--json", "--grant", grant]).await);
    assert_eq!(whole.len(), 4, "{whole:?}");
    for (arguments, count) in [
        (&["--client", "tv"][..], 4),
        (&["--client", "tv", "--event", "grant_claimed", "--event", "grant_redeemed"], 2),
        (&["--client", "nobody"], 0),
        (&["--user", "Anna"], 5),
        (&["--user", anna.subject.as_str()], 5),
        (&["--user", "anna", "--event", "grant_approved"], 1),
        (&["--limit", "3"], 3),
        (&["--since", "1h", "--limit", "2"], 2),
        (&["--since", "2000-01-01", "--event", "grant_approved"], 2),
        (&["--since", "2999-01-01T00:00:00Z"], 0),
    ] {
        let chosen = audit_log(&server, &[&["--json"][..], arguments].concat()).await;
        assert_eq!(lines(&chosen).len(), count, "{arguments:?}: {chosen:?}");
    }
    for (arguments, code, said) in [
        (&["--since", "yesterday"][..], 2, "\"yesterday\" is neither a span"),
        (&["--event", "grant_aproved"], 2, "grant_approved"),
        (&["--limit", "0"], 2, "not a whole number above 0"),
        (&["--user", "carl"], 1, "grantd: there is no account \"carl\""),
    ] {
        let refused = audit_log(&server, arguments).await;
        assert!(refused.code == Some(code) && refused.err.contains(said), "{arguments:?}: {refused:?}");
    }
}

/// Proves: L-03: an export needs the audit table alone.
#[tokio::test]
async fn events_are_exported_where_accounts_cannot_be_read() {
    let server = server().await;
    server.add_user("anna").await;
    server.database.execute("ALTER TABLE users RENAME COLUMN username TO unreadable").await.unwrap();
    let exported = audit_log(&server, &["--json", "--event", "user_added"]).await;
    assert_eq!(names(&exported), ["user_added"]);
    assert_eq!(audit_log(&server, &["--event", "user_added"]).await.code, Some(1));
}

/// Proves: W-08: text of a stranger cannot control the terminal, and machines get it complete.
#[tokio::test]
async fn hostile_words_are_shown_harmless() {
    let server = server().await;
    let hostile = "INSERT INTO audit_events (id, at, event, channel, client_id, detail) VALUES ('x', 1, \
                   'grant_\u{9b}31mcreated', 'page', '\u{1b}[2J\u{202e}tv', '{\"user_agent\":\"a\\nb\\u001b[8m\"}')";
    server.database.execute(hostile).await.unwrap();
    for arguments in [&["--since", "1970-01-01"][..], &["--since", "1970-01-01", "--json"]] {
        let shown = audit_log(&server, arguments).await;
        let line = lines(&shown)[0];
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
        assert!(line.contains("[2J"), "{line:?}");
    }
    let told = audit_log(&server, &["--since", "1970-01-01", "--json"]).await;
    let event: Value = serde_json::from_str(lines(&told)[0]).unwrap();
    assert_eq!(event["client"], "\u{1b}[2J\u{202e}tv");
    assert_eq!(event["detail"]["user_agent"], "a\nb\u{1b}[8m");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_can_be_followed() {
    let server = server().await;
    let first = server.device("tv").authorize("read").await;
    let variables = variables(&server.database);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arguments =
        ["audit-log", "--json", "--follow", "--limit", "1", "--event", "grant_created", "--event", "user_added"];
    let follower = Program::start(server.database.folder.path(), &arguments, &variables);
    let next = || tokio::task::block_in_place(|| follower.out.find("\"event\""));
    let before: Value = serde_json::from_str(&next()).unwrap();
    assert_eq!(before["event"], "grant_created");
    server.add_user("anna").await;
    let after: Value = serde_json::from_str(&next()).unwrap();
    assert_eq!(after["event"], "user_added", "each event once");
    drop(first);
}
