//! What does every page look like in every state? The pages that the tests judge and the screenshots show.

use askama::Template;

use super::ShownCode;
use super::Span;
use super::views::Access;
use super::views::Decision;
use super::views::End;
use super::views::EnterCode;
use super::views::Entry;
use super::views::ErrorPage;
use super::views::Fault;
use super::views::Frame;
use super::views::Login;
use super::views::LoginFailure;
use super::views::Occasion;
use super::views::Offer;
use super::views::OptionalScope;
use super::views::Origin;
use super::views::Outcome;
use super::views::Refusal;
use super::views::Tick;
use super::views::Way;
use crate::words::Language;

/// A text that would break out of an attribute, of an element and of the reading direction.
pub(super) const HOSTILE: &str = "\"><script>alert(1)</script>'&{{x}}";

/// Every page in every state, by a name fit for a file.
pub(super) fn pages() -> Vec<(String, String)> {
    [enter_code(), login(), decision(), outcome(), error()]
        .concat()
        .into_iter()
        .map(|(name, page)| (name.to_owned(), page))
        .collect()
}

fn frame() -> Frame {
    Frame {
        brand: "grantd".to_owned(),
        issuer_host: "login.example.com".to_owned(),
        stylesheet: "/static/style.css?v=1".to_owned(),
        icon: "/static/favicon.svg?v=1".to_owned(),
        base: String::new(),
        home: "/device".to_owned(),
        csrf: "token-of-the-session".to_owned(),
        language: Language::English,
        languages: Language::ALL.to_vec(),
        place: "code".to_owned(),
    }
}

fn code() -> ShownCode {
    ShownCode::new("WDJB-MJHT")
}

fn alice() -> String {
    "alice".to_owned()
}

fn enter_code() -> Vec<(&'static str, String)> {
    let page = |account, entry| EnterCode { frame: frame(), account, entry }.render().unwrap();
    let refused = |typed: &str, refusal| Entry::Refused { typed: typed.to_owned(), refusal };
    vec![
        ("code", page(None, Entry::Blank)),
        ("code-signed-in", page(Some(alice()), Entry::Blank)),
        ("code-link", page(None, Entry::FromLink(code()))),
        ("code-link-signed-in", page(Some(alice()), Entry::FromLink(ShownCode::new("WDJB-MJHT-QRXZ")))),
        ("code-empty", page(None, refused("", Refusal::Empty))),
        ("code-unknown", page(Some(alice()), refused("wdjb mjhx", Refusal::Unknown))),
        ("code-hostile", page(Some(HOSTILE.to_owned()), refused(HOSTILE, Refusal::Unknown))),
        ("code-throttled", page(Some(alice()), refused("WDJB-MJHX", Refusal::TooMany { wait: Span::Minutes(15) }))),
    ]
}

fn login() -> Vec<(&'static str, String)> {
    let page = |occasion, username: &str, failure| {
        let release = matches!(occasion, Occasion::Again).then(|| "/device/request/h4ndle".to_owned());
        let next = (!matches!(occasion, Occasion::Plain)).then(|| "6e616d65".to_owned());
        Login { frame: frame(), occasion, next, release, username: username.to_owned(), failure }.render().unwrap()
    };
    let wait = Span::Minutes(2);
    vec![
        ("login", page(Occasion::Plain, "", None)),
        ("login-code-waits", page(Occasion::CodeWaits, "", None)),
        ("login-again", page(Occasion::Again, "alice", None)),
        ("login-locked", page(Occasion::TooManyCodes, "", None)),
        ("login-wrong", page(Occasion::CodeWaits, "alice", Some(LoginFailure::WrongCredentials))),
        ("login-throttled", page(Occasion::CodeWaits, "alice", Some(LoginFailure::TooMany { wait }))),
        ("login-hostile", page(Occasion::Plain, HOSTILE, Some(LoginFailure::WrongCredentials))),
    ]
}

