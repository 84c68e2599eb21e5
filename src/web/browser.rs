//! Which browser is this, and who is signed in there? Cookies (W-04), sessions (W-05) and the csrf tokens of forms (W-06).
//!
//! A row begins with a login and not before. Until then all that is known of a browser is in its cookie, sealed
//! ([`Visitor`]).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::App;
use crate::flow::EndUser;
use crate::protocol::{AuditEvent, Digest, HmacKey, Secret, Timestamp};
use crate::root_secret::{Purpose, SealingKey};
use crate::store::{self, BrowserSession, SignIn, StoreError};
use crate::web::cookies::{BROWSER, cookie, cookie_name};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::reader::Reader;
use crate::web::visitor::{Visitor, is_sealed};
use crate::web::waiting::{Hints, Next, Waiting};

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
    waiting: Option<Waiting>,
    reader: Reader,
}

impl Browser {
    /// Finds out what a cookie stands for.
    pub(crate) async fn of(app: &App, parts: &Parts) -> Result<Self, StoreError> {
        let reader = Reader::of(app, parts);
        let Some(value) = cookie(&parts.headers, &cookie_name(app, BROWSER)) else {
            return Ok(Self::fresh(app, reader));
        };
        if !is_sealed(value) {
            return Self::known(app, Secret::presented(value), reader).await;
        }
        let fresh = Self { sent_cookie: true, ..Self::fresh(app, reader) };
        Ok(match Visitor::open(app, value) {
            Some(Visitor { id, waiting, is_aged }) => Self { id, waiting, is_to_be_told: is_aged, ..fresh },
            None => fresh,
        })
    }

    /// Finds the session of a program's token.
    pub(crate) async fn of_program(app: &App, token: &Secret, parts: &Parts) -> Result<Self, StoreError> {
        Self::known(app, cookie_of_program(token), Reader::of(app, parts)).await
    }

    /// Begins the session of a program, under its token.
    pub(crate) async fn begin_of_program(
        app: &App,
        token: &Secret,
        sign_in: SignIn,
        event: &AuditEvent,
        parts: &Parts,
    ) -> Result<bool, StoreError> {
        let browser = Self { id: cookie_of_program(token), ..Self::fresh(app, Reader::of(app, parts)) };
        let session = browser.session_of(app, sign_in);
        // It takes no other session's place.
        store::replace_browser_session(&app.db, &browser.digest(), &session, event).await
    }

    /// The session of this cookie, whose idle end is put off once a minute. A browser whose session has ended keeps its name
    /// until the next login: its pages are still open in other tabs, and what it had claimed may be given back there.
    async fn known(app: &App, id: Secret, reader: Reader) -> Result<Self, StoreError> {
        let now = app.clock.now();
        let session = store::find_browser_session(&app.db, &id.digest(), now).await?;
        if let Some(session) = &session {
            let idle_until = (now + app.settings.sessions.idle).min(session.expires_at);
            if idle_until.since(session.idle_until).as_secs() >= 60 {
                store::touch_browser_session(&app.db, &session.digest, idle_until).await?;
            }
        }
        let waiting = session.as_ref().and_then(|session| opened(&id, session.sealed_next.as_deref()?));
        Ok(Self { id, sent_cookie: true, is_to_be_told: false, session, waiting, reader })
    }

    /// Looks at the session again: it may have ended meanwhile.
    pub(crate) async fn again(&self, app: &App) -> Result<Self, StoreError> {
        let session = store::find_browser_session(&app.db, &self.digest(), app.clock.now()).await?;
        Ok(Self { session, ..self.clone() })
    }

    /// A signed-in session in this browser under a cookie that nobody has seen yet: to be written with what ends this one.
    pub(crate) fn renewed(&self, app: &App, sign_in: SignIn) -> (Self, BrowserSession) {
        let browser = self.as_stranger(app);
        let session = browser.session_of(app, sign_in);
        (Self { session: Some(session.clone()), ..browser }, session)
    }

    /// This browser once its session is over, with a cookie that nobody has seen yet.
    pub(crate) fn as_stranger(&self, app: &App) -> Self {
        Self::fresh(app, self.reader.clone())
    }

