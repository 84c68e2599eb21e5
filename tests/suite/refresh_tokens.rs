//! Staying signed in: rotation, the grace period, the alarm and the end (RFC 6749 section 6, RFC 9700 section 4.14.2).

use std::sync::Arc;

use protocol::{Event, GrantType};
use serde_json::Value;
use settings::load_from;

use testkit::{Answer, Device, Server, secs};

/// A server whose clients may refresh.
async fn server() -> Server {
    Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
    })
    .await
}

/// The tokens of a device that anna signed in.
async fn signed_in(server: &Server, device: &Device, scope: &str) -> Value {
    let authorization = device.authorize(scope).await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&authorization.user_code, "anna").await;
    assert!(decision.says("stays signed in"), "the page says so in plain words (K-04): {decision:?}");
    browser.approve(&decision).await;
    authorization.redeem().await
}

fn text<'a>(tokens: &'a Value, member: &str) -> &'a str {
    tokens[member].as_str().unwrap_or_else(|| panic!("no {member} in {tokens}"))
}

async fn refresh(device: &Device, token: &str) -> Answer {
    refresh_with(device, token, &[]).await
}

async fn refresh_with(device: &Device, token: &str, more: &[(&str, &str)]) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    device.post("/token", &[&form[..], more].concat()).await
}

async fn userinfo(server: &Server, access_token: &str) -> u16 {
    let request = server.request("GET", "/userinfo").header("authorization", format!("Bearer {access_token}"));
    request.send().await.unwrap().status().as_u16()
}

/// Proves: K-04 K-05 K-06 K-12.
#[tokio::test]
async fn every_use_gives_the_next_token_and_the_same_person() {
    let server = server().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let first = signed_in(&server, &tv, "openid read").await;
    server.clock.advance(secs(300));
    let second = refresh(&tv, text(&first, "refresh_token")).await;
    assert_eq!((second.status, second.header("cache-control")), (200, "no-store"));
    let second = second.json();
    assert_eq!((&second["scope"], &second["expires_in"]), (&"openid read".into(), &600.into()));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert!(text(&second, "refresh_token").starts_with("grt_"));
    let claims = |tokens: &Value| -> Value {
        jsonwebtoken::dangerous::insecure_decode_claims(text(tokens, "id_token")).unwrap()
    };
    let (before, after) = (claims(&first), claims(&second));
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same]);
    }
    assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 300);
    assert!(after.get("nonce").is_none());
    assert_eq!(userinfo(&server, text(&second, "access_token")).await, 200);
}

/// Proves: N60 K-05 K-09.
#[tokio::test]
async fn a_refresh_never_widens_and_never_serves_another_client() {
    let server = server().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let tokens = signed_in(&server, &tv, "openid read").await;
    let token = text(&tokens, "refresh_token");
    refresh_with(&tv, token, &[("scope", "openid read email")]).await.assert_error(400, "invalid_scope");
    refresh(&server.device("radio"), token).await.assert_error(400, "invalid_grant");
    refresh(&server.device("box").with_secret("box-secret"), token).await.assert_error(400, "invalid_grant");
    refresh(&tv, "garbage").await.assert_error(400, "invalid_grant");
    refresh(&tv, &format!("grt_{}", "A".repeat(64))).await.assert_error(400, "invalid_grant");
    refresh(&tv, text(&tokens, "access_token")).await.assert_error(400, "invalid_grant");
    refresh(&tv, "").await.assert_error(400, "invalid_request");
    let narrow = refresh_with(&tv, token, &[("scope", "read")]).await.json();
    assert_eq!(narrow["scope"], "read");
    assert!(narrow.get("id_token").is_none());
    let whole = refresh(&tv, text(&narrow, "refresh_token")).await.json();
    assert_eq!(whole["scope"], "openid read", "the chain keeps the original scope");
}

/// Proves: N60 K-03 K-05.
#[tokio::test]
async fn a_chain_ends_when_it_rests_too_long_and_in_any_case() {
    let server = server().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let mut tokens = signed_in(&server, &tv, "openid").await;
    for _ in 0..2 {
        server.clock.advance(secs(13 * 86_400));
        tokens = refresh(&tv, text(&tokens, "refresh_token")).await.json();
    }
    server.clock.advance(secs(4 * 86_400));
    refresh(&tv, text(&tokens, "refresh_token")).await.assert_error(400, "invalid_grant");
    let tokens = signed_in(&server, &tv, "openid").await;
    server.clock.advance(secs(14 * 86_400));
    refresh(&tv, text(&tokens, "refresh_token")).await.assert_error(400, "invalid_grant");
}

