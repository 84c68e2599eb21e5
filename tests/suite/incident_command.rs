//! `grantd incident`: an operator finds a campaign and ends it. RFC 10027 section 6.1.6, requirement P-05.

use serde_json::Value;
use sqlx::{Connection, PgConnection};

use testkit::{Authorization, Barrier, Browser, Daemon, Ended, PASSWORD, basic, request};

const DEVICE: &str = "['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']";

fn config() -> String {
    let digest = protocol::Digest::sha256(b"api-secret").hex();
    format!(
        "keys.algorithms = ['ES256']\ntokens.audience = 'https://api.example'\n\
         [[client]]\nid = 'tv'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\ngrant_types = {DEVICE}\n\
         [[client]]\nid = 'radio'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\ngrant_types = {DEVICE}\n\
         [[client]]\nid = 'api'\nname = 'N'\ntype = 'confidential'\nintrospect = true\n\
         secret_digests = ['sha256:{digest}']\n"
    )
}

async fn operate(daemon: &Daemon, arguments: &[&str]) -> Ended {
    let ended = daemon.beside(arguments, PASSWORD).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    ended
}

async fn lines(daemon: &Daemon, arguments: &[&str]) -> Vec<Value> {
    let ended = operate(daemon, arguments).await;
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn asked(daemon: &Daemon, client: &str, from: &str) -> Authorization {
    daemon.device(client).on_network(from).authorize("openid").await
}

async fn decided(daemon: &Daemon, asked: &Authorization, person: &str, approves: bool) {
    let mut browser = Browser::new(daemon.address, "198.51.100.7");
    let page = browser.reach_decision(&asked.user_code, person).await;
    assert!(page.is_decision(), "{page:?}");
    let done = if approves { browser.approve(&page).await } else { browser.deny(&page).await };
    assert_eq!(done.answer.status, 200);
}

/// The answer that an API gets about a token.
async fn is_active(daemon: &Daemon, token: &str) -> bool {
    let asked = request(daemon.address, "POST", "/introspect").header("authorization", basic("api", "api-secret"));
    let answer = asked.form(&[("token", token)]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["active"].as_bool().unwrap()
}

/// Four requests from one network, of which two people approved one each; one from elsewhere, one of another client.
struct Campaign {
    daemon: Daemon,
    caught: Authorization,
    not_fetched: Authorization,
    refused: Authorization,
    waiting: Authorization,
    honest_token: String,
    other_client: Authorization,
    stolen: Value,
}

impl Campaign {
    async fn begin() -> Self {
        let daemon = Daemon::start(&config()).await;
        for person in ["anna", "berta", "carla", "dora"] {
            operate(&daemon, &["user", "add", person]).await;
        }
        let caught = asked(&daemon, "tv", "203.0.113.5").await;
        let not_fetched = asked(&daemon, "tv", "203.0.113.77").await;
        let refused = asked(&daemon, "tv", "203.0.113.5").await;
        let waiting = asked(&daemon, "tv", "203.0.113.200").await;
        let honest = asked(&daemon, "tv", "192.0.2.4").await;
        let other_client = asked(&daemon, "radio", "203.0.113.5").await;
        for (request, person, approves) in [
            (&caught, "anna", true),
            (&not_fetched, "berta", true),
            (&refused, "carla", false),
            (&honest, "dora", true),
        ] {
            decided(&daemon, request, person, approves).await;
        }
        let stolen = caught.redeem().await;
        let honest_token = honest.redeem().await["access_token"].as_str().unwrap().to_owned();
        Self { daemon, caught, not_fetched, refused, waiting, honest_token, other_client, stolen }
    }
}

/// Proves: P-05 L-03: found by client and network, shown first, ended, and nothing else with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_found_and_ended_and_nothing_else() {
    let Campaign { daemon, caught, not_fetched, refused, waiting, honest_token, other_client, stolen } =
        Campaign::begin().await;
    // SQLite takes notes of its own when a process ends.
    let rows = async || {
        let mut cells = daemon.database.cells().await;
        cells.retain(|cell| !cell.table.starts_with("sqlite_"));
        cells
    };
    let before = rows().await;
    let clusters = lines(&daemon, &["incident", "list", "--since", "1h", "--json"]).await;
    let (first, others) = clusters.split_first().unwrap();
    for (member, value) in [
        ("client", Value::from("tv")),
        ("origin", "203.0.113.0/24".into()),
        ("requests", 4.into()),
        ("approved", 2.into()),
        ("people", 2.into()),
        ("denied", 1.into()),
        ("reported", 0.into()),
        ("redeemed", 1.into()),
        ("revoked", 0.into()),
    ] {
        assert_eq!(first[member], value, "{member} of {first}");
    }
    assert_eq!(others.len(), 2, "{others:?}");
    assert!(others.iter().all(|of| of["people"].as_u64().unwrap() < 2), "{others:?}");
    let text = operate(&daemon, &["incident", "list", "--limit", "1", "--by", "address"]).await.out;
    assert!(text.starts_with("tv\t") && text.lines().count() == 1, "{text}");

    let which = ["--since", "1h", "--client", "tv", "--network", "203.0.113.0/24"];
    let shown = lines(&daemon, &[&["incident", "show", "--json"], &which[..]].concat()).await;
    let people: Vec<Option<&str>> = shown.iter().map(|of| of["username"].as_str()).collect();
    assert_eq!(people, [Some("anna"), Some("berta"), Some("carla"), None]);
    assert!(shown.iter().all(|of| of["user_agent"] == "curl/8.0"), "{shown:?}");

    let revoke = [&["incident", "revoke"], &which[..]].concat();
    let dry = operate(&daemon, &revoke).await.out;
    assert!(
        dry.starts_with("4 requests match\n2 that wait for a person or their device would be ended\n1 dev"),
        "{dry}"
    );
    assert!(dry.ends_with("nothing was changed: say it again with --yes to end them\n"), "{dry}");
    assert!(rows().await == before, "looking changes nothing");

    let token = stolen["access_token"].as_str().unwrap();
    assert!(is_active(&daemon, token).await);
    let done = lines(&daemon, &[&revoke[..], &["--yes", "--json"]].concat()).await.remove(0);
    assert_eq!((&done["dry_run"], &done["grants"], &done["families"]), (&false.into(), &2.into(), &1.into()), "{done}");

    assert!(!is_active(&daemon, token).await, "at once");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", stolen["refresh_token"].as_str().unwrap())];
    daemon.device("tv").post("/token", &refresh).await.assert_error(400, "invalid_grant");
    caught.poll_answer().await.assert_error(400, "invalid_grant");
    for ended in [&not_fetched, &waiting, &refused] {
        ended.poll_answer().await.assert_error(400, "access_denied");
    }
    let mut late = Browser::new(daemon.address, "198.51.100.9");
    assert!(!late.reach_decision(&waiting.user_code, "dora").await.is_decision(), "nobody else walks into it");
    assert!(is_active(&daemon, &honest_token).await);
    assert_eq!(other_client.poll().await, "authorization_pending");

    let incident = done["incident"].as_str().unwrap();
    let told = lines(&daemon, &["audit-log", "--json", "--limit", "1000"]).await;
    let of = |name: &str| told.iter().filter(|event| event["event"] == name).collect::<Vec<_>>();
    for (name, count) in [("incident_revoked", 1), ("grant_revoked", 2), ("tokens_revoked", 1)] {
        let events = of(name);
        assert_eq!(events.len(), count, "{name}");
        assert!(events.iter().all(|event| event["detail"]["incident"] == incident && event["channel"] == "cli"));
    }
    let summary = &of("incident_revoked")[0]["detail"];
    assert_eq!((&summary["client"], &summary["network"]), (&"tv".into(), &"203.0.113.0/24".into()), "{summary}");
    assert!(of("tokens_revoked")[0]["grant"].is_string());

    let again = lines(&daemon, &[&revoke[..], &["--yes", "--json"]].concat()).await.remove(0);
    assert_eq!((&again["grants"], &again["families"]), (&0.into(), &0.into()), "nothing is ended twice");
    let listed = lines(&daemon, &["incident", "list", "--client", "tv", "--json"]).await;
    assert_eq!(listed[0]["revoked"], 3);
}

/// Proves: P-05: nobody ends everything by a slip.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_ended_has_to_be_said() {
    let daemon = Daemon::start(&config()).await;
    let which =
        "grantd: say what to end, with --since and at least one of --client, --network, --user-agent and --key\n";
    for (arguments, complaint) in [
        (&["--yes"][..], which),
        (&["--since", "1h", "--yes"], which),
        (&["--client", "tv", "--yes"], which),
        (
            &["--client", "tv", "--since", "soon"],
            "grantd: --since: \"soon\" is neither a span such as \"24h\" nor a time such as 2026-11-20T08:00:00Z\n",
        ),
    ] {
        let ended = daemon.beside(&[&["incident", "revoke"], arguments].concat(), "").await;
        assert_eq!((ended.code, ended.err.as_str()), (Some(2), complaint), "{arguments:?}");
    }
    let ended = daemon.beside(&["incident", "list", "--network", "house"], "").await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(daemon.database.rows("audit_events WHERE event = 'incident_revoked'").await, 0);
}

