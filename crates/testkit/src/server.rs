//! A server in this process: port 0, its own database, a clock that the test moves.

use std::net::SocketAddr;
use std::sync::Arc;

use grantd::app::{App, OpenError};
use grantd::clock::ManualClock;
use grantd::entropy::{Entropy, SystemEntropy};
use grantd::passwords::Password;
use protocol::{AuditEvent, Channel, Event, Source, Subject, Timestamp};
use serde_json::Value;
use settings::{Settings, load_from};
use store::User;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Answer, Authorization, Browser, Database, Device, PASSWORD, Wire, WorkCounts, request};

/// 2026-11-21T12:00:00Z
const NOON: i64 = 1_795_262_400_000;

const CONFIG: &str = r#"
issuer = "https://login.example.test"
[proxies]
trusted = ["127.0.0.1/32"]
[tokens]
audience = "https://api.example.test"
[keys]
algorithms = ["ES256"]
[[scope]]
name = "openid"
words = "Know who you are"
default = true
[[scope]]
name = "profile"
words = "See your name"
[[scope]]
name = "email"
words = "See your e-mail address"
[[scope]]
name = "read"
words = "Read your films"
[[scope]]
name = "admin"
words = "Change everything"
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid", "profile", "email", "read", "admin"]
device_scopes = ["openid", "profile", "email", "read"]
[[client]]
id = "radio"
name = "Radio"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid", "read"]
[[client]]
id = "box"
name = "Set-top box"
type = "confidential"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid", "read"]
secret_digests = ["sha256:BOX"]
[[client]]
id = "printer"
name = "Printer"
type = "confidential"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid", "read"]
token_endpoint_auth_method = "client_secret_post"
secret_digests = ["sha256:PRINTER"]
[[client]]
id = "odd:client"
name = "A client with a colon"
type = "confidential"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid"]
secret_digests = ["sha256:ODD"]
[[client]]
id = "lamp"
name = "A lamp without grants"
type = "public"
scopes = ["openid"]
[[client]]
id = "retired"
name = "A disabled client"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid"]
enabled = false
"#;

/// Passwords that are hashed without delay, for tests that hash hundreds.
pub fn quick_passwords(settings: &mut Settings) {
    settings.passwords.memory_kib = 8;
    settings.passwords.iterations = 1;
}

