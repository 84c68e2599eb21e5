//! Tests of rules that hold for every page in every state.

use std::collections::{HashMap, HashSet};

use super::gallery::{self, HOSTILE};
use words::Language;

const STYLE: &str = include_str!("../../../static/style.css");

/// Every page in English, which the tests read.
fn pages() -> Vec<(String, String)> {
    gallery::pages(Language::English)
}

/// The start tags of a page, without the angle brackets.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])).filter_map(|tag| tag.split('>').next()).collect()
}

fn tags_named<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    tags(page).into_iter().filter(|tag| tag.split_whitespace().next() == Some(name)).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

/// For looking at them: `GRANTD_GALLERY=folder cargo test --lib gallery`, with `GRANTD_GALLERY_LANGUAGE=de` in German.
#[test]
fn the_gallery_is_written_when_asked_for() {
    let Some(folder) = std::env::var_os("GRANTD_GALLERY").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(folder.join("static")).unwrap();
    std::fs::write(folder.join("static/style.css"), STYLE).unwrap();
    std::fs::write(folder.join("static/favicon.svg"), include_str!("../../../static/favicon.svg")).unwrap();
    let tag = std::env::var("GRANTD_GALLERY_LANGUAGE").unwrap_or_default();
    for (name, page) in gallery::pages(Language::of_tag(&tag).unwrap_or(Language::English)) {
        std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
}

/// Proves: W-01 (the pages need nothing that the policy forbids).
#[test]
fn no_page_has_inline_script_or_style() {
    for (name, page) in pages() {
        for tag in tags(&page) {
            let element = tag.split_whitespace().next().unwrap();
            assert!(!["script", "style", "iframe", "object", "base"].contains(&element), "{name}: <{tag}>");
            for word in tag.split_whitespace().skip(1) {
                let attribute = word.split('=').next().unwrap().to_ascii_lowercase();
                assert!(!attribute.starts_with("on") && attribute != "style", "{name}: <{tag}>");
            }
            for url in ["href", "src", "action"].into_iter().filter_map(|key| attribute(tag, key)) {
                // The operator's own links are the only ones that lead away.
                let leads_away = attribute(tag, "rel") == Some("external noreferrer")
                    && ["https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
                assert!(leads_away || url.starts_with('/') && !url.starts_with("//"), "{name}: {url} is elsewhere");
            }
        }
        assert!(!page.contains("http-equiv"), "{name} acts by itself");
    }
}

/// Proves: W-08 (data is escaped).
#[test]
fn hostile_texts_are_shown_as_text() {
    let hostile: Vec<_> = pages().into_iter().filter(|(name, _)| name.ends_with("hostile")).collect();
    assert_eq!(hostile.len(), 6);
    for (name, page) in hostile {
        assert!(!page.contains(HOSTILE) && !page.contains("<script"), "{name}");
        assert!(page.contains("&#34;&#62;&#60;script&#62;alert(1)"), "{name} lost the text");
    }
}

/// Proves: X-06.
#[test]
fn every_page_says_where_one_is() {
    let mut titles = HashSet::new();
    for (name, page) in pages() {
        let language = if name.ends_with("-arabic") { "lang=\"ar\" dir=\"rtl\"" } else { "lang=\"en\" dir=\"ltr\"" };
        assert!(page.starts_with(&format!("<!DOCTYPE html>\n<html {language}>")), "{name}");
        for element in ["h1", "main", "header", "footer", "title"] {
            assert_eq!(tags_named(&page, element).len(), 1, "{name}: <{element}>");
        }
        let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(title.ends_with(" · login.example.com"), "{name}: {title}");
        assert!(!title.contains('\n') && title.trim() == title, "{name}: {title:?}");
        assert_eq!(title.starts_with("Error: "), page.contains("role=\"alert\""), "{name}: {title}");
        titles.insert(title.to_owned());
        let ids: Vec<_> = tags(&page).into_iter().filter_map(|tag| attribute(tag, "id")).collect();
        assert_eq!(ids.len(), ids.iter().collect::<HashSet<_>>().len(), "{name}: an id stands twice");
    }
    assert!(titles.len() > 15, "{titles:?}");
}

/// Proves.
#[test]
fn every_field_has_its_label_and_its_error() {
    for (name, page) in pages() {
        for field in tags_named(&page, "input").into_iter().filter(|tag| attribute(tag, "type") != Some("hidden")) {
            let id = attribute(field, "id").unwrap();
            assert!(page.contains(&format!("<label for=\"{id}\">")), "{name}: {id} has no label");
            assert!(attribute(field, "autocomplete").is_some(), "{name}: {id}");
            for described in attribute(field, "aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(page.contains(&format!(" id=\"{described}\"")), "{name}: {described} is nowhere");
            }
        }
        let invalid = page.matches("aria-invalid").count();
        assert_eq!(invalid > 0, page.contains("role=\"alert\""), "{name}");
        assert!(page.matches(" autofocus").count() <= 1, "{name}");
    }
}

