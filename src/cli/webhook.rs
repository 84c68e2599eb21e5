//! `grantd webhook`: who is told of what happens, whether they are reached, and what waits for them.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::Timestamp as Printed;

use crate::app::{open_store, open_webhooks};
use crate::cli::{ConfigFile, block_on};
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::protocol::{display_text, test_notice_body};
use crate::settings::Settings;
use crate::store::{self, WebhookStanding};
use crate::webhooks::Webhook;

/// Lines of `grantd webhook undelivered`.
const MOST: u32 = 1000;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the webhooks, and how each stands.
    List(ConfigFile),
    /// List the notices that wait, and those that were given up.
    Undelivered(Undelivered),
    /// Send a notice that nothing happened, and say what was answered.
    Test(Which),
    /// Show the secret that a receiver verifies signatures with.
    Secret(Which),
}

#[derive(Args)]
pub(super) struct Which {
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

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let file = match command {
        Command::List(file) => file,
        Command::Undelivered(undelivered) => &undelivered.file,
        Command::Test(which) | Command::Secret(which) => &which.file,
    };
    let settings = match file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    match command {
        Command::List(_) => block_on(list(&settings)),
        Command::Undelivered(undelivered) => block_on(list_undelivered(&settings, undelivered.name.as_deref())),
        Command::Test(which) => block_on(test(&settings, &find(&settings, &which.name)?)),
        Command::Secret(which) => {
            let webhook = find(&settings, &which.name)?;
            println!("{}", webhook.secret().context("this webhook has no secret")?.reveal().as_str());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn find(settings: &Settings, name: &str) -> anyhow::Result<Webhook> {
    let webhooks = open_webhooks(settings)?;
    webhooks.find(name).cloned().with_context(|| format!("there is no [[webhook]] {:?}", display_text(name, 64)))
}

async fn list(settings: &Settings) -> anyhow::Result<ExitCode> {
    let db = open_store(settings).await?;
    let standings = store::webhook_standings(&db).await?;
    for webhook in &settings.webhook {
        let events = if webhook.events.is_empty() { "everything".to_owned() } else { webhook.events.join(",") };
        let standing = standings.iter().find(|standing| standing.webhook == webhook.name);
        println!("{}\t{events}\t{}", webhook.name, standing.map_or(Ok("nothing sent yet".to_owned()), described)?);
    }
    for standing in &standings {
        if !settings.webhook.iter().any(|webhook| webhook.name == standing.webhook) {
            println!("{}\tnot configured any more\t{}", standing.webhook, described(standing)?);
        }
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn described(standing: &WebhookStanding) -> anyhow::Result<String> {
    let WebhookStanding { waiting, given_up, delivered, .. } = standing;
    let since = standing.waiting_since.map(printed).transpose()?;
    let since = since.map(|at| format!(" since {at:.0}")).unwrap_or_default();
    let last = standing.last_delivered_at.map(printed).transpose()?;
    let last = last.map(|at| format!(", the last at {at:.0}")).unwrap_or_default();
    Ok(format!("{waiting} waiting{since}, {given_up} given up, {delivered} delivered{last}"))
}

async fn list_undelivered(settings: &Settings, webhook: Option<&str>) -> anyhow::Result<ExitCode> {
    let db = open_store(settings).await?;
    for notice in store::undelivered_notices(&db, webhook, MOST).await? {
        let fate = match (notice.due_at, notice.given_up_at) {
            (Some(due_at), _) => format!("next try {:.0}", printed(due_at)?),
            (None, Some(given_up_at)) => format!("given up {:.0}", printed(given_up_at)?),
            (None, None) => "over".to_owned(),
        };
        let answer = match notice.last_answer.as_deref() {
            Some(said) => display_text(said, 255),
            None if notice.attempts == 0 => "not tried yet".to_owned(),
            None => "being tried".to_owned(),
        };
        println!(
            "{:.0}\t{}\t{}\t{}\ttried {} times\t{fate}\t{answer}",
            printed(notice.at)?,
            notice.webhook,
            notice.name,
            notice.id,
            notice.attempts
        );
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn test(settings: &Settings, webhook: &Webhook) -> anyhow::Result<ExitCode> {
    let (id, now) = (SystemEntropy.identifier(), SystemClock.now());
    let body = test_notice_body(&id, now, &settings.issuer);
    match webhook.send(&id, &body, now, settings.notices.timeout).await {
        Ok(status) => {
            println!("{} took notice {id}: it answered {status}", webhook.name);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("grantd: {} did not take the notice: {}", webhook.name, error.chain());
            Ok(ExitCode::FAILURE)
        }
    }
}

fn printed(at: i64) -> anyhow::Result<Printed> {
    Printed::from_millisecond(at).context("a time out of range")
}
