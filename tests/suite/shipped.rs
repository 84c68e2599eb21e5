//! What the shipped program leaves out: `tests/run shipped` builds it as a release does, without the features of the
//! tests.

use std::process::Command;

/// Proves: N70: the shipped program has no failpoints.
#[test]
#[ignore = "needs a program that was built without failpoints: tests/run shipped"]
fn a_program_that_ships_refuses_failpoints() {
    let shipped = std::env::var("GRANTD_TEST_SHIPPED").unwrap();
    let ended = |variable: bool| {
        let mut command = Command::new(&shipped);
        command.args(["config", "check"]).env_clear();
        if variable {
            command.env("GRANTD_FAILPOINTS", "127.0.0.1:1");
        }
        let ended = command.output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    assert_eq!(ended(false).0, Some(0));
    let said = "grantd: GRANTD_FAILPOINTS is set, but this build has no failpoints: they are for tests\n";
    assert_eq!(ended(true), (Some(2), said.to_owned()));
}
