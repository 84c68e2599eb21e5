//! Somebody sends far too many requests: RFC 8628 sections 3.5 and 5.2; requirements D-15, T-10 and T-17.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use grantd::entropy::{Entropy, SystemEntropy};
use protocol::DeviceCode;
use settings::Settings;

use testkit::{Answer, Authorization, DEVICE_CODE, Device, Server, Writes, eventually, secs};

/// A poll with a code that nobody was given.
async fn guess(device: &Device) -> Answer {
    device.poll_answer(DeviceCode::from_random(SystemEntropy.secret()).reveal()).await
}

async fn ask(device: &Device) -> Answer {
    device.post("/device_authorization", &[]).await
}

#[track_caller]
fn assert_refused(answer: &Answer, wait: &str) {
    answer.assert_error(429, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), wait);
}

/// How many requests for codes are let through before one is refused.
async fn let_through(device: &Device, most: usize) -> usize {
    for asked in 0..most {
        if ask(device).await.status != 200 {
            return asked;
        }
    }
    most
}

/// Proves: N38 T-17 E-05: a thousand random codes cost no write, and no device that waits notices.
#[tokio::test]
async fn unknown_device_codes_are_refused_after_thirty_and_known_ones_never() {
    let server = Server::spawn().await;
    let guesser = server.device("tv");
    let neighbour = server.device("tv").authorize("read").await;
    let elsewhere = server.device("tv").on_network("198.51.100.20");
    let far = elsewhere.authorize("read").await;
    let mut writes = Writes::watch(&server.database).await;
    let before = writes.count().await;
    for number in 0..1_000 {
        let answer = guess(&guesser).await;
        if number < 30 {
            answer.assert_error(400, "invalid_grant");
        } else {
            assert_refused(&answer, "2");
        }
    }
    assert_eq!(writes.count().await, before, "nothing was written");
    assert_eq!(neighbour.poll().await, "authorization_pending", "a device behind the same address");
    assert_eq!(neighbour.poll().await, "authorization_pending", "sent twice");
    assert_eq!(writes.count().await, before);
    assert_eq!(neighbour.poll().await, "slow_down");
    let noted = writes.count().await - before;
    assert!(noted > 0, "a raised interval is written, so the count would have shown others");
    assert!(noted == 1 || !server.database.is_postgres(), "{noted} statements, where statements can be counted");
    assert_eq!(far.poll().await, "authorization_pending");
    guess(&elsewhere).await.assert_error(400, "invalid_grant");

    server.clock.advance(secs(2));
    guess(&guesser).await.assert_error(400, "invalid_grant");
    assert_refused(&guess(&guesser).await, "2");
}

/// Proves: T-17: a poll with a known code never gets the error of a network that asked too often.
#[tokio::test]
async fn a_known_code_is_told_how_it_stands_from_a_network_that_guesses() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let (waiting, denied, allowed) =
        (tv.authorize("read").await, tv.authorize("read").await, tv.authorize("read").await);
    let mut browser = server.browser();
    let decision = browser.reach_decision(&denied.user_code, "anna").await;
    browser.deny(&decision).await;
    server.approve(&allowed, "anna").await;
    while guess(&tv).await.status == 400 {}
    for expected in ["authorization_pending", "authorization_pending", "slow_down", "slow_down"] {
        assert_eq!(waiting.poll().await, expected);
    }
    assert_eq!(denied.poll().await, "access_denied");
    allowed.redeem().await;
    allowed.poll_answer().await.assert_error(400, "invalid_grant");
    server.clock.advance(secs(600));
    while guess(&tv).await.status == 400 {}
    assert_eq!(waiting.poll().await, "expired_token");
    assert_refused(&guess(&tv).await, "2");
}

/// Proves: N31 T-17 T-18: a code of another client has the answer and the cost of an unknown code.
#[tokio::test]
async fn another_clients_code_is_counted_as_an_unknown_one() {
    let server = Server::spawn().await;
    let waiting = server.device("tv").authorize("read").await;
    let (radio, other) = (server.device("radio"), server.device("radio").on_network("198.51.100.20"));
    let mut writes = Writes::watch(&server.database).await;
    let before = writes.count().await;
    for _ in 0..35 {
        let (stolen, unknown) = (waiting.poll_as(&radio).await, guess(&other).await);
        assert_eq!((stolen.status, &stolen.body), (unknown.status, &unknown.body));
        assert_eq!(stolen.header("retry-after"), unknown.header("retry-after"));
    }
    assert_refused(&waiting.poll_as(&radio).await, "2");
    assert_eq!(writes.count().await, before);
    assert_eq!(waiting.poll().await, "authorization_pending", "its owner is on the network of the first");
}

