//! Every page in every state: the pages that the tests judge and the screenshots show.

use std::time::Duration;

use askama::Template;

use crate::flow::consent::{Answers, MissingAnswer};
use crate::flow::log_in::LoginRefusal;
use protocol::{CodeCharacters, CodeOutline, Demand, Proximity};

pub(super) use super::account::gallery::HOSTILE;
use super::no_cookie::{KeptCode, NoCookie};
use super::views::{
    Access, CodeForm, CodeRefusal, DecisionPage, End, EnterCode, ErrorPage, Fault, Frame, Links, LoginPage, Occasion,
    OptionalScope, OutcomePage, Phone, RequestOrigin, Way,
};
use super::{QrCode, ShownCode, Span, account};
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
        brand: "grantd".to_owned(),
        issuer_host: "login.example.com".to_owned(),
        stylesheets: vec!["/static/style.css?v=1".to_owned()],
        logo: None,
        icon: "/static/favicon.svg?v=1".to_owned(),
        links: Links::default(),
        base: String::new(),
        home: "/device".to_owned(),
        csrf: "token-of-the-session".to_owned(),
        language: language(),
        languages: Language::ALL.to_vec(),
        place: "code".to_owned(),
    }
}

/// The frame of an operator who set everything.
fn branded() -> Frame {
    let url = |url: &str| Some(url.to_owned());
    Frame {
        brand: "Aurora Films & Series".to_owned(),
        stylesheets: ["style", "accent", "extra"].map(|name| format!("/static/{name}.css?v=1")).to_vec(),
        logo: url("/static/logo.svg?v=1"),
        links: Links {
            terms: url("https://www.example.com/terms"),
            privacy: url("https://www.example.com/privacy"),
            support: url("mailto:help@example.com"),
        },
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
    let phone = || {
        let picture = QrCode::of("https://login.example.com/device").unwrap();
        Some(Phone { address: "login.example.com/device".to_owned(), picture })
    };
    let page = |account, form| {
        let phone = phone().filter(|_| matches!(form, CodeForm::Blank));
        let examples = vec![letters()];
        EnterCode { frame: frame(), account, form, examples, phone, cases_differ: false }.render().unwrap()
    };
    let blank = |frame, examples| EnterCode {
        frame,
        account: None,
        form: CodeForm::Blank,
        examples,
        phone: phone(),
        cases_differ: false,
    };
    let branded = blank(branded(), vec![letters()]);
    let digits = CodeOutline { characters: CodeCharacters::Digits, ..outline(&[3, 3, 3]) };
    let longest = CodeOutline { characters: CodeCharacters::Both, ..outline(&[32]) };
    let refused =
        |typed: &str, refusal| CodeForm::Refused { typed: typed.to_owned(), linked: Some(typed.to_owned()), refusal };
    vec![
        ("code", page(None, CodeForm::Blank)),
        ("code-signed-in", page(Some(alice()), CodeForm::Blank)),
        ("code-branded", branded.render().unwrap()),
        ("code-three-looks", blank(frame(), vec![letters(), digits, longest]).render().unwrap()),
        ("code-many-looks", blank(frame(), (6..10).map(|length| outline(&[length])).collect()).render().unwrap()),
        ("code-link", page(None, CodeForm::FromLink(code()))),
        ("code-link-signed-in", page(Some(alice()), CodeForm::FromLink(ShownCode::new("WDJB-MJHT-QRXZ")))),
        ("code-empty", page(None, refused("", CodeRefusal::Empty))),
        ("code-unknown", page(Some(alice()), refused("wdjb mjhx", CodeRefusal::Unknown))),
        ("code-hostile", page(Some(HOSTILE.to_owned()), refused(HOSTILE, CodeRefusal::Unknown))),
        ("code-closed", page(Some(alice()), refused("WDJB-MJHX", CodeRefusal::Closed(Duration::from_mins(11))))),
        ("code-throttled", page(Some(alice()), refused("WDJB-MJHX", CodeRefusal::TooMany(Duration::from_mins(15))))),
    ]
}

fn login() -> Vec<(&'static str, String)> {
    let framed = |frame, occasion, username: &str, failure| {
        let release = matches!(occasion, Occasion::Again).then(|| "/device/request/h4ndle".to_owned());
        let continuation = (!matches!(occasion, Occasion::Plain)).then(|| "v1.6e616d65".to_owned());
        LoginPage { frame, occasion, continuation, release, username: username.to_owned(), failure }.render().unwrap()
    };
    let page = |occasion, username, failure| framed(frame(), occasion, username, failure);
    let wait = Duration::from_mins(2);
    vec![
        ("login", page(Occasion::Plain, "", None)),
        ("login-branded", framed(branded(), Occasion::Plain, "", None)),
        ("login-code-waits", page(Occasion::CodeWaits, "", None)),
        ("login-again", page(Occasion::Again, "alice", None)),
        ("login-locked", page(Occasion::TooManyCodes, "", None)),
        ("login-account", page(Occasion::Account, "", None)),
        ("login-account-again", page(Occasion::AccountAgain, "alice", None)),
        ("login-wrong", page(Occasion::CodeWaits, "alice", Some(LoginRefusal::WrongCredentials))),
        ("login-throttled", page(Occasion::CodeWaits, "alice", Some(LoginRefusal::TooMany(wait)))),
        ("login-account-locked", page(Occasion::Plain, "alice", Some(LoginRefusal::Locked))),
        ("login-account-locked-branded", framed(branded(), Occasion::Plain, "alice", Some(LoginRefusal::Locked))),
        ("login-hostile", page(Occasion::Plain, HOSTILE, Some(LoginRefusal::WrongCredentials))),
    ]
}

fn decision() -> Vec<(&'static str, String)> {
    let choosing = |missing, ticked| DecisionPage {
        scopes: vec!["See your name and your mail address".to_owned()],
        optional: vec![
            OptionalScope { token: "read".to_owned(), words: "Read your watch list".to_owned(), ticked },
            OptionalScope {
                token: "offline_access".to_owned(),
                words: "Stay signed in when you are not there".to_owned(),
                ticked: false,
            },
        ],
        offered: "read offline_access".to_owned(),
        answers: lacking(missing),
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
        ("decision-optional-no-tick", DecisionPage { answers: unticked(), ..choosing(None, true) }.render().unwrap()),
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
        optional: vec![OptionalScope { token: "'<&>".to_owned(), words: HOSTILE.to_owned(), ticked: false }],
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
    let page = |end| {
        let (app, action) = ("Aurora TV".to_owned(), "/device/request/h4ndle".to_owned());
        OutcomePage { frame: frame(), app, account: alice(), action, end }.render().unwrap()
    };
    vec![
        (
            "outcome-approved",
            page(End::Approved(vec![
                "See your name and your mail address".to_owned(),
                "Read your watch list".to_owned(),
            ])),
        ),
        ("outcome-signed-in", page(End::SignedIn)),
        ("outcome-signed-out", page(End::SignedOut)),
        ("outcome-reported", page(End::Reported { was_signed_in: false })),
        ("outcome-reported-signed-in", page(End::Reported { was_signed_in: true })),
        ("outcome-denied", page(End::Denied)),
        ("outcome-pin", page(End::WaitsForPin(ShownCode::new("048-213")))),
        ("outcome-wrong-number", page(End::WrongNumber)),
        ("outcome-wrong-pins", page(End::WrongPins)),
        ("outcome-expired", page(End::Expired)),
    ]
}

fn no_cookie() -> Vec<(&'static str, String)> {
    let page = |code, same_page| NoCookie { frame: frame(), code, same_page, takes_codes: true }.render().unwrap();
    let code = |is_linked| Some(KeptCode { typed: "WDJB-MJHT".to_owned(), is_linked });
    vec![
        ("no-cookie-code", page(code(false), None)),
        ("no-cookie-link", page(code(true), None)),
        ("no-cookie-login", page(None, Some("/login".to_owned()))),
    ]
}

fn error() -> Vec<(&'static str, String)> {
    let with = |fault, way, takes_codes| {
        let reference = "7f3a9c41".to_owned();
        ErrorPage { frame: frame(), fault, reference, way, takes_codes }.render().unwrap()
    };
    let to = |fault, way| with(fault, way, true);
    let page = |fault| to(fault, Way::Code);
    let again = || Way::SamePage("/device/request/h4ndle".to_owned());
    vec![
        ("error-malformed", page(Fault::Malformed)),
        ("error-too-slow", page(Fault::TooSlow)),
        ("error-misdirected", page(Fault::Misdirected)),
        ("error-stale", to(Fault::Stale, again())),
        ("error-stale-code", page(Fault::Stale)),
        ("error-not-found", page(Fault::NotFound)),
        ("error-not-found-codeless", with(Fault::NotFound, Way::Code, false)),
        ("error-method", page(Fault::Method)),
        ("error-other-account", to(Fault::OtherAccount, Way::AnotherAccount)),
        ("error-not-yours", to(Fault::NotFound, Way::AnotherAccount)),
        ("error-held", page(Fault::Held)),
        ("error-unavailable", to(Fault::Unavailable, again())),
        ("error-internal", page(Fault::Internal)),
    ]
}
