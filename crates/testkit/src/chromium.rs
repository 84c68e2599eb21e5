//! A real Chromium, driven by its own chromedriver, with a profile that is deleted with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tempfile::TempDir;

use crate::secs;

/// A browser window.
pub struct Chromium {
    pub client: Client,
    driver: Driver,
    _profile: TempDir,
}

/// What differs from a usual window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Usual,
    WithoutJavaScript,
    /// 320 CSS pixels wide, in a browser that keeps no cookies.
    WithoutCookies,
    /// 320 CSS pixels wide.
    Narrow,
}

/// The driver process. It ends with the test, and the browser with it, also when the test fails.
struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            // If only the driver were killed, its browser would stay.
            let request = format!("DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let told = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut driver| {
                driver.set_read_timeout(Some(secs(20)))?;
                driver.write_all(request.as_bytes())?;
                driver.read_to_end(&mut Vec::new())
            });
            drop(told);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Chromium {
    /// Opens a window. On a machine without chromedriver: `None` with a message, unless everything was required.
    pub async fn open(window: Window) -> Option<Self> {
        let Ok(path) = std::env::var("GRANTD_TEST_CHROMEDRIVER") else {
            let required = std::env::var("GRANTD_TEST_REQUIRE_ALL").is_ok_and(|all| all == "1");
            assert!(!required, "GRANTD_TEST_CHROMEDRIVER names no chromedriver, and everything is required");
            eprintln!("SKIPPED: GRANTD_TEST_CHROMEDRIVER names no chromedriver, so no real browser is driven");
            return None;
        };
        let mut driver = Driver::start(&path);
        let profile = tempfile::tempdir().unwrap();
        let data = format!("--user-data-dir={}", profile.path().display());
        let mut options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", data
            ],
        });
        let metrics = json!({ "width": 320, "height": 640, "pixelRatio": 1.0, "mobile": false });
        let narrow = json!({ "deviceMetrics": metrics });
        match window {
            Window::Usual => {}
            Window::WithoutJavaScript => {
                options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
            }
            Window::Narrow => options["mobileEmulation"] = narrow,
            Window::WithoutCookies => {
                options["mobileEmulation"] = narrow;
                options["prefs"] = json!({ "profile.default_content_setting_values.cookies": 2 });
            }
        }
        let capabilities = json!({ "goog:chromeOptions": options }).as_object().unwrap().clone();
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let mut builder = ClientBuilder::rustls().unwrap();
        let client = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{}", driver.port)).await;
        let client = client.expect("Chromium opens a window");
        driver.session = client.session_id().await.unwrap();
        Some(Self { client, driver, _profile: profile })
    }

    /// Closes the window and ends the processes.
    pub async fn close(mut self) {
        self.client.clone().close().await.unwrap();
        self.driver.session = None;
    }

    /// The element of this id, as soon as it exists.
    pub async fn id(&self, id: &str) -> Element {
        match self.found(Locator::Id(id)).await {
            Ok(element) => element,
            Err(error) => panic!("no #{id} on {}: {error}", self.client.current_url().await.unwrap()),
        }
    }

    /// The first matching element, as soon as there is one. If the page is left during the search, the next page is
    /// searched.
    async fn found(&self, locator: Locator<'_>) -> Result<Element, CmdError> {
        loop {
            match self.client.wait().at_most(secs(20)).for_element(locator).await {
                Err(error) if error.to_string().contains("aborted by navigation") => {}
                found => return found,
            }
        }
    }

    /// Whether there is an element of this id now.
    pub async fn has(&self, id: &str) -> bool {
        !self.client.find_all(Locator::Id(id)).await.unwrap().is_empty()
    }

    /// The id of the element that has the focus.
    pub async fn focus(&self) -> String {
        let active = self.client.active_element().await.unwrap();
        active.attr("id").await.unwrap().unwrap_or_default()
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: Key) {
        self.type_text(&char::from(key).to_string()).await;
    }

    /// Types where the focus is.
    pub async fn type_text(&self, text: &str) {
        self.client.active_element().await.unwrap().send_keys(text).await.unwrap();
    }

    /// Presses Tab until the element of this id has the focus, as a person without a mouse does.
    pub async fn tab_to(&self, id: &str) {
        let mut passed = Vec::new();
        for _ in 0..20 {
            if self.focus().await == id {
                return;
            }
            passed.push(self.focus().await);
            self.press(Key::Tab).await;
        }
        panic!("Tab never reaches #{id}, only {passed:?}");
    }

    /// The text of the main part of the page.
    pub async fn says(&self) -> String {
        self.client.find(Locator::Css("main")).await.unwrap().text().await.unwrap()
    }

    /// Waits until the page says this.
    pub async fn comes_to_say(&self, text: &str) {
        let heading = format!("//main[contains(., '{text}')]");
        let found = self.found(Locator::XPath(&heading)).await;
        assert!(found.is_ok(), "the page never says {text:?}: {}", self.says().await);
    }
}

impl Driver {
    /// Starts chromedriver on a port that it chooses itself and tells. Somebody may take that port before it does: then it ends,
    /// and chooses another when it is started again.
    fn start(path: &str) -> Self {
        (0..3).find_map(|_| Self::started(path)).expect("chromedriver says its port")
    }

    fn started(path: &str) -> Option<Self> {
        let mut command = Command::new(path);
        let mut process = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told = lines.map_while(Result::ok).find(|line| line.contains("started successfully on port"));
        let port = told.and_then(|line| line.trim_end_matches('.').rsplit(' ').next()?.parse().ok());
        if port.is_none() {
            drop(process.kill());
            drop(process.wait());
        }
        Some(Self { process, port: port?, session: None })
    }
}
