//! Make access tokens (RFC 9068, or opaque) and ID tokens (OpenID Connect Core section 2).
//!
//! The tokens are made first. The caller stores them, and sends them only after that has succeeded.

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::presented_token::OPAQUE;
use protocol::messages::{TokenResponse, TokenType};
use protocol::{
    AccessTokenClaims, AccessTokenFormat, Audience, ClaimPlace, Client, Confirmation, CustomClaim, Digest,
    IdTokenClaims, Person, Scope, Secret, Subject, Timestamp, half_hash,
};
use store::{NewAccessToken, StoreError};

/// What tokens say about the person and the approval.
pub(super) struct Grounds<'a> {
    /// `sub`: the person, or the client if nobody logged in.
    pub(super) subject: &'a Subject,
    /// The scope of these tokens.
    pub(super) scope: &'a Scope,
    /// When the approving browser session authenticated. Without one there is no ID token.
    pub(super) auth_time: Option<Timestamp>,
    /// How it authenticated.
    pub(super) amr: &'a [String],
    /// The level of the authentication.
    pub(super) acr: Option<&'a str>,
    /// Repeated in the first ID token, but not after a refresh (OpenID Connect Core section 12.2).
    pub(super) nonce: Option<&'a str>,
    /// The proven key, to which the access token is bound (RFC 9449 section 6).
    pub(super) jkt: Option<&'a str>,
    /// The audience of the access token; an empty list means the usual one.
    pub(super) resources: &'a [String],
}

/// New tokens, and what has to be stored before they are sent.
pub(super) struct IssuedTokens {
    /// The row to store.
    pub(super) access_token: NewAccessToken,
    /// The answer to the client. The caller adds a refresh token.
    pub(super) response: TokenResponse,
}

/// Makes an access token, and an ID token if the scope contains `openid`.
pub(super) async fn issue(
    app: &App,
    client: &Client,
    grounds: &Grounds<'_>,
    now: Timestamp,
) -> Result<IssuedTokens, FlowError> {
    let person = person(app, client, grounds.subject).await?;
    let custom = |place| CustomClaim::told(&client.claims, place, grounds.scope, &person);
    let expires_at = now + client.access_token_lifetime;
    let claims = AccessTokenClaims {
        iss: app.settings.issuer.to_string(),
        aud: Audience::of(grounds.resources, app.audience()),
        sub: grounds.subject.as_str().to_owned(),
        client_id: client.id.clone(),
        exp: expires_at.seconds(),
        iat: now.seconds(),
        jti: app.entropy.identifier(),
        scope: grounds.scope.to_string(),
        auth_time: grounds.auth_time.map(Timestamp::seconds),
        amr: grounds.amr.to_vec(),
        acr: grounds.acr.map(str::to_owned),
        cnf: grounds.jkt.map(|jkt| Confirmation { jkt: jkt.to_owned() }),
        custom: custom(ClaimPlace::AccessToken),
    };
    let (access_token, remembered) = access_token(app, client, claims, expires_at)?;
    let id_token = if grounds.scope.contains("openid")
        && let Some(auth_time) = grounds.auth_time
    {
        let claims = IdTokenClaims {
            iss: app.settings.issuer.to_string(),
            sub: grounds.subject.as_str().to_owned(),
            aud: vec![client.id.clone()],
            exp: (now + client.id_token_lifetime).seconds(),
            iat: now.seconds(),
            auth_time: auth_time.seconds(),
            amr: grounds.amr.to_vec(),
            acr: grounds.acr.map(str::to_owned),
            nonce: grounds.nonce.map(str::to_owned),
            at_hash: half_hash(client.id_token_algorithm, &access_token),
            custom: custom(ClaimPlace::IdToken),
        };
        Some(app.keys.signing.sign(client.id_token_algorithm, "JWT", &claims)?)
    } else {
        None
    };
    let response = TokenResponse {
        access_token,
        token_type: TokenType::bound_to(grounds.jkt),
        expires_in: client.access_token_lifetime.as_secs(),
        scope: grounds.scope.to_string(),
        refresh_token: None,
        id_token,
    };
    Ok(IssuedTokens { access_token: remembered, response })
}

/// An access token with these claims. A JWT contains them; of an opaque token they are stored.
fn access_token(
    app: &App,
    client: &Client,
    claims: AccessTokenClaims,
    expires_at: Timestamp,
) -> Result<(String, NewAccessToken), FlowError> {
    Ok(match client.access_token_format {
        AccessTokenFormat::Jwt => {
            let token = app.keys.signing.sign(client.access_token_algorithm, "at+jwt", &claims)?;
            let digest = Digest::sha256(claims.jti.as_bytes());
            (token, NewAccessToken { digest, expires_at, claims: None })
        }
        AccessTokenFormat::Opaque => {
            let token = Secret::from_random(OPAQUE, app.entropy.secret());
            let digest = token.digest();
            (token.reveal().to_owned(), NewAccessToken { digest, expires_at, claims: Some(claims) })
        }
    })
}

/// The facts about the person, if a claim in this client's tokens needs them.
async fn person(app: &App, client: &Client, subject: &Subject) -> Result<Person, StoreError> {
    let places = [ClaimPlace::AccessToken, ClaimPlace::IdToken];
    if !client.claims.iter().any(|claim| places.iter().any(|place| claim.needs_person(*place))) {
        return Ok(Person::default());
    }
    let user = store::find_user(&app.db, subject).await?;
    let person = user.map(|user| Person { username: Some(user.username), name: user.name, email: user.email });
    Ok(person.unwrap_or_default())
}
