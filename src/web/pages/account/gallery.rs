//! The pages of an account in every state. The gallery of the other pages is `web/pages/gallery.rs`.

use std::time::Duration;

use askama::Template;

use super::activity::MESSAGES;
use super::moment::Moment;
use super::receipt::Receipt;
use super::views::{
    ActivityPage, AuthorizedApp, Deed, DeviceName, DevicePage, DeviceStanding, ListedBrowser, ListedDevice,
    OverviewPage, PasswordPage, SignedOutPage, WaitingDevice,
};
use crate::flow::change_password::PasswordRefusal;
use crate::flow::log_in::LoginRefusal;
use crate::passwords::WeakPassword;
use crate::web::pages::Span;
use crate::web::pages::decision::gallery::rights;
use crate::web::pages::views::Frame;

/// A text that would break out of an attribute, of an element and of the reading direction.
pub(in crate::web::pages) const HOSTILE: &str = "\"><script>alert(1)</script>'&{{x}}";

const LAPTOP: &str = "2001:db8:85a3:8d3:1319:8a2e:370:7348";

pub(in crate::web::pages) fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    [account(frame), device(frame), password(frame), activity(frame)].concat()
}

fn at(away: Span) -> Moment {
    Moment { utc: "2026-11-21 12:00 UTC".to_owned(), away }
}

fn listed(name: Option<String>, address: Option<String>, away: Span) -> ListedDevice {
    ListedDevice {
        url: "/account/devices/0123456789abcdef0123456789abcdef".to_owned(),
        name: name.map(DeviceName::Own),
        last_used: at(away),
        address,
    }
}

fn app(name: &str, is_off: bool, devices: Vec<ListedDevice>) -> AuthorizedApp {
    AuthorizedApp { name: name.to_owned(), client_id: name.to_owned(), is_off, devices, waiting: Vec::new() }
}

fn waiting(name: Option<&str>) -> WaitingDevice {
    let (id, name) = ("0123456789abcdef0123456789abcdef".to_owned(), name.map(str::to_owned));
    WaitingDevice { id, name, allowed: at(Span::Moment) }
}

fn browser(is_this: bool, name: Option<String>, address: Option<String>) -> ListedBrowser {
    ListedBrowser { handle: "ab".repeat(32), is_this, name, since: at(Span::Hours(3)), address }
}

fn account(frame: &Frame) -> Vec<(&'static str, String)> {
    let bare = || OverviewPage {
        frame: frame.clone(),
        receipt: None,
        username: "alice".to_owned(),
        apps: Vec::new(),
        only_devices: None,
        browsers: vec![browser(true, Some("Safari on iPhone".to_owned()), Some("198.51.100.7".to_owned()))],
        password_set: at(Span::Days(90)),
        deeds: Vec::new(),
    };
    let television = vec![
        listed(Some("Living room".to_owned()), Some("203.0.113.7".to_owned()), Span::Minutes(2)),
        listed(Some("Android TV".to_owned()), Some(LAPTOP.to_owned()), Span::Days(12)),
    ];
    let usual = OverviewPage {
        apps: vec![
            AuthorizedApp { waiting: vec![waiting(Some("Chromecast"))], ..app("Aurora TV", false, television) },
            app("Backup", true, vec![listed(None, None, Span::Hours(40))]),
        ],
        browsers: vec![
            browser(true, Some("Safari on iPhone".to_owned()), Some("198.51.100.7".to_owned())),
            browser(false, Some("Firefox on Linux".to_owned()), Some(LAPTOP.to_owned())),
            browser(false, None, None),
        ],
        deeds: deeds(2),
        ..bare()
    };
    let many = (0..200)
        .map(|_| listed(Some("Android TV".to_owned()), Some("203.0.113.7".to_owned()), Span::Days(1)))
        .collect();
    let only_waiting = OverviewPage {
        apps: vec![AuthorizedApp { waiting: vec![waiting(None)], ..app("Aurora TV", false, Vec::new()) }],
        ..bare()
    };
    let full = OverviewPage { apps: vec![app("Aurora TV", false, many)], only_devices: Some(200), ..bare() };
    let hostile = OverviewPage {
        username: HOSTILE.to_owned(),
        apps: vec![app(
            HOSTILE,
            false,
            vec![listed(Some(HOSTILE.to_owned()), Some(HOSTILE.to_owned()), Span::Moment), {
                listed(Some("W".repeat(64)), Some(LAPTOP.to_owned()), Span::Moment)
            }],
        )],
        browsers: vec![browser(true, Some(HOSTILE.to_owned()), Some(HOSTILE.to_owned()))],
        deeds: vec![Deed {
            message: "account_activity-allowed",
            app: Some(HOSTILE.to_owned()),
            at: at(Span::Moment),
            address: Some(HOSTILE.to_owned()),
        }],
        ..bare()
    };
    let signed_out = SignedOutPage { frame: frame.clone() };
    let done = |receipt| OverviewPage { receipt: Some(receipt), ..bare() }.render().unwrap();
    vec![
        ("account", usual.render().unwrap()),
        ("account-bare", bare().render().unwrap()),
        ("account-only-waiting", only_waiting.render().unwrap()),
        ("account-full", full.render().unwrap()),
        ("account-hostile", hostile.render().unwrap()),
        ("account-signed-out", signed_out.render().unwrap()),
        ("account-done-password", done(Receipt::Password)),
        ("account-done-devices", done(Receipt::Devices)),
        ("account-done-browsers", done(Receipt::Browsers)),
        ("account-done-taken-back", done(Receipt::TakenBack)),
        ("account-done-not-waiting", done(Receipt::NotWaiting)),
    ]
}

