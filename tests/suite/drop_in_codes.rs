//! The codes of devices of other products: their members, forms and lifetimes, and how each is set.

use std::collections::{HashMap, HashSet};

use settings::{ClientUserCode, Settings};

use testkit::{ISSUER, JANSSEN, NONE, PINGONE, PRODUCTS, Server, for_many_devices, of_file};

/// The characters that the PingOne page names.
const OF_PINGONE: &str = "234567ABCDEFGHIJKLMNOPQRSTVWXYZabcdefghijkmnopqrstvwxyz";
/// The same without those that are taken for another.
const WITHOUT_LOOK_ALIKES: &str = "347ACEFHJKMNPRTWXYacefhjkmnprtwxy";
const KEYS_OF_PINGONE: &str = include_str!("../../config/profiles/pingone.toml");

fn own(settings: &mut Settings, client_id: &str, own: ClientUserCode) {
    let client = settings.client.iter_mut().find(|client| client.id == client_id).unwrap();
    client.user_code = Some(own);
}

/// Proves: seed_10 seed_12 seed_13 seed_14 seed_66, under each profile: the members, and no others.
#[tokio::test]
async fn each_product_has_its_members_and_its_numbers() {
    for product in PRODUCTS {
        let server = product.server().await;
        let answer = server.device("tv").made_for(&product).ask(&[("scope", "read")]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{product:?}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string(), "{product:?}");
        let json = answer.json();
        let told: HashSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected: HashSet<&str> =
            ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"]
                .into();
        if product.profile == PINGONE.profile {
            expected.insert("verification_url");
        }
        assert_eq!(told, expected, "{product:?}");
        let (uri, code) = (format!("{ISSUER}{}", product.page), json["user_code"].as_str().unwrap());
        assert_eq!(json["verification_uri"], uri);
        assert_eq!(json["verification_uri_complete"], format!("{uri}?user_code={code}"), "byte by byte");
        let expires_in = match product.profile {
            "janssen" => 1800,
            "pingone" => 300,
            _ => 600,
        };
        assert_eq!(
            (json["expires_in"].as_u64(), json["interval"].as_u64()),
            (Some(expires_in), Some(5)),
            "{product:?}"
        );
    }
}

/// Proves: seed_11, as a key of its own.
#[tokio::test]
async fn the_older_name_of_the_address_is_a_switch() {
    for told in [true, false] {
        let server = Server::with(|settings| settings.compatibility.verification_url = told).await;
        let json = server.device("tv").authorize("read").await.json;
        assert_eq!(json["verification_uri"], format!("{ISSUER}/device"));
        assert_eq!(json.get("verification_url"), told.then_some(&json["verification_uri"]), "{json}");
    }
}

/// Proves: seed_04: a client gets its default scopes, and a client without any gets an error that says so.
#[tokio::test]
async fn a_public_client_needs_its_id_alone() {
    for product in [NONE, PINGONE] {
        let server = product.server().await;
        server.add_user("anna").await;
        let given = server.post(product.asks_at, "client_id=tv").await;
        assert_eq!(given.status, 200, "{}", given.body);
        let device = server.device("tv").made_for(&product).authorize_with(&[]).await;
        let mut browser = server.browser();
        let decision = browser.reach_decision(&device.user_code, "anna").await;
        assert!(decision.says("Know who you are") && !decision.says("Read your films"), "{decision:?}");
        browser.approve(&decision).await;
        assert_eq!(device.redeem().await["scope"], "openid");
        let strict =
            product.server_with(|settings| settings.scope.iter_mut().for_each(|scope| scope.default = false)).await;
        strict.post(product.asks_at, "client_id=tv").await.assert_error(400, "invalid_scope");
        server.post(product.asks_at, "scope=read").await.assert_error(400, "invalid_request");
    }
}

/// Proves: seed_16 seed_17 seed_18: of the profile, of a client with a set of its own, and of one without look-alikes, as
/// the server draws them.
#[tokio::test]
async fn ten_thousand_codes_hold_their_own_characters_evenly() {
    let server = PINGONE
        .server_with(|settings| {
            let of = |alphabet: &str, length| ClientUserCode {
                alphabet: Some(alphabet.to_owned()),
                length: Some(length),
                ..ClientUserCode::default()
            };
            own(settings, "radio", of(WITHOUT_LOOK_ALIKES, 10));
            own(settings, "box", of("no_look_alikes", 9));
        })
        .await;
    for (client, alphabet, length) in
        [("tv", OF_PINGONE, 8), ("radio", WITHOUT_LOOK_ALIKES, 10), ("box", "3479CFHJKMNPRTWXY", 9)]
    {
        let look = server.app.registry.user_codes.of(client);
        let mut count: HashMap<char, u32> = alphabet.chars().map(|character| (character, 0)).collect();
        for _ in 0..10_000 {
            let code = look.show(&look.draw(length, |bytes| server.app.entropy.fill(bytes)));
            assert_eq!(code.chars().count(), length, "{client}: {code}");
            for character in code.chars() {
                *count.get_mut(&character).unwrap_or_else(|| panic!("{code} strays from the set of {client}")) += 1;
            }
        }
        let float = |number: usize| f64::from(u32::try_from(number).unwrap());
        let (expected, freedom) = (10_000.0 * float(length) / float(count.len()), float(count.len()) - 1.0);
        let chi_square: f64 = count.values().map(|seen| (f64::from(*seen) - expected).powi(2) / expected).sum();
        // Ten deviations: beyond that less than once in 10^12 runs.
        assert!(chi_square < freedom + 10.0 * (2.0 * freedom).sqrt(), "{client}: {chi_square}");
    }
    let given = server.device("radio").made_for(&PINGONE).authorize("read").await.user_code;
    assert!(given.len() == 10 && given.chars().all(|c| WITHOUT_LOOK_ALIKES.contains(c)), "{given}");
}

