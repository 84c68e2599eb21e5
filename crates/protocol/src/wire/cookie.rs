//! Reads the header `Cookie` (RFC 6265 section 4.2.1).

/// The value of the first cookie with this name, in the order of the headers. A pair without `=` has no name. Each pair
/// is read by itself, because other applications on the host may set cookies of any bytes (RFC 6265 section 5.2).
pub fn cookie_value<'a>(headers: impl Iterator<Item = &'a [u8]>, name: &str) -> Option<&'a str> {
    let pairs = headers.flat_map(|header| header.split(|byte| *byte == b';'));
    let values = pairs.filter_map(|pair| {
        let pair = pair.trim_ascii();
        let (has, value) = pair.split_at(pair.iter().position(|byte| *byte == b'=')?);
        (has == name.as_bytes()).then_some(value.get(1..)?)
    });
    // The cookies of this server have ASCII values.
    values.filter(|value| value.is_ascii()).find_map(|value| str::from_utf8(value).ok())
}

#[cfg(test)]
mod tests {
    use super::cookie_value;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = [b"theme=dark; __Host-grantd=abc".as_slice(), b"__Host-grantd=second; x"];
        assert_eq!(cookie_value(headers.into_iter(), "__Host-grantd"), Some("abc"));
        assert_eq!(cookie_value(headers.into_iter(), "grantd"), None);
        assert_eq!(cookie_value(headers.into_iter(), "x"), None);
        assert_eq!(cookie_value([b"a=b=c".as_slice()].into_iter(), "a"), Some("b=c"));
    }

    /// Proves: FB-03
    #[test]
    fn an_odd_cookie_hides_no_other() {
        for odd in [b"city=Z\xc3\xbcrich".as_slice(), b"city=Z\xfcrich", b"\xff", b"=", b"", b"grantd=\xff", b"grantd"]
        {
            for header in [[odd, b"grantd=abc"].join(b"; ".as_slice()), [odd, b"grantd=abc", odd].join(b";".as_slice())]
            {
                assert_eq!(cookie_value([header.as_slice()].into_iter(), "grantd"), Some("abc"), "{header:?}");
            }
            assert_eq!(cookie_value([odd].into_iter(), "grantd"), None, "{odd:?}");
        }
    }
}
