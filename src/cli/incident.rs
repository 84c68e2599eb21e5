//! `grantd incident`: finds phishing with device codes, and ends its sign-ins (RFC 10027 section 6.1.6, requirement P-05).

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use ipnet::IpNet;
use serde_json::json;

use crate::cli::audit_log::instant;
use crate::cli::output::{self, OutputError};
use crate::cli::{ConfigFile, Listing, count, misuse, operate, text_or_none};
use crate::clock::{Clock, SystemClock};
use crate::flow::operator::incident::{self, IncidentReport, IncidentScope};
use device::printable_json;
use protocol::{Cluster, DeviceRequest, Grouping, RequestFilter, Timestamp, clusters, display_text};
use store::{Campaign, Ended};

/// The value of --since if it is not given.
const DEFAULT_SINCE: &str = "24h";

#[derive(Subcommand)]
pub(super) enum IncidentCommand {
    /// Group the requests of devices by client and origin. The groups that most people approved come first.
    List(GroupedListing),
    /// Show single requests with their outcomes.
    Show(Selection),
    /// List the campaigns that the detector suspects, and the requests that it holds.
    Suspected(Listing),
    /// Let people approve requests that the detector holds.
    Release(Release),
    /// End requests and sign-ins. Without --yes, only show what would be ended.
    Revoke(Revocation),
}

#[derive(Args)]
pub(super) struct Selection {
    /// Only requests since then: a span such as "24h" or "7d", a day such as 2026-11-20 or an instant of RFC 3339, in UTC.
    /// Default: 24h; `revoke` has none.
    #[arg(long, value_name = "SPAN|TIME")]
    since: Option<String>,
    /// Only requests before then, in the same form.
    #[arg(long, value_name = "SPAN|TIME")]
    until: Option<String>,
    /// Only requests of this client.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Only requests from this network or address.
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    network: Option<IpNet>,
    /// Only requests of devices with exactly this User-Agent.
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Only requests with this key, by its thumbprint.
    #[arg(long, value_name = "JKT")]
    key: Option<String>,
    /// Print one JSON object in each line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args)]
pub(super) struct GroupedListing {
    #[command(flatten)]
    selection: Selection,
    /// How the requests of one client are grouped: by their network (IPv4 /24, IPv6 /48), their exact address, the name that
    /// the device gives itself, or the key that it proved.
    #[arg(long, value_parser = grouping(), default_value = "network")]
    by: Grouping,
    /// The greatest number of groups to print.
    #[arg(long, value_name = "N", value_parser = count::<usize>, default_value_t = 20)]
    limit: usize,
}

#[derive(Args)]
pub(super) struct Revocation {
    #[command(flatten)]
    selection: Selection,
    /// Confirm that they should be ended.
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

fn grouping() -> impl TypedValueParser<Value = Grouping> {
    let names = Grouping::ALL.iter().map(|by| by.name());
    PossibleValuesParser::new(names).try_map(|name| Grouping::named(&name).ok_or("not a grouping"))
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address.to_canonical()));
    let network = text.parse::<IpNet>().or_else(|_| address());
    network.map_err(|_| "not a network such as 203.0.113.0/24, nor an address".into())
}

pub(super) fn run(command: &IncidentCommand) -> anyhow::Result<ExitCode> {
    match command {
        IncidentCommand::List(GroupedListing { selection, by, limit }) => {
            let (settings, scope) = (selection.file.settings()?, selection.scope()?);
            operate(settings, async |operator| {
                let requests = incident::find_requests(operator, &scope).await?;
                for cluster in clusters(&requests, *by).iter().take(*limit) {
                    output::line(cluster_line(cluster, selection.json))?;
                }
                Ok(())
            })
        }
        IncidentCommand::Show(selection) => {
            let (settings, scope) = (selection.file.settings()?, selection.scope()?);
            operate(settings, async |operator| {
                for request in incident::find_requests(operator, &scope).await? {
                    let username = incident::username_of(operator, &request).await?;
                    output::line(request_line(&request, username.as_deref(), selection.json))?;
                }
                Ok(())
            })
        }
        IncidentCommand::Suspected(listing) => operate(listing.file.settings()?, async |operator| {
            let campaigns = incident::list_suspected(operator).await?;
            Ok(campaigns.iter().try_for_each(|campaign| print_campaign(campaign, listing.json))?)
        }),
        IncidentCommand::Release(Release { client, network, file }) => operate(file.settings()?, async |operator| {
            let origin = network.trunc().to_string();
            incident::release(operator, client, &origin).await?;
            let client = display_text(client, 80);
            Ok(output::line(format_args!("requests of {client} from {origin} can be approved again"))?)
        }),
        IncidentCommand::Revoke(Revocation { selection, yes }) => {
            let (settings, scope) = (selection.file.settings()?, selection.scope()?);
            if scope.filter.is_empty() || selection.since.is_none() {
                let lacking =
                    "say what to end, with --since and at least one of --client, --network, --user-agent and --key";
                return Err(misuse(lacking.to_owned()));
            }
            operate(settings, async |operator| {
                Ok(print_report(&incident::revoke(operator, &scope, *yes).await?, selection.json)?)
            })
        }
    }
}

