//! Text that no column can hold is wrong like any other wrong text, and never a fault of the server.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use testkit::{Answer, Database, PASSWORD, Server, run};

async fn log_in(server: &Server, username: &str) -> Answer {
    let credentials = serde_json::json!({"username": username, "password": PASSWORD});
    let request = server.request("POST", "/login").header("content-type", "application/json");
    Answer::of(request.body(credentials.to_string()).send().await.unwrap()).await
}

/// Proves: FE-11.
#[tokio::test]
async fn a_name_with_a_null_character_is_a_wrong_name_like_any_other() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let wrong = log_in(&server, "nobody").await;
    assert_eq!(wrong.status, 401, "{}", wrong.body);
    for name in ["\0", "anna\0", "an\0na"] {
        let odd = log_in(&server, name).await;
        assert_eq!((odd.status, &odd.body), (401, &wrong.body), "{name:?}");
    }
    assert_eq!(log_in(&server, "anna").await.status, 200);
}

/// Proves: FE-11.
#[tokio::test]
async fn a_name_in_a_header_may_have_a_null_character_too() {
    let server = Server::as_product("janssen", |settings| {
        settings.compatibility.authenticate_paths = vec!["/json/authenticate".to_owned()];
    })
    .await;
    let name = format!("=?UTF-8?B?{}?=", STANDARD.encode("an\0na"));
    let request = server.request("POST", "/json/authenticate").header("x-openam-username", name);
    let answer = Answer::of(request.header("x-openam-password", PASSWORD).send().await.unwrap()).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
}

/// Proves: FE-11.
#[tokio::test]
async fn no_null_character_of_a_request_is_a_fault_of_the_server() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let account = anna.open("/account").await;
    let csrf = account.csrf();
    for path in [
        "/device/request/%00",
        "/device/request/a%00b",
        "/account/devices/%00",
        "/account/devices/a%00b",
        "/account/activity?before=%00",
        "/account?show=%00",
        "/device?user_code=%00",
        "/login?next=%00",
        "/static/%00",
        "/%00",
    ] {
        let shown = anna.send("GET", path, None).await;
        assert!((200..500).contains(&shown.status), "GET {path}: {}", shown.status);
        let fields = [("csrf", csrf.as_str()), ("action", "sign_out"), ("name", "a")];
        let sent = anna.send("POST", path, Some(&fields)).await;
        assert!((200..500).contains(&sent.status), "POST {path}: {}", sent.status);
    }
    let assertion = |claims: &str| {
        let [header, claims] = [r#"{"alg":"RS256","kid":"a\u0000b"}"#, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}.{claims}.AAAA")
    };
    let jwt = assertion(r#"{"iss":"\u0000","sub":"\u0000","jti":"\u0000","aud":"\u0000","exp":9999999999}"#);
    let with_assertion = format!(
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={jwt}"
    );
    for body in [
        "client_id=tv%00",
        "client_id=tv&scope=openid%00",
        "client_id=tv&token=%00&refresh_token=%00&device_code=%00",
        &with_assertion,
    ] {
        for path in ["/device_authorization", "/token", "/introspect", "/revoke"] {
            for authorization in [None, Some(STANDARD.encode("a%00b:c%00")), Some(STANDARD.encode("a\0b:c"))] {
                let request = server.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
                let request = match authorization {
                    Some(basic) => request.header("authorization", format!("Basic {basic}")),
                    None => request,
                };
                let answer = Answer::of(request.header("dpop", &jwt).body(body.to_owned()).send().await.unwrap()).await;
                assert!((400..500).contains(&answer.status), "{path} {body}: {} {}", answer.status, answer.body);
            }
        }
    }
    let answer = server.userinfo(&jwt).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
}

/// Proves: FE-11.
#[tokio::test]
async fn a_database_that_cannot_hold_every_character_is_refused_with_words() {
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let how = format!("TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'");
        let Some(database) = Database::made_with(&how).await else { return };
        for auto_migrate in [false, true] {
            let opened = Server::open(&database, |settings| settings.database.auto_migrate = Some(auto_migrate)).await;
            let said = opened.err().expect("it starts").to_string();
            assert!(said.starts_with(&format!("the database is of the encoding {encoding}, which cannot")), "{said}");
        }
        let config = format!(
            "database.url = '{}'\nsecrets.root_file = '{}'\n",
            database.url,
            database.folder.path().join("root.key").display()
        );
        std::fs::write(database.folder.path().join("g.toml"), config).unwrap();
        let migrated = run(database.folder.path(), &["migrate", "--config", "g.toml"], &[], "");
        assert_eq!(migrated.code, Some(1), "{migrated:?}");
        assert!(migrated.err.contains("make one with ENCODING 'UTF8'"), "{migrated:?}");
    }
}
