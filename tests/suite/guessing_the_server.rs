//! What all guessers together get: RFC 8628 section 5.1; requirements E-03, E-04 and E-06.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join_all;
use protocol::{Secret, Timestamp};
use serde_json::Value;
use settings::LimitSettings;
use store::{Budget, Payment, ServerBudget, SessionTries};

use testkit::{Browser, CLOSED, Daemon, Page, Server, TOO_MANY, UNKNOWN, detail, secs, unknown_code};

/// A server that bears so many wrong codes in the life of one.
async fn bearing(wrong_codes: u32) -> Server {
    Server::with(|settings| settings.limits.wrong_codes_server = wrong_codes).await
}

/// Somebody who has entered a right code in this session.
async fn known(server: &Server, username: &str, address: &str) -> Browser {
    let mut browser = server.signed_in_from(username, address).await;
    let device = server.device("tv").authorize("read").await;
    assert!(browser.enter_code(&device.user_code).await.is_decision());
    browser
}

/// So many people, each with an account and a network of their own, and each with one wrong code.
async fn crowd(server: &Server, people: usize) {
    for person in 0..people {
        let mut browser = server.signed_in_from(&format!("guesser{person}"), &format!("192.0.2.{person}")).await;
        assert!(browser.enter_code(&unknown_code(person)).await.says(UNKNOWN), "{person}");
    }
}

fn is_closed(page: &Page) -> bool {
    assert_eq!(page.says(CLOSED), page.answer.status == 429, "{page:?}");
    page.answer.status == 429
}

/// Proves: E-03 E-01: beyond the server's budget no code of a new session is looked up, the operator hears of it once,
/// codes are longer, and all of that ends.
#[tokio::test]
async fn the_server_closes_to_who_is_new_and_opens_again() {
    let server = bearing(3).await;
    let mut dora = server.signed_in_from("dora", "198.51.100.20").await;
    let device = server.device("tv").authorize("read").await;
    crowd(&server, 3).await;
    assert_eq!(server.count_events("codes_guessed").await, 0);
    let before = server.database.grants().await;
    for _ in 0..6 {
        let closed = dora.enter_code(&device.user_code).await;
        assert!(is_closed(&closed) && closed.answer.header("retry-after") == "660", "{closed:?}");
        assert!(closed.says("Try again in 11 minutes") && closed.has_a_way_on());
        assert!(closed.says(&format!("value=\"{}\"", device.user_code)), "what was typed is kept");
    }
    let mut stranger = server.browser_from("198.51.100.21");
    let closed = stranger.reach_decision(&device.user_code, "dora").await;
    assert!(closed.path == "/device" && is_closed(&closed), "after a login it is told the same: {closed:?}");
    assert_eq!(server.database.grants().await, before, "nothing was claimed");

    let told = server.events_of("codes_guessed").await;
    assert!(told.len() == 1 && detail(&told[0])["wrong_codes"] == 3, "{told:?}");
    assert!(told[0].subject.is_none() && told[0].address.is_none(), "who met it is not who did it");
    let long = server.device("tv").authorize("read").await.user_code;
    assert!(long.len() == "BCDF-GHJK-LM".len(), "{long}");

    server.clock.advance(secs(660));
    assert!(!is_closed(&stranger.open("/device").await), "the wait is over");
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.user_code.len(), "BCDF-GHJK".len());
    assert!(dora.enter_code(&device.user_code).await.is_decision(), "her session has all its tries");
    assert_eq!(server.count_events("codes_guessed").await, 1);
}

/// Proves: E-03: a session in which a right code was entered goes on, with a limited budget.
#[tokio::test]
async fn who_is_known_goes_on_but_not_without_end() {
    let server = bearing(2).await;
    let mut anna = known(&server, "anna", "198.51.100.20").await;
    crowd(&server, 2).await;
    let device = server.device("tv").authorize("read").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
    for number in 0..2 {
        assert!(anna.enter_code(&unknown_code(number)).await.says(UNKNOWN), "{number}");
    }
    assert!(is_closed(&anna.enter_code(&unknown_code(3)).await), "as many again, for all who are known");
    let mut bob = server.signed_in_from("bob", "198.51.100.21").await;
    assert!(is_closed(&bob.enter_code(&device.user_code).await));
}

