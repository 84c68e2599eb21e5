//! A request is for exactly one host, and names only a host (RFC 9112 section 3.2, RFC 9113 section 8.3.1).

use testkit::{Answer, Server, Wire};

/// The answer to a request with this line and these lines below it.
async fn answer(server: &Server, request: &str, lines: &str) -> Answer {
    let mut wire = Wire::to(server.address).await;
    wire.send(format!("{request}\r\n{lines}connection: close\r\n\r\n").as_bytes()).await;
    wire.answer().await
}

const PATHS: [&str; 5] = ["/jwks.json", "/device", "/livez", "/readyz", "/static/style.css"];

/// Proves: FB-04: none, two, an empty one, or more than a host is 400 for clients, people and supervisors alike.
#[tokio::test]
async fn a_request_names_exactly_one_host_and_nothing_else() {
    let server = Server::spawn().await;
    let ours = "Host: login.example.test\r\n";
    for path in PATHS {
        for lines in [
            String::new(),
            format!("{ours}{ours}"),
            format!("{ours}Host: evil.example\r\n"),
            "Host:\r\n".to_owned(),
            "Host: a@login.example.test\r\n".to_owned(),
            "Host: login.example.test/x\r\n".to_owned(),
            "Host: login.example.test?x\r\n".to_owned(),
            "Host: login.example.test:x\r\n".to_owned(),
            "Host: login.example.test:99999\r\n".to_owned(),
            "Host: login.example.test, evil.example\r\n".to_owned(),
            "Host: https://login.example.test\r\n".to_owned(),
            "Host: [::1\r\n".to_owned(),
            "Host: b\u{fc}cher.example\r\n".to_owned(),
        ] {
            let told = answer(&server, &format!("GET {path} HTTP/1.1"), &lines).await;
            assert_eq!(told.status, 400, "{path} {lines:?}: {told:?}");
        }
        let fine = answer(&server, &format!("GET {path} HTTP/1.1"), ours).await;
        assert!([200, 303, 404].contains(&fine.status), "{path}: {fine:?}");
    }
    answer(&server, "POST /token HTTP/1.1", "Content-Length: 0\r\n").await.assert_error(400, "invalid_request");
    let page = answer(&server, "GET /device HTTP/1.1", "Host: a@login.example.test\r\n").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{page:?}");
}

/// Proves: FB-04: the host of an absolute target counts (RFC 9112 section 3.2.2), and has to be one too.
#[tokio::test]
async fn an_absolute_target_names_the_host() {
    let server = Server::spawn().await;
    let (ours, other) = ("Host: login.example.test\r\n", "Host: evil.example\r\n");
    for (target, lines, expected) in [
        ("https://login.example.test/jwks.json", ours, 200),
        ("https://LOGIN.example.test:443/jwks.json", other, 200),
        ("https://evil.example/jwks.json", ours, 421),
        ("https://a@login.example.test/jwks.json", ours, 400),
        ("https://login.example.test/jwks.json", "", 400),
        ("/jwks.json", "Host: LOGIN.example.test.:443\r\n", 421),
        ("/jwks.json", "Host: LOGIN.example.test:443\r\n", 200),
        ("/jwks.json", "Host: login.example.test:\r\n", 200),
        ("/jwks.json", "Host: login.example.test:8443\r\n", 421),
    ] {
        let told = answer(&server, &format!("GET {target} HTTP/1.1"), lines).await;
        assert_eq!(told.status, expected, "{target} {lines:?}: {told:?}");
    }
}

/// Proves: FB-04: in HTTP/2 a Host that is not the `:authority` is malformed.
#[tokio::test]
async fn in_http_2_host_and_authority_agree() {
    let server = Server::spawn().await;
    let client = || reqwest::Client::builder().no_proxy().http2_prior_knowledge();
    let client = client().resolve("login.example.test", server.address).build().unwrap();
    let url = format!("http://login.example.test:{}/livez", server.address.port());
    for (host, expected) in [
        (None, 200),
        (Some(format!("login.example.test:{}", server.address.port())), 200),
        (Some("evil.example".to_owned()), 400),
        (Some("login.example.test".to_owned()), 400),
    ] {
        let mut request = client.get(&url);
        if let Some(host) = &host {
            request = request.header("host", host);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.version(), reqwest::Version::HTTP_2);
        assert_eq!(answer.status().as_u16(), expected, "{host:?}");
    }
}
