//! The command line: one file for each command. A command parses its arguments, calls a flow and prints.
//!
//! Exit codes: 0 done, 1 failed, 2 the configuration or the arguments are wrong. `demo` and `login` have the exit codes of
//! the device.

mod audit;
mod audit_log;
mod client;
mod config;
mod demo;
mod health;
mod incident;
mod key;
mod login;
mod migrate;
mod output;
mod password_input;
mod secret_file;
mod serve;
mod system_time;
mod typed_lines;
mod user;
mod webhook;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::cli::output::OutputError;
use crate::flow::operator::{Operator, OperatorError};
use crate::telemetry::chain;
use protocol::{Actor, display_text};
use settings::{Complaints, Settings};
use store::failpoints;

/// The exit code of a process that Ctrl-C ended, as shells have it.
const INTERRUPTED: u8 = 130;

/// An OAuth 2.0 authorization server for devices without a keyboard.
#[derive(Parser)]
#[command(name = "grantd", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(ConfigFile),
    /// Run a throwaway server and sign a device in to it.
    Demo(demo::DemoOptions),
    /// Sign this terminal in at any server that supports the device grant (RFC 8628).
    Login(login::LoginOptions),
    /// Audit any server that supports the device grant, by the rules of RFC 8628.
    Audit(Box<audit::AuditOptions>),
    /// Manage the accounts of people.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Show the clients, and make secrets for them.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Manage the keys that sign tokens.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Print the audit log: sign-ins, decisions, alarms, and the acts of operators.
    AuditLog(audit_log::AuditLogOptions),
    /// Find phishing with device codes, and end its sign-ins.
    #[command(subcommand)]
    Incident(incident::IncidentCommand),
    /// Show the receivers of notices, and whether notices reach them.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Check or show the configuration.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Bring the database's schema up to date.
    Migrate(ConfigFile),
    /// Ask the server on this machine whether it is ready; for container health checks.
    Health(ConfigFile),
}

/// Where the configuration is.
#[derive(Args)]
struct ConfigFile {
    /// The configuration, a TOML file. Its keys replace the defaults, and GRANTD__SECTION__KEY variables replace both. A
    /// relative path begins in the folder in which the command runs, wherever it stands.
    #[arg(long, value_name = "FILE", env = "GRANTD_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    fn settings(&self) -> Result<Settings, Complaints> {
        settings::load(self.config.as_deref())
    }
}

/// The options of a command that lists something.
#[derive(Args)]
struct Listing {
    /// Print one JSON object in each line, with the members that the manual lists (docs/scripts.md).
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    file: ConfigFile,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    // One crypto backend for TLS; a second call, as in tests, changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let command = Arguments::parse().command;
    if let Err(refused) = failpoints::check() {
        output::remark(format_args!("grantd: {refused}"));
        return ExitCode::from(2);
    }
    let done = match command {
        Command::Serve(options) => serve::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Login(options) => login::run(&options),
        Command::Audit(options) => audit::run(&options),
        Command::User(command) => user::run(&command),
        Command::Client(command) => client::run(&command),
        Command::Key(command) => key::run(&command),
        Command::Incident(command) => incident::run(&command),
        Command::Webhook(command) => webhook::run(&command),
        Command::AuditLog(options) => audit_log::run(&options),
        Command::Config(command) => config::run(&command),
        Command::Migrate(options) => migrate::run(&options),
        Command::Health(options) => health::run(&options),
    };
    done.unwrap_or_else(|error| {
        if let Some(OutputError::Closed) = error.downcast_ref() {
            return ExitCode::SUCCESS;
        }
        if error.is::<Complaints>() {
            output::remark(error);
            return ExitCode::from(2);
        }
        output::remark(format_args!("grantd: {}", chain(error.as_ref())));
        if error.is::<Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
    })
}

/// Wrong arguments: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misuse(String);

fn misuse(complaint: String) -> anyhow::Error {
    Misuse(complaint).into()
}

/// How many, which is at least one.
fn count<Number: FromStr + Default + PartialOrd>(text: &str) -> Result<Number, String> {
    let number = text.parse().ok().filter(|number| *number > Number::default());
    number.ok_or_else(|| "not a whole number above 0".to_owned())
}

/// The user of this machine who runs the command.
#[cfg(unix)]
fn actor() -> Actor {
    Actor::Unix(rustix::process::getuid().as_raw())
}

/// Where users have no numbers, the events of commands name the server.
#[cfg(not(unix))]
fn actor() -> Actor {
    Actor::Server
}

/// Opens the database for a command of an operator, does `work`, and closes it. Makes no database and runs no migration.
fn operate(settings: Settings, work: impl AsyncFnOnce(&Operator) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    operate_on(Operator::open_existing(settings, actor()), work)
}

fn operate_on(
    operator: impl Future<Output = Result<Operator, OperatorError>>,
    work: impl AsyncFnOnce(&Operator) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let operator = operator.await?;
        work(&operator).await?;
        operator.db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// A text that may be missing, for people: without control characters.
fn text_or_none(text: Option<&str>, most: usize) -> String {
    text.map_or_else(|| "none".to_owned(), |text| display_text(text, most))
}

/// Runs the asynchronous part of a command on a runtime of its own.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(work);
    // A name server that does not answer blocks a thread. The process must not wait for it.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

/// Ends when the process is asked to stop: by Ctrl-C, or by SIGTERM from a supervisor. It listens from the call on, and not
/// only from the first poll: a signal between them is not lost, and does not kill the process.
fn asked_to_stop() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    };
    async move {
        #[cfg(unix)]
        if let (Ok(mut interrupt), Ok(mut terminate)) = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        drop(tokio::signal::ctrl_c().await);
    }
}
