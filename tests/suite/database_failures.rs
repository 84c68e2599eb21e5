//! Other failures of the database: its disk is full, it becomes read-only, its network drops every packet. What cannot
//! be done is answered 503, `/readyz` says why, and the server recovers by itself.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use testkit::cluster::{Cluster, postgres_programs};
use testkit::{Answer, Daemon, Database, Network, OwnServer, Server, SmallDisk, command, eventually, request, secs};

const CONFIG: &str = "keys.algorithms = ['ES256']\ndatabase.auto_migrate = true\n\
    limits.device_authorizations_burst = 2000\nlimits.pending_network = 2000\n\
    [[client]]\nid = 'tv'\nname = 'Television'\ntype = 'public'\nscopes = ['openid']\n\
    grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

/// A daemon on a database that is not the suite's.
async fn daemon_at(url: &str, wait: &str) -> Daemon {
    let database = Arc::new(Database { url: url.to_owned(), ..Database::in_files() });
    let config = format!("database.wait = '{wait}'\n{CONFIG}");
    Daemon::start_on(database, &config, |config| command("serve", config)).await
}

async fn get(daemon: &Daemon, path: &str) -> Answer {
    Answer::of(request(daemon.address, "GET", path).send().await.unwrap()).await
}

async fn readiness(daemon: &Daemon) -> String {
    get(daemon, "/readyz").await.body
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "5");
}

/// Proves: FE-01 OH-04.
#[tokio::test]
async fn a_full_disk_is_told_and_writes_go_on_when_there_is_room_again() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let daemon = daemon_at(&format!("sqlite:{}", disk.path().join("grantd.db").display()), "1s").await;
    let tv = daemon.device("tv");
    let early = tv.authorize("openid").await;
    assert_eq!(readiness(&daemon).await, "ready\n");
    for _ in 0..2 {
        disk.fill();
        // SQLite still writes to the space that its log has allocated already.
        let mut answered = Vec::new();
        let refused = loop {
            let answer = tv.authorize_answer().await;
            if answer.status != 200 {
                break answer;
            }
            answered.push(answer.json()["device_code"].as_str().unwrap().to_owned());
            assert!(answered.len() < 2000, "the disk is never full");
        };
        assert_unavailable(&refused);
        eventually(async || {
            let answer = tv.authorize_answer().await;
            assert!([200, 503].contains(&answer.status), "{answer:?}");
            readiness(&daemon).await == "not ready: full\n"
        })
        .await;
        assert_eq!(get(&daemon, "/livez").await.status, 200);
        disk.clear();
        tv.authorize("openid").await;
        assert_eq!(readiness(&daemon).await, "ready\n");
        for device_code in answered.iter().rev().take(3) {
            tv.poll_answer(device_code).await.assert_error(400, "authorization_pending");
        }
    }
    assert_eq!(early.poll().await, "authorization_pending");
}

/// Asks for codes until the disk takes no more, and gives those that were answered.
async fn ask_until_full(daemon: &Daemon) -> Vec<String> {
    let mut answered = Vec::new();
    loop {
        let answer = daemon.device("tv").authorize_answer().await;
        if answer.status != 200 {
            assert_unavailable(&answer);
            return answered;
        }
        answered.push(answer.json()["device_code"].as_str().unwrap().to_owned());
        assert!(answered.len() < 2000, "the disk is never full");
    }
}

async fn assert_known(daemon: &Daemon, device_codes: &[String]) {
    for device_code in device_codes {
        let answer = daemon.device("tv").poll_answer(device_code).await;
        assert!(["authorization_pending", "slow_down"].contains(&answer.error().as_str()), "{answer:?}");
    }
}

/// Proves: FE-03 OH-02 OH-04.
#[tokio::test]
async fn a_full_disk_under_postgres_is_told_and_writes_go_on_when_there_is_room_again() {
    if !Database::fresh().await.is_postgres() {
        return;
    }
    let Some(programs) = postgres_programs() else { return };
    let Some(disk) = SmallDisk::mount(80) else { return };
    let mut cluster = Cluster::on_disk(&programs, disk.path()).await;
    let daemon = daemon_at(&cluster.url(), "2s").await;
    let tv = daemon.device("tv");
    let mut known = vec![tv.authorize("openid").await.device_code];
    let mut operator = cluster.connect().await;
    let log = "SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))";
    for _ in 0..20 {
        sqlx::query(log).execute(&mut operator).await.unwrap();
    }
    // The segments of its log are used again from here on, so that it has room when tables have none.
    sqlx::query("CHECKPOINT").execute(&mut operator).await.unwrap();
    for _ in 0..2 {
        disk.fill();
        known.extend(ask_until_full(&daemon).await);
        eventually(async || {
            let answer = tv.authorize_answer().await;
            assert!([200, 503].contains(&answer.status), "{answer:?}");
            readiness(&daemon).await == "not ready: full\n"
        })
        .await;
        assert_eq!(get(&daemon, "/livez").await.status, 200);
        let waits = tv.clone();
        let waiting = tokio::spawn(async move { waits.authorize("openid").await });
        disk.clear();
        known.push(waiting.await.unwrap().device_code);
        assert_eq!(readiness(&daemon).await, "ready\n");
        assert_known(&daemon, &known[known.len() - 3..]).await;
    }

    // A Postgres that cannot write its log crashes, and may not be able to start before there is room.
    sqlx::query(log).execute(&mut operator).await.unwrap();
    disk.fill();
    while sqlx::query(log).execute(&mut operator).await.is_ok() {}
    for _ in 0..3 {
        let answer = tv.authorize_answer().await;
        assert!([200, 503].contains(&answer.status), "{answer:?}");
    }
    assert_eq!(get(&daemon, "/livez").await.status, 200);
    disk.clear();
    cluster.goes_on(&programs).await;
    eventually(async || readiness(&daemon).await == "ready\n").await;
    known.push(tv.authorize("openid").await.device_code);
    assert_known(&daemon, &known).await;
}

