//! Tests of each check of a proof.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::digest::HmacKey;

const URL: &str = "https://login.example.test/token";
const MINUTE: Duration = Duration::from_secs(60);
/// 2026-11-21T12:00:00Z
const NOON: i64 = 1_795_262_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn demand() -> ProofDemand<'static> {
    ProofDemand { method: "POST", url: URL, access_token: None, now: at(NOON), window: MINUTE, nonces: None }
}

fn claims(change: &Value) -> Map<String, Value> {
    let mut claims = json!({ "jti": "a", "htm": "POST", "htu": URL, "iat": NOON }).as_object().unwrap().clone();
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            claims.remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
    claims
}

fn read(change: &Value, demand: &ProofDemand<'_>) -> Result<DpopProof, OAuthError> {
    DpopProof::read(json!({ "typ": "dpop+jwt" }).as_object().unwrap(), &claims(change), demand)
}

#[track_caller]
fn refused(change: &Value, reason: &str) {
    let said = read(change, &demand()).map_err(|error| error.to_string());
    assert_eq!(said, Err(reason.to_owned()), "{change}");
}

/// Proves: S-10, each check of the claims by itself.
#[test]
fn one_wrong_claim_is_enough() {
    assert!(read(&json!({}), &demand()).is_ok());
    for jti in [json!(null), json!(""), json!(7), json!("x".repeat(1025))] {
        refused(&json!({ "jti": jti }), "jti is missing, empty or too long");
    }
    for htm in [json!(null), json!("GET"), json!("post"), json!(["POST"])] {
        refused(&json!({ "htm": htm }), "htm is not the method of this request");
    }
    for iat in [json!(null), json!("1795262400"), json!(-1), json!(1e300), json!([NOON])] {
        refused(&json!({ "iat": iat }), "iat is missing or no number");
    }
    for typ in [json!({}), json!({ "typ": "JWT" }), json!({ "typ": 1 }), json!({ "typ": "application/dpop+jwt" })] {
        let read = DpopProof::read(typ.as_object().unwrap(), &claims(&json!({})), &demand());
        assert_eq!(read, Err(OAuthError::InvalidDpopProof("typ has to be dpop+jwt".into())), "{typ}");
    }
}

/// Proves: S-10, `iat` within the window, on both sides and to the second.
#[test]
fn a_proof_is_of_this_minute() {
    for good in [NOON - 60, NOON, NOON + 60] {
        assert!(read(&json!({ "iat": good }), &demand()).is_ok(), "{good}");
    }
    for wrong in [0, NOON - 61, NOON + 61, 253_402_300_799] {
        refused(&json!({ "iat": wrong }), "iat is too far from the time of this server");
    }
    assert!(read(&json!({ "iat": 1_795_262_400.75 }), &demand()).is_ok(), "a NumericDate may have a fraction");
}

/// Proves: S-10: a proof is remembered for as long as it would be accepted.
#[test]
fn what_is_forgotten_is_not_accepted_any_more() {
    for iat in [NOON - 60, NOON, NOON + 60] {
        let proof = read(&json!({ "iat": iat }), &demand()).unwrap();
        let last = Timestamp::from_millis(proof.expires_at.millis() - 1);
        assert!(read(&json!({ "iat": iat }), &ProofDemand { now: last, ..demand() }).is_ok());
        assert!(read(&json!({ "iat": iat }), &ProofDemand { now: proof.expires_at, ..demand() }).is_err());
    }
}

/// Proves: S-10, `htu` in every spelling of RFC 3986 section 6.2, and no other.
#[test]
fn an_address_is_compared_after_normalisation_without_query_and_fragment() {
    for same in [
        URL,
        "https://login.example.test/token?x=1#y",
        "HTTPS://LOGIN.example.test:443/token",
        "https://login.example.test/./a/../token",
        "https://login.example.test/%74oken",
        "https://login.example.test:/token",
    ] {
        assert!(read(&json!({ "htu": same }), &demand()).is_ok(), "{same}");
    }
    for other in [
        json!(null),
        json!(7),
        json!(""),
        json!("/token"),
        json!("login.example.test/token"),
        json!("http://login.example.test/token"),
        json!("https://login.example.test"),
        json!("https://login.example.test/token/"),
        json!("https://login.example.test/TOKEN"),
        json!("https://login.example.test:444/token"),
        json!("https://login.example.test.evil.test/token"),
        json!("https://user@login.example.test/token"),
        json!("https:login.example.test/token"),
        json!("https:///login.example.test/token"),
        json!("https:\\\\login.example.test\\token"),
        json!("https://login.example.test/to\tken"),
        json!(" https://login.example.test/token"),
        json!("https://login.example.test/token%"),
        json!("https://login.example.test/%2Ftoken"),
        json!("https://login.example.test/tok%C3%A9n"),
    ] {
        refused(&json!({ "htu": other }), "htu is not the address of this endpoint");
    }
    let of_a_path = ProofDemand { url: "https://example.test/a/t%3aenant/token", ..demand() };
    assert!(read(&json!({ "htu": "https://example.test/a/t%3Aenant/token" }), &of_a_path).is_ok());
}

