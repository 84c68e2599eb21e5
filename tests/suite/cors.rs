//! Scripts of other sites can read the public documents, and nothing else (requirement T-23).

use testkit::{Answer, Server};

const PUBLIC: [&str; 3] =
    ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks.json"];

async fn from_evil(server: &Server, method: &str, path: &str) -> Answer {
    let request = server.request(method, path).header("origin", "https://evil.example");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("access-control-request-method", "POST");
    Answer::of(request.header("access-control-request-headers", "authorization").send().await.unwrap()).await
}

fn grants_nothing(answer: &Answer) -> bool {
    answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-"))
}

/// Proves: N59 T-23
#[tokio::test]
async fn a_preflight_from_another_site_is_granted_nothing() {
    let server = Server::spawn().await;
    for path in
        ["/token", "/device_authorization", "/revoke", "/introspect", "/device", "/login", "/logout", "/userinfo", "/"]
    {
        let answer = from_evil(&server, "OPTIONS", path).await;
        assert!(answer.status >= 400 && grants_nothing(&answer), "{path}: {answer:?}");
    }
}

/// Proves: N59 T-23
#[tokio::test]
async fn answers_to_another_site_cannot_be_read_there() {
    let server = Server::spawn().await;
    for (method, path) in [
        ("POST", "/token"),
        ("POST", "/device_authorization"),
        ("POST", "/revoke"),
        ("POST", "/introspect"),
        ("GET", "/userinfo"),
        ("GET", "/device"),
        ("GET", "/login"),
        ("POST", "/device"),
        ("GET", "/nowhere"),
    ] {
        let answer = from_evil(&server, method, path).await;
        assert!(grants_nothing(&answer), "{method} {path}: {answer:?}");
    }
}

/// Proves: N59 T-23
#[tokio::test]
async fn the_public_documents_are_for_every_site_without_credentials() {
    let server = Server::spawn().await;
    for path in PUBLIC {
        let answer = from_evil(&server, "GET", path).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"), "{path}");
        assert!(answer.headers.get("access-control-allow-credentials").is_none(), "{path}");
    }
}

/// Proves: FE-12 T-23
#[tokio::test]
async fn a_preflight_of_a_public_document_is_granted_what_can_be_read() {
    let root = Server::spawn().await;
    let path =
        Server::with(|settings| settings.issuer = format!("{}{}", settings.issuer, "/tenant").parse().unwrap()).await;
    let below = PUBLIC.map(|document| format!("/tenant{document}"));
    let before = PUBLIC[..2].iter().map(|document| format!("{document}/tenant"));
    let documents = PUBLIC.map(|document| (&root, document.to_owned())).into_iter();
    for (server, document) in documents.chain(below.into_iter().chain(before).map(|document| (&path, document))) {
        let answer = from_evil(server, "OPTIONS", &document).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{document}: {answer:?}");
        for (header, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, HEAD"),
            ("access-control-allow-headers", "*, authorization"),
            ("allow", "GET, HEAD, OPTIONS"),
        ] {
            assert_eq!(answer.header(header), value, "{document}");
        }
        assert!(answer.headers.get("access-control-allow-credentials").is_none(), "{document}");
        let posted = from_evil(server, "POST", &document).await;
        assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD, OPTIONS"), "{document}");
        assert!(grants_nothing(&posted), "{document}");
    }
}
