//! Tests of what the pages announce: what is missing, and what was done.

use std::collections::HashMap;

use super::gallery;
use words::Language;

/// Every page in English.
fn pages() -> HashMap<String, String> {
    gallery::pages(Language::English).into_iter().collect()
}

/// Proves: FC-05 X-02: each is named where it is; the first is announced, with what is true of all of them.
#[test]
fn every_missing_answer_is_named_and_the_first_is_announced() {
    let pages = pages();
    let several = "Nothing is allowed yet, because several answers are missing.";
    for (name, errors) in [
        ("decision-everything-missing", &["scopes", "number", "confirm-device", "confirm-network"][..]),
        ("decision-number-and-tick-missing", &["number", "confirm-device"]),
    ] {
        let page = &pages[name];
        let told: Vec<_> =
            page.split("<p class=\"error\" id=\"").skip(1).map(|part| part.split("-error").next().unwrap()).collect();
        assert_eq!(told, errors, "{name}: in the order of the page");
        let announced = format!("id=\"{}-error\" role=\"alert\">{several} ", errors[0]);
        assert!(page.contains(&announced) && page.matches(" role=\"alert\"").count() == 1, "{name}");
        assert_eq!(page.matches("Nothing is allowed yet").count(), 1, "{name}: said once");
    }
    assert!(pages["decision-no-tick"].contains("role=\"alert\">Nothing is allowed yet. If the device is with you"));
}

/// Proves: FC-10: what was done is said first, and has the focus, so that a screen reader says it.
#[test]
fn what_was_done_is_said_and_has_the_focus() {
    let pages = pages();
    for (name, said) in [
        ("account-done-password", "Your password is changed."),
        ("account-done-devices", "The devices are signed out."),
        ("account-done-browsers", "Only the browsers listed below are still signed in."),
        ("account-done-taken-back", "You took it back."),
        ("account-done-not-waiting", "This device does not wait any more."),
        ("account-device-renamed", "The name is saved."),
    ] {
        let (_, after) = pages[name].split_once("</h1>").unwrap();
        let done =
            after.trim_start().strip_prefix("<p class=\"note\" id=\"done\" role=\"status\" tabindex=\"-1\" autofocus>");
        assert!(done.unwrap().split("</p>").next().unwrap().contains(said), "{name}: {after}");
    }
    for name in ["account", "account-device", "account-device-signed-out"] {
        assert!(!pages[name].contains("id=\"done\""), "{name}: nothing was done");
    }
}