/// Proves: S-10, `ath` (RFC 9449 section 7.1's example token).
#[test]
fn beside_an_access_token_its_hash_is_due() {
    let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    let demand = ProofDemand { access_token: Some(token), ..demand() };
    assert!(read(&json!({ "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" }), &demand).is_ok());
    for wrong in [json!(null), json!(token), json!("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo="), json!(1)] {
        let read = read(&json!({ "ath": wrong }), &demand);
        assert_eq!(
            read,
            Err(OAuthError::InvalidDpopProof("ath is not the hash of the access token".into())),
            "{wrong}"
        );
    }
}

/// Proves: S-10: with a nonce of the server, the clock of the device does not matter.
#[test]
fn a_nonce_stands_in_for_the_clock() {
    let nonces = DpopNonces::new(vec![HmacKey::new(&[1; 32])], MINUTE);
    let demand = ProofDemand { nonces: Some(&nonces), ..demand() };
    let current = nonces.current(at(NOON));
    assert!(read(&json!({ "nonce": current, "iat": 0 }), &demand).is_ok());
    for wrong in [json!(null), json!(""), json!("of another server"), json!(nonces.current(at(NOON - 600)))] {
        assert_eq!(read(&json!({ "nonce": wrong }), &demand), Err(OAuthError::UseDpopNonce), "{wrong}");
    }
    let wrong_otherwise = read(&json!({ "htm": "GET" }), &demand).map_err(|error| error.code());
    assert_eq!(wrong_otherwise, Err("invalid_dpop_proof"), "a nonce would not mend it");
}

#[test]
fn a_proof_is_named_by_key_address_and_id() {
    let named = |change: &Value, key| read(change, &demand()).unwrap().name(key);
    let one = named(&json!({}), "k");
    assert_eq!(one, named(&json!({ "iat": NOON - 1, "htu": "HTTPS://login.example.test/token?x" }), "k"));
    assert_ne!(one, named(&json!({ "jti": "b" }), "k"));
    assert_ne!(one, named(&json!({}), "l"));
    let elsewhere = ProofDemand { url: "https://login.example.test/userinfo", ..demand() };
    let there = read(&json!({ "htu": elsewhere.url }), &elsewhere).unwrap();
    assert_ne!(one, there.name("k"));
}

proptest! {
    #[test]
    fn any_claims_are_read_or_refused(
        jti in ".{0,20}", htm in ".{0,8}", htu in ".{0,60}", iat in any::<f64>(), typ in ".{0,10}",
    ) {
        let header = json!({ "typ": typ });
        let claims = json!({ "jti": jti, "htm": htm, "htu": htu, "iat": iat });
        let read = DpopProof::read(header.as_object().unwrap(), claims.as_object().unwrap(), &demand());
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_address_is_normalised_once_for_all(address in "https?://[a-zA-Z0-9.:%/?#@\\[\\]!~_-]{0,60}|.{0,40}") {
        if let Some(once) = normalised(&address) {
            prop_assert_eq!(normalised(&once), Some(once.clone()));
            prop_assert!(!once.contains(['?', '#']));
        }
    }

    #[test]
    fn an_escaped_letter_is_the_letter(path in "[a-z]{1,12}", place in 0_usize..12) {
        let at = place % path.len();
        let escaped = format!("{}%{:02x}{}", &path[..at], path.as_bytes()[at], &path[at + 1..]);
        prop_assert_eq!(
            normalised(&format!("https://a.test/{escaped}")),
            normalised(&format!("https://a.test/{path}"))
        );
    }
}
