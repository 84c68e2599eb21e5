//! The browser behind a request and who is logged in there: its cookie (W-04), its session (W-05) and the csrf tokens of its
//! forms (W-06).
//!
//! A session has a row, which begins with a login. Before that, a browser is known by its sealed cookie alone ([`visitor`]).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::flow::end_sessions::log_out;
use crate::flow::known_browser::{self, KnownBrowser};
use crate::flow::log_in::{LoginSource, NewSession};
use crate::flow::{EndUser, FlowError, session};
use crate::root_secret::{Purpose, SealingKey};
use crate::web::cookies::{BROWSER, KNOWN_BROWSER, cookie, cookie_name, set_cookie};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::reader::Reader;
use crate::web::visitor::{self, SealedIn, Visitor};
use crate::web::waiting::{Continuation, Hints, Waiting};
use protocol::{Digest, HmacKey, Secret, Source};
use store::{BrowserSession, SignIn, StoreError};

/// A browser, by its cookie, in one request.
#[derive(Clone)]
pub(crate) struct Browser {
    /// The cookie of a session, or the name in the sealed cookie of a visitor.
    id: Secret,
    /// Whether the browser sent a cookie of ours, of whatever age. A browser that sends none back keeps none.
    pub(crate) sent_cookie: bool,
    /// Whether the answer has to set the cookie.
    is_to_be_told: bool,
    /// The session of who is logged in.
    pub(crate) session: Option<BrowserSession>,
    kept: Kept,
    /// What the request says of its reader.
    pub(crate) reader: Reader,
    /// The marks of the accounts that have logged in here.
    known: KnownBrowser,
    hop: Hop,
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
    /// The browser of a request.
    pub(crate) async fn of(app: &App, parts: &Parts) -> Result<Self, FlowError> {
        let Some(value) = cookie(&parts.headers, &cookie_name(app, BROWSER)) else {
            return Self::named(app, parts, new_name(app));
        };
        if !visitor::is_sealed(value) {
            return Self::known(app, parts, Secret::presented(value)).await;
        }
        let (id, waiting, is_to_be_told) = match visitor::open(app, SealedIn::Cookie, value) {
            Some(Visitor { name, waiting, is_aged }) => (Secret::presented(&name), waiting, is_aged),
            None => (new_name(app), None, true),
        };
        let kept = Kept { waiting, before: None };
        Ok(Self { sent_cookie: true, is_to_be_told, kept, ..Self::named(app, parts, id)? })
    }

    /// The session of a program's token, as a browser.
    pub(crate) async fn of_program(app: &App, token: &Secret, parts: &Parts) -> Result<Self, FlowError> {
        // No header can hold the first character, so a page's cookie never stands for this session.
        Self::known(app, parts, Secret::presented(&format!("\u{1}{}", token.reveal()))).await
    }

    /// The browser with the session of this cookie. A browser whose session has ended keeps its name until the next login: its
    /// pages are still open in other tabs, and a claim may be given back there.
    async fn known(app: &App, parts: &Parts, id: Secret) -> Result<Self, FlowError> {
        let session = session::find(app, &id.digest()).await?;
        let sealed = session.as_ref().and_then(|session| session.sealed_next.as_deref());
        let kept = sealed.and_then(|sealed| Kept::open(&id, sealed)).unwrap_or_default();
        Ok(Self { sent_cookie: true, is_to_be_told: false, session, kept, ..Self::named(app, parts, id)? })
    }

    /// A browser of which only the name is known.
    fn named(app: &App, parts: &Parts, id: Secret) -> Result<Self, FlowError> {
        Ok(Self {
            id,
            sent_cookie: false,
            is_to_be_told: true,
            session: None,
            kept: Kept::default(),
            reader: Reader::of(app, parts),
            known: KnownBrowser::read(cookie(&parts.headers, &cookie_name(app, KNOWN_BROWSER)).unwrap_or_default()),
            hop: Hop::of(parts)?,
        })
    }

    /// Looks at the session again: it may have ended meanwhile.
    pub(crate) async fn again(&self, app: &App) -> Result<Self, StoreError> {
        Ok(Self { session: session::find(app, &self.digest()).await?, ..self.clone() })
    }

    /// This browser after its session, under a new name.
    pub(crate) fn as_stranger(&self, app: &App) -> Self {
        let (id, kept) = (new_name(app), Kept::default());
        Self { id, sent_cookie: false, is_to_be_told: true, session: None, kept, ..self.clone() }
    }

    /// This browser after a login that goes on with `next`: under a new name, with what else waits.
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

    /// The csrf token of every form that is shown in this browser. It changes with the browser's name, at login and logout.
    pub(crate) fn csrf(&self, app: &App) -> String {
        self.csrf_under(&app.keys.csrf_tokens.current)
    }

    fn csrf_under(&self, key: &HmacKey) -> String {
        key.digest(self.id.reveal().as_bytes()).hex()
    }

    /// A stamp on a text of ours in a URL. With it, the page knows that a form in this browser led there.
    pub(crate) fn stamp(&self, app: &App, text: &str) -> String {
        self.stamp_under(&app.keys.csrf_tokens.current, text)
    }

