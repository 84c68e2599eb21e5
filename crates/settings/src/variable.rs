//! The `GRANTD__SECTION__KEY` variables: each is read as the kind of value that its key takes.

use config::ValueKind;

use super::complaint::{Complaint, Complaints, Location};
use super::key::KeyPath;
use super::manual::{Kind, Manual, nearest_name};

const PREFIX: &str = "GRANTD__";

/// A variable that sets a key.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) key: KeyPath,
    pub(super) value: ValueKind,
}

/// The variables that set a key. Adds a complaint for each variable that should set one and does not.
pub(super) fn read(
    environment: impl IntoIterator<Item = (String, String)>,
    manual: &Manual,
    complaints: &mut Complaints,
) -> Vec<Variable> {
    let settable: Vec<(String, KeyPath, Kind)> =
        manual.settable().into_iter().map(|(key, kind)| (name_of(&key), key, kind)).collect();
    let mut variables = Vec::new();
    for (name, written) in environment {
        let judged = match settable.iter().find(|(known, ..)| *known == name) {
            Some((_, key, kind)) => value(&written, *kind).map(|value| Some((key.clone(), value))),
            None => not_a_key(&name, &settable, manual).map_or(Ok(None), Err),
        };
        match judged {
            Ok(Some((key, value))) => variables.push(Variable { name, key, value }),
            Ok(None) => {}
            Err(sentence) => complaints.push(Complaint::new(Location::Variable(name), None, sentence)),
        }
    }
    variables
}

fn name_of(key: &KeyPath) -> String {
    format!("{PREFIX}{}", key.to_string().to_uppercase().replace('.', "__"))
}

fn value(written: &str, kind: Kind) -> Result<ValueKind, String> {
    match kind {
        Kind::Text => Ok(written.into()),
        Kind::Number => written.parse().map(ValueKind::I64).map_err(|_| format!("{written:?} is not a whole number")),
        Kind::Switch => {
            written.parse().map(ValueKind::Boolean).map_err(|_| format!("{written:?} is not true or false"))
        }
        Kind::List => {
            let items = written.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(items.collect::<Vec<_>>().into())
        }
    }
}

/// Why a variable that sets no key is wrong; `None` if it is not a variable of grantd.
fn not_a_key(name: &str, settable: &[(String, KeyPath, Kind)], manual: &Manual) -> Option<String> {
    let Some(path) = name.strip_prefix(PREFIX) else {
        // Without this, `GRANTD_ISSUER` would be ignored without a word. Other names with one underscore are ignored:
        // orchestrators make some, such as GRANTD_PORT.
        let meant = settable.iter().find(|(known, ..)| known.replace("__", "_") == name)?;
        return Some(format!("unknown variable; did you mean {}?", meant.0));
    };
    let table = path.split("__").next().unwrap_or_default().trim_end_matches('S').to_lowercase();
    if manual.is_list_of_tables(&table) {
        return Some(format!("{table}s cannot be set by variables, only in the file"));
    }
    let meant = nearest_name(&name.to_uppercase(), settable.iter().map(|(known, ..)| known.as_str()));
    let meant = meant.map(|meant| format!("; did you mean {meant}?"));
    Some(format!("unknown variable{}", meant.unwrap_or_default()))
}
