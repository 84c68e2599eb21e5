//! Notices whose receiver is away, slow, wrong or hostile, and notices whose server dies. Requirement U-15: they arrive
//! at least once, and no sign-in waits for them.

use std::net::SocketAddr;
use std::sync::Arc;

use grantd::notices::deliver_due;
use protocol::Event;
use settings::Settings;
use store::UndeliveredNotice;
use tokio::net::TcpListener;

use testkit::{
    Barrier, Browser, Daemon, Database, Mood, PASSWORD, Published, Publisher, Receiver, Server, command, detail,
    eventually, secs, webhook_at,
};

const HOUR: u64 = 3600;

fn told_at(address: SocketAddr) -> impl FnOnce(&mut Settings) {
    move |settings| settings.webhook = vec![webhook_at(address, "mailer", &[])]
}

/// Something happens that the webhook wants to hear of.
async fn happen(server: &Server) -> String {
    let event = server.operator_did(Event::GrantDenied).of_client("tv");
    store::add_audit_event(&server.app.db, &event).await.unwrap();
    event.id
}

async fn undelivered(server: &Server) -> Vec<UndeliveredNotice> {
    store::undelivered_notices(&server.app.db, None, 1000).await.unwrap()
}

/// Waits until the only notice was tried so often, and says why it was not taken.
async fn tried(server: &Server, times: i64) -> String {
    eventually(async || {
        // The server's own task may not know yet that the clock was moved.
        deliver_due(&server.app).await.unwrap();
        let waiting = undelivered(server).await;
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        assert!(waiting[0].attempts <= times, "{waiting:?}");
        let now = grantd::clock::Clock::now(&server.clock).millis();
        // One that is being tried has no answer yet, and is due when somebody else may try.
        let is_noted = waiting[0].last_answer.is_some() && waiting[0].due_at.is_none_or(|due_at| due_at > now);
        waiting[0].attempts == times && is_noted
    })
    .await;
    undelivered(server).await.remove(0).last_answer.unwrap()
}

/// An address at which nobody listens.
async fn nobody() -> SocketAddr {
    Receiver::in_mood(Mood::Takes).await.die().await
}

/// Proves: U-15: the receiver gets the events of its absence when it is back, and each wait is longer.
#[tokio::test]
async fn a_receiver_that_was_away_hears_it_later() {
    let address = nobody().await;
    let server = Server::with(told_at(address)).await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("openid").await;
    server.approve(&device, "anna").await;
    assert!(tried(&server, 1).await.starts_with("it cannot be reached"));
    let mut longest = 10_000;
    for attempt in 2..=5 {
        let waiting = undelivered(&server).await.remove(0);
        let now = grantd::clock::Clock::now(&server.clock).millis();
        let wait = waiting.due_at.unwrap() - now;
        assert!((longest / 2 - 1..=longest).contains(&wait), "{wait} ms after {} attempts", attempt - 1);
        server.clock.advance(std::time::Duration::from_millis(u64::try_from(wait).unwrap() - 1));
        deliver_due(&server.app).await.unwrap();
        assert_eq!(undelivered(&server).await[0].attempts, attempt - 1, "not before its time");
        server.clock.advance(secs(5));
        tried(&server, attempt).await;
        longest *= 2;
    }
    assert_eq!(device.poll().await, "tokens", "the device has no part in it");
    // A notice that is being tried when the hour passes would be postponed from then on.
    eventually(async || {
        deliver_due(&server.app).await.unwrap();
        let waiting = undelivered(&server).await;
        waiting.len() == 2 && waiting.iter().all(|notice| notice.last_answer.is_some())
    })
    .await;
    let receiver = Receiver::at(address).await;
    server.clock.advance(secs(HOUR));
    eventually(async || {
        deliver_due(&server.app).await.unwrap();
        undelivered(&server).await.is_empty()
    })
    .await;
    receiver.receives("device.approved", 1).await;
    let delivered = store::webhook_standings(&server.app.db).await.unwrap().remove(0);
    assert_eq!((delivered.waiting, delivered.given_up), (0, 0));
    let cells = server.database.cells().await;
    let approved = cells.iter().any(|cell| cell.table == "notices" && cell.text().contains("anna@example.test"));
    assert!(!approved, "what it said is forgotten when it is delivered");
}

