//! What is exchanged for tokens? `POST /token`, in the order of checks of requirements section 1.1 (RFC 6749 section 5).

mod device_code;
mod initiation_pin;
mod issue;
mod possession;
mod redelivery;
mod refresh_token;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::{ClientRequest, LONGEST_TOKEN, authenticate_client};
use crate::web::error::{ApiError, no_store};
use protocol::{DeviceCode, GrantType, OAuthError, RefreshToken};

/// `POST /token`
pub(in crate::web) async fn token(State(app): State<Arc<App>>, request: ClientRequest) -> Result<Response, ApiError> {
    let client = authenticate_client(&app, &request).await?;
    let grant_type = GrantType::named(request.required("grant_type", 255)?)
        .filter(|grant_type| *grant_type != GrantType::DeviceCode || app.settings.device.enabled)
        .ok_or(OAuthError::UnsupportedGrantType)?;
    client.may(grant_type)?;
    let response = match grant_type {
        GrantType::DeviceCode => {
            let code = DeviceCode::presented(request.required("device_code", DeviceCode::MAX_LENGTH)?);
            device_code::redeem(&app, client, &code, &request).await?
        }
        GrantType::RefreshToken => {
            let token = request.required("refresh_token", LONGEST_TOKEN)?;
            let token = RefreshToken::presented(token).ok_or(OAuthError::InvalidGrant)?;
            refresh_token::refresh(&app, client, &token, &request).await?
        }
    };
    Ok(no_store(Json(response).into_response()))
}
