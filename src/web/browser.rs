//! Which browser is this, and may it post this form? Cookies (W-04), sessions (W-05) and csrf (W-06).
//!
//! A browser without a session still has a cookie: its csrf token is a keyed digest of the cookie's value, so that a
//! page can be shown to a stranger without a row being written. A row begins when something has to be kept.

use std::sync::Arc;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::COOKIE;
use axum::http::header::ORIGIN;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::Response;

use crate::app::App;
use crate::protocol::AuditEvent;
use crate::protocol::Digest;
use crate::protocol::Form;
use crate::protocol::HmacKey;
use crate::protocol::Secret;
use crate::protocol::Timestamp;
use crate::protocol::cookie_value;
use crate::root_secret;
use crate::store;
use crate::store::BrowserSession;
use crate::store::SignIn;
use crate::store::StoreError;
use crate::web::form::Unreadable;
use crate::web::form::read_form;
use crate::web::pages::PageError;
use crate::web::reader::Reader;
use crate::web::waiting::Hints;
use crate::web::waiting::Next;
use crate::web::waiting::Waiting;

/// The cookie of a session.
const SESSION: &str = "grantd";

/// A browser, by its cookie.
pub(crate) struct Browser {
    cookie: Secret,
    is_new: bool,
    session: Option<BrowserSession>,
    reader: Reader,
}

/// A posted form that came from a page of ours in this browser.
pub(crate) struct PostedForm {
    /// The browser.
    pub(crate) browser: Browser,
    /// What was posted.
    pub(crate) form: Form,
}

impl Browser {
    /// Finds the session of a cookie.
    pub(crate) async fn of(app: &App, parts: &Parts) -> Result<Self, StoreError> {
        let reader = Reader::of(app, parts);
        match cookie(&parts.headers, &cookie_name(app, SESSION)) {
            Some(value) => Self::known(app, Secret::presented(value), reader).await,
            None => Ok(Self::fresh(app, reader)),
        }
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
    ) -> Result<(), StoreError> {
        let browser = Self { cookie: cookie_of_program(token), ..Self::fresh(app, Reader::of(app, parts)) };
        let expires_at = app.clock.now() + app.settings.sessions.absolute;
        let session = BrowserSession { expires_at, sign_in: Some(sign_in), ..browser.anonymous(app) };
        // It takes no other session's place.
        store::replace_browser_session(&app.db, &browser.digest(), &session, event).await
    }

    /// The session of this cookie, whose idle end is put off once a minute.
    async fn known(app: &App, cookie: Secret, reader: Reader) -> Result<Self, StoreError> {
        let now = app.clock.now();
        let session = store::find_browser_session(&app.db, &cookie.digest(), now).await?;
        if let Some(session) = &session {
            let idle_until = (now + app.settings.sessions.idle).min(session.expires_at);
            if idle_until.since(session.idle_until).as_secs() >= 60 {
                store::touch_browser_session(&app.db, &session.digest, idle_until).await?;
            }
        }
        Ok(Self { cookie, is_new: false, session, reader })
    }

    /// Looks at the session again: it may have ended meanwhile.
    pub(crate) async fn again(&self, app: &App) -> Result<Self, StoreError> {
        let session = store::find_browser_session(&app.db, &self.digest(), app.clock.now()).await?;
        Ok(Self { session, is_new: self.is_new, cookie: self.cookie.clone(), reader: self.reader.clone() })
    }

    /// Whether the session is still there.
    pub(crate) async fn is_live(&self, app: &App) -> Result<bool, StoreError> {
        Ok(store::find_browser_session(&app.db, &self.digest(), app.clock.now()).await?.is_some())
    }

    /// A signed-in session in this browser under a cookie that nobody has seen yet: to be written with what ends this one.
    pub(crate) fn renewed(&self, app: &App, sign_in: SignIn) -> (Self, BrowserSession) {
        let browser = self.as_stranger(app);
        let expires_at = app.clock.now() + app.settings.sessions.absolute;
        let session = BrowserSession { expires_at, sign_in: Some(sign_in), ..browser.anonymous(app) };
        (Self { session: Some(session.clone()), ..browser }, session)
    }

    /// This browser once its session is over, with a cookie that nobody has seen yet.
    pub(crate) fn as_stranger(&self, app: &App) -> Self {
        Self::fresh(app, self.reader.clone())
    }

    fn fresh(app: &App, reader: Reader) -> Self {
        Self { cookie: Secret::from_random("", app.entropy.secret()), is_new: true, session: None, reader }
    }

    /// What the request says of who reads.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The csrf token for every form shown in this browser. It changes when the cookie does: at login and logout.
    pub(crate) fn csrf(&self, app: &App) -> String {
        self.csrf_under(&app.csrf_key)
    }

