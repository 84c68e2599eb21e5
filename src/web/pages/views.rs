//! What each template is given: one struct for each. What a page says stands in its template, in which words in
//! [`words`](words).
//!
//! Names that a client or a device chose must have gone through
//! [`display_text`](protocol::display_text); HTML escaping is done by the templates.

use std::time::Duration;

use askama::Template;

use super::{QrCode, ShownCode, Span};
use crate::flow::consent::{Answers, MissingAnswer};
use crate::flow::log_in::LoginRefusal;
use protocol::{CodeCharacters, CodeOutline, Demand, Proximity};
use words::{Language, Said};

/// What all pages share. Not `Debug`: it holds the CSRF token of a session.
#[derive(Clone)]
pub struct Frame {
    /// The name of the service.
    pub brand: String,
    /// The host of the issuer: in every title, so that people can see where they are (RFC 8628 section 5.3).
    pub issuer_host: String,
    /// URLs of the stylesheets, each laid over those before it.
    pub stylesheets: Vec<String>,
    /// URL of the operator's picture beside the name; none: grantd's own.
    pub logo: Option<String>,
    /// URL of the icon.
    pub icon: String,
    /// Where the operator says more.
    pub links: Links,
    /// The issuer's path, which every link and every form begins with; empty when it has none.
    pub base: String,
    /// URL of the page where codes are typed, or of the account where none are taken.
    pub home: String,
    /// The session's CSRF token, for every form. The error page has no form and needs none.
    pub csrf: String,
    /// The language that the page speaks.
    pub language: Language,
    /// The languages that it could speak.
    pub languages: Vec<Language>,
    /// The name of the page, for coming back to it in another language.
    pub place: String,
}

impl Frame {
    /// A message in the language of the page. See [`Said`] for its values.
    pub fn say(&self, id: &'static str) -> Said {
        Said::new(self.language, id)
    }
}

/// Where the operator says more, at the foot of every page.
#[derive(Clone, Default)]
pub struct Links {
    /// The terms of use.
    pub terms: Option<String>,
    /// What happens to people's data.
    pub privacy: Option<String>,
    /// Where help is; it may be a `mailto:` link.
    pub support: Option<String>,
}

impl Links {
    /// Whether there is one.
    pub fn any(&self) -> bool {
        self.terms.is_some() || self.privacy.is_some() || self.support.is_some()
    }
}

/// "Enter the code": `GET /device`.
#[derive(Template)]
#[template(path = "enter_code.html")]
pub struct EnterCode {
    /// What all pages share.
    pub frame: Frame,
    /// Who is signed in in this browser.
    pub account: Option<String>,
    /// How far the code has come.
    pub form: CodeForm,
    /// How codes of this server look.
    pub examples: Vec<CodeOutline>,
    /// How to go on with the phone; none where a code is at hand already.
    pub phone: Option<Phone>,
    /// Whether case tells codes apart, so that no keyboard and no style may change it.
    pub cases_differ: bool,
}

impl EnterCode {
    /// The examples that are shown, tied to the field. Whoever has to find theirs among more reads for longer than they look.
    fn shown_examples(&self) -> &[CodeOutline] {
        if self.examples.len() > 3 { &[] } else { &self.examples }
    }
}

/// This page on another device.
pub struct Phone {
    /// Its address, as one would read it out.
    pub address: String,
    /// The address as a QR code. It never holds a code.
    pub picture: QrCode,
}

/// How far the code has come.
pub enum CodeForm {
    /// Nothing was typed yet.
    Blank,
    /// It came in a link or a QR code (`verification_uri_complete`, RFC 8628 section 3.3.1): the person must compare it.
    FromLink(ShownCode),
    /// It was typed and leads nowhere.
    Refused {
        /// What was typed, as it was typed, for mending.
        typed: String,
        /// The code that came in a link, if it did: sent again, it is no typed one.
        linked: Option<String>,
        /// Why not.
        refusal: CodeRefusal,
    },
}

/// Why a typed code leads nowhere.
#[derive(Clone, Copy)]
pub enum CodeRefusal {
    /// The field was empty.
    Empty,
    /// Unknown, expired, decided or somebody else's: one answer for all (requirements U-03).
    Unknown,
    /// Too many wrong codes (RFC 8628 section 5.1): no code is looked up for this long.
    TooMany(Duration),
    /// Too many wrong codes of other people (requirements E-03): no code is looked up in a new session for this long.
    Closed(Duration),
}

/// "Sign in": `GET /login`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// What all pages share.
    pub frame: Frame,
    /// Why it is asked.
    pub occasion: Occasion,
    /// Names what the login goes on with, for the form.
    pub continuation: Option<String>,
    /// URL of the request that waits, where its claim can be given back for another account.
    pub release: Option<String>,
    /// The username as it was typed, or that of the session to be renewed, or what the device said; else empty.
    pub username: String,
    /// What went wrong last time.
    pub(crate) failure: Option<LoginRefusal>,
}

/// Why somebody is asked to log in.
pub enum Occasion {
    /// No code waits.
    Plain,
    /// A code was typed or came by link, and is kept (requirements U-02).
    CodeWaits,
    /// A decision needs a login that is fresh (requirements U-13); the code is kept.
    Again,
    /// Too many codes were wrong in this browser (requirement E-01).
    TooManyCodes,
    /// Somebody wants to see their account.
    Account,
    /// A step in the account needs a login that is fresh.
    AccountAgain,
}

