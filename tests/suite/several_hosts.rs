//! With several Postgres hosts in the URL, the one that accepts writes is used, at any place in the list, and the next
//! one when another takes its place.

use std::sync::Arc;

use sqlx::Row;

use testkit::cluster::{Cluster, postgres_programs};
use testkit::{Database, Server, eventually, secs};

/// Proves: OH-03.
#[tokio::test]
async fn of_several_hosts_the_one_that_takes_writes_is_found_and_found_again() {
    // On two servers of its own, so that it has to run once alone.
    if Database::made_with("TEMPLATE template0").await.is_none() {
        return;
    }
    let Some(programs) = postgres_programs() else { return };
    let mut primary = Cluster::start(&programs).await;
    let standby = primary.standby(&programs).await;
    // The first does not answer, and the second takes no writes.
    let away = tempfile::tempdir().unwrap();
    let hosts = [away.path(), standby.socket(), primary.socket()].map(|path| path.display().to_string()).join(",");
    let url = format!("postgres://postgres@/postgres?host={hosts}&target_session_attrs=read-write");
    let server = Server::on(Arc::new(Database { url, ..Database::in_files() }), Server::noon(), |settings| {
        settings.database.auto_migrate = Some(true);
        settings.database.wait = secs(15);
    })
    .await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("openid").await;
    let mut anna = server.browser();
    let decision = anna.reach_decision(&device.user_code, "anna").await;
    assert!(anna.approve(&decision).await.says("Go back to your device"));

    let mut there = primary.connect().await;
    let caught_up = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()";
    eventually(async || sqlx::query(caught_up).fetch_one(&mut there).await.unwrap().get::<i64, _>(0) == 1).await;
    drop(there);
    primary.kill();
    sqlx::query("SELECT pg_promote(true)").execute(&mut standby.connect().await).await.unwrap();
    let tokens = device.redeem().await;
    assert_eq!(server.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(server.get("/readyz").await.status, 200);
    assert_eq!(server.device("tv").authorize("openid").await.poll().await, "authorization_pending");
}
