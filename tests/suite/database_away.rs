//! While the database is away nothing is guessed and nothing is lost, and no restart is needed.
//!
//! On Postgres a hop of the test's own cuts, silences and restores the link; on SQLite another process takes the lock.

use std::sync::Arc;
use std::time::Duration;

use settings::WebhookSettings;
use sqlx::{Connection, PgConnection, SqliteConnection};

use testkit::{Answer, Authorization, Database, Link, Proxy, Server, eventually, secs, webhook_at};

/// A server with `anna`, who is reached by way of a hop. `None` on SQLite, which is never away over a network.
async fn behind_a_proxy(wait: Duration) -> Option<(Server, Proxy)> {
    behind_a_proxy_with(wait, Vec::new()).await
}

/// The same with webhooks.
async fn behind_a_proxy_with(wait: Duration, webhooks: Vec<WebhookSettings>) -> Option<(Server, Proxy)> {
    let database = Arc::new(Database::fresh().await);
    if !database.is_postgres() {
        return None;
    }
    let proxy = Proxy::before(&database.url).await;
    let url = proxy.url.clone();
    let server = Server::on(database, Server::noon(), |settings| {
        settings.database.url = url;
        settings.database.wait = wait;
        settings.webhook = webhooks;
    })
    .await;
    server.add_user("anna").await;
    Some((server, proxy))
}

const SHORT: Duration = Duration::from_millis(300);

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "5");
}

/// How many of these polls got tokens.
async fn parallel_polls(device: &Authorization, count: usize) -> Vec<Answer> {
    let polls: Vec<_> = (0..count)
        .map(|_| {
            let device = device.clone();
            tokio::spawn(async move { device.poll_answer().await })
        })
        .collect();
    let mut answers = Vec::new();
    for poll in polls {
        answers.push(poll.await.unwrap());
    }
    answers
}

fn token_sets(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[tokio::test]
async fn while_the_database_is_away_everything_answers_503_and_afterwards_all_goes_on() {
    let Some((server, proxy)) = behind_a_proxy(SHORT).await else { return };
    let pending = server.device("tv").authorize("openid").await;
    let claimed = server.device("tv").authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&claimed.user_code, "anna").await;

    for link in [Link::Silent, Link::Cut, Link::Silent] {
        proxy.set(link);
        assert_unavailable(&pending.poll_answer().await);
        assert_unavailable(&claimed.poll_answer().await);
        assert_unavailable(&server.device("tv").post("/device_authorization", &[]).await);
        let unready = server.get("/readyz").await;
        assert_eq!((unready.status, unready.body.as_str()), (503, "not ready: unreachable\n"), "{link:?}");
        assert_eq!(server.get("/livez").await.status, 200, "the process itself lives");
        let page = browser.open(&decision.path).await;
        assert_eq!((page.answer.status, page.answer.header("retry-after")), (503, "5"), "{link:?}");
        assert!(page.says("Not available at the moment"), "{page:?}");
        let approved = browser.approve(&decision).await;
        assert_eq!(approved.answer.status, 503, "{link:?}");
    }

    proxy.set(Link::Up);
    assert_eq!(server.get("/readyz").await.status, 200);
    assert_eq!(pending.poll().await, "authorization_pending");
    assert_eq!(claimed.poll().await, "authorization_pending", "an approval that answered 503 is no approval");
    let decision = browser.open(&decision.path).await;
    assert!(browser.approve(&decision).await.says("Go back to your device"));
    claimed.redeem().await;
    let decision = browser.reach_decision(&pending.user_code, "anna").await;
    browser.approve(&decision).await;
    pending.redeem().await;
}

#[tokio::test]
async fn a_request_waits_for_a_database_that_is_away_for_a_moment() {
    let Some((server, proxy)) = behind_a_proxy(secs(15)).await else { return };
    let device = server.device("tv").authorize("openid").await;
    proxy.set(Link::Cut);
    let refused = proxy.refused_another();
    let poll = tokio::spawn(async move { device.poll().await });
    refused.await;
    proxy.set(Link::Up);
    assert_eq!(poll.await.unwrap(), "authorization_pending");

    proxy.set(Link::Cut);
    let refused = proxy.refused_another();
    let radio = server.device("radio");
    let asks = tokio::spawn(async move { radio.authorize("openid").await });
    refused.await;
    proxy.set(Link::Up);
    assert_eq!(asks.await.unwrap().poll().await, "authorization_pending");
}

/// A grant that was approved.
async fn approved(server: &Server) -> Authorization {
    let device = server.device("tv").authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    browser.approve(&decision).await;
    device
}

/// Proves: SM-02 SM-03.
#[tokio::test]
async fn a_redemption_that_is_cut_before_its_commit_leaves_the_approval_unspent() {
    let Some((server, proxy)) = behind_a_proxy(SHORT).await else { return };
    let device = approved(&server).await;
    proxy.set(Link::CutBeforeCommit);
    let cut = parallel_polls(&device, 5).await;
    assert!(proxy.is_cut(), "no redemption was under way");
    for answer in &cut {
        assert_unavailable(answer);
    }
    assert_eq!(server.database.rows("token_families").await, 0);
    proxy.set(Link::Up);
    let answers = parallel_polls(&device, 5).await;
    assert_eq!(token_sets(&answers), 1, "{answers:#?}");
    assert_eq!(server.database.rows("token_families").await, 1);
    assert_eq!(server.database.rows("access_tokens").await, 1);
}

