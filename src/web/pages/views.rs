//! The values of the templates: one struct for each. A template says what its page says; [`words`] has the words.
//!
//! Names that a client or a device chose must have gone through [`display_text`](protocol::display_text). The templates escape
//! HTML.

use std::time::Duration;

use askama::Template;

use super::{PageError, QrCode, ShownCode, Span};
use crate::flow::consent::{Answers, MissingAnswer};
use crate::flow::enter_code::CodeRefusal;
use crate::flow::log_in::LoginRefusal;
use crate::flow::review::RequestStatus;
use protocol::{CodeCharacters, CodeOutline, Demand, Incomparable, Proximity, Timestamp};
use settings::BrandingSettings;
use words::{Language, Said};

/// What all pages share. Not `Debug`: it holds the CSRF token of a session.
#[derive(Clone)]
pub struct Frame {
    /// The name of the service, and where the operator says more.
    pub branding: BrandingSettings,
    /// The host of the issuer, in every title, so that people see where they are (RFC 8628 section 5.3).
    pub issuer_host: String,
    /// URLs of the stylesheets, in their order.
    pub stylesheets: Vec<String>,
    /// URL of the operator's picture beside the name; none: grantd's own.
    pub logo: Option<String>,
    /// URL of the icon.
    pub icon: String,
    /// The issuer's path, which every link and every form begins with; empty when it has none.
    pub base: String,
    /// URL of the page where codes are typed, or of the account where none are taken.
    pub home: String,
    /// Whether codes are taken.
    pub takes_codes: bool,
    /// The session's CSRF token, for every form. The error page has no form and no token.
    pub csrf: String,
    /// The language that the page speaks.
    pub language: Language,
    /// The languages that are offered.
    pub languages: Vec<Language>,
    /// The path of the page below the issuer, for coming back to it in another language.
    pub place: String,
}

impl Frame {
    /// A message in the language of the page. See [`Said`] for its values.
    pub fn say(&self, id: &'static str) -> Said {
        Said::new(self.language, id)
    }

    /// Whether the operator says more elsewhere, which the foot of every page links to.
    pub fn has_links(&self) -> bool {
        let BrandingSettings { terms_url, privacy_url, support, .. } = &self.branding;
        [terms_url, privacy_url, support].into_iter().any(Option::is_some)
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
    pub(crate) form: CodeForm,
    /// The outlines of this server's codes.
    pub examples: Vec<CodeOutline>,
    /// How to go on with a phone; none where a code is known already.
    pub phone: Option<Phone>,
    /// Whether case tells codes apart, so that no keyboard and no style may change it.
    pub cases_differ: bool,
    /// When the page is shown.
    pub now: Timestamp,
}

impl EnterCode {
    /// How long no code is looked up.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template passes references")]
    fn wait(&self, until: &Timestamp) -> Span {
        Span::at_most(until.since(self.now))
    }

