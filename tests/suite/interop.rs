//! The device's side signs in at another server, node-oidc-provider, whose pages a person answers over HTTP.
//!
//! `tests/run interop` installs the server and names its folder in `GRANTD_TEST_INTEROP`. Time is real here: the server
//! names no interval, so a device waits five seconds (RFC 8628 section 3.2).

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use device::{Client, CodeVerifier, DeviceError, Http, Screen, SignIn, SignedIn, Surface, Timekeeper, discover};
use grantd::clock::{Clock, SystemClock};
use protocol::Timestamp;
use reqwest::redirect::Policy;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use url::Url;

use crate::walk_throughs::the_first_device_in_javascript;
use testkit::{Program, secs};

/// Proves: client habits 3, 10 and 12; RFC 8628 sections 3.1 to 3.5.
#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn a_public_client_signs_in_elsewhere() {
    let peer = Peer::start();
    let signed_in = peer.sign_in("tv", None, Decision::Approve).await.unwrap();
    assert_signed_in(&signed_in, &peer.issuer, "tv");
}

#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn a_confidential_client_signs_in_elsewhere() {
    let peer = Peer::start();
    let secret = "a+b: 100% \"secret\" of the box";
    let signed_in = peer.sign_in("box", Some(secret), Decision::Approve).await.unwrap();
    assert_signed_in(&signed_in, &peer.issuer, "box");
}

/// The command itself, as a program calls it.
#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn grantd_login_hands_on_the_tokens_of_another_server() {
    let peer = Peer::start();
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["login", "--issuer", &peer.issuer, "--client-id", "tv", "--scope", "openid profile", "--json"];
    let login = Program::start(folder.path(), &arguments, &[]);
    let code = login.err.find("The code is ").strip_prefix("The code is ").unwrap().to_owned();
    let uri = login.err.find("waiting for you at ").strip_prefix("waiting for you at ").unwrap().to_owned();
    Visitor::default().decide(&uri, &code, Decision::Approve).await;
    let ended = login.ended();
    assert_eq!((ended.code, ended.out.lines().count()), (Some(0), 1), "{ended:?}");
    let said: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&said["issuer"], &said["claims"]["aud"]), (&peer.issuer.as_str().into(), &"tv".into()));
    assert_eq!((&said["sub"], &said["userinfo"]["sub"]), (&said["claims"]["sub"], &said["sub"]));
    assert!(said["access_token"].is_string() && said["id_token"].is_string(), "{said}");
}

/// A library of others signs in here, as the page for developers of a device has it.
///
/// Proves: FD-17
#[tokio::test]
#[ignore = "needs a library that `tests/run interop` installs"]
async fn openid_client_signs_in_as_the_page_says() {
    the_first_device_in_javascript().await;
}

#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn a_denial_elsewhere_is_a_denial() {
    let denied = Peer::start().sign_in("tv", None, Decision::Deny).await.unwrap_err();
    assert!(matches!(denied, DeviceError::Denied), "{denied}");
}

#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn an_unknown_client_hears_why() {
    let refused = Peer::start().sign_in("toaster", None, Decision::Approve).await.unwrap_err();
    assert!(matches!(&refused, DeviceError::Refused { code, .. } if code == "invalid_client"), "{refused}");
}

/// The published page says what passes and what is not supported, and this run agrees. What else the audit found there
/// was checked by hand, and is for the people of that server alone.
///
/// Proves: B-01.
#[tokio::test]
#[ignore = "needs a server that `tests/run interop` installs"]
async fn the_published_audit_of_another_server_is_still_true() {
    let peer = Peer::start();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("password", "brittle comet"), ("secret", "a+b: 100% \"secret\" of the box")] {
        std::fs::write(folder.path().join(name), text).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(folder.path().join(name), mode).unwrap();
    }
    let server = ["audit", "--issuer", &peer.issuer, "--scope", "openid profile", "--patience", "60", "--jobs", "16"];
    let clients = ["--client-id", "tv", "--other-client-id", "box", "--other-client-secret-file", "secret"];
    let person = ["--bare-client-id", "lamp", "--user", "anna", "--password-file", "password", "--json", "-"];
    let ended = Program::start(folder.path(), &[&server[..], &clients, &person].concat(), &[]).ended();
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{ended:?}"));
    let published = include_str!("../../docs/audit/node-oidc-provider.md");
    let mut compared = 0;
    for line in published.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (row, rest) = line.split_once('`').unwrap();
        let found = report["rows"].as_array().unwrap().iter().find(|found| found["row"] == row).unwrap();
        assert!(rest.contains(&format!("| {} |", found["verdict"].as_str().unwrap())), "{line} is now {found}");
        compared += 1;
    }
    assert!(compared > 50, "only {compared} rows are published");
    assert_eq!(report["skipped"], 0, "{report}");
}

#[track_caller]
fn assert_signed_in(signed_in: &SignedIn, issuer: &str, client_id: &str) {
    let (claims, userinfo) = (signed_in.claims.as_ref().unwrap(), signed_in.userinfo.as_ref().unwrap());
    assert_eq!((&claims["iss"], &claims["sub"]), (&issuer.into(), &"anna".into()));
    assert_eq!(claims["aud"], client_id);
    assert_eq!((&userinfo["sub"], &userinfo["name"]), (&"anna".into(), &"Anna Example".into()));
    assert_eq!(signed_in.name(), Some("Anna Example"));
    assert_eq!(signed_in.scope.as_deref(), Some("openid profile"));
}

