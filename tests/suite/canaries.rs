//! The log holds no secret at its most verbose level, in a flow with every kind of secret, errors and panics
//! (requirement L-01).
//!
//! A process writes its log to standard error once and for all, so the walk is made in a process of its own: this very
//! test program, asked for the one test that is otherwise ignored.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use grantd::app::App;
use grantd::entropy::{Entropy, SystemEntropy};
use grantd::passwords::Password;
use grantd::telemetry;
use protocol::{Channel, Event, GrantType, Source, Subject};
use serde_json::Value;
use settings::{Log, LogFormat};
use store::User;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use testkit::{Answer, Browser, Database, Device, PASSWORD, Secrets, Server, direct_request, unknown_code};

const FOLDER: &str = "GRANTD_TEST_CANARIES";
const WRONG_PASSWORD: &str = "canary of a wrong password";
const PANIC: &str = "canary-of-a-panic-message";

/// Draws from the system, until a test makes it fail in the next handler that needs a secret.
#[derive(Default)]
struct Trapdoor(AtomicBool);

impl Entropy for Trapdoor {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() == 32 && self.0.load(Ordering::SeqCst) {
            let quoted = format!("{PANIC} {PASSWORD}");
            panic!("no byte can be drawn beside {quoted:?}");
        }
        SystemEntropy.fill(bytes);
    }
}

/// Proves: N63 L-01.
#[test]
fn no_secret_reaches_the_log_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "canaries::a_walk_among_secrets", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .status()
        .unwrap();
    let log = [fs::read(&out).unwrap(), fs::read(&err).unwrap()].concat();
    let text = String::from_utf8_lossy(&log);
    assert!(status.success(), "{}", text.lines().rev().take(20).collect::<Vec<_>>().join("\n"));
    let met: Vec<(String, Vec<u8>)> =
        serde_json::from_slice(&fs::read(folder.path().join("secrets")).unwrap()).unwrap();
    assert!(met.len() > 40, "only {} secrets were met", met.len());
    let secrets = Secrets::of(met);
    if !secrets.found_in(&log).is_empty() {
        for line in log.split(|byte| *byte == b'\n') {
            let found = secrets.found_in(line);
            assert!(found.is_empty(), "{found:?} in {}", String::from_utf8_lossy(line));
        }
        panic!("{:?} over several lines", secrets.found_in(&log));
    }
    // The search works, and there was something to find.
    for there in ["\"level\":\"TRACE\"", "\"answered\"", "\"panicked\"", "src/", "signed in", "came back", "sqlx"] {
        assert!(text.contains(there), "the log does not say {there}");
    }
    let mut subject = Secrets::default();
    subject.add("the subject", &fs::read_to_string(folder.path().join("subject")).unwrap());
    assert!(subject.found_in(&log).contains(&"the subject"));
}

#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn a_walk_among_secrets() {
    let folder = std::env::var(FOLDER).unwrap();
    let log =
        telemetry::log_to_stderr(&Log { format: LogFormat::Json, filter: "trace".to_owned().try_into().unwrap() })
            .unwrap();
    let walk = Walk::begin().await;
    let secrets = walk.go().await;
    fs::write(Path::new(&folder).join("secrets"), serde_json::to_vec(&secrets.bytes()).unwrap()).unwrap();
    fs::write(Path::new(&folder).join("subject"), walk.subject.as_str()).unwrap();
    drop(log);
}

/// A server on this machine, and who walks there.
struct Walk {
    port: u16,
    app: Arc<App>,
    trapdoor: Arc<Trapdoor>,
    subject: Subject,
    clock: grantd::clock::ManualClock,
    _database: Database,
}

