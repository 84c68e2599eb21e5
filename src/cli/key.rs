//! `grantd key`: the keys that sign tokens.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::output::{self, OutputError};
use crate::cli::{Listing, misuse, operate};
use crate::clock::{Clock, SystemClock};
use crate::flow::operator::signing_keys;
use crate::keys::KeyStanding;

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// List the published keys, and which of them sign.
    List(Listing),
    /// Make the next key now, before it is due. Every server publishes it within a minute, and it signs after `keys.announce`.
    Rotate(RotateOptions),
    /// Withdraw keys that somebody else has. What they signed is void, and a new key signs at once if none is left.
    Withdraw(WithdrawOptions),
}

#[derive(Args)]
pub(super) struct WithdrawOptions {
    /// The keys, as `grantd key list` names them.
    #[arg(required = true)]
    kid: Vec<String>,
    /// Confirm that tokens of these keys are to be void.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args)]
pub(super) struct RotateOptions {
    /// The algorithm whose next key is made: `ES256`, `RS256` or `EdDSA`. Default: each one that is configured.
    #[arg(long)]
    algorithm: Option<String>,
    /// Sign with it after ten minutes, in which verifiers fetch it. For the case that the present key may have leaked; one that has leaked is withdrawn.
    #[arg(long)]
    soon: bool,
    #[command(flatten)]
    listing: Listing,
}

pub(super) fn run(command: &KeyCommand) -> anyhow::Result<ExitCode> {
    let (KeyCommand::List(listing)
    | KeyCommand::Rotate(RotateOptions { listing, .. })
    | KeyCommand::Withdraw(WithdrawOptions { listing, .. })) = command;
    if let KeyCommand::Withdraw(WithdrawOptions { yes: false, .. }) = command {
        let advice = "say it again with --yes";
        return Err(misuse(format!("withdrawing a key makes every token void that it signed: {advice}")));
    }
    operate(listing.file.settings()?, async |operator| {
        let keys = match command {
            KeyCommand::List(_) => signing_keys::list(operator).await?,
            KeyCommand::Rotate(RotateOptions { algorithm, soon, .. }) => {
                signing_keys::rotate(operator, algorithm.as_deref(), *soon).await?
            }
            KeyCommand::Withdraw(WithdrawOptions { kid, .. }) => signing_keys::withdraw(operator, kid).await?,
        };
        Ok(keys.iter().try_for_each(|key| print_key(key, listing.json))?)
    })
}

fn print_key(key: &KeyStanding, as_json: bool) -> Result<(), OutputError> {
    let KeyStanding { kid, algorithm, created_at, active_from, active_until, signs } = key;
    if as_json {
        return output::json(&json!({
            "kid": kid, "algorithm": algorithm, "made": output::time(*created_at),
            "signs_from": active_from.map(output::time), "signs_until": active_until.map(output::time), "signs": signs,
        }));
    }
    output::line(format_args!("{kid}\t{algorithm}\tmade {:.0}\t{}", created_at.utc(), state(key)))
}

fn state(key: &KeyStanding) -> String {
    if key.signs {
        key.active_until.map_or("signs".to_owned(), |until| format!("signs until {:.0}", until.utc()))
    } else {
        match key.active_from {
            Some(from) if from > SystemClock.now() => format!("signs from {:.0}", from.utc()),
            Some(_) => "verifies".to_owned(),
            None => "never signs: a newer key was first".to_owned(),
        }
    }
}
