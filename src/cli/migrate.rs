//! `grantd migrate`: brings the schema of the database up to date.

use std::process::ExitCode;

use crate::cli::{ConfigFile, block_on, output};
use crate::flow::operator::migrate;

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = file.settings()?;
    block_on(async {
        match migrate(&settings).await? {
            None => output::line("the schema is up to date")?,
            Some(newest) => {
                output::line(format_args!("the schema is newer (migration {newest}), and lets this version run"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
