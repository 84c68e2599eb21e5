//! What `[branding]` sets is on every page and in what it loads, and comes into force at a reload.

use std::fs;

use settings::{Colour, Settings};

use testkit::chromium::{Chromium, Window};
use testkit::{Daemon, Gallery, Screen, Server, request};

/// A picture that would like to do more than be one.
const HOSTILE_LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" onload=\"document.title='run'\">\
     <script>document.documentElement.setAttribute('data-ran', 'yes')</script><rect width=\"9\" height=\"9\"/></svg>";

/// The files that the page loads, by the attribute that names them.
fn loaded(page: &str, attribute: &str) -> Vec<String> {
    let begin = format!(" {attribute}=\"");
    let values = page.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap());
    values.filter(|url| url.contains("/static/")).map(str::to_owned).collect()
}

/// Proves: W-01 W-08: an operator's SVG is an image, and a document of no origin when it is opened by itself.
#[tokio::test]
async fn a_logo_is_served_as_a_picture_that_can_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    fs::write(&logo, HOSTILE_LOGO).unwrap();
    let server = Server::with(|settings| settings.branding.logo = Some(logo)).await;
    let page = server.get("/device").await.body;
    assert!(!page.contains("<script") && !page.contains("data-ran"), "the picture is no part of the page");
    let url = loaded(&page, "src").remove(0);
    assert!(url.starts_with("/static/logo.svg?v="), "{url}");
    let picture = server.get(&url).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(picture.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert_eq!(picture.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(picture.body, HOSTILE_LOGO);
}

/// Two nodes do not change at the same moment: a cache must not keep the file of one as the file of the other.
#[tokio::test]
async fn what_is_asked_for_by_another_version_is_not_kept() {
    let server = Server::spawn().await;
    let url = loaded(&server.get("/device").await.body, "href").into_iter().find(|url| url.contains("style.css"));
    let url = url.unwrap();
    assert_eq!(server.get(&url).await.header("cache-control"), "public, max-age=31536000, immutable");
    for other in ["/static/style.css", "/static/style.css?v=0123456789ab"] {
        let answer = server.get(other).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"), "{other}");
    }
}

#[tokio::test]
async fn name_and_links_are_on_every_page_and_the_error_page_too() {
    let server = Server::with(|settings| {
        settings.branding.name = "Aurora <Films>".to_owned();
        settings.branding.terms_url = Some("https://example.test/terms?a=1&b=2".to_owned());
        settings.branding.support = Some("help@example.test".to_owned());
    })
    .await;
    for path in ["/device", "/login", "/nowhere"] {
        let page = server.get(path).await.body;
        for said in [
            " · Aurora &#60;Films&#62; · ",
            "<p><bdi translate=\"no\">Aurora &#60;Films&#62;</bdi></p>",
            "href=\"https://example.test/terms?a=1&#38;b=2\"",
            "href=\"mailto:help@example.test\"",
        ] {
            assert!(page.contains(said), "{path} does not hold {said}: {page}");
        }
    }
}

/// Proves: decision 15, of files that the settings name.
#[tokio::test]
async fn a_reload_swaps_what_pages_load_or_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    fs::write(&logo, "<svg><title>one</title></svg>").unwrap();
    let file = format!("[branding]\nlogo = '{}'\n", logo.display());
    let mut daemon = Daemon::start(&file).await;
    let address = daemon.address;
    let get = async |path: &str| request(address, "GET", path).send().await.unwrap().text().await.unwrap();
    let first = loaded(&get("/device").await, "src").remove(0);
    assert!(get(&first).await.contains("one"));

    fs::write(&logo, "<svg><title>two</title></svg>").unwrap();
    assert!(get(&first).await.contains("one"), "files are read at a reload, not at a request");
    daemon.reload(&format!("{file}name = 'Two'\n"), "configuration reloaded").await;
    let page = get("/device").await;
    let second = loaded(&page, "src").remove(0);
    assert_ne!(first, second);
    assert!(page.contains(" · Two · ") && get(&second).await.contains("two"));

    fs::write(&logo, "no picture").unwrap();
    let said = daemon.reload(&file, "configuration not reloaded").await;
    assert!(said.contains("logo.svg holds no SVG and no PNG"), "{said}");
    assert!(get(&second).await.contains("two"), "what was in force stays so");
}

