//! Who has logged in from this browser before? A cookie that only the limits of logins read (OWASP "device cookies",
//! requirement FA-02).
//!
//! It holds a mark for each of the last accounts: when it was made, and a MAC of that and the account. It is kept nowhere else,
//! so nobody has to remember a browser. A mark proves nothing about who sits there: it is no factor, says nothing in `amr`, and
//! is no more than a place to count failures apart from those of strangers.

use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::app::App;
use crate::protocol::{Digest, HmacKey, Subject, Timestamp};
use crate::web::cookies::{cookie, cookie_name};

const COOKIE: &str = "grantd_seen";
/// Accounts that one browser remembers: a household at one computer.
const MOST: usize = 8;
/// As long as browsers keep a cookie at most.
const LIFE: Duration = Duration::from_hours(400 * 24);

/// The marks of a browser, the newest first.
#[derive(Clone, Debug, Default)]
pub(in crate::web) struct Seen(Vec<Mark>);

#[derive(Clone, Debug)]
struct Mark {
    /// Seconds since the epoch.
    made_at: i64,
    mac: Digest,
}

impl Seen {
    /// What the cookie holds; nothing of what is no mark.
    pub(in crate::web) fn of(app: &App, headers: &HeaderMap) -> Self {
        let value = cookie(headers, &cookie_name(app, COOKIE)).unwrap_or_default();
        Self(value.split('~').take(MOST).filter_map(Mark::read).collect())
    }

    /// The mark of an account, if it was made here in the last 400 days: it is another one after each login.
    pub(in crate::web) fn mark(&self, app: &App, subject: &Subject) -> Option<Digest> {
        let now = app.clock.now();
        let is_alive = |mark: &&Mark| now < mark.made_at() + LIFE;
        self.0.iter().filter(is_alive).find(|mark| mark.is_of(app, subject)).map(|mark| mark.mac)
    }

    /// Sends the cookie with a new mark of an account that has just logged in, in place of its older one.
    pub(in crate::web) fn remember(&self, app: &App, subject: &Subject, mut response: Response) -> Response {
        let now = app.clock.now();
        let new =
            Mark { made_at: now.seconds(), mac: Mark::mac(&app.keys.known_browsers.current, subject, now.seconds()) };
        let others = self.0.iter().filter(|mark| now < mark.made_at() + LIFE && !mark.is_of(app, subject));
        let marks: Vec<String> = std::iter::once(&new).chain(others).take(MOST).map(Mark::written).collect();
        let secure = if app.is_https() { "; Secure" } else { "" };
        let (name, age) = (cookie_name(app, COOKIE), LIFE.as_secs());
        let cookie = format!("{name}={}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}", marks.join("~"));
        if let Ok(mut value) = HeaderValue::try_from(cookie) {
            value.set_sensitive(true);
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    }
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (made_at, mac) = text.split_once('.')?;
        Some(Self { made_at: made_at.parse().ok()?, mac: Digest::from_hex(mac)? })
    }

    fn written(&self) -> String {
        format!("{}.{}", self.made_at, self.mac.hex())
    }

    fn made_at(&self) -> Timestamp {
        Timestamp::from_millis(self.made_at.saturating_mul(1000))
    }

    /// Under today's root secret, or one that is being changed for it.
    fn is_of(&self, app: &App, subject: &Subject) -> bool {
        app.keys.known_browsers.iter().any(|key| Self::mac(key, subject, self.made_at) == self.mac)
    }

    fn mac(key: &HmacKey, subject: &Subject, made_at: i64) -> Digest {
        key.digest(format!("{made_at} {}", subject.as_str()).as_bytes())
    }
}