/// Proves: seed_16: `VAL12e0v` and `val12e0v` are two codes.
#[tokio::test]
async fn a_code_of_two_cases_is_compared_letter_for_letter() {
    let server = PINGONE.server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").made_for(&PINGONE).authorize("read").await;
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let (place, letter) = device.user_code.char_indices().find(|(_, c)| c.is_ascii_alphabetic()).unwrap();
    let other = format!("{}{}{}", &device.user_code[..place], swap(letter), &device.user_code[place + 1..]);
    let refused = PINGONE.type_code(&mut anna, &other).await;
    assert!(refused.says(testkit::UNKNOWN), "{other} is not {}: {refused:?}", device.user_code);
    let page = PINGONE.type_code(&mut anna, &device.user_code).await;
    assert!(page.is_decision() && page.says(&device.user_code), "the devices are in another network: {page:?}");
}

/// Where case tells codes apart, no keyboard starts in capitals and no style shows others than were typed; of any
/// client's codes, for nobody knows yet whose code will be typed.
#[tokio::test]
async fn the_field_leaves_the_case_alone_where_it_matters() {
    let mixed = |settings: &mut Settings| {
        let alphabet = Some(OF_PINGONE.to_owned());
        own(settings, "radio", ClientUserCode { alphabet, ..ClientUserCode::default() });
    };
    for (server, exact) in
        [(NONE.server().await, false), (PINGONE.server().await, true), (Server::with(mixed).await, true)]
    {
        let mut anna = server.signed_in("anna").await;
        let asked = anna.open("/device").await;
        let refused = anna.post(&asked, "/device", &[("user_code", "x")]).await;
        let linked = server.device("tv").authorize("read").await.json["verification_uri_complete"].clone();
        let linked = anna.open(linked.as_str().unwrap().strip_prefix(ISSUER).unwrap()).await;
        for page in [asked, refused, linked] {
            assert_eq!(page.says("autocapitalize=\"none\""), exact, "{page:?}");
            assert_eq!(page.says("class=\"letters exact\""), exact, "{page:?}");
            assert_eq!(page.says("autocapitalize=\"characters\""), !exact, "{page:?}");
        }
        assert!(
            server
                .get("/static/style.css")
                .await
                .body
                .contains("input.letters.exact[type=\"text\"] { text-transform: none; }")
        );
    }
}

/// Proves: seed_15, the other way round: case and the dash do not matter to people at Janssen's page.
#[tokio::test]
async fn a_code_of_one_case_may_be_typed_in_any() {
    let server = JANSSEN.server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").made_for(&JANSSEN).authorize("read").await;
    for typed in [device.user_code.to_lowercase(), device.user_code.replace('-', "")] {
        assert!(JANSSEN.type_code(&mut anna, &typed).await.is_decision(), "{typed}");
    }
}

/// Proves: seed_11 seed_14 seed_17 seed_18 seed_19 seed_21: what the profile sets can each be set to something else: the
/// characters, the length, the lifetime, the interval and the page, which can be as short as one likes.
#[tokio::test]
async fn each_way_of_the_product_is_a_key_of_its_own() {
    let mixed = [
        ("expires_in = \"5m\"", "expires_in = \"2m\""),
        ("interval = \"5s\"", "interval = \"7s\""),
        (OF_PINGONE, WITHOUT_LOOK_ALIKES),
        ("\nlength = 8", "\nlength = 10"),
        ("max_length = 8", "max_length = 10"),
        ("[\"/am/oauth2/realms/root/realms/{realm}/device/user\"]", "[\"/tv\"]"),
    ];
    let keys = mixed.iter().fold(KEYS_OF_PINGONE.to_owned(), |keys, (from, to)| {
        assert!(keys.contains(from), "{from}");
        keys.replace(from, to)
    });
    let server = Server::with(|settings| of_file(settings, &keys)).await;
    let json = server.device("tv").made_for(&PINGONE).authorize("read").await.json;
    assert_eq!((json["expires_in"].as_u64(), json["interval"].as_u64()), (Some(120), Some(7)));
    let code = json["user_code"].as_str().unwrap();
    assert!(code.len() == 10 && code.chars().all(|c| WITHOUT_LOOK_ALIKES.contains(c)), "{code}");
    assert_eq!(json["verification_uri"], format!("{ISSUER}/tv"));
    assert_eq!(json["verification_url"], json["verification_uri"]);
    assert!(server.get("/tv").await.body.contains("name=\"user_code\""));
}

/// Proves: seed_21: what people type behind the host has forty characters at most. PingOne's own path has more, as its
/// devices show it; the test before this one shortens it.
#[tokio::test]
async fn an_address_is_short_enough_to_type() {
    for product in [NONE, JANSSEN] {
        let server = product.server_with(for_many_devices).await;
        let json = server.device("tv").made_for(&product).authorize("read").await.json;
        let path = json["verification_uri"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert!(path.len() <= 40, "{path}");
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    let server = Server::with(|settings| "/tv".clone_into(&mut settings.device.verification_path)).await;
    let json = server.device("tv").authorize("read").await.json;
    assert_eq!(json["verification_uri"], format!("{ISSUER}/tv"));
    assert_eq!(server.get("/tv").await.status, 200);
}
