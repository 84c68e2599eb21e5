//! The cost of a waiting device. `cargo bench` prints ratios within one run, because figures of two runs or two machines
//! cannot be compared.
//!
//! The server runs in this process, with the default number of readers. Sixteen clients send requests over loopback,
//! each as fast as it gets answers. The contenders take turns, so that other load of the machine hits all of them; the
//! median of their rounds counts. `GRANTD_TEST_DATABASE`, a `postgres:` URL, adds Postgres to SQLite.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops where it stands")]
#![expect(clippy::disallowed_methods, reason = "what is measured is real time")]

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use grantd::app::App;
use grantd::clock::SystemClock;
use grantd::entropy::{Entropy, SystemEntropy};
use protocol::{
    Approval, Channel, Claim, CodeEntry, DeviceCode, DeviceGrant, Digest, Event, Initiated, Origin, Scope, Source,
    State, Subject, Timestamp,
};
use settings::load_from;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{ApprovalOutcome, BrowserSession, SignIn, User};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

const ROUNDS: usize = 5;
const CLIENTS: usize = 16;
/// Requests of a contender in a round. Redemptions are a tenth of it, because each needs its own grant.
const REQUESTS: usize = 1_600;
const WAITING: usize = 1_000;
/// Since when the account is valid: a login must have found the same.
const VALID_FROM: Timestamp = Timestamp::from_millis(0);

const CONFIG: &str = r#"
issuer = "http://localhost:8080"
log.filter = "off"
keys.algorithms = ["ES256"]
[limits]
unknown_device_codes = 1000000
[[scope]]
name = "read"
words = "Read"
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["read"]
"#;

/// The kind of request, and its codes.
enum Contender {
    Livez,
    Unknown,
    Waiting(Vec<String>),
    Redemption,
}

#[tokio::main]
async fn main() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.key"), [7; 32]).unwrap();
    std::fs::set_permissions(folder.path().join("root.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let root = folder.path().join("root.key");
    measure("SQLite", &format!("sqlite:{}", folder.path().join("grantd.db").display()), &root).await;
    if let Some(server) = std::env::var("GRANTD_TEST_DATABASE").ok().filter(|url| !url.is_empty()) {
        let name = format!("grantd_bench_{}", std::process::id());
        let mut connection = PgConnection::connect(&server).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        let mut url = Url::parse(&server).unwrap();
        url.set_path(&name);
        measure("Postgres", url.as_str(), &root).await;
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
            .execute(&mut connection)
            .await
            .unwrap();
    }
}

/// Runs all contenders on one database and prints the results.
async fn measure(engine: &str, database: &str, root: &std::path::Path) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = load_from(Some(("bench.toml".as_ref(), CONFIG)), []).unwrap();
    settings.issuer = format!("http://localhost:{}", address.port()).parse().unwrap();
    database.clone_into(&mut settings.database.url);
    settings.database.auto_migrate = Some(true);
    settings.secrets.root_file = Some(root.to_owned());
    let app = Arc::new(App::open(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)).await.unwrap());
    tokio::spawn(grantd::serve::serve(Arc::clone(&app), listener, std::future::pending()));
    let subject = add_user(&app).await;

    let mut waiting = Vec::new();
    for _ in 0..WAITING {
        waiting.push(add_grant(&app, None).await);
    }
    let contenders = [
        ("GET /livez", Contender::Livez),
        ("poll, unknown code", Contender::Unknown),
        ("poll, waiting code", Contender::Waiting(waiting)),
        ("poll that gets tokens", Contender::Redemption),
    ];
    let mut rounds = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for ((_, contender), rounds) in contenders.iter().zip(&mut rounds) {
            rounds.push(round(&app, address, contender, &subject).await);
        }
    }
    let medians = rounds.map(|mut rounds| {
        rounds.sort();
        rounds[ROUNDS / 2]
    });
    let profile = if cfg!(debug_assertions) { "dev profile: for ratios only" } else { "optimised" };
    let mut said = format!("\n{engine}, {WAITING} codes wait, {CLIENTS} clients ({profile})\n");
    for ((name, _), median) in contenders.iter().zip(medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        writeln!(said, "{name:>22}  {:>8.0} us/request  {ratio:>6.2} x livez", median.as_secs_f64() * 1e6).unwrap();
    }
    println!("{said}");
}

