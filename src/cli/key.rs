//! `grantd key`: the keys that sign tokens.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::{ConfigFile, operate};
use crate::clock::{Clock, SystemClock};
use crate::flow::operator::signing_keys;
use crate::keys::KeyStanding;

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// List the published keys, and which of them sign.
    List(ConfigFile),
    /// Make the next key now, before it is due. It is published at once and signs after `keys.announce`.
    Rotate(RotateOptions),
}

#[derive(Args)]
pub(super) struct RotateOptions {
    /// The algorithm whose next key is made: ES256, RS256 or `EdDSA`. Default: each one that is configured.
    #[arg(long)]
    algorithm: Option<String>,
    /// Sign with it after ten minutes, in which verifiers fetch it. For the case that the present key has leaked.
    #[arg(long)]
    soon: bool,
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(command: &KeyCommand) -> anyhow::Result<ExitCode> {
    let file = match command {
        KeyCommand::List(file) => file,
        KeyCommand::Rotate(rotation) => &rotation.file,
    };
    operate(file.settings()?, async |operator| {
        let keys = match command {
            KeyCommand::List(_) => signing_keys::list(operator).await?,
            KeyCommand::Rotate(RotateOptions { algorithm, soon, .. }) => {
                signing_keys::rotate(operator, algorithm.as_deref(), *soon).await?
            }
        };
        for key in &keys {
            let (made, state) = (key.created_at.utc(), state(key));
            println!("{}\t{}\tmade {made:.0}\t{state}", key.kid, key.algorithm);
        }
        Ok(())
    })
}

fn state(key: &KeyStanding) -> String {
    if key.signs {
        "signs".to_owned()
    } else if key.active_from > SystemClock.now() {
        format!("signs from {:.0}", key.active_from.utc())
    } else {
        "verifies".to_owned()
    }
}
