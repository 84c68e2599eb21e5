//! `grantd audit-log`: prints the events of the audit table, for people or as JSON.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::{ConfigFile, count, misuse, operate, output};
use crate::clock::{Clock, SystemClock};
use crate::flow::operator::audit_log::{AuditLogQuery, LoggedEvent, find_subject, read};
use device::printable_json;
use protocol::{Event, Timestamp, display_text};
use settings::read_span;
use store::{RecordedEvent, WantedEvents};

#[derive(Args)]
pub(super) struct AuditLogOptions {
    /// Only events since then: a span such as "24h" or "7d", a day such as 2026-11-20 or an instant of RFC 3339, in UTC.
    #[arg(long, value_name = "SPAN|TIME")]
    since: Option<String>,
    /// Only events of this name; may be given more than once.
    #[arg(long, value_name = "NAME", value_parser = names(), hide_possible_values = true)]
    event: Vec<String>,
    /// Only events about this client.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Only events about this person: their username, or their `sub` if the account is deleted.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only events about this grant.
    #[arg(long, value_name = "ID")]
    grant: Option<String>,
    /// Only this number of the newest events. Default: 100, or all of them with --since.
    #[arg(long, value_name = "N", value_parser = count::<u32>)]
    limit: Option<u32>,
    /// Print one JSON object in each line, with every fact.
    #[arg(long)]
    json: bool,
    /// Print further events as they happen, until the command is interrupted.
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    file: ConfigFile,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Event::ALL.iter().map(|event| event.name()))
}

pub(super) fn run(options: &AuditLogOptions) -> anyhow::Result<ExitCode> {
    let settings = options.file.settings()?;
    let since = options.since.as_deref().map(|since| instant(since, SystemClock.now())).transpose();
    let since = since.map_err(|complaint| misuse(format!("--since: {complaint}")))?;
    operate(settings, async |operator| {
        let subject = match &options.user {
            Some(name) => Some(find_subject(operator, name).await?),
            None => None,
        };
        let (client_id, grant_id) = (options.client.clone(), options.grant.clone());
        let wanted = WantedEvents { events: options.event.clone(), client_id, subject, grant_id };
        // An export does not fail for what it does not contain.
        let with_usernames = !options.json;
        let query = AuditLogQuery { wanted, since, limit: options.limit, follow: options.follow, with_usernames };
        let line = if options.json { json_line } else { text_line };
        read(operator, &query, |logged| Ok(output::line(line(logged)?)?)).await
    })
}

/// One line: the time, the event and its facts. No character of it can move the cursor.
fn text_line(LoggedEvent { event, username }: &LoggedEvent) -> anyhow::Result<String> {
    let subject = if username.is_none() { event.subject.clone() } else { None };
    let facts = [
        ("user", username),
        ("sub", &subject),
        ("client", &event.client_id),
        ("grant", &event.grant_id),
        ("family", &event.family_id),
        ("from", &event.address),
        ("request", &event.request_id),
        ("actor", &event.actor),
    ];
    let facts = facts.iter().filter_map(|(name, value)| Some((*name, Value::from((*value).clone()?))));
    let detail = detail(event)?;
    let detail = detail.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let detail = detail.map(|(name, value)| (name.as_str(), value.clone()));
    let facts = facts.chain([("via", Value::from(event.channel.as_str()))]).chain(detail);
    let facts: Vec<String> = facts.map(|(name, value)| format!("{name}={}", word(&value))).collect();
    Ok(format!("{}  {:<22}  {}", time(event), display_text(&event.event, 64), facts.join(" ")))
}

/// Every fact, null where there is none. Control characters are escaped.
fn json_line(LoggedEvent { event, .. }: &LoggedEvent) -> anyhow::Result<String> {
    Ok(printable_json(&json!({
        "at": time(event),
        "event": event.event,
        "id": event.id,
        "grant": event.grant_id,
        "family": event.family_id,
        "client": event.client_id,
        "sub": event.subject,
        "address": event.address,
        "request": event.request_id,
        "channel": event.channel,
        "actor": event.actor,
        "detail": detail(event)?,
    })))
}

fn detail(event: &RecordedEvent) -> anyhow::Result<Value> {
    serde_json::from_str(&event.detail).with_context(|| format!("the detail of the event {} is not JSON", event.id))
}

fn time(event: &RecordedEvent) -> String {
    format!("{:.3}", Timestamp::from_millis(event.at).utc())
}

/// A value as one word: a text with blanks or quotes is quoted.
fn word(value: &Value) -> String {
    let Value::String(text) = value else { return printable_json(value) };
    let text = display_text(text, 255);
    let plain = !text.is_empty() && !text.contains([' ', '"', '=']);
    if plain { text } else { printable_json(&Value::from(text)) }
}

/// Reads "24h", "2026-11-20", or an instant of RFC 3339.
pub(super) fn instant(written: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(span) = read_span(written) {
        return Ok(now - span);
    }
    let day = written.parse::<jiff::civil::Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    let at = written.parse().ok().or_else(|| day.map(|day| day.timestamp()));
    let at: jiff::Timestamp = at.ok_or_else(|| {
        format!("{written:?} is neither a span such as \"24h\" nor a time such as 2026-11-20T08:00:00Z")
    })?;
    Ok(Timestamp::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, instant, word};
    use serde_json::json;

    #[test]
    fn a_time_is_a_span_a_day_or_an_instant() {
        let now = Timestamp::from_millis(1_795_262_400_000);
        for (written, millis) in [
            ("24h", 1_795_176_000_000),
            ("2d", 1_795_089_600_000),
            ("2026-11-20", 1_795_132_800_000),
            ("2026-11-21T12:00:00Z", 1_795_262_400_000),
            ("2026-11-21T13:00:00+01:00", 1_795_262_400_000),
        ] {
            assert_eq!(instant(written, now), Ok(Timestamp::from_millis(millis)), "{written}");
        }
        for wrong in ["", "yesterday", "24", "-1h", "2026-13-01"] {
            assert!(instant(wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_hostile_word_stays_one_word() {
        for (value, shown) in [
            (json!("tv"), "tv"),
            (json!("a b=c"), "\"a b=c\""),
            (json!("\u{1b}[2J\u{202e}x\ny"), "\"[2Jx y\""),
            (json!("say \"hi\""), "\"say \\\"hi\\\"\""),
            (json!(""), "\"\""),
            (json!(7), "7"),
            (json!(["a", "\u{7}"]), "[\"a\",\"\\u0007\"]"),
        ] {
            assert_eq!(word(&value), shown);
        }
    }
}
