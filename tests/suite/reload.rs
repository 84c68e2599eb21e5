//! A changed file comes into force at SIGHUP, whole or not at all, and no device notices (decision 15).

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use testkit::{Daemon, Device, command};

fn client(id: &str, more: &str) -> String {
    format!(
        "[[client]]\nid = '{id}'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\n\
         grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n{more}\n"
    )
}

const DEVICE: &str = "device.interval = '1s'\ndevice.tolerance = '500ms'\n";
const RELOADED: &str = "configuration reloaded";
const REFUSED: &str = "configuration not reloaded";

#[expect(clippy::disallowed_methods, reason = "the daemon runs on the real clock")]
async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Devices that wait, each polling once in its interval, so that some poll is always under way. Gives back their answers.
async fn wait_with(devices: usize, device: Device, done: Arc<AtomicBool>) -> Vec<String> {
    let mut waiting = Vec::new();
    for _ in 0..devices {
        let (authorization, done) = (device.authorize("openid").await, Arc::clone(&done));
        waiting.push(tokio::spawn(async move {
            let mut answers = Vec::new();
            while !done.load(Ordering::Relaxed) {
                answers.push(authorization.poll().await);
                pause(1000).await;
            }
            answers
        }));
        pause(1000 / u64::try_from(devices).unwrap()).await;
    }
    let mut answers = Vec::new();
    for device in waiting {
        answers.extend(device.await.unwrap());
    }
    answers
}

/// Proves: decision 15.
#[tokio::test]
async fn a_changed_client_is_live_and_no_poll_fails() {
    let (tv, lamp) = (client("tv", ""), client("lamp", ""));
    let mut daemon = Daemon::start(&format!("{DEVICE}{tv}{lamp}")).await;
    let done = Arc::new(AtomicBool::new(false));
    let waiting = tokio::spawn(wait_with(20, daemon.device("tv"), Arc::clone(&done)));
    assert_eq!(daemon.device("lamp").post("/device_authorization", &[]).await.status, 200);
    pause(1500).await;

    let radio = client("radio", "");
    daemon.device("radio").post("/device_authorization", &[]).await.assert_error(401, "invalid_client");
    let changed = format!("{DEVICE}{tv}{}{radio}", client("lamp", "enabled = false"));
    let said = daemon.reload(&changed, RELOADED).await;
    assert!(said.contains("\"changed\":\"client\"") && said.contains("\"clients_added\":\"radio\""), "{said}");
    assert!(said.contains("\"clients_changed\":\"lamp\"") && said.contains("\"clients_removed\":\"\""), "{said}");
    let radio_signs_in = || async { daemon.device("radio").post("/device_authorization", &[]).await.status };
    assert_eq!(radio_signs_in().await, 200);
    daemon.device("lamp").post("/device_authorization", &[]).await.assert_error(401, "invalid_client");

    for (file, reason) in [
        (format!("{DEVICE}device.intervall = '9s'\n{tv}"), "device.intervall: unknown key; did you mean"),
        (format!("{DEVICE}[[client]"), "a bracket is missing"),
        (
            format!("{DEVICE}listen.max_connections = 9\n{tv}"),
            "listen.max_connections cannot change in a running server",
        ),
        (format!("{DEVICE}database.max_connections = 9\n{tv}"), "database.max_connections cannot change"),
    ] {
        let said = daemon.reload(&file, REFUSED).await;
        assert_eq!(said.matches(reason).count(), 1, "told once: {said}");
        let radio = daemon.device("radio").post("/device_authorization", &[]).await;
        assert_eq!(radio.status, 200, "what was in force stays so");
    }
    fs::remove_file(&daemon.config).unwrap();
    daemon.signal("-HUP");
    daemon.says(REFUSED).await;

    let said = daemon.reload(&format!("log.filter = 'grantd=debug'\n{DEVICE}{tv}"), RELOADED).await;
    assert!(said.contains("client,log.filter") && said.contains("\"clients_removed\":\"lamp,radio\""), "{said}");
    daemon.device("radio").post("/device_authorization", &[]).await.assert_error(401, "invalid_client");

    pause(1500).await;
    done.store(true, Ordering::Relaxed);
    let answers = waiting.await.unwrap();
    assert!(answers.len() > 40, "{}", answers.len());
    assert!(answers.iter().all(|answer| answer == "authorization_pending"), "{answers:?}");
    assert!(daemon.stop(), "it ends well");
}