/// Proves: U-15: only a 2xx counts as taken, and no redirect is followed.
#[tokio::test]
async fn whatever_is_no_success_is_tried_again() {
    let elsewhere = Receiver::in_mood(Mood::Takes).await;
    for (mood, reason) in [
        (Mood::Answers(500), "it answered 500 Internal Server Error"),
        (Mood::Answers(404), "it answered 404 Not Found"),
        (Mood::Answers(410), "it answered 410 Gone"),
        (Mood::Moves(format!("http://{}/", elsewhere.address)), "it answered 307 Temporary Redirect"),
    ] {
        let receiver = Receiver::in_mood(mood.clone()).await;
        let server = Server::with(receiver.told()).await;
        let id = happen(&server).await;
        assert_eq!(tried(&server, 1).await, reason);
        receiver.turn(Mood::Takes);
        server.clock.advance(secs(10));
        eventually(async || {
            deliver_due(&server.app).await.unwrap();
            undelivered(&server).await.is_empty()
        })
        .await;
        let ids: Vec<String> = receiver.deliveries().iter().map(|came| came.header("webhook-id").to_owned()).collect();
        assert_eq!(ids, [id.clone(), id], "{mood:?}: the same notice");
        let bodies: Vec<String> = receiver.deliveries().into_iter().map(|came| came.body).collect();
        assert_eq!(bodies[0], bodies[1], "{mood:?}");
        let times: Vec<i64> =
            receiver.deliveries().iter().map(|came| came.header("webhook-timestamp").parse().unwrap()).collect();
        assert!(times[1] > times[0], "{mood:?}: an old signature is not used again");
        let secret = server.app.registry.webhooks.find("mailer").unwrap().secret().unwrap().reveal().to_string();
        assert!(receiver.deliveries().iter().all(|came| came.is_signed_with(&secret)), "{mood:?}");
    }
    assert!(elsewhere.deliveries().is_empty());
}

/// Proves: U-15: the same for a connection that closes, an untrusted certificate, or what would go over the network
/// in clear.
#[tokio::test]
async fn what_cannot_be_trusted_is_told_nothing() {
    let closing = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closes = closing.local_addr().unwrap();
    tokio::spawn(async move { while closing.accept().await.is_ok() {} });
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let impostor = Publisher::over_tls(Published::Keys(String::new()), &certified).await;
    for (url, reason) in [
        (format!("http://{closes}/"), "it cannot be reached"),
        (format!("https://localhost:{}/", impostor.address.port()), "it cannot be reached"),
        ("http://192.0.2.1/".to_owned(), "it is http, and its host is at 192.0.2.1, which is another machine"),
        ("https://nowhere.invalid/".to_owned(), "its host "),
    ] {
        let webhook = settings::WebhookSettings { url: url.parse().unwrap(), ..webhook_at(closes, "mailer", &[]) };
        let server = Server::with(|settings| settings.webhook = vec![webhook]).await;
        happen(&server).await;
        let said = tried(&server, 1).await;
        assert!(said.starts_with(reason), "{url}: {said}");
        assert!(!said.contains(&url), "an address may hold a secret: {said}");
    }
    assert_eq!(impostor.asked(), 0);
}

/// Proves: U-15: the approval is answered, and the device has its tokens, while the receiver holds the notice of it.
#[tokio::test]
async fn nobody_waits_for_a_receiver_that_hangs() {
    let receiver = Receiver::in_mood(Mood::Hangs).await;
    let told = receiver.told();
    let server = Server::with(|settings| {
        told(settings);
        settings.notices.timeout = secs(2);
    })
    .await;
    server.add_user("anna").await;
    let first = server.device("tv").authorize("openid").await;
    server.approve(&first, "anna").await;
    eventually(async || receiver.deliveries().len() == 1).await;
    // Nobody let go of the first: it was answered by no one.
    let second = server.device("tv").authorize("openid").await;
    server.approve(&second, "anna").await;
    assert_eq!((first.poll().await, second.poll().await), ("tokens".to_owned(), "tokens".to_owned()));
    eventually(async || {
        let waiting = undelivered(&server).await;
        waiting.iter().any(|notice| notice.last_answer.as_deref() == Some("it did not answer within notices.timeout"))
    })
    .await;
    assert_eq!(undelivered(&server).await.len(), 4, "two approvals and two devices that signed in wait");
}

