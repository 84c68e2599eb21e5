//! The program and its database: statements, migrations, the root secret, keys that nodes share, rows made by hand.

use std::sync::Arc;

use settings::Settings;
use sqlx::error::{DatabaseError, ErrorKind};
use store::{Unready, refused_statements};

use testkit::{Database, Server, lacks_all_migrations, migrations};

/// A server with somebody who can log in.
async fn used() -> Server {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server
}

/// Why a server does not start on this database.
async fn refusal(database: &Database, auto_migrate: bool) -> String {
    let opened = Server::open(database, |settings| settings.database.auto_migrate = Some(auto_migrate)).await;
    opened.err().expect("it starts").to_string()
}

#[tokio::test]
async fn every_statement_prepares_on_the_engine() {
    let server = Server::spawn().await;
    let refused = refused_statements(&server.app.db).await.unwrap();
    assert!(refused.is_empty(), "{refused:#?}");
    server.database.execute("ALTER TABLE budgets RENAME COLUMN spent TO used").await.unwrap();
    let anew = Server::open(&server.database, |_| {}).await.unwrap();
    let refused = refused_statements(&anew.db).await.unwrap();
    assert!(!refused.is_empty() && refused.iter().all(|statement| statement.contains("spent")), "{refused:#?}");
}

#[tokio::test]
async fn a_database_older_than_the_program_is_refused_until_it_is_migrated() {
    let lacks = lacks_all_migrations();
    let empty = Database::empty().await;
    assert_eq!(refusal(&empty, false).await, lacks);
    let old = Server::spawn().await;
    old.database.execute("DELETE FROM _sqlx_migrations").await.unwrap();
    assert_eq!(refusal(&old.database, false).await, lacks);
    assert!(Server::open(&empty, |settings| settings.database.auto_migrate = Some(true)).await.is_ok());
    assert!(Server::open(&empty, |settings| settings.database.auto_migrate = Some(false)).await.is_ok());
}

#[tokio::test]
async fn an_empty_database_is_brought_up_to_date_on_sqlite_alone() {
    let empty = Database::empty().await;
    let opened = Server::open(&empty, |settings| settings.database.auto_migrate = None).await;
    assert_eq!(opened.is_ok(), !empty.is_postgres());
}

/// Runs one more migration than this program knows, as a later version does.
async fn migrate_by_a_later_version(database: &Database, oldest_reader: i64) {
    database.run("ALTER TABLE users ADD COLUMN nickname TEXT").await;
    database.run(&format!("UPDATE server_facts SET value = '{oldest_reader}' WHERE name = 'oldest_reader'")).await;
    let record = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                  SELECT 9999, 'nicknames', TRUE, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    database.run(record).await;
}

/// Proves: OH-09.
#[tokio::test]
async fn a_newer_schema_that_allows_the_program_is_used() {
    let server = used().await;
    migrate_by_a_later_version(&server.database, 1).await;
    assert_eq!(server.app.db.readiness().await, Ok(()), "the servers that run go on");
    assert_eq!(store::migrate(&server.app.db).await.unwrap(), Some(9999), "`grantd migrate` says what it found");
    for auto_migrate in [false, true] {
        let allow = |settings: &mut Settings| settings.database.auto_migrate = Some(auto_migrate);
        let anew = Server::on(Arc::clone(&server.database), server.clock.clone(), allow).await;
        anew.sign_in(&anew.device("tv"), "openid", "anna").await;
        assert_eq!(anew.app.db.readiness().await, Ok(()));
    }
}

/// Proves: OH-09.
#[tokio::test]
async fn a_newer_schema_that_does_not_allow_the_program_is_refused() {
    let server = Server::spawn().await;
    migrate_by_a_later_version(&server.database, 9998).await;
    let known = migrations();
    let said = format!(
        "the database was migrated by a newer version (migration 9999), and no version older than migration 9998 may \
         run on it; this one knows migration {known}: run a newer version"
    );
    for auto_migrate in [false, true] {
        assert_eq!(refusal(&server.database, auto_migrate).await, said);
    }
    assert_eq!(server.app.db.readiness().await, Err(Unready::Schema));
    server.database.execute("DELETE FROM server_facts WHERE name = 'oldest_reader'").await.unwrap();
    assert!(refusal(&server.database, false).await.contains("no version older than migration 9999 may run on it"));
}

