//! Check that a poll comes from the device that asked: the key and the PKCE verifier that its code is bound to.

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, dpop};
use protocol::{Channel, Client, CodeChallenge, DeviceGrant, Event, OAuthError, VerifierVerdict};

/// The longest `code_verifier` that is looked at; the challenge judges whether it is one.
const LONGEST_VERIFIER: usize = 1024;

/// The key that a poll proves, if any, once it has proven all that the grant is bound to.
pub(super) async fn prove_device(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    grant: &DeviceGrant,
) -> Result<Option<String>, FlowError> {
    // The key first: who does not have it cannot spend the guesses of who does.
    let proof = dpop::proof_of_client(app, client, request, grant.binding.jkt.as_deref())?;
    let jkt = dpop::spend(app, proof).await?;
    match grant.binding.judge_verifier(request.parameter("code_verifier", LONGEST_VERIFIER)?) {
        VerifierVerdict::Fits => return Ok(jkt),
        // Nothing is left to guess of a code that is over, so a wrong verifier is not counted.
        VerifierVerdict::Wrong if app.clock.now() < grant.redeemable_until() => {
            let revoked = app.event(Event::GrantRevoked, &request.source(Channel::Token)).of_grant(grant);
            if store::count_wrong_verifier(&app.db, &grant.id, CodeChallenge::WRONG_VERIFIERS, &revoked).await? {
                tracing::warn!(grant = grant.id, client = client.id, "too many wrong verifiers: the code is revoked");
            }
        }
        VerifierVerdict::Wrong | VerifierVerdict::Misplaced => {}
    }
    Err(OAuthError::InvalidGrant.into())
}
