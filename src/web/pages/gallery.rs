//! Every page in every state: the pages that the tests judge and the screenshots show.

use std::time::Duration;

use askama::Template;

use crate::flow::enter_code::CodeRefusal;
use crate::flow::log_in::LoginRefusal;
use protocol::{CodeCharacters, CodeOutline, Timestamp};
use settings::BrandingSettings;

pub(super) use super::account::gallery::HOSTILE;
use super::no_cookie::NoCookie;
use super::views::{CodeForm, EnterCode, ErrorPage, Frame, LoginPage, Phone};
use super::{PageError, QrCode, ShownCode, account, decision};
use words::Language;

/// Every page in every state, in one language, by a name fit for a file.
pub(in crate::web) fn pages(language: Language) -> Vec<(String, String)> {
    let frame = &frame(language);
    let (decisions, accounts) = (decision::gallery::pages(frame), account::gallery::pages(frame));
    [enter_code(frame), login(frame), decisions, accounts, no_cookie(frame), error(frame)]
        .concat()
        .into_iter()
        .map(|(name, page)| (name.to_owned(), page))
        .collect()
}

fn frame(language: Language) -> Frame {
    Frame {
        branding: BrandingSettings {
            name: "grantd".to_owned(),
            logo: None,
            accent: None,
            accent_dark: None,
            terms_url: None,
            privacy_url: None,
            support: None,
            stylesheet: None,
        },
        issuer_host: "login.example.com".to_owned(),
        stylesheets: vec!["/static/style.css?v=1".to_owned()],
        logo: None,
        icon: "/static/favicon.svg?v=1".to_owned(),
        base: String::new(),
        home: "/device".to_owned(),
        takes_codes: true,
        csrf: "token-of-the-session".to_owned(),
        language,
        languages: Language::ALL.to_vec(),
        place: "/device".to_owned(),
    }
}

/// The frame of an operator who set everything.
fn branded(frame: &Frame) -> Frame {
    let url = |url: &str| Some(url.to_owned());
    Frame {
        branding: BrandingSettings {
            name: "Aurora Films & Series".to_owned(),
            terms_url: url("https://www.example.com/terms"),
            privacy_url: url("https://www.example.com/privacy"),
            support: url("help@example.com"),
            ..frame.branding.clone()
        },
        stylesheets: ["style", "accent", "extra"].map(|name| format!("/static/{name}.css?v=1")).to_vec(),
        logo: url("/static/logo.svg?v=1"),
        ..frame.clone()
    }
}

fn code() -> ShownCode {
    ShownCode::new("WDJB-MJHT")
}

/// Letters in groups of these lengths.
fn outline(groups: &[usize]) -> CodeOutline {
    let groups: Vec<_> = groups.iter().map(|length| vec![None; *length]).collect();
    CodeOutline { characters: CodeCharacters::Letters, places: groups.join(&Some('-')) }
}

fn letters() -> CodeOutline {
    outline(&[4, 4])
}

fn alice() -> String {
    "alice".to_owned()
}

fn enter_code(frame: &Frame) -> Vec<(&'static str, String)> {
    let now = Timestamp::from_millis(0);
    let phone = || {
        let picture = QrCode::of("https://login.example.com/device").unwrap();
        Some(Phone { address: "login.example.com/device".to_owned(), picture })
    };
    let page = |account, form| {
        let phone = phone().filter(|_| matches!(form, CodeForm::Blank));
        let examples = vec![letters()];
        EnterCode { frame: frame.clone(), account, form, examples, phone, cases_differ: false, now }.render().unwrap()
    };
    let blank = |frame, examples| EnterCode {
        frame,
        account: None,
        form: CodeForm::Blank,
        examples,
        phone: phone(),
        cases_differ: false,
        now,
    };
    let branded = blank(branded(frame), vec![letters()]);
    let digits = CodeOutline { characters: CodeCharacters::Digits, ..outline(&[3, 3, 3]) };
    let longest = CodeOutline { characters: CodeCharacters::Both, ..outline(&[32]) };
    let refused = |typed: &str, refusal: CodeRefusal| CodeForm::Refused {
        typed: typed.to_owned(),
        linked: Some(typed.to_owned()),
        refusal: Some(refusal),
    };
    let empty = CodeForm::Refused { typed: String::new(), linked: Some(String::new()), refusal: None };
    let closed = CodeRefusal::Closed(now + Duration::from_mins(11));
    let exhausted = CodeRefusal::Exhausted(now + Duration::from_mins(15));
    vec![
        ("code", page(None, CodeForm::Blank)),
        ("code-signed-in", page(Some(alice()), CodeForm::Blank)),
        ("code-branded", branded.render().unwrap()),
        ("code-three-looks", blank(frame.clone(), vec![letters(), digits, longest]).render().unwrap()),
        ("code-many-looks", blank(frame.clone(), (6..10).map(|length| outline(&[length])).collect()).render().unwrap()),
        ("code-link", page(None, CodeForm::FromLink(code()))),
        ("code-link-signed-in", page(Some(alice()), CodeForm::FromLink(ShownCode::new("WDJB-MJHT-QRXZ")))),
        ("code-empty", page(None, empty)),
        ("code-unknown", page(Some(alice()), refused("wdjb mjhx", CodeRefusal::Unknown))),
        ("code-hostile", page(Some(HOSTILE.to_owned()), refused(HOSTILE, CodeRefusal::Unknown))),
        ("code-closed", page(Some(alice()), refused("WDJB-MJHX", closed))),
        ("code-throttled", page(Some(alice()), refused("WDJB-MJHX", exhausted))),
    ]
}

