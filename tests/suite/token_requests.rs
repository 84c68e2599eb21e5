//! What a token request has to be, before any grant matters: RFC 6749 sections 3.2 and 5.2, appendix B.

use testkit::{Answer, DEVICE_CODE, Server, basic};

/// The body of a sound poll with an unknown code, as bytes.
fn sound(device_code: &str) -> String {
    format!("client_id=tv&grant_type={DEVICE_CODE}&device_code={device_code}")
}

/// Sends a body of any bytes.
async fn post_bytes(server: &Server, path: &str, body: &[u8]) -> Answer {
    let length = format!("connection: close\r\ncontent-length: {}", body.len());
    let mut wire = server.connect().await.post(path, &length).await;
    wire.send(body).await;
    wire.answer().await
}

/// Proves: N15 D-04
#[tokio::test]
async fn a_client_without_the_device_grant_is_told_so_whatever_its_code() {
    let server = Server::spawn().await;
    server.device("lamp").poll_answer("gdc_x").await.assert_error(400, "unauthorized_client");
    let without = server.post("/token", &format!("client_id=lamp&grant_type={DEVICE_CODE}")).await;
    without.assert_error(400, "unauthorized_client");
}

/// Proves: seed_58 N15 N16 N20 N21: of several faults the answer names the first, and none changes what is there.
#[tokio::test]
async fn of_several_faults_the_first_in_order_is_told() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("openid").await;
    server.approve(&device, "anna").await;
    let before = server.database.cells().await;
    let (form, wrong) = ("application/x-www-form-urlencoded", &*basic("box", "wrong"));
    let (code, grant) = (format!("device_code={}", device.device_code), format!("grant_type={DEVICE_CODE}"));
    let large = "x".repeat(17 * 1024);
    for (content_type, authorization, body, status, error) in [
        // 1, though the client is unknown
        ("text/plain", "", format!("client_id=nobody&{grant}&{code}"), 400, "invalid_request"),
        (form, "", format!("client_id=nobody&{grant}&{code}&{code}"), 400, "invalid_request"),
        (form, "", format!("client_id=nobody&{grant}&{code}&x={large}"), 413, "invalid_request"),
        // 2, though nothing or nonsense is asked for
        (form, "", "client_id=nobody".to_owned(), 401, "invalid_client"),
        (form, "", format!("client_id=retired&grant_type=password&{code}"), 401, "invalid_client"),
        (form, wrong, format!("grant_type=password&{code}"), 401, "invalid_client"),
        (form, wrong, format!("{grant}&device_code="), 401, "invalid_client"),
        // 3, though the client may not or the code is missing
        (form, "", format!("client_id=lamp&{code}"), 400, "invalid_request"),
        (form, "", format!("client_id=lamp&grant_type=password&{code}"), 400, "unsupported_grant_type"),
        (form, "", format!("client_id=lamp&{grant}"), 400, "unauthorized_client"),
        (form, "", format!("client_id=tv&grant_type=refresh_token&{code}"), 400, "unauthorized_client"),
        (form, "", "client_id=tv&grant_type=password".to_owned(), 400, "unsupported_grant_type"),
        // 4, though the verifier and the proof are wrong
        (form, "", format!("client_id=tv&{grant}&code_verifier=x"), 400, "invalid_request"),
        // 6, though the verifier and the proof are wrong
        (form, "", format!("client_id=radio&{grant}&{code}&code_verifier=x"), 400, "invalid_grant"),
    ] {
        let mut request = server.request("POST", "/token").header("content-type", content_type).header("dpop", "x");
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        let answer = Answer::of(request.body(body.clone()).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.error().as_str()), (status, error), "{body:.200}");
    }
    assert!(server.database.cells().await == before, "nothing moved");
    device.redeem().await;
}