/// Proves: U-15 L-03: it is tried for `notices.keep_for`, then given up, which is an event, and forgotten as long after.
#[tokio::test]
async fn a_notice_that_nobody_takes_is_given_up_in_the_end() {
    let receiver = Receiver::in_mood(Mood::Answers(503)).await;
    let told = receiver.told();
    let server = Server::with(|settings| {
        told(settings);
        settings.notices.keep_for = secs(HOUR);
    })
    .await;
    let id = happen(&server).await;
    tried(&server, 1).await;
    server.clock.advance(secs(HOUR - 60));
    tried(&server, 2).await;
    assert_eq!(server.count_events("notice_given_up").await, 0);
    server.clock.advance(secs(120));
    tried(&server, 3).await;
    eventually(async || server.count_events("notice_given_up").await == 1).await;
    let event = server.events_of("notice_given_up").await.remove(0);
    let told = detail(&event);
    assert_eq!(
        (told["webhook"].as_str(), told["notice"].as_str(), told["about"].as_str()),
        (Some("mailer"), Some("device.denied"), Some(id.as_str()))
    );
    assert!(undelivered(&server).await[0].given_up_at.is_some());
    server.clock.advance(secs(HOUR / 2));
    deliver_due(&server.app).await.unwrap();
    assert_eq!(receiver.deliveries().len(), 3, "it is over");
    server.clock.advance(secs(HOUR));
    eventually(async || {
        server.clock.advance(secs(1));
        server.database.rows("notices").await == 0
    })
    .await;
}

/// Proves: U-15: one node delivers a notice, however many there are.
#[tokio::test]
async fn two_nodes_deliver_each_notice_once() {
    let receiver = Receiver::in_mood(Mood::Answers(500)).await;
    let (database, clock) = (Arc::new(Database::fresh().await), Server::noon());
    let first = Server::on(Arc::clone(&database), clock.clone(), receiver.told()).await;
    let second = Server::on(database, clock, receiver.told()).await;
    let mut ids = Vec::new();
    for turn in 0..30 {
        ids.push(happen(if turn % 2 == 0 { &first } else { &second }).await);
    }
    eventually(async || {
        deliver_due(&second.app).await.unwrap();
        undelivered(&first).await.iter().all(|notice| notice.attempts > 0 && notice.last_answer.is_some())
    })
    .await;
    let before = receiver.turn(Mood::Takes);
    first.clock.advance(secs(2 * HOUR));
    let (one, other) = tokio::join!(deliver_due(&first.app), deliver_due(&second.app));
    one.unwrap();
    other.unwrap();
    eventually(async || undelivered(&first).await.is_empty()).await;
    let mut came: Vec<String> =
        receiver.deliveries()[before..].iter().map(|came| came.header("webhook-id").to_owned()).collect();
    came.sort();
    ids.sort();
    assert_eq!(came, ids, "all of them, none twice");
}

/// Proves: U-15: another node delivers a notice that a node took and did not finish, under the same id.
#[tokio::test]
async fn a_notice_in_the_hands_of_a_dead_node_is_taken_over() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let server = Server::with(told_at(nobody().await)).await;
    let id = happen(&server).await;
    tried(&server, 1).await;
    server.clock.advance(secs(10));
    let living = Server::on(Arc::clone(&server.database), server.clock.clone(), receiver.told()).await;
    drop(server);
    let now = grantd::clock::Clock::now(&living.clock);
    // The dead one: it sends, and dies before it can write that down.
    let taken = store::take_notice(&living.app.db, "mailer", now, now + secs(40)).await.unwrap();
    if let Some(notice) = taken {
        let webhook = living.app.registry.webhooks.find("mailer").unwrap();
        assert_eq!(webhook.send(&notice.id, &notice.body, now, secs(10)).await.unwrap(), 204);
        deliver_due(&living.app).await.unwrap();
        assert_eq!(receiver.deliveries().len(), 1, "nobody takes it away from it before its time");
    }
    living.clock.advance(secs(41));
    eventually(async || {
        deliver_due(&living.app).await.unwrap();
        undelivered(&living).await.is_empty()
    })
    .await;
    assert!(receiver.deliveries().iter().all(|came| came.header("webhook-id") == id), "the receiver can tell");
    assert!(!receiver.deliveries().is_empty());
}

