//! An issuer with a path: everything is below that path, and nothing of it elsewhere. RFC 8414 section 3.1, OpenID
//! Connect Discovery section 4, client habits 10 and 11.

use jsonwebtoken::dangerous::insecure_decode;
use protocol::GrantType;
use serde_json::Value;

use testkit::{Answer, Browser, Daemon, ISSUER, Page, Server, command};

const PATHS: [&str; 4] = ["/tenant", "/tenant/", "/realms/living-room", "/realms/living-room/"];

/// A server whose clients may refresh, and of which one introspects.
async fn server(path: &str) -> Server {
    Server::with(|settings| {
        settings.issuer = format!("{ISSUER}{path}").parse().unwrap();
        settings.tokens.audience = None;
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
            client.introspect = client.id == "box";
        }
    })
    .await
}

/// Where a document can be found: appended to the path and before it, for both names.
fn places(base: &str) -> [String; 4] {
    [
        format!("{base}/.well-known/openid-configuration"),
        format!("{base}/.well-known/oauth-authorization-server"),
        format!("/.well-known/openid-configuration{base}"),
        format!("/.well-known/oauth-authorization-server{base}"),
    ]
}

/// Every address in a page, as a browser on the issuer's host would ask for it.
fn addresses(page: &Page) -> Vec<&str> {
    let mut addresses = Vec::new();
    for attribute in [" href=\"", " src=\"", " action=\""] {
        let values = page.answer.body.split(attribute).skip(1);
        addresses.extend(values.filter_map(|rest| rest.split('"').next()));
    }
    assert!(!addresses.is_empty(), "{page:?}");
    addresses
}

#[track_caller]
fn assert_below(base: &str, page: &Page) {
    assert_eq!(page.answer.status, 200, "{page:?}");
    assert!(page.path.starts_with(&format!("{base}/")), "{page:?}");
    for address in addresses(page) {
        assert!(address.starts_with(&format!("{base}/")), "{address} on {}", page.path);
    }
}

/// Proves: N77 M-01 M-02 T-23: four places, one document, whose addresses are all below the issuer.
#[tokio::test]
async fn the_document_is_found_in_every_form_and_names_the_issuer_letter_for_letter() {
    for path in PATHS {
        let server = server(path).await;
        let base = path.trim_end_matches('/');
        let document = server.get(&places(base)[0]).await;
        let json = document.json();
        assert_eq!(json["issuer"], format!("{ISSUER}{path}"));
        for place in places(base) {
            let found = server.get(&place).await;
            assert_eq!((found.status, &found.body), (200, &document.body), "{place}");
            assert_eq!(found.header("access-control-allow-origin"), "*", "{place}");
            server.post(&place, "").await.assert_error(405, "invalid_request");
            assert_eq!(server.get(&format!("{place}/")).await.status, 404, "{place}");
        }
        for (member, value) in json.as_object().unwrap() {
            if member.ends_with("_endpoint") || member.ends_with("_uri") {
                let below = value.as_str().unwrap().strip_prefix(&format!("{ISSUER}{base}/"));
                assert!(below.is_some_and(|rest| !rest.starts_with('/')), "{member}: {value}");
            }
        }
        assert!(server.get(&format!("{base}/jwks.json")).await.json()["keys"].is_array());
    }
}

