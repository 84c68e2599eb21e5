//! `grantd migrate`: brings the schema of the database up to date.

use std::process::ExitCode;

use crate::cli::{ConfigFile, block_on};
use crate::flow::operator::migrate;

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = file.settings()?;
    block_on(async {
        migrate(&settings).await?;
        println!("the schema is up to date");
        Ok(ExitCode::SUCCESS)
    })
}