/// Proves: W-01 (in a real browser).
#[tokio::test]
async fn a_browser_shows_the_colour_and_runs_nothing_of_the_picture() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (logo, extra) = (folder.path().join("logo.svg"), folder.path().join("extra.css"));
    fs::write(&logo, HOSTILE_LOGO).unwrap();
    fs::write(&extra, "h1 { letter-spacing: 3px } header { background: url(https://elsewhere.test/x.png) }").unwrap();
    let change = |settings: &mut Settings| {
        settings.branding.logo = Some(logo);
        settings.branding.stylesheet = Some(extra);
        settings.branding.accent = Some(Colour::new(0x0a, 0x6b, 0x52));
    };
    let server = Server::on_localhost_with(change).await;
    chromium.on(Screen::wide(390)).await;
    chromium.client.goto(&server.app.url("/device")).await.unwrap();
    let seen = "const style = (css) => getComputedStyle(document.querySelector(css));
                return [style('.main').backgroundColor, style('h1').letterSpacing, document.querySelector('.logo').naturalWidth > 0,
                        document.title.includes('run'), performance.getEntriesByType('resource').some(r => r.name.includes('elsewhere') && r.responseStatus)]";
    assert_eq!(chromium.run(seen).await, serde_json::json!(["rgb(10, 107, 82)", "3px", true, false, false]));
    let picture = chromium.run("return document.querySelector('.logo').src").await;
    chromium.client.goto(picture.as_str().unwrap()).await.unwrap();
    let ran =
        chromium.run("return document.documentElement.hasAttribute('data-ran') || document.title === 'run'").await;
    assert_eq!(ran, false, "opened by itself it runs nothing either");
    chromium.close().await;
}

/// A camera sees the code as a browser draws it: each module is sampled in its middle.
#[tokio::test]
async fn the_qr_code_that_a_browser_draws_is_that_of_the_address() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let gallery = Gallery::open().await;
    chromium.on(Screen::dark(390)).await;
    chromium.client.goto(&gallery.url("code")).await.unwrap();
    chromium.id("phone").await.click().await.unwrap();
    let code = fast_qr::QRBuilder::new("https://login.example.com/device").ecl(fast_qr::ECL::M).build().unwrap();
    let drawn = "const path = document.getElementById('phone-code'), side = path.ownerSVGElement.viewBox.baseVal.width;
                 const at = (x, y) => path.isPointInFill(new DOMPoint(x + .5, y + .5)) ? '#' : '.';
                 const row = (y) => Array.from({ length: side }, (_, x) => at(x, y)).join('');
                 return Array.from({ length: side }, (_, y) => row(y))";
    let quiet = |x: usize, y: usize| x < 4 || y < 4 || x >= code.size + 4 || y >= code.size + 4;
    let dark = |x: usize, y: usize| !quiet(x, y) && code[y - 4][x - 4].value();
    let side = code.size + 8;
    let row = |y: usize| (0..side).map(|x| if dark(x, y) { '#' } else { '.' }).collect::<String>();
    assert_eq!(chromium.run(drawn).await, serde_json::json!((0..side).map(row).collect::<Vec<_>>()));
    let colours = "const svg = document.querySelector('.qr'), box = svg.getBoundingClientRect();
                   return [...[...svg.children].map(part => getComputedStyle(part).fill), box.width >= 150]";
    let black_on_white = serde_json::json!(["rgb(255, 255, 255)", "rgb(0, 0, 0)", true]);
    assert_eq!(chromium.run(colours).await, black_on_white, "in the dark, too");
    chromium.close().await;
}
