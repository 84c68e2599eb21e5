//! `grantd migrate`: brings the database's schema up to date.

use std::process::ExitCode;

use crate::cli::{ConfigFile, block_on};
use crate::store;

pub(super) fn run(options: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = match options.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    block_on(async {
        let database = &settings.database;
        let db = store::connect(&database.url, database.max_connections, database.wait).await?;
        store::migrate(&db).await?;
        db.close().await;
        println!("the schema is up to date");
        Ok(ExitCode::SUCCESS)
    })
}
