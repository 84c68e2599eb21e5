//! Serve the files that pages load, under URLs that change with their content.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::pages::PageError;

/// An SVG that is opened by itself is a document: it may run no script, and has no origin.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// `GET /static/{file}`. Browsers may keep a file for good, because another content has another URL. While a change is on its way
/// through all nodes, a browser may ask for another version than this node has: it gets this version, and must not keep it.
pub(in crate::web) async fn asset(
    State(app): State<Arc<App>>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let asset = app.registry.branding.find(&file).ok_or(PageError::NotFound)?;
    let kept = if query == Some(asset.query()) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    if asset.content_type.starts_with("image/") {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY));
    }
    Ok((headers, asset.bytes.clone()).into_response())
}
