//! What the servers are asked for.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::contender::{Contender, Cost, Kind};
use crate::wire::{self, Answer, Job, Load};

const DEVICE_CODE: &str = "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code=";
/// Approves every grant that waits, as a person would have.
const APPROVE: &str = "UPDATE device_grants SET state = 'approved', revision = revision + 1, entry = 'typed', \
        subject = (SELECT id FROM users), session_digest = device_code_digest, handle_digest = user_code_digest, \
        sealed_code = user_code_digest, approved_at = requested_at, auth_time = requested_at, granted_scope = scope, \
        amr = 'pwd' \
    WHERE state = 'pending'";

/// One measurement.
pub struct Sample {
    pub load: Load,
    pub cost: Cost,
    pub memory: f64,
}

/// The requests of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    DeviceAuthorization,
    WaitingPoll,
    Redemption,
    Refresh,
    Keys,
    Introspection,
}

impl Workload {
    pub const ALL: [Self; 6] = [
        Self::DeviceAuthorization,
        Self::WaitingPoll,
        Self::Redemption,
        Self::Refresh,
        Self::Keys,
        Self::Introspection,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::DeviceAuthorization => "W1 device authorization",
            Self::WaitingPoll => "W2 poll of a waiting device",
            Self::Redemption => "W3 redemption of an approved code",
            Self::Refresh => "W4 refresh",
            Self::Keys => "W5 GET /jwks.json",
            Self::Introspection => "W6 introspection",
        }
    }

    fn lanes(self) -> usize {
        if matches!(self, Self::Redemption | Self::Refresh) { 16 } else { 32 }
    }

    /// Whether a server of this kind can be asked for it.
    pub fn is_for(self, kind: Kind) -> bool {
        match self {
            Self::DeviceAuthorization | Self::Redemption | Self::Refresh => true,
            Self::WaitingPoll | Self::Keys | Self::Introspection => kind != Kind::Ceiling,
        }
    }
}

/// What a contender was given so far.
#[derive(Default)]
pub struct Given {
    /// Device codes that wait.
    pub waiting: Vec<String>,
    refresh: Vec<String>,
    access: Vec<String>,
}

/// Runs a workload against a contender, for this long or over this many codes.
pub async fn measure(of: Workload, contender: &Contender, given: &mut Given, long: Duration, codes: usize) -> Sample {
    let port = contender.address.port();
    let is_empty = contender.kind == Kind::Empty;
    let endless = |request: Vec<u8>, status| Endless { request, status, until: Instant::now() + long };
    match of {
        _ if is_empty && of == Workload::Keys => run(of, contender, endless(wire::get("/empty", port), 200)).await.0,
        _ if is_empty => {
            let form = format!("{DEVICE_CODE}{}", "x".repeat(43));
            run(of, contender, endless(wire::post("/empty", port, &form), 400)).await.0
        }
        Workload::DeviceAuthorization => {
            let (sample, issue) = run(of, contender, Issue::until(port, Instant::now() + long)).await;
            given.waiting.extend(issue.codes);
            sample
        }
        Workload::WaitingPoll => {
            if given.waiting.len() < codes {
                let more = Issue { most: codes - given.waiting.len(), ..Issue::until(port, never()) };
                given.waiting.extend(run(Workload::DeviceAuthorization, contender, more).await.1.codes);
            }
            let sweep = || Sweep { port, codes: given.waiting[..codes].to_vec(), sent: 0 };
            // The first sweep looks each of them up, and the interval passes before the next.
            run(of, contender, sweep()).await;
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            run(of, contender, sweep()).await.0
        }
        Workload::Redemption => {
            let more = Issue { most: codes / 10, ..Issue::until(port, never()) };
            let codes = run(Workload::DeviceAuthorization, contender, more).await.1.codes;
            approve(contender).await;
            let (sample, redeem) = run(of, contender, Redeem { port, codes, ..Redeem::default() }).await;
            given.refresh.extend(redeem.refresh);
            given.access.extend(redeem.access);
            sample
        }
        Workload::Refresh => {
            let tokens = given.refresh.split_off(given.refresh.len() - of.lanes());
            let (sample, refresh) = run(of, contender, Refresh { port, tokens, until: Instant::now() + long }).await;
            given.refresh.extend(refresh.tokens);
            sample
        }
        Workload::Keys => run(of, contender, endless(wire::get("/jwks.json", port), 200)).await.0,
        Workload::Introspection => {
            let form = format!("client_id=api&client_secret=api-secret&token={}", given.access[0]);
            run(of, contender, endless(wire::post("/introspect", port, &form), 200)).await.0
        }
    }
}

