//! What do the pages look like? `make screenshots` writes docs/screenshots/ anew, from the gallery in a real Chromium.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::Gallery;
use crate::support::Screen;
use crate::support::chromium::Chromium;
use crate::support::chromium::Window;

const PHONE: Screen = Screen::wide(390);
const NIGHT: Screen = Screen::dark(390);
const DESK: Screen = Screen::wide(1280);

/// What is shown, on what. The name of a page and of its screen make the name of the file.
const SHOWN: &[(&str, Screen)] = &[
    ("code", PHONE),
    ("code", DESK),
    ("code-link", PHONE),
    ("code-link-signed-in", NIGHT),
    ("code-unknown", PHONE),
    ("login-code-waits", PHONE),
    ("login-wrong", NIGHT),
    ("decision", PHONE),
    ("decision", NIGHT),
    ("decision", DESK),
    ("decision-no-tick", PHONE),
    ("outcome-approved", PHONE),
    ("outcome-signed-in", NIGHT),
    ("outcome-denied", PHONE),
    ("outcome-expired", PHONE),
    ("error-stale", PHONE),
];

/// The most files, and the most bytes of each: they are part of every clone.
const MOST: usize = 24;
const LARGEST: usize = 100_000;

#[tokio::test]
#[ignore = "writes docs/screenshots: `make screenshots`"]
async fn every_picture_is_taken_anew() {
    let chromium = Chromium::open(Window::Usual).await.expect("GRANTD_TEST_CHROMEDRIVER names a chromedriver");
    let gallery = Gallery::open().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    for old in fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
        if old.extension().is_some_and(|ending| ending == "png") {
            fs::remove_file(old).unwrap();
        }
    }
    assert!(SHOWN.len() <= MOST, "{} pictures", SHOWN.len());
    chromium.ask("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
    for (page, screen) in SHOWN {
        let file = format!("{page}-{}{}.png", screen.width, if screen.dark { "-dark" } else { "" });
        chromium.client.goto(&gallery.url(page)).await.unwrap();
        // As sharp as fits.
        let mut picture = Vec::new();
        for dots in [2.0, 1.5, 1.0] {
            chromium.at_density(*screen, dots).await;
            picture = taken(&chromium, *screen).await;
            if picture.len() < LARGEST {
                break;
            }
        }
        assert!(picture.len() < LARGEST, "{file} has {} bytes", picture.len());
        fs::write(folder.join(file), picture).unwrap();
    }
    chromium.close().await;
}

/// The whole page, or the whole screen if that is longer, as PNG.
async fn taken(chromium: &Chromium, screen: Screen) -> Vec<u8> {
    let metrics = chromium.ask("Page.getLayoutMetrics", json!({})).await;
    let height = metrics["cssContentSize"]["height"].as_f64().unwrap();
    let clip = json!({ "x": 0, "y": 0, "width": screen.width, "height": height, "scale": 1 });
    let asked = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    let picture = chromium.ask("Page.captureScreenshot", asked).await;
    STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
}
