//! The page of a request in every state, before the decision and after it; see [`mod@crate::web::pages`]' own gallery.

use askama::Template;

use crate::flow::consent::{Answers, MissingAnswer};
use crate::flow::review::RequestStatus;
use crate::web::pages::account::gallery::HOSTILE;
use crate::web::pages::views::{Access, DecisionPage, Frame, OptionalScope, OutcomePage, RequestOrigin};
use crate::web::pages::{ShownCode, Span};
use protocol::{Demand, Incomparable, Proximity, Scope};
use words::Language;

const LAPTOP: &str = "2001:db8:85a3:8d3:7652:90a:11:4c2";

pub(in crate::web::pages) fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    [decision(frame), outcome(frame)].concat()
}

fn decision(frame: &Frame) -> Vec<(&'static str, String)> {
    let choosing = |missing: Option<MissingAnswer>, ticked: bool| DecisionPage {
        scopes: shipped(frame, &["profile", "email"]),
        optional: vec![
            OptionalScope { token: "read".to_owned(), words: "Read your watch list".to_owned() },
            OptionalScope { token: "offline_access".to_owned(), words: shipped(frame, &["offline_access"]).concat() },
        ],
        offered: "read offline_access".to_owned(),
        answers: Answers { ticked: Scope::of(ticked.then_some("read")), ..lacking(missing) },
        access: Access::StaysIfTicked { lasts: Span::Minutes(10), stays: Span::Days(30) },
        ..usual(frame)
    };
    let asked_from =
        |yours: &str, proximity| RequestOrigin { yours: yours.to_owned(), proximity, ..usual(frame).origin };
    let far = |demand, missing: Option<MissingAnswer>| {
        let answers = Answers { device_present: missing.is_some(), ..lacking(missing) };
        let origin = asked_from("198.51.100.20", Proximity::Different);
        DecisionPage { origin, demand, answers, ..usual(frame) }.render().unwrap()
    };
    let unknown = |yours, why, missing: Option<MissingAnswer>| {
        let answers = Answers { device_present: missing.is_some(), ..lacking(missing) };
        let origin = asked_from(yours, Proximity::Unknown(why));
        DecisionPage { origin, demand: Demand::OtherNetwork, answers, ..usual(frame) }.render().unwrap()
    };
    let everything = DecisionPage {
        numbers: Some(["58", "47", "12"].map(str::to_owned)),
        origin: asked_from("198.51.100.20", Proximity::Different),
        demand: Demand::OtherNetwork,
        answers: lacking([
            MissingAnswer::Scope,
            MissingAnswer::Number,
            MissingAnswer::DevicePresent,
            MissingAnswer::OtherNetwork,
        ]),
        ..choosing(None, false)
    };
    let bare = DecisionPage {
        is_verified: false,
        scopes: Vec::new(),
        resources: Vec::new(),
        origin: RequestOrigin {
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
            yours: LAPTOP.to_owned(),
            proximity: Proximity::Same,
            device: None,
            age: Span::Moment,
        },
        code_lasts: Span::Moment,
        ..usual(frame)
    };
    let numbered = |missing: Option<MissingAnswer>| DecisionPage {
        numbers: Some(["58", "47", "12"].map(str::to_owned)),
        answers: lacking(missing),
        ..usual(frame)
    };
    let two = [MissingAnswer::Number, MissingAnswer::DevicePresent];
    let two_missing = DecisionPage { answers: lacking(two), ..numbered(None) };
    let picked = Answers { picked: Some("58".to_owned()), ..lacking(Some(MissingAnswer::DevicePresent)) };
    let picked = DecisionPage { answers: picked, ..numbered(None) };
    let unticked = || lacking(Some(MissingAnswer::DevicePresent));
    let arabic = usual(&Frame { language: Language::Arabic, ..frame.clone() });
    vec![
        ("decision", usual(frame).render().unwrap()),
        ("decision-no-tick", DecisionPage { answers: unticked(), ..usual(frame) }.render().unwrap()),
        ("decision-other-network", far(Demand::OtherNetwork, None)),
        ("decision-other-network-no-tick", far(Demand::OtherNetwork, Some(MissingAnswer::OtherNetwork))),
        ("decision-unknown-families", unknown(LAPTOP, Incomparable::Families, None)),
        ("decision-unknown-private", unknown("192.168.1.20", Incomparable::Private, None)),
        ("decision-unknown-proxy", unknown("203.0.113.7", Incomparable::OnlyProxy, None)),
        ("decision-unknown-no-tick", unknown(LAPTOP, Incomparable::Families, Some(MissingAnswer::OtherNetwork))),
        ("decision-type-code", far(Demand::TypedCode, None)),
        ("decision-same-network-only", far(Demand::SameNetwork, None)),
        ("decision-optional", choosing(None, false).render().unwrap()),
        ("decision-optional-no-tick", choosing(Some(MissingAnswer::DevicePresent), true).render().unwrap()),
        ("decision-optional-nothing", choosing(Some(MissingAnswer::Scope), false).render().unwrap()),
        ("decision-optional-changed", choosing(Some(MissingAnswer::ChangedScope), false).render().unwrap()),
        ("decision-number", numbered(None).render().unwrap()),
        ("decision-number-missing", numbered(Some(MissingAnswer::Number)).render().unwrap()),
        ("decision-number-no-tick", picked.render().unwrap()),
        ("decision-number-and-tick-missing", two_missing.render().unwrap()),
        ("decision-everything-missing", everything.render().unwrap()),
        ("decision-no-scopes", bare.render().unwrap()),
        ("decision-arabic", arabic.render().unwrap()),
        ("decision-hostile", hostile_decision(frame).render().unwrap()),
    ]
}

