//! axe-core finds no fault on any page in any state, and on no page of the whole flow.
//!
//! `tests/run interop` installs it and names its folder in `GRANTD_TEST_INTEROP`.

use std::path::Path;

use serde_json::{Value, json};

use testkit::chromium::{Chromium, Window};
use testkit::{Device, Gallery, PASSWORD, Screen, Server};

/// WCAG 2.2 at A and AA, and what axe calls best practice.
const TAGS: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const JUDGE: &str = "
    const [tags, done] = arguments;
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations', 'passes'] }).then(
        found => done({
            violations: found.violations.map(rule => [rule.id, ...rule.nodes.map(node => node.html)]),
            passes: found.passes.length,
        }),
        error => done(String(error)))";

/// A browser in which every page that is opened can be judged.
async fn judge() -> Option<Chromium> {
    let chromium = Chromium::open(Window::Usual).await?;
    let folder = std::env::var_os("GRANTD_TEST_INTEROP").expect("GRANTD_TEST_INTEROP: see tests/run");
    let axe = std::fs::read_to_string(Path::new(&folder).join("node_modules/axe-core/axe.min.js")).unwrap();
    chromium.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": axe })).await;
    Some(chromium)
}

/// What axe finds wrong on the page.
async fn violations(chromium: &Chromium) -> Value {
    let found = chromium.client.execute_async(JUDGE, vec![json!(TAGS)]).await.unwrap();
    // A page that was not looked at has no violations either.
    assert!(found["passes"].as_u64().is_some_and(|passes| passes >= 15), "{found}");
    found["violations"].clone()
}

async fn assert_clean(chromium: &Chromium, page: &str) {
    assert_eq!(violations(chromium).await, json!([]), "{page}");
}

/// Proves: N72 X-01 X-02 X-05 X-06 X-10.
#[tokio::test]
#[ignore = "needs axe-core, which `tests/run interop` installs"]
async fn every_page_in_every_state_is_free_of_violations() {
    let Some(chromium) = judge().await else { return };
    let gallery = Gallery::open().await;
    for name in &gallery.names {
        chromium.client.goto(&gallery.url(name)).await.unwrap();
        for screen in [Screen::wide(390), Screen::dark(390), Screen::wide(1280), Screen::dark(1280)] {
            chromium.on(screen).await;
            assert_clean(&chromium, &format!("{name}, {screen:?}")).await;
        }
        chromium.run("for (const d of document.querySelectorAll('details')) d.open = true").await;
        chromium.run("document.documentElement.dir = 'rtl'").await;
        assert_clean(&chromium, &format!("{name}, unfolded, from right to left")).await;
    }
    chromium.close().await;
}

/// Proves: N72, on the pages of a running server.
#[tokio::test]
#[ignore = "needs axe-core, which `tests/run interop` installs"]
async fn every_page_of_the_way_through_is_free_of_violations() {
    let Some(chromium) = judge().await else { return };
    let server = Server::on_localhost().await;
    server.add_user("anna").await;
    let device = Device::on_localhost(server.address.port(), "tv").authorize("openid profile email").await;
    chromium.on(Screen::wide(390)).await;
    let press = async |id: &str| chromium.id(id).await.click().await.unwrap();
    let write = async |id: &str, text: &str| chromium.id(id).await.send_keys(text).await.unwrap();

    chromium.client.goto(device.json["verification_uri_complete"].as_str().unwrap()).await.unwrap();
    chromium.id("same-code").await;
    assert_clean(&chromium, "the code of a link").await;
    chromium.client.delete_all_cookies().await.unwrap();
    chromium.client.goto(&server.app.url("/device")).await.unwrap();
    chromium.id("user_code").await;
    assert_clean(&chromium, "the empty field").await;
    write("user_code", "nonsense").await;
    press("code-submit").await;
    chromium.id("user_code-error").await;
    assert_clean(&chromium, "a wrong code").await;
    chromium.id("user_code").await.clear().await.unwrap();
    write("user_code", &device.user_code).await;
    press("code-submit").await;
    chromium.id("username").await;
    assert_clean(&chromium, "the login").await;
    write("username", "anna").await;
    write("password", "a wrong password").await;
    press("login-submit").await;
    chromium.id("login-error").await;
    assert_clean(&chromium, "a failed login").await;
    write("password", PASSWORD).await;
    press("login-submit").await;
    chromium.id("approve").await;
    assert_clean(&chromium, "the decision").await;
    press("approve").await;
    chromium.id("confirm-device-error").await;
    assert_clean(&chromium, "a decision without the tick").await;
    press("confirm-device").await;
    press("approve").await;
    chromium.comes_to_say("Done. Go back to your device").await;
    assert_clean(&chromium, "approved").await;
    device.redeem().await;
    chromium.client.refresh().await.unwrap();
    chromium.comes_to_say("Your device is signed in").await;
    assert_clean(&chromium, "signed in").await;
    chromium.client.goto(&server.app.url("/nowhere")).await.unwrap();
    chromium.comes_to_say("This page does not exist").await;
    assert_clean(&chromium, "no such page").await;
    chromium.close().await;
}

/// A judge who never finds anything proves nothing.
#[tokio::test]
#[ignore = "needs axe-core, which `tests/run interop` installs"]
async fn a_page_with_faults_is_found_out() {
    let Some(chromium) = judge().await else { return };
    let gallery = Gallery::open().await;
    chromium.client.goto(&gallery.url("login")).await.unwrap();
    for (spoil, rule) in [
        ("document.querySelector('label').remove()", "label"),
        ("document.documentElement.lang = ''", "html-has-lang"),
        ("document.querySelector('main p').style.color = '#ccc'", "color-contrast"),
    ] {
        chromium.run(spoil).await;
        let found = violations(&chromium).await.to_string();
        assert!(found.contains(&format!("\"{rule}\"")), "{rule} is not found: {found}");
    }
    chromium.close().await;
}
