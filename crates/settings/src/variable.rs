//! The `GRANTD__SECTION__KEY` variables: each is read as the kind of value that its key takes. Every other variable whose name
//! begins with `GRANTD` is told, so that none is ignored without a word.

use config::ValueKind;

use super::complaint::{Complaint, Complaints, Location};
use super::key::KeyPath;
use super::manual::{Kind, Manual, nearest_name};
use super::syntax::switch;

const NAME: &str = "GRANTD";

const PREFIX: &str = "GRANTD__";

/// Variables of ours that set no key.
const OTHERS: [&str; 2] = ["GRANTD_CONFIG", "GRANTD_FAILPOINTS"];

/// A variable that sets a key.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) key: KeyPath,
    pub(super) value: ValueKind,
}

/// What was found in an environment.
#[derive(Default)]
pub(super) struct Variables {
    /// Those that set a key.
    pub(super) set: Vec<Variable>,
    /// The keys of those whose value does not fit.
    pub(super) unfit: Vec<KeyPath>,
    /// A sentence for each that looks like one of ours, and may belong to somebody else.
    pub(super) strange: Vec<String>,
}

/// What a name says.
enum Named {
    /// It sets nothing of ours.
    Foreign,
    /// It may belong to somebody else.
    Strange(String),
    /// It should set a key, and does not.
    Wrong(String),
}

/// The variables that set a key. Adds a complaint for each variable that should set one and does not. A value is missing
/// that is not UTF-8.
pub(super) fn read(
    environment: impl Iterator<Item = (String, Option<String>)>,
    manual: &Manual,
    complaints: &mut Complaints,
) -> Variables {
    let settable: Vec<(String, KeyPath, Kind)> =
        manual.settable().into_iter().map(|(key, kind)| (name_of(&key), key, kind)).collect();
    let mut variables = Variables::default();
    for (name, written) in environment.filter(|(name, _)| is_ours(name)) {
        let sentence = match settable.iter().find(|(known, ..)| *known == name) {
            Some((_, key, kind)) => {
                let written = written.ok_or_else(|| "its value is not UTF-8".to_owned());
                match written.and_then(|written| value(&written, *kind)) {
                    Ok(value) => {
                        variables.set.push(Variable { name, key: key.clone(), value });
                        continue;
                    }
                    Err(sentence) => {
                        variables.unfit.push(key.clone());
                        sentence
                    }
                }
            }
            None => match named(&name, &settable, manual) {
                Named::Foreign => continue,
                Named::Strange(sentence) => {
                    variables.strange.push(sentence);
                    continue;
                }
                Named::Wrong(sentence) => sentence,
            },
        };
        complaints.push(Complaint::new(Location::Variable(name), None, sentence));
    }
    variables.strange.sort();
    variables
}

fn name_of(key: &KeyPath) -> String {
    format!("{PREFIX}{}", key.to_string().to_uppercase().replace('.', "__"))
}

fn is_ours(name: &str) -> bool {
    name.get(..NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(NAME))
}

fn value(written: &str, kind: Kind) -> Result<ValueKind, String> {
    match kind {
        Kind::Text => Ok(written.into()),
        Kind::Number => written.parse().map(ValueKind::I64).map_err(|_| format!("{written:?} is not a whole number")),
        Kind::Switch => written.parse().map(ValueKind::Boolean).map_err(|_| {
            let meant = switch(written).map(|switch| format!(": write {switch}")).unwrap_or_default();
            format!("{written:?} is not true or false{meant}")
        }),
        Kind::List => {
            let items = written.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(items.collect::<Vec<_>>().into())
        }
    }
}

/// What the name of a variable says that sets no key.
fn named(name: &str, settable: &[(String, KeyPath, Kind)], manual: &Manual) -> Named {
    let known = || settable.iter().map(|(known, ..)| known.as_str());
    // One underscore too few or too many.
    if let Some(meant) = known().find(|known| folded(known) == folded(name)) {
        return Named::Wrong(format!("unknown variable; did you mean {meant}?"));
    }
    if OTHERS.contains(&name) || is_made_by_an_orchestrator(name) {
        return Named::Foreign;
    }
    let path = name.strip_prefix(PREFIX).unwrap_or_default();
    let table = path.split("__").next().unwrap_or_default().trim_end_matches('S').to_lowercase();
    if manual.is_list_of_tables(&table) {
        return Named::Wrong(format!("{table}s cannot be set by variables, only in the file"));
    }
    let key = KeyPath::from(path.to_lowercase().replace("__", ".").as_str());
    let of_key = manual.nearest(&key).map(|key| name_of(&key)).filter(|meant| known().any(|known| known == meant));
    let of_name = || nearest_name(&name.to_uppercase(), known().chain(OTHERS)).map(str::to_owned);
    let meant = of_key.or_else(of_name).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    if name.contains("__") {
        return Named::Wrong(format!("unknown variable{meant}"));
    }
    // An image or a script may have variables of its own.
    Named::Strange(format!("the variable {name} sets nothing{meant}"))
}

/// The letters of a name alone.
fn folded(name: &str) -> String {
    name.to_uppercase().replace(['_', '-', '.'], "")
}

/// Kubernetes and Docker make such variables for a service with our name: `GRANTD_SERVICE_HOST`, `GRANTD_PORT_80_TCP_ADDR`.
fn is_made_by_an_orchestrator(name: &str) -> bool {
    if name.starts_with(PREFIX) {
        return false;
    }
    let is_of_port = name.split_once("_PORT").is_some_and(|(_, rest)| {
        let mut parts = rest.trim_start_matches('_').split('_');
        let number = parts.next().unwrap_or_default();
        rest.is_empty() || (number.parse::<u16>().is_ok() && matches!(parts.next(), Some("TCP" | "UDP" | "SCTP")))
    });
    is_of_port || name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name == "GRANTD_NAME"
}
