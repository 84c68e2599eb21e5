//! The settings that a profile refuses: those that contradict it, and codes that two people could read as one. They are
//! refused at start, with the names of both sides, wherever they were set.

use std::fs;

use testkit::{Ended, run};

const CLIENT: &str = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n";

/// A command on this file, with these variables.
fn on(command: &[&str], toml: &str, variables: &[(&str, &str)]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), toml).unwrap();
    let ended = run(folder.path(), &[command, &["--config", "g.toml"]].concat(), variables, "");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing was made: {ended:?}");
    ended
}

/// That the server does not start, and says this, as `config check` does before.
#[track_caller]
fn refused(toml: &str, variables: &[(&str, &str)], said: &str) {
    for command in [&["config", "check"][..], &["serve"]] {
        let ended = on(command, toml, variables);
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (Some(2), "", said), "{command:?}");
    }
}

#[track_caller]
fn sound(toml: &str, variables: &[(&str, &str)]) {
    let ended = on(&["config", "check"], toml, variables);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
}

/// The message about a key that the profile sets.
fn contradicts(place: &str, profile: &str, to: &str) -> String {
    format!(
        "{place}: contradicts compatibility.profile = \"{profile}\", which sets it to {to}: leave one of them out, or take the \
         profile \"none\" and set each key\n"
    )
}

/// Proves: L-06, issue 6: the message has both names, whichever of the two is a variable.
#[test]
fn a_key_that_contradicts_the_profile_is_refused_with_both_names() {
    let (profile, pingone) = ("GRANTD__COMPATIBILITY__PROFILE", "compatibility.profile = 'pingone'\n");
    let in_file = contradicts("g.toml:2: device.expires_in", "pingone", "\"5m\"");
    refused(&format!("{pingone}device.expires_in = '10m'"), &[], &in_file);
    refused("\ndevice.expires_in = '10m'", &[(profile, "pingone")], &in_file);
    let in_variable = contradicts("GRANTD__DEVICE__EXPIRES_IN", "pingone", "\"5m\"");
    refused(pingone, &[("GRANTD__DEVICE__EXPIRES_IN", "10m")], &in_variable);
    refused("", &[(profile, "pingone"), ("GRANTD__DEVICE__EXPIRES_IN", "10m")], &in_variable);
    for (profile, key, value, to) in [
        ("pingone", "compatibility.pending_status", "400", "403"),
        ("pingone", "compatibility.verification_url", "false", "true"),
        ("pingone", "compatibility.error_descriptions", "'grantd'", "\"pingone\""),
        ("pingone", "device.consent", "'explicit'", "\"implied\""),
        ("pingone", "user_code.group", "4", "0"),
        ("janssen", "compatibility.token_paths", "['/t']", "[\"/jans-auth/restv1/token\"]"),
        ("janssen", "compatibility.device_code", "'prefixed'", "\"hex\""),
        ("janssen", "user_code.alphabet", "'no_look_alikes'", "\"letters\""),
        ("janssen", "tokens.access_token_lifetime", "'10m'", "\"1h\""),
    ] {
        let toml = format!("compatibility.profile = '{profile}'\n{key} = {value}");
        refused(&toml, &[], &contradicts(&format!("g.toml:2: {key}"), profile, to));
    }
    let both = contradicts("g.toml:1: device.interval", "janssen", "\"5s\"")
        + &contradicts("GRANTD__COMPATIBILITY__DEVICE_CODE", "janssen", "\"hex\"");
    let variables = [(profile, "janssen"), ("GRANTD__COMPATIBILITY__DEVICE_CODE", "prefixed")];
    refused("device.interval = '9s'", &variables, &both);
}

/// Proves: issue 6: keys that repeat the profile, keys that it leaves open, and keys of a client contradict
/// nothing.
#[test]
fn what_the_profile_leaves_open_may_be_set() {
    let own = "consent = 'explicit'\naccess_token_lifetime = '5m'\nuser_code = { alphabet = 'digits', length = 10, max_length = 10 }\n";
    for profile in ["none", "janssen", "pingone"] {
        let chosen = format!("compatibility.profile = '{profile}'\n");
        sound(&chosen, &[]);
        sound(&format!("{chosen}compatibility.realm = 'bravo'\ndevice.network_mismatch = 'deny'\n{CLIENT}{own}"), &[]);
    }
    sound("compatibility.profile = 'pingone'\ndevice.expires_in = '300s'\ndevice.interval = '5000ms'", &[]);
    sound("", &[("GRANTD__COMPATIBILITY__PROFILE", "janssen"), ("GRANTD__DEVICE__EXPIRES_IN", "30m")]);
    refused(
        "compatibility.profile = 'other'",
        &[],
        "g.toml:1:25: compatibility.profile: is the text \"other\", which has no meaning here: write \"none\", \"janssen\" or \"pingone\"\n",
    );
}

/// Proves: L-06 D-11, issue 6: two characters that are one by the alphabet's own comparison, of the server or of a
/// client, in a file, in variables or beside a profile.
#[test]
fn an_ambiguous_alphabet_is_refused_wherever_it_is_set() {
    let why = "which are one where case does not matter: two codes would be the same\n";
    let folds = ("GRANTD__USER_CODE__CASE_SENSITIVE", "false");
    let server = "[user_code]\ncase_sensitive = false\nalphabet = 'abcdefABGH'";
    refused(server, &[], &format!("g.toml:3: user_code.alphabet: holds 'a' and 'A', {why}"));
    let variables = [("GRANTD__USER_CODE__ALPHABET", "abcdefABGH"), folds];
    refused("", &variables, &format!("GRANTD__USER_CODE__ALPHABET: holds 'a' and 'A', {why}"));
    let mixed = "user_code.alphabet = 'abcdefABGH'";
    refused(mixed, &[folds], &format!("g.toml:1: user_code.alphabet: holds 'a' and 'A', {why}"));
    sound(mixed, &[]);
    sound(mixed, &[("GRANTD__USER_CODE__CASE_SENSITIVE", "true")]);
    let profile = ("GRANTD__COMPATIBILITY__PROFILE", "pingone");
    refused("", &[profile, folds], &format!("GRANTD__USER_CODE__CASE_SENSITIVE: holds 'A' and 'a', {why}"));
    for profile in ["none", "janssen", "pingone"] {
        let client = "[client.user_code]\nalphabet = 'AaBbCcDdEe'\ncase_sensitive = false\n";
        let toml = format!("compatibility.profile = '{profile}'\n{CLIENT}{client}");
        refused(&toml, &[], &format!("g.toml:7: client[0].user_code.alphabet: holds 'A' and 'a', {why}"));
    }
    let twice = "user_code.alphabet = 'BCDFGHJKB'";
    refused(twice, &[], "g.toml:1: user_code.alphabet: holds 'B' twice, so that it would be drawn more often\n");
}
