//! Reads `application/x-www-form-urlencoded` strictly (RFC 6749 section 3.1, appendix B).
//!
//! The common decoders replace invalid UTF-8 by U+FFFD and use the last of two equal names. Here a body either has
//! exactly one value for each name, or it is an error, so that no caller has to choose between two values. A caller
//! names the exceptions: RFC 8707 allows several resources in a request.

use std::borrow::Cow;

use crate::wire::OAuthError;

/// Names and values as sent, each name once unless it may be repeated. An empty value counts as absent (RFC 8628
/// section 3.1).
#[derive(Default)]
pub struct Form(Vec<(String, String)>);

/// Why a body cannot be read. The text may be used as `error_description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedForm(pub Cow<'static, str>);

impl From<MalformedForm> for OAuthError {
    fn from(MalformedForm(reason): MalformedForm) -> Self {
        Self::InvalidRequest(reason)
    }
}

impl Form {
    /// The greatest number of bytes of a form.
    pub const MAX_BYTES: usize = 16 * 1024;
    const MAX_PAIRS: usize = 64;

    /// Reads a body.
    ///
    /// # Errors
    /// A broken percent-escape, invalid UTF-8, a control character, a name that comes twice, too many pairs.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedForm> {
        Self::parse_repeating(body, &[])
    }

    /// Reads a body in which these names, and no others, may come several times.
    ///
    /// # Errors
    /// As [`Form::parse`].
    pub fn parse_repeating(body: &[u8], repeatable: &[&str]) -> Result<Self, MalformedForm> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == Self::MAX_PAIRS {
                return Err(MalformedForm("too many parameters".into()));
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &b""[..]),
            };
            let name = decode(name)?;
            if pairs.iter().any(|(has, _)| *has == name) && !repeatable.contains(&name.as_str()) {
                return Err(MalformedForm(repeated(&name)));
            }
            pairs.push((name, decode(value)?));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter; `None` when it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(has, _)| has == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that has at most `longest` bytes, more than any value that this server issues or
    /// registers.
    ///
    /// # Errors
    /// When the value is longer.
    pub fn at_most(&self, name: &'static str, longest: usize) -> Result<Option<&str>, MalformedForm> {
        match self.get(name) {
            Some(value) if value.len() > longest => Err(MalformedForm(format!("{name} is too long").into())),
            value => Ok(value),
        }
    }

    /// The form with this value for the parameter, if it had none.
    #[must_use]
    pub fn or(mut self, name: &str, value: &str) -> Self {
        if self.get(name).is_none() {
            self.0.retain(|(has, _)| has != name);
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// All values of a parameter that may be repeated, without empty ones.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(has, _)| has == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All parameters whose name begins with a prefix: the rest of the name, and the value, which may be empty.
    pub fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// Whether a name or a value has a tab or a line break. People paste those into pages; no OAuth parameter has any.
    pub fn has_breaks(&self) -> bool {
        self.0.iter().any(|(name, value)| name.chars().chain(value.chars()).any(char::is_control))
    }
}

/// Decodes one name or value: `+` is a space, `%xx` a byte, the bytes are UTF-8 without control characters other than
/// tabs and line breaks.
pub(crate) fn decode(raw: &[u8]) -> Result<String, MalformedForm> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or(0),
                    _ => return Err(MalformedForm("the body has a broken percent-escape".into())),
                }
            }
            byte => *byte,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| MalformedForm("the body is not UTF-8".into()))?;
    if text.chars().any(|c| c.is_control() && c != '\t' && c != '\r' && c != '\n') {
        return Err(MalformedForm("the body has control characters".into()));
    }
    Ok(text)
}

/// The message names the parameter for the developer of the client, unless the name has characters that an
/// `error_description` may not have.
fn repeated(name: &str) -> Cow<'static, str> {
    let plain = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if plain && !name.is_empty() {
        format!("the parameter {name} is repeated").into()
    } else {
        "a parameter is repeated".into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reason(body: &[u8]) -> String {
        Form::parse(body).err().map(|malformed| malformed.to_string()).unwrap_or_default()
    }

    #[test]
    fn names_and_values_are_decoded() {
        let form = Form::parse(b"scope=a+b%20c&client_id=caf%C3%A9&empty=&bare&x=1=2").unwrap();
        assert_eq!(form.get("scope"), Some("a b c"));
        assert_eq!(form.get("client_id"), Some("café"));
        assert_eq!(form.get("x"), Some("1=2"));
        assert_eq!((form.get("empty"), form.get("bare"), form.get("absent")), (None, None, None));
    }

    #[test]
    fn a_repeated_name_is_refused_and_named() {
        assert_eq!(reason(b"scope=a&scope=a"), "the parameter scope is repeated");
        assert_eq!(reason(b"a=&a="), "the parameter a is repeated");
        assert_eq!(reason(b"%3Cb%3E=1&%3Cb%3E=2"), "a parameter is repeated");
    }

    /// Proves: T-04 S-04, in the decoder.
    #[test]
    fn only_what_may_be_repeated_is() {
        let form = Form::parse_repeating(b"resource=a&x=1&resource=&resource=b", &["resource"]).unwrap();
        assert_eq!(form.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        for wrong in [&b"resource=a&x=1&x=1"[..], b"resource=a&Resource=b&Resource=c"] {
            assert!(Form::parse_repeating(wrong, &["resource"]).is_err());
        }
        assert_eq!(reason(b"resource=a&resource=b"), "the parameter resource is repeated");
    }

    /// Proves: T-03, in the decoder.
    #[test]
    fn what_is_not_utf8_or_not_an_escape_is_refused() {
        for wrong in [&b"a=%FF%FE"[..], b"a=%zz", b"a=%1", b"a=%", b"a=\x80", b"a=%00", b"a=\0", b"a=%C0%AF", b"%1f=a"]
        {
            assert!(Form::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn there_is_a_limit_to_names() {
        let many: Vec<String> = (0..65).map(|n| format!("p{n}=1")).collect();
        assert_eq!(reason(many.join("&").as_bytes()), "too many parameters");
        assert_eq!(
            Form::parse(b"client_id=abcdef").unwrap().at_most("client_id", 5).err().map(|e| e.to_string()),
            Some("client_id is too long".to_owned())
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(form) = Form::parse(&body) {
                let whole = form.0.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
                prop_assert!(whole);
            }
        }
    }
}
