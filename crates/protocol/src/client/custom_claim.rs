//! Claims that the operator gives one client besides the standard ones (RFC 7519 section 4.3; OpenID Connect Core
//! section 5.1.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::scope::Scope;

/// A claim for one client, written with `value` or `from`, never both.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "WrittenClaim")]
pub struct CustomClaim {
    /// The name of the claim, which is not in [`CustomClaim::RESERVED`].
    pub name: String,
    /// Where its value comes from.
    #[serde(flatten)]
    pub says: ClaimSource,
    /// The tokens and answers that contain it.
    #[serde(rename = "in")]
    pub places: Vec<ClaimPlace>,
    /// The scope that has to be granted for it, if any.
    pub scope: Option<String>,
}

/// Where a claim's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ClaimSource {
    /// A value that is the same for everybody.
    #[serde(rename = "value")]
    Fixed(Value),
    /// A field of the person. The claim is absent where the field is unknown.
    #[serde(rename = "from")]
    Field(UserField),
}

/// A claim as the configuration has it.
#[derive(Deserialize)]
struct WrittenClaim {
    name: String,
    value: Option<Value>,
    from: Option<UserField>,
    #[serde(rename = "in")]
    places: Vec<ClaimPlace>,
    scope: Option<String>,
}

impl TryFrom<WrittenClaim> for CustomClaim {
    type Error = &'static str;

    fn try_from(written: WrittenClaim) -> Result<Self, Self::Error> {
        let says = match (written.value, written.from) {
            (Some(value), None) => ClaimSource::Fixed(value),
            (None, Some(field)) => ClaimSource::Field(field),
            (Some(_), Some(_)) => return Err("takes `value` or `from`, not both"),
            (None, None) => return Err("needs `value`, or `from` (username, name or email)"),
        };
        Ok(Self { name: written.name, says, places: written.places, scope: written.scope })
    }
}

/// The fields that are known of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UserField {
    /// The user name for the login.
    Username,
    /// The name of the person.
    Name,
    /// The e-mail address.
    Email,
}

/// The tokens and answers that can contain a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimPlace {
    /// The access token, and its introspection.
    AccessToken,
    /// The ID token.
    IdToken,
    /// The answer of `/userinfo`.
    Userinfo,
}

/// The fields of a person that claims are made of.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The user name for the login.
    pub username: Option<String>,
    /// The name of the person.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

impl CustomClaim {
    /// Names that have a meaning in a token or in an answer about one. A value that an operator chooses would mislead
    /// verifiers (RFC 7519 section 4.1, RFC 7662 section 2.2, RFC 9068 section 2.2, OpenID Connect Core sections 2 and
    /// 5.6.2, RFC 7800, RFC 8693 section 4, RFC 9396 section 9).
    pub const RESERVED: &[&str] = &[
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "scope",
        "client_id",
        "auth_time",
        "acr",
        "amr",
        "azp",
        "nonce",
        "at_hash",
        "c_hash",
        "s_hash",
        "sid",
        "cnf",
        "act",
        "may_act",
        "active",
        "username",
        "token_type",
        "token_introspection",
        "authorization_details",
        "events",
        "sub_jwk",
        "_claim_names",
        "_claim_sources",
    ];
    /// The claims that `/userinfo` contains by scope.
    pub const TOLD_BY_SCOPE: &[&str] = &["name", "preferred_username", "email"];

    /// Whether the claim needs the fields of the person in this place.
    pub fn needs_person(&self, place: ClaimPlace) -> bool {
        self.places.contains(&place) && matches!(self.says, ClaimSource::Field(_))
    }

    /// The claims for one place, given the granted scope.
    pub fn told(claims: &[Self], place: ClaimPlace, granted: &Scope, person: &Person) -> Map<String, Value> {
        let told = claims.iter().filter(|claim| {
            claim.places.contains(&place) && claim.scope.as_ref().is_none_or(|scope| granted.contains(scope))
        });
        told.filter_map(|claim| Some((claim.name.clone(), claim.says.of(person)?))).collect()
    }
}

impl ClaimSource {
    fn of(&self, person: &Person) -> Option<Value> {
        match self {
            Self::Fixed(value) => Some(value.clone()),
            Self::Field(UserField::Username) => person.username.clone().map(Value::from),
            Self::Field(UserField::Name) => person.name.clone().map(Value::from),
            Self::Field(UserField::Email) => person.email.clone().map(Value::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_told_where_it_belongs_and_only_what_is_known() {
        let claim = |name: &str, says, scope: Option<&str>| CustomClaim {
            name: name.to_owned(),
            says,
            places: vec![ClaimPlace::IdToken],
            scope: scope.map(str::to_owned),
        };
        let claims = [
            claim("tenant", ClaimSource::Fixed("north".into()), None),
            claim("login", ClaimSource::Field(UserField::Username), Some("profile")),
            claim("mail", ClaimSource::Field(UserField::Email), None),
        ];
        let person = Person { username: Some("anna".to_owned()), ..Person::default() };
        let told = |place, scope: &str| {
            Value::Object(CustomClaim::told(&claims, place, &scope.parse().unwrap(), &person)).to_string()
        };
        assert_eq!(told(ClaimPlace::IdToken, "openid"), r#"{"tenant":"north"}"#);
        assert_eq!(told(ClaimPlace::IdToken, "profile"), r#"{"login":"anna","tenant":"north"}"#);
        assert_eq!(told(ClaimPlace::Userinfo, "profile"), "{}");
    }
}
