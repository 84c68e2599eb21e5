//! `grantd client`: what an operator needs to register one.

use std::process::ExitCode;

use clap::Subcommand;

use crate::entropy::Entropy;
use crate::entropy::SystemEntropy;
use crate::protocol::Secret;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Draw a client secret. It is shown once; the configuration takes its digest.
    NewSecret,
}

pub(super) fn run(command: &Command) -> ExitCode {
    match command {
        Command::NewSecret => {
            // Letters, digits, `-` and `_` only: form-encoded or not, it is the same text (some clients do not encode).
            let secret = Secret::from_random("gcs_", SystemEntropy.secret());
            println!("secret, for the client:      {}", secret.reveal());
            println!("digest, for the [[client]]:  secret_digests = [\"sha256:{}\"]", secret.digest().hex());
            ExitCode::SUCCESS
        }
    }
}
