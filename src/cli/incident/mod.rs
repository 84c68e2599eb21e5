//! `grantd incident`: is somebody phishing with our codes, whom did they catch, and how is that ended? RFC 10027 section
//! 6.1.6, requirement P-05.

mod reading;
mod releasing;
mod revoking;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;
use jiff::Timestamp as Printed;
use serde_json::json;

use crate::app::open_store;
use crate::cli::audit_log::instant;
use crate::cli::incident::reading::{Window, read};
use crate::cli::incident::revoking::revoke;
use crate::cli::{ConfigFile, block_on};
use crate::clock::{Clock, SystemClock};
use crate::device::printable_json;
use crate::protocol::{Cluster, Grouping, RequestFilter, SeenRequest, Subject, Timestamp, clusters, display_text};
use crate::store::{self, Db};

/// How far back is looked when nothing says it.
const USUAL: &str = "24h";

#[derive(Subcommand)]
pub(super) enum Command {
    /// Group what devices asked for by client and origin: those first that most people approved.
    List(List),
    /// Show single requests, and what became of each.
    Show(Selected),
    /// List what the detector suspects, and what it holds.
    Suspected(ConfigFile),
    /// Let people approve requests that the detector holds.
    Release(Release),
    /// End requests and sign-ins: show what would be ended, and with --yes do it.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Selected {
    /// Only since then: a span such as "24h" or "7d", a day such as 2026-11-20 or an instant of RFC 3339, in UTC. Left out:
    /// 24h; `revoke` wants it said.
    #[arg(long, value_name = "SPAN|TIME")]
    since: Option<String>,
    /// Only before then, in the same words.
    #[arg(long, value_name = "SPAN|TIME")]
    until: Option<String>,
    /// Only requests of this client.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Only requests from this network or address.
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    network: Option<IpNet>,
    /// Only requests of devices that call themselves exactly this.
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Only requests with this key, by its thumbprint.
    #[arg(long, value_name = "JKT")]
    key: Option<String>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    selected: Selected,
    /// What requests of one client are told apart by.
    #[arg(long, value_enum, default_value_t = By::Network)]
    by: By,
    /// The first so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    selected: Selected,
    /// Really.
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
pub(super) struct Release {
    /// The client.
    #[arg(long, value_name = "ID")]
    client: String,
    /// The network, as `suspected` lists it.
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    network: IpNet,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    /// IPv4 /24, IPv6 /48.
    Network,
    /// The exact address.
    Address,
    /// What the device called itself.
    UserAgent,
    /// The key that it proved.
    Key,
}

fn network(written: &str) -> Result<IpNet, String> {
    let alone = || written.parse().map(|address: std::net::IpAddr| IpNet::from(address.to_canonical()));
    written
        .parse::<IpNet>()
        .or_else(|_| alone())
        .map_err(|_| "not a network such as 203.0.113.0/24, nor an address".into())
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let selected = match command {
        Command::List(list) => &list.selected,
        Command::Show(selected) => selected,
        Command::Revoke(revoke) => &revoke.selected,
        Command::Suspected(file) => return releasing::list(file),
        Command::Release(release) => return releasing::release(release),
    };
    let settings = match selected.file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    let now = SystemClock.now();
    let (window, filter) = match selected.read(now) {
        Ok(read) => read,
        Err(complaint) => {
            eprintln!("grantd: {complaint}");
            return Ok(ExitCode::from(2));
        }
    };
    if let Command::Revoke(_) = command
        && (filter.is_empty() || selected.since.is_none())
    {
        eprintln!("grantd: say which: --since, and one at least of --client, --network, --user-agent and --key");
        return Ok(ExitCode::from(2));
    }
    block_on(async {
        let db = open_store(&settings).await?;
        let requests = read(&db, &window, &filter).await?;
        match command {
            Command::List(list) => show_clusters(&clusters(&requests, list.by.into()), list)?,
            Command::Show(_) => show_requests(&db, &requests, selected.json).await?,
            Command::Revoke(options) => revoke(&db, &requests, &window, &filter, options, now).await?,
            Command::Suspected(_) | Command::Release(_) => {}
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

impl Selected {
    fn read(&self, now: Timestamp) -> Result<(Window, RequestFilter), String> {
        let since = self.since.as_deref().unwrap_or(USUAL);
        let since = instant(since, now).map_err(|complaint| format!("--since: {complaint}"))?;
        let until = self.until.as_deref().map(|until| instant(until, now)).transpose();
        let until = until.map_err(|complaint| format!("--until: {complaint}"))?.unwrap_or(now);
        let filter = RequestFilter {
            client_id: self.client.clone(),
            network: self.network,
            user_agent: self.user_agent.clone(),
            jkt: self.key.clone(),
        };
        Ok((Window { since, until }, filter))
    }
}

impl From<By> for Grouping {
    fn from(by: By) -> Self {
        match by {
            By::Network => Self::Network,
            By::Address => Self::Address,
            By::UserAgent => Self::UserAgent,
            By::Key => Self::Key,
        }
    }
}

fn show_clusters(clusters: &[Cluster], list: &List) -> anyhow::Result<()> {
    for of in clusters.iter().take(list.limit) {
        let (first, last) = (printed(of.first)?, printed(of.last)?);
        let Cluster { requests, approved, people, denied, reported, redeemed, revoked, .. } = of;
        if list.selected.json {
            let line = json!({
                "client": of.client_id, "origin": of.origin, "requests": requests, "approved": approved,
                "people": people, "denied": denied, "reported": reported, "redeemed": redeemed, "revoked": revoked,
                "first": format!("{first:.3}"), "last": format!("{last:.3}"),
            });
            println!("{}", printable_json(&line));
            continue;
        }
        let origin = of.origin.as_deref().map_or("none".to_owned(), |origin| display_text(origin, 120));
        println!(
            "{}\t{origin}\t{requests} asked\t{approved} approved by {people} people\t{denied} denied\t{reported} reported\
             \t{redeemed} signed in\t{revoked} revoked\t{first:.0} to {last:.0}",
            display_text(&of.client_id, 80)
        );
    }
    Ok(())
}

async fn show_requests(db: &Db, requests: &[SeenRequest], json: bool) -> anyhow::Result<()> {
    for of in requests {
        let person = match &of.person {
            Some(subject) => store::find_user(db, &Subject::new(subject.as_str())).await?.map(|user| user.username),
            None => None,
        };
        let (at, address) = (printed(of.at)?, of.address.map(|address| address.to_string()));
        if json {
            let line = json!({
                "at": format!("{at:.3}"), "grant": of.grant_id, "client": of.client_id, "address": address,
                "user_agent": of.user_agent, "key": of.jkt, "sub": of.person, "username": person,
                "approved": of.fate.approved, "denied": of.fate.denied, "reported": of.fate.reported,
                "redeemed": of.fate.redeemed, "revoked": of.fate.revoked,
            });
            println!("{}", printable_json(&line));
            continue;
        }
        let shown = |text: Option<&str>| text.map_or("none".to_owned(), |text| display_text(text, 120));
        println!(
            "{at:.0}\t{}\t{}\t{}\t{}\t{}\t{}",
            of.grant_id,
            display_text(&of.client_id, 80),
            shown(address.as_deref()),
            shown(of.user_agent.as_deref()),
            shown(person.as_deref().or(of.person.as_deref())),
            of.fate.words()
        );
    }
    Ok(())
}

fn printed(at: Timestamp) -> anyhow::Result<Printed> {
    Printed::from_millisecond(at.millis()).context("a time out of range")
}
