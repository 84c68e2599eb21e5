//! A device that follows RFC 8628 finishes here, for whichever product it was built: the device's own loop, on a clock
//! that its waiting moves, with the addresses that discovery names.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use device::{Client, DeviceAuthorization, DeviceError, Http, Screen, Surface, Timekeeper, TokenResponse, discover};
use grantd::clock::Clock;
use protocol::{Secret, Timestamp};

use testkit::{Authorization, Browser, Device, JANSSEN, PRODUCTS, Product, Server, secs};

/// An evening at which somebody decides while the device waits for the so-manyth time, or nobody does.
struct Evening<'a> {
    server: &'a Server,
    decides: Option<(usize, bool)>,
    /// At which waiting somebody else polls with the same code.
    twin: Option<(usize, Authorization)>,
    code: Mutex<String>,
    waits: AtomicUsize,
}

impl Timekeeper for Evening<'_> {
    fn now(&self) -> Timestamp {
        self.server.clock.now()
    }

    async fn wait(&self, span: Duration) {
        self.server.clock.advance(span);
        let waited = self.waits.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some((_, twin)) = self.twin.as_ref().filter(|(at, _)| *at == waited) {
            assert_eq!(twin.poll().await, "authorization_pending");
            self.server.clock.advance(secs(3));
        }
        let Some((_, allows)) = self.decides.filter(|(at, _)| *at == waited) else { return };
        let code = self.code.lock().unwrap().clone();
        let mut browser = Browser::on_localhost(self.server.address.port());
        let decision = browser.reach_decision(&code, "anna").await;
        assert!(decision.is_decision(), "{decision:?}");
        let end = if allows { browser.approve(&decision).await } else { browser.deny(&decision).await };
        assert_eq!(end.answer.status, 200, "{end:?}");
    }
}

struct Loop {
    end: Result<TokenResponse, DeviceError>,
    polls: usize,
    took: Duration,
}

async fn on_localhost(product: &Product) -> Server {
    let server = Server::on_localhost_with(|settings| product.apply(settings)).await;
    server.add_user("anna").await;
    server
}

/// The screen of a device that asks here, and its codes.
async fn introduced(server: &Server) -> (String, DeviceAuthorization) {
    let http = Http::new(&server.app.settings.issuer).unwrap();
    let found = discover(&server.app.settings.issuer, &http).await.unwrap();
    let given = Client::new("tv", None, &http, &found).authorize(Some("openid"), None, None).await.unwrap();
    let mut bytes = Vec::new();
    Screen::new(&mut bytes, Surface::Plain).introduce(&given).unwrap();
    (String::from_utf8(bytes).unwrap(), given)
}

async fn walk(server: &Server, decides: Option<(usize, bool)>) -> Loop {
    let http = Http::new(&server.app.settings.issuer).unwrap();
    let found = discover(&server.app.settings.issuer, &http).await.unwrap();
    let client = Client::new("tv", None, &http, &found);
    let given = client.authorize(Some("openid"), None, None).await.unwrap();
    let code = Mutex::new(given.user_code.clone());
    let evening = Evening { server, decides, twin: None, code, waits: AtomicUsize::new(0) };
    let (began, mut screen) = (evening.now(), Screen::new(Vec::new(), Surface::Plain));
    let end = client.poll_until_decided(&given, None, &mut screen, &evening).await;
    Loop { end, polls: evening.waits.load(Ordering::Relaxed), took: server.clock.now().since(began) }
}

/// Proves: seed_63 seed_64: it ends with tokens, a denial or the end of the code, at the poll after that happened, and at
/// nothing else before.
#[tokio::test]
async fn the_loop_of_a_device_ends_with_a_decision_or_the_code() {
    for product in PRODUCTS {
        let server = on_localhost(&product).await;
        for decided in [1, 7, 40] {
            let approved = walk(&server, Some((decided, true))).await;
            assert!(approved.end.is_ok_and(|tokens| tokens.id_token.is_some()), "{product:?}");
            assert_eq!(approved.polls, decided, "the very next poll");
            let denied = walk(&server, Some((decided, false))).await;
            assert!(matches!(denied.end, Err(DeviceError::Denied)), "{product:?}: {:?}", denied.end);
            assert_eq!(denied.polls, decided);
        }
        let late = walk(&server, None).await;
        assert!(matches!(late.end, Err(DeviceError::Expired)), "{product:?}: {:?}", late.end);
        assert_eq!(late.took, server.app.settings.device.expires_in);
        assert_eq!(late.polls as u64, late.took.as_secs() / 5, "it asked to the end");
    }
}

