//! Every page in every state: the pages that the tests judge and the screenshots show.

use std::time::Duration;

use askama::Template;

use crate::flow::consent::{Answers, MissingAnswer};
use crate::flow::enter_code::CodeRefusal;
use crate::flow::log_in::LoginRefusal;
use crate::flow::review::RequestStatus;
use protocol::{CodeCharacters, CodeOutline, Demand, Proximity, Scope, Timestamp};
use settings::BrandingSettings;

pub(super) use super::account::gallery::HOSTILE;
use super::no_cookie::NoCookie;
use super::views::{
    Access, CodeForm, DecisionPage, EnterCode, ErrorPage, Frame, LoginPage, OptionalScope, OutcomePage, Phone,
    RequestOrigin,
};
use super::{PageError, QrCode, ShownCode, Span, account};
use words::Language;

/// Every page in every state, by a name fit for a file.
pub(in crate::web) fn pages() -> Vec<(String, String)> {
    [enter_code(), login(), decision(), outcome(), account::gallery::pages(&frame()), no_cookie(), error()]
        .concat()
        .into_iter()
        .map(|(name, page)| (name.to_owned(), page))
        .collect()
}

/// English, which the tests read, unless somebody wants to look at another: `GRANTD_GALLERY_LANGUAGE=ar`.
fn language() -> Language {
    let tag = std::env::var("GRANTD_GALLERY_LANGUAGE").unwrap_or_default();
    Language::of_tag(&tag).unwrap_or(Language::English)
}

fn frame() -> Frame {
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
        language: language(),
        languages: Language::ALL.to_vec(),
        place: "/device".to_owned(),
    }
}