/// Proves: T-12: no value, no header and no name that is none comes back in an error. Only a scope that is well formed is
/// named.
#[tokio::test]
async fn no_error_repeats_what_was_sent() {
    const SENT: &str = "zq7canary";
    let server = Server::spawn().await;
    let (ask, poll) = ("/device_authorization", format!("client_id=tv&grant_type={DEVICE_CODE}&device_code=gdc_x"));
    for (path, header, body) in [
        (ask, "", "client_id=zq7canary".to_owned()),
        (ask, "", "client_id=tv&client_secret=zq7canary".to_owned()),
        (ask, "", "client_assertion=zq7canary".to_owned()),
        (ask, "", "client_assertion=zq7canary&client_assertion_type=zq7canary".to_owned()),
        (ask, "", "client_id=tv&scope=zq7canary%22".to_owned()),
        (ask, "", "client_id=tv&code_challenge=zq7canary&code_challenge_method=S256".to_owned()),
        (ask, "", "client_id=tv&code_challenge=x&code_challenge_method=zq7canary".to_owned()),
        (ask, "", "client_id=tv&max_age=zq7canary".to_owned()),
        (ask, "", "client_id=tv&resource=zq7canary".to_owned()),
        (ask, "", "client_id=tv&nonce=zq7canary%zz".to_owned()),
        (ask, "", "client_id=tv&%3Czq7canary%3E=1&%3Czq7canary%3E=2".to_owned()),
        (ask, "dpop", "client_id=tv".to_owned()),
        (ask, "content-type", "client_id=tv".to_owned()),
        (ask, "content-encoding", "client_id=tv".to_owned()),
        (ask, "authorization", "client_id=tv".to_owned()),
        ("/token", "", "client_id=tv&grant_type=zq7canary".to_owned()),
        ("/token", "", poll.replace("gdc_x", SENT)),
        ("/token", "", format!("{poll}&code_verifier=zq7canary")),
        ("/token?client_secret=zq7canary", "", poll),
    ] {
        let form = if header == "content-type" { SENT } else { "application/x-www-form-urlencoded" };
        let mut request = server.request("POST", path).header("content-type", form);
        if !["", "content-type"].contains(&header) {
            request = request.header(header, SENT);
        }
        let answer = Answer::of(request.body(body.clone()).send().await.unwrap()).await;
        assert!(answer.status >= 400 && !answer.error().is_empty(), "{path} {header} {body}: {answer:?}");
        assert!(!format!("{answer:?}").contains(SENT), "{path} {header} {body}: {answer:?}");
    }
}

/// Proves: N20 T-21
#[tokio::test]
async fn only_registered_grant_types_exist_letter_for_letter() {
    let server = Server::spawn().await;
    server.post("/token", "client_id=tv").await.assert_error(400, "invalid_request");
    server.post("/token", "client_id=tv&grant_type=").await.assert_error(400, "invalid_request");
    for name in ["password", "DEVICE_CODE", "device_code", "implicit", "client_credentials", "x"] {
        let body = format!("client_id=tv&grant_type={name}&device_code=x&username=anna&password=x");
        server.post("/token", &body).await.assert_error(400, "unsupported_grant_type");
    }
    let shouted = DEVICE_CODE.to_uppercase();
    let answer = server.post("/token", &format!("client_id=tv&grant_type={shouted}&device_code=x")).await;
    answer.assert_error(400, "unsupported_grant_type");
}

/// Proves: seed_51 N21 N22
#[tokio::test]
async fn a_code_has_to_be_there_and_has_to_be_known() {
    let server = Server::spawn().await;
    let grant_type = format!("client_id=tv&grant_type={DEVICE_CODE}");
    server.post("/token", &grant_type).await.assert_error(400, "invalid_request");
    server.post("/token", &format!("{grant_type}&device_code=")).await.assert_error(400, "invalid_request");
    let random = "mWcE7Lq0sGNvT2hYx4bKJr9uZdP1oAiF5QkXtV8nBSy";
    for code in [random.to_owned(), format!("gdc_{random}")] {
        let answer = server.post("/token", &sound(&code)).await;
        answer.assert_error(400, "invalid_grant");
        assert_eq!(answer.header("pragma"), "no-cache");
    }
}

/// Proves: N23 T-04
#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let server = Server::spawn().await;
    for again in [&format!("grant_type={DEVICE_CODE}"), "device_code=gdc_x", "device_code=", "client_id=tv"] {
        let answer = server.post("/token", &format!("{}&{again}", sound("gdc_x"))).await;
        answer.assert_error(400, "invalid_request");
    }
}