/// Proves: X-07. WCAG 2.2, 1.4.1.
#[test]
fn nothing_is_told_by_colour_alone() {
    let words_in = |html: &str| {
        let words: String = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
        words.chars().filter(|c| c.is_alphabetic()).count()
    };
    let mut told = 0;
    for (name, page) in pages() {
        for (class, end) in [("error", "</p>"), ("warning", "</section>"), ("note", "</p>"), ("badge", "</span>")] {
            for block in page.split(&format!(" class=\"{class}")).skip(1) {
                let block = block.split(end).next().unwrap();
                assert!(words_in(&format!("<{block}")) >= 4, "{name}: .{class} says nothing: {block}");
                assert!(class != "warning" || block.contains("<h2") && block.contains("<svg"), "{name}: {block}");
                told += 1;
            }
        }
        // A sign is a picture of what the heading below it says.
        if let Some((_, after)) = page.split_once("<svg class=\"sign") {
            let next = after.split_once("</svg>").unwrap().1.trim_start();
            assert!(next.starts_with("<h1>"), "{name}: a sign without words");
        }
    }
    assert!(told > 8, "only {told}");
}

/// Proves: W-06 (as far as pages go).
#[test]
fn every_form_posts_with_the_csrf_token() {
    for (name, page) in pages() {
        for form in page.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("method=\"post\""), "{name}");
            assert_eq!(form.matches("name=\"csrf\" value=\"token-of-the-session\"").count(), 1, "{name}");
            assert!(form.contains("<button "), "{name}: a form without a button");
        }
    }
}

/// Proves: U-07.
#[test]
fn deny_comes_first_and_enter_does_nothing() {
    let decisions: Vec<_> = pages().into_iter().filter(|(name, _)| name.starts_with("decision")).collect();
    assert_eq!(decisions.len(), 22);
    for (name, page) in decisions {
        let form = page.split("<form class=\"decision\"").nth(1).unwrap().split("</form>").next().unwrap();
        let buttons = tags_named(form, "button");
        assert_eq!(
            buttons[0], "button type=\"submit\" formmethod=\"dialog\" hidden",
            "{name}: the default button is dead"
        );
        assert_eq!(attribute(buttons[1], "id"), Some("deny"), "{name}");
        assert!(!form.contains(" required"), "{name}: would stand in the way of Deny");
        // Where nothing can be approved, nothing can be ticked (requirement P-02).
        let approvable = !["decision-type-code", "decision-same-network-only"].contains(&name.as_str());
        if approvable {
            assert_eq!(attribute(buttons[2], "id"), Some("approve"), "{name}");
        }
        assert_eq!(attribute(buttons.last().unwrap(), "id"), Some("report"), "{name}");
        assert_eq!(buttons.len(), if approvable { 4 } else { 3 }, "{name}");
        let tick = "name=\"device_present\" type=\"checkbox\" value=\"true\"";
        assert_eq!(form.contains(tick), approvable, "{name}");
        // Nothing is ticked that the person has not ticked before.
        let ticked = ["decision-other-network-no-tick", "decision-unknown-no-tick", "decision-number-no-tick"];
        assert_eq!(form.contains(" checked"), ticked.contains(&name.as_str()), "{name}");
    }
}

/// Proves: U-05, U-06.
#[test]
fn the_decision_page_says_what_one_must_know() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    // One has to look for the raw addresses. Everything else is there without a tap.
    let (before, folded) = pages["decision"].split_once("<details class=\"more\">").unwrap();
    let (folded, after) = folded.split_once("</details>").unwrap();
    assert!(folded.contains("203.0.113.7") && !after.split("</main>").next().unwrap().contains("<details"));
    let page = format!("{before}{after}");
    for said in [
        "<h1>Let <bdi translate=\"no\">Aurora TV</bdi> sign in as <bdi translate=\"no\">alice</bdi>?</h1>",
        "Checked by this service",
        "Not you? Use another account",
        "Read your watch list",
        "<li>Access to <bdi translate=\"no\">Film library</bdi></li>",
        "The device stays signed in for up to 30 days, also after you sign out here.",
        "A device that calls itself “<bdi translate=\"no\">Android TV</bdi>” asked 2 minutes ago.",
        "The device is in the same network as you.",
        "W D J B, M J H T",
        "another 8 minutes",
        "mail, chat or phone",
        "You are giving another device access to your account.",
        "This device is with me",
    ] {
        assert!(page.contains(said), "{said:?} is missing");
    }
    let bare = &pages["decision-no-scopes"];
    assert!(!bare.contains("Access to"), "no resource was asked for");
    for said in [
        "It asks for no data and no rights.",
        "A device that gives no name asked less than a minute ago.",
        "for less than a minute.",
    ] {
        assert!(bare.contains(said), "{said:?} is missing");
    }
}

