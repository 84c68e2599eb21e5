//! The only code of the commands that writes to standard output and to standard error.
//!
//! Nothing here panics. A reader of standard output that has enough, as `head` has, ends the command quietly; a full disk
//! ends it with a sentence and exit code 1.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;

use device::printable_json;
use protocol::Timestamp;

/// Why standard output does not take what a command says.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    /// Nobody reads it any more. That is no failure.
    #[error("standard output is closed")]
    Closed,
    #[error("cannot write to standard output")]
    Unwritten(#[source] io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Unwritten(error) }
    }
}

impl From<OutputError> for io::Error {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Closed => io::ErrorKind::BrokenPipe.into(),
            OutputError::Unwritten(error) => error,
        }
    }
}

/// Writes one line.
pub(super) fn line(text: impl Display) -> Result<(), OutputError> {
    write(format!("{text}\n").as_bytes())
}

/// Writes one JSON object as one line, without characters that a terminal would obey.
pub(super) fn json(object: &Value) -> Result<(), OutputError> {
    line(printable_json(object))
}

/// A time as it is in JSON: RFC 3339 in UTC, with milliseconds.
pub(super) fn time(at: Timestamp) -> String {
    format!("{:.3}", at.utc())
}

/// Writes a text that ends its own lines.
pub(super) fn text(text: &str) -> Result<(), OutputError> {
    write(text.as_bytes())
}

/// Writes the last line of a command whose exit code is an answer. The code is the same if nobody reads the line.
pub(super) fn verdict(line: impl Display, code: ExitCode) -> Result<ExitCode, OutputError> {
    match self::line(line) {
        Ok(()) | Err(OutputError::Closed) => Ok(code),
        Err(error) => Err(error),
    }
}

/// Writes a complaint or a warning to standard error. If that is impossible, nobody can be told.
pub(super) fn remark(text: impl Display) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// In one piece, so that lines of processes that share a file do not mix.
fn write(bytes: &[u8]) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::OutputError;

    #[test]
    fn only_a_closed_pipe_is_no_failure() {
        for (kind, is_closed) in [
            (io::ErrorKind::BrokenPipe, true),
            (io::ErrorKind::StorageFull, false),
            (io::ErrorKind::PermissionDenied, false),
        ] {
            let error = OutputError::from(io::Error::from(kind));
            assert_eq!(matches!(error, OutputError::Closed), is_closed, "{kind}");
            assert_eq!(io::Error::from(error).kind(), kind);
        }
    }
}
