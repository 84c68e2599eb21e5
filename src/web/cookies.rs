//! What are our cookies called, and which of them did a browser send? Requirement W-04.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::protocol::cookie_value;

/// The cookie that a browser is known by.
pub(in crate::web) const BROWSER: &str = "grantd";

/// The `__Host-` prefix makes browsers insist on `Secure` and on this very host, against cookies that a sister host plants;
/// it cannot be had without https, which only an issuer on loopback goes without. The price is `Path=/`: of two issuers on
/// one host, each is sent the cookie of the other. So the path is in the name, or each login would overwrite the other's.
/// In it `+` stands for a slash: no path of an issuer holds a `+`, so two paths never share a name. (A path begins with a `-`
/// there, so no cookie may have a `-` in its own name.)
pub(in crate::web) fn cookie_name(app: &App, cookie: &str) -> String {
    let prefix = if app.is_https() { "__Host-" } else { "" };
    format!("{prefix}{cookie}{}", app.base().replacen('/', "-", 1).replace('/', "+"))
}

/// The value of a cookie.
pub(in crate::web) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie_value(headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes), name)
}

/// Whether a request has the cookie of a page.
pub(in crate::web) fn has_page_cookie(app: &App, headers: &HeaderMap) -> bool {
    cookie(headers, &cookie_name(app, BROWSER)).is_some()
}
