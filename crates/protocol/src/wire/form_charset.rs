//! The charset of a form (RFC 9110 section 8.3.2).
//!
//! `application/x-www-form-urlencoded` has no parameters and is UTF-8 (RFC 6749 appendix B). Yet some libraries name
//! the charset of their platform with every form. Most of these charsets encode ASCII as UTF-8 does, and most forms
//! contain only ASCII, so such a form is accepted. A form with other characters is refused, because its meaning would
//! be a guess.

/// What the `charset` of a media type says about a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormCharset {
    /// UTF-8, named or by default.
    Utf8,
    /// Another charset that encodes ASCII in the same way, by its name.
    LikeAscii(String),
    /// A charset in which bytes of ASCII may mean something else, by its name if it is a usual one.
    Other(Option<&'static str>),
}

/// Other names of charsets that encode ASCII as UTF-8 does, registered or usual.
const ALIASES: [(&str, &str); 6] = [
    ("ascii", "US-ASCII"),
    ("latin1", "ISO-8859-1"),
    ("iso8859-1", "ISO-8859-1"),
    ("iso_8859-1", "ISO-8859-1"),
    ("cp1252", "windows-1252"),
    ("latin-1", "ISO-8859-1"),
];
const OTHERS: [&str; 6] = ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-7", "Shift_JIS"];

impl FormCharset {
    /// Reads a `Content-Type`; `None` when it is not that of a form. If it names several charsets, the least compatible
    /// one counts.
    pub fn of(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';').map(str::trim);
        let is_form = parts.next()?.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let charsets = parts
            .filter_map(|parameter| parameter.split_once('='))
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let charsets = charsets.map(|(_, value)| Self::named(value.trim().trim_matches('"')));
        is_form.then(|| {
            charsets.fold(Self::Utf8, |worst, charset| if worst == Self::Utf8 { charset } else { worst.and(charset) })
        })
    }

    fn named(name: &str) -> Self {
        if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8") {
            return Self::Utf8;
        }
        let usual = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map_or(name, |(_, usual)| usual);
        let other = || OTHERS.into_iter().find(|known| known.eq_ignore_ascii_case(usual));
        like_ascii(usual).map_or_else(|| Self::Other(other()), Self::LikeAscii)
    }

    fn and(self, other: Self) -> Self {
        if matches!(other, Self::Other(_)) { other } else { self }
    }

    /// Why this body cannot be read in this charset, if so. Percent-escapes are in the charset too.
    pub fn forbids(&self, body: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => None,
            Self::LikeAscii(_) if is_ascii(body) => None,
            Self::LikeAscii(name) => {
                Some(format!("the body says that it is {name} and is more than ASCII: send UTF-8"))
            }
            Self::Other(Some(name)) => Some(format!("the body says that it is {name}: send UTF-8")),
            Self::Other(None) => {
                Some("the body says that it is in a charset that is not known here: send UTF-8".to_owned())
            }
        }
    }
}

/// The registered name of a charset that encodes ASCII as UTF-8 does.
fn like_ascii(name: &str) -> Option<String> {
    let iso = (1..=16).filter(|part| !matches!(part, 11 | 12)).map(|part| format!("ISO-8859-{part}"));
    let windows = (1250..=1258).map(|page| format!("windows-{page}"));
    iso.chain(windows).chain(["US-ASCII".to_owned()]).find(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a form contains only ASCII, as bytes and as percent-escapes.
fn is_ascii(body: &[u8]) -> bool {
    let high = |digit: &u8| matches!(digit, b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F');
    body.is_ascii() && !body.windows(2).any(|pair| matches!(pair, [b'%', digit] if high(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    /// Proves: N26 FE-19
    #[test]
    fn a_charset_that_reads_ascii_alike_is_taken_by_any_of_its_names() {
        let of = |parameters: &str| FormCharset::of(&format!("{FORM}{parameters}"));
        for utf8 in ["", ";", "; boundary=x", ";charset=UTF-8", "; Charset = \"utf-8\"", ";charset=utf8"] {
            assert_eq!(of(utf8), Some(FormCharset::Utf8), "{utf8:?}");
        }
        for (written, name) in [
            ("ISO-8859-1", "ISO-8859-1"),
            ("iso-8859-15", "ISO-8859-15"),
            ("latin1", "ISO-8859-1"),
            ("\"US-ASCII\"", "US-ASCII"),
            ("Windows-1252", "windows-1252"),
            ("cp1252", "windows-1252"),
        ] {
            assert_eq!(of(&format!("; charset={written}")), Some(FormCharset::LikeAscii(name.to_owned())), "{written}");
        }
        assert_eq!(of("; charset=utf-16"), Some(FormCharset::Other(Some("UTF-16"))));
        assert_eq!(of("; charset=klingon"), Some(FormCharset::Other(None)));
        assert_eq!(of("; charset="), Some(FormCharset::Other(None)));
        assert_eq!(of(";charset=ISO-8859-1;charset=utf-16"), Some(FormCharset::Other(Some("UTF-16"))));
        assert_eq!(of(";charset=ISO-8859-1;charset=utf-8"), Some(FormCharset::LikeAscii("ISO-8859-1".to_owned())));
        assert_eq!(FormCharset::of("application/json; charset=utf-8"), None);
        assert_eq!(FormCharset::of(""), None);
    }

    /// Proves: N26 FE-19
    #[test]
    fn what_would_have_to_be_guessed_is_refused_and_the_charset_named() {
        let latin1 = FormCharset::LikeAscii("ISO-8859-1".to_owned());
        for sound in [&b"a=b&c=%2f%7E+"[..], b"", b"a=%zz"] {
            assert_eq!(latin1.forbids(sound), None);
        }
        for other in [&b"a=%E9"[..], b"a=%C3%A9", b"a=%ff", b"a=\xe9", "a=é".as_bytes(), b"%80"] {
            let why = latin1.forbids(other).unwrap();
            assert!(why.contains("ISO-8859-1"), "{why}");
            assert_eq!(FormCharset::Utf8.forbids(other), None, "the decoder judges that");
        }
        assert!(FormCharset::Other(Some("UTF-16")).forbids(b"a=b").unwrap().contains("UTF-16"));
        assert!(FormCharset::Other(None).forbids(b"a=b").is_some());
    }
}