    /// Whether a stamp on a text is of this browser.
    pub(crate) fn has_stamped(&self, app: &App, text: &str, stamp: &str) -> bool {
        app.keys.csrf_tokens.iter().any(|key| Secret::presented(&self.stamp_under(key, text)).same_as(stamp))
    }

    fn stamp_under(&self, key: &HmacKey, text: &str) -> String {
        key.digest(format!("stamp of {}: {text}", self.id.reveal()).as_bytes()).hex()
    }

    /// Whether a form was shown in this browser, maybe by a server with the former root secret.
    pub(crate) fn was_shown(&self, app: &App, csrf: &str) -> bool {
        app.keys.csrf_tokens.iter().any(|key| Secret::presented(&self.csrf_under(key)).same_as(csrf))
    }

    /// The digest that stands for this browser in claims.
    pub(crate) fn digest(&self) -> Digest {
        self.id.digest()
    }

    /// Who is logged in.
    pub(crate) fn sign_in(&self) -> Option<&SignIn> {
        self.session.as_ref().map(|session| &session.sign_in)
    }

    /// What waits for a login, with the hints of who will log in.
    pub(crate) fn waiting(&self) -> Option<&Waiting> {
        self.kept.waiting.as_ref()
    }

    /// What a login goes on with.
    pub(crate) fn next(&self) -> Option<&Continuation> {
        self.waiting().map(|waiting| &waiting.next)
    }

    /// The hints of the link that brought a code here.
    pub(crate) fn hints(&self) -> Hints {
        self.waiting().map(|waiting| waiting.hints.clone()).unwrap_or_default()
    }

    /// Names what the form of a login page goes on with, for this browser alone.
    pub(crate) fn name_continuation(&self, app: &App, waiting: &Waiting) -> Option<String> {
        visitor::seal(app, SealedIn::LoginForm, &self.digest().hex(), Some(waiting))
    }

    /// What a form goes on with, and whether it was shown before the login that began this session. A form of this browser that
    /// names nothing, or whose continuation is older than `sessions.idle`, goes on with what waits. `None` for one that is
    /// unknown, forged or another browser's.
    pub(crate) fn continuation(&self, app: &App, named: Option<&str>) -> Option<(Waiting, bool)> {
        let waits = || self.waiting().cloned().map(|waiting| (waiting, false));
        let Some(named) = named else { return waits() };
        let Visitor { name, waiting, .. } = visitor::open(app, SealedIn::LoginForm, named)?;
        if self.kept.before.as_ref() == Some(&name) {
            return Some((waiting?, true));
        }
        if name != self.digest().hex() {
            return None;
        }
        waiting.map(|waiting| (waiting, false)).or_else(waits)
    }

    /// Keeps `next` for after a login: in the cookie of a visitor, or with the session of a person who is logged in.
    pub(crate) async fn keep(&mut self, app: &App, next: Continuation) -> Result<(), StoreError> {
        let hints = Hints { login_hint: None, ..self.hints() };
        self.keep_hinted(app, next, hints).await
    }

    /// The same, with the hints of a link.
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
            Some(session) => session::keep_sealed(app, &session.digest, self.kept.seal(&self.id)).await?,
            None => self.is_to_be_told = true,
        }
        Ok(())
    }

    /// Who is logged in, for a flow.
    pub(crate) fn end_user(&self) -> Option<EndUser<'_>> {
        let session = self.session.as_ref()?;
        Some(EndUser { session, address: self.hop.address, source: self.hop.person() })
    }

    /// The source of an event that is caused in this browser, whoever is logged in.
    pub(crate) fn source(&self) -> Source {
        self.hop.person()
    }

    /// The source of a login in this browser.
    pub(crate) fn login_source(&self) -> LoginSource<'_> {
        LoginSource {
            address: self.hop.address,
            user_agent: self.hop.user_agent.as_deref(),
            source: self.hop.person(),
            known: &self.known,
            session: self.session.as_ref(),
        }
    }

    /// Ends the session here and in the browser.
    pub(crate) async fn sign_out(&mut self, app: &App) -> Result<(), FlowError> {
        if let Some(session) = &self.session {
            log_out(app, &session.digest).await?;
        }
        *self = self.as_stranger(app);
        Ok(())
    }

    /// Answers with the login, which goes on with `next`.
    pub(crate) async fn log_in_first(&mut self, app: &App, next: Continuation) -> Result<Response, PageError> {
        self.keep(app, next).await?;
        Ok(self.lead_to(app, &app.path("/login")))
    }

    /// Answers with a redirect to a path of this host.
    pub(crate) fn lead_to(&self, app: &App, path: &str) -> Response {
        self.answer(app, Redirect::to(path).into_response())
    }

    /// Adds the mark of who has just logged in to the marks of this browser.
    pub(crate) fn remember_login(&self, app: &App, response: &mut Response) {
        if let Some(sign_in) = self.sign_in() {
            let marks = self.known.after_login(app, &sign_in.subject);
            let attributes = format!("Max-Age={}; SameSite=Strict", known_browser::LIFE.as_secs());
            set_cookie(app, response, &cookie_name(app, KNOWN_BROWSER), &marks, &attributes);
        }
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

/// A name for a browser, which its cookie carries.
fn new_name(app: &App) -> Secret {
    Secret::from_random("", app.entropy.secret())
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
