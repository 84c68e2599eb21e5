//! What a scope allows is told in the language of the reader, on every page and to programs.

use std::collections::BTreeMap;

use settings::ScopeWords;

use testkit::{Script, Server, for_accounts};

/// A server with the scopes of OpenID Connect as they are shipped, and one of the operator in two languages.
async fn server() -> Server {
    Server::with(|settings| {
        for_accounts(settings);
        let films = [("en", "Read your films"), ("de", "Ihre Filme sehen")];
        let films = films.map(|(tag, words)| (tag.to_owned(), words.to_owned()));
        for scope in &mut settings.scope {
            scope.words = (scope.name == "read").then(|| ScopeWords::Each(BTreeMap::from(films.clone())));
        }
        settings.client[0].optional_scopes = vec!["email".to_owned()];
    })
    .await
}

/// Proves: FC-04: the decision, what was allowed, and the page of the device are in one language each, whose scopes are in
/// it too.
#[tokio::test]
async fn every_page_says_in_its_language_what_a_scope_allows() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    for (wish, openid, email, read) in [
        ("de", "Erfahren, wer Sie sind", "Ihre E-Mail-Adresse sehen", "Ihre Filme sehen"),
        ("fr-CA", "Savoir qui vous êtes", "Voir votre adresse e-mail", "Read your films"),
        ("ja", "あなたが誰であるかを知る", "あなたのメールアドレスを見る", "Read your films"),
        ("tlh", "Know who you are", "See your email address", "Read your films"),
    ] {
        let asked = [("scope", "openid email read"), ("ui_locales", wish)];
        let device = server.device("tv").authorize_with(&asked).await;
        let decision = anna.enter_code(&device.user_code).await;
        for words in [openid, email, read] {
            assert!(decision.says(&format!("<bdi>{words}</bdi>")), "{wish}: {words}: {decision:?}");
        }
        let approved = anna.approve(&decision).await;
        for words in [openid, read] {
            assert!(approved.says(&format!("<li><bdi>{words}</bdi></li>")), "{wish}: {words}: {approved:?}");
        }
        assert!(!approved.says(email), "it was not ticked: {approved:?}");
        device.redeem().await;
    }
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid read").await;
    for (chosen, openid, read) in [
        ("it", "Sapere chi sei", "Read your films"),
        ("de", "Erfahren, wer Sie sind", "Ihre Filme sehen"),
        ("ar", "معرفة هويتك", "Read your films"),
    ] {
        anna.cookies.insert("__Host-grantd_language".to_owned(), chosen.to_owned());
        let page = anna.open(&device.path()).await;
        for words in [openid, read] {
            assert!(page.says(&format!("<li><bdi>{words}</bdi></li>")), "{chosen}: {words}: {page:?}");
        }
    }
}

/// Proves: FC-04: a program hears them in the language that the device asked for.
#[tokio::test]
async fn a_program_hears_them_in_the_language_of_the_request() {
    let server = server().await;
    server.add_user("alice").await;
    let asked = [("scope", "openid read"), ("ui_locales", "de")];
    let device = server.device("tv").authorize_with(&asked).await;
    let mut script = Script::logged_in(&server, "alice").await;
    let looked = script.look(&device.user_code).await.json();
    let words = serde_json::json!([
        {"name": "openid", "words": "Erfahren, wer Sie sind"},
        {"name": "read", "words": "Ihre Filme sehen"}
    ]);
    assert_eq!(looked["request"]["scopes"], words);
}