fn login(frame: &Frame) -> Vec<(&'static str, String)> {
    let framed = |frame, occasion, username: &str, failure| {
        let release = (occasion == "login-again").then(|| "/device/request/h4ndle".to_owned());
        let continuation = (occasion != "login-to-go-on").then(|| "v1.6e616d65".to_owned());
        let codes_wait = (occasion == "login-too-many-codes").then(|| Duration::from_mins(8));
        let username = username.to_owned();
        LoginPage { frame, occasion, codes_wait, continuation, release, username, failure }.render().unwrap()
    };
    let page = |occasion, username, failure| framed(frame.clone(), occasion, username, failure);
    let wait = Duration::from_mins(2);
    vec![
        ("login", page("login-to-go-on", "", None)),
        ("login-branded", framed(branded(frame), "login-to-go-on", "", None)),
        ("login-code-waits", page("login-code-kept", "", None)),
        ("login-again", page("login-again", "alice", None)),
        ("login-locked", page("login-too-many-codes", "", None)),
        ("login-account", page("login-account", "", None)),
        ("login-account-again", page("login-account-again", "alice", None)),
        ("login-wrong", page("login-code-kept", "alice", Some(LoginRefusal::WrongCredentials))),
        ("login-throttled", page("login-code-kept", "alice", Some(LoginRefusal::TooMany(wait)))),
        ("login-account-locked", page("login-to-go-on", "alice", Some(LoginRefusal::Locked))),
        ("login-account-locked-branded", framed(branded(frame), "login-to-go-on", "alice", Some(LoginRefusal::Locked))),
        ("login-hostile", page("login-to-go-on", HOSTILE, Some(LoginRefusal::WrongCredentials))),
    ]
}

fn no_cookie(frame: &Frame) -> Vec<(&'static str, String)> {
    let page =
        |code, is_linked, same_page| NoCookie { frame: frame.clone(), code, is_linked, same_page }.render().unwrap();
    let code = || Some("WDJB-MJHT".to_owned());
    vec![
        ("no-cookie-code", page(code(), false, None)),
        ("no-cookie-link", page(code(), true, None)),
        ("no-cookie-login", page(None, false, Some("/login".to_owned()))),
    ]
}

fn error(frame: &Frame) -> Vec<(&'static str, String)> {
    let with = |error, way, takes_codes| {
        let reference = "7f3a9c41".to_owned();
        ErrorPage { frame: Frame { takes_codes, ..frame.clone() }, error, reference, way }.render().unwrap()
    };
    let to = |error, way| with(error, way, true);
    let page = |error| to(error, None);
    let again = || Some(("/device/request/h4ndle".to_owned(), "error-same-page"));
    let another_account = || Some(("/login".to_owned(), "error-another-account"));
    vec![
        ("error-malformed", page(PageError::Malformed)),
        ("error-too-slow", page(PageError::TooSlow)),
        ("error-misdirected", page(PageError::Misdirected)),
        ("error-stale", to(PageError::Stale, again())),
        ("error-stale-code", page(PageError::Stale)),
        ("error-not-found", page(PageError::NotFound)),
        ("error-not-found-codeless", with(PageError::NotFound, None, false)),
        ("error-method", page(PageError::Method)),
        ("error-other-account", to(PageError::OtherAccount, another_account())),
        ("error-not-yours", to(PageError::NotFound, another_account())),
        ("error-held", page(PageError::Held)),
        ("error-unavailable", to(PageError::Unavailable, again())),
        ("error-internal", page(PageError::Internal)),
    ]
}
