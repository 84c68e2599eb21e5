//! Refuse an access token, with a challenge of the scheme that it needs (RFC 6750 section 3, RFC 9449 section 7.1).

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{AppendHeaders, IntoResponse, Response};

use crate::flow::userinfo::ResourceError;
use crate::web::error::{ApiError, no_store};
use protocol::PublicAlgorithm;
use protocol::messages::{ErrorResponse, TokenType};

/// The challenge of a scheme.
fn challenge(scheme: TokenType) -> String {
    match scheme {
        TokenType::Bearer => "Bearer realm=\"grantd\"".to_owned(),
        TokenType::DPoP => format!("DPoP realm=\"grantd\", algs=\"{}\"", PublicAlgorithm::names().join(" ")),
    }
}

impl IntoResponse for ResourceError {
    fn into_response(self) -> Response {
        let (status, scheme, error, description) = match self {
            Self::Fault(fault) => return ApiError::Flow(fault).into_response(),
            // No error in the challenges: the client has not tried yet (RFC 6750 section 3.1).
            Self::MissingToken => {
                let challenges =
                    [TokenType::Bearer, TokenType::DPoP].map(|scheme| (WWW_AUTHENTICATE, challenge(scheme)));
                return no_store((StatusCode::UNAUTHORIZED, AppendHeaders(challenges)).into_response());
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
                let description = "a token that is bound to a key takes the scheme DPoP and a proof of that key, and no \
                                   other token does";
                (StatusCode::UNAUTHORIZED, TokenType::DPoP, "invalid_token", description.to_owned())
            }
            Self::InsufficientScope(scheme) => {
                let description = "the access token lacks the scope openid".to_owned();
                (StatusCode::FORBIDDEN, scheme, "insufficient_scope", description)
            }
            Self::InvalidProof(error) => (StatusCode::UNAUTHORIZED, TokenType::DPoP, error.code(), error.to_string()),
        };
        let scope = if status == StatusCode::FORBIDDEN { ", scope=\"openid\"" } else { "" };
        let challenge = format!("{}, error=\"{error}\"{scope}", challenge(scheme));
        let body = ErrorResponse { error, error_description: description, ..ErrorResponse::default() };
        no_store((status, [(WWW_AUTHENTICATE, challenge)], Json(body)).into_response())
    }
}