/// Proves: M-02 D-06 D-07 W-04 W-07 U-12: the walk of a device and of a person, and the pages after it.
#[tokio::test]
async fn the_whole_walk_is_below_the_path() {
    for path in PATHS {
        let server = server(path).await;
        let (base, issuer) = (path.trim_end_matches('/'), format!("{ISSUER}{path}"));
        server.add_user("anna").await;
        let device = server.device("tv").authorize("openid profile").await;
        assert_eq!(device.json["verification_uri"], format!("{ISSUER}{base}/device"));
        let complete = device.json["verification_uri_complete"].as_str().unwrap();
        assert_eq!(complete, format!("{ISSUER}{base}/device?user_code={}", device.user_code));

        let mut browser = server.browser();
        let compared = browser.open(complete.strip_prefix(ISSUER).unwrap()).await;
        assert_below(base, &compared);
        assert_eq!(compared.path, format!("{base}/device"), "the code is out of sight");
        let code = [("user_code", device.user_code.as_str())];
        let login = browser.post(&compared, &format!("{base}/device"), &code).await;
        assert_below(base, &login);
        let failed = browser.post(&login, &login.path, &[("username", "anna"), ("password", "wrong")]).await;
        assert_below(base, &failed);
        let decision = browser.reach_decision(&device.user_code, "anna").await;
        assert_below(base, &decision);
        assert!(decision.is_decision() && decision.path.starts_with(&format!("{base}/device/request/")));
        let done = browser.approve(&decision).await;
        assert_below(base, &done);
        assert!(done.says("Go back to your device"), "{done:?}");
        let first = browser.open(&format!("{base}/device")).await;
        assert!(first.is_signed_in_as("anna"));
        assert_below(base, &first);
        for address in addresses(&first).into_iter().filter(|address| address.contains("/static/")) {
            assert_eq!(server.get(address).await.status, 200, "{address}");
        }
        let out = browser.post(&first, &format!("{base}/logout"), &[]).await;
        assert_eq!(out.path, format!("{base}/device"));
        let names: Vec<&String> = browser.cookies.keys().collect();
        let path = base[1..].replace('/', "+");
        assert_eq!(names, [&format!("__Host-grantd-{path}"), &format!("__Host-grantd_seen-{path}")]);
        for cookie in &browser.set_cookies {
            let site = if cookie.contains("_seen") { "Strict" } else { "Lax" };
            assert!(cookie.contains("; Path=/; HttpOnly; "), "{cookie}");
            assert!(cookie.ends_with(&format!("; SameSite={site}; Secure")), "{cookie}");
        }

        let tokens = device.redeem().await;
        let text = |member: &str| tokens[member].as_str().unwrap();
        for token in ["access_token", "id_token"] {
            let claims = insecure_decode::<Value>(text(token)).unwrap().claims;
            assert_eq!(claims["iss"], issuer, "{token}");
        }
        assert_eq!(server.userinfo(text("access_token")).await.status, 200);
        let api = server.device("box").with_secret("box-secret");
        let introspected = api.post("/introspect", &[("token", text("access_token"))]).await.json();
        assert_eq!((&introspected["active"], &introspected["iss"]), (&true.into(), &issuer.as_str().into()));
        let tv = server.device("tv");
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", text("refresh_token"))];
        let refreshed = tv.post("/token", &refresh).await.json();
        let fresh = refreshed["access_token"].as_str().unwrap();
        assert_eq!(insecure_decode::<Value>(fresh).unwrap().claims["iss"], issuer);
        assert_eq!(tv.post("/revoke", &[("token", fresh)]).await.status, 200);
        assert_eq!(server.userinfo(fresh).await.status, 401);
    }
}

