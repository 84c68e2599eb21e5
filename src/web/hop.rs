//! Name each request, find the address that it came from, and refuse what was meant for another host (requirement L-05,
//! RFC 9700 section 4.13).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::Instrument;
use url::Url;

use crate::app::App;
use crate::web::arrivals::Arrivals;
use crate::web::compatibility;
use crate::web::error::{ApiError, ErrorFormat};
use crate::web::pages::PageError;
use crate::web::security_headers::secured;
use protocol::{Authority, Channel, OAuthError, Source, display_text, forwarded_address};

/// The origin of a request, and its name.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// The network address that it came from, past trusted proxies.
    pub(crate) address: IpAddr,
    /// The `User-Agent`, cleaned.
    pub(crate) user_agent: Option<String>,
    /// Names the request in the log and on error pages.
    pub(crate) request_id: String,
    /// How a person acts by this request: on a page, or through a program.
    through: Channel,
}

impl Hop {
    /// The origin that the outermost layer of the router found.
    pub(crate) fn of(parts: &Parts) -> Result<Self, OAuthError> {
        parts.extensions.get().cloned().ok_or(OAuthError::ServerError)
    }

    /// The source of an event that a person causes by this request.
    pub(crate) fn person(&self) -> Source {
        let (address, request_id) = (Some(self.address), Some(self.request_id.clone()));
        Source { address, request_id, ..Source::local(self.through) }
    }

    /// Marks a request as that of a program that acts for a person.
    pub(crate) fn mark_as_of_program(request: &mut Request) {
        if let Some(hop) = request.extensions_mut().get_mut::<Self>() {
            hop.through = Channel::Api;
        }
    }
}

/// Marks a request on a connection that a proxy opened for itself, or for a client that it does not know. What such a request
/// says of another address does not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpeaksForItself;

/// Names the request and finds its origin. The log line has the route and never the path or the query: both can hold codes.
pub(super) async fn received(
    State((app, arrivals)): State<(Arc<App>, Arc<Arrivals>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut id = [0; 8];
    app.entropy.fill(&mut id);
    let request_id = format!("{:016x}", u64::from_be_bytes(id));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let Some(peer) = peer else {
        tracing::error!("a connection without a peer address");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let address = client_address(&request, peer, &app, &arrivals);
    let user_agent =
        request.headers().get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let user_agent = user_agent.map(|raw| display_text(&raw, 256)).filter(|text| !text.is_empty());
    let hop = Hop { address, user_agent, request_id: request_id.clone(), through: Channel::Page };
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let span = tracing::info_span!("request", id = request_id, method = %request.method(), route, from = %address);
    request.extensions_mut().insert(hop);
    let arrived = Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("x-request-id", value);
        }
        let took_ms = u64::try_from(arrived.elapsed().as_millis()).unwrap_or(u64::MAX);
        let error = response.extensions().get().map(OAuthError::code);
        tracing::info!(status = response.status().as_u16(), error, took_ms, "answered");
        secured(&app, response)
    }
    .instrument(span)
    .await
}

/// Refuses a request that is meant for another host, or names none. Answers in JSON are in the words of the settings.
pub(super) async fn meant_for_us(
    State((app, format)): State<(Arc<App>, ErrorFormat)>,
    request: Request,
    next: Next,
) -> Response {
    let issuer = &app.settings.issuer;
    match (is_meant_for(&request, issuer.url()), format) {
        (Ok(true), ErrorFormat::Page) => next.run(request).await,
        (Ok(true), ErrorFormat::Json) => compatibility::spoken(&app, next.run(request).await),
        (Ok(false), ErrorFormat::Page) => PageError::Misdirected.into_response(),
        (Ok(false), ErrorFormat::Json) => {
            let error = OAuthError::invalid_request(format!("this is {issuer}, another host was asked"));
            ApiError::Http(StatusCode::MISDIRECTED_REQUEST, error).into_response()
        }
        (Err(NoHost(_)), ErrorFormat::Page) => PageError::NoHost.into_response(),
        (Err(NoHost(reason)), ErrorFormat::Json) => ApiError::from(OAuthError::invalid_request(reason)).into_response(),
    }
}

/// Refuses a request that names no host, where any host will do.
pub(super) async fn meant_for_a_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match named_host(&request, app.settings.issuer.url()) {
        Ok(_) => next.run(request).await,
        Err(NoHost(reason)) => (StatusCode::BAD_REQUEST, format!("{reason}\n")).into_response(),
    }
}

/// The address of the client, past trusted proxies, by the one header that the settings say they set.
fn client_address(request: &Request, peer: IpAddr, app: &App, arrivals: &Arrivals) -> IpAddr {
    let proxies = &app.settings.proxies;
    let lines = request.headers().get_all(proxies.header.name()).iter().map(HeaderValue::as_bytes);
    let speaks_for_itself = request.extensions().get::<SpeaksForItself>().is_some();
    let trusted = if speaks_for_itself { &[] } else { &proxies.trusted[..] };
    let forwarded = forwarded_address(peer, lines, proxies.header, trusted);
    match forwarded.silence {
        Some(silence) => arrivals.proxy_named_nobody(app, forwarded.address, silence, request.headers()),
        None if forwarded.address == peer.to_canonical() => arrivals.came_from_itself(app, forwarded.address),
        None => arrivals.came_from_elsewhere(),
    }
    forwarded.address
}

/// Why a request does not name one host (RFC 9112 section 3.2).
struct NoHost(&'static str);

/// The host that a request names. `None` where HTTP/1.0 names none.
///
/// A target with a host counts before the header (RFC 9112 section 3.2.2). In HTTP/2 both have to agree (RFC 9113
/// section 8.3.1).
fn named_host(request: &Request, issuer: &Url) -> Result<Option<Authority>, NoHost> {
    let mut headers = request.headers().get_all(HOST).iter();
    let header = headers.next().map(|value| {
        Authority::parse(value.as_bytes()).ok_or(NoHost("the Host header is not a host and perhaps a port"))
    });
    let header = header.transpose()?;
    if headers.next().is_some() {
        return Err(NoHost("the Host header is repeated"));
    }
    let target = request.uri().authority().map(|target| {
        Authority::parse(target.as_str().as_bytes()).ok_or(NoHost("the target is not a host and perhaps a port"))
    });
    let target = target.transpose()?;
    match (target, header, request.version()) {
        (Some(target), Some(header), Version::HTTP_2) if !target.same_as(&header, default_port(issuer)) => {
            Err(NoHost("the Host header is not the :authority"))
        }
        (None, None, Version::HTTP_11 | Version::HTTP_2) | (Some(_), None, Version::HTTP_11) => {
            Err(NoHost("the Host header is missing"))
        }
        (target, header, _) => Ok(target.or(header)),
    }
}

/// Whether a request names the issuer's host. Links and cookies belong to the issuer, so other names get no answer; a site that
/// rebinds its name to this address gets none either.
fn is_meant_for(request: &Request, issuer: &Url) -> Result<bool, NoHost> {
    let named = named_host(request, issuer)?.zip(Authority::of(issuer));
    Ok(named.is_some_and(|(named, ours)| named.same_as(&ours, default_port(issuer))))
}

/// The port of a URL that names none.
fn default_port(issuer: &Url) -> Option<u16> {
    match issuer.scheme() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}
