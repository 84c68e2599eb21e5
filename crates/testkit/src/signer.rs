//! A client that signs its assertions, with a library that the server does not use to verify them.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use grantd::clock::{Clock, ManualClock};
use grantd::entropy::{Entropy, SystemEntropy};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use protocol::{AuthenticationMethodName, GrantType};
use serde_json::{Value, json};
use settings::{ClientSettings, ClientType};

use crate::ISSUER;

/// A key and its name.
pub struct Signer {
    algorithm: Algorithm,
    key: EncodingKey,
    kid: String,
}

impl Signer {
    /// A key on P-256.
    pub fn new(kid: &str) -> Self {
        Self::with(Algorithm::ES256, kid)
    }

    /// A key for an asymmetric algorithm.
    pub fn with(algorithm: Algorithm, kid: &str) -> Self {
        let ec = |curve| EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap().as_ref().to_vec();
        let key = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&ec(&ECDSA_P256_SHA256_FIXED_SIGNING)),
            Algorithm::ES384 => EncodingKey::from_ec_der(&ec(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            Algorithm::EdDSA => {
                EncodingKey::from_ed_der(Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap().as_ref())
            }
            _ => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
                let body = STANDARD.encode(der.as_ref());
                let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
                EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
            }
        };
        Self { algorithm, key, kid: kid.to_owned() }
    }

    /// A secret that is shared with the server.
    pub fn sharing(secret: &str) -> Self {
        Self { algorithm: Algorithm::HS256, key: EncodingKey::from_secret(secret.as_bytes()), kid: String::new() }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.kid.clone());
        serde_json::to_value(jwk).unwrap()
    }

    /// A JWK Set with this key alone.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// The header of an assertion.
    pub fn header(&self) -> Value {
        match self.algorithm {
            Algorithm::HS256 => json!({ "alg": "HS256", "typ": "JWT" }),
            algorithm => json!({ "alg": format!("{algorithm:?}"), "typ": "JWT", "kid": self.kid }),
        }
    }

    /// Signs any claims under any header.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{signed}.{signature}")
    }

    /// A good assertion of a client.
    pub fn assertion(&self, client_id: &str, clock: &ManualClock) -> String {
        self.sign(&self.header(), &claims(client_id, clock))
    }
}

/// The claims of a good assertion, with a new `jti` each time.
pub fn claims(client_id: &str, clock: &ManualClock) -> Value {
    claims_at(client_id, clock.now().seconds())
}

/// The same at another time, in seconds.
pub fn claims_at(client_id: &str, now: i64) -> Value {
    let jti = SystemEntropy.identifier();
    json!({ "iss": client_id, "sub": client_id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti })
}

/// The parameters that present an assertion.
pub fn presented(assertion: &str) -> String {
    format!("client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}")
}

/// A confidential client that authenticates by this method. The keys or secrets for it must be added.
pub fn confidential(id: &str, method: AuthenticationMethodName) -> ClientSettings {
    ClientSettings {
        client_type: ClientType::Confidential,
        token_endpoint_auth_method: Some(method),
        ..ClientSettings::public(id, "Fleet", &[GrantType::DeviceCode], "openid read")
    }
}
