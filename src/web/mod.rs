//! How does the world reach this server? Every route on one screen.
//!
//! `oauth` answers clients in JSON, `pages` answers people in HTML. A handler reads as a sentence: extract, ask
//! `protocol` and `store`, answer. Nothing here holds a rule of its own.

mod browser;
mod error;
mod form;
mod health;
mod hop;
mod oauth;
mod pages;
mod security_headers;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::any;
use axum::routing::get;
use axum::routing::post;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::web::oauth::device_authorization::device_authorization;
use crate::web::oauth::introspection::introspect;
use crate::web::oauth::jwks::jwks;
use crate::web::oauth::metadata::metadata;
use crate::web::oauth::revocation::revoke;
use crate::web::oauth::token::token;
use crate::web::oauth::userinfo::userinfo;

/// Paths that a verification page may not take.
pub const PATHS: &[&str] = &[
    "/",
    "/device_authorization",
    "/token",
    "/revoke",
    "/introspect",
    "/userinfo",
    "/jwks.json",
    "/login",
    "/logout",
    "/livez",
    "/readyz",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

/// The service.
pub fn router(app: &Arc<App>) -> Router {
    let page = app.settings.device.verification_path.clone();
    // Where proofs of possession are taken, and so nonces for them are given.
    let mut provable = Router::new()
        .route("/token", post(token).fallback(error::only_post))
        .route("/userinfo", get(userinfo).post(userinfo).fallback(error::only_get_and_post));
    let clients = Router::new()
        .route("/revoke", post(revoke).fallback(error::only_post))
        .route("/introspect", post(introspect).fallback(error::only_post))
        .route("/jwks.json", get(jwks).fallback(error::only_get))
        .route("/.well-known/openid-configuration", get(metadata).fallback(error::only_get))
        .route("/.well-known/oauth-authorization-server", get(metadata).fallback(error::only_get));
    let mut people = Router::new()
        .route("/", get(|| async move { Redirect::to(&page) }))
        .route("/login", get(pages::login::ask).post(pages::login::log_in))
        .route("/logout", post(pages::login::log_out))
        .route("/static/{file}", get(pages::assets::asset));
    if app.settings.device.enabled {
        let page = &app.settings.device.verification_path;
        provable = provable.route("/device_authorization", post(device_authorization).fallback(error::only_post));
        people = people
            .route(page, get(pages::enter_code::ask).post(pages::enter_code::enter))
            .route(&format!("{page}/request/{{handle}}"), get(pages::decision::show).post(pages::decision::decide));
    } else {
        provable = provable.route("/device_authorization", any(error::switched_off));
    }
    let provable = provable.layer(middleware::from_fn_with_state(Arc::clone(app), oauth::dpop::nonced));
    let clients = clients.merge(provable).layer(CatchPanicLayer::custom(error::after_panic));
    let people = people
        .method_not_allowed_fallback(pages::method_not_allowed)
        .fallback(pages::not_found)
        .layer(CatchPanicLayer::custom(pages::after_panic))
        .layer(middleware::from_fn_with_state(Arc::clone(app), pages::frame::framed));
    people
        .merge(clients)
        .layer(middleware::from_fn_with_state(Arc::clone(app), security_headers::secured))
        .layer(middleware::from_fn_with_state(Arc::clone(app), hop::received))
        .merge(Router::new().route("/livez", get(health::livez)).route("/readyz", get(health::readyz)))
        .with_state(Arc::clone(app))
}