/// A server that runs until the test ends.
pub struct Server {
    pub app: Arc<App>,
    pub clock: ManualClock,
    pub database: Arc<Database>,
    pub address: SocketAddr,
    pub work: Arc<WorkCounts>,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub async fn spawn() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with settings that are changed before it starts.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Arc::new(Database::fresh().await), Self::noon(), change).await
    }

    /// A server with the profile of another product, from `config/profiles`.
    pub async fn as_product(profile: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let database = Arc::new(Database::fresh().await);
        let profile = [("GRANTD__COMPATIBILITY__PROFILE", profile)];
        let profiled = |settings: &mut Settings| {
            *settings = Self::settings_with(&database, &profile);
            change(settings);
        };
        Self::on(Arc::clone(&database), Self::noon(), profiled).await
    }

    /// The clock at the time at which every test begins.
    pub fn noon() -> ManualClock {
        ManualClock::at(Timestamp::from_millis(NOON))
    }

    /// A server with the random numbers of the test.
    pub async fn with_entropy(entropy: Arc<dyn Entropy>, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::listening_by(listener, Arc::new(Database::fresh().await), Self::noon(), entropy, change).await
    }

    /// A server without a proxy, whose issuer is the socket itself, for real browsers.
    pub async fn on_localhost() -> Self {
        Self::on_localhost_at("").await
    }

    /// The same, with a path in the issuer.
    pub async fn on_localhost_at(path: &str) -> Self {
        Self::on_localhost_as(path, |_| {}).await
    }

    /// The same without a path, with other settings.
    pub async fn on_localhost_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on_localhost_as("", change).await
    }

    async fn on_localhost_as(path: &str, other: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://localhost:{}{path}", listener.local_addr().unwrap().port());
        let change = |settings: &mut Settings| {
            settings.issuer = issuer.parse().unwrap();
            settings.proxies.trusted.clear();
            other(settings);
        };
        Box::pin(Self::listening(listener, Arc::new(Database::fresh().await), Self::noon(), change)).await
    }

    /// A server on a given database: a second node, or the same node again.
    pub async fn on(database: Arc<Database>, clock: ManualClock, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // On the heap, because a server and its settings are large to move between futures.
        Box::pin(Self::listening(listener, database, clock, change)).await
    }

    /// A server on a socket that the test opened.
    pub async fn on_socket(socket: TcpListener, change: impl FnOnce(&mut Settings)) -> Self {
        Box::pin(Self::listening(socket, Arc::new(Database::fresh().await), Self::noon(), change)).await
    }

    /// Opens a server that does not listen, or says why it cannot.
    pub async fn open(database: &Database, change: impl FnOnce(&mut Settings)) -> Result<App, OpenError> {
        let mut settings = Self::settings(database);
        change(&mut settings);
        App::open(settings, Arc::new(Self::noon()), Arc::new(SystemEntropy)).await
    }

    async fn listening(
        listener: TcpListener,
        database: Arc<Database>,
        clock: ManualClock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Box::pin(Self::listening_by(listener, database, clock, Arc::new(SystemEntropy), change)).await
    }

    async fn listening_by(
        listener: TcpListener,
        database: Arc<Database>,
        clock: ManualClock,
        entropy: Arc<dyn Entropy>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Self::settings(&database);
        change(&mut settings);
        let work = Arc::<WorkCounts>::default();
        let observer = Arc::clone(&work);
        let app = App::open_observed(settings, Arc::new(clock.clone()), entropy, observer).await.unwrap();
        let app = Arc::new(app);
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&app);
        tokio::spawn(async move { grantd::serve::serve(served, listener, async { drop(stopped.await) }).await });
        Self { app, clock, database, address, work, _stop: stop }
    }

    /// The settings of a test server.
    pub fn settings(database: &Database) -> Settings {
        Self::settings_with(database, &[])
    }

    fn settings_with(database: &Database, variables: &[(&str, &str)]) -> Settings {
        let digest = |secret: &str| protocol::Digest::sha256(secret.as_bytes()).hex();
        let config = CONFIG
            .replace("sha256:BOX", &format!("sha256:{}", digest("box-secret")))
            .replace("sha256:PRINTER", &format!("sha256:{}", digest("printer-secret")))
            .replace("sha256:ODD", &format!("sha256:{}", digest("a+b:")));
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut settings = load_from(Some(("test.toml".as_ref(), &config)), variables).unwrap();
        settings.database.url.clone_from(&database.url);
        settings.secrets.root_file = Some(database.folder.path().join("root.key"));
        settings
    }

    /// Adds a user, whose password is [`PASSWORD`].
    pub async fn add_user(&self, username: &str) -> User {
        let now = self.app.clock.now();
        let user = User {
            subject: Subject::new(SystemEntropy.identifier()),
            username: username.to_owned(),
            name: Some(format!("{username} Example")),
            email: Some(format!("{username}@example.test")),
            password_hash: self.app.passwords.hash(&Password::typed(PASSWORD)).await.unwrap(),
            created_at: now,
            disabled_at: None,
            valid_from: now,
        };
        let added = self.operator_did(Event::UserAdded).of_subject(&user.subject);
        assert!(store::add_user(&self.app.db, &user, &added).await.unwrap());
        user
    }

    /// The identity of an operator's command.
    pub fn operator_did(&self, event: Event) -> AuditEvent {
        self.app.event(event, &Source::local(Channel::Cli))
    }

    /// The device of a public client.
    pub fn device(&self, client_id: &str) -> Device {
        Device::new(self.address, client_id).under(self.app.base())
    }

    /// A browser on its own network, with JavaScript off.
    pub fn browser(&self) -> Browser {
        self.browser_from("198.51.100.7")
    }

    /// A browser on a given network.
    pub fn browser_from(&self, address: &str) -> Browser {
        Browser::new(self.address, address).under(self.app.base())
    }

    /// A browser in which a new user has logged in.
    pub async fn signed_in(&self, username: &str) -> Browser {
        self.signed_in_from(username, "198.51.100.7").await
    }

    /// The same, on a given network.
    pub async fn signed_in_from(&self, username: &str, address: &str) -> Browser {
        self.add_user(username).await;
        let mut browser = self.browser_from(address);
        assert!(browser.log_in(username).await.is_signed_in_as(username));
        browser
    }

    /// A request for this server's host, through the proxy.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        request(self.address, method, path)
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path).send().await.unwrap()).await
    }

    /// `GET` for another host.
    pub async fn get_from(&self, host: &str, path: &str) -> Answer {
        let named = [("host".parse().unwrap(), host.parse().unwrap())].into_iter().collect();
        Answer::of(self.request("GET", path).headers(named).send().await.unwrap()).await
    }

    /// `POST` of a form that is already encoded.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        let request = self.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
    }

    /// Asks userinfo about a token.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let request =
            self.request("GET", &self.app.path("/userinfo")).header("authorization", format!("Bearer {token}"));
        Answer::of(request.send().await.unwrap()).await
    }

    /// Approves a request as a user with an account, in a new browser.
    pub async fn approve(&self, authorization: &Authorization, username: &str) {
        let mut browser = self.browser();
        let decision = browser.reach_decision(&authorization.user_code, username).await;
        let done = browser.approve(&decision).await;
        assert!(done.says("Go back to your device"), "{done:?}");
    }

    /// The whole walk: the tokens of a device on which a user signed in.
    pub async fn sign_in(&self, device: &Device, scope: &str, username: &str) -> Value {
        let authorization = device.authorize(scope).await;
        self.approve(&authorization, username).await;
        authorization.redeem().await
    }

    /// A connection to the socket, for bytes that no HTTP library would send.
    pub async fn connect(&self) -> Wire {
        Wire::to(self.address).await
    }
}

/// For tests in which one network has many devices: more than a household.
pub fn for_many_devices(settings: &mut Settings) {
    settings.limits.device_authorizations_burst = 1000;
    settings.limits.pending_network = 1000;
}
