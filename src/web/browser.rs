//! The browser behind a request and who is logged in there: its cookie (W-04), its session (W-05) and the csrf tokens of its
//! forms (W-06).
//!
//! A session has a row, which begins with a login. Before that, everything that is known of a browser is in its sealed cookie
//! ([`visitor`]).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::flow::end_sessions::log_out;
use crate::flow::known_browser::KnownBrowser;
use crate::flow::log_in::{LoginSource, NewSession};
use crate::flow::{EndUser, FlowError, session};
use crate::root_secret::{Purpose, SealingKey};
use crate::web::cookies::{BROWSER, cookie, cookie_name, set_cookie};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::reader::Reader;
use crate::web::visitor::{self, SealedIn, Visitor};
use crate::web::waiting::{Continuation, Hints, Waiting};
use protocol::{Digest, HmacKey, Secret};
use store::{BrowserSession, SignIn, StoreError};

/// A browser, by its cookie.
#[derive(Clone)]
pub(crate) struct Browser {
    /// The cookie of a session, or what the sealed cookie of a visitor names.
    id: Secret,
    /// Whether the browser sent a cookie of ours.
    sent_cookie: bool,
    /// Whether the answer has to bring a cookie.
    is_to_be_told: bool,
    /// The session of who is signed in.
    session: Option<BrowserSession>,
    kept: Kept,
    reader: Reader,
}

/// What a session keeps, sealed under its cookie, of which the database has only a digest (requirement D-11).
#[derive(Clone, Default, Deserialize, Serialize)]
struct Kept {
    /// What waits for a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<Waiting>,
    /// The digest of the name that the browser had before its login, in which other tabs may still show a login page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

impl Browser {
    /// Finds out what a cookie stands for.
    pub(crate) async fn of(app: &App, parts: &Parts) -> Result<Self, StoreError> {
        let reader = Reader::of(app, parts);
        let Some(value) = cookie(&parts.headers, &cookie_name(app, BROWSER)) else {
            return Ok(Self::fresh(app, reader));
        };
        if !visitor::is_sealed(value) {
            return Self::known(app, Secret::presented(value), reader).await;
        }
        let fresh = Self { sent_cookie: true, ..Self::fresh(app, reader) };
        Ok(match visitor::open(app, SealedIn::Cookie, value) {
            Some(Visitor { name, waiting, is_aged }) => {
                let kept = Kept { waiting, before: None };
                Self { id: Secret::presented(&name), kept, is_to_be_told: is_aged, ..fresh }
            }
            None => fresh,
        })
    }

    /// Finds the session of a program's token.
    pub(crate) async fn of_program(app: &App, token: &Secret, parts: &Parts) -> Result<Self, StoreError> {
        Self::known(app, cookie_of_program(token), Reader::of(app, parts)).await
    }

    /// The session of this cookie. A browser whose session has ended keeps its name until the next login: its pages are still
    /// open in other tabs, and what it had claimed may be given back there.
    async fn known(app: &App, id: Secret, reader: Reader) -> Result<Self, StoreError> {
        let session = session::find(app, &id.digest()).await?;
        let sealed = session.as_ref().and_then(|session| session.sealed_next.as_deref());
        let kept = sealed.and_then(|sealed| Kept::open(&id, sealed)).unwrap_or_default();
        Ok(Self { id, sent_cookie: true, is_to_be_told: false, session, kept, reader })
    }

    /// Looks at the session again: it may have ended meanwhile.
    pub(crate) async fn again(&self, app: &App) -> Result<Self, StoreError> {
        let session = store::find_browser_session(&app.db, &self.digest(), app.clock.now()).await?;
        Ok(Self { session, ..self.clone() })
    }

    /// This browser once its session is over, with a cookie that nobody has seen yet.
    pub(crate) fn as_stranger(&self, app: &App) -> Self {
        Self::fresh(app, self.reader.clone())
    }

    /// This browser after a login that goes on with `next`: a cookie that nobody has seen yet, and what else waits.
    pub(crate) fn after_login(&self, app: &App, next: Option<&Continuation>) -> Self {
        let waits_on = |waiting: &Waiting| Some(&waiting.next) != next || waiting.next.is_refused();
        let waiting = self.kept.waiting.clone().filter(waits_on);
        let kept = Kept { waiting, before: Some(self.digest().hex()) };
        Self { kept, ..self.as_stranger(app) }
    }

    /// The session that a login begins under this browser's name, in place of that of another.
    pub(crate) fn new_session(&self, former: &Self) -> NewSession {
        NewSession {
            digest: self.digest(),
            replaces: former.digest(),
            sealed_next: self.kept.seal(&self.id),
            is_needless: false,
        }
    }

    /// This browser in a session that was begun under its name.
    pub(crate) fn in_session(self, session: BrowserSession) -> Self {
        Self { session: Some(session), ..self }
    }

    fn fresh(app: &App, reader: Reader) -> Self {
        let id = Secret::from_random("", app.entropy.secret());
        Self { id, sent_cookie: false, is_to_be_told: true, session: None, kept: Kept::default(), reader }
    }

    /// What the request says of who reads.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Whether the browser sent a cookie of ours, of whatever age. One that sends none back keeps none.
    pub(crate) fn sent_cookie(&self) -> bool {
        self.sent_cookie
    }

    /// The csrf token for every form shown in this browser. It changes with the browser's name: at login and logout.
    pub(crate) fn csrf(&self, app: &App) -> String {
        self.csrf_under(&app.keys.csrf_tokens.current)
    }

    fn csrf_under(&self, key: &HmacKey) -> String {
        key.digest(self.id.reveal().as_bytes()).hex()
    }

