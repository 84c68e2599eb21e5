//! Looking at pages changes nothing (RFC 9110 section 9.2.1).

use testkit::Server;

/// Proves: N46 U-01: GET and HEAD of every URL, by a stranger and by the one who may decide.
#[tokio::test]
async fn reading_any_url_changes_nothing() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let untouched = server.device("radio").authorize("read").await;
    let device = server.device("tv").authorize("read").await;
    let mut anna = server.browser();
    let decision = anna.reach_decision(&device.user_code, "anna").await;
    let csrf = decision.csrf();
    let mut urls: Vec<String> = [
        "/",
        "/device",
        "/login",
        "/logout",
        "/userinfo",
        "/jwks.json",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/livez",
        "/readyz",
        "/static/style.css",
        "/device_authorization?client_id=tv",
        "/nowhere",
    ]
    .map(str::to_owned)
    .into();
    urls.push(format!("/device?user_code={}", device.user_code));
    urls.push(format!("/device?user_code={}&csrf={csrf}", untouched.user_code));
    urls.push(decision.path.clone());
    urls.push(format!("{}?decision=approve&device_present=true&csrf={csrf}", decision.path));
    urls.push(format!("{}?decision=deny&csrf={csrf}", decision.path));
    urls.push(format!("/logout?csrf={csrf}"));
    urls.push(format!(
        "/token?grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code={}",
        device.device_code
    ));

    let before = server.database.grants().await;
    for url in &urls {
        for method in ["GET", "HEAD"] {
            let seen = anna.send(method, url, None).await;
            assert!(seen.status < 500, "{method} {url}: {seen:?}");
            let seen = server.browser().send(method, url, None).await;
            assert!(seen.status < 500, "{method} {url}: {seen:?}");
            assert_eq!(server.database.grants().await, before, "{method} {url}");
        }
    }
    assert_eq!(device.poll().await, "authorization_pending");
    assert_eq!(untouched.poll().await, "authorization_pending");
    assert!(anna.open("/device").await.says("id=\"logout\""), "still signed in");
    assert!(anna.open(&decision.path).await.is_decision());
}