/// Proves: T-10: twenty wrong secrets a minute, and the right one always; an unknown client gets the same answers.
#[tokio::test]
async fn wrong_credentials_are_refused_after_twenty_and_right_ones_never() {
    let server = Server::spawn().await;
    let (wrong, unknown) = (server.device("box").with_secret("wrong"), server.device("nobody").with_secret("wrong"));
    for tried in 1..=25 {
        let before = server.work.client_secrets();
        let (known, none) = (guess(&wrong).await, guess(&unknown).await);
        let after = server.work.client_secrets();
        assert_eq!(after - before, 2, "one comparison each, refused or not (decision 16)");
        assert_eq!((known.status, &known.body), (none.status, &none.body), "try {tried}");
        for header in ["retry-after", "www-authenticate", "cache-control"] {
            assert_eq!(known.header(header), none.header(header), "try {tried}");
        }
        if tried <= 20 {
            known.assert_error(401, "invalid_client");
        } else {
            assert_refused(&known, "3");
        }
    }
    for path in ["/device_authorization", "/revoke", "/introspect"] {
        assert_refused(&wrong.post(path, &[("token", "x")]).await, "3");
    }
    guess(&server.device("box").with_secret("box-secret")).await.assert_error(400, "invalid_grant");
    guess(&wrong.clone().on_network("198.51.100.20")).await.assert_error(401, "invalid_client");
    guess(&server.device("odd:client").with_secret("wrong")).await.assert_error(401, "invalid_client");
    server.clock.advance(secs(3));
    guess(&wrong).await.assert_error(401, "invalid_client");
    assert_refused(&guess(&wrong).await, "3");
}

/// Proves: N71 D-15: thirty of a thousand; then one each two seconds, until fifty wait; and all of it is forgotten.
#[tokio::test]
async fn a_flood_of_requests_for_codes_is_refused_and_others_go_on() {
    let server = Server::spawn().await;
    let flooder = server.device("tv");
    for number in 0..1_000 {
        let answer = ask(&flooder).await;
        if number < 30 {
            assert_eq!(answer.status, 200, "{number}: {}", answer.body);
        } else {
            assert_refused(&answer, "2");
        }
    }
    assert_eq!(server.database.rows("device_grants").await, 30, "what is refused leaves no row");
    assert_eq!(ask(&server.device("radio")).await.status, 200, "another client behind the same address");
    assert_eq!(ask(&flooder.clone().on_network("198.51.100.20")).await.status, 200, "the same client elsewhere");
    assert_eq!(ask(&flooder.clone().on_network("2001:db8:1:2::1")).await.status, 200);

    server.clock.advance(secs(60));
    assert_eq!(let_through(&flooder, 40).await, 19, "fifty of this network wait then");
    assert_refused(&ask(&flooder).await, "540");
    assert_refused(&ask(&server.device("radio")).await, "540");
    assert_eq!(ask(&server.device("radio").on_network("198.51.100.20")).await.status, 200);
    assert_eq!(server.database.rows("device_grants").await, 53);

    server.clock.advance(secs(25 * 60 * 60));
    eventually(async || {
        server.clock.advance(Duration::from_millis(10));
        server.database.rows("device_grants").await == 0
    })
    .await;
    assert_eq!(server.app.limits.rates.remembered(), 0);
    assert_eq!(let_through(&flooder, 40).await, 30);
}

/// Proves: N71 D-15: requests that come at the same moment are counted one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_requests_for_codes_cannot_overshoot() {
    let server = Server::with(|settings| settings.limits.pending_network = 10).await;
    for round in 1..=3 {
        let device = server.device("tv").on_network(&format!("198.51.100.{round}"));
        let answers = join_all((0..30).map(|_| ask(&device))).await;
        let admitted = answers.iter().filter(|answer| answer.status == 200).count();
        assert!((1..=10).contains(&admitted), "{admitted} of ten");
        // The requests that were counted twice count once now: the rest of the ten are admitted.
        server.clock.advance(secs(60));
        assert_eq!(admitted + let_through(&device, 30).await, 10);
    }
}

/// Proves: D-15: an IPv6 subscriber is one network.
#[tokio::test]
async fn all_addresses_of_an_ipv6_subscriber_share_the_limits() {
    let server = Server::with(|settings| settings.limits.pending_network = 3).await;
    let subscriber = |host: u32| server.device("tv").on_network(&format!("2001:db8:1:2::{host:x}"));
    for host in 1..=3 {
        assert_eq!(ask(&subscriber(host)).await.status, 200);
    }
    server.clock.advance(secs(1));
    assert_refused(&ask(&subscriber(4)).await, "599");
    for host in 5..=30 {
        guess(&subscriber(host)).await.assert_error(400, "invalid_grant");
    }
    for _ in 0..4 {
        guess(&subscriber(31)).await.assert_error(400, "invalid_grant");
    }
    assert_refused(&guess(&subscriber(32)).await, "2");
    assert_eq!(ask(&server.device("tv").on_network("2001:db8:1:3::1")).await.status, 200);
}