fn decision() -> Vec<(&'static str, String)> {
    let usual = |tick| Decision {
        frame: frame(),
        action: "/device/request/h4ndle".to_owned(),
        app: "Aurora TV".to_owned(),
        account: alice(),
        is_verified: true,
        optional: Vec::new(),
        offered: String::new(),
        offer: Offer::Stands,
        scopes: vec!["See your name and your mail address".to_owned(), "Read your watch list".to_owned()],
        resources: vec!["Film library".to_owned()],
        access: Access::StaysSignedIn(Span::Days(30)),
        origin: Origin {
            address: "203.0.113.7".to_owned(),
            device: Some("Android TV".to_owned()),
            age: Span::Minutes(2),
        },
        code: code(),
        code_lasts: Span::Minutes(8),
        tick,
    };
    let choosing = |offer, ticked| Decision {
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
        offer,
        access: Access::StaysIfTicked { lasts: Span::Minutes(10), stays: Span::Days(30) },
        ..usual(Tick::Asked)
    };
    let bare = Decision {
        is_verified: false,
        scopes: Vec::new(),
        resources: Vec::new(),
        origin: Origin { address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(), device: None, age: Span::Moment },
        code_lasts: Span::Moment,
        ..usual(Tick::Asked)
    };
    let hostile = Decision {
        optional: vec![OptionalScope { token: "'<&>".to_owned(), words: HOSTILE.to_owned(), ticked: false }],
        offered: "'<&>".to_owned(),
        app: HOSTILE.to_owned(),
        account: "a.person.with.a.very.long.account.name.that.goes.on@a-long-domain.example.com".to_owned(),
        scopes: vec![HOSTILE.to_owned(), "W".repeat(200)],
        resources: vec![HOSTILE.to_owned(), "W".repeat(200)],
        origin: Origin { address: HOSTILE.to_owned(), device: Some(HOSTILE.to_owned()), age: Span::Hours(2) },
        code: ShownCode::new("WDJB-MJHT-QRXZ"),
        ..usual(Tick::Asked)
    };
    vec![
        ("decision", usual(Tick::Asked).render().unwrap()),
        ("decision-no-tick", usual(Tick::Missing).render().unwrap()),
        ("decision-optional", choosing(Offer::Stands, false).render().unwrap()),
        (
            "decision-optional-no-tick",
            Decision { tick: Tick::Missing, ..choosing(Offer::Stands, true) }.render().unwrap(),
        ),
        ("decision-optional-nothing", choosing(Offer::NothingTicked, false).render().unwrap()),
        ("decision-optional-changed", choosing(Offer::Changed, false).render().unwrap()),
        ("decision-no-scopes", bare.render().unwrap()),
        ("decision-hostile", hostile.render().unwrap()),
    ]
}

fn outcome() -> Vec<(&'static str, String)> {
    let page = |end| {
        let (app, action) = ("Aurora TV".to_owned(), "/device/request/h4ndle".to_owned());
        Outcome { frame: frame(), app, account: alice(), action, end }.render().unwrap()
    };
    vec![
        ("outcome-approved", page(End::Approved)),
        ("outcome-signed-in", page(End::SignedIn)),
        ("outcome-signed-out", page(End::SignedOut)),
        ("outcome-reported", page(End::Reported { was_signed_in: false })),
        ("outcome-reported-signed-in", page(End::Reported { was_signed_in: true })),
        ("outcome-denied", page(End::Denied)),
        ("outcome-expired", page(End::Expired)),
    ]
}

fn error() -> Vec<(&'static str, String)> {
    let to = |fault, way| ErrorPage { frame: frame(), fault, reference: "7f3a9c41".to_owned(), way }.render().unwrap();
    let page = |fault| to(fault, Way::Code);
    let again = || Way::SamePage("/device/request/h4ndle".to_owned());
    vec![
        ("error-malformed", page(Fault::Malformed)),
        ("error-too-slow", page(Fault::TooSlow)),
        ("error-misdirected", page(Fault::Misdirected)),
        ("error-stale", to(Fault::Stale, again())),
        ("error-stale-code", page(Fault::Stale)),
        ("error-not-found", page(Fault::NotFound)),
        ("error-method", page(Fault::Method)),
        ("error-other-account", to(Fault::OtherAccount, Way::AnotherAccount)),
        ("error-not-yours", to(Fault::NotFound, Way::AnotherAccount)),
        ("error-unavailable", to(Fault::Unavailable, again())),
        ("error-internal", page(Fault::Internal)),
    ]
}
