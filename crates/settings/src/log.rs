//! `[log]`: the format of log lines, and which of them are written.

use std::fmt;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// `[log]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Log {
    pub format: LogFormat,
    pub filter: FilterDirectives,
}

/// The format of log lines: text for people, or a JSON object in each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A filter such as `info` or `grantd=debug,warn`, checked when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct FilterDirectives(String);

impl FilterDirectives {
    /// A new filter of these directives: filters cannot be copied.
    pub fn filter(&self) -> EnvFilter {
        EnvFilter::try_new(&self.0).expect("the directives were parsed when they were read")
    }
}

impl TryFrom<String> for FilterDirectives {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match EnvFilter::try_new(&text) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(format!("is not a filter such as \"info\" or \"grantd=debug,warn\": {error}")),
        }
    }
}

impl fmt::Display for FilterDirectives {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

    #[test]
    fn a_log_filter_has_to_parse() {
        assert_eq!(said("log.filter = 'grantd=debug,warn'"), "");
        let refused = said("log.filter = 'grantd=loud'");
        assert!(refused.starts_with("g.toml:1:14: log.filter: is not a filter such as \"info\""), "{refused}");
    }
}
