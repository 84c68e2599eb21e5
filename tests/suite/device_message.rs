//! `message` of `/device_authorization`: what a device prints that shows its person one text and nothing else.

use words::Language;

use testkit::Server;

/// Proves: FD-15: where the key is set, the answer has one sentence with the page and the code, in the language that the
/// device asks for.
#[tokio::test]
async fn a_device_gets_a_sentence_to_print_in_the_language_that_it_asks_for() {
    let server = Server::with(|settings| {
        settings.compatibility.message = true;
        settings.pages.default_language = Language::Polish;
    })
    .await;
    let page = "https://login.example.test/device";
    for (wish, before, between, after) in [
        (Some("de-CH en"), "Öffnen Sie zum Anmelden ", " in einem Browser und geben Sie den Code ", " ein."),
        (Some("tlh ja"), "ログインするには、ブラウザーで ", " を開き、コード ", " を入力してください。"),
        (Some("ar"), "لتسجيل الدخول، افتح ", " في متصفح وأدخل الرمز ", "."),
        (Some("en-GB"), "To sign in, open ", " in a browser and enter the code ", "."),
        (Some("tlh"), "Aby się zalogować, otwórz ", " w przeglądarce i wpisz kod ", "."),
        (None, "Aby się zalogować, otwórz ", " w przeglądarce i wpisz kod ", "."),
    ] {
        let asked: Vec<_> = [("scope", "read")].into_iter().chain(wish.map(|wish| ("ui_locales", wish))).collect();
        let device = server.device("tv").authorize_with(&asked).await;
        let told = format!("{before}{page}{between}{}{after}", device.user_code);
        assert_eq!(device.json["message"], told, "{wish:?}");
        assert_eq!(device.json["verification_uri"], page);
    }
}

/// Proves: FD-15: who prints nothing else tells the number too, where the page asks for it.
#[tokio::test]
async fn the_sentence_has_the_number_that_the_page_asks_for() {
    let server = Server::with(|settings| {
        settings.compatibility.message = true;
        settings.client[0].number_match = Some(true);
    })
    .await;
    let device = server.device("tv").authorize("read").await;
    let number = device.json["match_number"].as_str().unwrap();
    let message = device.json["message"].as_str().unwrap();
    assert!(message.contains(&device.user_code) && message.ends_with(&format!("choose {number}.")), "{message}");
}

/// Proves: FD-15: the RFC has no such member, so nobody gets it who did not ask the operator for it; and a scope that a client
/// may not have is named.
#[tokio::test]
async fn without_the_key_there_is_no_sentence_and_a_refused_scope_is_named() {
    let server = Server::spawn().await;
    let asked = [("scope", "read"), ("ui_locales", "de")];
    assert!(server.device("tv").authorize_with(&asked).await.json.get("message").is_none());
    let refused = server.device("tv").post("/device_authorization", &[("scope", "openid offline_access")]).await;
    refused.assert_error(400, "invalid_scope");
    let said = refused.json()["error_description"].as_str().unwrap().to_owned();
    assert!(said.contains("offline_access"), "{said}");
}
