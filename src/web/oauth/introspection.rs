//! Is this token alive, and what does it allow? For resource servers (RFC 7662), as a signed statement where they want one
//! (RFC 9701).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::presented_token::PresentedToken;
use crate::flow::{ClientRequest, LONGEST_TOKEN, authenticate_client};
use crate::web::error::{ApiError, no_store};
use protocol::messages::{IntrospectionResponse, SignedIntrospectionResponse, TokenType};
use protocol::{Client, Confirmation, OAuthError, Timestamp};

use crate::web::said::said;

/// What a request names its client with, if not in the `Authorization` header (RFC 6749 section 2.3.1, RFC 7523 section 2.2).
const NAMES_OF_A_CLIENT: [&str; 2] = ["client_id", "client_assertion"];
/// The `typ` of a signed answer (RFC 9701 section 5), and what its media type ends in.
const SIGNED: &str = "token-introspection+jwt";
const SIGNED_TYPE: HeaderValue = HeaderValue::from_static("application/token-introspection+jwt");

/// `POST /introspect`. Who asks has to be a confidential client; what is none of their business is told as inactive,
/// exactly as what never was (section 2.2).
pub(in crate::web) async fn introspect(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    request: ClientRequest,
) -> Result<Response, ApiError> {
    // Who asks has to authenticate, and who does not even try is told so (RFC 7662 section 2.3).
    if request.authorization.is_none() && NAMES_OF_A_CLIENT.iter().all(|name| request.form.get(name).is_none()) {
        return Err(OAuthError::InvalidClient { challenged: true }.into());
    }
    let client = authenticate_client(&app, &request).await?;
    if client.is_public() {
        return Err(OAuthError::InvalidClient { challenged: request.authorization.is_some() }.into());
    }
    let token = request.required("token", LONGEST_TOKEN)?;
    let now = app.clock.now();
    let found = PresentedToken::find(&app, token, now).await?;
    let response = found.and_then(|found| described(&app, client, found, now)).unwrap_or_default();
    let mut response = if wants_signature(&headers) {
        let signed = SignedIntrospectionResponse {
            iss: app.settings.issuer.clone(),
            aud: client.id.clone(),
            iat: now.seconds(),
            token_introspection: response,
        };
        ([(CONTENT_TYPE, SIGNED_TYPE)], app.keys.signing.sign(client.introspection_algorithm, SIGNED, &signed)?)
            .into_response()
    } else {
        Json(response).into_response()
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(no_store(response))
}

/// Whether `Accept` names the signed form, and likes it no less than plain JSON (RFC 9110 section 12.5.1). Only its own name
/// counts: who takes anything expects what everybody gets.
fn wants_signature(headers: &HeaderMap) -> bool {
    let accept = said(headers, ACCEPT);
    let ranges: Vec<&str> = accept.iter().flat_map(|value| value.split(',')).collect();
    let weight = |media: &str| {
        let range = ranges.iter().find(|range| {
            let named = range.split(';').next().unwrap_or_default().trim();
            named.eq_ignore_ascii_case(media)
        })?;
        let q = range.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let q =
            q.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")).map(|(_, value)| value.trim().parse::<f32>());
        Some(q.last().and_then(Result::ok).unwrap_or(1.0))
    };
    let signed = weight("application/token-introspection+jwt").unwrap_or(0.0);
    signed > 0.0 && signed >= weight("application/json").unwrap_or(0.0)
}

/// An access token is for the resource servers of its audience and for its own client, a refresh token for its own
/// client alone.
fn described(app: &App, client: &Client, token: PresentedToken, now: Timestamp) -> Option<IntrospectionResponse> {
    match token {
        PresentedToken::Access(claims, live) => {
            let is_for_them = claims.aud.is_any_of(&client.introspects) || live.client_id == client.id;
            is_for_them.then_some(IntrospectionResponse {
                active: true,
                scope: Some(claims.scope),
                client_id: Some(claims.client_id),
                sub: Some(claims.sub),
                username: Some(live.username),
                aud: Some(claims.aud),
                iss: Some(claims.iss),
                exp: Some(claims.exp),
                iat: Some(claims.iat),
                jti: Some(claims.jti),
                token_type: Some(TokenType::bound_to(claims.cnf.as_ref().map(|cnf| cnf.jkt.as_str()))),
                cnf: claims.cnf,
                auth_time: Some(claims.auth_time),
                acr: claims.acr,
                custom: claims.custom,
            })
        }
        PresentedToken::Refresh(token, family) => {
            let is_theirs = family.client_id == client.id && family.chain.is_live(&token.digest(), now);
            is_theirs.then(|| IntrospectionResponse {
                active: true,
                scope: Some(family.scope.to_string()),
                client_id: Some(family.client_id),
                sub: Some(family.subject.as_str().to_owned()),
                iss: Some(app.settings.issuer.clone()),
                exp: Some(family.chain.idle_until.min(family.chain.ends_at).seconds()),
                iat: Some(family.issued_at.seconds()),
                auth_time: Some(family.auth_time.seconds()),
                acr: family.acr,
                cnf: client.refreshes_with(family.jkt.as_deref()).map(|jkt| Confirmation { jkt: jkt.to_owned() }),
                ..IntrospectionResponse::default()
            })
        }
    }
}
