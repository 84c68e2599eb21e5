//! The purposes of derived keys. HKDF-SHA-256 (RFC 5869) derives one key for each.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

use protocol::HmacKey;

/// Declares the purposes with their labels, so that no purpose is without a label and none is left out of the test.
macro_rules! purposes {
    ($($(#[$doc:meta])* $purpose:ident = $label:literal,)*) => {
        /// The purpose of a derived key. The labels are part of the stored format: under another label, stored data cannot be
        /// read any more.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Purpose { $($(#[$doc])* $purpose),* }

        impl Purpose {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$purpose),*];

            const fn label(self) -> &'static str {
                match self { $(Self::$purpose => $label),* }
            }
        }
    };
}

purposes! {
    // Of the root secret.
    /// Recognises the root secret that a database belongs to.
    Fingerprint = "fingerprint",
    /// Seals the private halves of signing keys.
    SigningKeys = "seal signing keys",
    /// Digests user codes (requirement D-10).
    UserCodes = "user codes",
    /// Digests the names of browsers to the CSRF tokens of their forms.
    CsrfTokens = "csrf tokens",
    /// Digests the usernames under which login failures are counted.
    LoginFailures = "login failures",
    /// Derives the secrets of webhooks that have no file.
    WebhookSecrets = "webhook secrets",
    /// Seals the cookies of browsers in which nobody is logged in, and the state in the form of a login page.
    VisitorCookies = "cookies before a login",
    /// Digests accounts to the marks of browsers that logged in to them.
    KnownBrowsers = "browsers that logged in",
    /// Derives match numbers and PINs, and digests them.
    Initiation = "match numbers and pins",
    /// Derives the nonces of DPoP proofs (RFC 9449 section 8).
    DpopNonces = "nonces of dpop proofs",

    // Of a secret that only a client or a browser has, and no row.
    /// Of a spent refresh token: seals its successor.
    RefreshSuccessor = "the successor of a refresh token",
    /// Of a device code: seals the answer that is given again.
    Redelivery = "the answer to a device code",
    /// Of a session cookie: seals the request that waits for a login.
    Waiting = "what waits for a login",
    /// Of the handle of a decision page: seals the user code of the claim.
    ClaimCode = "the code of a claim",
}

impl Purpose {
    /// The key for this purpose. The secret has at least 128 bits.
    pub(super) fn derive(self, secret: &[u8]) -> [u8; 32] {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let info = [b"grantd/1/", self.label().as_bytes()];
        let mut key = [0; 32];
        Salt::new(HKDF_SHA256, b"grantd")
            .extract(secret)
            .expand(&info, Length)
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF-SHA-256 gives up to 8160 bytes");
        key
    }

    /// The key for this purpose, to make digests with.
    pub fn hmac_key(self, secret: &[u8]) -> HmacKey {
        HmacKey::new(&self.derive(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Digest;

    /// Databases and cookies hold what was sealed and digested under these keys.
    #[test]
    fn labels_and_derived_keys_never_change() {
        let pinned = [
            "b4dadd72a043ba3c fingerprint",
            "bf9a3d36f2e87112 seal signing keys",
            "85c47a4f6e2a7312 user codes",
            "a0671cc3132304fb csrf tokens",
            "8572edb010374a52 login failures",
            "b3dca2e0eb7ef998 webhook secrets",
            "bd1759af40adbc4d cookies before a login",
            "ea3736da081e819c browsers that logged in",
            "f0d8e0993701b3b8 match numbers and pins",
            "33cd5f53cb989032 nonces of dpop proofs",
            "93528ad9f7b27fdd the successor of a refresh token",
            "7d6af3d7d5853862 the answer to a device code",
            "e5280086edac1b11 what waits for a login",
            "a57d83312a5020d1 the code of a claim",
        ];
        let derived = Purpose::ALL.iter().map(|purpose| {
            let key = Digest::sha256(&purpose.derive(&[7; 32])).hex();
            format!("{} {}", &key[..16], purpose.label())
        });
        assert_eq!(derived.collect::<Vec<_>>(), pinned);
    }
}
