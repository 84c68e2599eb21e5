//! PKCE on the device flow (requirement T-24, RFC 7636 section 4).

use tokio::task::JoinSet;

use testkit::{Answer, Authorization, Cell, DEVICE_CODE, Device, ProofKey, Server, hash, secs};

/// The example of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn challenged(device: &Device) -> Authorization {
    let challenge = [("scope", "openid"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    device.authorize_with(&challenge).await
}

async fn poll(code: &Authorization, verifier: &str) -> Answer {
    poll_as(&code.device, code, verifier).await
}

async fn poll_as(device: &Device, code: &Authorization, verifier: &str) -> Answer {
    let form = [("grant_type", DEVICE_CODE), ("device_code", &code.device_code), ("code_verifier", verifier)];
    device.post("/token", &form).await
}

/// All rows of grants and of their tokens, except for the count of wrong verifiers.
async fn remembered(server: &Server) -> Vec<Cell> {
    let mut cells = server.database.cells().await;
    cells.retain(|cell| ["device_grants", "token_families"].contains(&cell.table.as_str()));
    cells.retain(|cell| cell.column != "wrong_verifiers");
    cells
}

/// Verifiers that are not the one of the challenge, each in its way.
fn wrong() -> Vec<String> {
    let wrong = [&VERIFIER[..42], CHALLENGE, "short"].map(str::to_owned).into_iter();
    let changed = [VERIFIER.to_lowercase(), format!("{VERIFIER}A"), "a".repeat(129), VERIFIER.replace('-', "+")];
    wrong.chain(changed).chain(["ä".repeat(50)]).collect()
}

/// Proves: T-24 M-03: and what the metadata name is what works.
#[tokio::test]
async fn every_poll_carries_the_verifier() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tv = challenged(&server.device("tv")).await;
    poll(&tv, VERIFIER).await.assert_error(400, "authorization_pending");
    server.approve(&tv, "anna").await;
    server.clock.advance(secs(5));
    tv.poll_answer().await.assert_error(400, "invalid_grant");
    let tokens = poll(&tv, VERIFIER).await;
    assert_eq!((tokens.status, &tokens.json()["token_type"]), (200, &"Bearer".into()), "{}", tokens.body);
    let metadata = server.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}

/// Proves: N67 T-24: only `invalid_grant`, in every state, and the state stays.
#[tokio::test]
async fn a_poll_without_the_right_verifier_is_told_nothing_and_moves_nothing() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for state in ["pending", "approved", "denied", "redeemed", "expired"] {
        let tv = challenged(&server.device("tv")).await;
        let mut browser = server.browser();
        if state != "pending" && state != "expired" {
            let page = browser.reach_decision(&tv.user_code, "anna").await;
            drop(if state == "denied" { browser.deny(&page).await } else { browser.approve(&page).await });
        }
        match state {
            "redeemed" => {
                assert_eq!(poll(&tv, VERIFIER).await.status, 200);
                server.clock.advance(secs(60));
            }
            "expired" => server.clock.advance(secs(700)),
            _ => {}
        }
        let before = remembered(&server).await;
        let missing = tv.poll_answer().await;
        missing.assert_error(400, "invalid_grant");
        for verifier in wrong() {
            let answer = poll(&tv, &verifier).await;
            assert_eq!((answer.status, &answer.body), (missing.status, &missing.body), "{state}: {verifier}");
        }
        assert!(remembered(&server).await == before, "{state}");
        let told = match state {
            "pending" => "authorization_pending",
            "denied" => "access_denied",
            "redeemed" => "invalid_grant",
            "expired" => "expired_token",
            _ => {
                assert_eq!(poll(&tv, VERIFIER).await.status, 200);
                continue;
            }
        };
        poll(&tv, VERIFIER).await.assert_error(400, told);
    }
}

/// Proves: N67 T-24, RFC 9700 section 4.8.2: a verifier whose challenge is missing.
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let server = Server::spawn().await;
    let tv = server.device("tv").authorize("openid").await;
    for _ in 0..12 {
        poll(&tv, VERIFIER).await.assert_error(400, "invalid_grant");
    }
    assert_eq!(tv.poll().await, "authorization_pending", "and there is nothing to guess");
}

