//! `grantd key`: the keys that sign tokens.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::app::{open_keys, open_store};
use crate::cli::{ConfigFile, block_on};
use crate::clock::{Clock, SystemClock};
use crate::keys::{KeyStanding, SigningKeys};
use crate::protocol::{SigningAlgorithm, Timestamp};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the published keys, and which of them sign.
    List(ConfigFile),
    /// Make the next key out of turn. It is published at once and signs after `keys.announce`.
    Rotate(Rotate),
}

#[derive(Args)]
pub(super) struct Rotate {
    /// The algorithm whose key is followed by the next: ES256, RS256 or `EdDSA`. Left out: each one that is offered.
    #[arg(long)]
    algorithm: Option<String>,
    /// Sign with it after ten minutes, the time that verifiers may take to learn of it. For a key that leaked.
    #[arg(long)]
    soon: bool,
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let file = match command {
        Command::List(file) => file,
        Command::Rotate(rotate) => &rotate.file,
    };
    let settings = match file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    block_on(async {
        let db = open_store(&settings).await?;
        let keys = open_keys(&settings, &db).await?;
        if let Command::Rotate(rotate) = command {
            let wait: Duration = if rotate.soon { SigningKeys::PROPAGATION } else { settings.keys.announce };
            for algorithm in wanted(rotate.algorithm.as_deref(), &settings.keys.algorithms)? {
                keys.rotate(algorithm, SystemClock.now() + wait).await?;
            }
        }
        for key in keys.standings() {
            println!("{}", line(&key)?);
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn wanted(named: Option<&str>, offered: &[SigningAlgorithm]) -> anyhow::Result<Vec<SigningAlgorithm>> {
    let Some(name) = named else { return Ok(offered.to_vec()) };
    let algorithm = SigningAlgorithm::named(name).filter(|algorithm| offered.contains(algorithm));
    Ok(vec![algorithm.with_context(|| format!("{name:?} is not one of keys.algorithms"))?])
}

fn line(key: &KeyStanding) -> anyhow::Result<String> {
    let printed = |at: Timestamp| jiff::Timestamp::from_millisecond(at.millis()).context("a time out of range");
    let standing = if key.signs {
        "signs".to_owned()
    } else if key.active_from > SystemClock.now() {
        format!("signs from {:.0}", printed(key.active_from)?)
    } else {
        "verifies".to_owned()
    };
    Ok(format!("{}\t{}\tmade {:.0}\t{standing}", key.kid, key.algorithm, printed(key.created_at)?))
}