    fn csrf_under(&self, key: &HmacKey) -> String {
        key.digest(self.cookie.reveal().as_bytes()).hex()
    }

    /// Whether a form was shown in this browser, maybe by a server whose root secret is being changed for ours.
    pub(crate) fn was_shown(&self, app: &App, csrf: &str) -> bool {
        let mut keys = std::iter::once(&app.csrf_key).chain(&app.former_csrf_keys);
        keys.any(|key| Secret::presented(&self.csrf_under(key)).same_as(csrf))
    }

    /// The digest that stands for this session in claims.
    pub(crate) fn digest(&self) -> Digest {
        self.cookie.digest()
    }

    /// Who is signed in.
    pub(crate) fn sign_in(&self) -> Option<&SignIn> {
        self.session.as_ref().and_then(|session| session.sign_in.as_ref())
    }

    /// Who signed in recently enough to give a device access (requirement U-13), as far as that can be said before the
    /// code is looked up: the client of the code may want a fresher login.
    pub(crate) fn fresh_sign_in(&self, app: &App, now: Timestamp) -> Option<&SignIn> {
        self.sign_in().filter(|sign_in| now.since(sign_in.auth_time) <= app.clients.longest_max_auth_age())
    }

    /// What waits.
    pub(crate) fn next(&self) -> Option<Next> {
        Some(self.waiting()?.next)
    }

    /// Who is expected to log in, as the link said that brought a code here.
    pub(crate) fn hints(&self) -> Hints {
        self.waiting().map(|waiting| waiting.hints).unwrap_or_default()
    }

    /// Names what waits, for the login page that is shown because of it: another tab may put something else in its place.
    pub(crate) fn name_of_next(&self) -> Option<String> {
        let next = serde_json::to_vec(&self.next()?).ok()?;
        let key = root_secret::derive(self.cookie.reveal().as_bytes(), "the name of what waits");
        Some(HmacKey::new(&key).digest(&next).hex())
    }

    fn waiting(&self) -> Option<Waiting> {
        let sealed = self.session.as_ref()?.sealed_next.as_deref()?;
        let plain = root_secret::open(&self.seal(), b"", sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Keeps something for after the login, sealed under the cookie, of which the database has only a digest (D-11).
    pub(crate) async fn keep(&mut self, app: &App, next: Next) -> Result<(), StoreError> {
        let hints = Hints { login_hint: None, ..self.hints() };
        self.keep_hinted(app, next, hints).await
    }

    /// The same, with what a link said of who will log in.
    pub(crate) async fn keep_hinted(&mut self, app: &App, next: Next, hints: Hints) -> Result<(), StoreError> {
        let sealed = Some(self.sealed(&Waiting { next, hints }));
        if let Some(session) = &mut self.session {
            store::keep_for_later(&app.db, &session.digest, sealed.clone()).await?;
            session.sealed_next = sealed;
        } else {
            let session = BrowserSession { sealed_next: sealed, ..self.anonymous(app) };
            store::add_browser_session(&app.db, &session).await?;
            self.session = Some(session);
        }
        Ok(())
    }

    /// Forgets what waited.
    pub(crate) async fn forget(&mut self, app: &App) -> Result<(), StoreError> {
        if let Some(session) = self.session.as_mut().filter(|session| session.sealed_next.is_some()) {
            store::keep_for_later(&app.db, &session.digest, None).await?;
            session.sealed_next = None;
        }
        Ok(())
    }

    /// Counts a code against this session; false when it has none left and must log in anew.
    pub(crate) async fn count_code(&mut self, app: &App) -> Result<bool, StoreError> {
        if self.session.is_none() {
            let session = self.anonymous(app);
            store::add_browser_session(&app.db, &session).await?;
            self.session = Some(session);
        }
        store::count_wrong_code(&app.db, &self.digest(), app.settings.limits.wrong_codes_session).await
    }

    /// Whether who is signed in here has entered a right code before (requirement E-03).
    pub(crate) fn is_known(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.sign_in.is_some() && session.right_code_at.is_some())
    }

    /// Begins a signed-in session under a new cookie; the old one never becomes signed in (fixation).
    pub(crate) async fn sign_in_as(
        &mut self,
        app: &App,
        sign_in: SignIn,
        event: &AuditEvent,
    ) -> Result<(), StoreError> {
        let waiting = self.waiting();
        let old = self.digest();
        // Who logs in again is as well known as before; the next person is not.
        let right_code_at = self.session.as_ref().and_then(|session| {
            session.right_code_at.filter(|_| session.sign_in.as_ref().is_some_and(|old| old.subject == sign_in.subject))
        });
        *self = Self::fresh(app, self.reader.clone());
        let session = BrowserSession {
            right_code_at,
            sealed_next: waiting.map(|waiting| self.sealed(&waiting)),
            expires_at: app.clock.now() + app.settings.sessions.absolute,
            sign_in: Some(sign_in),
            ..self.anonymous(app)
        };
        store::replace_browser_session(&app.db, &old, &session, event).await?;
        self.session = Some(session);
        Ok(())
    }

    /// Ends the session here and in the browser.
    pub(crate) async fn sign_out(&mut self, app: &App) -> Result<(), StoreError> {
        store::delete_browser_session(&app.db, &self.digest()).await?;
        *self = Self::fresh(app, self.reader.clone());
        Ok(())
    }

    /// Sends the cookie along, if the browser does not have it yet.
    pub(crate) fn answer(&self, app: &App, mut response: Response) -> Response {
        if self.is_new {
            let secure = if app.is_https() { "; Secure" } else { "" };
            let cookie = format!(
                "{}={}; Path=/; HttpOnly; SameSite=Lax{secure}",
                cookie_name(app, SESSION),
                self.cookie.reveal()
            );
            if let Ok(mut value) = HeaderValue::try_from(cookie) {
                value.set_sensitive(true);
                response.headers_mut().append(SET_COOKIE, value);
            }
        }
        response
    }

    fn anonymous(&self, app: &App) -> BrowserSession {
        let now = app.clock.now();
        let idle_until = now + app.settings.sessions.idle;
        BrowserSession {
            digest: self.digest(),
            created_at: now,
            expires_at: idle_until,
            idle_until,
            sign_in: None,
            sealed_next: None,
            right_code_at: None,
        }
    }

    fn sealed(&self, waiting: &Waiting) -> Vec<u8> {
        root_secret::seal(&self.seal(), b"", &serde_json::to_vec(waiting).unwrap_or_default())
    }

    fn seal(&self) -> [u8; 32] {
        root_secret::derive(self.cookie.reveal().as_bytes(), "what waits for a login")
    }
}

impl FromRequestParts<Arc<App>> for Browser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        Ok(Self::of(app, parts).await?)
    }
}

