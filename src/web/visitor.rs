//! Which browser is it before a login? Its cookie holds all there is to know, so that a stranger costs no row (requirements
//! FA-04, U-02).
//!
//! The cookie is encrypted and authenticated: a random name of the browser, which its csrf tokens and its claims are bound
//! to, and what waits for the login. Whoever sends an older copy of it undoes nothing. It counts nothing; a code that it
//! holds is looked up after a login alone, and paid for then by the session and the account; a request that it holds is
//! asked how it stands. A login begins a session of another name, with a row.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::protocol::{Secret, Timestamp};
use crate::web::waiting::Waiting;

/// What begins the value, and tells it from the name of a session, which has no dot.
const MARK: &str = "v1.";
/// Browsers keep cookies of 4096 bytes, the name among them (RFC 6265 section 6.1).
const LONGEST: usize = 3_800;

/// A browser in which nobody is signed in.
pub(super) struct Visitor {
    /// Its name.
    pub(super) id: Secret,
    /// What waits for the login.
    pub(super) waiting: Option<Waiting>,
    /// Whether what waited was dropped for its age. The cookie is due to be sent anew.
    pub(super) is_aged: bool,
}

#[derive(Deserialize, Serialize)]
struct Contents {
    id: String,
    /// When it was sealed, in milliseconds.
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<Waiting>,
}

/// Whether a value is meant to be a visitor's.
pub(super) fn is_sealed(value: &str) -> bool {
    value.starts_with(MARK)
}

impl Visitor {
    /// Opens the value of a cookie. What waits is dropped after `sessions.idle`, as it is in a session; the browser keeps its
    /// name for `sessions.absolute`, so that the page which somebody comes back to still has its form taken.
    pub(super) fn open(app: &App, value: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(value.strip_prefix(MARK)?).ok()?;
        let plain = app.keys.visitor_cookies.open(context(app), &sealed).ok()?;
        let contents: Contents = serde_json::from_slice(&plain).ok()?;
        let age = app.clock.now().since(Timestamp::from_millis(contents.at));
        if age >= app.settings.sessions.absolute {
            return None;
        }
        let is_aged = age >= app.settings.sessions.idle;
        let waiting = contents.waiting.filter(|_| !is_aged);
        Some(Self { id: Secret::presented(&contents.id), waiting, is_aged })
    }

    /// The value of a cookie. What would not fit does not wait.
    pub(super) fn seal(app: &App, id: &Secret, waiting: Option<&Waiting>) -> Option<String> {
        let at = app.clock.now().millis();
        [waiting, None].into_iter().find_map(|waiting| {
            let contents = Contents { id: id.reveal().to_owned(), at, waiting: waiting.cloned() };
            let sealed = app.keys.visitor_cookies.current.seal(context(app), &serde_json::to_vec(&contents).ok()?);
            Some(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(sealed))).filter(|value| value.len() <= LONGEST)
        })
    }
}

/// The cookie of one issuer is none of another's.
fn context(app: &App) -> &[u8] {
    app.settings.issuer.as_bytes()
}
