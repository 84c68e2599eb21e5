//! The names of the server's cookies, reading them and sending them (requirement W-04).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::app::App;
use crate::flow::known_browser::{self, KnownBrowser};
use protocol::{Subject, cookie_value};

/// The cookie of a session, or of a visitor.
pub(in crate::web) const BROWSER: &str = "grantd";

/// The cookie of a [`KnownBrowser`].
const KNOWN_BROWSER: &str = "grantd_seen";

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

/// Sends a cookie of this host along, which no script can read.
pub(in crate::web) fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str, attributes: &str) {
    let secure = if app.is_https() { "; Secure" } else { "" };
    if let Ok(mut value) = HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; {attributes}{secure}")) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Whether a request has the cookie of a page.
pub(in crate::web) fn has_page_cookie(app: &App, headers: &HeaderMap) -> bool {
    cookie(headers, &cookie_name(app, BROWSER)).is_some()
}

/// The marks that a browser sends of the accounts that have logged in there.
pub(in crate::web) fn known_browser(app: &App, headers: &HeaderMap) -> KnownBrowser {
    KnownBrowser::read(cookie(headers, &cookie_name(app, KNOWN_BROWSER)).unwrap_or_default())
}

/// Sends the marks with that of an account that has just logged in.
pub(in crate::web) fn remember_login(app: &App, known: &KnownBrowser, subject: &Subject, response: &mut Response) {
    let attributes = format!("Max-Age={}; SameSite=Strict", known_browser::LIFE.as_secs());
    set_cookie(app, response, &cookie_name(app, KNOWN_BROWSER), &known.after_login(app, subject), &attributes);
}
