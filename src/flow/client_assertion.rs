//! Did the client sign this, for us, and only once? Joins what the assertion says, the client's keys and the memory of
//! what was used (RFC 7523 section 3, requirement S-20).

use crate::app::App;
use crate::client_keys::Unavailable;
use crate::flow::FlowError;
use crate::keys::{PublicKey, verified_by_secret, verify_in_vain};
use protocol::{
    AssertionFlaw, AssertionPolicy, AuthenticationMethod, Client, ClientAssertion, Jws, OAuthError, Timestamp,
    display_text,
};
use store::StoreError;

/// Why it is not believed: its own flaw, or a fault of somebody else.
#[derive(Debug, thiserror::Error)]
enum Unproven {
    #[error(transparent)]
    Flaw(#[from] AssertionFlaw),
    #[error(transparent)]
    Keys(#[from] Unavailable),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks the assertion of a client, which is unknown if there is none.
///
/// # Errors
/// `invalid_client` for every flaw, which only the operator is told; or a fault that is not the client's.
pub(super) async fn verify(
    app: &App,
    client_id: &str,
    client: Option<&Client>,
    assertion: &ClientAssertion,
) -> Result<(), FlowError> {
    match prove(app, client_id, client, assertion).await {
        Ok(()) => Ok(()),
        Err(Unproven::Flaw(flaw)) => {
            tracing::info!(client = display_text(client_id, 255), %flaw, "a client assertion is refused");
            Err(OAuthError::InvalidClient { challenged: false }.into())
        }
        Err(Unproven::Keys(unavailable)) => Err(unavailable.into()),
        Err(Unproven::Store(error)) => Err(error.into()),
    }
}

/// What it says is judged before anything is fetched for it, and its name is used up only by whoever could sign it.
async fn prove(
    app: &App,
    client_id: &str,
    client: Option<&Client>,
    assertion: &ClientAssertion,
) -> Result<(), Unproven> {
    let now = app.clock.now();
    let settings = &app.settings.client_assertions;
    let policy = AssertionPolicy { issuer: &app.settings.issuer, requires_typ: settings.require_typ };
    let jws = assertion.judge(client_id, &policy, now)?;
    signature(app, client, jws, now).await?;
    let (name, expires_at) = ClientAssertion::single_use(jws).ok_or(AssertionFlaw::Name)?;
    if store::use_once(&app.db, &name, expires_at, now).await? { Ok(()) } else { Err(AssertionFlaw::Replayed.into()) }
}

/// One verification in every branch (decision 16), whoever is asked for.
async fn signature(app: &App, client: Option<&Client>, jws: &Jws, now: Timestamp) -> Result<(), Unproven> {
    let settings = &app.settings.client_assertions;
    let (verified, otherwise) = match client.map(|client| &client.authentication) {
        Some(AuthenticationMethod::PrivateKeyJwt(source)) => {
            match app.node.client_keys.signer(source, jws, settings, now).await? {
                Some(key) => (PublicKey::from(key).verify(jws), AssertionFlaw::Signature),
                None => (in_vain(jws), AssertionFlaw::NoKey),
            }
        }
        Some(AuthenticationMethod::ClientSecretJwt(secrets)) => {
            (verified_by_secret(jws, secrets), AssertionFlaw::Signature)
        }
        Some(
            AuthenticationMethod::None
            | AuthenticationMethod::ClientSecretBasic(_)
            | AuthenticationMethod::ClientSecretPost(_),
        ) => (in_vain(jws), AssertionFlaw::Method),
        None => (in_vain(jws), AssertionFlaw::UnknownClient),
    };
    app.secret_compared();
    if verified { Ok(()) } else { Err(otherwise.into()) }
}

fn in_vain(jws: &Jws) -> bool {
    verify_in_vain(jws);
    false
}
