//! `grantd demo`: the main task in one command, as a newcomer sees it. The real binary, in real time.

use tempfile::TempDir;
use url::Url;

use testkit::{Browser, Page, Program, direct_request};

/// A demo that waits for its person.
struct Demo {
    folder: TempDir,
    program: Program,
    password: String,
    user_code: String,
    port: u16,
}

impl Demo {
    /// Reads the output up to `waiting for you at URL`, as a person would.
    fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::start(folder.path(), &[&["demo"], options].concat(), &[]);
        let issuer = program.out.find("A throwaway server runs at ");
        let issuer = Url::parse(issuer.split(' ').nth(5).unwrap().trim_end_matches('.')).unwrap();
        assert_eq!((issuer.scheme(), issuer.host_str()), ("http", Some("localhost")));
        assert_eq!(program.out.find("username").trim(), "username  demo");
        let password = program.out.find("password").trim().strip_prefix("password  ").unwrap().to_owned();
        let user_code = program.out.find("The code is ").strip_prefix("The code is ").unwrap().to_owned();
        let waits = program.out.find("waiting for you at ");
        assert_eq!(waits, format!("waiting for you at {issuer}device"));
        Self { folder, program, password, user_code, port: issuer.port().unwrap() }
    }

    fn browser(&self) -> Browser {
        Browser::on_localhost(self.port)
    }

    /// Types the code and logs in with the printed password.
    async fn decision(&self, browser: &mut Browser) -> Page {
        let login = browser.enter_code(&self.user_code).await;
        assert_eq!(login.path, "/login");
        let decision = browser.post(&login, "/login", &[("username", "demo"), ("password", &self.password)]).await;
        assert!(decision.is_decision() && decision.says("Demo television"), "{decision:?}");
        decision
    }

    /// Whether somebody answers there.
    async fn answers(&self) -> bool {
        let readyz = direct_request(([127, 0, 0, 1], self.port).into(), "GET", "/readyz");
        readyz.send().await.is_ok_and(|answer| answer.status() == 200)
    }

    /// Whether the demo's temporary folder is there.
    fn has_temporary_folder(folder: &TempDir) -> bool {
        folder.path().read_dir().unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().contains("grantd"))
    }
}

#[tokio::test]
async fn a_demo_ends_well_once_its_page_is_approved() {
    let demo = Demo::start(&[]);
    assert!(Demo::has_temporary_folder(&demo.folder));
    let mut browser = demo.browser();
    let decision = demo.decision(&mut browser).await;
    assert!(browser.approve(&decision).await.says("Go back to your device"));
    let ended = demo.program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("\nsigned in as demo\n"), "{ended:?}");
    let issuer = format!("http://localhost:{}", demo.port);
    let (id_token, userinfo) = ended.out.split_once("\nuserinfo:\n").unwrap();
    assert!(id_token.contains("\nid_token, verified:\n"), "{ended:?}");
    assert!(id_token.contains(&format!("\n  iss: \"{issuer}\"\n")), "{ended:?}");
    assert!(userinfo.contains("\n  preferred_username: \"demo\"\n"), "{ended:?}");
    assert!(userinfo.contains("\nscope: openid profile\n"), "{ended:?}");
    let (_, after) = userinfo.split_once("\nrefresh token: yes\n").unwrap();
    assert_eq!(
        after,
        "refreshed: a new access token for 600 seconds, and the next refresh token\n\
         revoked: the refresh token, and with it all that was issued to this device\n\
         introspection says: inactive\n"
    );
    assert!(!ended.out.contains("eyJ"), "a token was printed: {ended:?}");
    assert!(!Demo::has_temporary_folder(&demo.folder), "it left something behind");
}

#[tokio::test]
async fn a_demo_that_is_denied_ends_with_3() {
    let demo = Demo::start(&[]);
    let mut browser = demo.browser();
    let decision = demo.decision(&mut browser).await;
    assert!(browser.deny(&decision).await.says("You denied the request"));
    let ended = demo.program.ended();
    assert_eq!((ended.code, ended.err.as_str()), (Some(3), "grantd: the request was denied\n"));
    assert!(!ended.out.contains("signed in as"), "{ended:?}");
    assert!(!Demo::has_temporary_folder(&demo.folder));
}

#[tokio::test]
async fn two_demos_at_once_take_different_ports_and_ctrl_c_ends_them_cleanly() {
    let demos = [Demo::start(&[]), Demo::start(&[])];
    assert_ne!(demos[0].port, demos[1].port);
    for demo in demos {
        assert!(demo.answers().await);
        assert!(Demo::has_temporary_folder(&demo.folder));
        demo.program.signal("INT");
        let ended = demo.program.ended();
        assert_eq!((ended.code, ended.err.as_str()), (Some(130), ""), "{ended:?}");
        assert!(ended.out.ends_with("\nstopped\n"), "{ended:?}");
        assert!(!Demo::has_temporary_folder(&demo.folder), "it left something behind");
    }
}

#[test]
fn ctrl_c_in_its_first_moment_leaves_nothing_behind() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::start(folder.path(), &["demo", "--listen", "127.0.0.1:0"], &[]);
        while !Demo::has_temporary_folder(&folder) {
            std::thread::yield_now();
        }
        program.signal(signal);
        let ended = program.ended();
        assert_eq!(ended.code, Some(130), "{ended:?}");
        assert!(!Demo::has_temporary_folder(&folder), "it left something behind");
    }
}

#[tokio::test]
async fn a_demo_that_keeps_serves_on_until_ctrl_c() {
    let demo = Demo::start(&["--keep", "--listen", "127.0.0.1:0"]);
    let mut browser = demo.browser();
    let decision = demo.decision(&mut browser).await;
    browser.approve(&decision).await;
    demo.program.out.find("signed in as demo");
    demo.program.out.find("The server runs on; Ctrl-C ends it.");
    assert!(demo.answers().await);
    let again = browser.open(&decision.path).await;
    assert!(again.says("The device is signed out"), "its own demo revoked it: {again:?}");
    demo.program.signal("INT");
    assert_eq!(demo.program.ended().code, Some(130));
}

#[test]
fn a_demo_says_so_when_the_wanted_address_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let ended = testkit::run(folder.path(), &["demo", "--listen", &address], &[], "");
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.starts_with(&format!("grantd: cannot listen on {address}: ")), "{ended:?}");
    assert!(!Demo::has_temporary_folder(&folder), "it left something behind");
}
