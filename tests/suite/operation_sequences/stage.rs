//! Performs operations over HTTP at a running server, with devices and browsers that keep what they get.

use std::time::Duration;

use futures_util::future::join_all;
use grantd::clock::Clock;
use protocol::{Event, GrantType, Timestamp};
use store::User;

use crate::operation_sequences::operation::{Link, Operation, Person, Place, Request, Told};
use testkit::{Answer, Authorization, Browser, Device, Server, UNKNOWN};

/// One server for many sequences: each begins with requests of its own, and with everybody signed in.
pub struct Stage {
    server: Server,
    /// Another node on the same database, in whose file the client is disabled.
    without_client: Server,
    people: [User; 2],
    browsers: [SignedIn; 3],
    /// Whose sessions the last sequence may have ended.
    disturbed: [bool; 2],
    device: Device,
    other_client: Device,
    sequence: usize,
    requests: [Option<Asked>; 2],
}

/// A browser, and the token of its forms.
struct SignedIn {
    browser: Browser,
    csrf: String,
}

/// A request, and everything that was issued for it.
struct Asked {
    authorization: Authorization,
    /// As the server has said.
    expires_at: Timestamp,
    pages: [Option<String>; 3],
    refresh_tokens: Vec<String>,
    access_tokens: Vec<String>,
}

/// An answer.
enum Came {
    Nothing,
    Done,
    Answer(Answer),
}

impl Stage {
    pub async fn open() -> Self {
        let age = Duration::from_secs(20 * 365 * 86_400);
        let server = Server::with(|settings| {
            settings.client[0].grant_types.push(GrantType::RefreshToken);
            // Limits outside of the state machine must not interfere: guesses, logins, and the age of sessions.
            (settings.passwords.memory_kib, settings.passwords.iterations) = (8, 1);
            (settings.sessions.idle, settings.sessions.absolute, settings.device.max_auth_age) = (age, age, age);
            let limits = &mut settings.limits;
            (limits.login_free_failures, limits.login_ceiling) = (1_000_000, 2_000_000);
            (limits.login_failures_network, limits.login_failures_server) = (1_000_000, 1_000_000);
            (limits.wrong_codes_session, limits.wrong_codes_network) = (1_000_000, 1_000_000);
            (limits.wrong_codes_account, limits.wrong_codes_account_day) = (1_000_000, 1_000_000);
        })
        .await;
        let (database, mut settings) = (server.database.clone(), server.app.settings.clone());
        settings.client[0].enabled = false;
        let without_client = Box::pin(Server::on(database, server.clock.clone(), |own| *own = settings)).await;
        let people = [server.add_user("anna").await, server.add_user("bob").await];
        server.clock.advance(Duration::from_millis(1));
        let mut browsers = Vec::new();
        for place in Place::ALL {
            let (signed_in, told) = sign_in(&server, place).await;
            assert_eq!(told, Told::Done);
            browsers.push(signed_in);
        }
        let Ok(browsers) = browsers.try_into() else { unreachable!("one for each place") };
        let (device, other_client) = (server.device("tv"), server.device("radio"));
        let (disturbed, requests) = ([false; 2], [None, None]);
        Self { server, without_client, people, browsers, disturbed, device, other_client, sequence: 0, requests }
    }

    /// Clears up after the sequence before.
    pub async fn begin(&mut self) {
        self.sequence += 1;
        let (n, tick) = (self.sequence, Duration::from_millis(1));
        // A network of its own, so that no limit of a network is met.
        let network = format!("10.{}.{}.{}", n / 40_000, n / 200 % 200, n % 200 + 1);
        self.device = self.server.device("tv").on_network(&network);
        self.other_client = self.server.device("radio").on_network(&network);
        self.requests = [None, None];
        let disturbed = self.disturbed;
        for person in Person::ALL.into_iter().filter(|person| disturbed[*person as usize]) {
            self.run_together(&[Operation::Enable(person)]).await;
            self.server.clock.advance(tick);
            for place in Place::ALL.into_iter().filter(|place| place.person() == person) {
                assert_eq!(self.run_together(&[Operation::SignInAgain(place)]).await, [Told::Done]);
            }
        }
        self.disturbed = [false; 2];
        // To the next whole second, from which the model counts.
        let since_second = self.server.clock.now().millis() % 1_000;
        self.server.clock.advance(Duration::from_millis(1_000 - since_second.unsigned_abs()));
    }

    /// Time goes on a little.
    pub fn tick(&self) {
        self.server.clock.advance(Duration::from_millis(1));
    }

    /// Does all of these at the same moment, and returns their answers.
    pub async fn run_together(&mut self, operations: &[Operation]) -> Vec<Told> {
        if let [Operation::SignInAgain(place)] = operations {
            let (signed_in, told) = sign_in(&self.server, *place).await;
            self.disturbed[place.person() as usize] |= told != Told::Done;
            self.browsers[*place as usize] = signed_in;
            return vec![told];
        }
        let came = join_all(operations.iter().map(|operation| self.run(*operation))).await;
        operations.iter().zip(came).map(|(operation, came)| self.note(*operation, came)).collect()
    }

