//! Every path of the flow leads to its end, in a real Chromium at three widths, in dark mode, with JavaScript and
//! without.

use fantoccini::key::Key;

use testkit::chromium::{Chromium, Window};
use testkit::{Authorization, Device, PASSWORD, Screen, Server};

const SCREENS: [Screen; 3] = [Screen::wide(320), Screen::dark(390), Screen::wide(1280)];

/// Somebody at a browser, and the server that they are at.
struct Visit {
    server: Server,
    chromium: Chromium,
}

impl Visit {
    async fn begin(window: Window) -> Option<Self> {
        let chromium = Chromium::open(window).await?;
        let server = Server::on_localhost().await;
        server.add_user("anna").await;
        Some(Self { server, chromium })
    }

    async fn device(&self) -> Authorization {
        Device::on_localhost(self.server.address.port(), "tv").authorize("openid profile email").await
    }

    /// Opens a page as nobody.
    async fn arrive(&self, url: &str) {
        self.chromium.client.goto(url).await.unwrap();
        self.chromium.client.delete_all_cookies().await.unwrap();
        self.chromium.client.goto(url).await.unwrap();
    }

    /// Replaces the text of a field.
    async fn write(&self, id: &str, text: &str) {
        let field = self.chromium.id(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn press(&self, id: &str) {
        self.chromium.id(id).await.click().await.unwrap();
    }

    /// The page with this element fits the screen.
    async fn meets(&self, id: &str) {
        self.chromium.id(id).await;
        self.fits().await;
    }

    async fn reads(&self, words: &str) {
        self.chromium.comes_to_say(words).await;
        self.fits().await;
    }

    async fn fits(&self) {
        assert!(self.chromium.overflow().await <= 0.0, "too wide: {}", self.chromium.says().await);
    }

    async fn log_in(&self) {
        self.meets("login-submit").await;
        self.write("username", "anna").await;
        self.write("password", PASSWORD).await;
        self.press("login-submit").await;
    }

    /// Types a code after a slip, logs in after another, forgets the tick, approves, and has a change of mind.
    async fn through_every_error(&self) {
        let device = self.device().await;
        self.arrive(&self.server.app.url("/device")).await;
        self.meets("user_code").await;
        self.write("user_code", "no code at all").await;
        self.press("code-submit").await;
        self.meets("user_code-error").await;
        self.write("user_code", &device.user_code).await;
        self.press("code-submit").await;
        self.meets("username").await;
        self.write("username", "anna").await;
        self.write("password", "another password").await;
        self.press("login-submit").await;
        self.meets("login-error").await;
        self.write("password", PASSWORD).await;
        self.press("login-submit").await;
        self.meets("approve").await;
        self.press("approve").await;
        self.meets("confirm-device-error").await;
        assert_eq!(device.poll().await, "authorization_pending");
        self.press("confirm-device").await;
        self.press("approve").await;
        self.reads("Done. Go back to your device").await;
        self.press("deny").await;
        self.reads("You denied the request").await;
        assert_eq!(device.poll().await, "access_denied");
        self.chromium.client.goto(&self.server.app.url("/nowhere")).await.unwrap();
        self.reads("This page does not exist").await;
    }

    /// Comes by a link, compares, approves, and sees that the device is signed in.
    async fn by_a_link(&self) {
        let device = self.device().await;
        self.arrive(device.json["verification_uri_complete"].as_str().unwrap()).await;
        self.meets("same-code").await;
        self.press("same-code").await;
        self.log_in().await;
        self.meets("approve").await;
        self.press("confirm-device").await;
        self.press("approve").await;
        self.reads("Done. Go back to your device").await;
        device.redeem().await;
        self.chromium.client.refresh().await.unwrap();
        self.reads("Your device is signed in").await;
    }

    /// The link was a stranger's: types the device's own code, and denies.
    async fn away_from_a_wrong_link(&self) {
        let (device, stranger) = (self.device().await, self.device().await);
        self.arrive(stranger.json["verification_uri_complete"].as_str().unwrap()).await;
        self.meets("same-code").await;
        self.chromium.client.find(fantoccini::Locator::Css("main summary")).await.unwrap().click().await.unwrap();
        self.write("user_code", &device.user_code).await;
        self.fits().await;
        self.press("code-submit").await;
        self.log_in().await;
        self.meets("deny").await;
        self.press("deny").await;
        self.reads("You denied the request").await;
        assert_eq!(device.poll().await, "access_denied");
        assert_eq!(stranger.poll().await, "authorization_pending");
    }

    async fn every_path(&self) {
        for screen in SCREENS {
            self.chromium.on(screen).await;
            self.through_every_error().await;
            self.by_a_link().await;
            self.away_from_a_wrong_link().await;
        }
    }
}

/// Proves: N72 X-06 X-09: what is allowed is read before it is approved, nothing is allowed before that, and it can be
/// taken back afterwards.
#[tokio::test]
async fn every_path_leads_through_at_every_width() {
    let Some(visit) = Visit::begin(Window::Usual).await else { return };
    visit.every_path().await;
    visit.chromium.close().await;
}

/// Proves: N72.
#[tokio::test]
async fn every_path_leads_through_without_javascript() {
    let Some(visit) = Visit::begin(Window::WithoutJavaScript).await else { return };
    visit.every_path().await;
    visit.chromium.close().await;
}

/// The focused element: its id, whether it has a ring, and its description.
const FOCUSED: &str = "
    const here = document.activeElement, style = getComputedStyle(here);
    const ring = here.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const words = (here.getAttribute('aria-describedby') || '').split(' ').map(id => document.getElementById(id)?.textContent);
    return [here.id, ring, words.join(' ').trim()]";

impl Visit {
    /// Checks that the element has a visible focus, and returns its description for screen readers.
    async fn focused(&self, id: &str) -> String {
        let found = self.chromium.run(FOCUSED).await;
        assert_eq!((&found[0], &found[1]), (&id.into(), &true.into()), "{found}");
        found[2].as_str().unwrap().to_owned()
    }
}

/// Proves: N72 U-07 X-02 X-05: with Tab, Space and Enter alone, errors included.
#[tokio::test]
async fn the_keyboard_alone_leads_through_and_the_focus_goes_to_what_is_wrong() {
    let Some(visit) = Visit::begin(Window::Usual).await else { return };
    let (device, chromium) = (visit.device().await, &visit.chromium);
    visit.arrive(&visit.server.app.url("/device")).await;
    chromium.id("user_code").await;
    visit.focused("user_code").await;
    chromium.type_text("no code").await;
    chromium.press(Key::Enter).await;
    chromium.id("user_code-error").await;
    assert!(visit.focused("user_code").await.starts_with("This code does not work."));
    assert_eq!(
        chromium.id("user_code").await.prop("value").await.unwrap().unwrap(),
        "no code",
        "what was typed is kept"
    );
    chromium.type_text(&format!("{}a{}{}", char::from(Key::Control), char::from(Key::Null), device.user_code)).await;
    chromium.press(Key::Enter).await;

    chromium.id("username").await;
    visit.focused("username").await;
    chromium.type_text("anna").await;
    chromium.press(Key::Tab).await;
    visit.focused("password").await;
    chromium.type_text("another password").await;
    chromium.press(Key::Enter).await;
    chromium.id("login-error").await;
    assert_eq!(visit.focused("password").await, "The username or the password is wrong.");
    chromium.type_text(PASSWORD).await;
    chromium.press(Key::Enter).await;

    chromium.id("approve").await;
    chromium.tab_to("confirm-device").await;
    visit.focused("confirm-device").await;
    chromium.press(Key::Enter).await;
    assert_eq!(device.poll().await, "authorization_pending", "Enter decides nothing");
    chromium.tab_to("deny").await;
    visit.focused("deny").await;
    chromium.tab_to("approve").await;
    visit.focused("approve").await;
    chromium.type_text(" ").await;
    chromium.id("confirm-device-error").await;
    assert!(visit.focused("confirm-device").await.starts_with("Nothing is allowed yet."));
    chromium.type_text(" ").await;
    chromium.press(Key::Enter).await;
    assert!(chromium.has("approve").await, "Enter on the tick decides nothing");
    chromium.tab_to("approve").await;
    chromium.press(Key::Enter).await;
    chromium.comes_to_say("Done. Go back to your device").await;
    device.redeem().await;
    visit.chromium.close().await;
}
