//! One client, account or site cannot use up the codes that all share: RFC 8628 section 5.1; requirements FA-03, E-01,
//! E-03 and E-04.

use std::ops::Range;

use settings::Settings;

use testkit::{Browser, CLOSED, Device, Server, TOO_MANY, UNKNOWN, for_many_devices, secs, unknown_code};

/// Codes of six letters that cannot grow: 61 wrong ones are accepted with one live code, 3 with twenty, which is as
/// many as may wait.
fn six_letters(settings: &mut Settings) {
    for_many_devices(settings);
    settings.limits.wrong_codes_server = 60;
    settings.limits.wrong_codes_server_least = 3;
    (settings.user_code.length, settings.user_code.max_length) = (6, 6);
}

/// How many requests get a code, each from a site of its own.
async fn let_through(device: &Device, sites: Range<usize>) -> usize {
    let mut admitted = 0;
    for site in sites {
        let answer = device.clone().on_network(&format!("198.51.{site}.1")).authorize_answer().await;
        if answer.status == 200 {
            admitted += 1;
        } else {
            answer.assert_error(429, "temporarily_unavailable");
            assert_eq!(answer.header("retry-after"), "600");
        }
    }
    admitted
}

/// Wrong codes of somebody who logs in again when their session has had too many: how many were looked up, and the page
/// that ended it.
async fn guess_on(browser: &mut Browser, username: &str) -> (usize, String) {
    for number in 0.. {
        let page = browser.enter_code(&unknown_code(number)).await;
        if page.path == "/login" {
            browser.log_in(username).await;
        } else if !page.says(UNKNOWN) {
            return (server_looked_up(number), page.answer.body);
        }
    }
    unreachable!("tries have an end")
}

/// Every sixth try of a session only leads to the login.
fn server_looked_up(tries: usize) -> usize {
    tries - tries / 6
}

/// Proves: FA-03 E-04: a client that floods has half of the codes, and each that comes after it half of what is left; a
/// site has a tenth. With fewer codes left, fewer wrong ones are accepted, and all of it ends when the codes do.
#[tokio::test]
async fn one_client_cannot_use_up_the_codes_of_the_others() {
    let server = Server::with(six_letters).await;
    let tv = server.device("tv");
    let at_home = [tv.authorize("read").await, tv.authorize("read").await];
    assert!(at_home.iter().all(|given| given.user_code.len() == "BCDF-GH".len()));
    assert_eq!(tv.authorize_answer().await.status, 429, "a network has a tenth");
    assert_eq!(let_through(&tv, 0..12).await, 8, "ten in all");
    assert_eq!(let_through(&server.device("radio"), 20..27).await, 5);
    assert_eq!(let_through(&server.device("box").with_secret("box-secret"), 30..35).await, 3);
    assert_eq!(let_through(&tv, 40..41).await, 0);

    for person in 0..3 {
        let mut browser = server.signed_in_from(&format!("guesser{person}"), &format!("192.0.2.{person}")).await;
        assert!(browser.enter_code(&unknown_code(person)[..7]).await.says(UNKNOWN), "{person}");
    }
    let mut anna = server.signed_in("anna").await;
    let closed = anna.enter_code(&at_home[0].user_code).await;
    assert!(
        closed.says(CLOSED) && closed.answer.status == 429,
        "three of 61 are borne at eighteen live codes: {closed:?}"
    );

    server.clock.advance(secs(600));
    assert_eq!(let_through(&tv, 0..12).await, 10);
    server.clock.advance(secs(60));
    let given = server.device("radio").authorize("read").await;
    assert!(anna.enter_code(&given.user_code).await.is_decision());
}

/// Proves: FA-03 E-04: another node counts the same, and a client that is alone has all.
#[tokio::test]
async fn a_client_without_others_beside_it_has_all_codes() {
    let server = Server::with(|settings| {
        six_letters(settings);
        settings.client.truncate(1);
    })
    .await;
    assert_eq!(let_through(&server.device("tv"), 0..15).await, 15);
    let alone = |settings: &mut Settings| {
        six_letters(settings);
        settings.client.truncate(1);
    };
    let other = Server::on(std::sync::Arc::clone(&server.database), server.clock.clone(), alone).await;
    let tv = other.device("tv");
    let (mut admitted, mut refused) = (0, 0);
    for site in 0..8 {
        match tv.clone().on_network(&format!("203.0.{site}.1")).authorize_answer().await.status {
            200 => admitted += 1,
            _ => refused += 1,
        }
    }
    assert_eq!((admitted, refused), (5, 3));
}

/// Proves: FA-03 E-03: a site with many accounts and networks spends a quarter of the wrong codes that the server
/// bears, and others go on.
#[tokio::test]
async fn one_site_cannot_close_code_entry_for_the_others() {
    let server = Server::with(|settings| settings.limits.wrong_codes_server = 40).await;
    for person in 0..3 {
        let mut guesser = server.signed_in_from(&format!("guesser{person}"), &format!("192.0.2.{person}")).await;
        for number in 0..5 {
            let page = guesser.enter_code(&unknown_code(number)).await;
            assert!(page.says(if person < 2 { UNKNOWN } else { TOO_MANY }), "{person}");
        }
    }
    let device = server.device("tv").authorize("read").await;
    let mut neighbour = server.signed_in_from("neighbour", "192.0.2.77").await;
    assert!(neighbour.enter_code(&device.user_code).await.says(TOO_MANY), "ten of forty");
    let mut elsewhere = server.signed_in_from("anna", "192.0.3.1").await;
    assert!(elsewhere.enter_code(&device.user_code).await.is_decision());
    assert_eq!(server.events_of("wrong_user_code").await.len(), 10);
}

/// Proves: FA-03 E-01: where a code lives longer than the window of wrong codes, a share is for all of its life.
#[tokio::test]
async fn an_account_has_its_share_in_the_life_of_a_code() {
    let server = Server::as_product("janssen", |settings| settings.limits.wrong_codes_account_day = 1000).await;
    assert_eq!(server.app.settings.device.expires_in, secs(1800));
    let mut guesser = server.signed_in("guesser").await;
    let mut looked_up = 0;
    for _ in 0..3 {
        let (more, _) = guess_on(&mut guesser, "guesser").await;
        looked_up += more;
        server.clock.advance(secs(601));
        guesser.log_in("guesser").await;
    }
    assert_eq!(looked_up, 10, "a tenth of the hundred that the server bears, and not five in each window");
    let mut neighbour = server.signed_in("anna").await;
    assert!(neighbour.enter_code(&unknown_code(1)).await.says(UNKNOWN), "the network has a quarter");
    let events = server.events_of("wrong_user_code").await;
    assert_eq!(events.len(), 11);
}
