//! Several processes on one database act as one server: requirements SM-03, SM-06, K-07 and K-08.
//!
//! On Postgres two daemons share the work. SQLite is for one daemon, which locks its folder: there the other processes
//! are commands that an operator runs beside it.

use std::sync::Arc;

use tokio::task::JoinSet;

use testkit::{Answer, Authorization, Barrier, Browser, Daemon, Database, Device, PASSWORD, command, request};

const CONFIG: &str = "keys.algorithms = ['ES256']\n[[client]]\nid = 'tv'\nname = 'Television'\ntype = 'public'\n\
    scopes = ['openid']\ngrant_types = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']\n";

/// The daemons that serve one database.
struct Nodes(Vec<Daemon>);

impl Nodes {
    /// As many as the engine allows, with somebody who can sign in.
    async fn start(grace: &str) -> Self {
        let config = format!("tokens.rotation_grace = '{grace}'\n{CONFIG}");
        let mut nodes = vec![Daemon::start(&config).await];
        if nodes[0].database.is_postgres() {
            let shared = nodes[0].database.clone();
            nodes.push(Daemon::start_on(shared, &config, |config| command("serve", config)).await);
        }
        let nodes = Self(nodes);
        for person in ["anna", "guest"] {
            nodes.operate(&["user", "add", person], PASSWORD).await;
        }
        nodes
    }

    /// One after the other in turn.
    fn of(&self, turn: usize) -> &Daemon {
        &self.0[turn % self.0.len()]
    }

    /// A command of the operator, in a process of its own, which must succeed.
    async fn operate(&self, arguments: &[&str], input: &str) {
        let ended = self.of(0).beside(arguments, input).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    }

    fn device(&self, turn: usize, network: &str) -> Device {
        self.of(turn).device("tv").on_network(network)
    }

    /// A request of a device that anna has approved, each at another node than the last.
    async fn approved(&self, anna: &mut Browser, round: usize) -> Authorization {
        // Of a network of its own, so that no limit of a network is met.
        let network = format!("203.0.{}.{}", round / 250, round % 250 + 1);
        let asked = self.device(round, &network).authorize("openid").await;
        let decision = anna.reach_decision(&asked.user_code, "anna").await;
        assert!(anna.approve(&decision).await.says("Go back to your device"), "round {round}: {decision:?}");
        asked
    }

    /// The same poll at the node whose turn it is.
    async fn poll(&self, turn: usize, asked: &Authorization) -> Answer {
        asked.poll_as(&self.of(turn).device("tv")).await
    }

    fn browser(&self, turn: usize) -> Browser {
        Browser::new(self.of(turn).address, "198.51.100.7")
    }

    /// Whether a token is valid at every node.
    async fn is_good(&self, access_token: &str) -> bool {
        let mut good = Vec::new();
        for node in &self.0 {
            let asked =
                request(node.address, "GET", "/userinfo").header("authorization", format!("Bearer {access_token}"));
            good.push(asked.send().await.unwrap().status() == 200);
        }
        assert!(good.iter().all(|one| *one == good[0]), "the nodes disagree: {good:?}");
        good[0]
    }

    /// The same refresh many times at once, spread over the nodes.
    async fn replay(&self, token: &str, times: usize) -> Vec<Answer> {
        let mut uses = JoinSet::new();
        for turn in 0..times {
            let (tv, token) = (self.of(turn).device("tv"), token.to_owned());
            uses.spawn(async move { refresh(&tv, &token).await });
        }
        uses.join_all().await
    }

    /// How often the reuse alarm rang. Counted in the logs of all nodes, which end with this.
    async fn alarms(self) -> usize {
        const ALARM: &str = "a spent refresh token came back";
        let mut rang = 0;
        for node in self.0 {
            rang += node.last_words().await.iter().filter(|line| line.contains(ALARM)).count();
        }
        rang
    }
}

async fn refresh(device: &Device, token: &str) -> Answer {
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn text(answer: &Answer, member: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", answer.body)).to_owned()
}

/// The successors in the answers that have one; every other is `invalid_grant`.
fn successors(answers: &[Answer]) -> Vec<String> {
    let (good, bad): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 200);
    for answer in bad {
        answer.assert_error(400, "invalid_grant");
    }
    let mut successors: Vec<String> = good.into_iter().map(|answer| text(answer, "refresh_token")).collect();
    successors.sort();
    successors.dedup();
    successors
}

/// Fifty polls at once for each approval, at every node, while an operator's command writes to the same database.
pub async fn redeem_in_parallel(rounds: usize) {
    let nodes = Nodes::start("10s").await;
    let mut anna = nodes.browser(0);
    for round in 0..rounds {
        let asked = nodes.approved(&mut anna, round).await;
        let mut polls = JoinSet::new();
        for turn in 0..50 {
            let (asked, tv) = (asked.clone(), nodes.of(turn).device("tv"));
            polls.spawn(async move { asked.poll_as(&tv).await });
        }
        let change = ["user", if round % 2 == 0 { "disable" } else { "enable" }, "guest"];
        let (answers, ()) = tokio::join!(polls.join_all(), nodes.operate(&change, ""));
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 49), "round {round}");
        for answer in lost {
            answer.assert_error(400, "invalid_grant");
        }
        assert_eq!(nodes.of(0).database.rows("token_families").await, i64::try_from(round).unwrap() + 1);
        assert_eq!(nodes.of(0).database.rows("access_tokens").await, i64::try_from(round).unwrap() + 1);
        assert!(nodes.is_good(&text(&won[0], "access_token")).await, "round {round}: the losers were retries");
    }
}

