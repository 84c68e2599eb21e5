//! URLs that this server opens: https, or http on a loopback host.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Host, Url};

/// Reads a URL; the complaint shows the example.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D, example: &str) -> Result<Url, D::Error> {
    parse(&String::deserialize(from)?, example).map_err(D::Error::custom)
}

/// The same where an empty text means that there is none.
pub(super) fn read_optional<'de, D: Deserializer<'de>>(from: D, example: &str) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() { Ok(None) } else { parse(&text, example).map(Some).map_err(D::Error::custom) }
}

#[expect(clippy::ref_option, reason = "serde gives the address of the field")]
pub(super) fn write_optional<S: Serializer>(url: &Option<Url>, to: S) -> Result<S::Ok, S::Error> {
    url.as_ref().map_or("", Url::as_str).serialize(to)
}

/// The complaint never repeats the URL: the addresses of receivers often contain a secret.
fn parse(text: &str, example: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| format!("must be an absolute URL such as {example:?}"))?;
    let flaws = flaws(&url);
    if flaws.is_empty() { Ok(url) } else { Err(flaws.join("\n")) }
}

/// Why a URL must not be opened, a line for each reason.
pub(super) fn flaws(url: &Url) -> Vec<&'static str> {
    let is_secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    let rules = [
        (is_secure, "must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])"),
        (url.username().is_empty() && url.password().is_none(), "must not hold a user name or a password"),
        (url.fragment().is_none(), "must not have a fragment"),
    ];
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, flaw)| flaw).collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