/// Proves: E-03: it is a person in a session that is known: a new login of hers keeps it, anybody else's does not.
#[tokio::test]
async fn to_be_known_is_for_one_person_in_one_session() {
    let server = bearing(1).await;
    let mut anna = known(&server, "anna", "198.51.100.20").await;
    server.add_user("bob").await;
    crowd(&server, 1).await;
    let device = server.device("tv").authorize("read").await;
    let mut elsewhere = server.browser_from("198.51.100.22");
    elsewhere.log_in("anna").await;
    assert!(is_closed(&elsewhere.enter_code(&device.user_code).await), "in another session she is new");
    anna.log_in("anna").await;
    assert!(anna.enter_code(&device.user_code).await.is_decision());
    anna.log_in("bob").await;
    assert!(is_closed(&anna.enter_code(&device.user_code).await), "bob is not anna");
    anna.log_in("anna").await;
    assert!(is_closed(&anna.enter_code(&device.user_code).await), "the session that was known is over");
}

/// Proves: N36 E-01 E-03: fifty guesses at once at two nodes. Of one account on many networks, its own budget reaches
/// the lookup; of many accounts, the server's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_guesses_at_once_cannot_overshoot() {
    let one = bearing(7).await;
    let more = |settings: &mut settings::Settings| settings.limits.wrong_codes_server = 7;
    let two = Server::on(Arc::clone(&one.database), one.clock.clone(), more).await;
    one.add_user("anna").await;
    let mut sessions = Vec::new();
    for host in 0..10 {
        let node = if host % 2 == 0 { &one } else { &two };
        let mut browser = node.browser_from(&format!("198.51.100.{host}"));
        browser.log_in("anna").await;
        sessions.push(browser);
    }
    assert_eq!(at_once(&sessions).await, [5, 45, 0]);
    assert_eq!(one.count_events("wrong_user_code").await, 5);

    let mut crowd = Vec::new();
    for person in 0..10 {
        let node = if person % 2 == 0 { &one } else { &two };
        crowd.push(node.signed_in_from(&format!("guesser{person}"), &format!("192.0.2.{person}")).await);
    }
    assert_eq!(at_once(&crowd).await, [2, 0, 48], "five of seven are spent");
    assert_eq!(one.count_events("codes_guessed").await, 1);
}

/// Proves: N36 E-01 E-03, at the database itself: fifty people pay at once over the connections of two nodes, seven may.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_payments_at_once_cannot_overshoot() {
    let one = Server::spawn().await;
    let two = Server::on(Arc::clone(&one.database), one.clock.clone(), |_| {}).await;
    let lifetime = secs(600);
    let mut sessions = Vec::new();
    for number in 0..5 {
        sessions.push(session(&one, number).await);
    }
    for round in 0..10 {
        let now = one.app.clock.now() + lifetime * 3 * round;
        let payments = (0..50).map(|guesser| {
            let db = if guesser % 2 == 0 { one.app.db.clone() } else { two.app.db.clone() };
            let personal = personal(&one.app.settings.limits, guesser);
            let session = sessions[usize::try_from(guesser).unwrap() % sessions.len()];
            let of_server = [ServerBudget { name: "new", limit: 7, lifetime }];
            tokio::spawn(async move { store::pay_for_code(&db, &session, &personal, &of_server, now).await.unwrap() })
        });
        let paid = join_all(payments.collect::<Vec<_>>()).await;
        let paid = paid.into_iter().filter(|payment| matches!(payment, Ok(Payment::Paid(_)))).count();
        assert_eq!(paid, 7, "round {round}");
    }
}

/// Five guesses of each session, all at once: how many were looked up, refused to their account, and to everybody.
async fn at_once(sessions: &[Browser]) -> [usize; 3] {
    let mut browsers: Vec<Browser> =
        sessions.iter().flat_map(|session| std::iter::repeat_n(session.clone(), 5)).collect();
    let guesses = browsers.iter_mut().enumerate().map(|(number, browser)| {
        let code = unknown_code(number);
        async move { browser.enter_code(&code).await }
    });
    let pages = join_all(guesses).await;
    [UNKNOWN, TOO_MANY, CLOSED].map(|text| pages.iter().filter(|page| page.says(text)).count())
}

/// Proves: E-04 seed_18: with more live codes the next is longer, still found, and shorter again when they are gone.
#[tokio::test]
async fn codes_grow_with_the_number_of_live_ones() {
    // 20^8 codes bear 12 207 wrong ones at two live codes, and not at three.
    let server = bearing(12_207).await;
    let device = server.device("tv");
    let mut anna = server.signed_in("anna").await;
    let mut lengths = Vec::new();
    for _ in 0..4 {
        let given = device.authorize("read").await;
        lengths.push(given.user_code.len());
        let page = anna.enter_code(&given.user_code.to_lowercase()).await;
        assert!(page.is_decision() && given.user_code.split('-').all(|group| page.says(group)), "{page:?}");
    }
    assert_eq!(lengths, ["BCDF-GHJK".len(), "BCDF-GHJK".len(), "BCDF-GHJK-L".len(), "BCDF-GHJK-L".len()]);
    server.clock.advance(secs(601));
    assert_eq!(device.authorize("read").await.user_code.len(), "BCDF-GHJK".len());
}