#[test]
fn what_was_typed_is_kept_and_passwords_are_not() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    assert!(pages["code-unknown"].contains("value=\"wdjb mjhx\""));
    assert!(pages["login-wrong"].contains("value=\"alice\""));
    let password = tags_named(&pages["login-wrong"], "input").into_iter().find(|tag| tag.contains("password")).unwrap();
    assert_eq!(attribute(password, "value"), None);
}

/// Proves: W-01 W-08 (an operator's picture is an image, and never part of the page).
#[test]
fn an_operator_stands_on_the_page_with_name_picture_colour_and_links() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    let page = &pages["code-branded"];
    assert!(page.contains("<title>Enter the code · Aurora Films &#38; Series · login.example.com</title>"), "{page}");
    assert!(page.contains("<img class=\"logo\" src=\"/static/logo.svg?v=1\" alt=\"\">"));
    assert!(!page.contains("class=\"mark\""), "our own picture is gone");
    let sheets: Vec<_> = tags_named(page, "link").into_iter().filter(|tag| tag.contains("stylesheet")).collect();
    let urls: Vec<_> = sheets.iter().filter_map(|tag| attribute(tag, "href")).collect();
    assert_eq!(urls, ["/static/style.css?v=1", "/static/accent.css?v=1", "/static/extra.css?v=1"]);
    let links: Vec<_> = tags_named(page, "a").into_iter().filter_map(|tag| attribute(tag, "href")).collect();
    assert_eq!(links, ["https://www.example.com/terms", "https://www.example.com/privacy", "mailto:help@example.com"]);
    assert!(!pages["code"].contains("class=\"links\""), "nobody set any");
}

/// People count in hours and days; who has to know the minute finds it on the pages for looking closely, without a mouse.
#[test]
fn times_are_told_by_how_long_ago_they_were() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    let time = "<time datetime=\"2026-11-21 12:00Z\" title=\"2026-11-21 12:00 UTC\">90 days ago</time>";
    assert!(pages["account"].contains(&format!("<p>Set {time}</p>")));
    let seen = |name: &str| {
        let texts = pages[name].split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
        texts.collect::<Vec<_>>().concat()
    };
    assert!(!seen("account").contains("UTC") && seen("account").contains("2 hours ago, from 2001:db8"));
    for name in ["account-activity", "account-device"] {
        assert!(seen(name).contains(" ago (2026-11-21 12:00 UTC)"), "{name}");
    }
}

#[test]
fn whoever_forgot_the_password_is_told_whom_to_ask() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    for name in ["login", "login-wrong", "login-throttled"] {
        assert!(pages[name].contains("Forgot your password? Ask the people who run this service."), "{name}");
        assert!(!pages[name].contains("id=\"forgotten\""), "{name}: nobody set a link");
    }
    let branded = &pages["login-branded"];
    let link = tags_named(branded, "a").into_iter().find(|tag| attribute(tag, "id") == Some("forgotten")).unwrap();
    assert_eq!(attribute(link, "href"), Some("mailto:help@example.com"));
    assert!(branded.contains(">Forgot your password? Get help</a>") && !branded.contains("Ask the people"));
}

/// Proves: B-04: a person who sees no number can deny.
#[test]
fn a_device_without_a_number_has_an_answer() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    for name in ["decision-number", "decision-number-missing"] {
        let choice = pages[name].split("<fieldset aria-describedby=\"number-none\">").nth(1).unwrap();
        let told = choice.split("</fieldset>").next().unwrap().split("id=\"number-none\">").nth(1).unwrap();
        assert!(told.contains("show no number") && told.contains("choose Deny"), "{name}: {told}");
    }
}