/// Proves: T-24 N67: only S256, only what can be one.
#[tokio::test]
async fn another_challenge_than_s256_gets_no_codes() {
    let server = Server::spawn().await;
    for parameters in [
        vec![("code_challenge", CHALLENGE)],
        vec![("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
        vec![("code_challenge", CHALLENGE), ("code_challenge_method", "s256")],
        vec![("code_challenge_method", "S256")],
        vec![("code_challenge", &CHALLENGE[..42]), ("code_challenge_method", "S256")],
        vec![("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), ("code_challenge_method", "S256")],
        vec![("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), ("code_challenge_method", "S256")],
    ] {
        let answer = server.device("tv").post("/device_authorization", &parameters).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_request"), "{parameters:?}");
    }
    assert_eq!(server.database.rows("device_grants").await, 0);
}

/// Proves: N67 T-24 L-03: ten wrong verifiers are accepted. The eleventh ends the grant, even an approved one, with an
/// event.
#[tokio::test]
async fn the_eleventh_wrong_verifier_ends_the_grant() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for approved in [false, true] {
        let tv = challenged(&server.device("tv")).await;
        let bystander = challenged(&server.device("tv")).await;
        if approved {
            server.approve(&tv, "anna").await;
        }
        for turn in 1..=10 {
            poll(&tv, &format!("{VERIFIER}{turn}")).await.assert_error(400, "invalid_grant");
            tv.poll_answer().await.assert_error(400, "invalid_grant");
            poll_as(&server.device("radio"), &tv, "wrong").await.assert_error(400, "invalid_grant");
        }
        if !approved {
            poll(&tv, VERIFIER).await.assert_error(400, "authorization_pending");
        }
        assert_eq!(server.count_events("grant_revoked").await, usize::from(approved), "only of the grant before");
        poll(&tv, &CHALLENGE.to_lowercase()).await.assert_error(400, "invalid_grant");
        poll(&tv, VERIFIER).await.assert_error(400, "access_denied");
        poll(&tv, "wrong again").await.assert_error(400, "invalid_grant");
        poll(&tv, VERIFIER).await.assert_error(400, "access_denied");
        poll(&bystander, VERIFIER).await.assert_error(400, "authorization_pending");
        let page = server.browser().reach_decision(&tv.user_code, "anna").await;
        assert!(!page.is_decision(), "nobody can allow it any more: {page:?}");
    }
    let mut told = server.events_of("grant_revoked").await;
    // Both happened in one instant.
    told.sort_by_key(|event| event.subject.is_some());
    let [pending, approved] = &told[..] else { panic!("one for each grant: {told:?}") };
    assert!(pending.grant_id.is_some() && pending.grant_id != approved.grant_id, "{told:?}");
    let subjects = (pending.subject.is_some(), approved.subject.is_some());
    assert_eq!(subjects, (false, true), "who had claimed it: {told:?}");
    for event in &told {
        assert_eq!((event.client_id.as_deref(), event.channel.as_str()), (Some("tv"), "token"), "{event:?}");
        assert!(event.address.is_some() && event.request_id.is_some(), "{event:?}");
    }
}

/// Proves: N67 T-24: guesses beside each other are counted one by one, and an approval beside them does not revive it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_guesses_do_not_overshoot() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for guesses in [10, 11, 40] {
        let tv = challenged(&server.device("tv")).await;
        let mut browser = server.browser();
        let page = browser.reach_decision(&tv.user_code, "anna").await;
        let mut polls = JoinSet::new();
        for turn in 0..guesses {
            let tv = tv.clone();
            polls.spawn(async move { poll(&tv, &hash(&format!("guess {turn}"))).await.error() });
        }
        let approving = async { browser.approve(&page).await };
        let (told, _) = tokio::join!(polls.join_all(), approving);
        assert!(told.iter().all(|told| told == "invalid_grant"), "{told:?}");
        let end = poll(&tv, VERIFIER).await;
        if guesses == 10 {
            assert_eq!(end.status, 200, "ten are borne: {}", end.body);
        } else {
            end.assert_error(400, "access_denied");
        }
    }
    assert_eq!(server.count_events("grant_revoked").await, 2, "one for each code that was guessed too often");
}

/// Proves: T-24, RFC 7636 section 4.4.1: a client that has to send a challenge does not send one.
#[tokio::test]
async fn a_client_may_have_to_send_a_challenge() {
    let server = Server::with(|settings| settings.client[0].require_pkce = true).await;
    server.device("tv").post("/device_authorization", &[]).await.assert_error(400, "invalid_request");
    let tv = challenged(&server.device("tv")).await;
    poll(&tv, VERIFIER).await.assert_error(400, "authorization_pending");
    server.device("radio").authorize("read").await;
}

/// Proves: B-02 T-24: both at once, and who has only the verifier cannot spend its guesses.
#[tokio::test]
async fn a_code_can_be_bound_to_a_key_and_a_secret() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = challenged(&server.device("tv").proving(&key)).await;
    for _ in 0..12 {
        poll_as(&server.device("tv"), &tv, "wrong").await.assert_error(400, "invalid_dpop_proof");
    }
    poll_as(&server.device("tv"), &tv, VERIFIER).await.assert_error(400, "invalid_dpop_proof");
    tv.poll_answer().await.assert_error(400, "invalid_grant");
    server.approve(&tv, "anna").await;
    let tokens = poll(&tv, VERIFIER).await;
    assert_eq!((tokens.status, &tokens.json()["token_type"]), (200, &"DPoP".into()), "{}", tokens.body);
}

/// Proves: T-24 N67, RFC 7636 section 4.1: 43 to 128 unreserved characters; the right digest does not make up for others.
#[tokio::test]
async fn a_verifier_is_well_formed_even_where_its_digest_fits() {
    let server = Server::spawn().await;
    let a = |count: usize| "a".repeat(count);
    for (verifier, told) in [
        (a(42), "invalid_grant"),
        (a(43), "authorization_pending"),
        (a(128), "authorization_pending"),
        (a(129), "invalid_grant"),
        ("-._~".repeat(11), "authorization_pending"),
        (a(42) + "+", "invalid_grant"),
        (a(42) + " ", "invalid_grant"),
        ("ä".repeat(43), "invalid_grant"),
    ] {
        let challenge = [("code_challenge", &hash(&verifier)[..]), ("code_challenge_method", "S256")];
        let tv = server.device("tv").authorize_with(&challenge).await;
        let answer = poll(&tv, &verifier).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, told), "{verifier}");
    }
}

/// Proves: T-24 SM-09: a code that has ended leaves nothing to guess, and its answer does not change.
#[tokio::test]
async fn wrong_verifiers_do_not_change_how_a_code_ended() {
    let server = Server::spawn().await;
    let tv = challenged(&server.device("tv")).await;
    server.clock.advance(secs(616));
    for turn in 1..=12 {
        poll(&tv, &format!("{VERIFIER}{turn}")).await.assert_error(400, "invalid_grant");
    }
    poll(&tv, VERIFIER).await.assert_error(400, "expired_token");
    assert_eq!(server.count_events("grant_revoked").await, 0);
}
