//! A value that does not fit its key: what it is, what it must be, and what to write instead.
//!
//! Whatever is proposed was tried: the settings take it. Nothing that may be a secret is repeated.

use serde::Deserializer;
use serde_json::{Error, Value, json};

use super::key::{KeyPath, KeyStep};
use super::manual::{Manual, nearest_name};
use super::syntax::{quoted, switch};
use super::{Settings, span};

/// A value that does not fit.
pub(super) struct Unfit {
    pub(super) key: KeyPath,
    /// What is wrong with it.
    pub(super) sentences: Vec<String>,
    /// What the operator will have meant.
    pub(super) meant: Option<Value>,
    /// Whether only brackets are wrong: what stands in them is then checked as it is.
    pub(super) is_bracketed: bool,
}

/// Gives the tree its types, and collects the keys that do not exist. The error is the first value that does not fit.
pub(super) fn typed(tree: &Value, manual: &Manual, unknown: &mut Vec<KeyPath>) -> Result<Settings, Unfit> {
    // A list would be read as the fields of the table, one after the other.
    if let Some(key) = list_for_table(tree, &manual.0, &KeyPath::from(Vec::new())) {
        let first = key.found(tree).and_then(|list| list.get(0)).and_then(Value::as_object);
        let meant = first.zip(manual.sound(&key)).map(|(first, sound)| {
            let mut table = sound.clone();
            first.iter().for_each(|(name, value)| table[name] = value.clone());
            table
        });
        let sentence = format!("is a list, and must be one table: write [{key}]");
        return Err(Unfit { key, sentences: vec![sentence], meant, is_bracketed: false });
    }
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(KeyPath::from(&path));
    let read = serde_ignored::Deserializer::new(tree, &mut note);
    deserialize(read).map_err(|(key, error)| unfit(key, &error, tree, manual))
}

fn deserialize<'de, D: Deserializer<'de, Error = Error>>(from: D) -> Result<Settings, (KeyPath, Error)> {
    serde_path_to_error::deserialize(from).map_err(|error| (KeyPath::from(error.path()), error.into_inner()))
}

/// The first key that has a list where there is one table.
fn list_for_table(tree: &Value, manual: &Value, key: &KeyPath) -> Option<KeyPath> {
    match (tree, manual) {
        (Value::Array(_), Value::Object(_)) => Some(key.clone()),
        (Value::Object(table), Value::Object(known)) => {
            table.iter().find_map(|(name, value)| list_for_table(value, known.get(name)?, &key.of(name)))
        }
        (Value::Array(list), Value::Array(known)) => {
            let known = known.first().filter(|known| known.is_object())?;
            list.iter().enumerate().find_map(|(place, value)| list_for_table(value, known, &key.at(place)))
        }
        _ => None,
    }
}

fn unfit(key: KeyPath, error: &Error, tree: &Value, manual: &Manual) -> Unfit {
    let said = error.to_string();
    let (found, sound) = (key.found(tree), manual.sound(&key));
    if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let sound = sound.and_then(|table| table.get(name));
        let shown =
            sound.and_then(example).map(|shown| format!(": write it like {name} = {shown}")).unwrap_or_default();
        let meant = found.zip(sound).map(|(table, sound)| {
            let mut table = table.clone();
            table[name] = sound.clone();
            table
        });
        return Unfit { key, sentences: vec![format!("{name} is missing{shown}")], meant, is_bracketed: false };
    }
    let Some(found) = found else { return Unfit { key, sentences: vec![said], meant: None, is_bracketed: false } };
    let is_secret = key.is_secret();
    let wanted = wanted(&said, sound);
    if found.is_object() && wanted.as_deref() == Some("a list of tables") {
        let sentence = format!("is one table, and must be a list of tables: write [[{key}]]");
        return Unfit { sentences: vec![sentence], meant: Some(json!([found])), is_bracketed: true, key };
    }
    let names = variants(&said);
    let accepted = |value: &Value| accepts(tree, &key, value);
    let candidates = if is_secret { Vec::new() } else { candidates(found, sound, &names) };
    let meant = candidates.into_iter().find(accepted);
    let instead = instead(&key, meant.as_ref(), sound, &names);
    let sentences = match wanted {
        Some(wanted) => vec![format!("is {}, and must be {wanted}{instead}", described(found, is_secret))],
        None if !names.is_empty() => {
            vec![format!("is {}, which has no meaning here{instead}", described(found, is_secret))]
        }
        // The complaint of the key's own type has an example.
        None if meant.is_some() => vec![format!("{}{instead}", said.split(" such as ").next().unwrap_or(&said))],
        None => said.lines().map(str::to_owned).collect(),
    };
    Unfit { key, sentences, meant, is_bracketed: false }
}