/// Proves: D-15: the whole server has a rate too; refused requests do not count.
#[tokio::test]
async fn the_whole_server_has_a_rate() {
    let server = Server::with(|settings| {
        settings.limits.device_authorizations_server = 33;
        settings.limits.pending_network = 40;
    })
    .await;
    assert_eq!(let_through(&server.device("tv"), 31).await, 30);
    for _ in 0..5 {
        assert_refused(&ask(&server.device("tv")).await, "2");
    }
    for (host, status) in [(1, 200), (2, 200), (3, 200), (4, 429)] {
        let device = server.device("tv").on_network(&format!("198.51.100.{host}"));
        assert_eq!(ask(&device).await.status, status, "{host}");
    }
    server.clock.advance(secs(1));
    assert_eq!(ask(&server.device("tv").on_network("198.51.100.4")).await.status, 200);
}

/// Three devices of a client on three networks, and a fourth that is refused.
async fn three_wait(change: impl FnOnce(&mut Settings)) -> (Server, Vec<Authorization>, Device) {
    let server = Server::with(change).await;
    let on = |host: u32| server.device("tv").on_network(&format!("198.51.100.{host}"));
    let mut waiting = Vec::new();
    for host in 1..=3 {
        waiting.push(on(host).authorize("read").await);
    }
    let fourth = on(4);
    assert_refused(&ask(&fourth).await, "600");
    (server, waiting, fourth)
}

/// Proves: D-15: the waiting requests of a client are limited; a decision makes room, and every node knows within a second.
#[tokio::test]
async fn a_client_has_so_many_waiting_requests() {
    let (server, waiting, fourth) = three_wait(|settings| settings.limits.pending_client = 3).await;
    assert_eq!(ask(&server.device("radio").on_network("198.51.100.4")).await.status, 200, "another client");
    server.add_user("anna").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&waiting[0].user_code, "anna").await;
    server.clock.advance(secs(1));
    assert_refused(&ask(&fourth).await, "599");
    browser.deny(&decision).await;
    server.clock.advance(secs(1));
    assert_eq!(ask(&fourth).await.status, 200);
    assert_refused(&ask(&fourth).await, "598");
    server.approve(&waiting[1], "anna").await;
    server.clock.advance(secs(1));
    assert_eq!(ask(&fourth).await.status, 200);
    server.clock.advance(secs(597));
    assert_eq!(ask(&fourth).await.status, 200, "the third has expired");
}

/// Proves: FA-08 D-15 T-24: ending requests by wrong verifiers makes no room for more, on any node.
#[tokio::test]
async fn what_a_device_ends_itself_counts_until_it_would_have_expired() {
    let few = |settings: &mut Settings| settings.limits.pending_network = 3;
    let server = Server::with(few).await;
    let tv = server.device("tv");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for _ in 0..3 {
        let given = tv.authorize_with(&[("code_challenge", challenge), ("code_challenge_method", "S256")]).await;
        for guess in 0..11 {
            let verifier = format!("{guess:043}");
            let poll = [("grant_type", DEVICE_CODE), ("device_code", &given.device_code), ("code_verifier", &verifier)];
            tv.post("/token", &poll).await.assert_error(400, "invalid_grant");
        }
    }
    assert_eq!(server.events_of("grant_revoked").await.len(), 3);
    server.clock.advance(secs(1));
    assert_refused(&ask(&tv).await, "599");
    let other = Server::on(Arc::clone(&server.database), server.clock.clone(), few).await;
    assert_refused(&ask(&other.device("tv")).await, "599");
    assert_eq!(ask(&tv.clone().on_network("198.51.100.20")).await.status, 200);
    server.clock.advance(secs(599));
    assert_eq!(ask(&tv).await.status, 200);
}

/// Proves: D-15: the requests that may wait on the whole server, for all clients and on all nodes.
#[tokio::test]
async fn the_server_has_so_many_waiting_requests_over_all_nodes() {
    let (server, ..) = three_wait(|settings| settings.limits.pending_server = 3).await;
    let change = |settings: &mut Settings| settings.limits.pending_server = 3;
    let other = Server::on(Arc::clone(&server.database), server.clock.clone(), change).await;
    for device in [server.device("radio"), other.device("radio"), other.device("tv")] {
        assert_refused(&ask(&device).await, "600");
    }
    server.clock.advance(secs(600));
    assert_eq!(ask(&other.device("radio")).await.status, 200);
}

/// Proves: D-15: a request that could not be met is not counted.
#[tokio::test]
async fn a_malformed_request_takes_nothing() {
    let server = Server::spawn().await;
    let device = server.device("tv");
    for _ in 0..20 {
        device.post("/device_authorization", &[("scope", "admin")]).await.assert_error(400, "invalid_scope");
        let plain = device.post("/device_authorization", &[("code_challenge", "plain")]).await;
        plain.assert_error(400, "invalid_request");
    }
    assert_eq!(let_through(&device, 40).await, 30);
}
