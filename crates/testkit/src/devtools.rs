//! Sets the screen of a browser, its size and colours, through its developer tools.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::chromium::Chromium;

/// The screen on which a page is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// CSS pixels.
    pub width: u32,
    /// Whether the person prefers dark pages.
    pub dark: bool,
    /// Whether the person forces a few colours on all pages.
    pub forced: bool,
}

impl Screen {
    /// A screen this many CSS pixels wide, with light pages.
    pub const fn wide(width: u32) -> Self {
        Self { width, dark: false, forced: false }
    }

    /// The same with dark pages.
    pub const fn dark(width: u32) -> Self {
        Self { dark: true, ..Self::wide(width) }
    }

    /// The same with a few colours that the person chose.
    pub const fn forced(width: u32) -> Self {
        Self { forced: true, ..Self::wide(width) }
    }

    pub fn height(self) -> u32 {
        if self.width < 600 { 844 } else { 800 }
    }
}

/// A command of the developer tools, sent through chromedriver.
#[derive(Debug)]
struct Command {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.name, "params": self.parameters }).to_string()))
    }
}

impl Chromium {
    /// Asks the developer tools.
    pub async fn ask(&self, name: &'static str, parameters: Value) -> Value {
        let command = Command { name, parameters };
        self.client.issue_cmd(command).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Shows pages on this screen from now on.
    pub async fn on(&self, screen: Screen) {
        self.at_density(screen, 1.0).await;
    }

    /// The same, with this many dots in a CSS pixel.
    pub async fn at_density(&self, screen: Screen, dots: f64) {
        let (width, height) = (screen.width, screen.height());
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": dots, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if screen.dark { "dark" } else { "light" };
        // A colour in transition would be judged instead of the final one.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
            { "name": "forced-colors", "value": if screen.forced { "active" } else { "none" } },
        ]);
        self.ask("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// How much wider than the screen the page is, in CSS pixels, whether it has JavaScript or not.
    pub async fn overflow(&self) -> f64 {
        let metrics = self.ask("Page.getLayoutMetrics", json!({})).await;
        let width = |of: &str, name: &str| metrics[of][name].as_f64().unwrap();
        width("cssContentSize", "width") - width("cssLayoutViewport", "clientWidth")
    }

    /// The result of a script.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }
}
