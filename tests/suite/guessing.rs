//! How often codes may be guessed: RFC 8628 section 5.1; requirements E-01 and E-02.

use std::sync::Arc;

use futures_util::future::join_all;

use testkit::{Browser, Server, TOO_MANY, UNKNOWN, secs, unknown_code};

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    Wrong,
    TooMany,
    LogInAgain,
}

async fn guess(browser: &mut Browser, number: usize) -> Guess {
    let page = browser.enter_code(&unknown_code(number)).await;
    if page.path == "/login" {
        return Guess::LogInAgain;
    }
    match (page.says(UNKNOWN), page.says(TOO_MANY)) {
        (true, false) => Guess::Wrong,
        (false, true) => Guess::TooMany,
        _ => panic!("{page:?}"),
    }
}

async fn guesses(browser: &mut Browser, count: usize) -> Vec<Guess> {
    let mut all = Vec::new();
    for number in 0..count {
        all.push(guess(browser, number).await);
    }
    all
}

/// Proves: N35 E-01: the sixth code is not looked up, though it is right, and nobody can tell.
#[tokio::test]
async fn the_sixth_code_is_not_looked_up_even_if_it_is_right() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let before = server.database.grants().await;
    assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5]);
    let right = anna.enter_code(&device.user_code).await;
    let mut bob = server.signed_in_from("bob", "198.51.100.8").await;
    assert_eq!(guesses(&mut bob, 5).await, [Guess::Wrong; 5]);
    let wrong = bob.enter_code(&unknown_code(6)).await;
    assert_eq!((right.path.as_str(), wrong.path.as_str()), ("/login", "/login"));
    assert_eq!(right.without(&[]), wrong.without(&[]));
    assert_eq!(server.database.grants().await, before);
    for (name, count) in [("wrong_user_code", 5), ("code_entry_locked", 1)] {
        let mut people: Vec<_> = server.events_of(name).await.into_iter().map(|event| event.subject.unwrap()).collect();
        people.sort();
        let (first, second) = people.split_at(count);
        assert!(second.len() == count && first[0] != second[0], "{name}: {people:?}");
        assert!(first.iter().all(|person| *person == first[0]) && second.iter().all(|person| *person == second[0]));
    }
    // A new login opens the form, but the account's own budget is spent too.
    anna.log_in("anna").await;
    let refused = anna.enter_code(&device.user_code).await;
    assert!(refused.says(TOO_MANY) && refused.says("Try again in 10 minutes") && refused.has_a_way_on(), "{refused:?}");
    assert_eq!(server.database.grants().await, before);

    server.clock.advance(secs(600));
    let device = server.device("tv").authorize("read").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
}

/// Proves: E-01: five for a session until it logs in again, even if its account has tries left.
#[tokio::test]
async fn a_session_that_guessed_too_often_logs_in_again() {
    let server = Server::with(|settings| {
        settings.limits.wrong_codes_account = 100;
        settings.limits.wrong_codes_network = 100;
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let used = anna.cookies.clone();
    assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5]);
    assert_eq!(guess(&mut anna, 6).await, Guess::LogInAgain);
    let mut stale = anna.clone();
    stale.cookies = used;
    assert!(!stale.open("/device").await.is_signed_in_as("anna"), "the session ended on the server");
    anna.log_in("anna").await;
    assert_eq!(guess(&mut anna, 7).await, Guess::Wrong);
}

/// Proves: E-02 D-11: a text that cannot be a code, by its letters or its length, costs only the session a try.
#[tokio::test]
async fn malformed_codes_count_against_the_session_alone() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for typed in ["BCDF-GHJA", "BCDF-GHJ", "BCDF-GHJK-LMNP-Q", "٠١٢٣-٤٥٦٧", "ВСDF-GНJК"] {
        assert!(anna.enter_code(typed).await.says(UNKNOWN), "{typed}");
    }
    assert_eq!(anna.enter_code("12345").await.path, "/login");
    anna.log_in("anna").await;
    assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5], "the account's budget is whole");
}

