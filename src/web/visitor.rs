//! Seal what a browser carries before a login, in its cookie and in the form of the login page (requirements FA-04, U-02).
//!
//! A value is encrypted and authenticated, and bound to the issuer and to its place. The cookie of a visitor holds a random
//! name of the browser, which its csrf tokens and its claims are bound to, and what waits for the login, so a stranger costs no
//! row. An older copy of the cookie undoes nothing: it holds no counts, a code in it is looked up only after a login and paid for
//! by the session and the account, and a request in it is shown as it stands. The form of a login page names what its login goes
//! on with, for this browser alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::web::waiting::Waiting;
use protocol::Timestamp;

/// The start of a value. The name of a session has no dot, so it never starts so.
const MARK: &str = "v1.";
/// Browsers keep cookies of 4096 bytes, the name among them (RFC 6265 section 6.1).
const LONGEST: usize = 3_800;

/// The place of a sealed value. A value does not open in another place.
#[derive(Clone, Copy)]
pub(super) enum SealedIn {
    Cookie,
    LoginForm,
}

/// An opened value.
pub(super) struct Visitor {
    /// The name of the browser; in a form, the digest of that.
    pub(super) name: String,
    /// What waits for the login.
    pub(super) waiting: Option<Waiting>,
    /// Whether what waited was dropped for its age, so the cookie must be sent again.
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

/// Whether the value of a cookie is meant to be a visitor's.
pub(super) fn is_sealed(value: &str) -> bool {
    value.starts_with(MARK)
}

/// Opens a value. What waits is dropped after `sessions.idle`, as in a session. The browser keeps its name for
/// `sessions.absolute`, so that forms on older pages are still accepted.
pub(super) fn open(app: &App, place: SealedIn, value: &str) -> Option<Visitor> {
    let sealed = URL_SAFE_NO_PAD.decode(value.strip_prefix(MARK)?).ok()?;
    let plain = app.keys.visitor_cookies.open(context(app, place).as_bytes(), &sealed).ok()?;
    let contents: Contents = serde_json::from_slice(&plain).ok()?;
    let age = app.clock.now().since(Timestamp::from_millis(contents.at));
    if age >= app.settings.sessions.absolute {
        return None;
    }
    let is_aged = age >= app.settings.sessions.idle;
    Some(Visitor { name: contents.id, waiting: contents.waiting.filter(|_| !is_aged), is_aged })
}

/// Seals a value. What does not fit into a cookie does not wait.
pub(super) fn seal(app: &App, place: SealedIn, name: &str, waiting: Option<&Waiting>) -> Option<String> {
    let at = app.clock.now().millis();
    [waiting, None].into_iter().find_map(|waiting| {
        let contents = Contents { id: name.to_owned(), at, waiting: waiting.cloned() };
        let plain = serde_json::to_vec(&contents).ok()?;
        let sealed = app.keys.visitor_cookies.current.seal(context(app, place).as_bytes(), &plain);
        Some(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(sealed))).filter(|value| value.len() <= LONGEST)
    })
}

/// The context of a seal: a value of one issuer does not open at another.
fn context(app: &App, place: SealedIn) -> String {
    let issuer = &app.settings.issuer;
    match place {
        SealedIn::Cookie => issuer.to_string(),
        // No URL holds a space.
        SealedIn::LoginForm => format!("{issuer} login form"),
    }
}