/// The other server, until the test ends.
struct Peer {
    child: Child,
    issuer: String,
}

impl Peer {
    fn start() -> Self {
        let folder = std::env::var_os("GRANTD_TEST_INTEROP").expect("GRANTD_TEST_INTEROP: see tests/run");
        let mut command = Command::new("node");
        command.arg("server.mjs").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("node starts");
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let (say, heard) = mpsc::channel();
        thread::spawn(move || say.send(said.next()));
        let mut peer = Self { child, issuer: String::new() };
        peer.issuer = heard.recv_timeout(secs(60)).expect("it says its issuer").expect("it started").unwrap();
        peer
    }

    async fn sign_in(
        &self,
        client_id: &str,
        client_secret: Option<&str>,
        decision: Decision,
    ) -> Result<SignedIn, DeviceError> {
        let (display, mut shown) = unbounded_channel();
        let device = async move {
            let http = Http::new(&self.issuer)?;
            let server = discover(&self.issuer, &http).await?;
            let client = Client::new(client_id, client_secret, &http, &server);
            // As `grantd login` does: this server advertises S256.
            let verifier = CodeVerifier::from_random([7; 32]);
            let scope = Some("openid profile");
            let asked = SignIn { scope, nonce: None, verifier: Some(&verifier), keypad: None };
            let mut screen = Screen::new(Display(display), Surface::Plain);
            client.sign_in(&asked, &mut screen, &RealTime).await
        };
        let person = async move {
            if let Some((uri, code)) = read_from(&mut shown).await {
                Visitor::default().decide(&uri, &code, decision).await;
            }
        };
        let both = async { tokio::join!(device, person).0 };
        timeout(secs(60), both).await.expect("a sign-in takes two polls at most")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct RealTime;

impl Timekeeper for RealTime {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    async fn wait(&self, span: Duration) {
        SystemClock.sleep_until(SystemClock.now() + span).await;
    }
}

/// The screen of the device, for the person to read.
struct Display(UnboundedSender<String>);

impl Write for Display {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let _ = self.0.send(String::from_utf8_lossy(text).into_owned());
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The address and the code, once the screen shows them; nothing if the device gives up before.
async fn read_from(shown: &mut UnboundedReceiver<String>) -> Option<(String, String)> {
    let mut text = String::new();
    loop {
        text += &shown.recv().await?;
        let after = |words| text.lines().find_map(|line| line.strip_prefix(words)).filter(|_| text.ends_with('\n'));
        if let (Some(code), Some(uri)) = (after("The code is "), after("waiting for you at ")) {
            return Some((uri.to_owned(), code.to_owned()));
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Decision {
    Approve,
    Deny,
}

/// Somebody with a browser.
#[derive(Default)]
struct Visitor {
    cookies: BTreeMap<String, String>,
}

/// A page that was shown.
struct Shown {
    url: Url,
    html: String,
}

impl Visitor {
    async fn decide(&mut self, uri: &str, code: &str, decision: Decision) {
        let page = self.ask(Url::parse(uri).unwrap(), None).await;
        let page = self.submit(&page, &[("user_code", code)]).await;
        page.assert_says(code);
        if decision == Decision::Deny {
            return self.submit(&page, &[("abort", "yes")]).await.assert_says("interrupted");
        }
        let page = self.submit(&page, &[]).await;
        let page = self.submit(&page, &[("login", "anna"), ("password", "brittle comet")]).await;
        page.assert_says("profile");
        self.submit(&page, &[]).await.assert_says("Sign-in Success");
    }

    /// Sends the form of a page, with these fields filled in or these buttons pressed.
    async fn submit(&mut self, page: &Shown, filled: &[(&str, &str)]) -> Shown {
        let (action, mut fields) = page.form();
        fields.retain(|(name, _)| filled.iter().all(|(other, _)| other != name));
        fields.extend_from_slice(filled);
        self.ask(page.url.join(action).unwrap(), Some(&fields)).await
    }

    async fn ask(&mut self, url: Url, form: Option<&[(&str, &str)]>) -> Shown {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([]).build().unwrap();
        let mut request = match form {
            Some(form) => http.post(url.clone()).form(form),
            None => http.get(url.clone()),
        };
        let mut url = url;
        loop {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            self.cookies.retain(|_, value| !value.is_empty());
            let Some(there) = answer.headers().get("location") else {
                return Shown { url, html: answer.text().await.unwrap() };
            };
            url = url.join(there.to_str().unwrap()).unwrap();
            request = http.get(url.clone());
        }
    }
}

impl Shown {
    #[track_caller]
    fn assert_says(&self, words: &str) {
        assert!(self.html.contains(words), "{} does not say {words:?}: {}", self.url, self.html);
    }

    /// The action and the fields of the one form.
    fn form(&self) -> (&str, Vec<(&str, &str)>) {
        let (_, form) = self.html.split_once("<form ").unwrap_or_else(|| panic!("no form: {}", self.html));
        let (form, _) = form.split_once("</form>").unwrap();
        let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        let fields = inputs.map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or("")));
        (attribute(form, "action").unwrap(), fields.collect())
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}
