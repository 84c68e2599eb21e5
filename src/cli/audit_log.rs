//! `grantd audit-log`: what happened? The events of the audit table, for people or for machines.

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::app::open_store;
use crate::cli::{ConfigFile, block_on};
use crate::clock::{Clock, SystemClock};
use crate::device::printable_json;
use crate::passwords::fold_username;
use crate::protocol::{Event, Subject, Timestamp, display_text};
use crate::settings::read_span;
use crate::store::{self, Db, RecordedEvent, WantedEvents};

/// The newest events that are shown when nothing says how many.
const USUAL: u32 = 100;
/// Rows that are read at once.
const PAGE: u32 = 1000;
/// How often new events are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// An event bears the time at which its request began, and is there when its transaction ends. So what was read lately is
/// read again, and what is new in it is shown.
const LATE: Duration = Duration::from_secs(60);

#[derive(Args)]
pub(super) struct Options {
    /// Only since then: a span such as "24h" or "7d", a day such as 2026-11-20 or an instant of RFC 3339, in UTC.
    #[arg(long, value_name = "SPAN|TIME")]
    since: Option<String>,
    /// Only events of this name; may be given more than once.
    #[arg(long, value_name = "NAME", value_parser = names(), hide_possible_values = true)]
    event: Vec<String>,
    /// Only what is about this client.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Only what is about this person: their username, or their `sub` when the account is gone.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only what is about this grant.
    #[arg(long, value_name = "ID")]
    grant: Option<String>,
    /// The newest so many. Left out: 100, or all of them with --since.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// One JSON object a line, with every fact.
    #[arg(long)]
    json: bool,
    /// Go on showing events as they happen, until it is interrupted.
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    file: ConfigFile,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Event::ALL.iter().map(|event| event.name()))
}

pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let settings = match options.file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    let since = match options.since.as_deref().map(|written| instant(written, SystemClock.now())).transpose() {
        Ok(since) => since,
        Err(complaint) => {
            eprintln!("grantd: --since: {complaint}");
            return Ok(ExitCode::from(2));
        }
    };
    block_on(async {
        let db = open_store(&settings).await?;
        let wanted = wanted(&db, options).await?;
        let mut reader = Reader { db: &db, wanted, json: options.json, usernames: HashMap::new(), met: HashMap::new() };
        // A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
        match reader.read(since, options.limit, options.follow).await {
            Err(error) if error.downcast_ref().is_some_and(is_closed) => {}
            read => read?,
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn wanted(db: &Db, options: &Options) -> anyhow::Result<WantedEvents> {
    let subject = match &options.user {
        None => None,
        Some(name) => {
            let user = store::find_user_by_name(db, &fold_username(name)).await?;
            let is_subject = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            let known = user.map(|user| user.subject).or_else(|| is_subject.then(|| Subject::new(name.as_str())));
            Some(known.with_context(|| format!("nobody signs in as {}", display_text(name, 255)))?)
        }
    };
    let (client_id, grant_id) = (options.client.clone(), options.grant.clone());
    Ok(WantedEvents { events: options.event.clone(), client_id, subject, grant_id })
}

/// Shows events in the order in which they happened.
struct Reader<'a> {
    db: &'a Db,
    wanted: WantedEvents,
    json: bool,
    usernames: HashMap<String, Option<String>>,
    /// What was met, as long as it could be met again: ids and times.
    met: HashMap<String, Timestamp>,
}

/// How far somebody has read.
struct Bookmark {
    at: Timestamp,
    id: String,
}

impl Bookmark {
    fn before(at: Timestamp) -> Self {
        Self { at, id: String::new() }
    }
}

impl Reader<'_> {
    async fn read(&mut self, since: Option<Timestamp>, limit: Option<u32>, follow: bool) -> anyhow::Result<()> {
        let began = SystemClock.now();
        let mut bookmark = Bookmark::before(began - LATE);
        // What was there before is no news, whether or not it is shown first.
        while follow && let Some(page) = self.turn(&mut bookmark).await? {
            self.met.extend(page.into_iter().map(|event| (event.id, Timestamp::from_millis(event.at))));
        }
        if let (Some(since), None) = (since, limit) {
            let mut bookmark = Bookmark::before(since);
            while let Some(page) = self.turn(&mut bookmark).await? {
                self.show(&page).await?;
            }
        } else {
            let (since, limit) = (since.unwrap_or(Timestamp::from_millis(0)), limit.unwrap_or(USUAL));
            let mut newest = store::newest_audit_events(self.db, &self.wanted, since, limit).await?;
            newest.reverse();
            self.show(&newest).await?;
        }
        if !follow {
            return Ok(());
        }
        loop {
            SystemClock.sleep_until(SystemClock.now() + LOOK_EVERY).await;
            let lately = (SystemClock.now() - LATE).max(began - LATE);
            self.met.retain(|_, at| *at >= lately);
            let mut bookmark = Bookmark::before(lately);
            while let Some(mut page) = self.turn(&mut bookmark).await? {
                page.retain(|event| !self.met.contains_key(&event.id));
                self.show(&page).await?;
            }
        }
    }

    /// The next page, if there is one.
    async fn turn(&self, bookmark: &mut Bookmark) -> anyhow::Result<Option<Vec<RecordedEvent>>> {
        let page = store::next_audit_events(self.db, &self.wanted, bookmark.at, &bookmark.id, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        *bookmark = Bookmark { at: Timestamp::from_millis(last.at), id: last.id.clone() };
        Ok(Some(page))
    }

    async fn show(&mut self, events: &[RecordedEvent]) -> anyhow::Result<()> {
        let recent = SystemClock.now() - LATE - LATE;
        for event in events {
            let line = if self.json { as_json(event)? } else { self.as_text(event).await? };
            writeln!(io::stdout(), "{line}")?;
            let at = Timestamp::from_millis(event.at);
            if at >= recent {
                self.met.insert(event.id.clone(), at);
            }
        }
        Ok(())
    }

    /// One line: when, what, and the facts that there are. Nothing in it can move the cursor.
    async fn as_text(&mut self, event: &RecordedEvent) -> anyhow::Result<String> {
        let username = match &event.subject {
            Some(subject) => self.username(subject).await?,
            None => None,
        };
        let subject = event.subject.clone().filter(|_| username.is_none());
        let facts = [
            ("user", &username),
            ("sub", &subject),
            ("client", &event.client_id),
            ("grant", &event.grant_id),
            ("family", &event.family_id),
            ("from", &event.address),
            ("request", &event.request_id),
        ];
        let facts = facts.iter().filter_map(|(name, value)| Some((*name, Value::from((*value).clone()?))));
        let detail: Value = serde_json::from_str(&event.detail).context("an event's detail is not JSON")?;
        let detail = detail.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let detail = detail.map(|(name, value)| (name.as_str(), value.clone()));
        let facts = facts.chain([("via", Value::from(event.channel.as_str()))]).chain(detail);
        let facts: Vec<String> = facts.map(|(name, value)| format!("{name}={}", word(&value))).collect();
        Ok(format!("{}  {:<22}  {}", printed(event.at)?, display_text(&event.event, 64), facts.join(" ")))
    }

    async fn username(&mut self, subject: &str) -> anyhow::Result<Option<String>> {
        if let Some(known) = self.usernames.get(subject) {
            return Ok(known.clone());
        }
        let username = store::find_user(self.db, &Subject::new(subject)).await?.map(|user| user.username);
        self.usernames.insert(subject.to_owned(), username.clone());
        Ok(username)
    }
}

/// Every fact, null where there is none. Characters that a terminal would obey are written as escapes.
fn as_json(event: &RecordedEvent) -> anyhow::Result<String> {
    let detail: Value = serde_json::from_str(&event.detail).context("an event's detail is not JSON")?;
    Ok(printable_json(&json!({
        "at": printed(event.at)?,
        "event": event.event,
        "id": event.id,
        "grant": event.grant_id,
        "family": event.family_id,
        "client": event.client_id,
        "sub": event.subject,
        "address": event.address,
        "request": event.request_id,
        "channel": event.channel,
        "detail": detail,
    })))
}

/// A value that cannot be taken for more than one: text with blanks or quotes in it is quoted.
fn word(value: &Value) -> String {
    let Value::String(text) = value else { return printable_json(value) };
    let text = display_text(text, 255);
    let plain = !text.is_empty() && !text.contains([' ', '"', '=']);
    if plain { text } else { printable_json(&Value::from(text)) }
}

fn printed(at: i64) -> anyhow::Result<String> {
    let at = jiff::Timestamp::from_millisecond(at).context("a time out of range")?;
    Ok(format!("{at:.3}"))
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

fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
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
