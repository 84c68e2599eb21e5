//! docs/phishing.md says what filters and operators need, and it is true. RFC 10027 sections 6.1.2 and 6.1.5;
//! requirements P-04 and P-06.

use settings::{DEFAULTS, load_from};

use testkit::{ISSUER, Server};

fn page() -> String {
    std::fs::read_to_string("docs/phishing.md").unwrap()
}

/// Whether a code is what `[letters]{4}-[letters]{4}(-[letters]{1,4})?` describes.
fn is_as_documented(code: &str, letters: &str) -> bool {
    let groups: Vec<&str> = code.split('-').collect();
    let (first, rest) = groups.split_at(groups.len().min(2));
    first.len() == 2
        && first.iter().all(|group| group.len() == 4)
        && rest.len() <= 1
        && rest.iter().all(|group| (1..=4).contains(&group.len()))
        && groups.concat().chars().all(|letter| letters.contains(letter))
}

/// Proves: P-04: the pattern for filters is that of the default format, at every length that codes may grow to.
#[tokio::test]
async fn filters_can_match_what_codes_look_like() {
    let settings = load_from(None, []).unwrap().user_code;
    assert_eq!(settings.alphabet, "letters", "the preset that the page spells out");
    let letters = "BCDFGHJKLMNPQRSTVWXZ";
    let pattern = format!("\\b[{letters}]{{4}}-[{letters}]{{4}}(-[{letters}]{{1,4}})?\\b");
    assert!(page().contains(&format!("\n{pattern}\n")), "docs/phishing.md lacks {pattern}");
    assert_eq!((settings.group, settings.length, settings.max_length), (4, 8, 12), "the pattern is for these");
    for length in [8, 9, 12] {
        let server = Server::with(|settings| settings.user_code.length = length).await;
        let code = server.device("tv").authorize("read").await.user_code;
        assert!(code.replace('-', "").len() == length && is_as_documented(&code, letters), "{code}");
    }
    let server = Server::spawn().await;
    let json = server.device("tv").authorize("read").await.json;
    assert!(is_as_documented(json["user_code"].as_str().unwrap(), letters), "{json}");
    let link = json["verification_uri_complete"].as_str().unwrap();
    assert!(link.starts_with(&format!("{ISSUER}/device?user_code=")), "{link}");
    assert!(page().contains("/device?user_code="), "nor how links begin");
}

/// Proves: P-06: codes live for ten minutes, and both manuals say what that does not stop.
#[test]
fn the_manuals_say_what_a_short_life_does_not_stop() {
    let reason = DEFAULTS.split("\nexpires_in = \"10m\"").next().unwrap().rsplit("\n\n").next().unwrap();
    let reason: String = reason.replace("\n# ", " ");
    assert!(reason.contains("do not stop a phisher's page that asks for a code at the moment when its victim clicks"));
    let page = page().replace('\n', " ");
    let limit = "asks for a fresh code at the moment when the victim clicks, and polls from thousands of addresses. A short \
                 life does not stop that.";
    assert!(page.contains(limit));
    assert!(page.contains("`device.expires_in`, ten minutes by default"));
}

/// The page has every policy of the configuration.
#[test]
fn every_policy_is_on_the_page() {
    for key in
        ["consent", "network_mismatch", "prefilled_code", "max_auth_age", "allowed_networks", "confidential_only"]
    {
        assert!(DEFAULTS.contains(&format!("\n{key} = ")), "{key} is no key any more");
        assert!(page().contains(&format!("`{key}")), "docs/phishing.md does not tell of {key}");
    }
}
