//! The issuer as a URL, and whether it is on this machine.

use url::{Host, Url};

use crate::error::DeviceError;

/// `issuer` as a URL, if it can be one (RFC 8414 section 2).
pub(crate) fn issuer_url(issuer: &str) -> Result<Url, DeviceError> {
    Url::parse(issuer)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| DeviceError::NotAnIssuer(issuer.to_owned()))
}

/// Whether what is sent to `url` stays on this machine.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
