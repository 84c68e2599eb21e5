//! The address in a proxy's header is read as bytes, element by element from the right (RFC 7239, RFC 9700 section
//! 4.13).

use protocol::ForwardedHeader;
use reqwest::header::HeaderValue;

use testkit::{Answer, Daemon, Server, for_many_devices, request};

/// The address that the server writes down for a request with these lines in its head.
async fn seen_as(server: &Server, lines: &[(&str, &[u8])]) -> String {
    let mut request = server.request("POST", "/device_authorization").form(&[("client_id", "tv")]);
    for (name, value) in lines {
        request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
    }
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{lines:?}: {answer:?}");
    let id = answer.header("x-request-id").to_owned();
    let events = server.events_of("grant_created").await;
    let event = events.into_iter().find(|event| event.request_id.as_ref() == Some(&id));
    event.unwrap().address.unwrap()
}

/// Proves: FB-01: only the address that the proxy appends counts, not what a stranger writes before it.
#[tokio::test]
async fn bytes_that_are_no_text_do_not_hide_a_stranger_behind_the_proxy() {
    let server = Server::with(for_many_devices).await;
    for sent in ["\u{ff}", "", ",,", "unknown", "\"", "1.2.3.4", "127.0.0.1", "\u{e9}, 127.0.0.1"] {
        let bytes: Vec<u8> = sent.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let appended = [&bytes[..], b", 203.0.113.9"].concat();
        assert_eq!(seen_as(&server, &[("x-forwarded-for", &appended)]).await, "203.0.113.9", "{sent:?}, appended to");
        let lines: [(&str, &[u8]); 2] = [("x-forwarded-for", &bytes), ("x-forwarded-for", b"203.0.113.9")];
        assert_eq!(seen_as(&server, &lines).await, "203.0.113.9", "{sent:?}, in a line of its own");
    }
}

/// Proves: FB-02: ports, brackets, zones and quotes are read, and an IPv4 address in IPv6 clothes is what it is.
#[tokio::test]
async fn addresses_are_read_in_the_spellings_of_every_proxy() {
    let server = Server::with(for_many_devices).await;
    for (sent, seen) in [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:9", "fe80::1"),
        ("\"203.0.113.7\"", "203.0.113.7"),
        ("\"[2001:db8::7]:1\"", "2001:db8::7"),
        ("::ffff:203.0.113.8", "203.0.113.8"),
        ("1.2.3.4, unknown", "127.0.0.1"),
        ("1.2.3.4, _hidden", "127.0.0.1"),
        ("1.2.3.4, 203.0.113.7:port", "127.0.0.1"),
    ] {
        assert_eq!(seen_as(&server, &[("x-forwarded-for", sent.as_bytes())]).await, seen, "{sent}");
    }
}

/// Proves: FB-02: `Forwarded` (RFC 7239) is read where the proxies are said to set it, and then nothing else is.
#[tokio::test]
async fn one_header_is_believed_and_the_operator_says_which() {
    let server = Server::with(|settings| {
        for_many_devices(settings);
        settings.proxies.header = ForwardedHeader::Forwarded;
    })
    .await;
    let spoofed = ("x-forwarded-for", &b"1.2.3.4"[..]);
    for (sent, seen) in [
        (&b"for=203.0.113.7;proto=https;host=login.example.test"[..], "203.0.113.7"),
        (b"for=\"[2001:db8::1]:443\";by=_proxy", "2001:db8::1"),
        (b"for=1.2.3.4, For=203.0.113.7:_port", "203.0.113.7"),
        (b"\xff\", for=203.0.113.9", "203.0.113.9"),
        (b"for=1.2.3.4, for=unknown", "127.0.0.1"),
    ] {
        assert_eq!(seen_as(&server, &[("forwarded", sent), spoofed]).await, seen, "{}", String::from_utf8_lossy(sent));
    }
    assert_eq!(seen_as(&server, &[spoofed]).await, "127.0.0.1");
    let other = Server::with(for_many_devices).await;
    assert_eq!(
        seen_as(&other, &[("forwarded", b"for=1.2.3.4"), ("x-forwarded-for", b"203.0.113.7")]).await,
        "203.0.113.7"
    );
}

/// Proves: FB-02: the log names a trusted proxy that names nobody, by its address, and not for each request.
#[tokio::test]
async fn a_proxy_that_names_nobody_is_told_once_a_minute() {
    let mut daemon = Daemon::start("").await;
    for said in [None, Some("unknown"), Some("1.2.3.4, \u{e4}"), Some("203.0.113.7")] {
        let request = request(daemon.address, "GET", "/jwks.json");
        let request = said.iter().fold(request, |request, said| request.header("x-forwarded-for", *said));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    }
    let lines = daemon.says_all_until("203.0.113.7").await;
    let told: Vec<&String> = lines.iter().filter(|line| line.contains("a trusted proxy does not say")).collect();
    assert_eq!(told.len(), 1, "{lines:#?}");
    let named = ["\"proxy\":\"127.0.0.1\"", "\"header\":\"x-forwarded-for\"", "\"said\":\"nothing\""];
    assert!(named.iter().all(|part| told[0].contains(part)) && told[0].contains("WARN"), "{told:?}");
}

/// Proves: FE-10: when nobody is trusted and every request comes from one address, the log says so once.
#[tokio::test]
async fn one_address_for_everybody_is_told_once() {
    let mut daemon = Daemon::start_with("", &[("GRANTD__PROXIES__TRUSTED", "")]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..1_100 {
        let request = client.get(format!("http://{}/jwks.json", daemon.address)).header("host", "login.example.test");
        assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    }
    let told = daemon.says("all requests came from one address").await;
    assert!(told.contains("\"address\":\"127.0.0.1\"") && told.contains("proxies.trusted"), "{told}");
    let rest = daemon.last_words().await;
    assert!(!rest.iter().any(|line| line.contains("all requests came")), "once");
}
