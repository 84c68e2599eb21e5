//! The router: every route of the service on one screen.
//!
//! `oauth` answers clients in JSON, `pages` answers people in HTML, `rest` answers programs that act for people;
//! `compatibility` is all of it under other products' names. A handler parses, calls one flow and renders its outcome. It holds
//! no rule.

mod arrivals;
mod browser;
mod compatibility;
mod cookies;
mod display_names;
mod error;
mod form;
mod header_text;
mod health;
mod hop;
mod oauth;
mod pages;
mod posted_form;
mod reader;
mod rest;
mod security_headers;
mod visitor;
mod waiting;

pub(crate) use hop::SpeaksForItself;

use std::sync::Arc;

use axum::response::Redirect;
use axum::routing::{MethodRouter, any, get, post};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::web::arrivals::Arrivals;
use crate::web::error::ErrorFormat;
use crate::web::oauth::introspection::introspection;
use crate::web::oauth::jwks::{jwks, not_read};
use crate::web::oauth::metadata::metadata;
use crate::web::oauth::userinfo::userinfo;
use crate::web::oauth::{device_authorization, nonced, revocation, token};

/// The documents that describe a server: OpenID Connect Discovery section 4 and RFC 8414 section 3.
const WELL_KNOWN: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// Where password managers send people to change a password: <https://w3c.github.io/webappsec-change-password-url/>.
const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// The service: everything under the issuer's path, but for the health checks and the well-known documents, which RFC 8414
/// section 3.1 puts before the path. (Section 5 explains why both documents have both places.)
pub fn router(app: &Arc<App>) -> Router {
    let base = app.base();
    let here = for_clients(app, endpoints(app)).merge(for_people(app, pages(app))).merge(assets(app));
    let everything = match base {
        "" => here,
        path => Router::new().nest(path, here).merge(around(app, path)),
    };
    let home = app.home();
    let open = get(|| async move { Redirect::to(&home) });
    let door = Router::new().route(&format!("{base}/"), open).fallback(pages::not_found);
    let health = Router::new().route("/livez", get(health::livez)).route("/readyz", get(health::readyz));
    everything
        .merge(for_people(app, door))
        .merge(for_clients(app, compatibility::endpoints(app, &device_authorizations(app))))
        .merge(for_people(app, compatibility::verification_pages(app, &code_page(app))))
        .layer(middleware::from_fn_with_state((Arc::clone(app), Arc::new(Arrivals::default())), hop::received))
        .merge(for_anybody(app, health))
        .with_state(Arc::clone(app))
}

/// Every page in every state, in one language, by a name: for tests that look at them in a real browser.
#[cfg(feature = "gallery")]
pub fn gallery(language: words::Language) -> Vec<(String, String)> {
    pages::gallery::pages(language)
}

/// The endpoints of clients, below the issuer.
fn endpoints(app: &Arc<App>) -> Router<Arc<App>> {
    let clients = Router::new()
        .route("/revoke", post(revocation).fallback(error::only_post))
        .route("/introspect", post(introspection).fallback(error::only_post))
        .route("/jwks.json", get(jwks).fallback(not_read));
    documents(clients, "").merge(provable(app))
}

/// The endpoints that accept proofs of possession, and so give nonces for them.
fn provable(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = Router::new()
        .route("/device_authorization", device_authorizations(app))
        .route("/token", post(token).fallback(error::only_post))
        .route("/userinfo", get(userinfo).post(userinfo).fallback(error::only_get_and_post));
    with_nonces(app, routes)
}

/// Routes whose answers have a nonce for the next proof, if the settings ask for one.
fn with_nonces(app: &Arc<App>, routes: Router<Arc<App>>) -> Router<Arc<App>> {
    if app.settings.dpop.nonce { routes.layer(middleware::from_fn_with_state(Arc::clone(app), nonced)) } else { routes }
}

/// The endpoint where devices ask for codes.
fn device_authorizations(app: &App) -> MethodRouter<Arc<App>> {
    if app.settings.device.enabled {
        post(device_authorization).fallback(error::only_post)
    } else {
        any(error::switched_off)
    }
}

