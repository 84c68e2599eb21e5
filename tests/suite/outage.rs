//! An outage that no device notices: most client libraries end their login at the first 5xx, and here a thousand devices
//! use one. Time is real.

use std::sync::Arc;

use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, ClientId, DeviceAuthorizationUrl, Scope, StandardDeviceAuthorizationResponse, TokenResponse, TokenUrl,
};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::oauth2_crate::send;
use testkit::{Browser, Daemon, Database, ISSUER, Link, PASSWORD, Proxy, command};

const DEVICES: usize = 1_000;
/// How often each device asks during the outage. Its interval is two seconds, so the outage takes ten.
const ASKED_MEANWHILE: usize = 5;
const CONFIG: &str = "database.wait = '25s'\n[device]\ninterval = '2s'\n\
    [limits]\ndevice_authorizations_burst = 2000\npending_network = 2000\n\
    [[scope]]\nname = 'read'\nwords = 'Read'\n\
    [[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = ['read']\n\
    grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

/// A device that signs in with the `oauth2` crate.
struct Device {
    user_code: String,
    signs_in: JoinHandle<BasicTokenResponse>,
}

impl Device {
    async fn begin(daemon: &Daemon, polls: &Arc<watch::Sender<usize>>) -> Self {
        let client = BasicClient::new(ClientId::new("tv".to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_device_authorization_url(
                DeviceAuthorizationUrl::new(format!("{ISSUER}/device_authorization")).unwrap(),
            )
            .set_token_uri(TokenUrl::new(format!("{ISSUER}/token")).unwrap());
        let address = daemon.address;
        let asks = client.exchange_device_code().add_scope(Scope::new("read".to_owned()));
        let asked = asks.request_async(&|request| send(address, request)).await;
        let details: StandardDeviceAuthorizationResponse = asked.unwrap();
        let user_code = details.user_code().secret().clone();
        let polls = Arc::clone(polls);
        let signs_in = tokio::spawn(async move {
            let poll = |request| {
                polls.send_modify(|count| *count += 1);
                send(address, request)
            };
            #[expect(clippy::disallowed_methods, reason = "the library waits between its polls")]
            let tokens = client.exchange_device_access_token(&details).request_async(&poll, tokio::time::sleep, None);
            tokens.await.expect("the library ended the login")
        });
        Self { user_code, signs_in }
    }
}

async fn approve(browser: &mut Browser, code: &str) {
    let decision = browser.reach_decision(code, "anna").await;
    let done = browser.approve(&decision).await;
    assert_eq!(done.answer.status, 200, "{done:?}");
}

/// Proves: OH-06: the outage takes ten seconds, and each of a thousand devices signs in.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_devices_sign_in_through_an_outage_of_ten_seconds() {
    let database = Arc::new(Database::fresh().await);
    if !database.is_postgres() {
        return;
    }
    let proxy = Proxy::before(&database.url).await;
    let daemon = Daemon::start_on(database, CONFIG, |config| {
        let mut command = command("serve", config);
        command.env("GRANTD__DATABASE__URL", &proxy.url);
        command
    })
    .await;
    assert_eq!(daemon.beside(&["user", "add", "anna"], PASSWORD).await.code, Some(0));
    let polls = Arc::new(watch::Sender::new(0));
    let mut devices = Vec::new();
    for _ in 0..DEVICES {
        devices.push(Device::begin(&daemon, &polls).await);
    }
    let asked = async |more: usize| {
        let goal = *polls.borrow() + more;
        polls.subscribe().wait_for(|count| *count >= goal).await.unwrap();
    };
    asked(DEVICES * 2).await;

    let mut anna = Browser::new(daemon.address, "203.0.113.9");
    // Some are approved in the last moment, and ask for their tokens while the database is away.
    for device in &devices[..10] {
        approve(&mut anna, &device.user_code).await;
    }
    proxy.set(Link::Cut);
    asked(DEVICES * ASKED_MEANWHILE).await;
    proxy.set(Link::Up);

    let mut people = JoinSet::new();
    for share in devices[10..].chunks(DEVICES / 4) {
        let (mut browser, codes) = (anna.clone(), share.iter().map(|device| device.user_code.clone()));
        let codes: Vec<String> = codes.collect();
        people.spawn(async move {
            for code in codes {
                approve(&mut browser, &code).await;
            }
        });
    }
    people.join_all().await;
    for device in devices {
        assert!(!device.signs_in.await.unwrap().access_token().secret().is_empty());
    }
    assert_eq!(daemon.database.rows("token_families").await, i64::try_from(DEVICES).unwrap());
}
