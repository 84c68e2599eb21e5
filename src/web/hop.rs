//! Who is on the other end, and did they mean this server? Requirement L-05, RFC 9700 section 4.13.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use tracing::Instrument;
use url::Url;

use crate::app::App;
use crate::protocol::Channel;
use crate::protocol::OAuthError;
use crate::protocol::Source;
use crate::protocol::display_text;
use crate::protocol::forwarded_address;
use crate::web::error::ApiError;
use crate::web::pages::PageError;

/// What is known of a request before it is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// The network address that it came from, past trusted proxies.
    pub(crate) address: IpAddr,
    /// What the other end calls itself, cleaned.
    pub(crate) user_agent: Option<String>,
    /// Names the request in the log and on error pages.
    pub(crate) request_id: String,
    /// How a person acts by it: on a page, or through a program that answers for them.
    through: Channel,
}

impl Hop {
    /// What was found out of a request: the outermost layer of the router put it there.
    pub(crate) fn of(parts: &Parts) -> Result<Self, OAuthError> {
        parts.extensions.get().cloned().ok_or(OAuthError::ServerError)
    }

    /// Where an event that this request causes came from.
    pub(crate) fn source(&self, channel: Channel) -> Source {
        Source { channel, address: Some(self.address), request_id: Some(self.request_id.clone()) }
    }

    /// The same of an event that a person causes.
    pub(crate) fn person(&self) -> Source {
        self.source(self.through)
    }

    /// The same request, of a program that answers for a person.
    pub(crate) fn of_program(self) -> Self {
        Self { through: Channel::Api, ..self }
    }
}

/// Names the request and finds out where it came from. The log line has the route, never the path or the query: both
/// can hold codes.
pub(super) async fn received(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let mut id = [0; 8];
    app.entropy.fill(&mut id);
    let request_id = format!("{:016x}", u64::from_be_bytes(id));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let Some(peer) = peer else {
        tracing::error!("a connection without a peer address");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let address = client_address(request.headers(), peer, &app);
    let user_agent =
        request.headers().get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let user_agent = user_agent.map(|raw| display_text(&raw, 256)).filter(|text| !text.is_empty());
    let hop = Hop { address, user_agent, request_id: request_id.clone(), through: Channel::Page };
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let span = tracing::info_span!("request", id = request_id, method = %request.method(), route, from = %address);
    request.extensions_mut().insert(hop);
    async move {
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("x-request-id", value);
        }
        tracing::info!(status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// Turns away a client that asked for another host.
pub(super) async fn meant_for_us_or_json(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if addressed_to(&request, &app.issuer) {
        return next.run(request).await;
    }
    ApiError::Misdirected(app.settings.issuer.clone()).into_response()
}

/// Turns away a person whose browser asked for another host.
pub(super) async fn meant_for_us_or_page(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if addressed_to(&request, &app.issuer) {
        return next.run(request).await;
    }
    PageError::Misdirected.into_response()
}

fn client_address(headers: &HeaderMap, peer: IpAddr, app: &App) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = forwarded.collect();
    forwarded_address(peer, forwarded.into_iter(), &app.settings.proxies.trusted)
}

/// Whether the request names the issuer's host. Links and cookies are the issuer's, so nothing good comes of answering
/// under another name (and a page of another site that rebinds its name to this address gets nothing).
fn addressed_to(request: &Request, issuer: &Url) -> bool {
    let named = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let named = named.or_else(|| request.headers().get(HOST)?.to_str().ok().map(str::to_owned));
    let Some(named) = named else { return false };
    let Ok(url) = Url::parse(&format!("{}://{named}", issuer.scheme())) else { return false };
    url.host() == issuer.host() && url.port_or_known_default() == issuer.port_or_known_default()
}
