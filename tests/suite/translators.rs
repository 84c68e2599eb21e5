//! What helpers in the browser find: translators and password managers.

use testkit::Server;

/// Proves: FE-16: a translator leaves every code, number and name as it is; what is left to it are the operator's
/// sentences.
#[test]
fn translators_leave_codes_numbers_and_names_alone() {
    let mut kept = 0;
    for (name, page) in grantd::web::gallery(words::Language::English) {
        for element in page.split('<').skip(1) {
            let (tag, text) = element.split_once('>').unwrap();
            let holds = tag.starts_with("bdi")
                || ["class=\"code\"", "class=\"numbers\"", "class=\"reference\""]
                    .iter()
                    .any(|class| tag.contains(class));
            if holds && !tag.contains("translate=\"no\"") {
                assert!(
                    page.contains(&format!("<li><{tag}>{text}"))
                        || page.contains(&format!("\"><{tag}>{text}</bdi></label>")),
                    "{name}: <{tag}>{text}"
                );
            }
            kept += usize::from(holds && tag.contains("translate=\"no\""));
        }
    }
    assert!(kept > 100, "{kept}");
}

/// Proves: FE-16: the address that password managers know leads to the page, below a path also from the root of the host.
#[tokio::test]
async fn password_managers_are_led_to_the_page() {
    for (issuer, paths) in
        [("https://login.example.test", &[""][..]), ("https://login.example.test/tenant", &["", "/tenant"])]
    {
        let server = Server::with(|settings| settings.issuer = issuer.parse().unwrap()).await;
        let page = format!("{}/account/password", server.app.base());
        for path in paths {
            let led = server.get(&format!("{path}/.well-known/change-password")).await;
            assert_eq!((led.status, led.header("location")), (303, page.as_str()), "{issuer} {path}");
        }
        let nothing =
            server.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").await;
        assert_eq!(nothing.status, 404);
    }
}

/// Proves: FE-16 X-01: beside the password is the name of its account, in a field that can be read and not changed.
#[tokio::test]
async fn a_user_name_stands_beside_each_password() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.open("/account/password").await;
    assert_eq!(page.value_of("autocomplete=\"username\"").as_deref(), Some("anna"));
    let field = page.answer.body.split("autocomplete=\"username\"").next().unwrap().rsplit('<').next().unwrap();
    assert!(field.contains("type=\"text\"") && page.says("<label for=\"username\">"), "{field}");
    assert!(page.says("autocomplete=\"username\" readonly"), "{page:?}");
    let login = server.browser().open("/login").await;
    assert!(login.says("autocomplete=\"username\"") && login.says("autocomplete=\"current-password\""));
}
