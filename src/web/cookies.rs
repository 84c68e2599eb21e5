//! Name, read and set the server's cookies (requirement W-04).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::app::App;
use protocol::cookie_value;

/// The cookie of a session, or of a visitor.
pub(in crate::web) const BROWSER: &str = "grantd";

/// The cookie of a [`KnownBrowser`](crate::flow::known_browser::KnownBrowser).
pub(in crate::web) const KNOWN_BROWSER: &str = "grantd_seen";

/// The name of a cookie at this server.
///
/// The `__Host-` prefix makes browsers insist on `Secure` and on this host, against cookies that a sister host sets. It needs
/// https, which only an issuer on loopback does without. It also needs `Path=/`, so of two issuers on one host each gets the
/// cookies of the other. So the issuer's path is in the name, with `-` for its first slash and `+` for the others: no path of an
/// issuer holds a `+`, and no cookie here has a `-` in its own name, so no two share a name.
pub(in crate::web) fn cookie_name(app: &App, cookie: &str) -> String {
    let prefix = if app.is_https() { "__Host-" } else { "" };
    format!("{prefix}{cookie}{}", app.base().replacen('/', "-", 1).replace('/', "+"))
}

/// The value of a cookie.
pub(in crate::web) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie_value(headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes), name)
}

/// Adds a cookie of this host that no script can read.
pub(in crate::web) fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str, attributes: &str) {
    let secure = if app.is_https() { "; Secure" } else { "" };
    if let Ok(mut value) = HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; {attributes}{secure}")) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
}
