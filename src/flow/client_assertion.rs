//! Verify a client assertion: its claims, its signature, and that it was not used before (RFC 7523 section 3,
//! requirement S-20).

use crate::app::App;
use crate::flow::FlowError;
use crate::keys::{verified_by_key, verified_by_secret, verify_in_vain};
use crate::observer::Work;
use protocol::{
    AssertionFlaw, AssertionPolicy, AuthenticationMethod, Client, ClientAssertion, Jws, OAuthError, Timestamp,
    display_text,
};

/// Verifies the assertion of a client; `None` is an unknown client. Every flaw has the answer `invalid_client`; only
/// the log says which flaw it is.
pub(super) async fn verify(
    app: &App,
    client_id: &str,
    client: Option<&Client>,
    assertion: &ClientAssertion,
) -> Result<(), FlowError> {
    let now = app.clock.now();
    let settings = &app.settings.client_assertions;
    let policy = AssertionPolicy { issuer: &app.settings.issuer, requires_typ: settings.require_typ };
    let refused = |flaw: AssertionFlaw| {
        tracing::info!(client = display_text(client_id, 255), %flaw, "a client assertion is refused");
        OAuthError::InvalidClient { challenged: false }
    };
    // The claims are judged before any keys are fetched, and the `jti` is stored only if the signature is right.
    let jws = assertion.judge(client_id, &policy, now).map_err(refused)?;
    if let Some(flaw) = flaw_of_signature(app, client, jws, now).await? {
        return Err(refused(flaw).into());
    }
    let (name, expires_at) = ClientAssertion::single_use(jws).ok_or(AssertionFlaw::Name).map_err(refused)?;
    if store::use_once(&app.db, &name, expires_at, now).await? {
        Ok(())
    } else {
        Err(refused(AssertionFlaw::Replayed).into())
    }
}

/// Verifies the signature. Every branch has one verification, so that its duration does not tell which clients exist.
async fn flaw_of_signature(
    app: &App,
    client: Option<&Client>,
    jws: &Jws,
    now: Timestamp,
) -> Result<Option<AssertionFlaw>, FlowError> {
    let settings = &app.settings.client_assertions;
    let (verified, otherwise) = match client.map(|client| &client.authentication) {
        Some(AuthenticationMethod::PrivateKeyJwt(source)) => {
            match app.node.client_keys.signer(source, jws, settings, now).await? {
                Some(key) => (verified_by_key(jws, &key), AssertionFlaw::Signature),
                None => (verify_in_vain(jws), AssertionFlaw::NoKey),
            }
        }
        Some(AuthenticationMethod::ClientSecretJwt(secrets)) => {
            (verified_by_secret(jws, secrets), AssertionFlaw::Signature)
        }
        Some(
            AuthenticationMethod::None
            | AuthenticationMethod::ClientSecretBasic(_)
            | AuthenticationMethod::ClientSecretPost(_),
        ) => (verify_in_vain(jws), AssertionFlaw::Method),
        None => (verify_in_vain(jws), AssertionFlaw::UnknownClient),
    };
    app.observer.observe(Work::ClientSecret);
    Ok(if verified { None } else { Some(otherwise) })
}
