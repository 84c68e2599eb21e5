//! A short name of a device from its `User-Agent` (RFC 9110 section 10.1.5). Anybody can invent one: it is good for
//! recognising a device that is not yours, and never for trust.

use crate::wire::display_text::display_text;

/// The greatest length that is read of a header.
const LONGEST_READ: usize = 256;
/// The greatest length of a product that is shown on a page.
const LONGEST_SHOWN: usize = 40;

/// Devices whose names say enough; the browser in them is not named.
const APPLIANCES: &[(&str, &str)] = &[
    ("appletv", "Apple TV"),
    ("apple tv", "Apple TV"),
    ("android tv", "Android TV"),
    ("androidtv", "Android TV"),
    ("google tv", "Google TV"),
    ("googletv", "Google TV"),
    ("crkey", "Chromecast"),
    ("bravia", "Sony TV"),
    ("web0s", "LG TV"),
    ("webos", "LG TV"),
    ("tizen", "Samsung TV"),
    ("roku", "Roku"),
    ("playstation", "PlayStation"),
    ("xbox", "Xbox"),
    ("nintendo", "Nintendo console"),
];

/// Most browsers name several products. The more specific ones come first.
const BROWSERS: &[(&str, &str)] = &[
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("silk/", "Silk"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("chromium/", "Chromium"),
    ("safari/", "Safari"),
];

/// The more specific ones come first: Android and ChromeOS are Linux, an iPhone is "like Mac OS X".
const SYSTEMS: &[(&str, &str)] = &[
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("cros", "ChromeOS"),
    ("windows", "Windows"),
    ("macintosh", "macOS"),
    ("mac os x", "macOS"),
    ("darwin", "macOS"),
    ("linux", "Linux"),
];

/// A name for people, such as "Firefox on Linux", "Android TV" or "curl"; `None` when the header says nothing.
pub fn device_name(user_agent: &str) -> Option<String> {
    let read = display_text(user_agent, LONGEST_READ);
    let lower = read.to_ascii_lowercase();
    if let Some(appliance) = named(&lower, APPLIANCES) {
        return Some(appliance.to_owned());
    }
    let system = named(&lower, SYSTEMS);
    let product = match named(&lower, BROWSERS) {
        Some(browser) => browser.to_owned(),
        None => own_product(&read)?,
    };
    Some(system.map_or_else(|| product.clone(), |system| format!("{product} on {system}")))
}

fn named(lower: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    table.iter().find(|(sign, _)| starts_a_word(lower, sign)).map(|(_, name)| *name)
}

/// Whether the sign begins a word: "cros" is in "macros" and "roku" in "baroku".
fn starts_a_word(text: &str, sign: &str) -> bool {
    text.match_indices(sign).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// The first product of the header, without its version. A product is a token (RFC 9110 section 10.1.5), so it is
/// ASCII. Only the characters of names are accepted, because the name stands in a sentence of the page.
fn own_product(read: &str) -> Option<String> {
    // The ellipsis of a cut text is not a part of the name.
    let product = read.trim_end_matches('…').split(['/', ' ', '(', ';']).next()?;
    let is_token = product.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte));
    let speaks = product.bytes().any(|byte| byte.is_ascii_alphanumeric());
    (is_token && speaks).then(|| display_text(product, LONGEST_SHOWN))
}

#[cfg(test)]
mod tests {
    use super::device_name;

    #[test]
    fn devices_are_named_for_people() {
        for (user_agent, name) in [
            ("curl/8.5.0", "curl"),
            ("python-requests/2.31.0", "python-requests"),
            ("grantd-device/0.1 (Linux)", "grantd-device on Linux"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("Mozilla/5.0 (Linux; Android 12; Android TV) AppleWebKit/537.36 Chrome/110 Safari/537.36", "Android TV"),
            ("Mozilla/5.0 (Linux; Android 9; AFTMM) AppleWebKit/537.36 Silk/120 Safari/537.36", "Silk on Android"),
            ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94 Safari/537.36", "LG TV"),
            ("AppleTV11,1/11.1", "Apple TV"),
        ] {
            assert_eq!(device_name(user_agent).as_deref(), Some(name), "{user_agent}");
        }
    }

    #[test]
    fn a_header_that_says_nothing_names_nothing() {
        for user_agent in ["", "   ", "/", "\u{202E}\u{2066}", "---", "(Linux)"] {
            assert_eq!(device_name(user_agent), None, "{user_agent:?}");
        }
    }

    /// Proves: W-08.
    #[test]
    fn a_hostile_header_is_tamed() {
        assert_eq!(device_name("\u{202E}curl\u{0}/1\r\n").as_deref(), Some("curl"));
        let long = device_name(&"A".repeat(10_000)).unwrap();
        assert_eq!(long.chars().count(), 40);
        assert_eq!(
            device_name(&format!("{} Firefox/1", "x ".repeat(400))).as_deref(),
            Some("x"),
            "the tail is not read"
        );
    }

    /// Proves: FB-05
    #[test]
    fn what_is_no_product_token_is_no_name() {
        for user_agent in [
            "Your\u{2800}bank\u{2800}asks:\u{2800}approve",
            "\u{3164}\u{3164}",
            "x\u{300}\u{301}\u{302}",
            "\u{441}url/8",
            "\"Approve\"/1",
            "<b>/1",
            "Approve!/1",
        ] {
            let name = device_name(user_agent);
            assert!(name.is_none() || name.as_deref() == Some("Your"), "{user_agent:?}: {name:?}");
        }
        assert_eq!(device_name("Home-Assistant_2.0+x/1").as_deref(), Some("Home-Assistant_2.0+x"));
    }

    #[test]
    fn a_sign_inside_another_word_is_no_sign() {
        assert_eq!(device_name("baroku/1").as_deref(), Some("baroku"));
        assert_eq!(device_name("macros/1").as_deref(), Some("macros"));
    }
}