/// Proves: N61 K-07 K-08.
#[tokio::test]
async fn parallel_uses_of_one_token_share_one_successor_and_a_late_use_rings_the_alarm() {
    let server = Arc::new(server().await);
    server.add_user("anna").await;
    let tv = server.device("tv");
    let first = signed_in(&server, &tv, "openid").await;
    let token = text(&first, "refresh_token").to_owned();
    let uses: Vec<_> = (0..20)
        .map(|_| {
            let (tv, token) = (tv.clone(), token.clone());
            tokio::spawn(async move { refresh(&tv, &token).await })
        })
        .collect();
    let mut successors = Vec::new();
    for answer in uses {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        successors.push(text(&answer.json(), "refresh_token").to_owned());
    }
    successors.dedup();
    assert_eq!(successors.len(), 1, "one chain");
    assert_eq!(server.count_events("refresh_token_reused").await, 0, "these were retries");
    let third = refresh(&tv, &successors[0]).await.json();
    assert_eq!(userinfo(&server, text(&third, "access_token")).await, 200);
    server.clock.advance(secs(11));
    refresh(&tv, &successors[0]).await.assert_error(400, "invalid_grant");
    assert_eq!(userinfo(&server, text(&third, "access_token")).await, 401, "the family is dead");
    refresh(&tv, text(&third, "refresh_token")).await.assert_error(400, "invalid_grant");
    assert_eq!(server.count_events("refresh_token_reused").await, 1, "the alarm rings once");
}

/// Proves: N61 K-07: however many copies of a stolen token come back at once, the alarm rings once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_replays_ring_one_alarm() {
    let server = Arc::new(server().await);
    let anna = server.add_user("anna").await;
    let tv = server.device("tv");
    let first = signed_in(&server, &tv, "openid").await;
    refresh(&tv, text(&first, "refresh_token")).await.json();
    server.clock.advance(secs(11));
    let replay = || async { refresh(&tv, text(&first, "refresh_token")).await };
    for answer in futures_util::future::join_all((0..20).map(|_| replay())).await {
        answer.assert_error(400, "invalid_grant");
    }
    let [alarm] = &server.events_of("refresh_token_reused").await[..] else { panic!("one alarm") };
    assert_eq!((alarm.client_id.as_deref(), alarm.subject.as_deref()), (Some("tv"), Some(anna.subject.as_str())));
    let [redeemed] = &server.events_of("grant_redeemed").await[..] else { panic!("one redemption") };
    assert_eq!((&alarm.grant_id, &alarm.family_id), (&redeemed.grant_id, &redeemed.family_id), "one story");
    assert_eq!(server.count_events("tokens_revoked").await, 1);
}

/// Proves: N61 K-08: the grandparent is the alarm even at once.
#[tokio::test]
async fn a_token_two_uses_back_ends_the_family() {
    let server = server().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let first = signed_in(&server, &tv, "openid").await;
    let second = refresh(&tv, text(&first, "refresh_token")).await.json();
    let third = refresh(&tv, text(&second, "refresh_token")).await.json();
    refresh(&tv, text(&first, "refresh_token")).await.assert_error(400, "invalid_grant");
    refresh(&tv, text(&third, "refresh_token")).await.assert_error(400, "invalid_grant");
}

/// Proves: N78 SM-06 K-10.
#[tokio::test]
async fn a_new_password_or_a_disabled_account_ends_what_was_signed_in() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let tv = server.device("tv");
    let tokens = signed_in(&server, &tv, "openid").await;
    server.clock.advance(secs(1));
    let hash = anna.password_hash.clone();
    store::set_password(&server.app.db, &anna.subject, &hash, &server.operator_did(Event::UserPasswordSet))
        .await
        .unwrap();
    refresh(&tv, text(&tokens, "refresh_token")).await.assert_error(400, "invalid_grant");
    assert_eq!(userinfo(&server, text(&tokens, "access_token")).await, 401);

    server.clock.advance(secs(1));
    let tokens = signed_in(&server, &tv, "openid").await;
    server.clock.advance(secs(1));
    store::disable_user(&server.app.db, &anna.subject, &server.operator_did(Event::UserDisabled)).await.unwrap();
    refresh(&tv, text(&tokens, "refresh_token")).await.assert_error(400, "invalid_grant");
    assert_eq!(userinfo(&server, text(&tokens, "access_token")).await, 401);
}

/// Proves: K-04 decision 5.
#[tokio::test]
async fn the_policy_says_who_stays_signed_in() {
    use protocol::RefreshPolicy;
    for (policy, scope, stays) in [
        (RefreshPolicy::Never, "openid", false),
        (RefreshPolicy::OfflineAccess, "openid", false),
        (RefreshPolicy::OfflineAccess, "openid offline_access", true),
        (RefreshPolicy::Never, "openid offline_access", false),
        (RefreshPolicy::Registered, "openid", true),
    ] {
        let server = Server::with(|settings| {
            settings.scope[3].name = "offline_access".to_owned();
            settings.client[0].scopes = vec!["openid".to_owned(), "offline_access".to_owned()];
            settings.client[0].device_scopes = None;
            settings.tokens.refresh_token_policy = policy;
            settings.client[0].grant_types.push(GrantType::RefreshToken);
        })
        .await;
        server.add_user("anna").await;
        let authorization = server.device("tv").authorize(scope).await;
        let mut browser = server.browser();
        let decision = browser.reach_decision(&authorization.user_code, "anna").await;
        assert_eq!(decision.says("stays signed in"), stays);
        browser.approve(&decision).await;
        assert_eq!(authorization.redeem().await.get("refresh_token").is_some(), stays, "{policy:?}");
    }
}