/// "Allow this?": `GET /device/request/{handle}`, all that a person should see before deciding (RFC 8628 section 5.4).
#[derive(Template)]
#[template(path = "decision.html")]
pub struct DecisionPage {
    /// What all pages share.
    pub frame: Frame,
    /// URL of this request's page, where the decision is posted.
    pub action: String,
    /// Name of the application.
    pub app: String,
    /// Whether the operator of this service has made sure who is behind that name.
    pub is_verified: bool,
    /// The account in use.
    pub account: String,
    /// Each scope that comes with an approval, in the operator's words for people; none is a truth too.
    pub scopes: Vec<String>,
    /// Those that may be left out.
    pub optional: Vec<OptionalScope>,
    /// Their tokens, sent along, so that nothing else is decided than what was shown.
    pub offered: String,
    /// What it is for, in the operator's names (RFC 8707); none: what this server's tokens are for anyway.
    pub resources: Vec<String>,
    /// How long it is allowed.
    pub access: Access,
    /// Where the request came from.
    pub origin: RequestOrigin,
    /// The code, to compare with the device.
    pub code: ShownCode,
    /// The numbers of which the device shows one, for a client that opted in (requirement B-04).
    pub numbers: Option<[String; 3]>,
    /// How long the code can still be used.
    pub code_lasts: Span,
    /// What an approval takes beside the tick "this device is with me".
    pub demand: Demand,
    /// What was answered, when the page is shown again.
    pub answers: Answers,
}

impl DecisionPage {
    /// Whether this answer is missing, and has to be given before anything can be approved.
    fn lacks(&self, answer: MissingAnswer) -> bool {
        self.answers.missing == Some(answer)
    }

    /// Whether the ticks of the optional scopes have to be changed.
    fn has_scope_error(&self) -> bool {
        self.lacks(MissingAnswer::Scope) || self.lacks(MissingAnswer::ChangedScope)
    }

    /// Whether something can be corrected. A request that cannot be approved from here has no error.
    fn has_error(&self) -> bool {
        self.answers.missing.is_some() && !self.lacks(MissingAnswer::Nearness)
    }
}

/// A scope that may be left out, and is unless it is ticked.
pub struct OptionalScope {
    /// The scope token.
    pub token: String,
    /// The operator's words for people.
    pub words: String,
    /// Whether it was ticked, when the page is shown again.
    pub ticked: bool,
}

/// How long a device may do what is allowed.
pub enum Access {
    /// Until its access token ends.
    Lasts(Span),
    /// It gets a refresh token, so it stays signed in until this ends at the latest, whatever happens in this browser.
    StaysSignedIn(Span),
    /// It gets one if staying signed in is ticked.
    StaysIfTicked {
        /// Without it.
        lasts: Span,
        /// With it.
        stays: Span,
    },
}

/// Where a request came from.
pub struct RequestOrigin {
    /// The network address that asked.
    pub address: String,
    /// That of the browser which looks at it.
    pub yours: String,
    /// Whether both are in one place.
    pub proximity: Proximity,
    /// What the device calls itself, by [`device_name`](protocol::device_name).
    pub device: Option<String>,
    /// How long ago it asked.
    pub age: Span,
}

/// What became of a request: the same URL as the decision, once there is nothing to decide.
#[derive(Template)]
#[template(path = "outcome.html")]
pub struct OutcomePage {
    /// What all pages share.
    pub frame: Frame,
    /// Name of the application.
    pub app: String,
    /// The account in use.
    pub account: String,
    /// URL of this request's page, where a change of mind is posted.
    pub action: String,
    /// What is true now.
    pub end: End,
}

/// How a request ended.
pub enum End {
    /// Approved; the device has not asked yet, so it can still be denied. With what was allowed, in the operator's words:
    /// nobody may have asked.
    Approved(Vec<String>),
    /// Approved, and the device has to send this PIN first, for a client that opted in (requirement B-04).
    WaitsForPin(ShownCode),
    /// Approved, and the device has its tokens.
    SignedIn,
    /// It had, and they have ended: by this person, by its client, or by themselves.
    SignedOut,
    /// The person did not start it, and has said so. Nothing of it is left.
    Reported {
        /// Whether the device had its tokens until then.
        was_signed_in: bool,
    },
    /// Denied by this person.
    Denied,
    /// Denied because another number was picked than the device shows (requirement B-04).
    WrongNumber,
    /// Denied because the device sent too many wrong PINs (requirement B-04).
    WrongPins,
    /// Nobody decided in time.
    Expired,
}

/// Something that no other page can tell: 4xx and 5xx.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What all pages share.
    pub frame: Frame,
    /// What happened, as far as it is any business of the reader's (requirements W-09).
    pub fault: Fault,
    /// Finds the event in the log.
    pub reference: String,
    /// The nearest way on, besides another code.
    pub way: Way,
    /// Whether codes are typed at all.
    pub takes_codes: bool,
}

/// The nearest way on from an error.
pub enum Way {
    /// There is none but another code.
    Code,
    /// The page that was asked for can be opened anew: its URL.
    SamePage(String),
    /// Somebody else may be meant to see it.
    AnotherAccount,
}

/// What a person can be told about an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 400, 413, 415: a form that no page of ours sends.
    Malformed,
    /// 408: the form did not arrive in time.
    TooSlow,
    /// 421: the browser asked for another host.
    Misdirected,
    /// 403: the form's session has ended, or it came from another site.
    Stale,
    /// 404: there is no such page, or it is no business of the person's.
    NotFound,
    /// 405: the page is there, but not for this method.
    Method,
    /// 409: the account changed since the page was shown (requirements U-10).
    OtherAccount,
    /// 409: nobody may approve such a request at present (requirement B-06).
    Held,
    /// 503: a part is down, and nothing was decided.
    Unavailable,
    /// 500.
    Internal,
}
