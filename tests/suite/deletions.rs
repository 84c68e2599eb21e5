//! An account is deleted while something else happens to it. Two transactions of Postgres that deadlock must not become
//! an answer to a person or an operator. SQLite has one writer, so it cannot deadlock.

use std::sync::Arc;

use protocol::Event;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;

use testkit::{Server, for_accounts};

/// A server on which `anna` is signed in on a television, and another node that is in the midst of something that began
/// with this. `None` on SQLite.
async fn meanwhile(begins: &'static str) -> Option<(Server, PgConnection, JoinHandle<bool>)> {
    let server = Server::with(for_accounts).await;
    if !server.database.is_postgres() {
        return None;
    }
    let anna = server.add_user("anna").await;
    server.sign_in(&server.device("tv"), "openid", "anna").await;
    let mut other = PgConnection::connect(&server.database.url).await.unwrap();
    // It looks for a deadlock much later, so Postgres rolls the deletion back.
    for sql in ["BEGIN", "SET LOCAL deadlock_timeout = '1min'", begins] {
        sqlx::query(sql).execute(&mut other).await.unwrap();
    }
    let deleted = server.operator_did(Event::UserDeleted).of_subject(&anna.subject);
    let app = Arc::clone(&server.app);
    let deleting = tokio::spawn(async move { store::delete_user(&app.db, &anna.subject, &deleted).await.unwrap() });
    let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    testkit::eventually(async || server.database.rows(waiting).await > 0).await;
    Some((server, other, deleting))
}

async fn assert_gone(server: &Server) {
    for table in ["users", "browser_sessions", "device_grants", "token_families", "access_tokens"] {
        assert_eq!(server.database.rows(table).await, 0, "{table}");
    }
    assert_eq!(server.count_events("user_deleted").await, 1);
    assert_eq!(server.count_events("tokens_revoked").await, 1);
}

/// A report takes the request, and then what was issued for it.
#[tokio::test]
async fn a_deletion_never_holds_what_a_report_waits_for() {
    let report = "UPDATE device_grants SET revision = revision + 1, reported_at = 1";
    let Some((server, mut other, deleting)) = meanwhile(report).await else { return };
    let families = "SELECT id FROM token_families FOR UPDATE NOWAIT";
    sqlx::query(families).execute(&mut other).await.expect("the deletion does not hold it");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert!(deleting.await.unwrap());
    assert_gone(&server).await;
}

/// An incident takes several requests, each with what was issued for it, and so meets a deletion half-way.
#[tokio::test]
async fn a_deletion_that_loses_a_deadlock_is_done_all_the_same() {
    let family = "UPDATE token_families SET revoked_at = NULL";
    let Some((server, mut other, deleting)) = meanwhile(family).await else { return };
    sqlx::query("UPDATE device_grants SET revision = revision + 1").execute(&mut other).await.unwrap();
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert!(deleting.await.unwrap());
    assert_gone(&server).await;
}