    /// The examples that are shown, tied to the field. To find the right one among more than three takes too long.
    fn shown_examples(&self) -> &[CodeOutline] {
        if self.examples.len() > 3 { &[] } else { &self.examples }
    }
}

/// This page on another device.
pub struct Phone {
    /// Its address, in a form to read out.
    pub address: String,
    /// The address as a QR code. It never holds a code.
    pub picture: QrCode,
}

/// How far the code has come.
pub(crate) enum CodeForm {
    /// Nothing was typed yet.
    Blank,
    /// A code came in a link or a QR code (`verification_uri_complete`, RFC 8628 section 3.3.1): the person must compare it.
    FromLink(ShownCode),
    /// A code was typed that leads nowhere.
    Refused {
        /// What was typed, to be corrected.
        typed: String,
        /// The code that came in a link, if one did: when it is sent again, it is not a typed one.
        linked: Option<String>,
        /// Why not; none: nothing was typed.
        refusal: Option<CodeRefusal>,
    },
}

/// "Sign in": `GET /login`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// What all pages share.
    pub frame: Frame,
    /// The message that says why.
    pub occasion: &'static str,
    /// How long no other code is accepted, after too many wrong ones.
    pub codes_wait: Option<Duration>,
    /// The sealed name of what the login goes on with, for the form.
    pub continuation: Option<String>,
    /// URL of the request that waits, if its claim can be given back for another account.
    pub release: Option<String>,
    /// The username that was typed, or that of the session to renew, or the hint of the device; else empty.
    pub username: String,
    /// What went wrong last time.
    pub(crate) failure: Option<LoginRefusal>,
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
    /// Whether the operator has verified who is behind that name.
    pub is_verified: bool,
    /// The account in use.
    pub account: String,
    /// Each scope that comes with an approval, in words for people. There may be none.
    pub scopes: Vec<String>,
    /// Those that may be left out.
    pub optional: Vec<OptionalScope>,
    /// Their tokens, which the form sends, so that the decision is on what was shown.
    pub offered: String,
    /// The resources, in the operator's names (RFC 8707); none: the default audience.
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
    /// What an approval needs besides the tick "this device is with me".
    pub demand: Demand,
    /// The answers, when the page is shown again.
    pub answers: Answers,
}

impl DecisionPage {
    /// Whether this answer is missing, and has to be given before anything can be approved.
    fn lacks(&self, answer: MissingAnswer) -> bool {
        self.answers.missing.contains(&answer)
    }

    /// Whether this answer is the first that is missing: it has the focus, and it alone is announced.
    fn is_first(&self, answer: MissingAnswer) -> bool {
        self.answers.missing.first() == Some(&answer)
    }

    /// What stands before the first answer that is missing.
    fn opening(&self) -> Said {
        let is_one = self.answers.missing.len() == 1;
        self.frame.say(if is_one { "decision-nothing-yet" } else { "decision-several-missing" })
    }

    /// Whether this number was picked before.
    fn is_picked(&self, number: &str) -> bool {
        self.answers.picked.as_deref() == Some(number)
    }

    /// Whether the ticks of the optional scopes must change.
    fn has_scope_error(&self) -> bool {
        self.lacks(MissingAnswer::Scope) || self.lacks(MissingAnswer::ChangedScope)
    }

    /// Whether something can be corrected. A request that cannot be approved from here has no error.
    fn has_error(&self) -> bool {
        !self.answers.missing.is_empty() && !self.lacks(MissingAnswer::Nearness)
    }
}

/// A scope that may be left out, and is unless it is ticked.
pub struct OptionalScope {
    /// The scope token.
    pub token: String,
    /// What it allows, in words for people.
    pub words: String,
}

/// How long the access of a device lasts.
pub enum Access {
    /// Until its access token ends.
    Lasts(Span),
    /// It gets a refresh token, so it stays signed in until this ends at the latest, whatever happens in this browser.
    StaysSignedIn(Span),
    /// It gets a refresh token if staying signed in is ticked.
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
    /// The network address of the browser.
    pub yours: String,
    /// Whether both are in one network.
    pub proximity: Proximity,
    /// What the device calls itself, by [`device_name`](protocol::device_name).
    pub device: Option<String>,
    /// How long ago it asked.
    pub age: Span,
}

/// What became of a request: at the URL of the decision, once there is nothing to decide.
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
    pub(crate) outcome: RequestStatus,
    /// Whether the person has just tried to deny it, and the device had signed in.
    pub is_too_late: bool,
    /// What was allowed, in words for people: nobody may have asked.
    pub scopes: Vec<String>,
}

/// A page of an error: 4xx and 5xx.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What all pages share.
    pub frame: Frame,
    /// What happened.
    pub(crate) error: PageError,
    /// The name of the request in the log.
    pub reference: String,
    /// The nearest way on besides another code: its URL, and the message on its button.
    pub way: Option<(String, &'static str)>,
}
