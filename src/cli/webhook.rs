//! `grantd webhook`: shows the receivers of notices, whether notices reach them, and which notices wait.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::{ConfigFile, block_on, operate};
use crate::flow::operator::webhooks::{self, WebhookReport};
use crate::telemetry::chain;
use protocol::{Timestamp, display_text};
use store::{UndeliveredNotice, WebhookStanding};

#[derive(Subcommand)]
pub(super) enum WebhookCommand {
    /// List the webhooks, each with its state.
    List(ConfigFile),
    /// List the notices that wait, and those that were given up.
    Undelivered(Undelivered),
    /// Send a test notice, and print the answer.
    Test(WebhookName),
    /// Show the secret with which a receiver verifies signatures.
    Secret(WebhookName),
}

#[derive(Args)]
pub(super) struct WebhookName {
    /// The webhook's name.
    name: String,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args)]
pub(super) struct Undelivered {
    /// Only for this webhook.
    name: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(command: &WebhookCommand) -> anyhow::Result<ExitCode> {
    match command {
        WebhookCommand::List(file) => operate(file.settings()?, async |operator| {
            for report in webhooks::list(operator).await? {
                print_report(&report);
            }
            Ok(())
        }),
        WebhookCommand::Undelivered(Undelivered { name, file }) => operate(file.settings()?, async |operator| {
            for notice in webhooks::undelivered(operator, name.as_deref()).await? {
                print_notice(&notice);
            }
            Ok(())
        }),
        WebhookCommand::Test(WebhookName { name, file }) => {
            let settings = file.settings()?;
            let notice = block_on(async { Ok(webhooks::test(&settings, name).await?) })?;
            match notice.answer {
                Ok(status) => println!("{name} took notice {}: it answered {status}", notice.id),
                Err(error) => anyhow::bail!("{name} did not take the notice: {}", chain(&error)),
            }
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::Secret(WebhookName { name, file }) => {
            println!("{}", webhooks::secret(&file.settings()?, name)?.as_str());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn print_report(WebhookReport { name, events, standing }: &WebhookReport) {
    let events = match events.as_deref() {
        None => "not configured any more".to_owned(),
        Some([]) => "everything".to_owned(),
        Some(events) => events.join(","),
    };
    let standing = standing.as_ref().map_or_else(|| "nothing sent yet".to_owned(), described);
    println!("{name}\t{events}\t{standing}");
}

fn described(standing: &WebhookStanding) -> String {
    let WebhookStanding { waiting, given_up, delivered, .. } = standing;
    let since = standing.waiting_since.map(|at| format!(" since {:.0}", utc(at))).unwrap_or_default();
    let last = standing.last_delivered_at.map(|at| format!(", the last at {:.0}", utc(at))).unwrap_or_default();
    format!("{waiting} waiting{since}, {given_up} given up, {delivered} delivered{last}")
}

fn print_notice(notice: &UndeliveredNotice) {
    let UndeliveredNotice { webhook, name, id, attempts, .. } = notice;
    let next = match (notice.due_at, notice.given_up_at) {
        (Some(due_at), _) => format!("next try {:.0}", utc(due_at)),
        (None, Some(given_up_at)) => format!("given up {:.0}", utc(given_up_at)),
        (None, None) => "over".to_owned(),
    };
    let answer = match notice.last_answer.as_deref() {
        Some(answer) => display_text(answer, 255),
        None if *attempts == 0 => "not tried yet".to_owned(),
        None => "being tried".to_owned(),
    };
    println!("{:.0}\t{webhook}\t{name}\t{id}\ttried {attempts} times\t{next}\t{answer}", utc(notice.at));
}

fn utc(millis: i64) -> jiff::Timestamp {
    Timestamp::from_millis(millis).utc()
}
