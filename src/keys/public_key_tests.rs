//! Public keys: which are fit, their thumbprints, and what they verify. With the examples of the RFCs, and keys made
//! here.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::keys::verified_by_key;
use protocol::{Jws, PublicJwk, UnfitKey};

/// The payload of RFC 7515 appendix A.
const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// RFC 7515 appendix A.3.
fn p256() -> (Value, String) {
    let jwk = json!({
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    (jwk, format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{signature}"))
}

/// RFC 7515 appendix A.2.
fn rsa() -> (Value, String) {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2\
             lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBE\
             Ma2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
             PAcDTW9gb54h4FRWyuXpoQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds\
                     9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZR\
                     mB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs9\
                     8rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    (json!({ "kty": "RSA", "n": n, "e": "AQAB" }), format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{signature}"))
}

/// RFC 8037 appendix A.
fn ed25519() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

fn unsigned(algorithm: &str) -> String {
    format!("{}.{JOE}", URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}"}}"#)))
}

fn verifies(jwk: &Value, compact: &str) -> bool {
    verified_by_key(&Jws::parse(compact).unwrap(), &PublicJwk::read(jwk).unwrap())
}

#[track_caller]
fn unfit(jwk: &Value, expected: UnfitKey) {
    assert_eq!(PublicJwk::read(jwk).err(), Some(expected), "{jwk}");
}

fn with(jwk: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value.into();
    jwk
}

#[test]
fn the_signatures_of_the_rfc_verify_and_no_others_do() {
    for (jwk, compact) in [p256(), rsa()] {
        assert!(verifies(&jwk, &compact), "{jwk}");
        let other_claims = compact.replace(JOE, &URL_SAFE_NO_PAD.encode(r#"{"iss":"eve"}"#));
        assert!(!verifies(&jwk, &other_claims), "{jwk}");
        let (signed, signature) = compact.rsplit_once('.').unwrap();
        assert!(!verifies(&jwk, &format!("{signed}.A{}", &signature[1..])), "{jwk}");
        assert!(!verifies(&jwk, &format!("{signed}.{}", &signature[4..])), "{jwk}");
    }
    assert!(!verifies(&p256().0, &rsa().1));
    assert!(!verifies(&rsa().0, &p256().1));
}

/// The key of RFC 7638 section 3.1 and that of RFC 8037 appendix A.3.
#[test]
fn a_thumbprint_names_the_key_and_nothing_beside_it() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok\
             njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6\
             qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8aw\
             apJzKnqDKgw";
    let jwk = json!({ "kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" });
    let key = PublicJwk::read(&jwk).unwrap();
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.key_id(), Some("2011-04-29"));
    let key = PublicJwk::read(&ed25519()).unwrap();
    assert_eq!((key.thumbprint(), key.key_id()), ("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", None));
}

#[test]
fn each_algorithm_verifies_with_its_own_kind_of_key_alone() {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let p384 = json!({
        "kty": "EC",
        "crv": "P-384",
        "x": URL_SAFE_NO_PAD.encode(&point[1..49]),
        "y": URL_SAFE_NO_PAD.encode(&point[49..]),
    });
    let es384 = unsigned("ES384");
    let es384 = format!("{es384}.{}", URL_SAFE_NO_PAD.encode(pair.sign(&random, es384.as_bytes()).unwrap()));
    assert!(verifies(&p384, &es384));
    assert!(!verifies(&p256().0, &es384));

    let pair = Ed25519KeyPair::generate().unwrap();
    let own = with(&ed25519(), "x", URL_SAFE_NO_PAD.encode(pair.public_key()));
    let eddsa = unsigned("EdDSA");
    let eddsa = format!("{eddsa}.{}", URL_SAFE_NO_PAD.encode(pair.sign(eddsa.as_bytes())));
    assert!(verifies(&own, &eddsa));
    assert!(!verifies(&ed25519(), &eddsa));

    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let rsa = json!({
        "kty": "RSA",
        "n": URL_SAFE_NO_PAD.encode(pair.public_key().modulus().big_endian_without_leading_zero()),
        "e": URL_SAFE_NO_PAD.encode(pair.public_key().exponent().big_endian_without_leading_zero()),
    });
    let sign = |named: &str, padding: &'static dyn RsaEncoding| {
        let signed = unsigned(named);
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &random, signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let (ps256, rs256) = (sign("PS256", &RSA_PSS_SHA256), sign("RS256", &RSA_PKCS1_SHA256));
    assert!(verifies(&rsa, &ps256) && verifies(&rsa, &rs256));
    assert!(!verifies(&rsa, &sign("RS256", &RSA_PSS_SHA256)));
    assert!(!verifies(&rsa, &sign("PS256", &RSA_PKCS1_SHA256)));
    assert!(!verifies(&rsa, &sign("ES256", &RSA_PKCS1_SHA256)));
    assert!(!verifies(&rsa, &sign("none", &RSA_PKCS1_SHA256)));
    // A key that names its algorithm verifies no other.
    let only = with(&rsa, "alg", "PS256");
    assert!(verifies(&only, &ps256) && !verifies(&only, &rs256));
}

#[test]
fn a_private_or_a_shared_key_is_refused_whatever_else_it_says() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        for jwk in [p256().0, rsa().0, ed25519(), json!({ "kty": "oct" })] {
            let named = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].into_iter().find(|name| *name == member).unwrap();
            unfit(&with(&jwk, member, "AQAB"), UnfitKey::Private(named));
        }
    }
    unfit(&json!({ "kty": "oct" }), UnfitKey::Type);
}

#[test]
fn a_key_that_is_not_what_the_rfcs_describe_is_refused() {
    let (p256, rsa, ed25519) = (p256().0, rsa().0, ed25519());
    unfit(&json!("AQAB"), UnfitKey::NotAnObject);
    unfit(&json!({}), UnfitKey::Type);
    unfit(&with(&p256, "kty", "ec"), UnfitKey::Type);
    for curve in ["P-521", "secp256k1", "Ed25519", ""] {
        unfit(&with(&p256, "crv", curve), UnfitKey::Curve);
    }
    unfit(&with(&ed25519, "crv", "X25519"), UnfitKey::Curve);
    unfit(&with(&ed25519, "x", "AQAB"), UnfitKey::Number("x"));
    unfit(&with(&p256, "x", 1), UnfitKey::Number("x"));
    unfit(&with(&p256, "y", format!("{}=", p256["y"].as_str().unwrap())), UnfitKey::Number("y"));
    unfit(&with(&p256, "crv", "P-384"), UnfitKey::Number("x"));
    unfit(&with(&p256, "y", p256["x"].clone()), UnfitKey::NoKey);
    unfit(&with(&rsa, "n", ""), UnfitKey::Number("n"));
    unfit(&with(&rsa, "e", "AAEAAQ"), UnfitKey::Number("e"));
    for exponent in ["AQ", "Ag", "AQAAAAE"] {
        unfit(&with(&rsa, "e", exponent), UnfitKey::NoKey);
    }
    let modulus = |first: u8, bytes: usize| {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = first;
        URL_SAFE_NO_PAD.encode(modulus)
    };
    unfit(&with(&rsa, "n", modulus(0x7f, 256)), UnfitKey::Size);
    unfit(&with(&rsa, "n", modulus(0xff, 128)), UnfitKey::Size);
    unfit(&with(&rsa, "n", modulus(0x01, 513)), UnfitKey::Size);
    assert!(PublicJwk::read(&with(&rsa, "n", modulus(0xff, 512))).is_ok());
}

#[test]
fn what_a_key_says_of_its_purpose_is_obeyed() {
    let (p256, _) = p256();
    for fit in [json!({ "use": "sig" }), json!({ "key_ops": ["verify"] }), json!({ "alg": "ES256", "x5t": "x" })] {
        let mut jwk = p256.clone();
        jwk.as_object_mut().unwrap().extend(fit.as_object().unwrap().clone());
        assert!(PublicJwk::read(&jwk).is_ok(), "{jwk}");
    }
    unfit(&with(&p256, "use", "enc"), UnfitKey::Purpose("use"));
    for operations in [json!([]), json!(["sign"]), json!("verify"), json!(["encrypt", 1])] {
        unfit(&with(&p256, "key_ops", operations), UnfitKey::Purpose("key_ops"));
    }
    for algorithm in [json!("RS256"), json!("ES384"), json!("HS256"), json!("none"), json!(7)] {
        unfit(&with(&p256, "alg", algorithm), UnfitKey::Algorithm);
    }
    for kid in [json!(""), json!(7), json!("x".repeat(256))] {
        unfit(&with(&p256, "kid", kid), UnfitKey::KeyId);
    }
}
