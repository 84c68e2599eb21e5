//! The format of codes, of the server and of a client with a format of its own: RFC 8628 section 6.1.

use settings::{ClientUserCode, Settings};

use testkit::{Database, ISSUER, Server, UNKNOWN, for_many_devices};

/// What another product draws from, and its look-alikes.
const MIXED: &str = "234567ABCDEFGHIJKLMNOPQRSTVWXYZabcdefghijklmnopqrstvwxyz";

fn own(settings: &mut Settings, client_id: &str, own: ClientUserCode) {
    let client = settings.client.iter_mut().find(|client| client.id == client_id).unwrap();
    client.user_code = Some(own);
}

/// The television has codes of the server's look; the radio and the set-top box have looks of their own.
fn three_looks(settings: &mut Settings) {
    let mixed = ClientUserCode {
        alphabet: Some(MIXED.to_owned()),
        group: Some(0),
        max_length: Some(8),
        ..ClientUserCode::default()
    };
    own(settings, "radio", mixed);
    let digits = ClientUserCode {
        alphabet: Some("digits".to_owned()),
        mask: Some("XXX-XXX-XXX".to_owned()),
        ..ClientUserCode::default()
    };
    own(settings, "box", digits);
}

/// The shape of a code: `X` for each character that is one of these.
fn shape(code: &str, alphabet: &str) -> String {
    code.chars().map(|c| if alphabet.contains(c) { 'X' } else { c }).collect()
}

/// Proves: seed_12 seed_15 seed_16 seed_17 seed_18 D-11: each client's codes look as they should, in the link byte by
/// byte, and lead to their own request, typed or opened.
#[tokio::test]
async fn each_client_has_codes_of_its_look() {
    let server = Server::with(three_looks).await;
    let mut anna = server.signed_in("anna").await;
    for (device, alphabet, expected, name) in [
        (server.device("tv"), "BCDFGHJKLMNPQRSTVWXZ", "XXXX-XXXX", "Television"),
        (server.device("radio"), MIXED, "XXXXXXXX", "Radio"),
        (server.device("box").with_secret("box-secret"), "0123456789", "XXX-XXX-XXX", "Set-top box"),
    ] {
        let given = device.authorize("read").await;
        assert_eq!(shape(&given.user_code, alphabet), expected, "{}", given.user_code);
        let link = given.json["verification_uri_complete"].as_str().unwrap();
        assert_eq!(link, format!("{ISSUER}/device?user_code={}", given.user_code));
        let compare = anna.open(link.strip_prefix(ISSUER).unwrap()).await;
        assert_eq!(compare.value_of("name=\"user_code\"").as_deref(), Some(given.user_code.as_str()));
        let linked = anna.post(&compare, "/device", &[("user_code", &given.user_code)]).await;
        assert!(linked.is_decision() && linked.says(name), "{linked:?}");
        let spaced: String = given.user_code.chars().flat_map(|c| [c, ' ']).collect();
        for typed in [given.user_code.clone(), spaced, given.user_code.replace('-', "")] {
            let page = anna.enter_code(&typed).await;
            assert!(page.is_decision() && page.says(name), "{typed}: {page:?}");
            for group in given.user_code.split('-') {
                assert!(page.says(group), "{group} of {}", given.user_code);
            }
        }
    }
}

/// Proves: X-01: the page says of each look what to look for, and in what shape.
#[tokio::test]
async fn the_page_says_what_codes_look_like() {
    let server = Server::with(three_looks).await;
    let page = server.browser().open("/device").await;
    for (made_of, groups) in [
        ("Letters, for", "4 characters, 4 characters"),
        ("Letters and digits, for", "8 characters"),
        ("Digits, for", "3 characters, 3 characters, 3 characters"),
    ] {
        let example = page.answer.body.split(&format!("<p>{made_of} example like this:\n")).nth(1);
        let example = example.unwrap_or_else(|| panic!("{made_of}: {page:?}")).trim_start();
        assert!(example.starts_with(&format!("<span class=\"unseen\">{groups}</span>")), "{made_of}: {example}");
    }
}

/// Proves: D-11 E-02: case matters where a client's alphabet has both, and not where the server's has one; however many
/// formats can read what is typed, it is one try.
#[tokio::test]
async fn what_is_typed_is_read_in_every_format_and_is_one_try() {
    let server = Server::with(three_looks).await;
    let mut anna = server.signed_in("anna").await;
    let given = server.device("radio").authorize("read").await.user_code;
    let swapped = given.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    let swapped: String = swapped.collect();
    assert_ne!(swapped, given, "one of eight is a letter");
    assert!(anna.enter_code(&swapped).await.says(UNKNOWN));
    assert!(anna.enter_code(&given).await.is_decision());
    let television = server.device("tv").authorize("read").await.user_code;
    assert!(anna.enter_code(&television.to_lowercase()).await.is_decision());

    let mut bob = server.signed_in_from("bob", "198.51.100.8").await;
    for readable in ["BCDFGHJK", "bcdf ghjk", "BCDF-GHJL", "BCDF-GHJM", "BCDFGHJN"] {
        assert!(bob.enter_code(readable).await.says(UNKNOWN), "{readable}");
    }
    assert_eq!(bob.enter_code(&television).await.path, "/login", "five tries were five");
    assert_eq!(server.count_events("wrong_user_code").await, 1 + 5);
}

/// Proves: U-02 X-03 D-11: a code that was typed before the login is the same one after it, in whichever format it is
/// right.
#[tokio::test]
async fn what_was_typed_before_the_login_is_read_as_it_was_typed() {
    let grouped = ClientUserCode {
        alphabet: Some(MIXED.to_owned()),
        group: Some(4),
        max_length: Some(8),
        ..ClientUserCode::default()
    };
    let server = Server::with(|settings| own(settings, "radio", grouped)).await;
    server.add_user("anna").await;
    let given = server.device("radio").authorize("read").await.user_code;
    let typed: String = given.chars().filter(|character| character.is_alphanumeric()).collect();
    let mut anna = server.browser();
    assert_eq!(anna.enter_code(&typed).await.path, "/login");
    let page = anna.log_in("anna").await;
    assert!(page.is_decision(), "{page:?}");
    assert_eq!(server.count_events("wrong_user_code").await, 0);
}

/// Proves: seed_17: a client's codes hold the configured characters and no others.
#[tokio::test]
async fn look_alikes_are_left_out_where_that_is_configured() {
    let server = Server::with(|settings| {
        for_many_devices(settings);
        "no_look_alikes".clone_into(&mut settings.user_code.alphabet);
        settings.user_code.mask = Some("XX.XX.XXXX".to_owned());
    })
    .await;
    let device = server.device("tv");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let code = device.authorize("read").await.user_code;
        assert_eq!(shape(&code, "3479CFHJKMNPRTWXY"), "XX.XX.XXXX", "{code}");
        seen.extend(code.chars());
    }
    assert_eq!(seen.len(), "3479CFHJKMNPRTWXY.".len(), "480 characters miss one of 17 once in 10^12 runs: {seen:?}");
}

/// Proves: L-06 D-11: a server whose codes would be ambiguous does not start, and says why.
#[tokio::test]
async fn an_ambiguous_alphabet_is_refused_at_start() {
    let database = Database::fresh().await;
    let refused = Server::open(&database, |settings| {
        "abcdEFGHe".clone_into(&mut settings.user_code.alphabet);
        settings.user_code.case_sensitive = Some(false);
    });
    assert_eq!(
        refused.await.err().unwrap().to_string(),
        "user_code.alphabet holds 'E' and 'e', which are one where case does not matter: two codes would be the same"
    );
}
