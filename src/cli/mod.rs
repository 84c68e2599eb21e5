//! What can an operator do from the command line? One file for each command.
//!
//! Exit codes: 0 done, 1 it failed, 2 the configuration or the arguments are wrong. `demo` and `login` end with the
//! device's codes.

mod audit;
mod audit_log;
mod client;
pub mod config;
mod demo;
mod health;
mod incident;
mod key;
mod lines;
mod login;
mod migrate;
mod password_input;
mod secret_file;
mod secret_strength;
mod serve;
mod user;
mod wall;
mod webhook;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::entropy::{Entropy, SystemEntropy};
use crate::failpoints;
use crate::protocol::{AuditEvent, Channel, Event, Source, Timestamp};
use crate::settings::{self, Settings};

/// What a shell says of a process that Ctrl-C ended.
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
    Demo(demo::Options),
    /// Sign this terminal in at any server that knows the device grant (RFC 8628).
    Login(login::Options),
    /// Audit any server that knows the device grant: does it keep RFC 8628?
    Audit(Box<audit::Options>),
    /// Manage the people who sign in.
    #[command(subcommand)]
    User(user::Command),
    /// Look at the clients, and make what they need.
    #[command(subcommand)]
    Client(client::Command),
    /// Manage the keys that sign tokens.
    #[command(subcommand)]
    Key(key::Command),
    /// Read what happened: sign-ins, decisions, alarms, what operators did.
    AuditLog(audit_log::Options),
    /// Find out whether somebody phishes with device codes, and end what they got.
    #[command(subcommand)]
    Incident(incident::Command),
    /// See who is told of what happens, and whether they are reached.
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Bring the database's schema up to date.
    Migrate(ConfigFile),
    /// Ask the server on this machine whether it is ready; for container health checks.
    Health(ConfigFile),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Say whether the configuration is sound.
    Check(ConfigFile),
    /// Print what the server would use, secrets left out.
    Show(ConfigFile),
}

/// Where the configuration is.
#[derive(Args)]
struct ConfigFile {
    /// A TOML file, laid over the defaults; GRANTD__SECTION__KEY variables are laid over it.
    #[arg(long, value_name = "FILE", env = "GRANTD_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    fn path(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The settings, or a message on standard error and exit code 2.
    fn settings(&self) -> Result<Settings, ExitCode> {
        settings::load(self.path()).map_err(|complaints| {
            eprintln!("{complaints}");
            ExitCode::from(2)
        })
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    // One crypto backend for TLS; a second call, as in tests, changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let command = Arguments::parse().command;
    if let Err(refused) = failpoints::check() {
        eprintln!("grantd: {refused}");
        return ExitCode::from(2);
    }
    let done = match command {
        Command::Serve(options) => serve::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Login(options) => login::run(&options),
        Command::Audit(options) => audit::run(&options),
        Command::User(command) => user::run(command),
        Command::Client(command) => client::run(&command),
        Command::Key(command) => key::run(&command),
        Command::Incident(command) => incident::run(&command),
        Command::Webhook(command) => webhook::run(&command),
        Command::AuditLog(options) => audit_log::run(&options),
        Command::Config(ConfigCommand::Check(file)) => config::check(file.path(), &mut io::stdout(), &mut io::stderr()),
        Command::Config(ConfigCommand::Show(file)) => config::show(file.path(), &mut io::stdout(), &mut io::stderr()),
        Command::Migrate(options) => migrate::run(&options),
        Command::Health(options) => health::run(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("grantd: {error:#}");
        ExitCode::FAILURE
    })
}

/// What an operator does from this command line.
fn by_operator(event: Event, at: Timestamp) -> AuditEvent {
    AuditEvent::new(SystemEntropy.identifier(), event, &Source::local(Channel::Cli), at)
}

/// Runs a command's asynchronous part on a runtime of its own.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(work);
    // A name server that is silent holds a thread, which must not keep the process from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

/// Done when the process is asked to end: Ctrl-C, or SIGTERM from a supervisor. It listens from the call on, not only
/// from the first time that it is awaited: what comes in between is not lost, and does not end the process either.
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
