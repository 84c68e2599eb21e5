//! Opens the database: SQLite with one writer and several readers, Postgres with two pools.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::arg::Arg;
use crate::db::Pools;
use crate::driver::{Dialling, Driver, Timeouts, in_time, statements_of};
use crate::place::DatabasePlace;
use crate::pool::{ConnectionPool, Verification};
use crate::portable_row::PortableRow;
use crate::write_health::WriteHealth;
use crate::{Db, StoreError, postgres};
use database_url::DatabaseUrl;

/// Opens the database of a `sqlite:` or `postgres:` URL, making the file and its folder if they are not there. `wait`
/// is how long a request waits for a database that is away.
///
/// # Errors
/// When the URL cannot be read or a SQLite file cannot be made. A Postgres server that is away is no error yet: it is
/// waited for when it is needed.
pub async fn connect(url: &str, max_connections: u32, wait: Duration) -> Result<Db, StoreError> {
    // First, so that a URL that is refused makes no file.
    parsed(url)?;
    if let Some(file) = database_file(url) {
        let health = WriteHealth::of(DatabasePlace::of_file(&file, wait));
        health.told(create_private(&file).map_err(sqlx::Error::Io))?;
    }
    open(url, max_connections, wait).await
}

/// The same, but makes no file. `None`: there is no such file.
///
/// # Errors
/// When the URL cannot be read or a SQLite file cannot be opened.
pub async fn connect_to_existing(url: &str, max_connections: u32, wait: Duration) -> Result<Option<Db>, StoreError> {
    if database_file(url).is_some_and(|file| file.try_exists().is_ok_and(|exists| !exists)) {
        return Ok(None);
    }
    open(url, max_connections, wait).await.map(Some)
}

async fn open(url: &str, max_connections: u32, wait: Duration) -> Result<Db, StoreError> {
    let (pools, health) = match parsed(url)? {
        DatabaseUrl::Sqlite => sqlite(url, max_connections, wait).await?,
        DatabaseUrl::Postgres(url) => postgres::pools(&url, max_connections, wait),
    };
    let (subscribers, to_deliver, room, ended_here, group) = <_>::default();
    let (timeouts, health) = (Timeouts::of(wait), Arc::new(health));
    Ok(Db { pools, timeouts, health, subscribers, to_deliver, room, ended_here, group })
}

fn parsed(url: &str) -> Result<DatabaseUrl, StoreError> {
    Ok(DatabaseUrl::parse(url).map_err(|unfit| sqlx::Error::Configuration(unfit.into()))?)
}

async fn sqlite(url: &str, max_connections: u32, wait: Duration) -> Result<(Pools, WriteHealth), StoreError> {
    // SQLite says that the file is locked before the wait is over, so that its answer is heard.
    let options = SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(wait / 10 * 9)
        .foreign_keys(true)
        .optimize_on_close(true, None);
    let health = WriteHealth::of(DatabasePlace::of_file(options.get_filename(), wait));
    let pool = |size, options: SqliteConnectOptions| {
        let dial = Box::new(move || -> Dialling<SqliteConnection> {
            let options = options.clone();
            Box::pin(async move { in_time(wait, options.connect()).await })
        });
        ConnectionPool::new(size, Timeouts::of(wait), dial)
    };
    let write = pool(1, options.clone().synchronous(SqliteSynchronous::Full));
    let lax = pool(1, options.clone().synchronous(SqliteSynchronous::Normal));
    let read = pool(max_connections, options.read_only(true));
    // The first of all makes the file a database, so that the readers find one.
    health.told(Db::acquire(&write, Verification::AfterRest, Instant::now() + wait).await)?;
    Ok((Pools::Sqlite { read, write, lax, writer: Arc::new(Mutex::new(())) }, health))
}

impl Driver for SqliteConnection {
    const GROWS_OLD: bool = false;

    async fn ask(&mut self) -> sqlx::Result<()> {
        self.ping().await
    }

    statements_of!(sqlx::Sqlite, sqlx::sqlite::SqliteArguments);
}

/// The file of a SQLite URL.
pub fn database_file(url: &str) -> Option<PathBuf> {
    let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
    Some(options.get_filename().to_owned())
}

/// The folder that a SQLite URL keeps its files in, where the root secret and the lock belong too.
pub fn data_folder(url: &str) -> Option<PathBuf> {
    let file = database_file(url)?;
    let parent = file.parent()?;
    Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}

/// Only its owner may read the database: it holds what people are called and which devices they have. A connection makes
/// no file: one that vanishes under a server must not be taken for a new database.
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
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