/// Proves: SM-02 SM-03 OH-05: the answer to a commit is missing, and the database comes back in time.
#[tokio::test]
async fn a_redemption_whose_answer_is_missing_is_looked_for_and_told() {
    // A webhook that wants to hear of it makes it a transaction of several statements.
    for webhooks in [Vec::new(), vec![webhook_at(([127, 0, 0, 1], 9).into(), "mailer", &[])]] {
        let Some((server, proxy)) = behind_a_proxy_with(secs(15), webhooks).await else { return };
        told_after_a_lost_answer(server, proxy).await;
    }
}

async fn told_after_a_lost_answer(server: Server, proxy: Proxy) {
    let device = approved(&server).await;
    proxy.set(Link::CutAfterCommit);
    let refused = proxy.refused_another();
    let polls = tokio::spawn(async move { parallel_polls(&device, 5).await });
    refused.await;
    assert_eq!(server.database.rows("token_families").await, 1, "it did arrive");
    proxy.set(Link::Up);
    let answers = polls.await.unwrap();
    assert_eq!(token_sets(&answers), 1, "{answers:#?}");
    assert_eq!(server.database.rows("token_families").await, 1);
    assert_eq!(server.database.rows("access_tokens").await, 1);
}

/// Proves: SM-02 SM-03.
#[tokio::test]
async fn a_redemption_whose_commit_arrives_without_an_answer_is_never_repeated() {
    let Some((server, proxy)) = behind_a_proxy(SHORT).await else { return };
    let device = approved(&server).await;
    proxy.set(Link::CutAfterCommit);
    let cut = parallel_polls(&device, 5).await;
    assert!(proxy.is_cut(), "no redemption was under way");
    assert_eq!(token_sets(&cut), 0, "{cut:#?}");
    assert_eq!(server.database.rows("token_families").await, 1, "it did arrive");
    proxy.set(Link::Up);
    let answers = parallel_polls(&device, 5).await;
    assert_eq!(token_sets(&answers), 0, "{answers:#?}");
    for answer in &answers {
        answer.assert_error(400, "invalid_grant");
    }
    assert_eq!(server.database.rows("token_families").await, 1);
    assert_eq!(server.database.rows("access_tokens").await, 1);
}

#[tokio::test]
async fn writes_wait_for_another_process_that_locks_a_sqlite_file_and_then_answer_503() {
    let server = Server::with(|settings| settings.database.wait = SHORT).await;
    if server.database.is_postgres() {
        return;
    }
    server.add_user("anna").await;
    let pending = server.device("tv").authorize("openid").await;
    let approved = approved(&server).await;
    let mut other = SqliteConnection::connect(&server.database.url).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();

    assert_eq!(pending.poll().await, "authorization_pending", "it is known: readers are not locked out");
    let unready = server.get("/readyz").await;
    assert_eq!((unready.status, unready.body.as_str()), (503, "not ready: busy\n"));
    assert_unavailable(&server.device("tv").post("/device_authorization", &[]).await);
    assert_unavailable(&approved.poll_answer().await);
    let page = server.browser().log_in("anna").await;
    assert_eq!(page.answer.status, 503, "{page:?}");
    // Those who wait do not wait for each other's waits: one by one these would take six seconds.
    let all = tokio::time::timeout(secs(3), parallel_polls(&approved, 20)).await.expect("they wait one by one");
    all.iter().for_each(assert_unavailable);

    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(server.get("/readyz").await.body, "ready\n");
    assert_eq!(token_sets(&parallel_polls(&approved, 5).await), 1);
    assert_eq!(server.database.rows("token_families").await, 1);
    let mut browser = server.browser();
    let decision = browser.reach_decision(&pending.user_code, "anna").await;
    browser.approve(&decision).await;
    pending.redeem().await;
}

#[tokio::test]
async fn a_write_succeeds_when_a_sqlite_lock_is_released_in_time() {
    let server = Server::spawn().await;
    if server.database.is_postgres() {
        return;
    }
    server.add_user("anna").await;
    let device = approved(&server).await;
    let mut other = SqliteConnection::connect(&server.database.url).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let polls = tokio::spawn(async move { parallel_polls(&device, 5).await });
    // A page that needs no write answers meanwhile; by then the polls are at the lock.
    assert_eq!(server.get("/device").await.status, 200);
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(token_sets(&polls.await.unwrap()), 1);
}

/// The purge deletes several budgets at once; a person who types a code pays from several too.
#[tokio::test]
async fn who_loses_a_deadlock_on_postgres_is_asked_nothing_and_told_nothing() {
    let server = Server::spawn().await;
    if !server.database.is_postgres() {
        return;
    }
    server.add_user("anna").await;
    let mut browser = server.browser();
    browser.log_in("anna").await;
    browser.enter_code("BBBB-BBBB").await;
    let mut other = PgConnection::connect(&server.database.url).await.unwrap();
    for sql in [
        "BEGIN",
        "SET LOCAL deadlock_timeout = '1min'",
        "UPDATE budgets SET spent = spent WHERE name = 'wrong codes from a network'",
    ] {
        sqlx::query(sql).execute(&mut other).await.unwrap();
    }
    let entering = tokio::spawn(async move { browser.enter_code("CCCC-CCCC").await });
    eventually(async || {
        server.database.rows("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").await
            > 0
    })
    .await;
    // The other looks for a deadlock much later, so the server is the one that Postgres rolls back.
    let account = "UPDATE budgets SET spent = spent WHERE name = 'wrong codes of an account'";
    assert_eq!(sqlx::query(account).execute(&mut other).await.unwrap().rows_affected(), 1);
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    let page = entering.await.unwrap();
    assert_eq!(page.answer.status, 200, "{page:?}");
    assert!(page.says("This code does not work"), "{page:?}");
    // By the account twice (ten minutes and a day), the network, its site and the server.
    assert_eq!(server.database.rows("budgets WHERE name LIKE 'wrong codes %' AND spent = 2").await, 5, "paid once");
}
