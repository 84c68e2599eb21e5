//! `make screenshots` writes docs/screenshots from the gallery in a real Chromium.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use testkit::chromium::{Chromium, Window};
use testkit::{Gallery, Screen};

const PHONE: Screen = Screen::wide(390);
const NIGHT: Screen = Screen::dark(390);
const DESK: Screen = Screen::wide(1280);

/// The pages and their screens. The names of both make the name of the file.
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
    ("decision-optional", PHONE),
    ("decision-number", PHONE),
    ("decision-arabic", PHONE),
    ("outcome-approved", PHONE),
    ("outcome-signed-in", NIGHT),
    ("outcome-denied", PHONE),
    ("outcome-reported", PHONE),
    ("outcome-pin", PHONE),
    ("account", PHONE),
    ("account", NIGHT),
    ("account-device", PHONE),
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
    indexed(chromium, picture["data"].as_str().unwrap()).await
}

/// Reads a PNG and gives back its width, its height, its 96 most frequent colours, and its lines in the nearest of them, as
/// the zlib stream that a PNG holds.
const REDUCED: &str = "
    const [png, done] = arguments;
    (async () => {
        const bytes = Uint8Array.from(atob(png), letter => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const { width, height } = bitmap, context = new OffscreenCanvas(width, height).getContext('2d');
        context.drawImage(bitmap, 0, 0);
        const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
        const uses = new Map(), near = new Map(), lines = new Uint8Array((width + 1) * height);
        for (const colour of pixels) uses.set(colour, (uses.get(colour) || 0) + 1);
        const colours = [...uses].sort((one, other) => other[1] - one[1]).slice(0, 96).map(([colour]) => colour);
        const apart = (one, other) =>
            [0, 8, 16].reduce((sum, bits) => sum + ((one >> bits & 255) - (other >> bits & 255)) ** 2, 0);
        for (const colour of uses.keys()) {
            near.set(colour, colours.reduce((best, other, place) =>
                apart(colour, other) < apart(colour, colours[best]) ? place : best, 0));
        }
        pixels.forEach((colour, place) => lines[place + Math.floor(place / width) + 1] = near.get(colour));
        const packed = new Blob([lines]).stream().pipeThrough(new CompressionStream('deflate'));
        const stream = new Uint8Array(await new Response(packed).arrayBuffer());
        const text = stream.reduce((text, byte) => text + String.fromCharCode(byte), '');
        return [width, height, colours, btoa(text)];
    })().then(done, error => done(String(error)))";

/// The same picture with a palette: a third of the size, and nobody sees it.
async fn indexed(chromium: &Chromium, png: &str) -> Vec<u8> {
    let found = chromium.client.execute_async(REDUCED, vec![json!(png)]).await.unwrap();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let colours: Vec<u8> = found[2]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|colour| number(colour).to_le_bytes().into_iter().take(3))
        .collect();
    assert!(colours.len() <= 3 * 256, "{} colours", colours.len() / 3);
    let mut head = [number(&found[0]).to_be_bytes(), number(&found[1]).to_be_bytes()].concat();
    head.extend([8, 3, 0, 0, 0]);
    let stream = STANDARD.decode(found[3].as_str().unwrap()).unwrap();
    let chunks = [chunk(*b"IHDR", &head), chunk(*b"PLTE", &colours), chunk(*b"IDAT", &stream), chunk(*b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

/// A part of a PNG (ISO/IEC 15948 section 5.3).
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind, data].concat();
    let sum = !body.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], &body, &sum.to_be_bytes()].concat()
}