/// Proves: N24 T-03
#[tokio::test]
async fn a_body_that_is_not_text_is_refused_and_never_mended() {
    let server = Server::spawn().await;
    for value in [&b"%FF%FE"[..], b"%zz", b"%", b"%4", b"\x80", b"%00", b"\0", b"%C0%AF", b"%ED%A0%80", b"%1b", b"%7F"]
    {
        let polled = [sound("gdc_x").as_bytes(), value].concat();
        post_bytes(&server, "/token", &polled).await.assert_error(400, "invalid_request");
        let asked = [b"client_id=tv&scope=read&nonce=".as_slice(), value].concat();
        post_bytes(&server, "/device_authorization", &asked).await.assert_error(400, "invalid_request");
        let unheard = [b"client_id=tv&unheard".as_slice(), value, b"=1"].concat();
        post_bytes(&server, "/device_authorization", &unheard).await.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.rows("device_grants").await, 0);
}

/// Proves: N24 T-03
#[tokio::test]
async fn line_breaks_and_tabs_are_control_characters_too() {
    let server = Server::spawn().await;
    for escaped in ["%0A", "%0D%0A", "%09", "%C2%85"] {
        let poll = server.post("/token", &sound(&format!("gdc_x{escaped}"))).await;
        poll.assert_error(400, "invalid_request");
        let asked = server.post("/device_authorization", &format!("client_id=tv&nonce=a{escaped}b")).await;
        asked.assert_error(400, "invalid_request");
    }
}

/// Proves: N25 T-03
#[tokio::test]
async fn a_body_of_seventeen_kilobytes_is_too_large() {
    let server = Server::spawn().await;
    let exactly = |bytes: usize| format!("{}&p={}", sound("gdc_x"), "x".repeat(bytes - sound("gdc_x&p=").len()));
    post_bytes(&server, "/token", exactly(16 * 1024).as_bytes()).await.assert_error(400, "invalid_grant");
    post_bytes(&server, "/token", exactly(16 * 1024 + 1).as_bytes()).await.assert_error(413, "invalid_request");
    let padding = "x".repeat(17 * 1024);
    post_bytes(&server, "/token", format!("{}&p={padding}", sound("gdc_x")).as_bytes())
        .await
        .assert_error(413, "invalid_request");
    let chunk = format!("{:x}\r\n{padding}\r\n", padding.len());
    let mut wire = server.connect().await.post("/token", "transfer-encoding: chunked").await;
    wire.send(chunk.as_bytes()).await;
    // No last chunk: the server has to give up on a body whose end it never hears of.
    wire.answer().await.assert_error(413, "invalid_request");
}

/// Proves: N25 T-03
#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_before_it_is_sent() {
    let server = Server::spawn().await;
    for path in ["/token", "/device_authorization"] {
        // Ten megabytes are announced and none sent, and the connection stays open: only a server that does not wait
        // can answer.
        let wire = server.connect().await.post(path, "content-length: 10000000").await;
        wire.answer().await.assert_error(413, "invalid_request");
    }
    post_bytes(&server, "/token", &vec![b'a'; 10_000_000]).await.assert_error(413, "invalid_request");
}

/// Proves: N25 T-03
#[tokio::test]
async fn a_form_has_at_most_sixty_four_parameters() {
    let server = Server::spawn().await;
    let with = |more: usize| (0..more).fold(sound("gdc_x"), |body, n| format!("{body}&p{n}"));
    server.post("/token", &with(61)).await.assert_error(400, "invalid_grant");
    server.post("/token", &with(62)).await.assert_error(400, "invalid_request");
    post_bytes(&server, "/token", with(10_000).as_bytes()).await.assert_error(413, "invalid_request");
}

/// Proves: N26 T-02
#[tokio::test]
async fn forms_may_come_in_chunks_and_their_type_in_capitals() {
    let server = Server::spawn().await;
    let mut wire = server.connect().await.post("/token", "connection: close\r\ntransfer-encoding: chunked").await;
    for part in [&sound("gdc_x")[..7], &sound("gdc_x")[7..]] {
        wire.send(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()).await;
    }
    wire.send(b"0\r\n\r\n").await;
    wire.answer().await.assert_error(400, "invalid_grant");

    for (content_type, error) in [
        ("APPLICATION/X-WWW-FORM-URLENCODED", "invalid_grant"),
        ("application/x-www-form-urlencoded;charset=UTF-8", "invalid_grant"),
        ("application/x-www-form-urlencoded; Charset=\"utf-8\"", "invalid_grant"),
        ("application/x-www-form-urlencoded; charset=ISO-8859-1", "invalid_grant"),
        ("application/x-www-form-urlencoded; charset=utf-16", "invalid_request"),
    ] {
        let request = server.request("POST", "/token").header("content-type", content_type).body(sound("gdc_x"));
        Answer::of(request.send().await.unwrap()).await.assert_error(400, error);
    }
    let packed = server.request("POST", "/token").header("content-type", "application/x-www-form-urlencoded");
    let packed = packed.header("content-encoding", "gzip").body(sound("gdc_x")).send().await.unwrap();
    Answer::of(packed).await.assert_error(400, "invalid_request");
}

