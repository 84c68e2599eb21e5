//! Helpers of the tests of tables.

use std::path::Path;

use super::{Settings, load_from};
use protocol::GrantType;

/// The settings of a sound file.
#[track_caller]
pub(super) fn read(toml: &str) -> Settings {
    load_from(Some((Path::new("g.toml"), toml)), []).unwrap()
}

/// The complaints about a file as one text; empty if it is sound.
pub(super) fn said(toml: &str) -> String {
    load_from(Some((Path::new("g.toml"), toml)), []).err().map(|all| all.to_string()).unwrap_or_default()
}

/// Each file of the table gets exactly the complaints in its row.
#[track_caller]
pub(super) fn table(rows: &[(&str, &str)]) {
    for (toml, expected) in rows {
        assert_eq!(said(toml), *expected, "of\n{toml}");
    }
}

/// The names of all grant types, as a complaint lists them.
pub(super) fn grant_types() -> String {
    let names: Vec<_> = GrantType::ALL.iter().map(|grant_type| format!("{:?}", grant_type.name())).collect();
    names.join(" or ")
}
