//! What do pages load? One stylesheet and one icon, under URLs that change when they do.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::protocol::Digest;
use crate::web::pages::PageError;

const STYLESHEET: &str = include_str!("../../../static/style.css");
const ICON: &str = include_str!("../../../static/favicon.svg");

static STYLESHEET_URL: LazyLock<String> = LazyLock::new(|| versioned("style.css", STYLESHEET));
static ICON_URL: LazyLock<String> = LazyLock::new(|| versioned("favicon.svg", ICON));

/// The stylesheet's path below the issuer.
pub(super) fn stylesheet_url() -> &'static str {
    &STYLESHEET_URL
}

/// The icon's path below the issuer.
pub(super) fn icon_url() -> &'static str {
    &ICON_URL
}

/// `GET /static/{file}`; browsers may keep it for good, because another text has another URL.
pub(in crate::web) async fn asset(Path(file): Path<String>) -> Result<Response, PageError> {
    let (content_type, text) = match file.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLESHEET),
        "favicon.svg" => ("image/svg+xml", ICON),
        _ => return Err(PageError::NotFound),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, text).into_response())
}

fn versioned(file: &str, text: &str) -> String {
    format!("/static/{file}?v={}", &Digest::sha256(text.as_bytes()).hex()[..12])
}
