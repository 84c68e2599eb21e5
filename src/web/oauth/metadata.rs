//! Describe the server to clients (RFC 8414 section 2, OpenID Connect Discovery section 3): only what works.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::token;
use crate::web::oauth::jwks::public;
use protocol::messages::Metadata;
use protocol::{AuthenticationMethodName, CodeChallenge, GrantType, PublicAlgorithm, SigningAlgorithm};

/// What every ID token can say.
const CLAIMS: [&str; 9] = ["iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash"];
/// The claims that a scope adds to userinfo (OpenID Connect Core section 5.4), of those that this server knows.
const CLAIMS_OF_SCOPES: [(&str, &[&str]); 2] = [("profile", &["name", "preferred_username"]), ("email", &["email"])];

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`: the same document.
pub(in crate::web) async fn metadata(State(app): State<Arc<App>>) -> Response {
    let (device, compatibility) = (app.settings.device.enabled, &app.settings.compatibility);
    let algorithms: Vec<_> = app.settings.keys.algorithms.iter().copied().map(SigningAlgorithm::name).collect();
    let acr_values = app.settings.sessions.password_acr_values.clone();
    let methods: Vec<_> = AuthenticationMethodName::ALL.iter().map(|method| method.name()).collect();
    // A client has to authenticate for introspection.
    let without_none =
        methods.iter().copied().filter(|method| *method != AuthenticationMethodName::None.name()).collect();
    // HS256 is for `client_secret_jwt`, all others for `private_key_jwt`.
    let assertions: Vec<&str> = PublicAlgorithm::names().into_iter().chain(["HS256"]).collect();
    let metadata = Metadata {
        issuer: app.settings.issuer.to_string(),
        device_authorization_endpoint: device
            .then(|| app.device_url(&compatibility.device_authorization_paths, "/device_authorization")),
        token_endpoint: app.device_url(&compatibility.token_paths, "/token"),
        userinfo_endpoint: app.url("/userinfo"),
        revocation_endpoint: app.url("/revoke"),
        introspection_endpoint: app.url("/introspect"),
        jwks_uri: app.url("/jwks.json"),
        scopes_supported: app.settings.scope.iter().map(|scope| scope.name.clone()).collect(),
        grant_types_supported: token::offered(&app).map(GrantType::name).collect(),
        token_endpoint_auth_methods_supported: methods.clone(),
        token_endpoint_auth_signing_alg_values_supported: assertions.clone(),
        revocation_endpoint_auth_methods_supported: methods,
        revocation_endpoint_auth_signing_alg_values_supported: assertions.clone(),
        introspection_endpoint_auth_methods_supported: without_none,
        introspection_endpoint_auth_signing_alg_values_supported: assertions,
        service_documentation: app.settings.service_documentation.clone(),
        op_policy_uri: app.settings.branding.privacy_url.clone(),
        op_tos_uri: app.settings.branding.terms_url.clone(),
        subject_types_supported: vec!["public"],
        introspection_signing_alg_values_supported: algorithms.clone(),
        id_token_signing_alg_values_supported: algorithms,
        claims_supported: claims(&app),
        acr_values_supported: acr_values,
        ui_locales_supported: app.settings.pages.offered().iter().map(|language| language.tag()).collect(),
        dpop_signing_alg_values_supported: PublicAlgorithm::names(),
        code_challenge_methods_supported: device.then_some(CodeChallenge::METHOD).into_iter().collect(),
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    };
    public(Json(metadata).into_response())
}

/// The claims of ID tokens and userinfo: none of a scope that does not exist, and no `acr` where no level can be reached.
fn claims(app: &App) -> Vec<&'static str> {
    let exists = |name: &str| app.settings.scope.iter().any(|scope| scope.name == name);
    let acr = (!app.settings.sessions.password_acr_values.is_empty()).then_some("acr");
    let of_scopes = CLAIMS_OF_SCOPES.iter().filter(|(scope, _)| exists(scope)).flat_map(|(_, claims)| claims.iter());
    CLAIMS.into_iter().chain(acr).chain(of_scopes.copied()).collect()
}
