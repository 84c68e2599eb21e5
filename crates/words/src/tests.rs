//! Tests that every message of every template exists, is used and is safe. `translations.rs` tests each language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Language, Said, Span, load};

const HOSTILE: &str = "\"><script>alert('1')</script>&{ $x }\u{202e}";

/// The attributes that people read or hear.
const SPOKEN_ATTRIBUTES: [&str; 6] = ["alt", "aria-label", "aria-description", "placeholder", "summary", "title"];

/// The messages of a file and the variables of each.
pub(super) fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut last = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            assert!(found.insert(id.to_owned(), BTreeSet::new()).is_none(), "{id} stands twice");
            last = Some(id.to_owned());
        }
        let variables = line.split('$').skip(1).map(|rest| word(rest).to_owned());
        found.get_mut(last.as_deref().unwrap_or_default()).into_iter().for_each(|of| of.extend(variables.clone()));
    }
    found
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next().unwrap()
}

fn english() -> BTreeMap<String, BTreeSet<String>> {
    Language::English.files().iter().flat_map(|(_, text)| messages(text)).collect()
}

/// The files below a folder of the project, by path.
fn below(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, into) } else { into.push(path) }
        }
    }
    let mut paths = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder), &mut paths);
    paths.retain(|path| path.to_str().unwrap().ends_with(ending));
    assert!(paths.len() > 3, "{folder}: this test looks in the wrong place");
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_file_is_part_of_the_binary_and_is_read() {
    load();
    for (path, _) in below("templates/words", ".ftl") {
        let (tag, page) = (path.parent().unwrap().file_name().unwrap(), path.file_stem().unwrap());
        let language = Language::of_tag(tag.to_str().unwrap()).unwrap();
        assert!(language.files().iter().any(|(known, _)| page.to_str() == Some(known)), "{path:?} is left out");
    }
}

#[test]
fn a_message_is_of_its_page_and_has_no_markup() {
    for (language, (page, text)) in
        Language::ALL.iter().flat_map(|language| language.files().iter().map(move |file| (language, file)))
    {
        for id in messages(text).keys() {
            assert!(id.starts_with(&format!("{page}-")), "{id} in {page}.ftl of {}", language.tag());
        }
        // A literal would go past the escaping of text; and markup is the template's.
        for never in ["<", ">", "&", "{ \"", "{\"", "\u{2014}"] {
            let said: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            let found = said.iter().find(|line| line.replace("->", "").contains(never));
            assert_eq!(found, None, "{page} of {}", language.tag());
        }
    }
}

/// One term for it, on pages that people and their devices are on at the same time.
#[test]
fn people_sign_in_and_so_do_devices() {
    let english = Language::English.files().iter().flat_map(|(_, text)| text.lines());
    let lines = english.filter(|line| !line.starts_with('#'));
    let said: Vec<&str> = lines.map(|line| line.split_once('=').map_or(line, |(_, text)| text)).collect();
    assert!(said.iter().any(|line| line.contains("sign in")), "this test looks in the wrong place");
    for other in ["log in", "log-in", "logged", "logging", "log out", " login", "sign on", "signed on"] {
        let found = said.iter().find(|line| line.to_lowercase().contains(other));
        assert_eq!(found, None, "{other:?} is another word for signing in");
    }
}

/// Each `say("id")` of a text with the names of the values that its builders give.
fn said(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for rest in text.split("say(\"").skip(1) {
        let chain = rest.split("}}").next().unwrap();
        let names = ["with", "strong", "plain", "set", "span", "ago", "since", "within"].iter().flat_map(|builder| {
            let call = format!(".{builder}(\"");
            chain.split(&call).skip(1).map(|rest| word(rest).to_owned()).collect::<Vec<_>>()
        });
        found.push((word(rest).to_owned(), names.collect()));
    }
    found
}

