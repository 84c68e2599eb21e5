//! Which DPoP proofs are accepted: RFC 9449 section 4.3, each check broken by itself, at the endpoints for devices.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use testkit::{DEVICE_CODE, Proof, ProofKey, Server, secs};

const AUTHORIZATION: &str = "/device_authorization";

/// A proof that is wrong in one way, by what is wrong with it.
fn broken(key: &ProofKey, other: &ProofKey, method: &str, path: &str) -> Vec<(&'static str, String)> {
    let good = || key.proof(method, path);
    let with_jwk = |name: &str, value: Value| {
        let mut jwk = key.jwk.clone();
        jwk[name] = value;
        good().header("jwk", jwk).signed()
    };
    let headless = |mut proof: Proof<'_>, member: &str| {
        proof.header.as_object_mut().unwrap().remove(member).unwrap();
        proof.signed()
    };
    let now = good().claims["iat"].as_i64().unwrap();
    let signed = good().signed();
    let (message, signature) = signed.rsplit_once('.').unwrap();
    let by_another = other.proof(method, path).header("jwk", key.jwk.clone()).signed();
    let unsigned = |alg: &str| {
        let message = good().header("alg", alg).signed();
        format!("{}.", message.rsplit_once('.').unwrap().0)
    };
    vec![
        ("an empty header", String::new()),
        ("no JWT", "garbage".to_owned()),
        ("two proofs in one header", format!("{}, {}", good().signed(), good().signed())),
        ("a signature of nothing", format!("{message}.")),
        ("a signature cut short", format!("{message}.{}", &signature[..signature.len() - 4])),
        ("padding", format!("{signed}==")),
        ("the key of somebody else", by_another),
        ("typ JWT", good().header("typ", "JWT").signed()),
        ("typ at+jwt", good().header("typ", "at+jwt").signed()),
        ("no typ", headless(good(), "typ")),
        ("no alg", headless(good(), "alg")),
        ("no jwk", headless(good(), "jwk")),
        ("alg none", good().header("alg", "none").signed()),
        ("alg none without a signature", unsigned("none")),
        ("alg HS256", good().header("alg", "HS256").signed()),
        ("alg of another kind", good().header("alg", "RS256").signed()),
        ("alg of another curve", good().header("alg", "ES384").signed()),
        ("crit", good().header("crit", json!(["exp"])).signed()),
        ("a private key", with_jwk("d", json!("AQAB"))),
        ("a symmetric key", good().header("jwk", json!({ "kty": "oct", "k": "AQAB" })).signed()),
        ("a key that is a text", good().header("jwk", key.jwk.to_string()).signed()),
        ("an unknown curve", with_jwk("crv", json!("secp256k1"))),
        ("a point off the curve", with_jwk("x", other.jwk["x"].clone())),
        ("no jti", good().without("jti").signed()),
        ("an empty jti", good().claim("jti", "").signed()),
        ("a jti that is a number", good().claim("jti", 7).signed()),
        ("no htm", good().without("htm").signed()),
        ("another htm", good().claim("htm", "PUT").signed()),
        ("htm in small letters", good().claim("htm", method.to_lowercase()).signed()),
        ("no htu", good().without("htu").signed()),
        ("another path", good().claim("htu", "https://login.example.test/revoke").signed()),
        ("another host", good().claim("htu", format!("https://evil.example.test{path}")).signed()),
        ("another scheme", good().claim("htu", format!("http://login.example.test{path}")).signed()),
        ("the path alone", good().claim("htu", path).signed()),
        ("no iat", good().without("iat").signed()),
        ("an iat that is a text", good().claim("iat", now.to_string()).signed()),
        ("an old proof", good().claim("iat", now - 61).signed()),
        ("a proof of the future", good().claim("iat", now + 61).signed()),
    ]
}

/// Proves: S-10 T-12 D-15, RFC 9449 section 4.3 checks 1 to 9 and 11, at the device authorization endpoint. They are more
/// than a network may ask at once, and none of them is counted.
#[tokio::test]
async fn a_request_with_a_bad_proof_gets_no_codes() {
    let server = Server::spawn().await;
    let (key, other) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let device = server.device("tv");
    for (wrong, proof) in broken(&key, &other, "POST", AUTHORIZATION) {
        let answer = device.clone().showing(&[proof]).post(AUTHORIZATION, &[("scope", "read")]).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_dpop_proof"), "{wrong}: {}", answer.body);
    }
    let two = [key.proof("POST", AUTHORIZATION).signed(), key.proof("POST", AUTHORIZATION).signed()];
    let answer = device.clone().showing(&two).post(AUTHORIZATION, &[("scope", "read")]).await;
    answer.assert_error(400, "invalid_dpop_proof");
    assert_eq!(server.database.rows("device_grants").await, 0);
    assert_eq!(server.database.rows("single_uses").await, 0, "a proof that is not good costs no row");
    device.proving(&key).authorize("read").await;
}

