//! An empty database for a test.

use std::time::Duration;

use tempfile::TempDir;

use crate::{Db, connect, migrate};

/// A migrated database, and the folder that it is deleted with.
pub(super) async fn empty_database() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/grantd.db", folder.path().display());
    let db = connect(&url, 2, Duration::from_secs(5)).await.unwrap();
    migrate(&db).await.unwrap();
    (db, folder)
}