    /// Whether a form was shown in this browser, maybe by a server whose root secret is being changed for ours.
    pub(crate) fn was_shown(&self, app: &App, csrf: &str) -> bool {
        app.keys.csrf_tokens.iter().any(|key| Secret::presented(&self.csrf_under(key)).same_as(csrf))
    }

    /// The digest that stands for this browser in claims.
    pub(crate) fn digest(&self) -> Digest {
        self.id.digest()
    }

    /// The session of who is logged in.
    pub(crate) fn session(&self) -> Option<&BrowserSession> {
        self.session.as_ref()
    }

    /// Who is signed in.
    pub(crate) fn sign_in(&self) -> Option<&SignIn> {
        self.session.as_ref().map(|session| &session.sign_in)
    }

    /// What waits for a login, and what was said of who will log in for it.
    pub(crate) fn waiting(&self) -> Option<&Waiting> {
        self.kept.waiting.as_ref()
    }

    /// What waits.
    pub(crate) fn next(&self) -> Option<Continuation> {
        self.waiting().map(|waiting| waiting.next.clone())
    }

    /// Who is expected to log in, as the link said that brought a code here.
    pub(crate) fn hints(&self) -> Hints {
        self.waiting().map(|waiting| waiting.hints.clone()).unwrap_or_default()
    }

    /// Names what the form of a login page goes on with, for this browser alone.
    pub(crate) fn name_continuation(&self, app: &App, waiting: &Waiting) -> Option<String> {
        visitor::seal(app, SealedIn::LoginForm, &self.digest().hex(), Some(waiting))
    }

    /// What a form goes on with, and whether it was shown before the login that began this session. `None` for what is
    /// unknown, forged, another browser's or older than `sessions.idle`.
    pub(crate) fn continuation(&self, app: &App, named: &str) -> Option<(Waiting, bool)> {
        let Visitor { name, waiting, .. } = visitor::open(app, SealedIn::LoginForm, named)?;
        let is_from_before = self.kept.before.as_ref() == Some(&name);
        if is_from_before || name == self.digest().hex() { Some((waiting?, is_from_before)) } else { None }
    }

    /// Keeps something for after the login: in the cookie of a visitor, or with the session of who is logged in.
    pub(crate) async fn keep(&mut self, app: &App, next: Continuation) -> Result<(), StoreError> {
        let hints = Hints { login_hint: None, ..self.hints() };
        self.keep_hinted(app, next, hints).await
    }

    /// The same, with what a link said of who will log in.
    pub(crate) async fn keep_hinted(&mut self, app: &App, next: Continuation, hints: Hints) -> Result<(), StoreError> {
        self.wait_for(app, Some(Waiting { next, hints })).await
    }

    /// Forgets what waited.
    pub(crate) async fn forget(&mut self, app: &App) -> Result<(), StoreError> {
        if self.kept.waiting.is_some() { self.wait_for(app, None).await } else { Ok(()) }
    }

    async fn wait_for(&mut self, app: &App, waiting: Option<Waiting>) -> Result<(), StoreError> {
        self.kept.waiting = waiting;
        match &self.session {
            Some(session) => store::keep_for_later(&app.db, &session.digest, self.kept.seal(&self.id)).await?,
            None => self.is_to_be_told = true,
        }
        Ok(())
    }

    /// Who is logged in, for the use cases.
    pub(crate) fn end_user(&self, hop: &Hop) -> Option<EndUser<'_>> {
        let session = self.session.as_ref()?;
        Some(EndUser { session, address: hop.address, source: hop.person() })
    }

    /// Where a login in this browser comes from, with the marks of the accounts that have logged in here.
    pub(crate) fn login_source<'a>(&'a self, hop: &'a Hop, known: &'a KnownBrowser) -> LoginSource<'a> {
        let (user_agent, source, session) = (hop.user_agent.as_deref(), hop.person(), self.session());
        LoginSource { address: hop.address, user_agent, source, known, session }
    }

    /// Ends the session here and in the browser.
    pub(crate) async fn sign_out(&mut self, app: &App) -> Result<(), FlowError> {
        if let Some(session) = &self.session {
            log_out(app, &session.digest).await?;
        }
        *self = self.as_stranger(app);
        Ok(())
    }

    /// Sends the cookie along, if the browser does not have it yet.
    pub(crate) fn answer(&self, app: &App, mut response: Response) -> Response {
        if !self.is_to_be_told {
            return response;
        }
        let value = match &self.session {
            Some(_) => Some(self.id.reveal().to_owned()),
            None => visitor::seal(app, SealedIn::Cookie, self.id.reveal(), self.waiting()),
        };
        if let Some(value) = value {
            set_cookie(app, &mut response, &cookie_name(app, BROWSER), &value, "SameSite=Lax");
        }
        response
    }
}

impl FromRequestParts<Arc<App>> for Browser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        Ok(Self::of(app, parts).await?)
    }
}

impl Kept {
    fn seal(&self, id: &Secret) -> Option<Vec<u8>> {
        if self.waiting.is_none() && self.before.is_none() {
            return None;
        }
        Some(kept_key(id).seal(b"", &serde_json::to_vec(self).ok()?))
    }

    fn open(id: &Secret, sealed: &[u8]) -> Option<Self> {
        serde_json::from_slice(&kept_key(id).open(b"", sealed).ok()?).ok()
    }
}

fn kept_key(id: &Secret) -> SealingKey {
    SealingKey::derive(id.reveal().as_bytes(), Purpose::Waiting)
}

/// A program's token is no cookie of a page, whatever it is sent as: no header can hold the character that this begins with.
pub(super) fn cookie_of_program(token: &Secret) -> Secret {
    Secret::presented(&format!("\u{1}{}", token.reveal()))
}
