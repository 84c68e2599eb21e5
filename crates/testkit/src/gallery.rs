//! Serves every page in every state, with the stylesheet and the policy of a real server.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use words::Language;

use crate::Server;

/// The gallery, served to a browser.
pub struct Gallery {
    address: String,
    /// The names of the pages.
    pub names: Vec<String>,
}

struct Shown {
    server: Server,
    policy: String,
    pages: BTreeMap<String, String>,
}

impl Gallery {
    /// Starts it in English.
    pub async fn open() -> Self {
        Self::open_in(Language::English).await
    }

    /// Starts it in a language.
    pub async fn open_in(language: Language) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [logo, extra] = ["logo.svg", "extra.css"].map(|name| folder.path().join(name));
        fs::write(&logo, include_str!("../../../static/favicon.svg").replace("rx=\"8\"", "rx=\"16\"")).unwrap();
        fs::write(&extra, "header { letter-spacing: 0.02em }").unwrap();
        let branded = |settings: &mut settings::Settings| {
            settings.branding.logo = Some(logo);
            settings.branding.accent = Some(settings::Colour::new(0x0a, 0x6b, 0x52));
            settings.branding.stylesheet = Some(extra);
        };
        let server = Server::with(branded).await;
        let policy = server.get("/device").await.header("content-security-policy").to_owned();
        let pages: BTreeMap<String, String> = grantd::web::gallery(language).into_iter().collect();
        let names: Vec<String> = pages.keys().cloned().collect();
        assert!(names.len() > 30, "only {names:?}");
        let router = Router::new().route("/{page}", get(page)).route("/static/{file}", get(file));
        let router = router.with_state(Arc::new(Shown { server, policy, pages }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, names }
    }

    /// The URL of a page.
    #[track_caller]
    pub fn url(&self, name: &str) -> String {
        assert!(self.names.iter().any(|known| known == name), "no page {name:?} hangs here: {:?}", self.names);
        format!("{}/{name}", self.address)
    }
}

async fn page(State(shown): State<Arc<Shown>>, Path(name): Path<String>) -> Response {
    let Some(html) = shown.pages.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, shown.policy.as_str())];
    (headers, html.clone()).into_response()
}

async fn file(State(shown): State<Arc<Shown>>, Path(name): Path<String>) -> Response {
    let Some(asset) = shown.server.app.registry.branding.find(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(CONTENT_TYPE, asset.content_type)], asset.bytes.clone()).into_response()
}
