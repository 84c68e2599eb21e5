//! The key of one sign-in, and the proof of it for each request (RFC 9449 section 4).

use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use serde_json::{Value, json};
use url::Url;
use zeroize::Zeroizing;

use crate::error::DeviceError;
use protocol::{Secret, Timestamp};

/// A key for ES256, and the last nonce from the server (section 8).
#[derive(Debug)]
pub struct ProofKey {
    pair: EcdsaKeyPair,
    private: Secret,
    nonce: Mutex<Option<String>>,
}

impl ProofKey {
    /// The JOSE name of the algorithm.
    pub(super) const ALGORITHM: &str = "ES256";

    /// Makes a new key.
    ///
    /// # Errors
    /// [`DeviceError::NoKey`] when this machine cannot.
    pub fn draw() -> Result<Self, DeviceError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| DeviceError::NoKey)?;
        let private = AsBigEndian::<EcPrivateKeyBin<'_>>::as_be_bytes(&pair.private_key());
        let private = Zeroizing::new(URL_SAFE_NO_PAD.encode(private.map_err(|_| DeviceError::NoKey)?.as_ref()));
        let private = Secret::presented(&private);
        Ok(Self { pair, private, nonce: Mutex::new(None) })
    }

    /// The private key as a JWK (RFC 7517), for the program that uses the tokens.
    pub fn private_jwk(&self) -> Value {
        let mut jwk = self.public_jwk();
        jwk["d"] = self.private.reveal().into();
        jwk
    }

    /// A proof for one request (section 4.2), and for its access token if it has one. `id` must be unique among proofs.
    pub(super) fn proof(
        &self,
        method: &str,
        url: &Url,
        token: Option<&Secret>,
        now: Timestamp,
        id: &str,
    ) -> Result<String, DeviceError> {
        let mut htu = url.clone();
        htu.set_query(None);
        htu.set_fragment(None);
        let header = json!({ "typ": "dpop+jwt", "alg": Self::ALGORITHM, "jwk": self.public_jwk() });
        let mut claims = json!({
            "jti": id, "htm": method, "htu": htu.as_str(), "iat": now.seconds()
        });
        if let Some(token) = token {
            claims["ath"] = URL_SAFE_NO_PAD.encode(token.digest().as_bytes()).into();
        }
        if let Some(nonce) = self.nonce.lock().as_deref() {
            claims["nonce"] = nonce.into();
        }
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| DeviceError::NoKey)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
    }

    /// Keeps the nonce of an answer for the next proof (section 8.2).
    pub(super) fn take_nonce(&self, nonce: String) {
        *self.nonce.lock() = Some(nonce);
    }

    fn public_jwk(&self) -> Value {
        // An uncompressed point: a byte that says so, and 32 bytes for each coordinate (SEC 1 section 2.3.3).
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
    }
}
