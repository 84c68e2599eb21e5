//! PINs, polls and denials of one request at the same moment.

use tokio::task::JoinSet;

use crate::initiation_pin::{approved, said, send, with_pin, wrong};
use testkit::{Cell, Server};

/// Proves: B-04 E-01 N36: each try is paid for before it is judged, so that guesses beside each other cannot overshoot.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_pins_do_not_overshoot() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let mut denials = 0;
    for guesses in [4, 5, 40] {
        let (device, _, pin) = approved(&server, &mut anna).await;
        let mut polls = JoinSet::new();
        for turn in 0..guesses {
            let (device, guess) = (device.clone(), wrong(&pin, turn));
            polls.spawn(async move { send(&device, &guess).await });
        }
        let answers = polls.join_all().await;
        let judged = answers.iter().filter(|answer| said(answer).0 == "wrong").count();
        assert!(judged <= 4, "{judged} guesses were judged, and the fifth that is denies");
        let end = send(&device, &pin).await;
        if guesses == 4 {
            assert_eq!(end.status, 200, "four are borne: {}", end.body);
        } else {
            end.assert_error(400, "access_denied");
            denials += 1;
        }
        let cells = server.database.grants().await;
        let tries = cells.iter().filter(|cell| cell.column == "pin_tries").map(Cell::text);
        assert!(tries.into_iter().all(|tries| tries.parse::<u32>().unwrap() <= 5));
        assert_eq!(server.count_events("grant_denied").await, denials, "one for each");
    }
}

/// Proves: B-04 SM-03: the same PIN sent many times at once is one redemption.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_right_pin_sent_often_gets_one_token_set() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    for round in 1..=10 {
        let (device, _, pin) = approved(&server, &mut anna).await;
        let mut polls = JoinSet::new();
        for _ in 0..10 {
            let (device, pin) = (device.clone(), pin.clone());
            polls.spawn(async move { send(&device, &pin).await });
        }
        let answers = polls.join_all().await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        // More retries at once than there are tries may be taken for guesses: then nobody gets anything.
        assert!(won <= 1, "round {round}: {won}");
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            assert!(["invalid_grant", "access_denied"].contains(&lost.error().as_str()), "{}", lost.body);
        }
        let families = usize::try_from(server.database.rows("token_families").await).unwrap();
        let redeemed = server.count_events("grant_redeemed").await;
        assert_eq!((families, redeemed + server.count_events("grant_denied").await), (redeemed, round));
    }
}

/// Proves: B-04 SM-04: minds may be changed until the PIN has come.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_denial_wins_until_the_pin_has_come() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (device, page, pin) = approved(&server, &mut anna).await;
    assert!(anna.deny(&page).await.says("You denied the request"));
    send(&device, &pin).await.assert_error(400, "access_denied");
    for round in 0..20 {
        let (device, page, pin) = approved(&server, &mut anna).await;
        let mut other = anna.clone();
        let (_, sent) = tokio::join!(other.deny(&page), send(&device, &pin));
        let stands = anna.open(&page.path).await;
        if sent.status == 200 {
            assert!(stands.says("Your device is signed in"), "round {round}: {stands:?}");
        } else {
            sent.assert_error(400, "access_denied");
            assert!(stands.says("You denied the request"), "round {round}: {stands:?}");
        }
    }
}