/// Proves: K-03: fourteen days of rest and thirty days in all, to the second.
#[tokio::test]
async fn a_chain_lives_to_its_last_second() {
    let server = server().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let mut tokens = signed_in(&server, &tv, "openid").await;
    // The last use is one second before the end of the thirtieth day.
    for pause in [14 * 86_400 - 1, 14 * 86_400 - 1, 2 * 86_400 + 1] {
        server.clock.advance(secs(pause));
        let answer = refresh(&tv, text(&tokens, "refresh_token")).await;
        assert_eq!(answer.status, 200, "after {pause} s more: {}", answer.body);
        tokens = answer.json();
    }
    server.clock.advance(secs(1));
    refresh(&tv, text(&tokens, "refresh_token")).await.assert_error(400, "invalid_grant");
}

/// Proves: K-07 K-08: to its last second the grace gives the same successor with a fresh access token, to the client of the
/// chain alone, and after it everything of the family is dead. Ten seconds by default.
#[tokio::test]
async fn the_grace_is_as_long_as_it_is_set() {
    for (grace, set) in [(10, None), (0, Some(0)), (60, Some(60))] {
        let server = Server::with(|settings| {
            for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
                client.grant_types.push(GrantType::RefreshToken);
            }
            settings.tokens.rotation_grace = set.map_or(settings.tokens.rotation_grace, secs);
        })
        .await;
        server.add_user("anna").await;
        let tv = server.device("tv");
        let first = signed_in(&server, &tv, "openid").await;
        let spent = text(&first, "refresh_token");
        let second = refresh(&tv, spent).await.json();
        server.clock.advance(secs(grace));
        for stranger in [server.device("radio"), server.device("box").with_secret("box-secret")] {
            refresh(&stranger, spent).await.assert_error(400, "invalid_grant");
        }
        let again = refresh(&tv, spent).await.json();
        assert_eq!(again["refresh_token"], second["refresh_token"], "{grace} s: one line");
        assert_ne!(again["access_token"], second["access_token"], "{grace} s: fresh");
        let family = [&first, &second, &again];
        for tokens in family {
            assert_eq!(userinfo(&server, text(tokens, "access_token")).await, 200, "{grace} s");
        }
        server.clock.advance(secs(1));
        refresh(&server.device("radio"), spent).await.assert_error(400, "invalid_grant");
        assert_eq!(server.count_events("refresh_token_reused").await, 0, "a stranger rings no alarm");
        refresh(&tv, spent).await.assert_error(400, "invalid_grant");
        for tokens in family {
            assert_eq!(userinfo(&server, text(tokens, "access_token")).await, 401, "{grace} s");
        }
        assert_eq!(server.count_events("refresh_token_reused").await, 1);
    }
    let refused = load_from(Some(("g.toml".as_ref(), "tokens.rotation_grace = '61s'")), []).unwrap_err().to_string();
    assert!(refused.contains("tokens.rotation_grace"), "at most a minute: {refused}");
}

/// Proves: K-03 K-06: a confidential client may be let keep its token, which then ends as any other; a public one never is.
#[tokio::test]
async fn only_a_confidential_client_may_go_without_rotation() {
    let server = Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
            client.refresh_token_rotation = Some(false);
        }
    })
    .await;
    server.add_user("anna").await;
    let boxed = server.device("box").with_secret("box-secret");
    let first = signed_in(&server, &boxed, "openid").await;
    let kept = text(&first, "refresh_token");
    for pause in [60, 14 * 86_400 - 1, 14 * 86_400 - 1] {
        server.clock.advance(secs(pause));
        let next = refresh(&boxed, kept).await.json();
        assert!(next.get("refresh_token").is_none(), "nothing new to keep (RFC 6749 section 6)");
        assert_eq!(userinfo(&server, text(&next, "access_token")).await, 200);
    }
    assert_eq!(server.count_events("refresh_token_reused").await, 0);
    server.clock.advance(secs(2 * 86_400));
    refresh(&boxed, kept).await.assert_error(400, "invalid_grant");

    let tv = server.device("tv");
    let first = signed_in(&server, &tv, "openid").await;
    let second = refresh(&tv, text(&first, "refresh_token")).await.json();
    assert_ne!(text(&second, "refresh_token"), text(&first, "refresh_token"));
    let public = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nrefresh_token_rotation = false\n";
    let refused = load_from(Some(("g.toml".as_ref(), public)), []).unwrap_err().to_string();
    assert!(refused.contains("refresh_token_rotation"), "{refused}");
}
