//! What somebody with many networks can do: a customer with an IPv6 /48 has 65 536 of them, with an IPv4 /24 256
//! (requirement FA-02).

use testkit::{Device, Server, secs};

async fn status(device: &Device) -> u16 {
    device.post("/device_authorization", &[]).await.status
}

/// Proves: FA-02 D-15: requests that wait are counted for the sites around a network as well, and other sites go on.
#[tokio::test]
async fn a_site_has_so_many_waiting_requests_however_many_networks_it_has() {
    let server = Server::with(|settings| settings.limits.pending_network = 2).await;
    let from = |address: String| server.device("tv").on_network(&address);
    let mut admitted = 0;
    for subnet in 0..9 {
        let device = from(format!("2001:db8:1:{subnet}::1"));
        admitted += usize::from(status(&device).await == 200);
    }
    assert_eq!(admitted, 8, "a /56 has four times as many as a network");
    for subscriber in 1..20 {
        let device = from(format!("2001:db8:1:{subscriber}00::1"));
        admitted += usize::from(status(&device).await == 200);
    }
    assert_eq!(admitted, 20, "a /48 has ten times as many");
    assert_eq!(status(&from("2001:db8:2::1".to_owned())).await, 200, "another site");

    for host in 0..25 {
        admitted += usize::from(status(&from(format!("192.0.2.{host}"))).await == 200);
    }
    assert_eq!(admitted, 40, "an IPv4 /24 has ten times as many as an address");
    assert_eq!(status(&from("192.0.3.1".to_owned())).await, 200);

    // Another node knows it from the database.
    let change = |settings: &mut settings::Settings| settings.limits.pending_network = 2;
    let other = Server::on(std::sync::Arc::clone(&server.database), server.clock.clone(), change).await;
    for address in ["2001:db8:1:ffff::1", "192.0.2.99"] {
        assert_eq!(status(&other.device("tv").on_network(address)).await, 429, "{address}");
    }
    server.clock.advance(secs(600));
    assert_eq!(status(&other.device("tv").on_network("2001:db8:1:ffff::1")).await, 200);
}
