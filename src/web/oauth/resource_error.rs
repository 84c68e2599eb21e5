//! How is a protected resource refused? With a challenge of the scheme that the token needs (RFC 6750 section 3, RFC 9449
//! section 7.1).

use axum::Json;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::web::error::{ApiError, no_store};
use protocol::messages::{ErrorResponse, TokenType};
use protocol::{OAuthError, PublicAlgorithm};

/// Why an access token is not honoured.
pub(super) enum ResourceError {
    /// No token at all, or another scheme: bare challenges.
    Missing,
    /// Two tokens, a token in the URL, a body that cannot be read.
    InvalidRequest,
    /// Not ours, not alive, or not an access token.
    InvalidToken(TokenType),
    /// Presented as if it were not bound to a key, or as if it were, or with the proof of another.
    WrongBinding,
    /// Without `openid`.
    InsufficientScope(TokenType),
    /// The proof beside it is not good.
    Proof(OAuthError),
    /// Our fault.
    Fault(ApiError),
}

impl ResourceError {
    /// The challenge of a scheme, with an error unless the client has not tried yet.
    fn challenge(scheme: TokenType, error: Option<&str>, more: &str) -> Option<HeaderValue> {
        let scheme = match scheme {
            TokenType::Bearer => "Bearer realm=\"grantd\"".to_owned(),
            TokenType::DPoP => format!("DPoP realm=\"grantd\", algs=\"{}\"", PublicAlgorithm::names().join(" ")),
        };
        let challenge = match error {
            Some(error) => format!("{scheme}, error=\"{error}\"{more}"),
            None => scheme,
        };
        HeaderValue::try_from(challenge).ok()
    }
}

impl IntoResponse for ResourceError {
    fn into_response(self) -> Response {
        let (status, scheme, error, description) = match self {
            Self::Fault(fault) => return fault.into_response(),
            Self::Missing => {
                let mut response = StatusCode::UNAUTHORIZED.into_response();
                let challenges = [TokenType::Bearer, TokenType::DPoP].map(|scheme| Self::challenge(scheme, None, ""));
                for challenge in challenges.into_iter().flatten() {
                    response.headers_mut().append(WWW_AUTHENTICATE, challenge);
                }
                return no_store(response);
            }
            Self::InvalidRequest => {
                let description = "send one access token, in the Authorization header".to_owned();
                (StatusCode::BAD_REQUEST, TokenType::Bearer, "invalid_request", description)
            }
            Self::InvalidToken(scheme) => {
                let description = "the access token is not valid here any more".to_owned();
                (StatusCode::UNAUTHORIZED, scheme, "invalid_token", description)
            }
            Self::WrongBinding => {
                let description =
                    "a token that is bound to a key takes the scheme DPoP and a proof of that key, and no \
                                   other token does"
                        .to_owned();
                (StatusCode::UNAUTHORIZED, TokenType::DPoP, "invalid_token", description)
            }
            Self::InsufficientScope(scheme) => {
                let description = "the access token lacks the scope openid".to_owned();
                (StatusCode::FORBIDDEN, scheme, "insufficient_scope", description)
            }
            Self::Proof(error) => (StatusCode::UNAUTHORIZED, TokenType::DPoP, error.code(), error.to_string()),
        };
        let more = if error == "insufficient_scope" { ", scope=\"openid\"" } else { "" };
        let body = ErrorResponse { error, error_description: description, ..ErrorResponse::default() };
        let mut response = (status, Json(body)).into_response();
        if let Some(challenge) = Self::challenge(scheme, Some(error), more) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        no_store(response)
    }
}
