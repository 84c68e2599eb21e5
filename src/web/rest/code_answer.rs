//! The answer to a program about a code: the members that one product's documentation shows, in JSON or as the `pageData` of
//! a page.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::error::no_store;

/// The format of the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFormat {
    /// `Accept: application/json`
    Json,
    /// A page with the same in a script. Our policy lets no script run: programs read it as text.
    PageData,
}

/// An answer that is being built.
pub(super) struct CodeAnswer {
    format: AnswerFormat,
    status: StatusCode,
    members: Map<String, Value>,
}

impl CodeAnswer {
    /// The members that every answer has.
    pub(super) fn new(app: &App, browser: &Browser, format: AnswerFormat) -> Self {
        let answer = Self { format, status: StatusCode::OK, members: Map::new() };
        answer
            .with("locale", locale(app, browser))
            .with("baseUrl", &*app.settings.issuer)
            .with("realm", format!("/{}", app.settings.compatibility.realm))
    }

    /// Adds a member.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The code leads to a request; `csrf` is needed to decide on it.
    pub(super) fn right(self, csrf: &str, typed: &str) -> Self {
        self.with("errorCode", Value::Null).with("csrf", csrf).with("userCode", typed)
    }

    /// The decision is written. `pageData` has no other member for it.
    pub(super) fn done(self, csrf: &str, typed: &str) -> Self {
        match self.format {
            AnswerFormat::Json => self.right(csrf, typed),
            AnswerFormat::PageData => self.with("done", true),
        }
    }

    /// The code leads nowhere, for any reason (requirement U-03). Programs with sessions of their own get this with status 200.
    pub(super) fn not_found(mut self, csrf: &str, typed: &str, is_program: bool) -> Self {
        self.status = if is_program { StatusCode::OK } else { StatusCode::NOT_FOUND };
        self.with("errorCode", "not_found").with("oauth2Data", json!({"csrf": csrf, "userCode": typed}))
    }
}

impl IntoResponse for CodeAnswer {
    fn into_response(self) -> Response {
        let data = Value::Object(self.members);
        no_store(match self.format {
            AnswerFormat::Json => (self.status, Json(data)).into_response(),
            AnswerFormat::PageData => (self.status, Html(page(&data))).into_response(),
        })
    }
}

/// A script ends at the first `</script`, also inside of a string, so the data holds no `<`.
fn page(data: &Value) -> String {
    let data = data.to_string().replace('<', "\\u003c");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>OAuth2 Authorization Server</title></head>\n\
         <body>\n<script>\npageData = {data};\n</script>\n</body>\n</html>\n"
    )
}

/// The language of the reader, with a country where the documentation has one.
fn locale(app: &App, browser: &Browser) -> String {
    match browser.reader.language(app, &[]).tag() {
        "en" => "en_US".to_owned(),
        tag => tag.replace('-', "_"),
    }
}
