//! `grantd migrate`: brings the schema of the database up to date.

use std::process::ExitCode;

use crate::cli::{ConfigFile, block_on};
use crate::flow::operator::migrate;

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = file.settings()?;
    block_on(async {
        match migrate(&settings).await? {
            None => println!("the schema is up to date"),
            Some(newest) => println!("the schema is newer (migration {newest}), and lets this version run"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
