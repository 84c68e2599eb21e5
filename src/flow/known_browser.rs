//! Recognise a browser in which an account has logged in before (OWASP "device cookies", requirement FA-02).
//!
//! A cookie holds a mark for each of the latest accounts: the time of the mark, and a MAC of the time and the account.
//! The server stores no marks. A mark proves nothing about the person: it is no factor and adds nothing to `amr`. Only
//! the limits of logins read it: they count failures in a known browser apart from those of strangers.

use std::time::Duration;

use crate::app::App;
use protocol::{Digest, HmacKey, Subject, Timestamp};

/// The most accounts of one browser: a household at one computer.
const MOST: usize = 8;
/// Browsers keep a cookie no longer than this.
pub(crate) const LIFE: Duration = Duration::from_hours(400 * 24);

/// The marks of a browser, the newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownBrowser(Vec<Mark>);

#[derive(Clone, Debug)]
struct Mark {
    /// Seconds since the epoch.
    made_at: i64,
    mac: Digest,
}

impl KnownBrowser {
    /// Reads the value of a cookie. Everything in it that is not a mark is skipped.
    pub(crate) fn read(cookie: &str) -> Self {
        Self(cookie.split('~').take(MOST).filter_map(Mark::read).collect())
    }

    /// The mark of an account, if this server made it in the last 400 days. Each login makes a new one.
    pub(crate) fn mark(&self, app: &App, subject: &Subject) -> Option<Digest> {
        let now = app.clock.now();
        self.0.iter().find(|mark| mark.is_alive(now) && mark.is_of(app, subject)).map(|mark| mark.mac)
    }

    /// The value of the cookie after a login: a new mark of the account replaces its older one.
    pub(crate) fn after_login(&self, app: &App, subject: &Subject) -> String {
        let now = app.clock.now();
        let new =
            Mark { made_at: now.seconds(), mac: Mark::mac(&app.keys.known_browsers.current, subject, now.seconds()) };
        let others = self.0.iter().filter(|mark| mark.is_alive(now) && !mark.is_of(app, subject));
        let marks: Vec<String> = std::iter::once(&new).chain(others).take(MOST).map(Mark::write).collect();
        marks.join("~")
    }
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (made_at, mac) = text.split_once('.')?;
        Some(Self { made_at: made_at.parse().ok()?, mac: Digest::from_hex(mac)? })
    }

    fn write(&self) -> String {
        format!("{}.{}", self.made_at, self.mac.hex())
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        now < Timestamp::from_millis(self.made_at.saturating_mul(1000)) + LIFE
    }

    /// Under the current root secret or a former one.
    fn is_of(&self, app: &App, subject: &Subject) -> bool {
        app.keys.known_browsers.iter().any(|key| Self::mac(key, subject, self.made_at) == self.mac)
    }

    fn mac(key: &HmacKey, subject: &Subject, made_at: i64) -> Digest {
        key.digest(format!("{made_at} {}", subject.as_str()).as_bytes())
    }
}
