//! Which cookie did the browser send? `Cookie`, RFC 6265 section 4.2.1.

/// The value of the first cookie of a name, in the headers' order. A pair without `=`, and a cookie of a longer or a
/// shorter name, is none of ours.
pub fn cookie_value<'a>(headers: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    let pairs = headers.flat_map(|header| header.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(has, _)| *has == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::cookie_value;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = ["theme=dark; __Host-grantd=abc", "__Host-grantd=second; x"];
        assert_eq!(cookie_value(headers.into_iter(), "__Host-grantd"), Some("abc"));
        assert_eq!(cookie_value(headers.into_iter(), "grantd"), None);
        assert_eq!(cookie_value(headers.into_iter(), "x"), None);
        assert_eq!(cookie_value(["a=b=c"].into_iter(), "a"), Some("b=c"));
    }
}