/// Proves: P-05 SM-01: a device that redeems in the same moment keeps nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_redeems_meanwhile_keeps_nothing() {
    let mut barrier = Barrier::new().await;
    let daemon = {
        let (name, address) = barrier.variable();
        Daemon::start_with(&config(), &[(name, &address)]).await
    };
    operate(&daemon, &["user", "add", "anna"]).await;
    let asked = asked(&daemon, "tv", "203.0.113.5").await;
    decided(&daemon, &asked, "anna", true).await;
    let poll = || {
        let asked = asked.clone();
        tokio::spawn(async move { asked.poll_answer().await })
    };
    let revoke = ["incident", "revoke", "--since", "1h", "--client", "tv", "--yes"];
    let (ended, answer) = if daemon.database.is_postgres() {
        // Both wait for the row, and whichever gets it first wins.
        let mut other = PgConnection::connect(&daemon.database.url).await.unwrap();
        for sql in ["BEGIN", "SELECT id FROM device_grants FOR UPDATE"] {
            sqlx::query(sql).execute(&mut other).await.unwrap();
        }
        let poll = poll();
        tokio::join!(daemon.beside(&revoke, ""), async {
            let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            testkit::eventually(async || daemon.database.rows(waits).await == 2).await;
            sqlx::query("COMMIT").execute(&mut other).await.unwrap();
            poll.await.unwrap()
        })
    } else {
        // The command waits for the lock of the file.
        barrier.hold("redeem: before");
        let poll = poll();
        let held = barrier.held().await;
        tokio::join!(daemon.beside(&revoke, ""), async {
            drop(held);
            poll.await.unwrap()
        })
    };
    assert_eq!(ended.code, Some(0), "{ended:?}");
    if answer.status == 200 {
        assert!(!is_active(&daemon, answer.json()["access_token"].as_str().unwrap()).await);
        assert!(ended.out.contains("1 devices that are signed in were ended"), "{ended:?}");
    } else {
        answer.assert_error(400, "access_denied");
    }
    assert_eq!(daemon.database.rows("token_families WHERE revoked_at IS NULL").await, 0);
}
