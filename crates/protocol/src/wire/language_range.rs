//! Language ranges: `Accept-Language` (RFC 9110 section 12.5.4), and the lookup of RFC 4647 section 3.4.

/// The greatest length that is read of a header; the rest is ignored.
const LONGEST_HEADER: usize = 1024;
const MOST_RANGES: usize = 32;

/// The ranges of `Accept-Language`, best first; those of equal weight in their order. Malformed ranges and those that
/// are not acceptable (`q=0`) are left out.
pub fn accepted_languages(header: &str) -> Vec<&str> {
    let end =
        (0..=LONGEST_HEADER.min(header.len())).rev().find(|end| header.is_char_boundary(*end)).unwrap_or_default();
    let mut ranges: Vec<(u16, &str)> =
        header[..end].split(',').take(MOST_RANGES).filter_map(weighted).filter(|(weight, _)| *weight > 0).collect();
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    ranges.into_iter().map(|(_, range)| range).collect()
}

/// The index of the first offered language that a range matches. Each range is tried in turn, first whole and then
/// shortened, so that `de-CH` finds `de`. The range `*` is ignored, because the default covers it (RFC 4647 section
/// 3.4).
pub fn look_up_language<'a>(ranges: impl IntoIterator<Item = &'a str>, offered: &[&str]) -> Option<usize> {
    ranges.into_iter().take(MOST_RANGES).find_map(|range| {
        let mut range = Some(range);
        while let Some(asked) = range {
            if let Some(place) = offered.iter().position(|tag| tag.eq_ignore_ascii_case(asked)) {
                return Some(place);
            }
            range = shortened(asked);
        }
        None
    })
}

/// The range without its last subtag, and without a single letter that would then be the last.
fn shortened(range: &str) -> Option<&str> {
    let (shorter, _) = range.rsplit_once('-')?;
    match shorter.rsplit_once('-') {
        Some((rest, single)) if single.len() == 1 => Some(rest),
        _ => Some(shorter),
    }
}

/// Parses one element: its weight in thousandths, and its range (RFC 4647 section 2.1).
fn weighted(element: &str) -> Option<(u16, &str)> {
    let mut parts = element.split(';').map(|part| part.trim_matches([' ', '\t']));
    let range = parts.next().filter(|range| is_range(range))?;
    let weight = match parts.next() {
        Some(weight) => thousandths(weight.strip_prefix(['q', 'Q'])?.strip_prefix('=')?)?,
        None => 1000,
    };
    parts.next().is_none().then_some((weight, range))
}

/// Whether it has the form that ranges and tags share (RFC 4647 section 2.1, RFC 5646 section 2.1): subtags of one to eight
/// letters and digits, the first of letters.
pub(crate) fn is_range(range: &str) -> bool {
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = range.split('-').next().unwrap_or_default();
    range.split('-').all(subtag) && language.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Parses a weight such as `0.8` (RFC 9110 section 12.4.2), with at most three digits after the point.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = format!("{part:0<3}").parse().ok()?;
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST_HEADER, MOST_RANGES, accepted_languages, look_up_language};

    #[test]
    fn weights_order_the_languages_and_zero_takes_one_out() {
        for (header, ranges) in [
            ("de", &["de"][..]),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", &["fr-CH", "fr", "en", "de"]),
            ("en;q=0.8,\tde ;q=0.9, ja;Q=1.000", &["ja", "de", "en"]),
            ("en;q=0.5, de;q=0.5", &["en", "de"]),
            ("en;q=0, de;q=0.001, fr;q=0.000", &["de"]),
            ("zh-Hant-TW", &["zh-Hant-TW"]),
        ] {
            assert_eq!(accepted_languages(header), ranges, "{header}");
        }
    }

    #[test]
    fn what_is_malformed_is_left_out_and_the_rest_is_read() {
        for wrong in [
            "",
            ",",
            "*",
            "-de",
            "de-",
            "de_DE",
            "française",
            "abcdefghi",
            "de;q",
            "de;q=",
            "de;q=1.001",
            "de;q=2",
            "de;q=0.1234",
            "de;q=-1",
            "de;q=.5",
            "de;level=1",
            "de;q=1;q=1",
            "1a",
            "<b>",
            "de;q=0.٣",
        ] {
            assert_eq!(accepted_languages(wrong), [""; 0], "{wrong}");
            assert_eq!(accepted_languages(&format!("{wrong}, ja;q=0.1")), ["ja"], "{wrong}");
        }
    }

    #[test]
    fn a_range_finds_the_nearest_that_is_offered() {
        let offered = ["en", "de", "zh-Hans"];
        for (ranges, found) in [
            (&["de-CH-1996"][..], Some("de")),
            (&["DE"], Some("de")),
            (&["fr", "en-GB"], Some("en")),
            (&["zh-Hans-CN"], Some("zh-Hans")),
            (&["zh-hans-x-private", "en"], Some("zh-Hans")),
            (&["zh"], None),
            (&["deu", "d", "enx"], None),
            (&[], None),
        ] {
            let place = look_up_language(ranges.iter().copied(), &offered);
            assert_eq!(place.map(|place| offered[place]), found, "{ranges:?}");
        }
    }

    #[test]
    fn a_long_header_costs_no_more_than_a_short_one() {
        let many = "aa,".repeat(100_000) + "de";
        assert_eq!(accepted_languages(&many).len(), MOST_RANGES);
        let long = format!("{}é, de", "x".repeat(LONGEST_HEADER - 1));
        assert_eq!(accepted_languages(&long), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_header_gives_ranges_of_its_own_and_no_error(header in "\\PC{0,200}|[a-z0-9*;=,. q-]{0,2000}") {
            let ranges = accepted_languages(&header);
            prop_assert!(ranges.len() <= MOST_RANGES);
            for range in &ranges {
                prop_assert!(header.contains(range) && range.is_ascii() && !range.is_empty());
            }
            let found = look_up_language(ranges.iter().copied(), &["en", "de"]);
            prop_assert!(found.is_none_or(|place| place < 2));
        }

        #[test]
        fn a_language_that_is_offered_and_wanted_most_is_found(
            others in proptest::collection::vec("(f[r-z]|p[lt])(-[A-Z]{2})?;q=0\\.[0-9]{1,3}", 0..8),
            place in 0..9_usize,
        ) {
            let mut elements = others;
            elements.insert(place.min(elements.len()), "de-AT".to_owned());
            let header = elements.join(", ");
            let ranges = accepted_languages(&header);
            prop_assert_eq!(look_up_language(ranges, &["en", "fr", "pl", "de"]), Some(3));
        }
    }
}
