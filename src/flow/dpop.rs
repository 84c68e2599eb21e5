//! Check proofs of possession of a key (RFC 9449 section 4.3).

use crate::app::App;
use crate::flow::{ClientRequest, FlowError};
use crate::keys::{Jws, verified_by_key};
use protocol::{Client, Digest, DpopProof, OAuthError, ProofDemand, PublicJwk, Timestamp};

/// A proof that its key has signed for this request. It proves nothing until it is spent: it may be a copy of a proof
/// that was used before.
pub(super) struct UnspentProof {
    /// The thumbprint of the key.
    pub(super) jkt: String,
    name: Digest,
    expires_at: Timestamp,
    now: Timestamp,
}

/// The proof of a request for codes or tokens, if it has one. If `bound_to` names a key, the proof must be of that key.
pub(super) fn proof_of_client(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    bound_to: Option<&str>,
) -> Result<Option<UnspentProof>, OAuthError> {
    let proof = read(app, &request.proofs, "POST", &request.url, None)?;
    client.may_use(bound_to, proof.as_ref().map(|proof| proof.jkt.as_str()))?;
    Ok(proof)
}

/// Spends the proof of a request for codes or tokens, without waiting for the disk. A power cut may lose the last
/// moment, but what a copy leads to is bound to the key, which its thief does not have. Returns the thumbprint of the
/// key, which is proven now.
pub(super) async fn spend(app: &App, proof: Option<UnspentProof>) -> Result<Option<String>, FlowError> {
    let Some(proof) = proof else { return Ok(None) };
    let fresh = store::use_once_lightly(&app.db, &proof.name, proof.expires_at, proof.now).await?;
    Ok(Some(proof.spent(fresh)?))
}

/// The proof in the `DPoP` headers of a request, if there is one, for an endpoint's URL as the issuer has it, and for
/// the access token beside it. Headers that are not one good proof of a key are refused.
pub(super) fn read(
    app: &App,
    headers: &[Vec<u8>],
    method: &str,
    url: &str,
    access_token: Option<&str>,
) -> Result<Option<UnspentProof>, OAuthError> {
    let refused = |why: &'static str| OAuthError::InvalidDpopProof(why.into());
    let proof = match headers {
        [] => return Ok(None),
        [proof] => str::from_utf8(proof).ok(),
        [_, _, ..] => return Err(refused("there is more than one DPoP header")),
    };
    let jws = proof.and_then(Jws::parse).ok_or(refused("the DPoP header is not one well-formed signed JWT"))?;
    let now = app.clock.now();
    let settings = &app.settings.dpop;
    let demand = ProofDemand {
        method,
        url,
        access_token,
        now,
        window: settings.window,
        nonces: settings.nonce.then_some(&app.registry.dpop_nonces),
    };
    let proof = DpopProof::read(&jws.header, &jws.claims, &demand)?;
    let jwk = jws.header.get("jwk").ok_or(refused("the header has no jwk"))?;
    // The complaint names members and never their values. An error_description must not contain a quote.
    let key = PublicJwk::read(jwk)
        .map_err(|unfit| OAuthError::InvalidDpopProof(format!("jwk {unfit}").replace('"', "'").into()))?;
    if jws.algorithm().is_none() {
        return Err(refused("alg is none of dpop_signing_alg_values_supported"));
    }
    if !verified_by_key(&jws, &key) {
        return Err(refused("the key in jwk did not sign this proof"));
    }
    let name = proof.name(key.thumbprint());
    Ok(Some(UnspentProof { jkt: key.thumbprint().to_owned(), name, expires_at: proof.expires_at, now }))
}

impl UnspentProof {
    /// Spends the proof, and waits for the disk: even after a power cut a copy of the proof is useless.
    pub(super) async fn spend_durably(self, app: &App) -> Result<String, FlowError> {
        let fresh = store::use_once(&app.db, &self.name, self.expires_at, self.now).await?;
        Ok(self.spent(fresh)?)
    }

    fn spent(self, fresh: bool) -> Result<String, OAuthError> {
        let shown_before = || OAuthError::InvalidDpopProof("this proof was shown before".into());
        if fresh { Ok(self.jkt) } else { Err(shown_before()) }
    }
}