/// The answer to a request line that no HTTP library would send.
async fn asked(server: &Server, line: &str) -> Answer {
    let mut wire = server.connect().await;
    let request = format!("{line}\r\nHost: login.example.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    wire.send(request.as_bytes()).await;
    wire.answer().await
}

/// Proves: N73 L-07 M-01: only the health checks are outside, and no spelling of the path leads in.
#[tokio::test]
async fn outside_of_the_path_there_is_nothing() {
    let server = server("/tenant").await;
    for path in [
        "/",
        "/token",
        "/device",
        "/login",
        "/jwks.json",
        "/static/style.css",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/other",
        "/.well-known/oauth-authorization-server/tenant/token",
        "/other/token",
        "/tenanttoken",
        "/tenant2/token",
        "/tenant/",
        "/TENANT/token",
        "/tenant;x/token",
        "//tenant/token",
        "/tenant//token",
        "/tenant/./token",
        "/other/../tenant/token",
        "/tenant/../tenant/token",
        "/%74enant/token",
        "/tenant%2ftoken",
        "/tenant/tenant/token",
        "/tenant/token/",
        "/tenant/livez",
        "/tenant/readyz",
    ] {
        // A page tells a person so; a device that posts there gets no JSON that it could take for an answer.
        let expected = if path == "/tenant/" { 405 } else { 404 };
        let answer = asked(&server, &format!("POST {path} HTTP/1.1")).await;
        assert_eq!(answer.status, expected, "{path}: {answer:?}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}: {answer:?}");
        assert!(answer.body.contains("href=\"/tenant/device\""), "the way on: {answer:?}");
    }
    asked(&server, "POST /tenant/token HTTP/1.1").await.assert_error(400, "invalid_request");
    asked(&server, "POST https://login.example.test/tenant/token HTTP/1.1").await.assert_error(400, "invalid_request");
    for (path, body) in [("/livez", "alive\n"), ("/readyz", "ready\n")] {
        assert_eq!(server.get(path).await.body, body);
    }
}

/// Somebody types the issuer's own name.
#[tokio::test]
async fn the_issuer_itself_leads_to_the_page_for_codes() {
    for path in ["", "/tenant", "/realms/living-room"] {
        let server = server(path).await;
        for door in [format!("{path}/"), path.to_owned()].iter().filter(|door| !door.is_empty()) {
            let answer = server.get(door).await;
            assert_eq!((answer.status, answer.header("location")), (303, format!("{path}/device").as_str()), "{door}");
        }
    }
}

/// Proves: W-04: two servers on one host, and one browser that is signed in at both.
#[tokio::test]
async fn the_cookies_of_two_issuers_on_one_host_do_not_overwrite_each_other() {
    let (one, two) = (server("/a/b").await, server("/a-b").await);
    let mut at_one = one.signed_in("anna").await;
    two.add_user("bert").await;
    let mut at_two = two.browser();
    // A browser sends a host all of the host's cookies.
    at_two.cookies.clone_from(&at_one.cookies);
    at_two.log_in("bert").await;
    at_one.cookies.clone_from(&at_two.cookies);
    // Of each the session and the mark of a browser that logged in before.
    assert_eq!(at_one.cookies.len(), 4, "{:?}", at_one.cookies);
    assert!(at_one.open("/a/b/device").await.is_signed_in_as("anna"));
    assert!(at_two.open("/a-b/device").await.is_signed_in_as("bert"));
    let mut stranger: Browser = one.browser();
    stranger.cookies = at_two.cookies.into_iter().filter(|(name, _)| name == "__Host-grantd-a-b").collect();
    assert!(!stranger.open("/a/b/device").await.is_signed_in_as("bert"), "one session is not the other's");
}

/// Proves: L-07, decision 15: supervisors do not ask below the path, and a reload moves everything else.
#[tokio::test]
async fn a_reload_moves_everything_below_another_path() {
    let client = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = ['openid']\n\
                  grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";
    let mut daemon = Daemon::start(client).await;
    let before = daemon.device("tv").authorize("openid").await;
    let text = std::fs::read_to_string(&daemon.config).unwrap();
    let at = |path: &str| text.replacen(ISSUER, &format!("{ISSUER}{path}"), 1);

    std::fs::write(&daemon.config, at("/livez")).unwrap();
    daemon.signal("-HUP");
    let refused = daemon.says("configuration not reloaded").await;
    assert!(refused.contains("issuer: must not have a path below /livez"), "{refused}");
    assert_eq!(before.poll().await, "authorization_pending");

    std::fs::write(&daemon.config, at("/tenant/")).unwrap();
    daemon.signal("-HUP");
    let reloaded = daemon.says("configuration reloaded").await;
    assert!(reloaded.contains("\"changed\":\"issuer\""), "{reloaded}");
    let gone = daemon.device("tv").poll_answer(&before.device_code).await;
    assert_eq!(gone.status, 404, "{gone:?}");
    let moved = daemon.device("tv").under("/tenant");
    moved.poll_answer(&before.device_code).await.assert_error(400, "authorization_pending");
    let after = moved.authorize("openid").await;
    assert_eq!(after.json["verification_uri"], format!("{ISSUER}/tenant/device"));
    let health = command("health", &daemon.config).output().unwrap();
    assert!(health.status.success(), "{health:?}");
}