/// Proves: D-15 T-10 T-17: a reload gives nobody new tries, and changes what they are counted against.
#[tokio::test]
async fn a_reload_does_not_forget_who_asked_too_often() {
    let few = "[limits]\ndevice_authorizations = 1\ndevice_authorizations_burst = 1\nunknown_device_codes = 1\n\
               wrong_client_credentials = 1\n";
    let mut daemon = Daemon::start(&format!("{few}{}", client("tv", ""))).await;
    let (tv, nobody) = (daemon.device("tv"), daemon.device("nobody"));
    let ask_all = async || {
        let asked = tv.post("/device_authorization", &[]).await.status;
        [asked, tv.poll_answer("gdc_unknown").await.status, nobody.poll_answer("gdc_unknown").await.status]
    };
    assert_eq!(ask_all().await, [200, 400, 401]);
    assert_eq!(ask_all().await, [429; 3]);
    daemon.reload(&format!("{few}{}", client("tv", "owner = 'me'")), RELOADED).await;
    assert_eq!(ask_all().await, [429; 3]);
    let more = few.replace("burst = 1", "burst = 2");
    daemon.reload(&format!("{more}{}", client("tv", "owner = 'me'")), RELOADED).await;
    assert_eq!(ask_all().await, [200, 429, 429]);
}

/// Proves: L-06: a certificate is renewed by SIGHUP; one that is not its key's is refused by name, now and at the start.
#[tokio::test]
async fn a_renewed_certificate_is_shown_and_a_wrong_one_refused() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let write = |name: &str, text: String| {
        fs::write(file(name), text).unwrap();
        fs::set_permissions(file(name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    };
    let certified = || rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    let (old, new) = (certified(), certified());
    write("cert.pem", old.cert.pem());
    write("key.pem", old.signing_key.serialize_pem());
    let tls = format!("tls.cert = '{}'\ntls.key = '{}'\n", file("cert.pem").display(), file("key.pem").display());
    let mut daemon = Daemon::start(&tls).await;
    assert_eq!(shown(daemon.address).await, old.cert.der().to_vec());
    let health = command("health", &daemon.config).output().unwrap();
    assert!(health.status.success(), "{health:?}");

    write("cert.pem", new.cert.pem());
    let said = daemon.reload(&tls, REFUSED).await;
    assert!(said.contains("does not belong to") && said.contains("cert.pem") && said.contains("key.pem"), "{said}");
    assert_eq!(shown(daemon.address).await, old.cert.der().to_vec());
    let mut second = command("serve", &daemon.config);
    second.env("GRANTD__LISTEN__ADDRESS", "127.0.0.1:0");
    if !daemon.database.is_postgres() {
        second.env("GRANTD__DATABASE__URL", format!("sqlite:{}", file("second.db").display()));
    }
    let refused = second.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("does not belong to"), "{said}");

    write("key.pem", new.signing_key.serialize_pem());
    daemon.reload(&tls, RELOADED).await;
    assert_eq!(shown(daemon.address).await, new.cert.der().to_vec());
}

/// The certificate that a server shows.
pub async fn shown(address: SocketAddr) -> Vec<u8> {
    let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).tls_info(true);
    let answer = client.build().unwrap().get(format!("https://{address}/livez")).send().await.unwrap();
    answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap().peer_certificate().unwrap().to_vec()
}
