//! Describe a token to a resource server (RFC 7662), signed if the server asks for that (RFC 9701).
//!
//! 1. Authenticate the client, which has to be confidential.
//! 2. Find the token.
//! 3. Describe it if the client may know about it. Every other token is inactive, like an unknown one (section 2.2).

use crate::app::App;
use crate::flow::authenticate_client::authenticate_client;
use crate::flow::presented_token::PresentedToken;
use crate::flow::{ClientRequest, FlowError};
use protocol::messages::{IntrospectionResponse, SignedIntrospectionResponse, TokenType};
use protocol::{Client, Confirmation, LONGEST_TOKEN, OAuthError, Timestamp};

/// The `typ` of a signed answer (RFC 9701 section 5).
const SIGNED: &str = "token-introspection+jwt";
/// The parameters that name a client without an `Authorization` header (RFC 6749 section 2.3.1, RFC 7523 section 2.2).
const NAMES_OF_A_CLIENT: [&str; 2] = ["client_id", "client_assertion"];

/// The answer to an introspection request.
pub(crate) enum Introspection {
    Plain(Box<IntrospectionResponse>),
    /// The same answer as a JWT.
    Signed(String),
}

/// Answers an introspection request, signed if the client wants that.
pub(crate) async fn introspect(
    app: &App,
    request: &ClientRequest,
    wants_signature: bool,
) -> Result<Introspection, FlowError> {
    // The caller must authenticate, and a request without credentials gets a challenge (RFC 7662 section 2.3).
    if request.authorization.is_none() && NAMES_OF_A_CLIENT.iter().all(|name| request.form.get(name).is_none()) {
        tracing::info!(flaw = "introspection takes credentials", "a client is not authenticated");
        return Err(OAuthError::InvalidClient { challenged: true }.into());
    }
    let client = authenticate_client(app, request).await?;
    if client.is_public() {
        let flaw = "introspection takes a client with a secret or a key";
        tracing::info!(client = client.id, flaw, "a client is not authenticated");
        return Err(OAuthError::InvalidClient { challenged: request.authorization.is_some() }.into());
    }
    let token = request.required("token", LONGEST_TOKEN)?;
    let now = app.clock.now();
    let found = PresentedToken::find(app, token, now).await?;
    let response = found.and_then(|found| describe(app, client, found, now)).unwrap_or_default();
    if !wants_signature {
        return Ok(Introspection::Plain(Box::new(response)));
    }
    let signed = SignedIntrospectionResponse {
        iss: app.settings.issuer.to_string(),
        aud: client.id.clone(),
        iat: now.seconds(),
        token_introspection: response,
    };
    Ok(Introspection::Signed(app.keys.signing.sign(client.introspection_algorithm, SIGNED, &signed)?))
}

/// An access token is for the resource servers of its audience and for its own client, a refresh token for its own
/// client alone.
fn describe(app: &App, client: &Client, token: PresentedToken, now: Timestamp) -> Option<IntrospectionResponse> {
    match token {
        PresentedToken::Access(claims, live) => {
            let is_for_them = claims.aud.is_any_of(&client.introspects) || live.client_id == client.id;
            if !is_for_them {
                log_refusal(client, "the access token is for another audience");
            }
            is_for_them.then_some(IntrospectionResponse {
                active: true,
                scope: Some(claims.scope),
                client_id: Some(claims.client_id),
                sub: Some(claims.sub),
                username: live.person.map(|person| person.username),
                aud: Some(claims.aud),
                iss: Some(claims.iss),
                exp: Some(claims.exp),
                iat: Some(claims.iat),
                jti: Some(claims.jti),
                token_type: Some(TokenType::bound_to(claims.cnf.as_ref().map(|cnf| cnf.jkt.as_str()))),
                cnf: claims.cnf,
                auth_time: claims.auth_time,
                acr: claims.acr,
                custom: claims.custom,
            })
        }
        PresentedToken::Refresh(token, family) => {
            if family.client_id != client.id {
                log_refusal(client, "the refresh token is of another client");
            }
            let is_theirs = family.client_id == client.id && family.chain.is_live(&token.digest(), now);
            is_theirs.then(|| IntrospectionResponse {
                active: true,
                scope: Some(family.scope.to_string()),
                client_id: Some(family.client_id),
                sub: Some(family.subject.as_str().to_owned()),
                iss: Some(app.settings.issuer.to_string()),
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

/// Logs why a token that is known is described as inactive. Without it nobody would look for the missing setting.
fn log_refusal(client: &Client, flaw: &'static str) {
    let flaw = if client.introspects.is_empty() { "introspect is not true for this client" } else { flaw };
    tracing::info!(client = client.id, flaw, "a token is described as inactive: this client may not know about it");
}
