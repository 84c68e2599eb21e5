//! What is written about what happens? Structured log lines on standard error; never a code, a token or a password.

use std::io;
use std::io::IsTerminal;
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::Log;
use crate::settings::LogFormat;

/// Decides what is written, and can be told otherwise while the process runs.
#[derive(Clone, Debug)]
pub struct LogFilter(reload::Handle<EnvFilter, Registry>);

impl LogFilter {
    /// Goes by the filter of these settings from now on. Their format is for the next start.
    pub fn change(&self, settings: &Log) {
        // It fails only when nobody writes log lines any more.
        drop(self.0.reload(filter(settings)));
    }
}

/// Sends log lines to standard error, and what is said of panics with them. A second call changes nothing.
pub fn log_to_stderr(settings: &Log) -> LogFilter {
    let (filter, handle) = reload::Layer::new(filter(settings));
    let lines = tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    let set = match settings.format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    drop(set);
    panic::set_hook(Box::new(log_panic));
    LogFilter(handle)
}

/// Says where. What a panic says in words that were put together at run time stays unsaid, because it quotes what was being
/// worked on: a text that could not be cut, a value that was not expected (requirement L-01).
fn log_panic(panicked: &panic::PanicHookInfo<'_>) {
    let at = panicked.location().map(ToString::to_string);
    let words = panicked.payload().downcast_ref::<&'static str>().copied();
    tracing::error!(at, words, "panicked");
}

fn filter(settings: &Log) -> EnvFilter {
    EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"))
}
