//! The server notices that many people approve requests of one sender, and can hold these: requirement B-06, RFC 10027
//! section 6.1.6.

use protocol::{Consent, Event};
use settings::Settings;
use tokio::task::JoinSet;

use testkit::{Authorization, Browser, Mood, Page, Receiver, Server, detail, eventually, for_many_devices, secs};

const HELD: &str = "cannot be approved at the moment";

/// Three people within an hour are too many.
fn watching(hold: bool) -> impl FnOnce(&mut Settings) {
    move |settings| {
        for_many_devices(settings);
        settings.detector.enabled = true;
        settings.detector.people = 3;
        settings.detector.hold = hold;
    }
}

async fn people<const N: usize>(server: &Server, names: [&str; N]) -> [Browser; N] {
    let mut browsers = Vec::new();
    for name in names {
        browsers.push(server.signed_in(name).await);
    }
    browsers.try_into().unwrap_or_else(|_| panic!("as many browsers as names"))
}

async fn ask(server: &Server, client: &str, from: &str) -> Authorization {
    server.device(client).on_network(from).authorize("openid").await
}

async fn approve(server: &Server, browser: &mut Browser, client: &str, from: &str) -> (Authorization, Page) {
    let asked = ask(server, client, from).await;
    let page = browser.enter_code(&asked.user_code).await;
    assert!(page.is_decision(), "{page:?}");
    let done = browser.approve(&page).await;
    (asked, done)
}

async fn alarms(server: &Server) -> usize {
    server.count_events("campaign_suspected").await
}

/// Proves: B-06: off unless an operator wants it.
#[tokio::test]
async fn nothing_is_counted_by_default() {
    let server = Server::with(for_many_devices).await;
    for browser in &mut people(&server, ["anna", "berta", "carla", "dora", "eva", "frida"]).await {
        let (asked, _) = approve(&server, browser, "tv", "203.0.113.5").await;
        assert_eq!(asked.poll().await, "tokens");
    }
    assert_eq!(alarms(&server).await, 0);
    assert_eq!((server.database.rows("approvals_by_origin").await, server.database.rows("campaigns").await), (0, 0));
}

/// Proves: B-06 P-05 U-15: different people, one client, one origin, one span; one alarm, and one notice to the webhook.
#[tokio::test]
async fn many_people_for_one_sender_are_an_alarm_once() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let (told, watch) = (receiver.told(), watching(false));
    let server = Server::with(|settings| {
        told(settings);
        watch(settings);
    })
    .await;
    let [mut anna, mut berta, mut carla, mut dora] = people(&server, ["anna", "berta", "carla", "dora"]).await;
    for _ in 0..4 {
        approve(&server, &mut anna, "tv", "203.0.113.5").await;
    }
    approve(&server, &mut berta, "tv", "203.0.113.250").await;
    // Another client, another network, somebody who denies: none of these is the third.
    approve(&server, &mut carla, "radio", "203.0.113.5").await;
    approve(&server, &mut carla, "tv", "203.0.114.5").await;
    let refused = ask(&server, "tv", "203.0.113.5").await;
    let page = carla.enter_code(&refused.user_code).await;
    carla.deny(&page).await;
    assert_eq!(alarms(&server).await, 0);

    let (asked, _) = approve(&server, &mut carla, "tv", "203.0.113.77").await;
    assert_eq!(asked.poll().await, "tokens", "without hold it is an alarm and no more");
    approve(&server, &mut dora, "tv", "203.0.113.5").await;
    assert_eq!(alarms(&server).await, 1);
    let event = server.events_of("campaign_suspected").await.remove(0);
    assert_eq!(event.client_id.as_deref(), Some("tv"));
    let facts = serde_json::json!({"origin": "203.0.113.0/24", "people": 3, "held": false});
    assert_eq!(detail(&event), facts);
    let noticed = receiver.receives("alarm.campaign_suspected", 1).await.remove(0);
    assert_eq!(noticed["data"]["detail"], facts);

    // An hour later there can be a new alarm, with people of that hour.
    server.clock.advance(secs(3601));
    for person in ["anna", "berta", "carla"] {
        assert_eq!(alarms(&server).await, 1);
        let mut browser = server.browser();
        let asked = ask(&server, "tv", "203.0.113.5").await;
        let page = browser.reach_decision(&asked.user_code, person).await;
        browser.approve(&page).await;
    }
    assert_eq!(alarms(&server).await, 2);
}

/// Proves: B-06: a held request is not approved and not lost. It can be denied, and only an operator releases it.
#[tokio::test]
async fn a_held_request_can_be_denied_and_is_not_approved() {
    let server = Server::with(watching(true)).await;
    let [mut anna, mut berta, mut carla, mut dora] = people(&server, ["anna", "berta", "carla", "dora"]).await;
    for browser in [&mut anna, &mut berta] {
        let (asked, _) = approve(&server, browser, "tv", "2001:db8:1:2::5").await;
        assert_eq!(asked.poll().await, "tokens");
    }
    let (third, page) = approve(&server, &mut carla, "tv", "2001:db8:1:ffff::9").await;
    assert!(page.says(HELD) && page.answer.status == 409 && page.has_a_way_on(), "{page:?}");
    assert_eq!(third.poll().await, "authorization_pending", "the third is held, too");
    let (fourth, page) = approve(&server, &mut dora, "tv", "2001:db8:1:2::5").await;
    assert!(page.says(HELD), "{page:?}");
    let (elsewhere, _) = approve(&server, &mut dora, "tv", "2001:db8:2:2::5").await;
    assert_eq!(elsewhere.poll().await, "tokens", "nobody else is kept waiting");
    assert_eq!((alarms(&server).await, server.count_events("grant_approved").await), (1, 3));

    let page = carla.enter_code(&third.user_code).await;
    assert!(page.is_decision(), "{page:?}");
    assert!(carla.deny(&page).await.says("You denied the request"));
    assert_eq!(third.poll().await, "access_denied");

    let released = server.operator_did(Event::CampaignReleased).of_client("tv");
    let campaign = store::suspected_campaigns(&server.app.db).await.unwrap().remove(0);
    assert_eq!((campaign.origin.as_str(), campaign.held), ("2001:db8:1::/48", true));
    for won in [true, false] {
        let done = store::release_campaign(&server.app.db, "tv", &campaign.origin, &released).await.unwrap();
        assert_eq!(done, won);
    }
    let page = dora.enter_code(&fourth.user_code).await;
    assert!(!dora.approve(&page).await.says(HELD));
    assert_eq!(fourth.poll().await, "tokens");
    assert_eq!(server.count_events("campaign_released").await, 1);
}