/// Proves: S-10 B-02: the same checks at the token endpoint, where nothing changes.
#[tokio::test]
async fn a_poll_with_a_bad_proof_is_told_nothing_and_moves_nothing() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (key, other) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let tv = server.device("tv").proving(&key).authorize("openid").await;
    let free = server.device("tv").authorize("openid").await;
    server.approve(&tv, "anna").await;
    server.approve(&free, "anna").await;
    let before = server.database.cells().await;
    for code in [&tv, &free] {
        for (wrong, proof) in broken(&key, &other, "POST", "/token") {
            let answer = server.device("tv").showing(&[proof]).poll_answer(&code.device_code).await;
            let told = (answer.status, answer.error());
            assert_eq!(told, (400, "invalid_dpop_proof".to_owned()), "{wrong}: {}", answer.body);
        }
    }
    assert!(server.database.cells().await == before, "nothing moved");
    assert_eq!(tv.redeem().await["token_type"], "DPoP");
    assert_eq!(free.redeem().await["token_type"], "Bearer");
}

/// Proves: S-10, RFC 9449 section 4.3: addresses are compared after normalisation, without query and fragment.
#[tokio::test]
async fn htu_may_be_spelt_as_rfc_3986_allows() {
    let server = Server::spawn().await;
    let key = ProofKey::new(&server.clock);
    for htu in [
        "https://login.example.test/device_authorization?x=1#y",
        "HTTPS://LOGIN.EXAMPLE.TEST:443/device_authorization",
        "https://login.example.test/a/../device%5Fauthorization",
    ] {
        let proof = key.proof("POST", AUTHORIZATION).claim("htu", htu).signed();
        server.device("tv").showing(&[proof]).authorize("read").await;
    }
}

/// Proves: S-10 L-05: the address of an endpoint is the issuer's, not the one that the request names.
#[tokio::test]
async fn htu_is_compared_with_the_issuer_and_never_with_the_request() {
    let server = Server::on_localhost().await;
    let port = server.address.port();
    let key = ProofKey::new(&server.clock);
    let device = testkit::Device::on_localhost(port, "tv");
    let of_the_issuer = format!("http://localhost:{port}/device_authorization");
    let of_the_socket = format!("http://127.0.0.1:{port}/device_authorization");
    let with = |htu: String| device.clone().showing(&[key.proof("POST", AUTHORIZATION).claim("htu", htu).signed()]);
    let refused = with(of_the_socket).post(AUTHORIZATION, &[]).await;
    refused.assert_error(400, "invalid_dpop_proof");
    with(of_the_issuer).authorize("read").await;
}

/// Proves: M-03 M-05 S-10: each algorithm that is named signs proofs, and no other does.
#[tokio::test]
async fn an_algorithm_signs_proofs_exactly_if_the_metadata_name_it() {
    let server = Server::spawn().await;
    let metadata = server.get("/.well-known/oauth-authorization-server").await.json();
    let named: Vec<&str> = metadata["dpop_signing_alg_values_supported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert!(!named.is_empty());
    for algorithm in ["ES256", "ES384", "EdDSA", "PS256", "RS256"] {
        assert!(named.contains(&algorithm), "{algorithm}");
        let key = ProofKey::of(&server.clock, algorithm);
        server.device("tv").proving(&key).authorize("read").await;
    }
    for algorithm in ["none", "HS256", "HS384", "HS512", "RS384", "RS512", "PS384", "PS512", "ES512", "ES256K"] {
        assert!(!named.contains(&algorithm), "{algorithm}");
        for made_for in ["ES256", "RS256"] {
            let key = ProofKey::of(&server.clock, made_for);
            let proof = key.proof("POST", AUTHORIZATION).header("alg", algorithm).signed();
            let answer = server.device("tv").showing(&[proof]).post(AUTHORIZATION, &[]).await;
            answer.assert_error(400, "invalid_dpop_proof");
        }
    }
}

/// Proves: S-10: the window is the operator's.
#[tokio::test]
async fn how_old_a_proof_may_be_is_set() {
    let server = Server::with(|settings| settings.dpop.window = secs(10)).await;
    let key = ProofKey::new(&server.clock);
    let early = key.proof("POST", AUTHORIZATION).signed();
    server.clock.advance(secs(11));
    let late = server.device("tv").showing(&[early]).post(AUTHORIZATION, &[]).await;
    late.assert_error(400, "invalid_dpop_proof");
    let early = key.proof("POST", AUTHORIZATION).signed();
    server.clock.advance(secs(10));
    assert_eq!(server.device("tv").showing(&[early]).post(AUTHORIZATION, &[]).await.status, 200);
}

/// Proves: the client and the code are checked before the proof: a proof for an unknown client or code is not read.
#[tokio::test]
async fn a_proof_changes_nothing_for_who_has_no_code() {
    let server = Server::spawn().await;
    let key = ProofKey::new(&server.clock);
    let tv = server.device("tv").proving(&key).authorize("read").await;
    let unknown = "mWcE7Lq0sGNvT2hYx4bKJr9uZdP1oAiF5QkXtV8nBSy";
    let plain = server.device("radio").poll_answer(unknown).await;
    plain.assert_error(400, "invalid_grant");
    let before = server.database.rows("single_uses").await;
    let bad = [URL_SAFE_NO_PAD.encode("bad")];
    for radio in [server.device("radio"), server.device("radio").proving(&key), server.device("radio").showing(&bad)] {
        for code in [unknown, &tv.device_code] {
            let answer = radio.poll_answer(code).await;
            assert_eq!((answer.status, &answer.body), (plain.status, &plain.body));
        }
    }
    assert_eq!(server.database.rows("single_uses").await, before, "an unknown code costs a read (T-17)");
    let nobody = server.device("nobody").showing(&bad);
    let form = [("grant_type", DEVICE_CODE), ("device_code", unknown)];
    nobody.post("/token", &form).await.assert_error(401, "invalid_client");
}
