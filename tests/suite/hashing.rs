//! The cost of hashing passwords: bounded memory that is released, and the same work for every name.

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use grantd::passwords::{Password, Passwords};
use protocol::Event;
use settings::Settings;

use testkit::{Answer, Daemon, PASSWORD, Server, eventually, request, secs};

/// The memory that a server may need beside the hashes, for new connections and threads.
const OTHER_KIB: u64 = 40 * 1024;

/// Tries names that nobody has, so many at once, from eight networks; each name and password is looked at.
pub async fn fail_to_log_in(daemon: &Daemon, logins: usize, at_once: usize) {
    let address = daemon.address;
    let failed = stream::iter(0..logins).map(|login| async move {
        let body = format!(r#"{{"username": "nobody-{login}", "password": "not the password at all"}}"#);
        let request = request(address, "POST", "/login").header("content-type", "application/json");
        let request = request.header("x-forwarded-for", format!("203.0.{}.7", 113 + login % 8));
        Answer::of(request.body(body).send().await.unwrap()).await.status
    });
    let statuses: Vec<u16> = failed.buffer_unordered(at_once).collect().await;
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
}

/// Proves: FA-01: the memory of hashing is that of the hashes that are computed at once, however many logins wait.
#[tokio::test]
async fn many_logins_take_the_memory_of_those_that_are_hashed_at_once() {
    let daemon = Daemon::start("passwords.concurrency = 2").await;
    let at_start = daemon.resident_kib();
    fail_to_log_in(&daemon, 64, 32).await;
    let grown = daemon.resident_kib() - at_start;
    assert!(grown <= 2 * 19_456 + OTHER_KIB, "{grown} KiB more than at the start");
}

/// Two hundred logins with a hundred connections, on defaults; then everything is as it was.
pub async fn hash_and_rest() {
    let permits = std::thread::available_parallelism().unwrap().get() as u64;
    let daemon = Daemon::start("").await;
    let at_start = daemon.resident_kib();
    fail_to_log_in(&daemon, 200, 100).await;
    let grown = daemon.resident_kib() - at_start;
    assert!(grown <= permits * 19_456 + OTHER_KIB, "{grown} KiB more than at the start");
    eventually(async || daemon.resident_kib() <= at_start + 20 * 1024).await;
}

/// Proves: FA-01: a buffer for each hash that is computed at once, used again, and given back when nobody logs in.
#[tokio::test]
async fn the_memory_of_hashing_is_given_back_when_nobody_logs_in() {
    let server = Server::with(|settings| settings.passwords.concurrency = 2).await;
    let passwords = &server.app.passwords;
    let (password, memory) =
        (Password::typed(PASSWORD), usize::try_from(server.app.settings.passwords.memory_kib).unwrap());
    for _ in 0..2 {
        join_all((0..8).map(|_| async { assert!(!passwords.verify(&password, None, &[]).await.unwrap()) })).await;
        let kept = passwords.kept_kib();
        assert!((memory..=2 * memory).contains(&kept), "{kept} KiB");
        eventually(async || {
            server.clock.advance(secs(5));
            passwords.kept_kib() == 0
        })
        .await;
    }
}

/// The parameters of before: half the memory.
fn former(settings: &Settings) -> Passwords {
    let mut of_before = settings.passwords.clone();
    of_before.memory_kib /= 2;
    Passwords::new(&of_before).unwrap()
}

/// Proves: FB-07 A-04: while somebody's password is stored under former parameters, every login does the work of both; with
/// the last of them the former work ends.
#[tokio::test]
async fn names_cost_the_same_whatever_parameters_their_passwords_are_stored_under() {
    let server = Server::with(|settings| settings.passwords.memory_kib = 64).await;
    for username in ["old", "older", "off"] {
        let user = server.add_user(username).await;
        let hash = former(&server.app.settings).hash(&Password::typed(PASSWORD)).await.unwrap();
        store::rehash_password(&server.app.db, &user, &hash).await.unwrap();
        if username == "off" {
            store::disable_user(&server.app.db, &user.subject, &server.operator_did(Event::UserDisabled))
                .await
                .unwrap();
        }
    }
    server.add_user("new").await;
    let work = async |username: &str, password: &str| {
        let before = server.work.password_hashes();
        let page = server.browser().log_in_with(username, password).await;
        (server.work.password_hashes() - before, page.is_signed_in_as(username))
    };
    for username in ["nobody", "old", "off", "new"] {
        assert_eq!(work(username, "not the password at all").await, (2, false), "{username}");
    }
    assert_eq!(work("new", PASSWORD).await, (2, true));
    // A right login hashes and stores the password again.
    for (username, rest) in [("old", 2), ("older", 2)] {
        assert_eq!(work(username, PASSWORD).await, (rest, true), "{username}");
    }
    for username in ["nobody", "old", "off", "new"] {
        assert_eq!(work(username, "not the password at all").await.0, 2, "{username}: one is left, who cannot log in");
    }
    let off = store::find_user_by_name(&server.app.db, "off").await.unwrap().unwrap();
    store::delete_user(&server.app.db, &off.subject, &server.operator_did(Event::UserDeleted)).await.unwrap();
    server.clock.advance(secs(60));
    for username in ["nobody", "old", "new"] {
        assert_eq!(work(username, "not the password at all").await.0, 1, "{username}");
    }
    // A node that still has the former parameters stores one: nobody waits until the list is read again.
    let user = server.add_user("late").await;
    let hash = former(&server.app.settings).hash(&Password::typed(PASSWORD)).await.unwrap();
    store::rehash_password(&server.app.db, &user, &hash).await.unwrap();
    for username in ["late", "nobody", "old", "new"] {
        assert_eq!(work(username, "not the password at all").await.0, 2, "{username}");
    }
}

/// Proves: FB-07: many sets of parameters are found without reading every account, and a login works through four.
#[tokio::test]
async fn a_login_works_through_so_many_sets_of_parameters_at_most() {
    let server = Server::with(|settings| settings.passwords.memory_kib = 64).await;
    for memory_kib in 8..14 {
        for name in ["a", "b"] {
            let user = server.add_user(&format!("{name}{memory_kib}")).await;
            let mut settings = server.app.settings.passwords.clone();
            settings.memory_kib = memory_kib;
            let hash = Passwords::new(&settings).unwrap().hash(&Password::typed(PASSWORD)).await.unwrap();
            store::rehash_password(&server.app.db, &user, &hash).await.unwrap();
        }
    }
    let found = store::password_parameters(&server.app.db, 100).await.unwrap();
    let [first, .., last] = &found[..] else { panic!("{found:?}") };
    assert_eq!((found.len(), first.as_str()), (6, "$argon2id$v=19$m=10,t=2,p=1"), "{found:?}");
    assert_eq!(last, "$argon2id$v=19$m=9,t=2,p=1");
    for username in ["a8", "a13", "nobody", "b10"] {
        let before = server.work.password_hashes();
        server.browser().log_in_with(username, "not the password at all").await;
        assert_eq!(server.work.password_hashes() - before, 4, "{username}");
    }
    assert!(server.browser().log_in("a9").await.is_signed_in_as("a9"), "also with one that is not among them");
}
