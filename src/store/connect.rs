//! How is the database opened? SQLite with one writer and several readers, Postgres with two pools.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteSynchronous;
use tokio::sync::Mutex;

use crate::database_url::DatabaseUrl;
use crate::database_url::PostgresUrl;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::db::Pools;
use crate::store::postgres_options;

/// Opens the database of a `sqlite:` or `postgres:` URL, making the file and its folder if they are not there. `wait`
/// is how long a request waits for a database that is away.
///
/// # Errors
/// When the URL cannot be read or a SQLite file cannot be made. A Postgres server that is away is no error yet: it is
/// waited for when it is needed.
pub async fn connect(url: &str, max_connections: u32, wait: Duration) -> Result<Db, StoreError> {
    let pools = match DatabaseUrl::parse(url).map_err(|unfit| sqlx::Error::Configuration(unfit.into()))? {
        DatabaseUrl::Sqlite => sqlite(url, max_connections, wait).await?,
        DatabaseUrl::Postgres(url) => postgres(&url, max_connections, wait),
    };
    Ok(Db { pools, wait, subscribers: Arc::default(), to_deliver: Arc::default() })
}

async fn sqlite(url: &str, max_connections: u32, wait: Duration) -> Result<Pools, StoreError> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(wait)
        .foreign_keys(true)
        .optimize_on_close(true, None);
    create_private(options.get_filename()).map_err(sqlx::Error::Io)?;
    let writing = || SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let write = writing().connect_with(options.clone().synchronous(SqliteSynchronous::Full)).await?;
    let lax = writing().connect_lazy_with(options.clone().synchronous(SqliteSynchronous::Normal));
    let read = SqlitePoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(wait)
        .connect_lazy_with(options.read_only(true));
    Ok(Pools::Sqlite { read, write, lax, writer: Arc::new(Mutex::new(())) })
}

fn postgres(url: &PostgresUrl, max_connections: u32, wait: Duration) -> Pools {
    let pool = |connections, is_lax| {
        let session: Arc<str> = postgres_options::session(url, is_lax).into();
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(wait)
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                let session = Arc::clone(&session);
                Box::pin(
                    async move { sqlx::raw_sql(AssertSqlSafe(session.as_ref())).execute(connection).await.map(drop) },
                )
            })
            // A connection that was used a moment ago is believed; one that rested is asked first.
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > Duration::from_secs(1) {
                        sqlx::Connection::ping(connection).await?;
                    }
                    Ok(true)
                })
            })
    };
    let options = &postgres_options::of_each(url)[0];
    Pools::Postgres {
        pool: pool(max_connections, false).connect_lazy_with(options.clone()),
        lax: pool((max_connections / 4).max(1), true).connect_lazy_with(options.clone()),
    }
}

/// The folder that a SQLite URL keeps its files in, where the root secret and the lock belong too.
pub(crate) fn data_folder(url: &str) -> Option<PathBuf> {
    let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
    let parent = options.get_filename().parent()?;
    Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}

/// Only its owner may read the database: it holds what people are called and which devices they have.
fn create_private(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_folder(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

/// Makes a folder that only its owner may enter, unless it exists.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
