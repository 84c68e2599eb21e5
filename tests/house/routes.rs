//! The paths of the router are those that the settings keep free.

use settings::load_from;
use std::path::Path;

use crate::{files, nothing};

/// Every route of the server, by its text, is refused as the path of the page for codes.
#[test]
fn no_page_of_the_server_can_be_covered_by_the_page_for_codes() {
    let sources = files("src/web", ".rs");
    let router = &sources.iter().find(|source| source.path == "mod.rs").unwrap().text;
    let paths: Vec<&str> = router.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/')).collect();
    assert!(paths.len() > 15, "the routes are not where this test looks: {paths:?}");
    let mut offences = Vec::new();
    for path in paths.into_iter().map(|path| path.split("/{").next().unwrap()) {
        let toml = format!("device.verification_path = '{path}'");
        let said = load_from(Some((Path::new("g.toml"), &toml)), []).err().map(|all| all.to_string());
        if !said.is_some_and(|said| said.contains("is taken by another page of the server")) {
            offences.push(format!("crates/settings/src/device.rs does not reserve {path}"));
        }
    }
    nothing(&offences);
}