    async fn run(&self, operation: Operation) -> Came {
        let came = match operation {
            Operation::Wait { seconds } => {
                self.server.clock.advance(Duration::from_secs(seconds.unsigned_abs()));
                return Came::Done;
            }
            Operation::WaitForTheEnd(request, after) => {
                let Some(asked) = self.asked(request) else { return Came::Nothing };
                let end = asked.expires_at.millis() + after * 1_000;
                let wait = end.saturating_sub(self.server.clock.now().millis());
                self.server.clock.advance(Duration::from_millis(wait.try_into().unwrap_or(0)));
                return Came::Done;
            }
            Operation::Disable(person) => {
                let subject = &self.people[person as usize].subject;
                let event = self.server.operator_did(Event::UserDisabled);
                store::disable_user(&self.server.app.db, subject, &event).await.unwrap();
                return Came::Done;
            }
            Operation::Enable(person) => {
                let subject = &self.people[person as usize].subject;
                let event = self.server.operator_did(Event::UserEnabled);
                store::enable_user(&self.server.app.db, subject, &event).await.unwrap();
                return Came::Done;
            }
            Operation::ChangeThePassword(person) => {
                let user = &self.people[person as usize];
                let event = self.server.operator_did(Event::UserPasswordSet);
                // To the same one, so that everybody can go on with it.
                store::set_password(&self.server.app.db, &user.subject, &user.password_hash, &event).await.unwrap();
                return Came::Done;
            }
            Operation::SignInAgain(_) => unreachable!("it does not race"),
            Operation::Authorize(_) => Some(self.device.post("/device_authorization", &[("scope", "openid")]).await),
            Operation::EnterCode(request, place) => match self.asked(request) {
                Some(asked) => {
                    let code = asked.authorization.user_code.as_str();
                    Some(self.post(&self.server, place, "/device", &[("user_code", code)]).await)
                }
                None => None,
            },
            Operation::Approve(request, place) => {
                let form = [("decision", "approve"), ("device_present", "true"), ("other_network", "true")];
                self.post_on_the_page(&self.server, request, place, &form).await
            }
            Operation::ApproveWhileTheClientIsDisabled(request, place) => {
                let form = [("decision", "approve"), ("device_present", "true"), ("other_network", "true")];
                self.post_on_the_page(&self.without_client, request, place, &form).await
            }
            Operation::Deny(request, place) => {
                self.post_on_the_page(&self.server, request, place, &[("decision", "deny")]).await
            }
            Operation::LookAtThePage(request, place) => match self.page(request, place) {
                Some(page) => Some(self.browsers[place as usize].browser.clone().send("GET", page, None).await),
                None => None,
            },
            Operation::Poll(request) => self.poll(request, &self.device).await,
            Operation::PollAsAnotherClient(request) => self.poll(request, &self.other_client).await,
            Operation::PollWhileTheClientIsDisabled(request) => {
                self.poll(request, &self.without_client.device("tv")).await
            }
            Operation::Refresh(request, link) => match self.refresh_token(request, link) {
                Some(token) => {
                    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
                    Some(self.device.post("/token", &form).await)
                }
                None => None,
            },
            Operation::UseTheAccessToken(request) => match self.access_token(request) {
                Some(token) => Some(self.server.userinfo(token).await),
                None => None,
            },
            Operation::RevokeTheAccessToken(request) => self.revoke(self.access_token(request)).await,
            Operation::RevokeARefreshToken(request, link) => self.revoke(self.refresh_token(request, link)).await,
        };
        came.map_or(Came::Nothing, Came::Answer)
    }

