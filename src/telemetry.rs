//! What is written about what happens? Structured log lines on standard error; never a code, a token or a password.

mod lines;

use std::io::{self, IsTerminal};
use std::panic;
use std::time::Duration;

use tracing::{Dispatch, dispatcher};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, reload};

use crate::telemetry::lines::Lines;
use settings::{Log, LogFormat};

/// The longest that the end of the process waits for a reader of the log.
const LAST_LINES: Duration = Duration::from_secs(2);

/// Decides what is written, and can be told otherwise while the process runs.
#[derive(Clone, Debug)]
pub struct LogFilter(reload::Handle<EnvFilter, Registry>);

impl LogFilter {
    /// Goes by the filter of these settings from now on. Their format is for the next start.
    pub fn change(&self, settings: &Log) {
        // It fails only when nobody writes log lines any more.
        drop(self.0.reload(settings.filter.filter()));
    }
}

/// The log of this process. When it is dropped, what was logged is written, unless nobody reads for two seconds; whatever is
/// logged later still is.
#[derive(Debug)]
pub struct Logging {
    filter: LogFilter,
    lines: Lines,
}

impl Logging {
    /// What decides what is written.
    pub fn filter(&self) -> LogFilter {
        self.filter.clone()
    }

    /// Writes a line behind those of the log, as it is. In a server it does what `eprintln` must not: it never waits.
    pub fn say(&self, line: &str) {
        self.lines.add(format!("{line}\n").as_bytes());
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        self.lines.flush(LAST_LINES);
    }
}

/// Sends log lines to standard error, and what is said of panics with them. A second call changes nothing.
///
/// # Errors
/// When the thread that writes them cannot be made.
pub fn log_to_stderr(settings: &Log) -> io::Result<Logging> {
    let (filter, handle) = reload::Layer::new(settings.filter.filter());
    let format = settings.format;
    let lines = Lines::start(io::stderr(), move |missing| told(format, missing))?;
    let layer = tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(lines.clone());
    let registry = tracing_subscriber::registry().with(filter);
    let set = match format {
        LogFormat::Text => registry.with(layer).try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
    };
    drop(set);
    panic::set_hook(Box::new(log_panic));
    Ok(Logging { filter: LogFilter(handle), lines })
}

/// The line that stands for lines which are missing, whatever the filter is.
fn told(format: LogFormat, missing: u64) -> Vec<u8> {
    let line = Lines::default();
    let layer = tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(line.clone());
    let registry = tracing_subscriber::registry().with(LevelFilter::WARN);
    let aside = match format {
        LogFormat::Text => Dispatch::new(registry.with(layer)),
        LogFormat::Json => Dispatch::new(registry.with(layer.json().flatten_event(true))),
    };
    dispatcher::with_default(&aside, || {
        tracing::warn!(dropped = missing, "log lines are missing here: they could not be written in time");
    });
    line.take_first().unwrap_or_default()
}

/// Says where. What a panic says in words that were put together at run time stays unsaid, because it quotes what was being
/// worked on: a text that could not be cut, a value that was not expected (requirement L-01).
fn log_panic(panicked: &panic::PanicHookInfo<'_>) {
    let at = panicked.location().map(ToString::to_string);
    let words = panicked.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(at, words, "panicked");
}