impl FromRequest<Arc<App>> for PostedForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        if !same_origin(&parts.headers, app) {
            return Err(PageError::Stale);
        }
        let browser = Browser::of(app, &parts).await?;
        let patience = app.settings.listen.read_timeout;
        let form = read_form(&parts.headers, body, patience).await.map_err(|unreadable| match unreadable {
            Unreadable::TooSlow => PageError::TooSlow,
            Unreadable::TooLarge => PageError::TooLarge,
            Unreadable::Malformed(_) => PageError::Malformed,
        })?;
        if browser.is_new || !form.get("csrf").is_some_and(|csrf| browser.was_shown(app, csrf)) {
            return Err(PageError::Stale);
        }
        Ok(Self { browser, form })
    }
}

/// Whether a POST came from a page of ours, as far as the browser says. `Origin: null` is what browsers send with
/// `Referrer-Policy: no-referrer`, so it decides nothing; an old browser that says nothing has the csrf token alone.
pub(in crate::web) fn same_origin(headers: &HeaderMap, app: &App) -> bool {
    let fetch_site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let ours = app.issuer.origin().ascii_serialization();
    fetch_site.is_none_or(|site| site == b"same-origin")
        && origin.is_none_or(|origin| origin == b"null" || origin == ours.as_bytes())
}

/// A program's token is no cookie of a page, whatever it is sent as: no header can hold the character that this begins with.
fn cookie_of_program(token: &Secret) -> Secret {
    Secret::presented(&format!("\u{1}{}", token.reveal()))
}

/// Whether a request has the cookie of a page.
pub(in crate::web) fn has_page_cookie(app: &App, headers: &HeaderMap) -> bool {
    cookie(headers, &cookie_name(app, SESSION)).is_some()
}

/// The `__Host-` prefix makes browsers insist on `Secure` and on this very host, against cookies that a sister host plants;
/// it cannot be had without https, which only an issuer on loopback goes without. The price is `Path=/`: of two issuers on
/// one host, each is sent the cookie of the other. So the path is in the name, or each login would overwrite the other's.
/// In it `+` stands for a slash: no path of an issuer holds a `+`, so two paths never share a name. (A path begins with a `-`
/// there, so no cookie may have a `-` in its own name.)
pub(in crate::web) fn cookie_name(app: &App, cookie: &str) -> String {
    let prefix = if app.is_https() { "__Host-" } else { "" };
    format!("{prefix}{cookie}{}", app.base().replacen('/', "-", 1).replace('/', "+"))
}

pub(in crate::web) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie_value(headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()), name)
}