/// Proves: FE-19 N26: Apache HttpClient 4 and others name the charset of their platform, whatever the body holds. The
/// endpoints of clients read it where it makes no difference, and say which charset it was where it does.
#[tokio::test]
async fn a_charset_that_reads_an_ascii_body_alike_is_taken_at_every_endpoint() {
    let server = Server::spawn().await;
    let send = async |path: &str, charset: &str, body: &str| {
        let content_type = format!("application/x-www-form-urlencoded; charset={charset}");
        let request = server.request("POST", path).header("content-type", content_type).body(body.to_owned());
        Answer::of(request.send().await.unwrap()).await
    };
    let owner = "client_id=printer&client_secret=printer-secret";
    for charset in ["ISO-8859-1", "us-ascii", "windows-1252"] {
        send("/token", charset, &sound("gdc_x")).await.assert_error(400, "invalid_grant");
        for (path, body) in [
            ("/device_authorization", "client_id=tv&scope=read%20openid".to_owned()),
            ("/revoke", format!("{owner}&token=x")),
        ] {
            let answer = send(path, charset, &body).await;
            assert_eq!(answer.status, 200, "{path} {charset}: {}", answer.body);
        }
        send("/introspect", charset, "client_id=nobody&client_secret=x&token=x")
            .await
            .assert_error(401, "invalid_client");
        for more in ["é", "%C3%A9", "%E9"] {
            let refused = send("/token", charset, &format!("{}&x={more}", sound("gdc_x"))).await;
            refused.assert_error(400, "invalid_request");
            let why = refused.json()["error_description"].as_str().unwrap().to_lowercase();
            assert!(why.contains(&charset.to_lowercase()), "{why}");
        }
    }
    let refused = send("/token", "utf-16", &sound("gdc_x")).await;
    assert!(refused.json()["error_description"].as_str().unwrap().contains("UTF-16"), "{}", refused.body);
    send("/token", "<klingon>", &sound("gdc_x")).await.assert_error(400, "invalid_request");
    send("/token", "utf-8", &sound("%C3%A9")).await.assert_error(400, "invalid_grant");
}

/// Proves: N27 T-20 T-03
#[tokio::test]
async fn a_code_of_any_shape_is_only_a_wrong_code() {
    let server = Server::spawn().await;
    for code in ["A", "gdc_xyz", "%C3%A9", "%F0%9F%94%91", "é", "+", "%2B%26%3D", &"A".repeat(256)] {
        server.post("/token", &sound(code)).await.assert_error(400, "invalid_grant");
    }
    for code in ["A".repeat(257), "A".repeat(10_000), "%C3%A9".repeat(129)] {
        server.post("/token", &sound(&code)).await.assert_error(400, "invalid_request");
    }
    for (length, status, error) in [(255, 401, "invalid_client"), (256, 400, "invalid_request")] {
        let named = format!("client_id={}&grant_type={DEVICE_CODE}", "t".repeat(length));
        server.post("/token", &named).await.assert_error(status, error);
    }
}

/// Proves: T-01 T-06
#[tokio::test]
async fn a_code_in_the_url_is_not_a_poll() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let authorization = server.device("tv").authorize("read").await;
    server.approve(&authorization, "anna").await;
    let path = format!("/token?device_code={}", authorization.device_code);
    let answer = server.post(&path, &format!("client_id=tv&grant_type={DEVICE_CODE}")).await;
    answer.assert_error(400, "invalid_request");
    let code = format!("device_code={}", authorization.device_code);
    for (query, body) in [
        (format!("grant_type={DEVICE_CODE}"), format!("client_id=tv&{code}")),
        ("client_id=tv".to_owned(), format!("grant_type={DEVICE_CODE}&{code}")),
    ] {
        server.post(&format!("/token?{query}"), &body).await.assert_error(400, "invalid_request");
    }
    let inert = server.post("/token?grant_type=password&client_id=nobody", &sound(&authorization.device_code)).await;
    assert_eq!(inert.status, 200, "other words of the URL are not read: {}", inert.body);
}