fn never() -> Instant {
    Instant::now() + Duration::from_secs(3_600)
}

async fn run<J: Job + 'static>(of: Workload, contender: &Contender, job: J) -> (Sample, J) {
    let (job, before) = (Rc::new(RefCell::new(job)), contender.cost());
    let load = wire::run(contender.address, of.lanes(), Rc::clone(&job) as Rc<RefCell<dyn Job>>).await;
    let sample = Sample { load, cost: contender.cost() - before, memory: contender.memory() };
    (sample, Rc::into_inner(job).expect("every lane has ended").into_inner())
}

async fn approve(contender: &Contender) {
    let database = contender.database.as_deref().unwrap_or_default();
    if contender.kind != Kind::Grantd {
        return;
    }
    if database.starts_with("postgres") {
        let mut connection = PgConnection::connect(database).await.unwrap();
        sqlx::query(AssertSqlSafe(APPROVE)).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = SqliteConnection::connect(database).await.unwrap();
        sqlx::query(AssertSqlSafe(APPROVE)).execute(&mut connection).await.unwrap();
    }
}

/// The same request until a time.
struct Endless {
    request: Vec<u8>,
    status: u16,
    until: Instant,
}

impl Job for Endless {
    fn next(&mut self, _lane: usize) -> Option<Vec<u8>> {
        (Instant::now() < self.until).then(|| self.request.clone())
    }

    fn answered(&mut self, _lane: usize, answer: &Answer) -> bool {
        answer.status == self.status
    }
}

/// Device authorizations until a time, or until there are enough.
struct Issue {
    port: u16,
    until: Instant,
    most: usize,
    sent: usize,
    codes: Vec<String>,
}

impl Issue {
    fn until(port: u16, until: Instant) -> Self {
        Self { port, until, most: usize::MAX, sent: 0, codes: Vec::new() }
    }
}

impl Job for Issue {
    fn next(&mut self, _lane: usize) -> Option<Vec<u8>> {
        self.sent += 1;
        let goes_on = self.sent <= self.most && Instant::now() < self.until;
        goes_on.then(|| wire::post("/device_authorization", self.port, "client_id=tv&scope=read"))
    }

    fn answered(&mut self, _lane: usize, answer: &Answer) -> bool {
        self.codes.extend(answer.text("device_code"));
        answer.status == 200
    }
}

/// One poll of each code.
struct Sweep {
    port: u16,
    codes: Vec<String>,
    sent: usize,
}

impl Job for Sweep {
    fn next(&mut self, _lane: usize) -> Option<Vec<u8>> {
        let code = self.codes.get(self.sent)?;
        self.sent += 1;
        Some(wire::post("/token", self.port, &format!("{DEVICE_CODE}{code}")))
    }

    fn answered(&mut self, _lane: usize, answer: &Answer) -> bool {
        const PENDING: &[u8] = b"\"authorization_pending\"";
        answer.status == 400 && answer.body.windows(PENDING.len()).any(|bytes| bytes == PENDING)
    }
}

/// One redemption of each code.
#[derive(Default)]
struct Redeem {
    port: u16,
    codes: Vec<String>,
    refresh: Vec<String>,
    access: Vec<String>,
}

impl Job for Redeem {
    fn next(&mut self, _lane: usize) -> Option<Vec<u8>> {
        let code = self.codes.pop()?;
        Some(wire::post("/token", self.port, &format!("{DEVICE_CODE}{code}")))
    }

    fn answered(&mut self, _lane: usize, answer: &Answer) -> bool {
        self.refresh.extend(answer.text("refresh_token"));
        self.access.extend(answer.text("access_token"));
        answer.status == 200
    }
}

/// Each lane refreshes with the token that it got last.
struct Refresh {
    port: u16,
    tokens: Vec<String>,
    until: Instant,
}

impl Job for Refresh {
    fn next(&mut self, lane: usize) -> Option<Vec<u8>> {
        let token = &self.tokens[lane];
        let form = format!("grant_type=refresh_token&client_id=tv&refresh_token={token}");
        (Instant::now() < self.until).then(|| wire::post("/token", self.port, &form))
    }

    fn answered(&mut self, lane: usize, answer: &Answer) -> bool {
        self.tokens[lane] = answer.text("refresh_token").unwrap_or_default();
        answer.status == 200
    }
}