/// Proves: E-01: five for an account, in whichever of its browsers.
#[tokio::test]
async fn an_account_has_five_wrong_codes_in_ten_minutes() {
    let server = Server::spawn().await;
    let mut computer = server.signed_in("anna").await;
    let mut phone = server.browser_from("198.51.100.8");
    phone.log_in("anna").await;
    assert_eq!(guesses(&mut computer, 3).await, [Guess::Wrong; 3]);
    assert_eq!(guesses(&mut phone, 3).await, [Guess::Wrong, Guess::Wrong, Guess::TooMany]);
    server.clock.advance(secs(599));
    assert_eq!(guess(&mut computer, 9).await, Guess::TooMany);
    server.clock.advance(secs(1));
    assert_eq!(guess(&mut computer, 9).await, Guess::Wrong);
}

/// Proves: E-01: twenty a day for an account.
#[tokio::test]
async fn an_account_has_twenty_wrong_codes_a_day() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..4 {
        assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5]);
        server.clock.advance(secs(601));
        anna.log_in("anna").await;
    }
    let refused = anna.enter_code(&unknown_code(1)).await;
    assert!(refused.says(TOO_MANY) && refused.says("Try again in 23 hours"), "{refused:?}");
    server.clock.advance(secs(24 * 60 * 60));
    anna.log_in("anna").await;
    assert_eq!(guess(&mut anna, 1).await, Guess::Wrong);
}

/// Proves: N37 E-01 (Abblix #165): a right code gives the session new tries, and nobody else.
#[tokio::test]
async fn a_right_code_resets_the_session_and_nothing_else() {
    let server = Server::spawn().await;
    let mut wrong = 0;
    for username in ["anna", "bob"] {
        let mut browser = server.signed_in(username).await;
        assert_eq!(guesses(&mut browser, 4).await, [Guess::Wrong; 4]);
        wrong += 4;
        let device = server.device("tv").authorize("read").await;
        assert!(browser.enter_code(&device.user_code).await.is_decision());
        if username == "bob" {
            assert_eq!(guesses(&mut browser, 2).await, [Guess::Wrong, Guess::TooMany], "the account has four already");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 9);
    let mut carl = server.signed_in("carl").await;
    assert_eq!(guesses(&mut carl, 2).await, [Guess::Wrong, Guess::TooMany], "the network has nine already");
    let mut elsewhere = server.browser_from("198.51.100.8");
    elsewhere.log_in("carl").await;
    assert_eq!(guess(&mut elsewhere, 1).await, Guess::Wrong, "it was the network, not carl");
    server.clock.advance(secs(600));
    assert_eq!(guess(&mut carl, 3).await, Guess::Wrong);
}

/// Proves: FA-10 E-01: neighbours behind one address cost nobody else a try or their session, however
/// often they ask meanwhile, and also when they ask many times at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_signed_out_for_the_wrong_codes_of_their_neighbours() {
    let server = Server::spawn().await;
    for username in ["anna", "bob"] {
        let mut neighbour = server.signed_in(username).await;
        assert_eq!(guesses(&mut neighbour, 5).await, [Guess::Wrong; 5]);
    }
    let mut carl = server.signed_in("carl").await;
    let device = server.device("tv").authorize("read").await;
    for _ in 0..8 {
        assert!(carl.enter_code(&device.user_code).await.says(TOO_MANY));
    }
    let mut tabs = vec![carl.clone(); 12];
    let pages = join_all(tabs.iter_mut().map(|tab| tab.enter_code(&device.user_code))).await;
    assert!(pages.iter().all(|page| page.says(TOO_MANY)), "{pages:?}");
    assert_eq!(server.events_of("wrong_user_code").await.len(), 10, "none of it was looked up");
    server.clock.advance(secs(599));
    assert!(carl.enter_code(&device.user_code).await.says(TOO_MANY));
    server.clock.advance(secs(1));
    let device = server.device("tv").authorize("read").await;
    assert_eq!(guesses(&mut carl, 4).await, [Guess::Wrong; 4], "the session has all its tries");
    assert!(carl.enter_code(&device.user_code).await.is_decision());
}

