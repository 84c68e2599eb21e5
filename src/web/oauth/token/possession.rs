//! Is it the device that asked? What a code is bound to, proven before anything of it is told or touched (requirements
//! section 1.1, step 7).

use crate::app::App;
use crate::flow::ClientRequest;
use crate::web::error::ApiError;
use crate::web::oauth::dpop::{Memory, Shown, Unspent};
use protocol::{Channel, Client, CodeChallenge, DeviceGrant, Event, OAuthError, VerifierVerdict};

/// The longest `code_verifier` that is looked at; whether it is one is the challenge's question.
const LONGEST_VERIFIER: usize = 1024;

/// The key that a request to the token endpoint proves, if any: the one that `bound_to` names, where it does.
pub(super) async fn proven_key(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    bound_to: Option<&str>,
) -> Result<Option<String>, ApiError> {
    let shown = Shown { proofs: &request.proofs, method: "POST", url: &request.url, access_token: None };
    let proof = shown.proof(app)?;
    client.may_use(bound_to, proof.as_ref().map(Unspent::jkt))?;
    match proof {
        // A poll waits for no disk: what it leads to is bound to the key, and its own transaction is kept.
        Some(proof) => proof.spend(app, Memory::Light).await.map(Some),
        None => Ok(None),
    }
}

/// The key that a poll proves, if any, once it has shown all that the grant is bound to.
pub(super) async fn proven_device(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    grant: &DeviceGrant,
) -> Result<Option<String>, ApiError> {
    // The key first: who does not have it cannot spend the guesses of who does.
    let key = proven_key(app, client, request, grant.binding.jkt.as_deref()).await?;
    match grant.binding.judge_verifier(request.parameter("code_verifier", LONGEST_VERIFIER)?) {
        VerifierVerdict::Fits => Ok(key),
        VerifierVerdict::Misplaced => Err(OAuthError::InvalidGrant.into()),
        // Nothing is left to guess of a code that is over: its device hears what it would hear with the right one missing.
        VerifierVerdict::Wrong if app.clock.now() >= grant.redeemable_until() => Err(OAuthError::InvalidGrant.into()),
        VerifierVerdict::Wrong => {
            let revoked = app.event(Event::GrantRevoked, &request.source(Channel::Token)).of_grant(grant);
            if store::count_wrong_verifier(&app.db, &grant.id, CodeChallenge::WRONG_VERIFIERS, &revoked).await? {
                tracing::warn!(grant = grant.id, client = client.id, "too many wrong verifiers: the code is revoked");
            }
            Err(OAuthError::InvalidGrant.into())
        }
    }
}