/// The frame of an operator who set everything.
fn branded() -> Frame {
    let url = |url: &str| Some(url.to_owned());
    Frame {
        branding: BrandingSettings {
            name: "Aurora Films & Series".to_owned(),
            terms_url: url("https://www.example.com/terms"),
            privacy_url: url("https://www.example.com/privacy"),
            support: url("help@example.com"),
            ..frame().branding
        },
        stylesheets: ["style", "accent", "extra"].map(|name| format!("/static/{name}.css?v=1")).to_vec(),
        logo: url("/static/logo.svg?v=1"),
        ..frame()
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

fn enter_code() -> Vec<(&'static str, String)> {
    let now = Timestamp::from_millis(0);
    let phone = || {
        let picture = QrCode::of("https://login.example.com/device").unwrap();
        Some(Phone { address: "login.example.com/device".to_owned(), picture })
    };
    let page = |account, form| {
        let phone = phone().filter(|_| matches!(form, CodeForm::Blank));
        let examples = vec![letters()];
        EnterCode { frame: frame(), account, form, examples, phone, cases_differ: false, now }.render().unwrap()
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
    let branded = blank(branded(), vec![letters()]);
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
        ("code-three-looks", blank(frame(), vec![letters(), digits, longest]).render().unwrap()),
        ("code-many-looks", blank(frame(), (6..10).map(|length| outline(&[length])).collect()).render().unwrap()),
        ("code-link", page(None, CodeForm::FromLink(code()))),
        ("code-link-signed-in", page(Some(alice()), CodeForm::FromLink(ShownCode::new("WDJB-MJHT-QRXZ")))),
        ("code-empty", page(None, empty)),
        ("code-unknown", page(Some(alice()), refused("wdjb mjhx", CodeRefusal::Unknown))),
        ("code-hostile", page(Some(HOSTILE.to_owned()), refused(HOSTILE, CodeRefusal::Unknown))),
        ("code-closed", page(Some(alice()), refused("WDJB-MJHX", closed))),
        ("code-throttled", page(Some(alice()), refused("WDJB-MJHX", exhausted))),
    ]
}

fn login() -> Vec<(&'static str, String)> {
    let framed = |frame, occasion, username: &str, failure| {
        let release = (occasion == "login-again").then(|| "/device/request/h4ndle".to_owned());
        let continuation = (occasion != "login-to-go-on").then(|| "v1.6e616d65".to_owned());
        LoginPage { frame, occasion, continuation, release, username: username.to_owned(), failure }.render().unwrap()
    };
    let page = |occasion, username, failure| framed(frame(), occasion, username, failure);
    let wait = Duration::from_mins(2);
    vec![
        ("login", page("login-to-go-on", "", None)),
        ("login-branded", framed(branded(), "login-to-go-on", "", None)),
        ("login-code-waits", page("login-code-kept", "", None)),
        ("login-again", page("login-again", "alice", None)),
        ("login-locked", page("login-too-many-codes", "", None)),
        ("login-account", page("login-account", "", None)),
        ("login-account-again", page("login-account-again", "alice", None)),
        ("login-wrong", page("login-code-kept", "alice", Some(LoginRefusal::WrongCredentials))),
        ("login-throttled", page("login-code-kept", "alice", Some(LoginRefusal::TooMany(wait)))),
        ("login-account-locked", page("login-to-go-on", "alice", Some(LoginRefusal::Locked))),
        ("login-account-locked-branded", framed(branded(), "login-to-go-on", "alice", Some(LoginRefusal::Locked))),
        ("login-hostile", page("login-to-go-on", HOSTILE, Some(LoginRefusal::WrongCredentials))),
    ]
}

fn decision() -> Vec<(&'static str, String)> {
    let choosing = |missing, ticked: bool| DecisionPage {
        scopes: vec!["See your name and your mail address".to_owned()],
        optional: vec![
            OptionalScope { token: "read".to_owned(), words: "Read your watch list".to_owned() },
            OptionalScope {
                token: "offline_access".to_owned(),
                words: "Stay signed in when you are not there".to_owned(),
            },
        ],
        offered: "read offline_access".to_owned(),
        answers: Answers { ticked: Scope::of(ticked.then_some("read")), ..lacking(missing) },
        access: Access::StaysIfTicked { lasts: Span::Minutes(10), stays: Span::Days(30) },
        ..usual()
    };
    let far = |proximity, demand, missing: Option<MissingAnswer>| {
        let answers = Answers { device_present: missing.is_some(), ..lacking(missing) };
        let yours = match proximity {
            Proximity::Unknown => "2001:db8:85a3:8d3:7652:90a:11:4c2",
            Proximity::Same | Proximity::Different => "198.51.100.20",
        };
        let origin = RequestOrigin { yours: yours.to_owned(), proximity, ..usual().origin };
        DecisionPage { origin, demand, answers, ..usual() }.render().unwrap()
    };
    let bare = DecisionPage {
        is_verified: false,
        scopes: Vec::new(),
        resources: Vec::new(),
        origin: RequestOrigin {
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
            yours: "2001:db8:85a3:8d3:7652:90a:11:4c2".to_owned(),
            proximity: Proximity::Same,
            device: None,
            age: Span::Moment,
        },
        code_lasts: Span::Moment,
        ..usual()
    };
    let numbered = |missing| DecisionPage {
        numbers: Some(["58", "47", "12"].map(str::to_owned)),
        answers: lacking(missing),
        ..usual()
    };
    let unticked = || lacking(Some(MissingAnswer::DevicePresent));
    let arabic = DecisionPage { frame: Frame { language: Language::Arabic, ..frame() }, ..usual() };
    vec![
        ("decision", usual().render().unwrap()),
        ("decision-no-tick", DecisionPage { answers: unticked(), ..usual() }.render().unwrap()),
        ("decision-other-network", far(Proximity::Different, Demand::OtherNetwork, None)),
        (
            "decision-other-network-no-tick",
            far(Proximity::Different, Demand::OtherNetwork, Some(MissingAnswer::OtherNetwork)),
        ),
        ("decision-unknown-network", far(Proximity::Unknown, Demand::OtherNetwork, None)),
        ("decision-type-code", far(Proximity::Different, Demand::TypedCode, None)),
        ("decision-same-network-only", far(Proximity::Different, Demand::SameNetwork, None)),
        ("decision-optional", choosing(None, false).render().unwrap()),
        ("decision-optional-no-tick", choosing(Some(MissingAnswer::DevicePresent), true).render().unwrap()),
        ("decision-optional-nothing", choosing(Some(MissingAnswer::Scope), false).render().unwrap()),
        ("decision-optional-changed", choosing(Some(MissingAnswer::ChangedScope), false).render().unwrap()),
        ("decision-number", numbered(None).render().unwrap()),
        ("decision-number-missing", numbered(Some(MissingAnswer::Number)).render().unwrap()),
        ("decision-no-scopes", bare.render().unwrap()),
        ("decision-arabic", arabic.render().unwrap()),
        ("decision-hostile", hostile_decision().render().unwrap()),
    ]
}

fn lacking(missing: Option<MissingAnswer>) -> Answers {
    Answers { missing, ..Answers::default() }
}

/// What most people see.
fn usual() -> DecisionPage {
    DecisionPage {
        frame: frame(),
        action: "/device/request/h4ndle".to_owned(),
        app: "Aurora TV".to_owned(),
        account: alice(),
        is_verified: true,
        optional: Vec::new(),
        offered: String::new(),
        scopes: vec!["See your name and your mail address".to_owned(), "Read your watch list".to_owned()],
        resources: vec!["Film library".to_owned()],
        access: Access::StaysSignedIn(Span::Days(30)),
        origin: RequestOrigin {
            address: "203.0.113.7".to_owned(),
            yours: "203.0.113.7".to_owned(),
            proximity: Proximity::Same,
            device: Some("Android TV".to_owned()),
            age: Span::Minutes(2),
        },
        demand: Demand::Nothing,
        code: code(),
        numbers: None,
        code_lasts: Span::Minutes(8),
        answers: Answers::default(),
    }
}

/// What the worst client shows them.
fn hostile_decision() -> DecisionPage {
    DecisionPage {
        optional: vec![OptionalScope { token: "'<&>".to_owned(), words: HOSTILE.to_owned() }],
        offered: "'<&>".to_owned(),
        app: HOSTILE.to_owned(),
        account: "a.person.with.a.very.long.account.name.that.goes.on@a-long-domain.example.com".to_owned(),
        scopes: vec![HOSTILE.to_owned(), "W".repeat(200)],
        resources: vec![HOSTILE.to_owned(), "W".repeat(200)],
        origin: RequestOrigin {
            address: HOSTILE.to_owned(),
            yours: HOSTILE.to_owned(),
            proximity: Proximity::Different,
            device: Some(HOSTILE.to_owned()),
            age: Span::Hours(2),
        },
        demand: Demand::OtherNetwork,
        code: ShownCode::new("WDJB-MJHT-QRXZ"),
        ..usual()
    }
}

fn outcome() -> Vec<(&'static str, String)> {
    let with = |outcome, scopes: &[&str]| {
        let (app, action) = ("Aurora TV".to_owned(), "/device/request/h4ndle".to_owned());
        let scopes = scopes.iter().copied().map(str::to_owned).collect();
        OutcomePage { frame: frame(), app, account: alice(), action, outcome, scopes }.render().unwrap()
    };
    let page = |outcome| with(outcome, &[]);
    let rights = ["See your name and your mail address", "Read your watch list"];
    vec![
        ("outcome-approved", with(RequestStatus::Approved(Scope::default()), &rights)),
        ("outcome-signed-in", page(RequestStatus::SignedIn)),
        ("outcome-signed-out", page(RequestStatus::SignedOut)),
        ("outcome-reported", page(RequestStatus::Reported { was_signed_in: false })),
        ("outcome-reported-signed-in", page(RequestStatus::Reported { was_signed_in: true })),
        ("outcome-denied", page(RequestStatus::Denied)),
        ("outcome-pin", page(RequestStatus::WaitsForPin("048-213".to_owned()))),
        ("outcome-wrong-number", page(RequestStatus::WrongNumber)),
        ("outcome-wrong-pins", page(RequestStatus::WrongPins)),
        ("outcome-expired", page(RequestStatus::Expired)),
    ]
}

fn no_cookie() -> Vec<(&'static str, String)> {
    let page = |code, is_linked, same_page| NoCookie { frame: frame(), code, is_linked, same_page }.render().unwrap();
    let code = || Some("WDJB-MJHT".to_owned());
    vec![
        ("no-cookie-code", page(code(), false, None)),
        ("no-cookie-link", page(code(), true, None)),
        ("no-cookie-login", page(None, false, Some("/login".to_owned()))),
    ]
}

fn error() -> Vec<(&'static str, String)> {
    let with = |error, way, takes_codes| {
        let reference = "7f3a9c41".to_owned();
        ErrorPage { frame: Frame { takes_codes, ..frame() }, error, reference, way }.render().unwrap()
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