/// Turns the history into one of another program.
async fn rewrite_history(database: &Database, to: &'static str) {
    let checksum = if database.is_postgres() { "'\\x00'" } else { "X'00'" };
    database.run(&format!("UPDATE _sqlx_migrations SET checksum = {checksum}")).await;
    database.run(to).await;
}

#[tokio::test]
async fn a_database_from_before_the_first_release_is_refused_by_its_name() {
    let server = used().await;
    rewrite_history(&server.database, "UPDATE _sqlx_migrations SET description = 'first'").await;
    let add = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               SELECT 12, 'guessing', TRUE, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    server.database.execute(add).await.unwrap();
    let said = "the database was made by a version of grantd before 0.1.0 (its last migration is 12, \"guessing\"), and cannot \
                be migrated: name an empty database in database.url, or run the version that made it";
    for auto_migrate in [false, true] {
        assert_eq!(refusal(&server.database, auto_migrate).await, said);
    }
    assert_eq!(server.database.rows("users").await, 1, "nothing of it is touched");
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let server = Server::spawn().await;
    rewrite_history(
        &server.database,
        "UPDATE _sqlx_migrations SET version = 20240100 + version, description = 'posts'",
    )
    .await;
    let said = "the database has a history that this version does not know (its migration 20240101 is \"posts\"): name a \
                database in database.url that belongs to grantd alone";
    assert_eq!(refusal(&server.database, true).await, said);
    let theirs = Database::empty().await;
    if !theirs.is_postgres() {
        std::fs::File::create(theirs.folder.path().join("grantd.db")).unwrap();
    }
    theirs.run("CREATE TABLE users (name TEXT)").await;
    assert_eq!(refusal(&theirs, false).await, lacks_all_migrations());
    let said = "the database holds tables of another program: name one in database.url that belongs to grantd alone";
    assert_eq!(refusal(&theirs, true).await, said);
    assert!(theirs.execute("DELETE FROM server_facts").await.is_err(), "no table of ours was made");
    assert_eq!(theirs.rows("users").await, 0);
}

#[tokio::test]
async fn a_database_whose_migration_broke_off_is_refused() {
    let server = Server::spawn().await;
    server.database.execute("UPDATE _sqlx_migrations SET success = FALSE").await.unwrap();
    for auto_migrate in [false, true] {
        let said = "migration 1 failed half-way: restore the database from its backup";
        assert_eq!(refusal(&server.database, auto_migrate).await, said);
    }
}

/// Proves: decision 13: a restored database whose root secret is missing gets no new one.
#[tokio::test]
async fn a_database_without_its_root_secret_is_refused_and_nothing_is_made() {
    let database = Database::in_files();
    let beside = |settings: &mut Settings| settings.secrets.root_file = None;
    drop(Server::open(&database, beside).await.unwrap());
    let secret = database.folder.path().join("root.key");
    let kept = std::fs::read(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    let refused = Server::open(&database, beside).await.err().unwrap().to_string();
    assert!(refused.starts_with(&format!("the root secret {} is missing", secret.display())), "{refused}");
    assert!(!secret.exists(), "a new one would be taken for the right one");
    std::fs::write(&secret, kept).unwrap();
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert!(Server::open(&database, beside).await.is_ok());
}

/// Proves: decision 13.
#[tokio::test]
async fn a_database_of_another_root_secret_is_refused() {
    let server = Server::spawn().await;
    let secret = server.database.folder.path().join("root.key");
    std::fs::write(&secret, [8; 32]).unwrap();
    let said = refusal(&server.database, true).await;
    assert!(said.starts_with("this database belongs to another root secret: start with the one it was made with"));
    std::fs::write(&secret, [7; 31]).unwrap();
    assert!(refusal(&server.database, true).await.ends_with("root.key is not exactly 32 bytes"));
    std::fs::remove_file(&secret).unwrap();
    assert!(refusal(&server.database, true).await.ends_with("root.key cannot be read"));
    std::fs::write(&secret, [7; 32]).unwrap();
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert!(Server::open(&server.database, |_| {}).await.is_ok());
}

/// Proves: decision 13.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_on_one_fresh_database_share_one_signing_key() {
    for _ in 0..5 {
        let database = Arc::new(Database::fresh().await);
        let starting: Vec<_> = (0..4)
            .map(|_| {
                let database = Arc::clone(&database);
                tokio::spawn(async move { Server::open(&database, |_| {}).await.map(|app| app.keys.signing.jwks()) })
            })
            .collect();
        let mut published = Vec::new();
        for started in starting {
            published.push(started.await.unwrap().expect("it starts"));
        }
        assert!(published.windows(2).all(|pair| pair[0] == pair[1]), "{published:#?}");
        assert_eq!(published[0].matches("\"kid\"").count(), 1);
        assert_eq!(database.rows("signing_keys").await, 1);
    }
}