/// Proves: B-06: holding that was switched off and on again holds what it finds then, and nothing from before.
#[tokio::test]
async fn what_was_held_is_released_when_holding_is_switched_off() {
    let server = Server::with(watching(true)).await;
    let [mut anna, mut berta, mut carla, mut dora] = people(&server, ["anna", "berta", "carla", "dora"]).await;
    for browser in [&mut anna, &mut berta, &mut carla] {
        approve(&server, browser, "tv", "203.0.113.5").await;
    }
    let (fourth, page) = approve(&server, &mut dora, "tv", "203.0.113.5").await;
    assert!(page.says(HELD), "{page:?}");
    assert_eq!(server.database.rows("campaigns WHERE held").await, 1);

    // Nobody approves anything meanwhile.
    let off = Server::on(server.database.clone(), server.clock.clone(), watching(false)).await;
    eventually(async || server.database.rows("campaigns WHERE held").await == 0).await;
    drop(off);
    let [event] = &server.events_of("campaign_released").await[..] else { panic!("one release") };
    assert_eq!((event.client_id.as_deref(), event.channel.as_str()), (Some("tv"), "server"));
    assert_eq!(detail(event), serde_json::json!({"origin": "203.0.113.0/24", "by": "settings"}));

    let page = dora.enter_code(&fourth.user_code).await;
    assert!(!dora.approve(&page).await.says(HELD), "{page:?}");
    assert_eq!(fourth.poll().await, "tokens");
    for browser in [&mut anna, &mut berta] {
        approve(&server, browser, "tv", "203.0.113.5").await;
    }
    let (_, page) = approve(&server, &mut carla, "tv", "203.0.113.5").await;
    assert!(page.says(HELD), "a campaign of now is held: {page:?}");
}

/// Proves: B-06 U-04: where typing the code is the approval, what is held leads to its page instead, and can be denied
/// there.
#[tokio::test]
async fn what_would_be_implied_and_is_held_is_asked() {
    let server = Server::with(|settings| {
        watching(true)(settings);
        settings.client[0].consent = Some(Consent::Implied);
    })
    .await;
    let near = "198.51.100.7";
    let [mut anna, mut berta, mut carla] = people(&server, ["anna", "berta", "carla"]).await;
    for browser in [&mut anna, &mut berta] {
        let asked = ask(&server, "tv", near).await;
        assert!(!browser.enter_code(&asked.user_code).await.is_decision(), "typing is enough");
        assert_eq!(asked.poll().await, "tokens");
    }
    let third = ask(&server, "tv", near).await;
    let page = carla.enter_code(&third.user_code).await;
    assert!(page.is_decision(), "{page:?}");
    assert_eq!(third.poll().await, "authorization_pending");
    let held = carla.approve(&page).await;
    assert!(held.says(HELD) && held.says(&page.path), "the way on is back to it: {held:?}");
    let page = carla.open(&page.path).await;
    assert!(carla.deny(&page).await.says("You denied the request"));
    assert_eq!(third.poll().await, "access_denied");
}

/// Proves: B-06: people who approve at the same moment are counted together, on either engine.
#[tokio::test(flavor = "multi_thread")]
async fn not_one_more_slips_through_in_a_crowd() {
    let server = Server::with(watching(true)).await;
    let names = ["anna", "berta", "carla", "dora", "eva", "frida", "gerda", "hilda"];
    let mut crowd = JoinSet::new();
    for mut browser in people(&server, names).await {
        let asked = ask(&server, "tv", "203.0.113.5").await;
        let page = browser.enter_code(&asked.user_code).await;
        crowd.spawn(async move {
            browser.approve(&page).await;
            asked.poll().await
        });
    }
    let mut polled = crowd.join_all().await;
    polled.sort();
    let approved = polled.iter().filter(|answer| *answer == "tokens").count();
    assert_eq!(approved, 2, "{polled:?}");
    assert_eq!((alarms(&server).await, server.count_events("grant_approved").await), (1, 2));
}

#[tokio::test]
async fn what_is_counted_is_forgotten_and_what_is_held_is_not() {
    let watch = watching(true);
    let server = Server::with(|settings| {
        watch(settings);
        settings.purge.every = secs(1);
    })
    .await;
    let [mut anna, mut berta, mut carla] = people(&server, ["anna", "berta", "carla"]).await;
    approve(&server, &mut anna, "tv", "192.0.2.5").await;
    for browser in [&mut anna, &mut berta, &mut carla] {
        approve(&server, browser, "tv", "203.0.113.5").await;
    }
    server.clock.advance(secs(3601));
    eventually(async || {
        server.clock.advance(std::time::Duration::from_millis(10));
        let counted = server.database.rows("approvals_by_origin").await;
        (counted, server.database.rows("campaigns").await) == (0, 1)
    })
    .await;
    assert_eq!(store::suspected_campaigns(&server.app.db).await.unwrap().len(), 1);
}