fn device(frame: &Frame) -> Vec<(&'static str, String)> {
    let signed_in = |is_off, unless_used| DeviceStanding::SignedIn { ends: at(Span::Days(30)), unless_used, is_off };
    let of = |standing| DevicePage {
        frame: frame.clone(),
        receipt: None,
        action: "/account/devices/0123456789abcdef0123456789abcdef".to_owned(),
        app: "Aurora TV".to_owned(),
        name: Some(DeviceName::Given("Living room".to_owned())),
        given_name: "Living room".to_owned(),
        calls_itself: Some("Android TV".to_owned()),
        address: Some("203.0.113.7".to_owned()),
        first_used: at(Span::Days(12)),
        last_used: at(Span::Minutes(2)),
        scopes: rights(frame),
        resources: vec!["Film library".to_owned()],
        standing,
    };
    let renamed = DevicePage { receipt: Some(Receipt::Name), ..of(signed_in(false, Some(at(Span::Days(14))))) };
    let nameless = DevicePage {
        name: None,
        given_name: String::new(),
        calls_itself: None,
        address: None,
        scopes: Vec::new(),
        resources: Vec::new(),
        ..of(signed_in(true, None))
    };
    let hostile = DevicePage {
        app: HOSTILE.to_owned(),
        name: Some(DeviceName::Given(HOSTILE.to_owned())),
        given_name: HOSTILE.to_owned(),
        calls_itself: Some(HOSTILE.to_owned()),
        address: Some(HOSTILE.to_owned()),
        scopes: vec![HOSTILE.to_owned(), "W".repeat(200)],
        resources: vec![HOSTILE.to_owned()],
        ..of(signed_in(false, Some(at(Span::Days(14)))))
    };
    vec![
        ("account-device", of(signed_in(false, Some(at(Span::Days(14))))).render().unwrap()),
        ("account-device-renamed", renamed.render().unwrap()),
        ("account-device-nameless-and-off", nameless.render().unwrap()),
        ("account-device-signed-out", of(DeviceStanding::SignedOut).render().unwrap()),
        ("account-device-reported", of(DeviceStanding::Reported).render().unwrap()),
        ("account-device-hostile", hostile.render().unwrap()),
    ]
}

fn password(frame: &Frame) -> Vec<(&'static str, String)> {
    let page = |username: &str, refusal| {
        let (frame, username) = (frame.clone(), username.to_owned());
        PasswordPage { frame, username, least: 15, refusal }.render().unwrap()
    };
    let complains = |refusal| page("alice", Some(refusal));
    let wait = Duration::from_mins(15);
    vec![
        ("account-password", page("alice", None)),
        ("account-password-wrong", complains(PasswordRefusal::Login(LoginRefusal::WrongCredentials))),
        ("account-password-throttled", complains(PasswordRefusal::Login(LoginRefusal::TooMany(wait)))),
        ("account-password-locked", complains(PasswordRefusal::Login(LoginRefusal::Locked))),
        ("account-password-short", complains(PasswordRefusal::Weak(WeakPassword::TooShort(15)))),
        ("account-password-long", complains(PasswordRefusal::Weak(WeakPassword::TooLong))),
        ("account-password-guessable", complains(PasswordRefusal::Weak(WeakPassword::Guessable))),
        ("account-password-same", complains(PasswordRefusal::Same)),
        ("account-password-not-repeated", complains(PasswordRefusal::NotRepeated)),
        ("account-password-hostile", page(HOSTILE, Some(PasswordRefusal::Weak(WeakPassword::Guessable)))),
    ]
}

fn activity(frame: &Frame) -> Vec<(&'static str, String)> {
    let page = |deeds, only| ActivityPage { frame: frame.clone(), deeds, only }.render().unwrap();
    vec![("account-activity", page(deeds(usize::MAX), None)), ("account-activity-bounded", page(deeds(3), Some(3)))]
}

/// So many of all that can happen.
fn deeds(most: usize) -> Vec<Deed> {
    let others = [
        "account_activity-wrong-pins",
        "account_activity-misused",
        "account_activity-app-signed-out",
        "account_activity-devices-signed-out",
        "account_activity-signed-out-by-operator",
    ];
    let all = MESSAGES.iter().map(|(_, message)| *message).chain(others);
    let deed = |(place, message)| Deed {
        message,
        app: Some("Aurora TV".to_owned()),
        at: at(Span::Hours(2)),
        address: if place % 3 == 2 { None } else { Some(LAPTOP.to_owned()) },
    };
    all.enumerate().map(deed).take(most).collect()
}
