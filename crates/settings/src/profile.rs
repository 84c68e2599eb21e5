//! The keys that a compatibility profile sets, and the keys of the operator that contradict it.

use serde_json::Value;
use toml_edit::Document;

use super::findings::Finding;
use super::key::KeyPath;
use super::{Profile, Settings};

/// The text of the profile that is asked for. An unknown name is complained about when the settings get their types.
pub(super) fn asked(tree: &Value) -> Option<&'static str> {
    let profile: Profile = serde_json::from_value(tree.get("compatibility")?.get("profile")?.clone()).ok()?;
    profile.text()
}

/// The keys whose values differ from those of the profile. `alone` is the profile over the defaults.
///
/// A profile with other values would behave like no product, and its name would no longer say what the server does.
pub(super) fn contradictions(settings: &Settings, alone: &Settings) -> Vec<Finding> {
    let profile = settings.compatibility.profile;
    let (Ok(here), Ok(there)) = (serde_json::to_value(settings), serde_json::to_value(alone)) else {
        return Vec::new();
    };
    let of = |tree: &Value, (table, name): &(String, String)| tree[table][name].clone();
    let differing = keys(profile).into_iter().filter(|key| of(&here, key) != of(&there, key));
    // A mask replaces the groups that a profile sets.
    let mask = ("user_code".to_owned(), "mask".to_owned());
    let masked = settings.user_code.mask.is_some().then_some(mask);
    let finding = |key: (String, String)| Finding {
        sentence: format!(
            "contradicts compatibility.profile = {}, which sets it to {}: leave one of them out, or take the profile \
             \"none\" and set each key",
            here["compatibility"]["profile"],
            of(&there, &key)
        ),
        keys: vec![KeyPath::from(key.0.as_str()).of(&key.1), KeyPath::from("compatibility.profile")],
    };
    differing.chain(masked).map(finding).collect()
}

/// Table and name of each key that the profile sets.
fn keys(profile: Profile) -> Vec<(String, String)> {
    let document = profile.text().and_then(|text| Document::parse(text).ok());
    let tables = document.iter().flat_map(|document| document.iter());
    let keys = tables.flat_map(|(table, item)| {
        let names = item.as_table_like().into_iter().flat_map(|table| table.iter());
        names.map(move |(name, _)| (table.to_owned(), name.to_owned())).collect::<Vec<_>>()
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use super::{Profile, keys};
    use crate::{DeviceCodeShape, load_from};
    use std::path::Path;
    use std::time::Duration;

    fn read(toml: &str) -> Result<crate::Settings, String> {
        load_from(Some((Path::new("g.toml"), toml)), []).map_err(|all| all.to_string())
    }

    /// Proves: seed_13
    #[test]
    fn a_profile_is_a_bundle_of_defaults() {
        let settings = read("compatibility.profile = 'janssen'\nissuer = 'https://login.example.com'").unwrap();
        assert_eq!(settings.device.expires_in, Duration::from_secs(1800));
        assert_eq!(settings.compatibility.device_code, DeviceCodeShape::Hex);
        let variable = ("GRANTD__COMPATIBILITY__PROFILE".to_owned(), "pingone".to_owned());
        let settings = load_from(None, [variable]).unwrap();
        assert_eq!(settings.device.expires_in, Duration::from_secs(300));
        assert_eq!(settings.compatibility.pending_status, 403);
    }

    #[test]
    fn what_a_profile_sets_is_not_set_to_something_else() {
        let toml = "compatibility.profile = 'pingone'\n[device]\nexpires_in = '10m'\ninterval = '5000ms'\n";
        assert_eq!(
            read(toml).unwrap_err(),
            "g.toml:3: device.expires_in: contradicts compatibility.profile = \"pingone\", which sets it to \"5m\": leave one of \
             them out, or take the profile \"none\" and set each key"
        );
        let settings = read("compatibility.profile = 'pingone'\ncompatibility.realm = 'bravo'").unwrap();
        assert_eq!(settings.compatibility.in_realm("/{realm}/x"), "/bravo/x");
        let masked = read("compatibility.profile = 'pingone'\nuser_code.mask = 'XXXX-XXXX'").unwrap_err();
        assert!(
            masked.starts_with("g.toml:2: user_code.mask: contradicts compatibility.profile = \"pingone\""),
            "{masked}"
        );
        assert!(read("compatibility.profile = 'janssen'\nuser_code.separator = '_'").is_err());
        assert!(
            read("compatibility.profile = 'janssen'\nuser_code.alphabet = 'letters'").is_ok(),
            "the same is no contradiction"
        );
    }

    #[test]
    fn every_key_of_a_profile_is_a_setting() {
        for (profile, name) in [(Profile::Janssen, "janssen"), (Profile::PingOne, "pingone")] {
            let alone = read(&format!("compatibility.profile = {name:?}")).unwrap();
            let tree = serde_json::to_value(alone).unwrap();
            let keys = keys(profile);
            assert!(keys.len() > 8, "{keys:?}");
            for (table, name) in keys {
                assert!(tree[&table].get(&name).is_some(), "{table}.{name}");
            }
        }
    }
}
