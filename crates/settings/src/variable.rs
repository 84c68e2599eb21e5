//! What do the `GRANTD__SECTION__KEY` variables say? Each is read as the kind of value that its key takes.

use config::ValueKind;

use super::complaint::{Complaint, Complaints, Place};
use super::key::Key;
use super::known::{Kind, KnownKeys, nearest_name};

const PREFIX: &str = "GRANTD__";

/// A variable that sets a key.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) key: Key,
    pub(super) value: ValueKind,
}

/// The variables that set something; what is wrong with the others is added to the complaints.
pub(super) fn read(
    environment: impl IntoIterator<Item = (String, String)>,
    known: &KnownKeys,
    complaints: &mut Complaints,
) -> Vec<Variable> {
    let settable: Vec<(String, Key, Kind)> =
        known.settable().into_iter().map(|(key, kind)| (name_of(&key), key, kind)).collect();
    let mut variables = Vec::new();
    for (name, written) in environment {
        let judged = match settable.iter().find(|(known, ..)| *known == name) {
            Some((_, key, kind)) => value(&written, *kind).map(|value| Some((key.clone(), value))),
            None => not_a_key(&name, &settable).map_or(Ok(None), Err),
        };
        match judged {
            Ok(Some((key, value))) => variables.push(Variable { name, key, value }),
            Ok(None) => {}
            Err(sentence) => complaints.push(Complaint::new(Place::Variable(name), None, sentence)),
        }
    }
    variables
}

fn name_of(key: &Key) -> String {
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

/// Why a variable that sets no key is wrong, or nothing if it is none of ours.
fn not_a_key(name: &str, settable: &[(String, Key, Kind)]) -> Option<String> {
    let Some(path) = name.strip_prefix(PREFIX) else {
        // `GRANTD_ISSUER` would be passed over in silence. Other single-underscore names are left alone: orchestrators make
        // their own, such as GRANTD_PORT.
        let meant = settable.iter().find(|(known, ..)| known.replace("__", "_") == name)?;
        return Some(format!("unknown variable; did you mean {}?", meant.0));
    };
    match path.split("__").next() {
        Some("CLIENT" | "CLIENTS") => return Some("clients cannot be set by variables, only in the file".to_owned()),
        Some("RESOURCE" | "RESOURCES") => {
            return Some("resources cannot be set by variables, only in the file".to_owned());
        }
        Some("SCOPE" | "SCOPES") => return Some("scopes cannot be set by variables, only in the file".to_owned()),
        Some("WEBHOOK" | "WEBHOOKS") => {
            return Some("webhooks cannot be set by variables, only in the file".to_owned());
        }
        _ => {}
    }
    let shouted = name.to_uppercase();
    let meant = nearest_name(&shouted, settable.iter().map(|(known, ..)| known.as_str()));
    Some(
        meant.map_or_else(|| "unknown variable".to_owned(), |meant| format!("unknown variable; did you mean {meant}?")),
    )
}