/// The pages, below the issuer.
fn pages(app: &Arc<App>) -> Router<Arc<App>> {
    let people = Router::new()
        .route(CHANGE_PASSWORD, get(pages::account::password::there))
        .route("/language", post(pages::language::choose))
        .route("/login", login_page(app))
        .route("/logout", post(pages::login::log_out))
        .merge(account());
    if !app.settings.device.enabled {
        return people;
    }
    let page = &app.settings.device.verification_path;
    people
        .route(page, code_page(app))
        .route(&format!("{page}/request/{{handle}}"), get(pages::decision::show).post(pages::decision::decide))
}

/// Where codes are typed, by people and by programs.
fn code_page(app: &Arc<App>) -> MethodRouter<Arc<App>> {
    get(pages::enter_code::ask)
        .post(pages::enter_code::enter)
        .layer(middleware::from_fn_with_state(Arc::clone(app), rest::beside_the_code_page))
}

/// Where people log in, and programs log them in.
fn login_page(app: &Arc<App>) -> MethodRouter<Arc<App>> {
    get(pages::login::ask)
        .post(pages::login::log_in)
        .layer(middleware::from_fn_with_state(Arc::clone(app), rest::beside_the_login_page))
}

/// The pages of an account.
fn account() -> Router<Arc<App>> {
    use pages::account;

    Router::new()
        .route("/account", get(account::overview::show))
        .route("/account/activity", get(account::activity::show))
        .route("/account/browsers", post(account::browsers::end))
        .route("/account/devices", post(account::devices::sign_out))
        .route("/account/devices/{handle}", get(account::device::show).post(account::device::change))
        .route("/account/password", get(account::password::ask).post(account::password::change))
        .route("/account/sign-out", post(account::everywhere::sign_out))
        .route("/account/signed-out", get(account::everywhere::show))
}

/// The routes of an issuer with a path outside of that path: its own name without a slash, and the documents before it.
fn around(app: &Arc<App>, path: &str) -> Router<Arc<App>> {
    let home = app.home();
    let door = Router::new().route(path, get(|| async move { Redirect::to(&home) }));
    let door = door.route(CHANGE_PASSWORD, get(pages::account::password::there));
    for_clients(app, documents(Router::new(), path)).merge(for_people(app, door))
}

/// The well-known documents, followed by `path`.
fn documents(router: Router<Arc<App>>, path: &str) -> Router<Arc<App>> {
    WELL_KNOWN
        .iter()
        .fold(router, |router, document| router.route(&format!("{document}{path}"), get(metadata).fallback(not_read)))
}

/// Stylesheet and icon, under any host name, so that the page which says that the name is wrong can be read.
fn assets(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = failing_in_pages(Router::new().route("/static/{file}", get(pages::assets::asset)));
    for_anybody(app, routes).layer(middleware::from_fn_with_state(Arc::clone(app), pages::frame::framed))
}

/// Routes that are answered under any host name.
fn for_anybody(app: &Arc<App>, routes: Router<Arc<App>>) -> Router<Arc<App>> {
    routes.layer(middleware::from_fn_with_state(Arc::clone(app), hop::meant_for_a_host))
}

/// Routes of this host whose answers are all JSON. A layer costs a poll about as much as its lookup, so there are few.
fn for_clients(app: &Arc<App>, routes: Router<Arc<App>>) -> Router<Arc<App>> {
    routes
        .layer(middleware::from_fn_with_state((Arc::clone(app), ErrorFormat::Json), hop::meant_for_us))
        .layer(CatchPanicLayer::custom(error::after_panic))
}

/// Routes of this host whose answers are all pages.
fn for_people(app: &Arc<App>, routes: Router<Arc<App>>) -> Router<Arc<App>> {
    failing_in_pages(routes)
        .layer(middleware::from_fn_with_state((Arc::clone(app), ErrorFormat::Page), hop::meant_for_us))
        .layer(middleware::from_fn_with_state(Arc::clone(app), pages::frame::framed))
}

fn failing_in_pages(routes: Router<Arc<App>>) -> Router<Arc<App>> {
    routes.method_not_allowed_fallback(pages::method_not_allowed).layer(CatchPanicLayer::custom(pages::after_panic))
}