/// Proves: seed_55 seed_63: `slow_down` is no end: the loop goes on, five seconds slower, and gets it once.
#[tokio::test]
async fn a_loop_that_is_told_to_slow_down_goes_on() {
    let server = on_localhost(&JANSSEN).await;
    let http = Http::new(&server.app.settings.issuer).unwrap();
    let found = discover(&server.app.settings.issuer, &http).await.unwrap();
    let client = Client::new("tv", None, &http, &found);
    let asked = Device::on_localhost(server.address.port(), "tv").made_for(&JANSSEN).authorize("openid").await;
    let given = DeviceAuthorization {
        device_code: Secret::presented(&asked.device_code),
        user_code: asked.user_code.clone(),
        verification_uri: asked.json["verification_uri"].as_str().unwrap().to_owned(),
        verification_uri_complete: None,
        expires_in: secs(1800),
        interval: secs(5),
        match_number: None,
        wants_pin: false,
        verifier: None,
    };
    let code = Mutex::new(asked.user_code.clone());
    // Somebody else polls with the code, three seconds before the device does.
    let began = server.clock.now();
    let evening =
        Evening { server: &server, decides: Some((6, true)), twin: Some((2, asked)), code, waits: AtomicUsize::new(0) };
    let mut shown = Vec::new();
    let mut screen = Screen::new(&mut shown, Surface::Plain);
    let end = client.poll_until_decided(&given, None, &mut screen, &evening).await;
    drop(screen);
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(evening.waits.load(Ordering::Relaxed), 6);
    assert_eq!(server.clock.now().since(began), secs(5 + 5 + 3 + 4 * 10), "five seconds until it was told, then ten");
    let shown = String::from_utf8(shown).unwrap();
    assert_eq!(shown.matches("told to slow down").count(), 1, "{shown}");
    assert!(shown.lines().last().is_some_and(|line| line.ends_with("left, waiting")), "{shown}");
}

/// Whether each module of a QR code in half blocks is dark, row by row. Light ones are drawn, so that it can be read on a
/// dark ground.
fn modules(drawn: &[&str]) -> Vec<Vec<bool>> {
    let half = |upper: bool| {
        move |cell: char| match cell {
            '█' => false,
            '▀' => !upper,
            '▄' => upper,
            ' ' => true,
            other => panic!("{other:?} is no half block"),
        }
    };
    drawn.iter().flat_map(|line| [true, false].map(|upper| line.chars().map(half(upper)).collect())).collect()
}

/// Proves: seed_22: the picture that a device shows is the QR code of its `verification_uri_complete`, module for
/// module, with the quiet zone that cameras want.
#[tokio::test]
async fn the_picture_on_the_device_holds_the_link_with_the_code() {
    for product in PRODUCTS {
        let server = on_localhost(&product).await;
        let (screen, given) = introduced(&server).await;
        let link = given.verification_uri_complete.unwrap();
        assert_eq!(link, format!("{}{}?user_code={}", server.app.settings.issuer, product.page, given.user_code));
        let drawn: Vec<&str> = screen
            .lines()
            .skip_while(|line| !line.starts_with("or scan this"))
            .skip(2)
            .take_while(|line| !line.is_empty())
            .map(|line| line.strip_prefix("  ").unwrap())
            .collect();
        let (seen, code) =
            (modules(&drawn), fast_qr::QRBuilder::new(link.as_str()).ecl(fast_qr::ECL::L).build().unwrap());
        let side = code.size + 8;
        assert_eq!((seen.len(), seen[0].len()), (side.next_multiple_of(2), side), "{screen}");
        let inside = 4..4 + code.size;
        for (y, row) in seen.iter().take(side).enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let expected = inside.contains(&x) && inside.contains(&y) && code[y - 4][x - 4].value();
                assert_eq!(*dark, expected, "{x}, {y} of {link}:\n{screen}");
            }
        }
    }
}