#[test]
fn templates_say_what_there_is_with_the_values_that_it_takes() {
    let english = english();
    let mut offences = Vec::new();
    for (path, text) in below("templates", ".html") {
        for (id, values) in said(&text) {
            match english.get(&id) {
                Some(variables) if *variables == values => {}
                Some(variables) => offences.push(format!("{path:?}: {id} takes {variables:?}, not {values:?}")),
                None => offences.push(format!("{path:?}: there is no message {id}")),
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn no_message_is_said_nowhere() {
    let units = ["moment", "minutes", "hours", "days"];
    let texts: Vec<String> = below("templates", ".html")
        .into_iter()
        .chain(below("src", ".rs"))
        .chain(below("crates/words/src", ".rs"))
        .filter(|(path, _)| !path.ends_with("words/src/tests.rs"))
        .map(|(_, text)| text)
        .chain(["span", "ago", "within"].iter().flat_map(|family| units.map(|unit| format!("\"{family}-{unit}\""))))
        .collect();
    let unused: Vec<String> =
        english().into_keys().filter(|id| !texts.iter().any(|text| text.contains(&format!("\"{id}\"")))).collect();
    assert_eq!(unused, [""; 0]);
}

/// A template without what is not shown: comments, askama's own, tags and entities.
fn shown(template: &str) -> String {
    let mut text = template.to_owned();
    for (from, to) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<", ">"), ("&", ";")] {
        let mut rest = text.as_str();
        let mut kept = String::new();
        while let Some((before, inside)) = rest.split_once(from) {
            kept.push_str(before);
            kept.push(' ');
            rest = inside.split_once(to).map_or("", |(_, after)| after);
        }
        kept.push_str(rest);
        text = kept;
    }
    text
}

#[test]
fn no_template_holds_a_bare_string() {
    let mut offences = Vec::new();
    for (path, text) in below("templates", ".html") {
        let left = shown(&text);
        offences.extend(
            left.split_whitespace()
                .filter(|word| word.contains(char::is_alphabetic))
                .map(|word| format!("{path:?}: {word}")),
        );
        for attribute in SPOKEN_ATTRIBUTES {
            for value in text.split(&format!(" {attribute}=\"")).skip(1) {
                let value = value.split("\">").next().unwrap().split("\" ").next().unwrap();
                if shown(value).contains(char::is_alphabetic) {
                    offences.push(format!("{path:?}: {attribute} is {value}"));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
    assert!(shown("<p>{{ x }} Oh{% if y %}</p>").contains("Oh"), "this test sees nothing");
}

/// Proves: W-08 (values in messages).
#[test]
fn every_value_is_escaped_and_kept_apart() {
    let say = || Said::new(Language::English, "frame-you-are-on");
    for (page, around) in [
        (say().with("host", HOSTILE), ("<bdi translate=\"no\">", "</bdi>")),
        (say().strong("host", HOSTILE), ("<strong><bdi translate=\"no\">", "</bdi></strong>")),
        (say().plain("host", HOSTILE), ("\u{2068}", "\u{2069}")),
    ] {
        let html = page.to_string();
        let value = html.strip_prefix("You are on ").unwrap();
        let value = value.strip_prefix(around.0).unwrap().strip_suffix(around.1).unwrap();
        assert!(!value.contains(['<', '>', '"', '\'']), "{html}");
        assert!(value.starts_with("&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)"), "{html}");
        assert!(value.contains("{ $x }"), "a value is no message: {html}");
    }
}

#[test]
fn spans_are_spoken_in_one_unit_and_one_number() {
    let span = |seconds| Span::at_least(Duration::from_secs(seconds));
    for (seconds, lasts, ago, within) in [
        (0, "less than a minute", "less than a minute ago", "in less than a minute"),
        (60, "1 minute", "1 minute ago", "in 1 minute"),
        (120, "2 minutes", "2 minutes ago", "in 2 minutes"),
        (3600, "1 hour", "1 hour ago", "in 1 hour"),
        (172_799, "47 hours", "47 hours ago", "in 47 hours"),
        (2_592_000, "30 days", "30 days ago", "in 30 days"),
    ] {
        let access = Said::new(Language::English, "decision-access-lasts").span("lasts", &span(seconds)).to_string();
        assert_eq!(access, format!("This access lasts for {lasts}."));
        let asked = Said::new(Language::English, "origin-asked-unknown").ago("ago", &span(seconds)).to_string();
        assert_eq!(asked, format!("A device that gives no name asked {ago}."));
        let wait = Said::new(Language::English, "login-too-many").within("wait", &span(seconds)).to_string();
        assert_eq!(wait, format!("There were too many attempts. Try again {within}."));
    }
    assert_eq!(Said::new(Language::English, "span-days").set("count", 1).to_string(), "1 day");
}