/// Whether the settings take the value at this key. What comes after it may still be wrong.
fn accepts(tree: &Value, key: &KeyPath, value: &Value) -> bool {
    let mut tree = tree.clone();
    if let Some(place) = key.found_mut(&mut tree) {
        *place = value.clone();
    }
    deserialize(&tree).err().is_none_or(|(unfit, _)| !unfit.begins_with(key))
}

/// Replaces a value that does not fit by a sound one. If there is no sound value for an element of a list, removes the
/// element and returns `true`.
pub(super) fn put_aside(tree: &mut Value, key: &KeyPath, manual: &Manual) -> bool {
    let sound = manual.sound(key);
    if let Some((KeyStep::Index(index), parents)) = key.steps().split_last()
        && !sound.is_some_and(Value::is_object)
        && let Some(Value::Array(list)) = KeyPath::from(parents.to_vec()).found_mut(tree)
        && *index < list.len()
    {
        list.remove(*index);
        return true;
    }
    // A key that takes a text or a table of texts stands in the manual with a text.
    let sound = sound.or_else(|| manual.sound(&key.parent()?).filter(|parent| parent.is_string()));
    if let Some(place) = key.found_mut(tree) {
        *place = sound.cloned().unwrap_or_default();
    }
    false
}

/// What the type of the key expects, if the value has another type.
fn wanted(said: &str, sound: Option<&Value>) -> Option<String> {
    if !said.starts_with("invalid type: ") && !said.starts_with("invalid value: ") {
        return None;
    }
    let (_, expected) = said.rsplit_once(", expected ")?;
    let has_tables = sound.and_then(|sound| sound.get(0)).is_some_and(Value::is_object);
    let plain = match expected {
        "a string" if is_duration(sound) => "a duration",
        "a string" | "string or map" => "a text",
        "a boolean" => "true or false",
        "a sequence" if has_tables => "a list of tables",
        "a sequence" => "a list",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        other if other.starts_with("struct ") || other == "a map" => "a table",
        other => other,
    };
    Some(plain.to_owned())
}

fn is_duration(sound: Option<&Value>) -> bool {
    sound.and_then(Value::as_str).is_some_and(|sound| span::parse(sound).is_ok())
}

/// The names that a key takes, if it takes nothing else.
fn variants(said: &str) -> Vec<String> {
    let Some((_, names)) = said.strip_prefix("unknown variant ").and_then(|said| said.rsplit_once(", expected "))
    else {
        return Vec::new();
    };
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What the operator may have meant, the likeliest first.
fn candidates(found: &Value, sound: Option<&Value>, names: &[String]) -> Vec<Value> {
    let mut meant = Vec::new();
    match found {
        Value::Number(number) if is_duration(sound) => meant.push(json!(format!("{number}s"))),
        Value::Number(number) => meant.push(json!(number.to_string())),
        Value::Bool(is_on) => meant.push(json!(is_on.to_string())),
        Value::String(text) => {
            let text = text.trim();
            meant.extend(nearest_name(&text.to_lowercase(), names.iter().map(String::as_str)).map(|name| json!(name)));
            meant.extend(text.parse::<i64>().ok().map(|number| json!(number)));
            meant.extend(switch(text).map(|switch| json!(switch)));
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            meant.push(json!(words.collect::<Vec<_>>()));
            let is_host = text.contains('.') || text.starts_with("localhost");
            if is_host && !text.contains("://") && !text.starts_with('/') {
                meant.extend(["http", "https"].map(|scheme| json!(format!("{scheme}://{text}"))));
            }
        }
        _ => {}
    }
    if let (Some(Value::Bool(_)), Value::Number(number)) = (sound, found) {
        meant.extend(switch(&number.to_string()).map(|switch| json!(switch)));
    }
    if !found.is_array() && !found.is_object() {
        meant.push(json!([found]));
    }
    meant
}

/// The end of a complaint: what to write.
fn instead(key: &KeyPath, meant: Option<&Value>, sound: Option<&Value>, names: &[String]) -> String {
    if let Some(meant) = meant.and_then(written) {
        return format!(": write {meant}");
    }
    if let Some((last, others)) = names.split_last() {
        let others = others.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        return format!(": write {others} or \"{last}\"");
    }
    match sound {
        Some(Value::Object(_)) => format!(": write [{key}] above its keys"),
        sound => sound.and_then(example).map(|example| format!(": write it like {example}")).unwrap_or_default(),
    }
}

/// A value of the manual that shows how the key is written. An empty one shows nothing.
fn example(sound: &Value) -> Option<String> {
    let is_empty = match sound {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty() || list[0].is_object(),
        other => other.is_object() || other.is_null(),
    };
    written(sound).filter(|_| !is_empty)
}

/// A value as TOML writes it in one line.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(quoted(text)),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(list) => Some(format!("[{}]", list.iter().map(written).collect::<Option<Vec<_>>>()?.join(", "))),
        Value::Null | Value::Object(_) => None,
    }
}