fn config(receiver: &Receiver) -> String {
    format!(
        "keys.algorithms = ['ES256']\n[[webhook]]\nname = 'mailer'\nurl = 'http://{}/'\n[[client]]\nid = 'tv'\n\
         name = 'N'\ntype = 'public'\nscopes = ['openid']\n\
         grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n",
        receiver.address
    )
}

async fn count(database: &Database, name: &str) -> i64 {
    database.rows(&format!("notices WHERE name = '{name}'")).await
}

/// Proves: U-15 N70: the notice of a committed approval is sent, although the server died before it was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_commit_and_the_delivery_loses_nothing() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let (config, mut barrier) = (config(&receiver), Barrier::new().await);
    let (name, address) = barrier.variable();
    let mut daemon = Daemon::start_with(&config, &[(name, &address)]).await;
    assert_eq!(daemon.beside(&["user", "add", "anna"], PASSWORD).await.code, Some(0));
    barrier.hold("notice: before");
    let mut anna = Browser::new(daemon.address, "198.51.100.7");
    let asked = daemon.device("tv").authorize("openid").await;
    let page = anna.reach_decision(&asked.user_code, "anna").await;
    assert!(anna.approve(&page).await.says("Go back to your device"));
    let line = daemon.says("\"noticed\"").await;
    assert!(line.contains("\"notice\":\"device.approved\"") && line.contains("\"from\":\"198.51.100.7\""), "{line}");
    let held = barrier.held().await;
    assert!(receiver.deliveries().is_empty());

    // The device redeems, and the server dies before the commit: there is no notice.
    barrier.hold("redeem: before");
    let poll = {
        let asked = asked.clone();
        tokio::spawn(async move { asked.poll_answer().await })
    };
    let redeeming = barrier.held().await;
    let database = Arc::clone(&daemon.database);
    daemon.kill();
    drop((held, redeeming));
    assert!(poll.await.is_err());
    assert_eq!((count(&database, "device.approved").await, count(&database, "device.signed_in").await), (1, 0));

    let after = Daemon::start_on(database, &config, |config| command("serve", config)).await;
    receiver.receives("device.approved", 1).await;
    assert!(receiver.of("device.signed_in").is_empty());
    assert_eq!(asked.poll_as(&after.device("tv")).await.status, 200);
    receiver.receives("device.signed_in", 1).await;
}

/// Proves: U-15, decision 15: a reload begins to tell, changes whom, and ends it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reload_changes_who_is_told() {
    let (first, second) = (Receiver::in_mood(Mood::Takes).await, Receiver::in_mood(Mood::Takes).await);
    let nobody = config(&first).replace("[[webhook]]", "#").replace("name = 'mailer'", "#").replace("url = ", "#");
    let mut daemon = Daemon::start(&nobody).await;
    let operate = async |daemon: &Daemon, command: &str| {
        assert_eq!(daemon.beside(&["user", command, "anna"], PASSWORD).await.code, Some(0));
    };
    operate(&daemon, "add").await;
    operate(&daemon, "disable").await;
    daemon.reload(&config(&first), "configuration reloaded").await;
    operate(&daemon, "disable").await;
    first.receives("user.disabled", 1).await;
    daemon.reload(&config(&second), "configuration reloaded").await;
    operate(&daemon, "disable").await;
    second.receives("user.disabled", 1).await;
    daemon.reload(&nobody, "configuration reloaded").await;
    operate(&daemon, "disable").await;
    assert_eq!((first.deliveries().len(), second.deliveries().len()), (1, 1));
    assert_eq!(daemon.database.rows("notices").await, 2);
}
