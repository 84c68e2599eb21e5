//! The flow in a real Chromium: by keyboard, by link, without JavaScript, on a narrow screen.

use fantoccini::key::Key;

use testkit::chromium::{Chromium, Window};
use testkit::{Device, PASSWORD, Server};

/// A server that a browser can open, with `anna`; a device that waits; and the browser, if there is one.
async fn scene(window: Window) -> Option<(Server, Device, Chromium)> {
    let chromium = Chromium::open(window).await?;
    let server = Server::on_localhost().await;
    server.add_user("anna").await;
    let device = Device::on_localhost(server.address.port(), "tv");
    Some((server, device, chromium))
}

/// Fills in the login page with the mouse.
async fn log_in(chromium: &Chromium) {
    chromium.id("username").await.send_keys("anna").await.unwrap();
    chromium.id("password").await.send_keys(PASSWORD).await.unwrap();
    chromium.id("login-submit").await.click().await.unwrap();
}

/// Types a code on the first page with the mouse, and logs in.
async fn reach_decision(chromium: &Chromium, server: &Server, code: &str) {
    chromium.client.goto(&server.app.url("/device")).await.unwrap();
    chromium.id("user_code").await.send_keys(code).await.unwrap();
    chromium.id("code-submit").await.click().await.unwrap();
    log_in(chromium).await;
    chromium.id("approve").await;
}

/// Proves: U-06 U-12.
#[tokio::test]
async fn a_device_signs_in_by_the_keyboard_alone() {
    let Some((server, device, chromium)) = scene(Window::Usual).await else { return };
    let device = device.authorize("openid profile").await;
    chromium.client.goto(&server.app.url("/")).await.unwrap();
    chromium.id("user_code").await;
    assert_eq!(chromium.focus().await, "user_code", "the page opens where one types");
    chromium.type_text(&device.user_code.to_lowercase().replace('-', " ")).await;
    chromium.press(Key::Enter).await;
    chromium.id("login-submit").await;
    assert_eq!(chromium.focus().await, "username");
    chromium.type_text("anna").await;
    chromium.tab_to("password").await;
    chromium.type_text(PASSWORD).await;
    chromium.press(Key::Enter).await;

    chromium.id("approve").await;
    assert!(chromium.says().await.contains("Television"));
    chromium.tab_to("confirm-device").await;
    chromium.press(Key::Enter).await;
    assert!(!chromium.id("confirm-device").await.is_selected().await.unwrap(), "Enter does not tick");
    assert_eq!(device.poll().await, "authorization_pending", "Enter on the empty tick decides nothing");
    chromium.type_text(" ").await;
    assert!(chromium.id("confirm-device").await.is_selected().await.unwrap(), "the space bar ticks");
    chromium.press(Key::Enter).await;
    assert!(chromium.has("approve").await, "Enter on the tick decides nothing: {}", chromium.says().await);
    assert_eq!(device.poll().await, "authorization_pending");

    chromium.tab_to("deny").await;
    chromium.tab_to("approve").await;
    chromium.press(Key::Enter).await;
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    chromium.client.refresh().await.unwrap();
    chromium.comes_to_say("Your device is signed in").await;
    chromium.close().await;
}

/// Proves: U-08 N46.
#[tokio::test]
async fn a_scanned_link_leads_to_a_comparison_and_decides_nothing() {
    let Some((_server, device, chromium)) = scene(Window::Usual).await else { return };
    let device = device.authorize("openid").await;
    chromium.client.goto(device.json["verification_uri_complete"].as_str().unwrap()).await.unwrap();
    let same_code = chromium.id("same-code").await;
    let url = chromium.client.current_url().await.unwrap();
    assert_eq!((url.path(), url.query()), ("/device", None), "the code is out of sight");
    let letters: String = chromium.says().await.split_whitespace().collect();
    assert!(letters.contains(&device.user_code), "the code is shown for comparison: {letters}");
    assert_eq!(device.poll().await, "authorization_pending");
    same_code.click().await.unwrap();
    log_in(&chromium).await;
    chromium.id("confirm-device").await.click().await.unwrap();
    chromium.id("approve").await.click().await.unwrap();
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    chromium.close().await;
}

