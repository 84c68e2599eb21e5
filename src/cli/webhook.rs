//! `grantd webhook`: shows the receivers of notices, whether notices reach them, and which notices wait.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::output::{self, OutputError};
use crate::cli::{ConfigFile, Listing, block_on, operate};
use crate::flow::operator::webhooks::{self, WebhookReport};
use crate::telemetry::chain;
use protocol::{Timestamp, display_text};
use store::{UndeliveredNotice, WebhookStanding};

#[derive(Subcommand)]
pub(super) enum WebhookCommand {
    /// List the webhooks, each with its state.
    List(Listing),
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
    listing: Listing,
}

pub(super) fn run(command: &WebhookCommand) -> anyhow::Result<ExitCode> {
    match command {
        WebhookCommand::List(Listing { json, file }) => operate(file.settings()?, async |operator| {
            let print = if *json { print_report_json } else { print_report };
            Ok(webhooks::list(operator).await?.iter().try_for_each(print)?)
        }),
        WebhookCommand::Undelivered(Undelivered { name, listing }) => {
            operate(listing.file.settings()?, async |operator| {
                let print = if listing.json { print_notice_json } else { print_notice };
                Ok(webhooks::undelivered(operator, name.as_deref()).await?.iter().try_for_each(print)?)
            })
        }
        WebhookCommand::Test(WebhookName { name, file }) => {
            let settings = file.settings()?;
            let notice = block_on(async { Ok(webhooks::test(&settings, name).await?) })?;
            match notice.answer {
                Ok(status) => output::line(format_args!("{name} took notice {}: it answered {status}", notice.id))?,
                Err(error) => anyhow::bail!("{name} did not take the notice: {}", chain(&error)),
            }
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::Secret(WebhookName { name, file }) => {
            output::line(webhooks::secret(&file.settings()?, name)?.as_str())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn print_report(WebhookReport { name, events, standing }: &WebhookReport) -> Result<(), OutputError> {
    let events = match events.as_deref() {
        None => "not configured any more".to_owned(),
        Some([]) => "everything".to_owned(),
        Some(events) => events.join(","),
    };
    let standing = standing.as_ref().map_or_else(|| "nothing sent yet".to_owned(), described);
    output::line(format_args!("{name}\t{events}\t{standing}"))
}

fn print_report_json(WebhookReport { name, events, standing }: &WebhookReport) -> Result<(), OutputError> {
    let standing = standing.as_ref();
    let time = |at: Option<i64>| at.map(|at| output::time(Timestamp::from_millis(at)));
    output::json(&json!({
        "name": name,
        "events": events,
        "waiting": standing.map_or(0, |of| of.waiting),
        "waiting_since": time(standing.and_then(|of| of.waiting_since)),
        "given_up": standing.map_or(0, |of| of.given_up),
        "delivered": standing.map_or(0, |of| of.delivered),
        "last_delivered": time(standing.and_then(|of| of.last_delivered_at)),
    }))
}

fn described(standing: &WebhookStanding) -> String {
    let WebhookStanding { waiting, given_up, delivered, .. } = standing;
    let since = standing.waiting_since.map(|at| format!(" since {:.0}", utc(at))).unwrap_or_default();
    let last = standing.last_delivered_at.map(|at| format!(", the last at {:.0}", utc(at))).unwrap_or_default();
    format!("{waiting} waiting{since}, {given_up} given up, {delivered} delivered{last}")
}

fn print_notice(notice: &UndeliveredNotice) -> Result<(), OutputError> {
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
    let at = utc(notice.at);
    output::line(format_args!("{at:.0}\t{webhook}\t{name}\t{id}\ttried {attempts} times\t{next}\t{answer}"))
}

fn print_notice_json(notice: &UndeliveredNotice) -> Result<(), OutputError> {
    let time = |at: i64| output::time(Timestamp::from_millis(at));
    output::json(&json!({
        "at": time(notice.at),
        "webhook": notice.webhook,
        "type": notice.name,
        "id": notice.id,
        "attempts": notice.attempts,
        "next_try": notice.due_at.map(time),
        "given_up": notice.given_up_at.map(time),
        "answer": notice.last_answer,
    }))
}

fn utc(millis: i64) -> jiff::Timestamp {
    Timestamp::from_millis(millis).utc()
}
