//! Who holds the key? Proofs of possession in the `DPoP` header (RFC 9449 section 4.3).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::keys::{Jws, PublicKey};
use crate::web::error::ApiError;
use protocol::{Digest, DpopProof, OAuthError, ProofDemand, Timestamp};

/// A proof that its key has signed for this request. It proves nothing before it was spent: it may be a copy of one that
/// was shown already.
pub(super) struct Unspent {
    jkt: String,
    name: Digest,
    expires_at: Timestamp,
    now: Timestamp,
}

/// What a power cut may do to the memory of spent proofs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// Nothing: a proof shown again would give something to whoever shows it.
    Sure,
    /// Forget the last moment: what a copy leads to is bound to the key, which its thief does not have.
    Light,
}

/// What a request shows, and where.
pub(super) struct Shown<'a> {
    /// Every `DPoP` header of the request.
    pub(super) proofs: &'a [Vec<u8>],
    /// The method of the request.
    pub(super) method: &'a str,
    /// The endpoint's URL, as the issuer has it and never as the request says.
    pub(super) url: &'a str,
    /// The access token beside it, at a protected resource.
    pub(super) access_token: Option<&'a str>,
}

impl Shown<'_> {
    /// The proof of a request, if it has one.
    ///
    /// # Errors
    /// `invalid_dpop_proof` or `use_dpop_nonce` for anything in the header that is not one good proof of a key.
    pub(super) fn proof(&self, app: &App) -> Result<Option<Unspent>, OAuthError> {
        let refused = |why: &'static str| OAuthError::InvalidDpopProof(why.into());
        let proof = match self.proofs {
            [] => return Ok(None),
            [proof] => str::from_utf8(proof).ok(),
            [_, _, ..] => return Err(refused("there is more than one DPoP header")),
        };
        let jws = proof.and_then(Jws::parse).ok_or(refused("the DPoP header is not one well-formed signed JWT"))?;
        let now = app.clock.now();
        let settings = &app.settings.dpop;
        let demand = ProofDemand {
            method: self.method,
            url: self.url,
            access_token: self.access_token,
            now,
            window: settings.window,
            nonces: settings.nonce.then_some(&app.registry.dpop_nonces),
        };
        let proof = DpopProof::read(&jws.header, &jws.claims, &demand)?;
        let jwk = jws.header.get("jwk").ok_or(refused("the header has no jwk"))?;
        // The complaint names members and never their values; a quote may not stand in an error_description.
        let key = PublicKey::from_jwk(jwk)
            .map_err(|unfit| OAuthError::InvalidDpopProof(format!("jwk {unfit}").replace('"', "'").into()))?;
        if jws.algorithm().is_none() {
            return Err(refused("alg is none of dpop_signing_alg_values_supported"));
        }
        if !key.verify(&jws) {
            return Err(refused("the key in jwk did not sign this proof"));
        }
        let name = proof.name(key.thumbprint());
        Ok(Some(Unspent { jkt: key.thumbprint().to_owned(), name, expires_at: proof.expires_at, now }))
    }
}

impl Unspent {
    /// The thumbprint of the key.
    pub(super) fn jkt(&self) -> &str {
        &self.jkt
    }

    /// Shows the proof to every node as used, and gives the thumbprint of the key, which is proven now.
    ///
    /// # Errors
    /// `invalid_dpop_proof` when it was shown before; when the database does not answer.
    pub(super) async fn spend(self, app: &App, memory: Memory) -> Result<String, ApiError> {
        let fresh = match memory {
            Memory::Sure => store::use_once(&app.db, &self.name, self.expires_at, self.now).await?,
            Memory::Light => store::use_once_lightly(&app.db, &self.name, self.expires_at, self.now).await?,
        };
        if fresh {
            Ok(self.jkt)
        } else {
            Err(OAuthError::InvalidDpopProof("this proof was shown before".into()).into())
        }
    }
}

/// Gives the nonce of the next proof with every answer, where nonces are asked for (RFC 9449 section 8.2).
pub(in crate::web) async fn nonced(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.settings.dpop.nonce
        && let Ok(nonce) = HeaderValue::from_str(&app.registry.dpop_nonces.current(app.clock.now()))
    {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}
