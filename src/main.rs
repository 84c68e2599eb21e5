//! The `grantd` command: arguments, and the exit code of what they ask for.

use std::process::ExitCode;

fn main() -> ExitCode {
    grantd::cli::run()
}
