//! Answer under the paths, the realm, the statuses and the words of another product.

use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use axum::{Json, Router};
use serde_json::json;

use crate::app::App;
use crate::web::error::{self, ErrorFormat, no_store};
use crate::web::oauth::token;
use crate::web::pages::PageError;
use crate::web::{rest, with_nonces};
use protocol::OAuthError;
use protocol::messages::ErrorResponse;

/// The endpoints of clients under their other names, from the root of the host.
pub(super) fn endpoints(app: &Arc<App>, device_authorizations: &MethodRouter<Arc<App>>) -> Router<Arc<App>> {
    let compatibility = &app.settings.compatibility;
    let router = routed(Router::new(), &compatibility.device_authorization_paths, device_authorizations);
    let router = routed(router, &compatibility.token_paths, &post(token).fallback(error::only_post));
    let router = with_nonces(app, router);
    let logged_in = post(rest::authenticate).fallback(error::only_post);
    let router = routed(router, &compatibility.authenticate_paths, &logged_in);
    router.layer(middleware::from_fn_with_state((Arc::clone(app), ErrorFormat::Json), in_realm))
}

/// The page where people type codes under its other names.
pub(super) fn verification_pages(app: &Arc<App>, code_page: &MethodRouter<Arc<App>>) -> Router<Arc<App>> {
    let paths = if app.settings.device.enabled { &app.settings.compatibility.verification_paths[..] } else { &[] };
    routed(Router::new(), paths, code_page)
        .layer(middleware::from_fn_with_state((Arc::clone(app), ErrorFormat::Page), in_realm))
}

fn routed(router: Router<Arc<App>>, paths: &[String], answer: &MethodRouter<Arc<App>>) -> Router<Arc<App>> {
    paths.iter().fold(router, |router, path| router.route(path, answer.clone()))
}

/// Refuses a request for another realm, in the words of the product that has realms; people get a page. A path with a parameter
/// that is not UTF-8 names no realm.
async fn in_realm(
    State((app, format)): State<(Arc<App>, ErrorFormat)>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let ours = |name: &str, value: &str| name != "realm" || value == app.settings.compatibility.realm;
    if parameters.is_ok_and(|parameters| parameters.iter().all(|(name, value)| ours(name, value))) {
        return next.run(request).await;
    }
    if format == ErrorFormat::Page && !rest::is_for_program(&app, &request) {
        return PageError::NotFound.into_response();
    }
    let body = Json(json!({"code": 404, "reason": "Not Found", "message": "Realm not found"}));
    no_store((StatusCode::NOT_FOUND, body).into_response())
}

/// Renders errors with the status and in the words that the operator chose.
pub(super) fn spoken(app: &App, mut response: Response) -> Response {
    let Some(error) = response.extensions().get::<OAuthError>().cloned() else { return response };
    let compatibility = &app.settings.compatibility;
    if error == OAuthError::AuthorizationPending
        && let Ok(status) = StatusCode::from_u16(compatibility.pending_status)
    {
        *response.status_mut() = status;
    }
    if let Some(words) = compatibility.description(&error) {
        let body =
            ErrorResponse { error: error.code(), error_description: words.to_owned(), ..ErrorResponse::default() };
        let (described, body) = Json(body).into_response().into_parts();
        // Of the former body. The other headers, such as the nonce of a proof, stay.
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().extend(described.headers);
        *response.body_mut() = body;
    }
    response
}
