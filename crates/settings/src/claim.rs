//! `claims` of a client: the claims of its tokens besides the standard ones (RFC 7519 section 4).

use serde_json::Value;

use super::Settings;
use super::findings::{Findings, is_word};
use super::key::KeyPath;
use protocol::{ClaimPlace, ClaimSource, CustomClaim};

/// Checks the claims of a client that has these scopes.
pub(super) fn check(
    claims: &[CustomClaim],
    scopes: &[String],
    settings: &Settings,
    key: &KeyPath,
    findings: &mut Findings,
) {
    for (place, claim) in claims.iter().enumerate() {
        let key = key.at(place);
        if let Some(sentence) = misnamed(claim) {
            findings.add(key.of("name"), sentence);
        }
        let is_same = |other: &CustomClaim| {
            other.name == claim.name && other.places.iter().any(|place| claim.places.contains(place))
        };
        let once = !claims[..place].iter().any(is_same);
        let sentence = format!("there is a claim {:?} in the same place already", claim.name);
        findings.require(once, key.of("name"), sentence);
        let told = match &claim.says {
            ClaimSource::Fixed(value) => is_plain(value),
            ClaimSource::Field(_) => true,
        };
        findings.require(told, key.of("value"), "must be a text, a number, true, false, or a list of them");
        let somewhere = "must name one at least of access_token, id_token and userinfo";
        findings.require(!claim.places.is_empty(), key.of("in"), somewhere);
        if let Some(scope) = claim.scope.as_ref().filter(|scope| !scopes.contains(scope)) {
            let known = settings.scope.iter().any(|known| known.name == *scope);
            let missing = if known { "is not one of the client's scopes" } else { "is no [[scope]]" };
            findings.add(key.of("scope"), format!("{scope:?} {missing}"));
        }
    }
}

fn misnamed(claim: &CustomClaim) -> Option<String> {
    let name = claim.name.as_str();
    if !is_word(name) || name.len() > 128 {
        return Some("must be printable ASCII without spaces, of at most 128 characters".to_owned());
    }
    if CustomClaim::RESERVED.contains(&name) {
        return Some(format!("{name:?} has a meaning of its own in tokens, so it cannot be given another"));
    }
    let by_scope = CustomClaim::TOLD_BY_SCOPE.contains(&name) && claim.places.contains(&ClaimPlace::Userinfo);
    by_scope.then(|| format!("userinfo tells {name:?} by scope: take \"userinfo\" out of `in`"))
}

/// Tables are refused: the layers of the configuration do not keep the case of their keys.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => true,
        Value::Array(values) => values.iter().all(|value| !value.is_array() && is_plain(value)),
        Value::Null | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use protocol::CustomClaim;

    fn row(claim: &str) -> String {
        format!("[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = ['email']\nclaims = [{claim}]")
    }

    #[test]
    fn names_that_tokens_and_answers_need_are_refused() {
        for name in CustomClaim::RESERVED {
            assert_eq!(
                said(&row(&format!("{{ name = '{name}', value = 'x', in = ['id_token'] }}"))),
                format!(
                    "g.toml:6: client[0].claims[0].name: {name:?} has a meaning of its own in tokens, so it cannot be \
                     given another"
                )
            );
        }
    }

    #[test]
    fn a_claim_has_a_name_a_value_and_a_place() {
        let odd = "client[0].claims[0].name: must be printable ASCII without spaces, of at most 128 characters";
        for (claim, expected) in [
            ("{ name = 'tenant', value = 'north', in = ['access_token', 'id_token', 'userinfo'] }", ""),
            ("{ name = 'roles', value = ['a', 1, true], in = ['access_token'] }", ""),
            ("{ name = 'email', from = 'email', in = ['id_token'], scope = 'email' }", ""),
            ("{ name = 'email_verified', value = true, in = ['userinfo'], scope = 'email' }", ""),
            ("{ name = 'a b', value = 1, in = ['id_token'] }", odd),
            ("{ name = '', value = 1, in = ['id_token'] }", odd),
            (
                "{ name = 'email', from = 'email', in = ['userinfo'] }",
                "client[0].claims[0].name: userinfo tells \"email\" by scope: take \"userinfo\" out of `in`",
            ),
            (
                "{ name = 'a', value = 1, from = 'name', in = ['id_token'] }",
                "g.toml:6:11: client[0].claims[0]: takes `value` or `from`, not both",
            ),
            (
                "{ name = 'a', in = ['id_token'] }",
                "g.toml:6:11: client[0].claims[0]: needs `value`, or `from` (username, name or email)",
            ),
            (
                "{ name = 'a', value = { b = 1 }, in = ['id_token'] }",
                "client[0].claims[0].value: must be a text, a number, true, false, or a list of them",
            ),
            (
                "{ name = 'a', value = 1, in = [] }",
                "client[0].claims[0].in: must name one at least of access_token, id_token and userinfo",
            ),
            (
                "{ name = 'a', value = 1, in = ['id_token'], scope = 'profile' }",
                "client[0].claims[0].scope: \"profile\" is not one of the client's scopes",
            ),
            (
                "{ name = 'a', value = 1, in = ['id_token'], scope = 'films' }",
                "client[0].claims[0].scope: \"films\" is no [[scope]]",
            ),
            (
                "{ name = 'a', value = 1, in = ['id_token'] }, { name = 'a', value = 2, in = ['id_token'] }",
                "client[0].claims[1].name: there is a claim \"a\" in the same place already",
            ),
            ("{ name = 'a', value = 1, in = ['id_token'] }, { name = 'a', value = 2, in = ['userinfo'] }", ""),
        ] {
            assert_eq!(said(&row(claim)).replace("g.toml:6: ", ""), expected, "{claim}");
        }
    }
}