/// Proves: B-03 E-04: the figures of the bound are written when the server starts.
#[tokio::test]
async fn the_operator_is_told_how_many_codes_are_borne() {
    let mut daemon = Daemon::start("user_code.max_length = 9").await;
    let told: Value = serde_json::from_str(&daemon.says("user codes").await).unwrap();
    let figures = ["wrong_codes", "length", "live", "max_length", "most_live"].map(|name| told[name].as_u64());
    assert_eq!(figures, [100, 8, 244, 9, 4_882].map(Some), "{told}");
}

/// Proves: E-06 E-01 E-03: a hundred thousand guesses over a thousand accounts and networks, a tenth of them known, at
/// random moments of three hours: never more than the budgets, in no stretch of time as long as a code lives.
#[tokio::test]
async fn a_hundred_thousand_guesses_never_exceed_the_budgets() {
    let server = Server::spawn().await;
    let limits = &server.app.settings.limits;
    let lifetime = server.app.settings.device.expires_in;
    // Each guess is a journey to the other process there; a fifth of them takes as long.
    let guesses = if server.database.is_postgres() { 20_000 } else { 100_000 };
    let three_hours = 3 * 60 * 60 * 1000;
    let (mut now, mut chance) = (server.app.clock.now(), Chance(2026));
    let session = session(&server, 0).await;
    let mut looked_up: HashMap<String, Vec<Timestamp>> = HashMap::new();
    let mut turned_away = [0, 0];
    for _ in 0..guesses {
        now = now + std::time::Duration::from_millis(chance.below(2 * three_hours / guesses));
        // Some of them guess all the time.
        let guesser = if chance.below(4) == 0 { chance.below(8) } else { chance.below(1000) };
        let budget = |name: &'static str| ServerBudget { name, limit: limits.wrong_codes_server, lifetime };
        let of_server = if guesser % 10 == 0 { vec![budget("new"), budget("known")] } else { vec![budget("new")] };
        let personal = personal(limits, guesser);
        match store::pay_for_code(&server.app.db, &session, &personal, &of_server, now).await.unwrap() {
            Payment::Locked => panic!("the session has tries without end"),
            Payment::Paid(budgets) => {
                let of_server = budgets.last().unwrap().name;
                let payers = [format!("account {guesser}"), format!("network {}", guesser / 2), of_server.to_owned()];
                for payer in payers {
                    looked_up.entry(payer).or_default().push(now);
                }
            }
            Payment::Exhausted(_) => turned_away[0] += 1,
            Payment::Closed(_) => turned_away[1] += 1,
        }
    }
    for (payer, at) in &looked_up {
        let most = at.iter().map(|end| at.iter().filter(|at| *at <= end && end.since(**at) < lifetime).count()).max();
        let most = u32::try_from(most.unwrap()).unwrap();
        // Counters of people and networks start again ten minutes after the first try: around that time twice as many fit.
        let allowed = match payer.split(' ').next().unwrap() {
            "account" => limits.wrong_codes_account * 2 - 1,
            "network" => limits.wrong_codes_network * 2 - 1,
            _ => limits.wrong_codes_server,
        };
        assert!(most <= allowed, "{most} of {payer} in the life of a code");
        assert!(!payer.starts_with("account") || at.len() <= 20, "{payer} in a day");
    }
    assert!(turned_away.iter().all(|count| *count > 100), "each limit was met: {turned_away:?}");
    assert!(looked_up["new"].len() > 1000 && looked_up["known"].len() > 100, "and none of them is shut for good");
}

/// A browser session that is never locked.
async fn session(server: &Server, number: usize) -> SessionTries {
    let browser = server.signed_in_from(&format!("payer{number}"), &format!("192.0.2.{number}")).await;
    SessionTries { digest: Secret::presented(&browser.cookies["__Host-grantd"]).digest(), limit: u32::MAX }
}

fn personal(limits: &LimitSettings, guesser: u64) -> Vec<Budget> {
    let window = limits.wrong_codes_window;
    let account = |name, limit, window| Budget { name, holder: guesser.to_string(), limit, window };
    let network = (guesser / 2).to_string();
    vec![
        account("account", limits.wrong_codes_account, window),
        account("account in a day", limits.wrong_codes_account_day, secs(24 * 60 * 60)),
        Budget { name: "network", holder: network, limit: limits.wrong_codes_network, window },
    ]
}

/// The same chance in every run (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }
}
