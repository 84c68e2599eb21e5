//! Which proxies are believed about the address and the host of a request: RFC 9700 section 4.13; requirement L-05.

use testkit::{Answer, Authorization, Browser, ISSUER, Server, TOO_MANY, UNKNOWN, direct_request, unknown_code};

const SPOOFED: [(&str, &str); 6] = [
    ("x-forwarded-for", "1.2.3.4"),
    ("forwarded", "for=1.2.3.4;host=evil.example;proto=http"),
    ("x-real-ip", "1.2.3.4"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-ssl-cert", "-----BEGIN CERTIFICATE-----"),
];

/// The page that shows where a request came from.
async fn shown_to(browser: &mut Browser, answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let code = answer.json()["user_code"].as_str().unwrap().to_owned();
    let page = browser.enter_code(&code).await;
    assert!(page.is_decision(), "{page:?}");
    page.answer.body
}

async fn ask(server: &Server, said: &[(&str, &str)]) -> Answer {
    let mut request = server.request("POST", "/device_authorization").form(&[("client_id", "tv")]);
    for (name, value) in said {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

/// Proves: N58 L-05: a peer that is no trusted proxy speaks for nobody.
#[tokio::test]
async fn an_untrusted_peer_cannot_name_another_address() {
    let server = Server::with(|settings| settings.proxies.trusted.clear()).await;
    let mut anna = server.signed_in("anna").await;
    let answer = ask(&server, &SPOOFED).await;
    assert!(!answer.body.contains("evil"), "{answer:?}");
    let shown = shown_to(&mut anna, &answer).await;
    assert!(shown.contains("<bdi translate=\"no\">127.0.0.1</bdi>") && !shown.contains("1.2.3.4"), "{shown}");
}

/// Proves: N58 E-01: a stranger gets no new budget by naming an address.
#[tokio::test]
async fn an_untrusted_peer_has_one_budget() {
    let server = Server::with(|settings| {
        settings.proxies.trusted.clear();
        settings.limits.wrong_codes_network = 2;
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    for (host, told) in [UNKNOWN, UNKNOWN, TOO_MANY].into_iter().enumerate() {
        anna.from = format!("198.51.100.{host}");
        let page = anna.enter_code(&unknown_code(host)).await;
        assert!(page.says(told), "{host}: {page:?}");
    }
}

/// Proves: L-05: behind a trusted proxy the rightmost address that is not a proxy counts; other headers never do.
#[tokio::test]
async fn a_trusted_proxy_names_the_address_with_one_header_alone() {
    let server = Server::with(|settings| {
        settings.proxies.trusted = ["127.0.0.1/32", "10.0.0.0/8"].map(|network| network.parse().unwrap()).into();
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let chain = ask(&server, &[("x-forwarded-for", "6.6.6.6, 198.51.100.9, 10.1.2.3"), SPOOFED[1], SPOOFED[2]]).await;
    let shown = shown_to(&mut anna, &chain).await;
    assert!(shown.contains("<bdi translate=\"no\">198.51.100.9</bdi>"), "{shown}");
    assert!(!shown.contains("6.6.6.6") && !shown.contains("1.2.3.4"), "{shown}");
    let other = ask(&server, &[SPOOFED[1], SPOOFED[2]]).await;
    assert!(shown_to(&mut anna, &other).await.contains("<bdi translate=\"no\">127.0.0.1</bdi>"));
}

/// Proves: N58 L-05: a request for another host is refused, with the name of this one.
#[tokio::test]
async fn another_host_is_misdirected() {
    let server = Server::spawn().await;
    for host in ["evil.example", "login.example.test.evil.example", "login.example.test:8443", "127.0.0.1"] {
        for path in ["/device", "/login", "/jwks.json", "/.well-known/openid-configuration", "/nowhere"] {
            let answer = server.get_from(host, path).await;
            assert_eq!(answer.status, 421, "{host} {path}: {answer:?}");
            assert!(answer.body.contains(ISSUER) && !answer.body.contains("evil"), "{answer:?}");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
    for host in ["login.example.test", "LOGIN.example.test", "login.example.test:443"] {
        assert_eq!(server.get_from(host, "/device").await.status, 200, "{host}");
    }
}

/// Proves: L-05 W-09, client habit 1: each gets an answer in its own format, and a person is led to the right host.
#[tokio::test]
async fn a_misdirected_client_gets_json_and_a_misdirected_person_a_page() {
    for path in ["", "/tenant"] {
        let issuer = format!("{ISSUER}{path}");
        let server = Server::with(|settings| settings.issuer = issuer.parse().unwrap()).await;
        let misdirected = |method, below: &str| {
            let request = direct_request(server.address, method, &format!("{path}{below}"));
            request.header("host", "evil.example").header("content-type", "application/x-www-form-urlencoded")
        };
        for (method, endpoint) in [
            ("POST", "/token"),
            ("POST", "/device_authorization"),
            ("POST", "/introspect"),
            ("POST", "/revoke"),
            ("GET", "/userinfo"),
            ("GET", "/jwks.json"),
            ("GET", "/.well-known/openid-configuration"),
        ] {
            let answer = Answer::of(misdirected(method, endpoint).send().await.unwrap()).await;
            answer.assert_error(421, "invalid_request");
            assert!(answer.body.contains(&issuer) && !answer.body.contains("evil"), "{answer:?}");
        }
        for (method, page) in
            [("GET", "/device"), ("GET", "/login"), ("POST", "/login"), ("GET", "/"), ("GET", "/nowhere")]
        {
            let answer = Answer::of(misdirected(method, page).send().await.unwrap()).await;
            assert_eq!((answer.status, answer.header("content-type")), (421, "text/html; charset=utf-8"), "{answer:?}");
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{answer:?}");
            assert!(answer.body.contains(&format!("href=\"{issuer}/device\"")), "{answer:?}");
            assert!(!answer.body.contains("evil"), "{answer:?}");
            let style = answer.body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
            let style = style.strip_prefix(path).unwrap();
            assert_eq!(misdirected("GET", style).send().await.unwrap().status(), 200, "it can be read");
        }
        let before = misdirected("GET", "/../.well-known/oauth-authorization-server").send().await.unwrap();
        assert_eq!(before.status(), 421);
    }
}

/// Proves: L-05 M-02 D-06: no address that is given out depends on the request.
#[tokio::test]
async fn addresses_are_the_issuers() {
    let server = Server::spawn().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let plain = server.get(path).await;
        let mut request = server.request("GET", path);
        for (name, value) in SPOOFED {
            request = request.header(name, value);
        }
        assert_eq!(Answer::of(request.send().await.unwrap()).await.body, plain.body);
        assert_eq!(plain.json()["issuer"], ISSUER);
    }
    let Authorization { json, .. } = server.device("tv").authorize("read").await;
    assert_eq!(json["verification_uri"], format!("{ISSUER}/device"));
}

/// Proves: L-07: supervisors ask under any name, and learn only yes or no.
#[tokio::test]
async fn health_is_answered_under_any_host() {
    let server = Server::spawn().await;
    for host in ["evil.example", "127.0.0.1", "login.example.test"] {
        for (path, body) in [("/livez", "alive\n"), ("/readyz", "ready\n")] {
            let answer = server.get_from(host, path).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, body), "{host}");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
}
