//! Check that a poll comes from the device that requested the code: the key and the PKCE verifier that the code is
//! bound to.

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, dpop};
use protocol::{Binding, Channel, Client, CodeChallenge, DeviceCode, Event, OAuthError, Source, VerifierVerdict};
use store::Versioned;

/// The longest `code_verifier` that is judged.
const LONGEST_VERIFIER: usize = 1024;

/// A device that polls, and has proven what its code is bound to.
pub(super) struct ProvenDevice<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a ClientRequest,
    pub(super) source: Source,
    pub(super) code: DeviceCode,
    /// The thumbprint of the key that it has proven, if any.
    pub(super) jkt: Option<String>,
}

/// Checks the proofs of a poll for the grant of its code.
pub(super) async fn prove_device<'a>(
    app: &App,
    client: &'a Client,
    request: &'a ClientRequest,
    code: DeviceCode,
    binding: &Binding,
) -> Result<ProvenDevice<'a>, FlowError> {
    let source = request.source(Channel::Token);
    // The key first: a client without the key cannot use up the guesses of its owner.
    let proof = dpop::proof_of_client(app, client, request, binding.jkt.as_deref())?;
    let jkt = dpop::spend(app, proof).await?;
    let verifier = request.parameter("code_verifier", LONGEST_VERIFIER)?;
    let verdict = binding.judge_verifier(verifier);
    let flaw = match (verdict, verifier) {
        (VerifierVerdict::Fits, _) => return Ok(ProvenDevice { client, request, source, code, jkt }),
        (VerifierVerdict::Wrong, _) => "it does not fit the code_challenge",
        (VerifierVerdict::Misplaced, None) => "it is missing: the code was asked for with a code_challenge",
        (VerifierVerdict::Misplaced, Some(_)) => "none is due: the code was asked for without a code_challenge",
    };
    // The client learns `invalid_grant` alone, as it does of a code that is not its own.
    let Some(Versioned { value: grant, .. }) = store::find_by_device_code(&app.db, &code.digest()).await? else {
        return Err(OAuthError::InvalidGrant.into());
    };
    tracing::info!(grant = grant.id, client = client.id, flaw, "a code_verifier is refused");
    // A code that has ended leaves nothing to guess, so a wrong verifier is not counted.
    if verdict == VerifierVerdict::Wrong && app.clock.now() < grant.redeemable_until() {
        let revoked = app.event(Event::GrantRevoked, &source).of_grant(&grant);
        if store::count_wrong_verifier(&app.db, &grant.id, CodeChallenge::WRONG_VERIFIERS, &revoked).await? {
            tracing::warn!(grant = grant.id, client = client.id, "too many wrong verifiers: the code is revoked");
        }
    }
    Err(OAuthError::InvalidGrant.into())
}