    /// Keeps what an answer contains.
    fn note(&mut self, operation: Operation, came: Came) -> Told {
        if let Operation::Disable(person) | Operation::ChangeThePassword(person) = operation {
            self.disturbed[person as usize] = true;
        }
        let answer = match came {
            Came::Nothing => return Told::Nothing,
            Came::Done => return Told::Done,
            Came::Answer(answer) => answer,
        };
        match operation {
            Operation::Authorize(request) => {
                assert_eq!(answer.status, 200, "{}", answer.body);
                let (json, device) = (answer.json(), self.device.clone());
                let text = |member: &str| json[member].as_str().unwrap().to_owned();
                let (device_code, user_code) = (text("device_code"), text("user_code"));
                let authorization = Authorization { device, device_code, user_code, json };
                let (refresh_tokens, access_tokens) = (Vec::new(), Vec::new());
                let expires_in = Duration::from_secs(authorization.json["expires_in"].as_u64().unwrap());
                let expires_at = self.server.clock.now() + expires_in;
                let asked =
                    Asked { authorization, expires_at, pages: [None, None, None], refresh_tokens, access_tokens };
                self.requests[request as usize] = Some(asked);
                Told::Codes
            }
            Operation::EnterCode(request, place) => {
                let there = answer.header("location").to_owned();
                match answer.status {
                    303 if there.starts_with("/device/request/") => {
                        self.asked_mut(request).pages[place as usize] = Some(there);
                        Told::APage
                    }
                    303 if there == "/login" => Told::LogInFirst,
                    200 if answer.body.contains(UNKNOWN) => Told::UnknownCode,
                    _ => Told::Error(format!("{answer:?}")),
                }
            }
            Operation::Approve(request, place)
            | Operation::ApproveWhileTheClientIsDisabled(request, place)
            | Operation::Deny(request, place)
            | Operation::LookAtThePage(request, place) => shown(&answer, self.page(request, place).unwrap_or_default()),
            Operation::Poll(request) | Operation::Refresh(request, _) if answer.status == 200 => {
                let (json, first) = (answer.json(), matches!(operation, Operation::Poll(_)));
                let text = |member: &str| json[member].as_str().unwrap().to_owned();
                let (access_token, refresh_token) = (text("access_token"), text("refresh_token"));
                let asked = self.asked_mut(request);
                asked.access_tokens.push(access_token);
                let known = asked.refresh_tokens.iter().position(|token| *token == refresh_token);
                let link = known.unwrap_or(asked.refresh_tokens.len());
                if known.is_none() {
                    asked.refresh_tokens.push(refresh_token);
                }
                if first { Told::Tokens } else { Told::Successor(link) }
            }
            Operation::UseTheAccessToken(_) if answer.status == 200 => Told::Good,
            Operation::UseTheAccessToken(_) if answer.status == 401 => Told::Bad,
            Operation::RevokeTheAccessToken(_) | Operation::RevokeARefreshToken(..) if answer.status == 200 => {
                Told::Done
            }
            _ if [400, 401].contains(&answer.status) => Told::Error(answer.error()),
            _ => Told::Error(format!("{answer:?}")),
        }
    }

    async fn poll(&self, request: Request, device: &Device) -> Option<Answer> {
        Some(self.asked(request)?.authorization.poll_as(device).await)
    }

    async fn revoke(&self, token: Option<&str>) -> Option<Answer> {
        Some(self.device.post("/revoke", &[("token", token?)]).await)
    }

    async fn post_on_the_page(
        &self,
        server: &Server,
        request: Request,
        place: Place,
        form: &[(&str, &str)],
    ) -> Option<Answer> {
        Some(self.post(server, place, self.page(request, place)?, form).await)
    }

    async fn post(&self, server: &Server, place: Place, path: &str, form: &[(&str, &str)]) -> Answer {
        let SignedIn { browser, csrf } = &self.browsers[place as usize];
        let mut there = server.browser();
        there.cookies.clone_from(&browser.cookies);
        let form: Vec<(&str, &str)> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        there.send("POST", path, Some(&form)).await
    }

    fn asked(&self, request: Request) -> Option<&Asked> {
        self.requests[request as usize].as_ref()
    }

    fn asked_mut(&mut self, request: Request) -> &mut Asked {
        self.requests[request as usize].as_mut().unwrap()
    }

    fn page(&self, request: Request, place: Place) -> Option<&str> {
        self.asked(request)?.pages[place as usize].as_deref()
    }

    fn access_token(&self, request: Request) -> Option<&str> {
        self.asked(request)?.access_tokens.last().map(String::as_str)
    }

    fn refresh_token(&self, request: Request, link: Link) -> Option<&str> {
        let tokens = &self.asked(request)?.refresh_tokens;
        tokens.len().checked_sub(1 + link as usize).map(|link| tokens[link].as_str())
    }
}

/// The words of a page, or the page that it leads to.
fn shown(answer: &Answer, page: &str) -> Told {
    const PAGES: [(&str, Told); 6] = [
        ("id=\"approve\"", Told::Undecided),
        ("You denied the request", Told::Denied),
        ("Your device is signed in", Told::SignedIn),
        ("The device is signed out", Told::SignedOut),
        ("The code has expired", Told::Expired),
        ("Go back to your device", Told::Approved),
    ];
    match (answer.status, answer.header("location")) {
        (303, "/login") => Told::LogInFirst,
        (303, there) if there == page => Told::BackToThePage,
        (303, there) if there.strip_prefix(page) == Some("?too_late") => Told::TooLate,
        (404, _) => Told::NotFound,
        (200, _) => {
            let says = PAGES.into_iter().find(|(words, _)| answer.body.contains(words));
            says.map_or_else(|| Told::Error(format!("{answer:?}")), |(_, told)| told)
        }
        _ => Told::Error(format!("{answer:?}")),
    }
}

async fn sign_in(server: &Server, place: Place) -> (SignedIn, Told) {
    let name = match place.person() {
        Person::Anna => "anna",
        Person::Bob => "bob",
    };
    let mut browser = server.browser();
    let page = browser.log_in(name).await;
    let told = if page.is_signed_in_as(name) { Told::Done } else { Told::LogInFirst };
    (SignedIn { csrf: page.csrf(), browser }, told)
}