/// Proves: FE-03 OH-01 OH-02 OH-04.
#[tokio::test]
async fn a_postgres_that_turns_read_only_is_told_and_what_it_refused_is_tried_again() {
    if !Database::fresh().await.is_postgres() {
        return;
    }
    let cluster = OwnServer::start(None).await;
    let mut daemon = daemon_at(&cluster.url, "2s").await;
    let tv = daemon.device("tv");
    let early = tv.authorize("openid").await;
    cluster.execute("ALTER SYSTEM SET default_transaction_read_only = on").await;
    cluster.execute("SELECT pg_reload_conf()").await;
    eventually(async || readiness(&daemon).await == "not ready: read-only\n").await;
    assert_unavailable(&tv.authorize_answer().await);
    assert_eq!(get(&daemon, "/livez").await.status, 200);
    // An operator's session may still write, as it must to end this.
    cluster.execute("ALTER SYSTEM RESET default_transaction_read_only").await;
    cluster.execute("SELECT pg_reload_conf()").await;
    eventually(async || readiness(&daemon).await == "ready\n").await;
    tv.authorize("openid").await;
    assert_eq!(early.poll().await, "authorization_pending");

    // Requests while it is read-only for a moment get their usual answers.
    cluster.execute("ALTER SYSTEM SET default_transaction_read_only = on").await;
    cluster.execute("SELECT pg_reload_conf()").await;
    eventually(async || readiness(&daemon).await == "not ready: read-only\n").await;
    let asks = tokio::spawn(async move { tv.authorize("openid").await });
    cluster.execute("ALTER SYSTEM RESET default_transaction_read_only").await;
    cluster.execute("SELECT pg_reload_conf()").await;
    asks.await.unwrap();
    assert!(daemon.stop());
}

/// Proves: FE-03.
#[tokio::test]
async fn whatever_postgres_cannot_do_at_the_moment_is_503_and_names_its_cause() {
    let server = Server::with(|settings| settings.database.wait = secs(1)).await;
    if !server.database.is_postgres() {
        return;
    }
    let mut operator = PgConnection::connect(&server.database.url).await.unwrap();
    let mut execute = async |sql: String| sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut operator).await.map(drop);
    execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'made by a test' USING ERRCODE = TG_ARGV[0]; END $$"
            .to_owned(),
    )
    .await
    .unwrap();
    for (state, word) in [
        ("53100", "full"),
        ("25006", "read-only"),
        ("57014", "busy"),
        ("55P03", "busy"),
        ("53200", "busy"),
        ("40001", "busy"),
        ("57P03", "unreachable"),
        ("58030", "failing"),
    ] {
        execute(on_every_table(&format!(
            "CREATE TRIGGER t BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION fail(''{state}'')"
        )))
        .await
        .unwrap();
        assert_unavailable(&server.device("tv").authorize_answer().await);
        let unready = server.get("/readyz").await;
        assert_eq!((unready.status, unready.body), (503, format!("not ready: {word}\n")), "{state}");
        execute(on_every_table("DROP TRIGGER t ON %I")).await.unwrap();
        server.device("tv").authorize("openid").await;
        // The connections that failed are closed, and new ones take a moment.
        eventually(async || server.get("/readyz").await.body == "ready\n").await;
    }
    // A violation of the protocol is a fault, and no absence.
    execute("CREATE TRIGGER t BEFORE INSERT ON device_grants EXECUTE FUNCTION fail('08P01')".to_owned()).await.unwrap();
    server.device("tv").authorize_answer().await.assert_error(500, "server_error");
    // Tables that vanish are named, too.
    execute("ALTER TABLE server_facts RENAME TO forgotten".to_owned()).await.unwrap();
    eventually(async || server.get("/readyz").await.body == "not ready: schema\n").await;
}

