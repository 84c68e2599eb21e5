//! The `grantd` command: runs what the arguments name, and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    grantd::cli::run()
}