/// Proves: W-04 W-07: below the path of an issuer, with the style and the cookie that belong there.
#[tokio::test]
async fn a_device_signs_in_below_a_path() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let server = Server::on_localhost_at("/realms/home/").await;
    server.add_user("anna").await;
    let device = Device::on_localhost(server.address.port(), "tv").under("/realms/home").authorize("openid").await;
    chromium.client.goto(&server.app.settings.issuer).await.unwrap();
    chromium.id("user_code").await.send_keys(&device.user_code).await.unwrap();
    let ruled = "return document.styleSheets.length === 1 && document.styleSheets[0].cssRules.length > 0";
    assert_eq!(chromium.client.execute(ruled, vec![]).await.unwrap(), true, "the stylesheet is there");
    chromium.id("code-submit").await.click().await.unwrap();
    log_in(&chromium).await;
    chromium.id("confirm-device").await.click().await.unwrap();
    chromium.id("approve").await.click().await.unwrap();
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    let cookies = chromium.client.get_all_cookies().await.unwrap();
    let mut names: Vec<&str> = cookies.iter().map(fantoccini::cookies::Cookie::name).collect();
    names.sort_unstable();
    assert_eq!(names, ["grantd-realms+home", "grantd_seen-realms+home"]);
    chromium.close().await;
}

/// Proves: U-06 N51.
#[tokio::test]
async fn a_click_on_approve_without_the_tick_allows_nothing() {
    let Some((server, device, chromium)) = scene(Window::Usual).await else { return };
    let device = device.authorize("openid").await;
    reach_decision(&chromium, &server, &device.user_code).await;
    chromium.id("approve").await.click().await.unwrap();
    chromium.comes_to_say("Nothing is allowed yet").await;
    assert_eq!(chromium.focus().await, "confirm-device", "the error leads to what is missing");
    assert_eq!(device.poll().await, "authorization_pending");
    chromium.type_text(" ").await;
    chromium.id("approve").await.click().await.unwrap();
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    chromium.close().await;
}

/// Proves: N33 N44.
#[tokio::test]
async fn what_was_denied_stays_denied_after_the_back_button() {
    let Some((server, device, chromium)) = scene(Window::Usual).await else { return };
    let device = device.authorize("openid").await;
    reach_decision(&chromium, &server, &device.user_code).await;
    chromium.id("deny").await.click().await.unwrap();
    chromium.comes_to_say("You denied the request").await;
    assert_eq!(device.poll().await, "access_denied");

    // The browser may show the page as it was, with its buttons, or request it again.
    chromium.client.back().await.unwrap();
    if chromium.has("approve").await {
        chromium.id("confirm-device").await.click().await.unwrap();
        chromium.id("approve").await.click().await.unwrap();
    }
    chromium.comes_to_say("You denied the request").await;
    assert_eq!(device.poll().await, "access_denied");
    chromium.close().await;
}

#[tokio::test]
async fn all_works_without_javascript() {
    let Some((server, device, chromium)) = scene(Window::WithoutJavaScript).await else { return };
    chromium.client.goto("data:text/html,<p id=off>off<script>document.body.innerHTML=''</script>").await.unwrap();
    assert!(chromium.has("off").await, "JavaScript is on in this browser");
    let device = device.authorize("openid").await;
    reach_decision(&chromium, &server, &device.user_code).await;
    chromium.id("confirm-device").await.click().await.unwrap();
    chromium.id("approve").await.click().await.unwrap();
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    chromium.id("deny").await;
    chromium.close().await;
}

#[tokio::test]
async fn no_page_scrolls_sideways_at_320_pixels() {
    let Some((server, device, chromium)) = scene(Window::Narrow).await else { return };
    let device = device.authorize("openid profile email read").await;
    let width = chromium.client.execute("return window.innerWidth", vec![]).await.unwrap();
    assert_eq!(width, 320);
    chromium.client.goto(&server.app.url("/device")).await.unwrap();
    fits(&chromium, "user_code").await;
    chromium.client.goto(device.json["verification_uri_complete"].as_str().unwrap()).await.unwrap();
    fits(&chromium, "same-code").await;
    chromium.id("same-code").await.click().await.unwrap();
    fits(&chromium, "login-submit").await;
    log_in(&chromium).await;
    fits(&chromium, "approve").await;
    chromium.id("approve").await.click().await.unwrap();
    fits(&chromium, "confirm-device-error").await;
    chromium.id("deny").await.click().await.unwrap();
    chromium.comes_to_say("You denied the request").await;
    fits(&chromium, "").await;
    chromium.client.goto(&server.app.url("/nowhere")).await.unwrap();
    fits(&chromium, "").await;
    chromium.close().await;
}

/// Whether nothing on the page is wider than the screen.
async fn fits(chromium: &Chromium, id: &str) {
    if !id.is_empty() {
        chromium.id(id).await;
    }
    let width = chromium.client.execute("return document.documentElement.scrollWidth", vec![]).await.unwrap();
    let width = width.as_u64().unwrap();
    assert!(width <= 320, "{} px wide: {}", width, chromium.says().await);
}
