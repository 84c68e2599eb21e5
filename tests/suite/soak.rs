//! The races of the suite in their long forms (`make soak`).

use crate::deciding::approve_against_deny;
use crate::hashing::hash_and_rest;
use crate::known_browsers::a_site_guesses;
use crate::operation_sequences::{hold_in_order, hold_in_races};
use crate::polls_at_once::poll_at_once;
use crate::several_processes::{disable_while_polling, redeem_in_parallel, replay_in_grace, replay_without_grace};
use crate::slow_disk::open_pages_beside_a_sign_in;
use testkit::quick_passwords;

/// So many of them as `GRANTD_TEST_SOAK` says, in percent.
fn part_of(whole: u32) -> u32 {
    let percent = std::env::var("GRANTD_TEST_SOAK").map_or(100, |percent| percent.parse().unwrap());
    (whole * percent / 100).max(1)
}

fn rounds(whole: u32) -> usize {
    part_of(whole).try_into().unwrap()
}

/// Proves: SM-01 SM-03 SM-04 SM-05 SM-06 SM-08 T-15 T-19 K-07 K-08.
#[test]
#[ignore = "long: make soak"]
fn ten_thousand_random_sequences_go_as_the_requirements_say() {
    hold_in_order(part_of(10_000));
}

/// Proves: SM-01 SM-03 SM-04 SM-05 SM-06 T-15 K-07 K-08.
#[test]
#[ignore = "long: make soak"]
fn ten_thousand_random_races_could_have_gone_in_some_order() {
    hold_in_races(part_of(10_000));
}

/// Proves: N40 SM-02 SM-03 T-19.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn two_hundred_times_fifty_polls_at_two_processes_get_one_token_set() {
    redeem_in_parallel(rounds(200)).await;
}

/// Proves: N41 SM-04.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn two_hundred_denials_win_over_simultaneous_approvals() {
    approve_against_deny(rounds(200)).await;
}

/// Proves: FA-05 T-14 T-15.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn a_thousand_polls_of_one_code_at_the_same_moment_are_noted_once_each() {
    poll_at_once(rounds(1000)).await;
}

/// Proves: N61 K-07 K-08.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn refresh_tokens_have_one_successor_and_one_alarm_every_time() {
    for _ in 0..rounds(10) {
        replay_in_grace(200).await;
        replay_without_grace(200).await;
    }
}

/// Proves: N39 SM-06 K-10.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn who_is_disabled_gets_nothing_every_time() {
    disable_while_polling(rounds(20)).await;
}

/// Proves: FA-01: on defaults, with a hundred connections from eight networks.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn two_hundred_logins_take_the_memory_of_the_hashes_at_once_and_give_it_back() {
    hash_and_rest().await;
}

/// Proves: FA-02: with the limits that are shipped.
#[tokio::test]
#[ignore = "long: make soak"]
async fn a_thousand_wrong_logins_of_one_site_stop_nobody_else() {
    a_site_guesses(part_of(1_000).max(200), quick_passwords, 100).await;
}

/// Proves: FA-04: ten thousand pages of strangers, on a disk that takes half a second.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long: make soak"]
async fn strangers_make_nobody_wait_for_a_very_slow_disk() {
    open_pages_beside_a_sign_in(50, rounds(200), 500).await;
}