/// Proves: X-01: an example of a code is tied to its field, stays while one types, and cannot be typed itself.
#[test]
fn the_field_says_what_codes_look_like_and_shows_none() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    for (name, looks) in
        [("code", 1), ("code-unknown", 1), ("code-link", 1), ("code-three-looks", 3), ("code-many-looks", 0)]
    {
        let page = &pages[name];
        let field =
            tags_named(page, "input").into_iter().find(|tag| attribute(tag, "id") == Some("user_code")).unwrap();
        let described = attribute(field, "aria-describedby").unwrap().contains("user_code-examples");
        let drawn: Vec<&str> = page.split("<span class=\"outline\"").skip(1).collect();
        assert_eq!((described, drawn.len()), (looks > 0, looks), "{name}");
        assert!(attribute(field, "placeholder").is_none(), "{name}");
        for outline in drawn {
            let outline = outline.split("</span></p>").next().unwrap();
            let text = outline.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
            assert!(!text.collect::<String>().contains(char::is_alphanumeric), "{name}: {outline}");
        }
    }
    assert!(pages["code"].contains("Letters, for example like this:"));
    assert!(pages["code"].contains("<span class=\"unseen\">4 characters, 4 characters</span>"), "for the ear");
    assert!(pages["code-three-looks"].contains("Digits, for example like this:"));
}

#[test]
fn the_phone_gets_an_address_and_never_a_code() {
    let pages: HashMap<_, _> = pages().into_iter().collect();
    assert!(pages["code"].contains("role=\"img\" aria-label=\"QR code of the address of this page\""));
    assert!(pages["code"].contains("fill=\"#fff\"") && pages["code"].contains("fill=\"#000\""), "whatever the scheme");
    for name in ["code-link", "code-unknown", "code-throttled"] {
        assert!(!pages[name].contains("class=\"qr\""), "{name}: a code is at hand");
    }
}

#[test]
fn the_stylesheet_is_small_and_asks_nobody() {
    assert!(STYLE.len() < 20_000, "{} bytes", STYLE.len());
    for foreign in ["url(", "@import", "@font-face", "!important"] {
        assert!(!STYLE.contains(foreign), "{foreign}");
    }
    for (name, page) in pages() {
        for class in tags(&page).into_iter().filter_map(|tag| attribute(tag, "class")).flat_map(str::split_whitespace) {
            assert!(class == "decision" || STYLE.contains(&format!(".{class}")), "{name}: .{class} has no style");
        }
    }
}

/// Proves: X-05 (contrast). WCAG 2.2, 1.4.3 and 1.4.11.
#[test]
fn colours_are_far_enough_apart() {
    const TEXT: f64 = 4.5;
    const EDGE: f64 = 3.0;
    let (light, dark) = STYLE.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let dark = dark.split_once("@media").unwrap().0;
    for (scheme, css) in [("light", light), ("dark", dark)] {
        let colours: HashMap<&str, [u8; 3]> = css.lines().filter_map(token).collect();
        for (front, back, least) in [
            ("ink", "ground", TEXT),
            ("ink", "card", TEXT),
            ("ink", "field", TEXT),
            ("ink", "panel", TEXT),
            ("ink", "warn-ground", TEXT),
            ("soft", "ground", TEXT),
            ("soft", "card", TEXT),
            ("soft", "panel", TEXT),
            ("accent", "card", TEXT),
            ("accent-strong", "card", TEXT),
            ("on-accent", "accent", TEXT),
            ("on-accent", "accent-strong", TEXT),
            ("on-deny", "deny", TEXT),
            ("on-deny", "deny-strong", TEXT),
            ("warn", "warn-ground", TEXT),
            ("bad", "bad-ground", TEXT),
            ("good", "good-ground", TEXT),
            ("bad", "card", EDGE),
            ("edge", "card", EDGE),
            ("edge", "field", EDGE),
            ("edge", "panel", EDGE),
            ("accent", "ground", EDGE),
        ] {
            let ratio = contrast(colours[front], colours[back]);
            assert!(ratio >= least, "{scheme}: {front} on {back} is {ratio:.2}:1");
        }
        let weights = [contrast(colours["deny"], colours["card"]), contrast(colours["accent"], colours["card"])];
        assert!(weights[0] >= weights[1] * 0.8, "{scheme}: Deny is weaker than Approve: {weights:?}");
    }
}

/// `--name: #rrggbb;`
fn token(line: &str) -> Option<(&str, [u8; 3])> {
    let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
    let rgb = u32::from_str_radix(value.strip_suffix(';')?, 16).ok()?;
    let [_, red, green, blue] = rgb.to_be_bytes();
    Some((name, [red, green, blue]))
}

/// WCAG 2.2, "contrast ratio" and "relative luminance".
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let luminance = |rgb: [u8; 3]| {
        let linear = rgb.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