impl Selection {
    fn scope(&self) -> anyhow::Result<IncidentScope> {
        let now = SystemClock.now();
        let read =
            |flag: &str, text: &str| instant(text, now).map_err(|complaint| misuse(format!("{flag}: {complaint}")));
        let since = read("--since", self.since.as_deref().unwrap_or(DEFAULT_SINCE))?;
        let until = self.until.as_deref().map(|until| read("--until", until)).transpose()?.unwrap_or(now);
        let filter = RequestFilter {
            client_id: self.client.clone(),
            network: self.network,
            user_agent: self.user_agent.clone(),
            jkt: self.key.clone(),
        };
        Ok(IncidentScope { since, until, filter })
    }
}

fn print_campaign(of: &Campaign, as_json: bool) -> Result<(), OutputError> {
    let (client, state) = (display_text(&of.client_id, 80), if of.held { "held" } else { "suspected" });
    let since = Timestamp::from_millis(of.suspected_at);
    if as_json {
        return output::json(&json!({
            "client": of.client_id, "origin": of.origin, "state": state, "since": output::time(since),
        }));
    }
    output::line(format_args!("{client}\t{}\t{state}\tsince {:.0}", of.origin, since.utc()))
}

fn cluster_line(of: &Cluster, as_json: bool) -> String {
    let (first, last) = (of.first.utc(), of.last.utc());
    let Cluster { requests, approved, people, denied, reported, redeemed, revoked, .. } = of;
    if as_json {
        return printable_json(&json!({
            "client": of.client_id, "origin": of.origin, "requests": requests, "approved": approved,
            "people": people, "denied": denied, "reported": reported, "redeemed": redeemed, "revoked": revoked,
            "first": format!("{first:.3}"), "last": format!("{last:.3}"),
        }));
    }
    format!(
        "{}\t{}\t{requests} asked\t{approved} approved by {people} people\t{denied} denied\t{reported} reported\
         \t{redeemed} signed in\t{revoked} revoked\t{first:.0} to {last:.0}",
        display_text(&of.client_id, 80),
        text_or_none(of.origin.as_deref(), 120)
    )
}

fn request_line(of: &DeviceRequest, username: Option<&str>, as_json: bool) -> String {
    let (at, address) = (of.at.utc(), of.address.map(|address| address.to_string()));
    if as_json {
        return printable_json(&json!({
            "at": format!("{at:.3}"), "grant": of.grant_id, "client": of.client_id, "address": address,
            "user_agent": of.user_agent, "key": of.jkt, "sub": of.person, "username": username,
            "approved": of.outcome.approved, "denied": of.outcome.denied, "reported": of.outcome.reported,
            "redeemed": of.outcome.redeemed, "revoked": of.outcome.revoked,
        }));
    }
    format!(
        "{at:.0}\t{}\t{}\t{}\t{}\t{}\t{}",
        of.grant_id,
        display_text(&of.client_id, 80),
        text_or_none(address.as_deref(), 120),
        text_or_none(of.user_agent.as_deref(), 120),
        text_or_none(username.or(of.person.as_deref()), 120),
        of.outcome.words()
    )
}

fn print_report(report: &IncidentReport, as_json: bool) -> Result<(), OutputError> {
    let IncidentReport { incident, requests, ended: Ended { grants, families } } = report;
    if as_json {
        return output::json(&json!({
            "dry_run": incident.is_none(), "incident": incident, "requests": requests, "grants": grants,
            "families": families,
        }));
    }
    let ended = if incident.is_some() { "were ended" } else { "would be ended" };
    output::line(format_args!("{requests} requests match"))?;
    output::line(format_args!("{grants} that wait for a person or their device {ended}"))?;
    output::line(format_args!("{families} devices that are signed in {ended}"))?;
    match incident {
        Some(incident) => output::line(format_args!("incident {incident}")),
        None => output::line("nothing was changed: say it again with --yes to end them"),
    }
}