fn lacking(missing: impl IntoIterator<Item = MissingAnswer>) -> Answers {
    Answers { missing: missing.into_iter().collect(), ..Answers::default() }
}

/// What most people see.
fn usual(frame: &Frame) -> DecisionPage {
    DecisionPage {
        frame: frame.clone(),
        action: "/device/request/h4ndle".to_owned(),
        app: "Aurora TV".to_owned(),
        account: "alice".to_owned(),
        is_verified: true,
        optional: Vec::new(),
        offered: String::new(),
        scopes: rights(frame),
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
        code: ShownCode::new("WDJB-MJHT"),
        numbers: None,
        code_lasts: Span::Minutes(8),
        answers: Answers::default(),
    }
}

/// What the worst client shows them.
fn hostile_decision(frame: &Frame) -> DecisionPage {
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
        ..usual(frame)
    }
}

/// What an app may do, in words that are shipped in every language and in those of an operator.
pub(in crate::web::pages) fn rights(frame: &Frame) -> Vec<String> {
    [shipped(frame, &["openid", "profile", "email"]), vec!["Read your watch list".to_owned()]].concat()
}

fn shipped(frame: &Frame, scopes: &[&str]) -> Vec<String> {
    scopes.iter().filter_map(|scope| words::of_scope(frame.language, scope)).collect()
}

fn outcome(frame: &Frame) -> Vec<(&'static str, String)> {
    let of = |outcome, scopes: Vec<String>| OutcomePage {
        frame: frame.clone(),
        app: "Aurora TV".to_owned(),
        account: "alice".to_owned(),
        action: "/device/request/h4ndle".to_owned(),
        outcome,
        is_too_late: false,
        scopes,
    };
    let page = |outcome| of(outcome, Vec::new()).render().unwrap();
    let too_late = OutcomePage { is_too_late: true, ..of(RequestStatus::SignedIn, Vec::new()) };
    vec![
        ("outcome-approved", of(RequestStatus::Approved(Scope::default()), rights(frame)).render().unwrap()),
        ("outcome-signed-in", page(RequestStatus::SignedIn)),
        ("outcome-too-late", too_late.render().unwrap()),
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