impl Walk {
    async fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let database = Database::fresh().await;
        let mut settings = Server::settings(&database);
        settings.issuer = format!("http://localhost:{port}").parse().unwrap();
        settings.proxies.trusted.clear();
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
        let (clock, trapdoor) = (Server::noon(), Arc::new(Trapdoor::default()));
        let entropy: Arc<dyn Entropy> = Arc::<Trapdoor>::clone(&trapdoor);
        let app = Arc::new(App::open(settings, Arc::new(clock.clone()), entropy).await.unwrap());
        let now = grantd::clock::Clock::now(&clock);
        let anna = User {
            subject: Subject::new(SystemEntropy.identifier()),
            username: "anna".to_owned(),
            name: None,
            email: None,
            password_hash: app.passwords.hash(&Password::typed(PASSWORD)).await.unwrap(),
            created_at: now,
            disabled_at: None,
            valid_from: now,
        };
        let added = app.event(Event::UserAdded, &Source::local(Channel::Cli));
        assert!(store::add_user(&app.db, &anna, &added).await.unwrap());
        let served = Arc::clone(&app);
        tokio::spawn(async move { grantd::serve::serve(served, listener, std::future::pending()).await });
        Self { port, app, trapdoor, subject: anna.subject, clock, _database: database }
    }

    fn device(&self, client_id: &str) -> Device {
        Device::on_localhost(self.port, client_id)
    }

    async fn go(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for (what, text) in [
            ("a password", PASSWORD),
            ("a wrong password", WRONG_PASSWORD),
            ("a client secret", "box-secret"),
            ("another client secret", "printer-secret"),
            ("the words of a panic", PANIC),
        ] {
            secrets.add(what, text);
        }
        secrets.add_bytes("the root secret", vec![7; 32]);
        let browser = self.sign_in(&mut secrets).await;
        self.stay_signed_in(&mut secrets).await;
        self.go_wrong(&mut secrets, browser).await;
        self.over_http2(&mut secrets).await;
        self.break_down(&mut secrets).await;
        secrets
    }

    /// Typed and linked codes, both ways to send a client secret, a login that fails and one that does not.
    async fn sign_in(&self, secrets: &mut Secrets) -> Browser {
        let mut anna = Browser::on_localhost(self.port);
        secrets.add_page(&anna.open("/login").await);
        anna.log_in_with("anna", WRONG_PASSWORD).await;
        anna.log_in_with(WRONG_PASSWORD, PASSWORD).await;
        let in_the_body: &[(&str, &str)] = &[("client_secret", "printer-secret")];
        for (device, linked, own) in [
            (self.device("box").with_secret("box-secret"), true, &[][..]),
            (self.device("printer"), false, in_the_body),
            (self.device("tv"), false, &[]),
        ] {
            let authorization = device.authorize_with(&[&[("scope", "openid read")][..], own].concat()).await;
            secrets.add("a device code", &authorization.device_code);
            secrets.add_code(&authorization.user_code);
            let poll = [("grant_type", testkit::DEVICE_CODE), ("device_code", &authorization.device_code)];
            device.post("/token", &[&poll[..], own].concat()).await.assert_error(400, "authorization_pending");
            if linked {
                let page = anna.open(&format!("/device?user_code={}", authorization.user_code)).await;
                secrets.add_page(&page);
            }
            let page = anna.reach_decision(&authorization.user_code, "anna").await;
            assert!(page.is_decision(), "{page:?}");
            secrets.add_page(&page);
            anna.approve(&page).await;
            let tokens = device.post("/token", &[&poll[..], own].concat()).await.json();
            self.use_tokens(secrets, &device, own, &tokens).await;
            self.clock.advance(testkit::secs(11));
            device.post("/token", &[&poll[..], own].concat()).await.assert_error(400, "invalid_grant");
        }
        anna
    }

    async fn use_tokens(&self, secrets: &mut Secrets, device: &Device, own: &[(&str, &str)], tokens: &Value) {
        for name in ["access_token", "id_token", "refresh_token"] {
            secrets.add_token(name, tokens[name].as_str().unwrap());
        }
        let access = tokens["access_token"].as_str().unwrap();
        let bearer = direct_request(self.address(), "GET", "/userinfo").bearer_auth(access);
        let answer = Answer::of(bearer.header("host", self.host()).send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for path in ["/introspect", "/revoke"] {
            device.post(path, &[&[("token", access)][..], own].concat()).await;
        }
    }

    /// Refreshes, and an old token that comes back.
    async fn stay_signed_in(&self, secrets: &mut Secrets) {
        let device = self.device("box").with_secret("box-secret");
        let authorization = device.authorize("openid").await;
        let mut anna = Browser::on_localhost(self.port);
        let page = anna.reach_decision(&authorization.user_code, "anna").await;
        anna.approve(&page).await;
        secrets.add_page(&page);
        secrets.add_cookies(anna.set_cookies.clone());
        let mut token = authorization.redeem().await["refresh_token"].as_str().unwrap().to_owned();
        let first = token.clone();
        for _ in 0..2 {
            secrets.add_token("a refresh token", &token);
            let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
            let next = device.post("/token", &form).await.json();
            device.post("/introspect", &[("token", next["refresh_token"].as_str().unwrap())]).await;
            token = next["refresh_token"].as_str().unwrap().to_owned();
        }
        secrets.add_token("a refresh token", &token);
        let form = [("grant_type", "refresh_token"), ("refresh_token", first.as_str())];
        device.post("/token", &form).await.assert_error(400, "invalid_grant");
        anna.post(&page, "/logout", &[]).await;
    }

    /// Secrets where they do not belong, and forms that cannot be read.
    async fn go_wrong(&self, secrets: &mut Secrets, mut anna: Browser) {
        secrets.add_code(&unknown_code(7));
        anna.enter_code(&unknown_code(7)).await;
        anna.send("POST", "/device", Some(&[("csrf", "canary-of-a-csrf-token"), ("user_code", "QQQQ-QQQQ")])).await;
        secrets.add("a foreign csrf token", "canary-of-a-csrf-token");
        secrets.add_cookies(anna.set_cookies.clone());
        let canary = "canary-of-something-misplaced";
        secrets.add("something misplaced", canary);
        for path in ["/device?user_code=", "/token?client_secret=", "/userinfo?access_token=", "/device/request/", "/"]
        {
            self.send("GET", &format!("{path}{canary}"), &[], "").await;
            self.send("POST", &format!("{path}{canary}"), &[], &format!("device_code={canary}")).await;
        }
        for header in ["authorization", "cookie", "dpop", "x-ssl-cert", "content-type", "host", "x-forwarded-for"] {
            for value in
                [canary.to_owned(), format!("Basic {canary}"), format!("Bearer {canary}"), format!("grantd={canary}")]
            {
                self.send("POST", "/token", &[(header, &value)], "client_id=tv").await;
                self.send("GET", "/userinfo", &[(header, &value)], "").await;
                self.send("POST", "/login", &[(header, &value)], "username=x").await;
            }
        }
        for body in [
            format!("device_code={canary}%zz"),
            format!("device_code={canary}&device_code={canary}"),
            format!("client_id=tv&grant_type=refresh_token&refresh_token={canary}"),
            format!("client_assertion={canary}&client_assertion_type={canary}"),
            format!("client_id={canary}&client_secret={canary}"),
            canary.repeat(2000),
        ] {
            for path in ["/token", "/revoke", "/introspect", "/device_authorization", "/login", "/device"] {
                self.send("POST", path, &[], &body).await;
            }
        }
        // Bytes that are not HTTP at all.
        for bytes in [format!("GET /{canary}\r\n\r\n"), format!("POST /token HTTP/1.1\r\n{canary}\x01: x\r\n\r\n")] {
            let mut socket = TcpStream::connect(self.address()).await.unwrap();
            socket.write_all(bytes.as_bytes()).await.unwrap();
            socket.read_to_end(&mut Vec::new()).await.unwrap();
        }
    }

    /// The other version speaks through another library.
    async fn over_http2(&self, secrets: &mut Secrets) {
        let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
        let canary = "canary-of-another-version";
        secrets.add("something sent by HTTP/2", canary);
        let at = |path: &str| format!("http://localhost:{}{path}", self.port);
        let basic = testkit::basic("box", "box-secret");
        secrets.add("an Authorization header", basic.trim_start_matches("Basic "));
        let asked = client.post(at("/device_authorization")).header("authorization", &basic);
        let codes: Value = asked.form(&[("scope", "openid")]).send().await.unwrap().json().await.unwrap();
        secrets.add("a device code", codes["device_code"].as_str().unwrap());
        secrets.add_code(codes["user_code"].as_str().unwrap());
        let linked = at(&format!("/device?user_code={}", codes["user_code"].as_str().unwrap()));
        assert!(client.get(linked).send().await.unwrap().status().is_success());
        for (header, value) in [
            ("authorization", format!("Bearer {canary}")),
            ("cookie", format!("grantd={canary}")),
            ("dpop", canary.to_owned()),
        ] {
            let sent = client.post(at("/token")).header(header, value).form(&[("device_code", canary)]);
            assert!(sent.send().await.unwrap().status().is_client_error());
        }
    }

    /// A handler of each kind panics while it holds secrets, with secrets in the message.
    async fn break_down(&self, secrets: &mut Secrets) {
        let device = self.device("box").with_secret("box-secret");
        let authorization = device.authorize("openid").await;
        secrets.add_code(&authorization.user_code);
        self.trapdoor.0.store(true, Ordering::SeqCst);
        let broken = device.authorize_answer().await;
        broken.assert_error(500, "server_error");
        let path = format!("/device?user_code={}", authorization.user_code);
        assert_eq!(self.send("GET", &path, &[], "").await, Some(500));
        self.trapdoor.0.store(false, Ordering::SeqCst);
        assert_eq!(device.authorize_answer().await.status, 200, "the next is not harmed");
        let _ = self.app.db.readiness().await;
    }

    /// Sends one request, and returns the status if there was an answer.
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<u16> {
        let mut request = direct_request(self.address(), method, path);
        let named = |name: &str| headers.iter().any(|(header, _)| *header == name);
        if !named("host") {
            request = request.header("host", self.host());
        }
        if !named("content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Some(request.body(body.to_owned()).send().await.ok()?.status().as_u16())
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }
}