/// Two hundred uses of one refresh token at once, within the grace and after its successor was used.
pub async fn replay_in_grace(times: usize) {
    let nodes = Nodes::start("60s").await;
    let asked = nodes.approved(&mut nodes.browser(0), 0).await;
    let first = nodes.poll(1, &asked).await;
    let spent = text(&first, "refresh_token");
    let answers = nodes.replay(&spent, times).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "a retry within the grace is refused");
    let [successor] = successors(&answers).try_into().expect("one successor");
    assert_eq!(nodes.of(0).database.rows("token_families").await, 1);
    let third = refresh(&nodes.device(1, "203.0.113.5"), &successor).await;
    assert!(nodes.is_good(&text(&third, "access_token")).await, "the chain lives");

    let late = nodes.replay(&spent, times).await;
    assert_eq!(successors(&late), [""; 0], "two uses back is never a retry");
    let issued = [&first, &third, &answers[0], &answers[times - 1]];
    for token in issued.map(|answer| text(answer, "access_token")) {
        assert!(!nodes.is_good(&token).await, "the family is dead");
    }
    refresh(&nodes.device(0, "203.0.113.5"), &text(&third, "refresh_token")).await.assert_error(400, "invalid_grant");
    assert_eq!(nodes.alarms().await, 1);
}

/// The same without a grace period: one use wins, and the second ends its tokens.
pub async fn replay_without_grace(times: usize) {
    let nodes = Nodes::start("0s").await;
    let asked = nodes.approved(&mut nodes.browser(0), 0).await;
    let first = nodes.poll(1, &asked).await;
    let answers = nodes.replay(&text(&first, "refresh_token"), times).await;
    let [successor] = successors(&answers).try_into().expect("one successor, however many answers carry it");
    for turn in 0..2 {
        refresh(&nodes.device(turn, "203.0.113.5"), &successor).await.assert_error(400, "invalid_grant");
    }
    let issued = answers.iter().filter(|answer| answer.status == 200).chain([&first]);
    for token in issued.map(|answer| text(answer, "access_token")) {
        assert!(!nodes.is_good(&token).await, "the family is dead");
    }
    assert_eq!(nodes.alarms().await, 1);
}

/// Polls for many approvals, one after the other at every node, while their giver is disabled on the command line.
pub async fn disable_while_polling(rounds: usize) {
    const APPROVALS: usize = 12;
    let nodes = Nodes::start("10s").await;
    let mut anna = nodes.browser(0);
    for round in 0..rounds {
        let mut waiting = Vec::new();
        for number in 0..APPROVALS {
            waiting.push(nodes.approved(&mut anna, round * APPROVALS + number).await);
        }
        // The last is polled when the command has ended.
        let last = waiting.pop().unwrap();
        let polls = async {
            let mut answers = Vec::new();
            for (turn, asked) in waiting.iter().enumerate() {
                answers.push(nodes.poll(turn, asked).await);
            }
            answers
        };
        let (answers, ()) = tokio::join!(polls, nodes.operate(&["user", "disable", "anna"], ""));
        let good = answers.iter().take_while(|answer| answer.status == 200).count();
        for answer in &answers[good..] {
            answer.assert_error(400, "invalid_grant");
        }
        for turn in 0..2 {
            nodes.poll(turn, &last).await.assert_error(400, "invalid_grant");
        }
        for answer in &answers[..good] {
            assert!(!nodes.is_good(&text(answer, "access_token")).await, "round {round}: disabled is disabled");
        }
        nodes.operate(&["user", "enable", "anna"], "").await;
        for answer in &answers[..good] {
            let again = refresh(&nodes.device(round, "203.0.113.5"), &text(answer, "refresh_token")).await;
            again.assert_error(400, "invalid_grant");
        }
        for (turn, asked) in waiting[good..].iter().chain([&last]).enumerate() {
            nodes.poll(turn, asked).await.assert_error(400, "invalid_grant");
        }
        let families = nodes.of(0).database.rows("token_families").await;
        assert!(families <= i64::try_from((APPROVALS - 1) * (round + 1)).unwrap());
    }
}

/// Proves: N40 SM-02 SM-03 T-19: over two processes on Postgres; on SQLite with a command beside the daemon.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_polls_at_two_processes_get_one_token_set() {
    redeem_in_parallel(4).await;
}

/// Proves: N61 K-07 K-08.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_uses_of_a_refresh_token_share_one_successor() {
    replay_in_grace(200).await;
}

/// Proves: N61 K-07 K-08.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_uses_of_a_refresh_token_ring_one_alarm() {
    replay_without_grace(200).await;
}

/// Proves: N39 SM-06 K-10.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_disabled_by_one_process_gets_nothing_from_another() {
    disable_while_polling(1).await;
}

/// Proves: FD-09 K-15
#[tokio::test]
async fn nodes_that_start_together_say_once_that_a_key_is_made() {
    let database = Arc::new(Database::fresh().await);
    let mut barrier = Barrier::new().await;
    let (variable, address) = barrier.variable();
    let count = if database.is_postgres() { 2 } else { 1 };
    barrier.hold_many("add key: before", count);
    let mut nodes: Vec<Daemon> = Vec::new();
    let mut held = Vec::new();
    for _ in 0..count {
        let started = |config: &std::path::Path| {
            let mut command = command("serve", config);
            command.env(variable, &address);
            command
        };
        nodes.push(Daemon::begin_on(Arc::clone(&database), CONFIG, started));
        held.push(barrier.held().await);
    }
    // Each has drawn a key, and found none in the database.
    drop(held);
    let mut said = Vec::new();
    for node in &mut nodes {
        said.extend(node.says_all_until("listening").await);
    }
    let made = said.iter().filter(|line| line.contains("a signing key is made")).count();
    assert_eq!((made, database.rows("signing_keys").await), (1, 1), "{said:#?}");
}
