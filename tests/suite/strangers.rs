//! What the database stores for a stranger: every route, requested without credentials.

use std::collections::{BTreeMap, BTreeSet};

use testkit::{Answer, Browser, Server, Writes, basic};

/// Paths that a stranger may open. `HANDLE` and `DEVICE` are placeholders.
const OPENED: &[&str] = &[
    "/",
    "/nowhere",
    "/livez",
    "/jwks.json",
    "/userinfo",
    "/token",
    "/introspect",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/change-password",
    "/static/nothing.css",
    "/login",
    "/device",
    "/device?user_code=BBBB-BBBB",
    "/device?user_code=BBBB-BBBB&login_hint=anna&ui_locales=de",
    "/device?user_code=nonsense",
    "/device/request/HANDLE",
    "/device/request/nonsense",
    "/account",
    "/account/activity",
    "/account/password",
    "/account/devices/DEVICE",
    "/account/signed-out",
];

/// What supervisors ask. It tries a write itself, one a second for all who ask, of a single value.
const PROBED: &str = "/readyz";

/// The tables that a login with an unknown name may write to.
const LOGIN: &[&str] = &["budgets", "login_throttles"];

/// A path, its request, and the tables that it may write to.
type SentForm = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// Forms that a stranger may send, and which tables they may write to: budgets, and nothing else.
const FORMS: &[SentForm] = &[
    ("/language", &[("language", "de"), ("place", "/login")], &[]),
    ("/logout", &[], &[]),
    ("/login", &[("username", "nobody"), ("password", "a wrong one")], LOGIN),
    ("/login", &[("username", ""), ("password", "")], LOGIN),
    ("/device", &[("user_code", "BBBB-BBBB")], &[]),
    ("/device", &[("user_code", "nonsense")], &[]),
    ("/device", &[("user_code", "")], &[]),
    ("/device/request/HANDLE", &[("decision", "approve"), ("device_present", "true")], &[]),
    ("/device/request/HANDLE", &[("decision", "deny")], &[]),
    ("/device/request/HANDLE", &[("decision", "use_another_account")], &[]),
    ("/account/browsers", &[("browser", "DEVICE")], &[]),
    ("/account/devices", &[("device", "DEVICE")], &[]),
    ("/account/devices/DEVICE", &[("name", "x")], &[]),
    ("/account/password", &[("current_password", "a"), ("new_password", "b"), ("new_password_again", "b")], &[]),
    ("/account/sign-out", &[], &[]),
];

/// Requests of programs without credentials, or with wrong ones. A stranger may request codes.
const PROGRAMS: &[(&str, &str, &[&str])] = &[
    ("/device_authorization", "client_id=tv&scope=read", &["device_grants", "audit_events"]),
    ("/device_authorization", "client_id=tv&scope=nonsense", &[]),
    ("/device_authorization", "client_id=nobody", &[]),
    ("/device_authorization", "", &[]),
    ("/token", "client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=unknown", &[]),
    ("/token", "client_id=tv&grant_type=refresh_token&refresh_token=unknown", &[]),
    ("/token", "client_id=box&grant_type=refresh_token&refresh_token=unknown", &[]),
    ("/token", "", &[]),
    ("/introspect", "token=unknown", &[]),
    ("/introspect", "token=unknown&client_id=tv", &[]),
    ("/revoke", "token=unknown", &[]),
    ("/revoke", "token=unknown&client_id=tv", &[]),
    ("/userinfo", "", &[]),
    ("/userinfo", "access_token=unknown", &[]),
];

fn written_out(path: &str) -> String {
    path.replace("HANDLE", &"h".repeat(43)).replace("DEVICE", &"d".repeat(32))
}

/// How many values each table holds, and of which the values are others than before.
async fn changed(server: &Server, before: &mut BTreeMap<String, Vec<Vec<u8>>>) -> BTreeSet<String> {
    let mut now: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for cell in server.database.cells().await {
        now.entry(cell.table).or_default().push(cell.bytes);
    }
    let tables: BTreeSet<String> = now.keys().chain(before.keys()).cloned().collect();
    let changed = tables.into_iter().filter(|table| now.get(table) != before.get(table)).collect();
    *before = now;
    changed
}

