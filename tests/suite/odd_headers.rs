//! A header with bytes that are not ASCII is refused by its own name, or only its odd element is ignored.

use reqwest::header::HeaderValue;

use testkit::{Answer, Server};

fn odd(bytes: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(bytes).unwrap()
}

/// Proves: FB-03 T-01 T-10: credentials and proofs with odd bytes get the answers of wrong ones.
#[tokio::test]
async fn credentials_of_odd_bytes_are_refused_by_their_name() {
    let server = Server::spawn().await;
    let form = "client_id=tv&scope=read";
    let cases: [(&str, &[u8], u16, &str); 5] = [
        ("authorization", b"Basic \xff", 401, "invalid_client"),
        ("authorization", b"Basic Ym94OmJveC1zZWNyZXQ\xfc", 401, "invalid_client"),
        ("dpop", b"\xff.\xff.\xff", 400, "invalid_dpop_proof"),
        ("content-type", b"application/x-www-form-urlencoded\xff", 400, "invalid_request"),
        ("content-type", b"\xff", 400, "invalid_request"),
    ];
    for (name, value, status, error) in cases {
        let request = server.request("POST", "/device_authorization").body(form);
        let request = match name {
            "content-type" => request,
            _ => request.header("content-type", "application/x-www-form-urlencoded"),
        };
        let answer = Answer::of(request.header(name, odd(value)).send().await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (status, Some(error)),
            "{name} {value:?}: {answer:?}"
        );
    }
    let bearer = server.request("GET", "/userinfo").header("authorization", odd(b"Bearer \xe9"));
    let refused = Answer::of(bearer.send().await.unwrap()).await;
    assert!([400, 401].contains(&refused.status) && !refused.header("www-authenticate").is_empty(), "{refused:?}");
}

/// Proves: FB-03: an odd element of a list hides none of its neighbours.
#[tokio::test]
async fn an_odd_element_of_a_list_hides_no_other() {
    let server = Server::spawn().await;
    for languages in [b"\xff, de".as_slice(), b"de, \xfc;q=0.5", b"x-Z\xc3\xbcrich, de"] {
        let page = server.request("GET", "/device").header("accept-language", odd(languages)).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("<html lang=\"de\""), "{languages:?}");
    }
    for accept in [b"text/\xff, application/json".as_slice(), b"application/json, \xfc/*"] {
        let answer = server.request("GET", "/device").header("accept", odd(accept)).send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"), "{accept:?}");
    }
}
