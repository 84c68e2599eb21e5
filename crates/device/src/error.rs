//! Errors for the person at the terminal: a sentence for each, and the exit code of the command.

use std::io;

use url::Url;

use crate::printable::printable;

/// Why nobody signed in. The sentences contain no secrets, and the words of a server in them are [`printable`].
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The issuer is not one (RFC 8414 section 2). Exit code 2.
    #[error("{0:?} is not an issuer: it has to be an http or https URL without query and fragment")]
    NotAnIssuer(String),
    /// Neither well-known document exists. Exit code 2.
    #[error("{issuer} does not describe itself: {tried} was the last place looked at")]
    NotDiscovered {
        /// The issuer that was asked for.
        issuer: String,
        /// The last document that was looked for.
        tried: Url,
    },
    /// The document names another issuer (RFC 8414 section 3.3). Exit code 2.
    #[error("the server calls itself {told}, but {asked} was asked for: the two have to agree letter for letter")]
    IssuerMismatch {
        /// The issuer that was asked for.
        asked: String,
        /// What the document says.
        told: String,
    },
    /// The document lacks a member that is needed. Exit code 2.
    #[error("{issuer} names no usable {member}, which is needed here")]
    NotOffered {
        /// The issuer that was asked for.
        issuer: String,
        /// The missing member (RFC 8414 section 2, RFC 8628 section 4).
        member: &'static str,
    },
    /// An https issuer names an endpoint without TLS. Exit code 2.
    #[error("{endpoint} would be asked without TLS although the issuer is https: refused")]
    Insecure {
        /// The endpoint.
        endpoint: Url,
    },
    /// `access_denied` (RFC 8628 section 3.5). Exit code 3.
    #[error("the request was denied")]
    Denied,
    /// `expired_token`, or the lifetime is over (RFC 8628 section 3.5). Exit code 4.
    #[error("the code expired before anybody approved it: start again for a new one")]
    Expired,
    /// Any other OAuth error (RFC 6749 section 5.2). Exit code 5.
    #[error("the server refuses: {code}{}", in_parentheses(description.as_deref()))]
    Refused {
        /// The registered error code.
        code: String,
        /// What the server adds to it.
        description: Option<String>,
    },
    /// An answer that no RFC describes. Exit code 5.
    #[error("{endpoint} gave an answer that makes no sense here: {reason}")]
    Unexpected {
        /// The endpoint.
        endpoint: Url,
        /// What is wrong with it.
        reason: String,
    },
    /// A 5xx answer to a request that is not repeated. Exit code 5.
    #[error("{endpoint} has trouble of its own (status {status}): try again later")]
    Unavailable {
        /// The endpoint.
        endpoint: Url,
        /// The status.
        status: u16,
    },
    /// Tokens came, but they do not prove who signed in. Exit code 5.
    #[error("the server sent tokens, but they cannot be believed: {0}")]
    Unverified(String),
    /// No answer. Exit code 6.
    #[error("{endpoint} cannot be reached: {reason}")]
    Network {
        /// The endpoint.
        endpoint: Url,
        /// The error of the network.
        reason: String,
    },
    /// The HTTP client could not be set up. Exit code 6.
    #[error("no HTTP client can be made on this machine: {0}")]
    NoHttp(String),
    /// No key could be made or used. Exit code 6.
    #[error("no key can be made on this machine")]
    NoKey,
    /// The screen could not be written. Exit code 1.
    #[error("the screen cannot be written: {0}")]
    Screen(#[from] io::Error),
}

impl DeviceError {
    /// What the command exits with: 2 usage or discovery, 3 denied, 4 expired, 5 the server's fault, 6 the network's,
    /// 1 the screen's.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Screen(_) => 1,
            Self::NotAnIssuer(_)
            | Self::NotDiscovered { .. }
            | Self::IssuerMismatch { .. }
            | Self::NotOffered { .. }
            | Self::Insecure { .. } => 2,
            Self::Denied => 3,
            Self::Expired => 4,
            Self::Refused { .. } | Self::Unexpected { .. } | Self::Unavailable { .. } | Self::Unverified(_) => 5,
            Self::Network { .. } | Self::NoHttp(_) | Self::NoKey => 6,
        }
    }

    /// Whether the same request may succeed later.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Network { .. } | Self::Unavailable { .. })
    }

    pub(super) fn unexpected(endpoint: &Url, reason: impl AsRef<str>) -> Self {
        Self::Unexpected { endpoint: endpoint.clone(), reason: printable(reason.as_ref()) }
    }

    pub(super) fn unverified(reason: impl AsRef<str>) -> Self {
        Self::Unverified(printable(reason.as_ref()))
    }
}

fn in_parentheses(description: Option<&str>) -> String {
    description.map(|words| format!(" ({words})")).unwrap_or_default()
}