/// Proves: OH-02: every step of a device and a person succeeds, although Postgres refuses each once after its first
/// statement.
#[tokio::test]
async fn what_postgres_refuses_within_a_transaction_is_done_again() {
    let server = Server::with_accounts().await;
    if !server.database.is_postgres() {
        return;
    }
    let mut anna = server.signed_in("anna").await;
    let mut operator = PgConnection::connect(&server.database.url).await.unwrap();
    let mut execute = async |sql: &str| {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut operator).await.unwrap();
    };
    let refuse_once = "SELECT setval('refusals', 1, false)";
    let refused = "refusals WHERE last_value > 1";
    execute(
        "CREATE SEQUENCE refusals; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF nextval('refusals') = 1 THEN RAISE EXCEPTION 'made by a test' USING ERRCODE = TG_ARGV[0]; END IF; \
         RETURN NULL; END $$",
    )
    .await;
    for state in ["25006", "40001", "40P01"] {
        for table in ["audit_events", "access_tokens"] {
            execute(&format!("CREATE TRIGGER r AFTER INSERT ON {table} EXECUTE FUNCTION refuse('{state}')")).await;
        }
        execute(refuse_once).await;
        let device = server.device("tv").authorize("openid").await;
        assert_eq!(server.database.rows(refused).await, 1, "{state}: asking");
        let decision = anna.enter_code(&device.user_code).await;
        execute(refuse_once).await;
        let done = anna.approve(&decision).await;
        assert!(done.says("Go back to your device"), "{state}: {done:?}");
        assert_eq!(server.database.rows(refused).await, 1, "{state}: approving");
        execute(refuse_once).await;
        let tokens = device.redeem().await;
        assert_eq!(server.database.rows(refused).await, 1, "{state}: redeeming");
        execute(refuse_once).await;
        let token = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
        let answer = server.device("tv").post("/token", &token).await;
        assert_eq!(answer.status, 200, "{state}: {}", answer.body);
        assert_eq!(server.database.rows(refused).await, 1, "{state}: refreshing");
        execute("DROP TRIGGER r ON audit_events; DROP TRIGGER r ON access_tokens").await;
    }
}

fn on_every_table(statement: &str) -> String {
    format!(
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP \
         EXECUTE format('{statement}', name); END LOOP; END $$"
    )
}

/// Proves: FE-02 OH-04.
#[tokio::test]
async fn a_database_whose_packets_are_dropped_is_given_up_and_found_again() {
    if !Database::fresh().await.is_postgres() {
        return;
    }
    let Some(network) = Network::lay() else { return };
    let cluster = OwnServer::start(Some(&network)).await;
    let mut daemon = daemon_at(&cluster.url, "2s").await;
    let tv = daemon.device("tv");
    let (early, unseen) = (tv.authorize("openid").await, tv.authorize("openid").await);
    assert_eq!(early.poll().await, "authorization_pending");
    assert_eq!(readiness(&daemon).await, "ready\n");

    // More polls than there are connections: each connection meets the silence.
    network.cut();
    for answer in polls(&tv, &unseen.device_code, 20).await {
        assert_unavailable(&answer);
    }
    // A device that the server saw waiting goes on waiting.
    eventually(async || tv.poll_answer(&early.device_code).await.status == 400).await;
    assert_eq!(readiness(&daemon).await, "not ready: unreachable\n");
    assert_eq!(get(&daemon, "/livez").await.status, 200);

    // The very next request is answered: none of those connections is waited for any more.
    network.mend();
    let late = tv.authorize("openid").await;
    assert_eq!(late.poll().await, "authorization_pending");
    let again = early.poll().await;
    assert!(["authorization_pending", "slow_down"].contains(&again.as_str()), "{again}");
    assert_eq!(readiness(&daemon).await, "ready\n");

    // It ends although the database is silent, and a request under way with it.
    network.cut();
    let under_way = tokio::spawn(async move { tv.authorize_answer().await });
    eventually(async || readiness(&daemon).await != "ready\n").await;
    daemon.signal("-TERM");
    assert!(daemon.ends().await);
    assert_unavailable(&under_way.await.unwrap());

    // One that starts meanwhile waits, says so, and can be ended.
    let (database, config) = (daemon.database.clone(), format!("database.wait = '1s'\n{CONFIG}"));
    for is_ended in [true, false] {
        let mut next = Daemon::begin_on(database.clone(), &config, |config| command("serve", config));
        next.says("waiting for the database").await;
        assert_eq!(get(&next, "/livez").await.status, 200);
        assert_eq!(readiness(&next).await, "not ready: unreachable\n");
        let early = next.device("tv").authorize_answer().await;
        assert_eq!((early.status, early.header("retry-after")), (503, "5"));
        if is_ended {
            assert!(next.stop());
            continue;
        }
        network.mend();
        next.says("listening").await;
        assert_eq!(readiness(&next).await, "ready\n");
        assert_eq!(late.poll_as(&next.device("tv")).await.status, 400, "known to the next, too");
        assert!(next.stop());
    }
}

async fn polls(tv: &testkit::Device, device_code: &str, count: usize) -> Vec<Answer> {
    let polls: Vec<_> = (0..count)
        .map(|_| {
            let (tv, device_code) = (tv.clone(), device_code.to_owned());
            tokio::spawn(async move { tv.poll_answer(&device_code).await })
        })
        .collect();
    let mut answers = Vec::new();
    for poll in polls {
        answers.push(tokio::time::timeout(secs(30), poll).await.expect("an answer comes").unwrap());
    }
    answers
}
