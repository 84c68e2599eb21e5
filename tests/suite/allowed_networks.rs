//! The networks that a client's devices may ask from: RFC 10027 section 6.1.8, requirement P-07.

use protocol::GrantType;
use testkit::{Server, detail, secs};

const INSIDE: [&str; 4] = ["203.0.113.5", "203.0.113.250", "2001:db8:7::1", "::ffff:203.0.113.9"];
const OUTSIDE: [&str; 4] = ["203.0.114.5", "198.51.100.7", "2001:db9::1", "127.0.0.1"];

fn networks(names: &[&str]) -> Vec<ipnet::IpNet> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

async fn limited() -> Server {
    Server::with(|settings| {
        settings.client[0].allowed_networks = Some(networks(&["203.0.113.0/24", "2001:db8::/32"]));
    })
    .await
}

/// Proves: P-07: a device in another network gets no code, and nothing is written.
#[tokio::test]
async fn a_device_elsewhere_gets_no_code() {
    let server = limited().await;
    for from in INSIDE {
        server.device("tv").on_network(from).authorize("read").await;
    }
    let before = server.database.grants().await;
    for from in OUTSIDE {
        let refused = server.device("tv").on_network(from).authorize_answer().await;
        refused.assert_error(400, "unauthorized_client");
        assert!(refused.body.contains("from this network"), "{refused:?}");
    }
    assert_eq!(server.database.grants().await, before);
    server.device("radio").on_network(OUTSIDE[0]).authorize("read").await;
}

/// Proves: P-07 L-03: there is one event an hour, however many strangers try.
#[tokio::test]
async fn strangers_cannot_flood_the_log_of_events() {
    let server = limited().await;
    for hour in 1..=2 {
        for host in 0..40 {
            let stranger = server.device("tv").on_network(&format!("198.51.100.{host}"));
            stranger.authorize_answer().await.assert_error(400, "unauthorized_client");
        }
        let told = server.events_of("grant_refused").await;
        assert_eq!(told.len(), hour, "{told:?}");
        let event = &told[hour - 1];
        assert_eq!((event.client_id.as_deref(), event.address.as_deref()), (Some("tv"), Some("198.51.100.0")));
        assert_eq!((event.channel.as_str(), detail(event)), ("device_authorization", serde_json::json!({})));
        server.clock.advance(secs(3600));
    }
}

/// Proves: P-07: a device that was carried elsewhere goes on with what it was given inside.
#[tokio::test]
async fn a_device_may_roam_once_it_has_its_code() {
    let server = Server::with(|settings| {
        settings.client[0].allowed_networks = Some(networks(&["203.0.113.5/32"]));
        settings.client[0].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    server.add_user("anna").await;
    let (inside, elsewhere) = (server.device("tv"), server.device("tv").on_network("198.51.100.9"));
    let device = inside.authorize("openid").await;
    server.approve(&device, "anna").await;
    let answer = device.poll_as(&elsewhere).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let tokens = answer.json();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(elsewhere.post("/token", &refresh).await.status, 200);
}

/// Proves: P-07: one list for all clients, which a client may replace, also by "anywhere".
#[tokio::test]
async fn a_client_has_its_own_networks_or_those_of_all() {
    let server = Server::with(|settings| {
        settings.device.allowed_networks = networks(&["10.0.0.0/8"]);
        settings.client[1].allowed_networks = Some(networks(&["203.0.113.0/24"]));
        settings.client[2].allowed_networks = Some(Vec::new());
    })
    .await;
    let set_top_box = server.device("box").with_secret("box-secret");
    for (device, from, status) in [
        (server.device("tv"), "10.1.2.3", 200),
        (server.device("tv"), "203.0.113.5", 400),
        (server.device("radio"), "10.1.2.3", 400),
        (server.device("radio"), "203.0.113.5", 200),
        (set_top_box.clone(), "10.1.2.3", 200),
        (set_top_box, "192.0.2.1", 200),
    ] {
        assert_eq!(device.on_network(from).authorize_answer().await.status, status, "{from}");
    }
}

/// Proves: P-07 T-07: a stranger without the client's credentials does not learn from where the client may ask.
#[tokio::test]
async fn the_client_is_asked_who_it_is_before_where_it_is() {
    let server = Server::with(|settings| settings.client[2].allowed_networks = Some(networks(&["10.0.0.0/8"]))).await;
    let wrong = server.device("box").with_secret("a guess");
    wrong.authorize_answer().await.assert_error(401, "invalid_client");
    server.device("box").with_secret("box-secret").authorize_answer().await.assert_error(400, "unauthorized_client");
    assert_eq!(server.count_events("grant_refused").await, 1);
}
