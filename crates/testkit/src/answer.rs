//! An answer of the server: status, headers and body.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    /// The text of a header; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON. The media type must agree.
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The error code. The answer must be a JSON error as in RFC 6749 section 5.2.
    pub fn error(&self) -> String {
        let json = self.json();
        assert_eq!((self.header("cache-control"), self.header("pragma")), ("no-store", "no-cache"), "{self:?}");
        let description = json["error_description"].as_str().unwrap_or_default();
        let allowed = |c: char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
        assert!(description.chars().all(allowed), "{description}");
        json["error"].as_str().unwrap_or_else(|| panic!("no error code in {json}")).to_owned()
    }

    /// Asserts a JSON error.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.error().as_str()), (status, code), "{}", self.body);
    }
}