/// Proves: E-01: an IPv6 subscriber is one network, whichever of their addresses they use.
#[tokio::test]
async fn an_ipv6_subscriber_is_one_network() {
    let server = Server::with(|settings| settings.limits.wrong_codes_network = 2).await;
    let mut anna = server.signed_in_from("anna", "2001:db8:1:2::1").await;
    let mut bob = server.signed_in_from("bob", "2001:db8:1:2:ffff:ffff:ffff:ffff").await;
    let mut carl = server.signed_in_from("carl", "2001:db8:1:3::1").await;
    assert_eq!(guesses(&mut anna, 2).await, [Guess::Wrong; 2]);
    assert_eq!(guess(&mut bob, 1).await, Guess::TooMany);
    assert_eq!(guess(&mut carl, 1).await, Guess::Wrong);
}

/// Proves: FA-02 E-01: a /56 has four times, a /48 ten times the budget of each of its /64s, and no more.
#[tokio::test]
async fn an_ipv6_site_has_ten_times_the_budget() {
    let server = Server::with(|settings| {
        settings.limits.wrong_codes_session = 100;
        settings.limits.wrong_codes_account = 100;
        settings.limits.wrong_codes_network = 1;
        // Its tenth is more than any of these.
        settings.limits.wrong_codes_server = 1000;
    })
    .await;
    let mut anna = server.signed_in_from("anna", "2001:db8:1::1").await;
    for subnet in 0..4 {
        anna.from = format!("2001:db8:1:{subnet}::1");
        assert_eq!(guess(&mut anna, subnet).await, Guess::Wrong, "/64 number {subnet} of a /56");
    }
    anna.from = "2001:db8:1:ff::1".to_owned();
    assert_eq!(guess(&mut anna, 5).await, Guess::TooMany);
    for subscriber in 1..7 {
        anna.from = format!("2001:db8:1:{subscriber}00::1");
        assert_eq!(guess(&mut anna, subscriber).await, Guess::Wrong, "/56 number {subscriber}");
    }
    anna.from = "2001:db8:1:ffff::1".to_owned();
    assert_eq!(guess(&mut anna, 11).await, Guess::TooMany);
    anna.from = "2001:db8:2::1".to_owned();
    assert_eq!(guess(&mut anna, 12).await, Guess::Wrong);
}

/// Proves: E-01 N36: the try is paid for before the lookup, so parallel guesses cannot overshoot.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_guesses_cannot_overshoot() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut browsers = Vec::new();
    for host in 0..10 {
        let mut browser = server.browser_from(&format!("198.51.100.{host}"));
        browser.log_in("anna").await;
        browsers.push(browser);
    }
    let all = join_all(browsers.iter_mut().enumerate().map(|(number, browser)| guess(browser, number))).await;
    assert_eq!(all.iter().filter(|guess| **guess == Guess::Wrong).count(), 5, "{all:?}");
    assert_eq!(all.iter().filter(|guess| **guess == Guess::TooMany).count(), 5, "{all:?}");
}

/// Proves: E-01: budgets are in the database; another node and a restart know them.
#[tokio::test]
async fn budgets_survive_a_restart() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5]);
    let (database, clock) = (Arc::clone(&server.database), server.clock.clone());
    drop(server);
    let server = Server::on(database, clock, |_| {}).await;
    let mut session = server.browser();
    session.cookies.clone_from(&anna.cookies);
    assert_eq!(guess(&mut session, 1).await, Guess::LogInAgain, "the session's count is kept");
    session.log_in("anna").await;
    assert_eq!(guess(&mut session, 1).await, Guess::TooMany, "and the account's");
}

/// Proves: E-01 X-02: a code that came with the login is refused by the spent budget, and the page stops saying so
/// when the wait is over.
#[tokio::test]
async fn the_wait_is_told_after_a_login_and_ends() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    assert_eq!(guesses(&mut anna, 5).await, [Guess::Wrong; 5]);
    let device = server.device("tv").authorize("read").await;
    let mut phone = server.browser_from("198.51.100.8");
    let refused = phone.reach_decision(&device.user_code, "anna").await;
    assert!(refused.path == "/device" && refused.says("Try again in 10 minutes"), "{refused:?}");
    server.clock.advance(secs(540));
    assert!(phone.open("/device").await.says("Try again in 1 minute."));
    server.clock.advance(secs(60));
    let open = phone.open("/device").await;
    assert!(!open.says(TOO_MANY), "the wait is over: {open:?}");
    let device = server.device("tv").authorize("read").await;
    assert!(phone.enter_code(&device.user_code).await.is_decision());
}