/// The time of one request among many at once.
async fn round(app: &App, address: SocketAddr, contender: &Contender, subject: &Subject) -> Duration {
    let mut bodies = Vec::new();
    let requests = if matches!(contender, Contender::Redemption) { REQUESTS / 10 } else { REQUESTS };
    for request in 0..requests {
        bodies.push(match contender {
            Contender::Livez => String::new(),
            Contender::Unknown => poll(DeviceCode::from_random(SystemEntropy.secret()).reveal()),
            Contender::Waiting(codes) => poll(&codes[request % codes.len()]),
            Contender::Redemption => poll(&add_grant(app, Some(subject)).await),
        });
    }
    let statuses = match contender {
        Contender::Livez | Contender::Redemption => 200,
        Contender::Unknown | Contender::Waiting(_) => 400,
    };
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for share in bodies.chunks(requests.div_ceil(CLIENTS)).map(<[String]>::to_vec) {
        let is_livez = matches!(contender, Contender::Livez);
        clients.spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            for body in share {
                let request = if is_livez {
                    client.get(format!("http://{address}/livez"))
                } else {
                    let form = "application/x-www-form-urlencoded";
                    client.post(format!("http://{address}/token")).header("content-type", form).body(body)
                };
                let answer = request.header("host", format!("localhost:{}", address.port())).send().await.unwrap();
                assert_eq!(answer.status(), statuses);
                // Read whole, so that the connection is used again.
                drop(answer.bytes().await.unwrap());
            }
        });
    }
    clients.join_all().await;
    began.elapsed() / u32::try_from(requests).unwrap()
}

fn poll(device_code: &str) -> String {
    format!("grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code={device_code}")
}

async fn add_user(app: &App) -> Subject {
    let (subject, now) = (Subject::new(SystemEntropy.identifier()), app.clock.now());
    let user = User {
        subject: subject.clone(),
        username: "anna".to_owned(),
        name: None,
        email: None,
        password_hash: String::new(),
        created_at: now,
        disabled_at: None,
        valid_from: VALID_FROM,
    };
    let added = app.event(Event::UserAdded, &Source::local(Channel::Cli)).of_subject(&subject);
    assert!(store::add_user(&app.db, &user, &added).await.unwrap());
    subject
}

/// The session in which somebody approves.
async fn sign_in(app: &App, subject: &Subject, now: Timestamp) {
    let sign_in = SignIn {
        subject: subject.clone(),
        username: "anna".to_owned(),
        auth_time: now,
        valid_from: VALID_FROM,
        amr: vec!["pwd".to_owned()],
        address: None,
        user_agent: None,
    };
    let session = BrowserSession {
        digest: Digest::sha256(SystemEntropy.identifier().as_bytes()),
        created_at: now,
        expires_at: now + Duration::from_secs(1_800),
        idle_until: now + Duration::from_secs(1_800),
        sign_in,
        sealed_next: None,
        right_code_at: None,
    };
    let (none, event) = (session.digest, app.event(Event::LoginSucceeded, &Source::local(Channel::Server)));
    assert!(store::replace_browser_session(&app.db, &none, &session, &event).await.unwrap());
}

/// A grant that waits, or that somebody approved: its device code.
async fn add_grant(app: &App, approved_by: Option<&Subject>) -> String {
    let (now, code) = (app.clock.now(), DeviceCode::from_random(SystemEntropy.secret()));
    let scope: Scope = "read".parse().unwrap();
    let unique = || Digest::sha256(SystemEntropy.identifier().as_bytes());
    let origin = Origin { at: now, address: [127, 0, 0, 1].into(), user_agent: None };
    // No interval, so that every poll is polite, however fast it comes.
    let (id, lifetime, interval) = (SystemEntropy.identifier(), Duration::from_secs(1_800), Duration::ZERO);
    let mut grant = DeviceGrant::new(id, "tv".to_owned(), scope.clone(), origin, lifetime, interval);
    let happened = |event, grant: &DeviceGrant| app.event(event, &Source::local(Channel::Server)).of_grant(grant);
    let (code_digest, created) = (code.digest(), happened(Event::GrantCreated, &grant));
    let purge_at = grant.expires_at;
    assert!(store::add_device_grant(&app.db, &grant, &code_digest, &unique(), purge_at, &created).await.unwrap());
    if let Some(subject) = approved_by {
        let claim = Claim {
            subject: subject.clone(),
            session: unique(),
            handle: unique(),
            entry: CodeEntry::Typed,
            sealed_code: Vec::new(),
        };
        let amr = vec!["pwd".to_owned()];
        let initiated = Initiated::default();
        grant.state = State::Approved(claim, Approval { at: now, scope, auth_time: now, amr, acr: None, initiated });
        let approved = happened(Event::GrantApproved, &grant);
        sign_in(app, subject, now).await;
        let (outcome, _) = store::approve_device_grant(&app.db, 1, &grant, &approved, None).await.unwrap();
        assert_eq!(outcome, ApprovalOutcome::Won);
    }
    code.reveal().to_owned()
}