/// The longest text that a complaint repeats.
const LONGEST: usize = 60;

fn described(value: &Value, is_secret: bool) -> String {
    match value {
        Value::String(text) if !is_secret && text.chars().count() <= LONGEST => format!("the text {}", quoted(text)),
        Value::Number(number) if !is_secret => format!("the number {number}"),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(is_on) => is_on.to_string(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a table".to_owned(),
        Value::Null => "nothing".to_owned(),
    }
}

impl KeyPath {
    /// The value at this key.
    fn found<'a>(&self, tree: &'a Value) -> Option<&'a Value> {
        self.steps().iter().try_fold(tree, |value, step| match step {
            KeyStep::Name(name) => value.get(name),
            KeyStep::Index(index) => value.get(*index),
        })
    }

    pub(super) fn found_mut<'a>(&self, tree: &'a mut Value) -> Option<&'a mut Value> {
        self.steps().iter().try_fold(tree, |value, step| match step {
            KeyStep::Name(name) => value.get_mut(name),
            KeyStep::Index(index) => value.get_mut(*index),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, table};

    const TV: &str = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n";

    #[test]
    fn what_is_proposed_is_what_the_key_takes() {
        table(&[
            (
                "device.enabled = 'yes'",
                "g.toml:1:18: device.enabled: is the text \"yes\", and must be true or false: write true",
            ),
            (
                "device.enabled = 0",
                "g.toml:1:18: device.enabled: is the number 0, and must be true or false: write false",
            ),
            (
                "device.enabled = 'maybe'",
                "g.toml:1:18: device.enabled: is the text \"maybe\", and must be true or false: write it like true",
            ),
            (
                "device.scopes = 'openid email'",
                "g.toml:1:17: device.scopes: is the text \"openid email\", and must be a list: write [\"openid\", \"email\"]",
            ),
            (
                "proxies.trusted = '10.0.0.0/8'",
                "g.toml:1:19: proxies.trusted: is the text \"10.0.0.0/8\", and must be a list: write [\"10.0.0.0/8\"]",
            ),
            ("proxies.trusted = 'me'", "g.toml:1:19: proxies.trusted: is the text \"me\", and must be a list"),
            (
                "device.interval = 2.5",
                "g.toml:1:19: device.interval: is the number 2.5, and must be a duration: write \"2.5s\"",
            ),
            (
                "device.interval = ['5s']",
                "g.toml:1:19: device.interval: is a list, and must be a duration: write it like \"5s\"",
            ),
            (
                "log.format = 'JSON'",
                "g.toml:1:14: log.format: is the text \"JSON\", which has no meaning here: write \"json\"",
            ),
            (
                "log = 'debug'",
                "g.toml:1:7: log: is the text \"debug\", and must be a table: write [log] above its keys",
            ),
            (
                "issuer = 'localhost:9000'",
                "g.toml:1:10: issuer: must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1]): write \"http://localhost:9000\"",
            ),
            (&TV.replace("'tv'", "7"), "g.toml:2:6: client[0].id: is the number 7, and must be a text: write \"7\""),
            (
                &TV.replace("'public'", "true"),
                "g.toml:4:8: client[0].type: is true, and must be a text: write it like \"public\"",
            ),
        ]);
    }

    #[test]
    fn nothing_that_may_be_a_secret_is_repeated() {
        for toml in [
            format!("{TV}secret_digests = 'hunter2'"),
            format!("{TV}secret_digests = ['hunter2']"),
            format!("{TV}jwks = ['hunter2']"),
            format!("{TV}client_secret = 'hunter2'"),
            "[[webhook]]\nname = 'mail'\nurl = 'hooks.example.com/hunter2'".to_owned(),
            "[database]\nurl = ['postgres://me:hunter2@host/db']".to_owned(),
            "database = 'postgres://me:hunter2@host/db?hunter2=hunter2&hunter2=hunter2'".to_owned(),
            "[database]\nurl = postgres://me:hunter2@host/db".to_owned(),
        ] {
            let said = said(&toml);
            assert!(!said.is_empty() && !said.contains("hunter2"), "{said}");
        }
    }
}