#[tokio::test]
async fn no_row_can_hold_a_state_without_its_facts() {
    let server = used().await;
    server.device("tv").authorize("openid").await;
    for lie in [
        "UPDATE device_grants SET state = 'approved'",
        "UPDATE device_grants SET state = 'claimed'",
        "UPDATE device_grants SET state = 'denied'",
        "UPDATE device_grants SET state = 'redeemed', redeemed_at = 1",
        "UPDATE device_grants SET state = 'aproved'",
        "UPDATE device_grants SET state = 'claimed', subject = 'anna', entry = 'typed'",
    ] {
        let refused = server.database.execute(lie).await.expect_err(lie);
        assert!(refused.as_database_error().is_some_and(DatabaseError::is_check_violation), "{lie}: {refused}");
    }
    assert_eq!(server.database.execute("UPDATE device_grants SET state = 'revoked'").await.unwrap(), 1);
}

#[tokio::test]
async fn a_session_is_somebodys() {
    let server = used().await;
    server.browser().log_in("anna").await;
    for lie in [
        "UPDATE browser_sessions SET subject = NULL, auth_time = NULL, amr = NULL",
        "UPDATE browser_sessions SET subject = NULL",
        "UPDATE browser_sessions SET auth_time = NULL",
        "UPDATE browser_sessions SET amr = NULL",
    ] {
        let refused = server.database.execute(lie).await.expect_err(lie);
        let kind = refused.as_database_error().map(DatabaseError::kind);
        assert!(matches!(kind, Some(ErrorKind::NotNullViolation)), "{lie}: {refused}");
    }
}

/// Proves: D-09: only a user code that is taken is drawn again.
#[tokio::test]
async fn a_fault_of_the_event_of_a_grant_is_not_taken_for_a_code_that_is_taken() {
    let server = used().await;
    let tv = server.device("tv");
    tv.authorize("openid").await;
    server.database.execute("CREATE UNIQUE INDEX one_of_each ON audit_events (event)").await.unwrap();
    tv.post("/device_authorization", &[("scope", "openid")]).await.assert_error(500, "server_error");
    assert_eq!(server.database.rows("device_grants").await, 1);
}

#[tokio::test]
async fn only_a_clients_own_tokens_descend_from_nobodys_login() {
    let server = used().await;
    let tokens = server.sign_in(&server.device("tv"), "openid profile", "anna").await;
    for lie in [
        "UPDATE token_families SET kind = 'guess'",
        "UPDATE token_families SET auth_time = NULL",
        "UPDATE token_families SET amr = NULL",
        "UPDATE token_families SET kind = 'code', grant_id = NULL",
    ] {
        let refused = server.database.execute(lie).await.expect_err(lie);
        assert!(refused.as_database_error().is_some_and(DatabaseError::is_check_violation), "{lie}: {refused}");
    }
    let own =
        "UPDATE token_families SET kind = 'client', grant_id = NULL, subject = NULL, auth_time = NULL, amr = NULL";
    assert_eq!(server.database.execute(own).await.unwrap(), 1);
    let told = server.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!((told.status, told.json().get("name")), (200, None), "a token lives without a person");
}

#[tokio::test]
async fn an_impossible_row_is_a_fault_of_ours_and_not_a_guess() {
    let server = used().await;
    for lie in [
        "UPDATE device_grants SET scope = 'a\"b'",
        "UPDATE device_grants SET requested_from = 'somewhere'",
        "UPDATE device_grants SET interval_ms = -1",
        "UPDATE device_grants SET wishes = 'nonsense'",
    ] {
        let device = server.device("tv").authorize("openid").await;
        let mut browser = server.browser();
        server.database.execute(lie).await.unwrap();
        let poll = device.poll_answer().await;
        poll.assert_error(500, "server_error");
        assert!(!poll.body.contains("device_grants") && !poll.body.contains("impossible"), "{}", poll.body);
        let page = browser.reach_decision(&device.user_code, "anna").await;
        assert_eq!(page.answer.status, 500, "{page:?}");
        assert!(page.says("Something went wrong") && !page.says("device_grants"), "{page:?}");
        server.database.execute("DELETE FROM device_grants").await.unwrap();
    }
    assert_eq!(server.device("tv").authorize("openid").await.poll().await, "authorization_pending");
}
