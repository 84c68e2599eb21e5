//! Structured log lines on standard error. No line has a code, a token or a password.

mod lines;

use std::io::{self, IsTerminal};
use std::time::Duration;
use std::{env, panic};

use tracing::{Dispatch, Subscriber, dispatcher};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use crate::telemetry::lines::Lines;
use settings::{Log, LogFormat};

/// The longest that the process waits at its end for a reader of the log.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The filter of log lines. It can change while the process runs.
#[derive(Clone, Debug)]
pub struct LogFilter(reload::Handle<EnvFilter, Registry>);

impl LogFilter {
    /// Uses the filter of these settings from now on. Their format counts at the next start.
    pub fn change(&self, settings: &Log) {
        // It fails only when nobody writes log lines any more.
        drop(self.0.reload(settings.filter.filter()));
    }
}

/// The log of this process. Dropping it waits until the lines are written, for two seconds at most. Later lines are still
/// written.
#[derive(Debug)]
pub struct Logging {
    filter: LogFilter,
    lines: Lines,
}

impl Logging {
    /// The filter of log lines.
    pub fn filter(&self) -> LogFilter {
        self.filter.clone()
    }

    /// Adds a line to the log as it is. Unlike `eprintln`, it never waits.
    pub fn say(&self, line: &str) {
        self.lines.add(format!("{line}\n").as_bytes());
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        self.lines.flush(LAST_LINES);
    }
}

/// Sends log lines to standard error, those of panics too. A second call changes nothing.
pub fn log_to_stderr(settings: &Log) -> io::Result<Logging> {
    let (filter, handle) = reload::Layer::new(settings.filter.filter());
    let format = settings.format;
    let lines = Lines::start(io::stderr(), move |missing| told(format, missing))?;
    drop(tracing_subscriber::registry().with(filter).with(layer(format, &lines)).try_init());
    panic::set_hook(Box::new(log_panic));
    Ok(Logging { filter: LogFilter(handle), lines })
}

/// Formats events as lines.
fn layer<S>(format: LogFormat, lines: &Lines) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(takes_colours()).with_writer(lines.clone());
    match format {
        LogFormat::Text => layer.boxed(),
        // Without the list of spans: a request is the only span, and it stands in `span`.
        LogFormat::Json => layer.json().flatten_event(true).with_span_list(false).boxed(),
    }
}

/// Whether lines may be coloured: standard error is a terminal, and `NO_COLOR` is not set to anything (no-color.org).
fn takes_colours() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The line in place of missing lines, whatever the filter is.
fn told(format: LogFormat, missing: u64) -> Vec<u8> {
    let line = Lines::default();
    let aside = Dispatch::new(tracing_subscriber::registry().with(LevelFilter::WARN).with(layer(format, &line)));
    dispatcher::with_default(&aside, || {
        tracing::warn!(dropped = missing, "log lines are missing here: they could not be written in time");
    });
    line.take_first().unwrap_or_default()
}

/// Logs the place of a panic. A message that was made at run time is left out, because it may quote data of a request
/// (requirement L-01).
fn log_panic(panicked: &panic::PanicHookInfo<'_>) {
    let at = panicked.location().map(ToString::to_string);
    let words = panicked.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(at, words, "panicked");
}

/// An error and its causes in one line, each said once: many errors of libraries repeat their cause in their own words.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes
        .map(ToString::to_string)
        .fold(error.to_string(), |told, cause| if told.contains(&cause) { told } else { format!("{told}: {cause}") })
}

#[cfg(test)]
mod tests {
    use std::io;

    use anyhow::Context;

    use super::chain;

    /// Proves: FD-04
    #[test]
    fn a_cause_is_told_once() {
        let refused = || io::Error::other("Connection refused (os error 111)");
        let repeated = io::Error::other(format!("the driver says: {}", refused()));
        let nested = Err::<(), _>(refused()).context(repeated.to_string()).context("no database");
        assert_eq!(
            chain(nested.unwrap_err().as_ref()),
            "no database: the driver says: Connection refused (os error 111)"
        );
        let plain = Err::<(), _>(refused()).context("cannot listen");
        assert_eq!(chain(plain.unwrap_err().as_ref()), "cannot listen: Connection refused (os error 111)");
    }
}
