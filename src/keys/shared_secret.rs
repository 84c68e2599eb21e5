//! Verify a JWS with a shared secret: HS256 (RFC 7518 section 3.2), for `client_secret_jwt` only.

use protocol::{Digest, HmacKey, Jws};

/// Whether one of the secrets signed it. All of them are always tried, and compared in constant time.
pub fn verified_by_secret(jws: &Jws, secrets: &[HmacKey]) -> bool {
    let Some(presented) = Digest::from_row(jws.signature()).filter(|_| jws.header_text("alg") == Some("HS256")) else {
        return false;
    };
    secrets.iter().fold(false, |verified, secret| verified | secret.digest(jws.signed()).same_as(&presented))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn signed(algorithm: &str, secret: &[u8]) -> Jws {
        let signed = format!("{}.e30", URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}"}}"#)));
        let signature = HmacKey::of_secret(secret).digest(signed.as_bytes());
        Jws::parse(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_bytes()))).unwrap()
    }

    /// The example of RFC 7515 appendix A.1.
    #[test]
    fn the_signature_of_the_rfc_verifies() {
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let jws = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9le\
                   GFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let secrets = [HmacKey::of_secret(&URL_SAFE_NO_PAD.decode(secret).unwrap())];
        assert!(verified_by_secret(&Jws::parse(jws).unwrap(), &secrets));
    }

    #[test]
    fn only_a_known_secret_and_only_hs256_verify() {
        let secrets = [HmacKey::of_secret(b"old"), HmacKey::of_secret(b"new")];
        assert!(verified_by_secret(&signed("HS256", b"old"), &secrets));
        assert!(verified_by_secret(&signed("HS256", b"new"), &secrets));
        assert!(!verified_by_secret(&signed("HS256", b"other"), &secrets));
        assert!(!verified_by_secret(&signed("HS256", b"old"), &[]));
        for other in ["none", "HS512", "ES256", "hs256"] {
            assert!(!verified_by_secret(&signed(other, b"old"), &secrets), "{other}");
        }
    }
}