    fn fresh(app: &App, reader: Reader) -> Self {
        let id = Secret::from_random("", app.entropy.secret());
        Self { id, sent_cookie: false, is_to_be_told: true, session: None, waiting: None, reader }
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

    /// Who is signed in.
    pub(crate) fn sign_in(&self) -> Option<&SignIn> {
        self.session.as_ref().map(|session| &session.sign_in)
    }

    /// Who signed in recently enough to give a device access (requirement U-13), as far as that can be said before the
    /// code is looked up: the client of the code may want a fresher login.
    pub(crate) fn fresh_sign_in(&self, app: &App, now: Timestamp) -> Option<&SignIn> {
        self.sign_in().filter(|sign_in| now.since(sign_in.auth_time) <= app.registry.clients.longest_max_auth_age())
    }

    /// What waits.
    pub(crate) fn next(&self) -> Option<Next> {
        self.waiting.as_ref().map(|waiting| waiting.next.clone())
    }

    /// Who is expected to log in, as the link said that brought a code here.
    pub(crate) fn hints(&self) -> Hints {
        self.waiting.as_ref().map(|waiting| waiting.hints.clone()).unwrap_or_default()
    }

    /// Names what waits, for the login page that is shown because of it: another tab may put something else in its place.
    pub(crate) fn name_of_next(&self) -> Option<String> {
        let next = serde_json::to_vec(&self.next()?).ok()?;
        Some(Purpose::WaitingName.hmac_key(self.id.reveal().as_bytes()).digest(&next).hex())
    }

    /// Keeps something for after the login: in the cookie of a visitor, and with the session of who is signed in, sealed
    /// under the cookie, of which the database has only a digest (D-11).
    pub(crate) async fn keep(&mut self, app: &App, next: Next) -> Result<(), StoreError> {
        let hints = Hints { login_hint: None, ..self.hints() };
        self.keep_hinted(app, next, hints).await
    }

    /// The same, with what a link said of who will log in.
    pub(crate) async fn keep_hinted(&mut self, app: &App, next: Next, hints: Hints) -> Result<(), StoreError> {
        self.wait_for(app, Some(Waiting { next, hints })).await
    }

    /// Forgets what waited.
    pub(crate) async fn forget(&mut self, app: &App) -> Result<(), StoreError> {
        if self.waiting.is_some() { self.wait_for(app, None).await } else { Ok(()) }
    }

    async fn wait_for(&mut self, app: &App, waiting: Option<Waiting>) -> Result<(), StoreError> {
        match &self.session {
            Some(session) => {
                let sealed = waiting.as_ref().map(|waiting| sealed(&self.id, waiting));
                store::keep_for_later(&app.db, &session.digest, sealed).await?;
            }
            None => self.is_to_be_told = true,
        }
        self.waiting = waiting;
        Ok(())
    }

    /// Who is signed in, for the use cases.
    pub(crate) fn end_user(&self, hop: &Hop) -> Option<EndUser<'_>> {
        let session = self.session.as_ref()?;
        Some(EndUser { session, address: hop.address, source: hop.person() })
    }

    /// Begins a signed-in session under a new cookie; the old one never becomes signed in (fixation). False when the
    /// account changed meanwhile: then nobody is signed in.
    pub(crate) async fn sign_in_as(
        &mut self,
        app: &App,
        sign_in: SignIn,
        event: &AuditEvent,
    ) -> Result<bool, StoreError> {
        let old = self.digest();
        // Who logs in again is as well known as before; the next person is not.
        let same = self.session.as_ref().filter(|session| session.sign_in.subject == sign_in.subject);
        let right_code_at = same.and_then(|session| session.right_code_at);
        let browser = Self { waiting: self.waiting.clone(), ..self.as_stranger(app) };
        let sealed_next = browser.waiting.as_ref().map(|waiting| sealed(&browser.id, waiting));
        let session = BrowserSession { sealed_next, right_code_at, ..browser.session_of(app, sign_in) };
        if !store::replace_browser_session(&app.db, &old, &session, event).await? {
            return Ok(false);
        }
        *self = Self { session: Some(session), ..browser };
        Ok(true)
    }

    /// Ends the session here and in the browser.
    pub(crate) async fn sign_out(&mut self, app: &App) -> Result<(), StoreError> {
        if let Some(session) = &self.session {
            store::delete_browser_session(&app.db, &session.digest).await?;
        }
        *self = self.as_stranger(app);
        Ok(())
    }

    /// Sends the cookie along, if the browser does not have it yet.
    pub(crate) fn answer(&self, app: &App, mut response: Response) -> Response {
        let value = match &self.session {
            Some(_) => Some(self.id.reveal().to_owned()),
            None => Visitor::seal(app, &self.id, self.waiting.as_ref()),
        };
        if let Some(value) = value.filter(|_| self.is_to_be_told) {
            let secure = if app.is_https() { "; Secure" } else { "" };
            let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(app, BROWSER));
            if let Ok(mut value) = HeaderValue::try_from(cookie) {
                value.set_sensitive(true);
                response.headers_mut().append(SET_COOKIE, value);
            }
        }
        response
    }

    /// The session that begins now under this browser's name.
    fn session_of(&self, app: &App, sign_in: SignIn) -> BrowserSession {
        let (now, sessions) = (app.clock.now(), &app.settings.sessions);
        BrowserSession {
            digest: self.digest(),
            created_at: now,
            expires_at: now + sessions.absolute,
            idle_until: now + sessions.idle,
            sign_in,
            sealed_next: None,
            right_code_at: None,
        }
    }
}

impl FromRequestParts<Arc<App>> for Browser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        Ok(Self::of(app, parts).await?)
    }
}

/// What waits, sealed under the cookie of a session.
fn sealed(id: &Secret, waiting: &Waiting) -> Vec<u8> {
    waiting_key(id).seal(b"", &serde_json::to_vec(waiting).unwrap_or_default())
}

fn opened(id: &Secret, sealed: &[u8]) -> Option<Waiting> {
    serde_json::from_slice(&waiting_key(id).open(b"", sealed).ok()?).ok()
}

fn waiting_key(id: &Secret) -> SealingKey {
    SealingKey::derive(id.reveal().as_bytes(), Purpose::Waiting)
}

/// A program's token is no cookie of a page, whatever it is sent as: no header can hold the character that this begins with.
fn cookie_of_program(token: &Secret) -> Secret {
    Secret::presented(&format!("\u{1}{}", token.reveal()))
}
