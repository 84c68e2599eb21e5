//! What is written about what happens? Structured log lines on standard error; never a code, a token or a password.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::settings::Log;
use crate::settings::LogFormat;

/// Sends log lines to standard error. A second call changes nothing.
pub fn log_to_stderr(settings: &Log) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    drop(set);
}
