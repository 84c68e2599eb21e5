//! Searches for the secrets that a test met, in every spelling.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::Page;

/// The secrets that were seen, by their kind.
#[derive(Default)]
pub struct Secrets(Vec<Secret>);

struct Secret {
    what: String,
    bytes: Vec<u8>,
    spellings: Vec<String>,
}

impl Secrets {
    /// The secrets that [`Secrets::bytes`] gave.
    pub fn of(bytes: Vec<(String, Vec<u8>)>) -> Self {
        let mut secrets = Self::default();
        for (what, bytes) in bytes {
            secrets.add_bytes(&what, bytes);
        }
        secrets
    }

    /// What they are, plainly.
    pub fn bytes(&self) -> Vec<(&str, &[u8])> {
        self.0.iter().map(|secret| (secret.what.as_str(), secret.bytes.as_slice())).collect()
    }

    pub fn add_bytes(&mut self, what: &str, bytes: Vec<u8>) {
        let spellings = spellings(&bytes).iter().map(|spelling| searchable(spelling)).collect();
        self.0.push(Secret { what: what.to_owned(), bytes, spellings });
    }

    pub fn add(&mut self, what: &str, text: &str) {
        assert!(text.len() >= 8, "{what}: {text:?} is too short to be looked for");
        self.add_bytes(what, text.as_bytes().to_vec());
        // A secret that is itself an encoding must not be there decoded either.
        if let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) {
            self.add_bytes(&format!("{what}, decoded"), bytes);
        }
    }

    pub fn add_code(&mut self, grouped: &str) {
        self.add("a user code", grouped);
        self.add("a bare user code", &grouped.replace('-', ""));
        self.add("a user code in small letters", &grouped.to_lowercase());
    }

    pub fn add_page(&mut self, page: &Page) {
        self.add("a csrf token", &page.csrf());
        if let Some(handle) = page.path.strip_prefix("/device/request/") {
            self.add("a handle", handle);
        }
    }

    /// The values of `Set-Cookie` headers.
    pub fn add_cookies(&mut self, set: Vec<String>) {
        assert!(!set.is_empty());
        for cookie in set {
            self.add("a cookie", cookie.split_once(';').unwrap().0.split_once('=').unwrap().1);
        }
    }

    /// A token, and its signature if it has one.
    pub fn add_token(&mut self, what: &str, token: &str) {
        self.add(what, token);
        if let Some((_, signature)) = token.rsplit_once('.') {
            self.add(&format!("the signature of the {what}"), signature);
        }
    }

    /// The secrets that occur in some bytes.
    pub fn found_in(&self, haystack: &[u8]) -> Vec<&str> {
        let haystack = searchable(haystack);
        let found = self.0.iter().filter(|secret| secret.spellings.iter().any(|needle| haystack.contains(needle)));
        found.map(|secret| secret.what.as_str()).collect()
    }
}

/// A character for each byte, because texts are searched fast.
fn searchable(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The spellings of a secret: plain, hexadecimal, base64 alone or as a part of more, percent-encoded, or as a list of
/// numbers.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let hex = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    let bare: String = secret.iter().flat_map(hex).collect();
    let percent: String = secret.iter().flat_map(|byte| ['%'].into_iter().chain(hex(byte))).collect();
    let numbers: Vec<String> = secret.iter().map(u8::to_string).collect();
    let form: String = url::form_urlencoded::byte_serialize(secret).collect();
    let mut all = vec![
        secret.to_vec(),
        percent.to_uppercase().into_bytes(),
        percent.into_bytes(),
        form.replace('+', "%20").into_bytes(),
        form.into_bytes(),
        bare.to_uppercase().into_bytes(),
        bare.into_bytes(),
        numbers.join(", ").into_bytes(),
        numbers.join(",").into_bytes(),
    ];
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        // After 0, 1 or 2 other bytes, and before others: the characters that depend only on the secret.
        for before in 0..3 {
            let encoded = engine.encode([vec![0; before], secret.to_vec()].concat());
            let (first, after) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
            all.push(encoded.as_bytes()[first..after].to_vec());
        }
    }
    all
}