/// A stranger: without a cookie, with one of ours that is good, forged or of a session that never was.
fn strangers(server: &Server, good: &Browser) -> [Browser; 4] {
    let with = |value: &str| {
        let mut browser = server.browser();
        browser.cookies.insert("__Host-grantd".to_owned(), value.to_owned());
        browser
    };
    [
        server.browser(),
        good.clone(),
        with("v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        with(&"s".repeat(43)),
    ]
}

/// Proves: FA-04: no page that a stranger opens leaves anything behind, with whichever cookie.
#[tokio::test]
async fn no_page_that_a_stranger_opens_writes_anything() {
    let server = Server::spawn().await;
    let mut good = server.browser();
    good.open("/login").await;
    let mut writes = Writes::watch(&server.database).await;
    for path in OPENED {
        for (kind, mut stranger) in strangers(&server, &good).into_iter().enumerate() {
            let before = writes.count().await;
            for method in ["GET", "HEAD"] {
                let answer = stranger.send(method, &written_out(path), None).await;
                assert!(answer.status < 500, "{method} {path}: {answer:?}");
            }
            assert_eq!(writes.count().await, before, "{path} with cookie {kind}");
        }
    }
}

/// Proves: FA-04 L-07: a readiness check changes one value, and adds none.
#[tokio::test]
async fn the_probe_of_a_stranger_changes_one_value() {
    let server = Server::spawn().await;
    let mut known = BTreeMap::new();
    server.browser().send("GET", PROBED, None).await;
    changed(&server, &mut known).await;
    let values = known["server_facts"].len();
    for _ in 0..50 {
        assert_eq!(server.browser().send("GET", PROBED, None).await.status, 200);
    }
    let changed = changed(&server, &mut known).await;
    assert!(changed.iter().all(|table| table == "server_facts"), "{changed:?}");
    assert_eq!(known["server_facts"].len(), values);
}

/// Proves: FA-04 E-02: a form writes nothing, except for what a wrong password costs.
#[tokio::test]
async fn no_form_of_a_stranger_writes_more_than_what_it_spends() {
    let server = Server::spawn().await;
    let mut writes = Writes::watch(&server.database).await;
    let mut known = BTreeMap::new();
    changed(&server, &mut known).await;
    for (path, fields, spends) in FORMS {
        let mut stranger = server.browser();
        let before = writes.count().await;
        for _ in 0..7 {
            let csrf = stranger.open("/login").await.csrf();
            let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
            let answer = stranger.send("POST", &written_out(path), Some(&form)).await;
            assert!(answer.status < 500 && answer.status != 403, "{path}: {answer:?}");
            server.browser().send("POST", &written_out(path), Some(&form)).await;
        }
        if spends.is_empty() {
            assert_eq!(writes.count().await, before, "{path} {fields:?}");
        }
        let changed = changed(&server, &mut known).await;
        assert!(changed.iter().all(|table| spends.contains(&table.as_str())), "{path} {fields:?}: {changed:?}");
    }
}

/// Proves: FA-04 T-17 T-10: a program without credentials writes nothing, except for the codes that a device may ask for.
#[tokio::test]
async fn no_program_without_credentials_writes_more_than_the_request_of_a_device() {
    let server = Server::spawn().await;
    let mut writes = Writes::watch(&server.database).await;
    let mut known = BTreeMap::new();
    changed(&server, &mut known).await;
    for (path, body, allowed) in PROGRAMS {
        let before = writes.count().await;
        for authorization in
            [None, Some(basic("box", "wrong")), Some("Bearer unknown".to_owned()), Some("DPoP x".to_owned())]
        {
            let request = server.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
            let request = authorization.iter().fold(request, |request, value| request.header("authorization", value));
            let answer = Answer::of(request.header("dpop", "x.y.z").body(*body).send().await.unwrap()).await;
            assert!(answer.status < 500, "{path} {body}: {answer:?}");
        }
        let plain = server.post(path, body).await;
        assert!(plain.status < 500, "{path} {body}: {plain:?}");
        if allowed.is_empty() {
            assert_eq!(writes.count().await, before, "{path} {body}");
        }
        let changed = changed(&server, &mut known).await;
        assert!(changed.iter().all(|table| allowed.contains(&table.as_str())), "{path} {body}: {changed:?}");
    }
    for (path, body) in [("/login", r#"{"username":"nobody","password":"wrong"}"#), ("/login", "{}"), ("/device", "{}")]
    {
        let request = server.request("POST", path).header("content-type", "application/json");
        Answer::of(request.header("accept", "application/json").body(body).send().await.unwrap()).await;
        let changed = changed(&server, &mut known).await;
        assert!(changed.iter().all(|table| LOGIN.contains(&table.as_str())), "{path} {body}: {changed:?}");
    }
}

/// Proves: FA-04, that the tables above leave no route out.
#[test]
fn every_route_is_asked_by_a_stranger() {
    let asked: BTreeSet<&str> = OPENED
        .iter()
        .map(|path| path.split('?').next().unwrap())
        .chain(FORMS.iter().map(|(path, ..)| *path))
        .chain(PROGRAMS.iter().map(|(path, ..)| *path))
        .chain([PROBED])
        .collect();
    let source = std::fs::read_to_string("src/web/mod.rs").unwrap();
    let routes: Vec<&str> = source.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(routes.len() >= 18, "{routes:?}");
    for route in routes {
        let path = route.replace("{handle}", "DEVICE").replace("{file}", "nothing.css");
        assert!(asked.contains(path.as_str()), "{route} is not asked");
    }
}
