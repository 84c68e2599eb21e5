//! The database of a test: its own SQLite file, or its own Postgres database, copied from a migrated template.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::Mutex;
use url::Url;

/// A database that is deleted with the test. The folder also holds the root secret.
pub struct Database {
    pub url: String,
    pub folder: TempDir,
}

impl Database {
    /// A database that has its tables (on SQLite from the first start).
    pub async fn fresh() -> Self {
        match server() {
            Some(server) => Self { url: from_template(&server).await, ..Self::in_files() },
            None => Self::in_files(),
        }
    }

    /// A database without tables.
    pub async fn empty() -> Self {
        match server() {
            Some(server) => Self { url: new(&server, "TEMPLATE template0").await, ..Self::in_files() },
            None => Self::in_files(),
        }
    }

    /// A Postgres database without tables, made as this says. `None` if the suite runs on SQLite.
    pub async fn made_with(how: &str) -> Option<Self> {
        Some(Self { url: new(&server()?, how).await, ..Self::in_files() })
    }

    /// A SQLite database, whichever engine the suite runs on.
    pub fn in_files() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.key"), [7; 32]).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(folder.path().join("root.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        let url = format!("sqlite:{}", folder.path().join("grantd.db").display());
        Self { url, folder }
    }

    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Runs a statement that the server does not have, without the server.
    ///
    /// # Errors
    /// The error of the engine.
    pub async fn execute(&self, sql: &'static str) -> sqlx::Result<u64> {
        if self.is_postgres() {
            let mut connection = PgConnection::connect(&self.url).await?;
            Ok(sqlx::query(sql).execute(&mut connection).await?.rows_affected())
        } else {
            let mut connection = SqliteConnection::connect(&self.url).await?;
            Ok(sqlx::query(sql).execute(&mut connection).await?.rows_affected())
        }
    }

    /// The number of rows of a table.
    pub async fn rows(&self, table: &str) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        if self.is_postgres() {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        }
    }
}

/// The Postgres server to test on, if any.
fn server() -> Option<Url> {
    let url = std::env::var("GRANTD_TEST_DATABASE").ok().filter(|url| !url.is_empty())?;
    Some(Url::parse(&url).expect("GRANTD_TEST_DATABASE is a postgres: URL"))
}

async fn from_template(server: &Url) -> String {
    static TEMPLATE: Mutex<Option<String>> = Mutex::const_new(None);

    let mut connection = PgConnection::connect(server.as_str()).await.unwrap();
    let mut template = TEMPLATE.lock().await;
    if template.is_none() {
        let name = format!("grantd_template_{}", run());
        execute(&mut connection, format!("CREATE DATABASE {name}")).await;
        let db = store::connect(&named(server, &name), 2, super::secs(15)).await.unwrap();
        store::migrate(&db).await.unwrap();
        db.close().await;
        *template = Some(name);
    }
    // One at a time: Postgres refuses to copy a template that another copy is using.
    new(server, &format!("TEMPLATE {}", template.as_deref().unwrap())).await
}

/// A new database, made as `how` says.
async fn new(server: &Url, how: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);

    let mut connection = PgConnection::connect(server.as_str()).await.unwrap();
    let name = format!("grantd_test_{}_{}", run(), COUNT.fetch_add(1, Ordering::Relaxed));
    execute(&mut connection, format!("CREATE DATABASE {name} {how}")).await;
    named(server, &name)
}

async fn execute(connection: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

fn named(server: &Url, database: &str) -> String {
    let mut url = server.clone();
    url.set_path(database);
    url.into()
}

/// The name of this run of the suite.
fn run() -> &'static str {
    static RUN: OnceLock<String> = OnceLock::new();
    RUN.get_or_init(|| std::process::id().to_string())
}
