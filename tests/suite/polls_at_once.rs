//! Polls of one code that arrive at the same moment: their answers and their cost. RFC 8628 section 3.5.
//!
//! Each poll is held between its look at the grant and its note of it, so that all of them have seen the same.

use tokio::task::{JoinHandle, JoinSet};

use testkit::{Authorization, Barrier, Browser, Daemon, Held, PASSWORD};

const CONFIG: &str = "keys.algorithms = ['ES256']\n[[client]]\nid = 'tv'\nname = 'N'\n\
    type = 'public'\nscopes = ['openid']\ngrant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";
/// Reached by each note of a poll.
const NOTED: &str = "poll: before";

struct Scene {
    barrier: Barrier,
    daemon: Daemon,
    anna: Browser,
}

impl Scene {
    async fn open() -> Self {
        let barrier = Barrier::new().await;
        let (name, address) = barrier.variable();
        let daemon = Daemon::start_with(CONFIG, &[(name, &address)]).await;
        let added = daemon.beside(&["user", "add", "anna"], PASSWORD).await;
        assert_eq!(added.code, Some(0), "{added:?}");
        let anna = Browser::new(daemon.address, "198.51.100.7");
        Self { barrier, daemon, anna }
    }

    async fn asked(&self) -> Authorization {
        self.daemon.device("tv").authorize("openid").await
    }

    /// A poll that has looked at the grant and is held before it notes so.
    async fn held_poll(&mut self, asked: &Authorization) -> (Held, JoinHandle<String>) {
        self.barrier.hold(NOTED);
        let asked = asked.clone();
        let poll = tokio::spawn(async move { asked.poll().await });
        (self.barrier.held().await, poll)
    }

    /// The answers to so many polls that have all read the grant before one of them was answered.
    async fn polls_at_once(&mut self, asked: &Authorization, count: usize) -> Vec<String> {
        self.barrier.hold_many(NOTED, count);
        let mut polls = JoinSet::new();
        for _ in 0..count {
            let asked = asked.clone();
            polls.spawn(async move { asked.poll().await });
        }
        let mut held = Vec::new();
        while held.len() < count {
            held.push(self.barrier.held().await);
        }
        drop(held);
        let mut told = polls.join_all().await;
        told.sort();
        told
    }
}

/// So many polls of one code that are answered at the same moment: each is noted once, two are told to wait, and the others
/// to slow down.
pub async fn poll_at_once(count: usize) {
    let mut scene = Scene::open().await;
    let (asked, neighbour) = (scene.asked().await, scene.asked().await);
    let told = scene.polls_at_once(&asked, count).await;
    assert_eq!(told.len(), count);
    assert_eq!(scene.barrier.calls(NOTED), count, "a poll is not tried again because another one was faster");
    let waiting = told.iter().take_while(|told| *told == "authorization_pending").count();
    assert_eq!(waiting, 2, "one poll, and the same poll sent twice");
    assert!(told[2..].iter().all(|told| told == "slow_down"), "{told:?}");
    assert_eq!(neighbour.poll().await, "authorization_pending");
    // None of it ended the request.
    let page = scene.anna.reach_decision(&asked.user_code, "anna").await;
    assert!(scene.anna.approve(&page).await.says("Go back to your device"), "{page:?}");
    asked.redeem().await;
}

/// Proves: FA-05 T-14 T-15: the cost of polls is in proportion to their number, however many of them are beside each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn polls_of_one_code_at_the_same_moment_are_noted_once_each() {
    poll_at_once(100).await;
}

/// Proves: FA-05 T-14, client habit 9: a library that sends each poll twice gets the same answer twice, even at the
/// same moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_loses_to_another_is_answered_as_the_same_poll_sent_twice() {
    let mut scene = Scene::open().await;
    let asked = scene.asked().await;
    let (held, late) = scene.held_poll(&asked).await;
    assert_eq!(asked.poll().await, "authorization_pending");
    drop(held);
    assert_eq!(late.await.unwrap(), "authorization_pending");
    let (held, late) = scene.held_poll(&asked).await;
    assert_eq!(asked.poll().await, "slow_down");
    drop(held);
    assert_eq!(late.await.unwrap(), "slow_down", "the twin of one that was too fast");
    assert_eq!(scene.barrier.calls(NOTED), 4);
}

/// Proves: FA-05 SM-01 T-16: a poll that loses to a decision gets that decision.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_loses_to_a_decision_is_answered_by_it() {
    let mut scene = Scene::open().await;
    for (approves, told) in [(true, "tokens"), (false, "access_denied")] {
        let asked = scene.asked().await;
        let page = scene.anna.reach_decision(&asked.user_code, "anna").await;
        let (held, late) = scene.held_poll(&asked).await;
        if approves {
            scene.anna.approve(&page).await;
        } else {
            scene.anna.deny(&page).await;
        }
        drop(held);
        assert_eq!(late.await.unwrap(), told);
    }
    let asked = scene.asked().await;
    let (held, late) = scene.held_poll(&asked).await;
    let page = scene.anna.reach_decision(&asked.user_code, "anna").await;
    scene.anna.approve(&page).await;
    asked.redeem().await;
    drop(held);
    assert_eq!(late.await.unwrap(), "invalid_grant", "one of two polls is given the tokens");
}
