//! Mistakes that people make in a configuration: each is told with its place and with what to write instead, in whole, by
//! `config check` and by `config show`, and nothing is made.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use testkit::{Ended, run};

const TV: &str = "[[client]]\nid = \"tv\"\nname = \"TV\"\ntype = \"public\"\n";

/// A command on this file, with these variables.
fn on(command: &[&str], toml: &[u8], variables: &[(&str, &str)]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), toml).unwrap();
    let ended = run(folder.path(), &[command, &["--config", "g.toml"]].concat(), variables, "");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing was made: {ended:?}");
    ended
}

/// That both commands refuse the configuration with this text and no other.
#[track_caller]
fn refused(toml: &str, variables: &[(&str, &str)], told: &str) {
    for command in [&["config", "check"][..], &["config", "show"]] {
        let ended = on(command, toml.as_bytes(), variables);
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (Some(2), "", told), "{command:?} of\n{toml}");
        assert!(told.lines().all(|line| !says_twice(line)), "{told}");
    }
}

/// Whether a part of the line, between colons, stands in it twice.
fn says_twice(line: &str) -> bool {
    let parts: Vec<&str> = line.split(": ").collect();
    (1..parts.len()).any(|place| parts[..place].contains(&parts[place]))
}

/// Proves: FD-04: names.
#[test]
fn a_misspelt_name_is_told_with_the_one_that_was_meant() {
    refused(
        "isuer = \"https://login.example.com\"\n[devices]\ninterval = \"5s\"\n[log]\nlevel = \"debug\"\n",
        &[],
        "g.toml:1: isuer: unknown key; did you mean issuer?\n\
         g.toml:2: devices: unknown key; did you mean device?\n\
         g.toml:5: log.level: unknown key; did you mean log.filter?\n",
    );
    refused("[listen]\nport = 9000\n", &[], "g.toml:2: listen.port: unknown key; did you mean listen.address?\n");
    refused(
        &format!("{TV}scope = [\"openid\"]\nclient_secret = \"hunter2\"\n"),
        &[],
        "g.toml:5: client[0].scope: unknown key; did you mean client[0].scopes?\n\
         g.toml:6: client[0].client_secret: unknown key; did you mean client[0].secret_digests?\n",
    );
    refused(
        &TV.replace("public", "Public"),
        &[],
        "g.toml:4:8: client[0].type: is the text \"Public\", which has no meaning here: write \"public\"\n",
    );
    refused(
        &format!("{TV}scopes = [\"openid\", \"emial\"]\n"),
        &[],
        "g.toml:5: client[0].scopes[1]: there is no [[scope]] \"emial\"\n",
    );
}

/// Proves: FD-04: types, all of them at once.
#[test]
fn every_value_of_a_wrong_type_is_told_with_what_to_write() {
    refused(
        "[device]\nenabled = \"yes\"\nexpires_in = 600\ninterval = \"5\"\n[database]\nmax_connections = \"10\"\n",
        &[],
        "g.toml:2:11: device.enabled: is the text \"yes\", and must be true or false: write true\n\
         g.toml:3:14: device.expires_in: is the number 600, and must be a duration: write \"600s\"\n\
         g.toml:4:12: device.interval: \"5\" has no unit: write \"5s\"\n\
         g.toml:6:19: database.max_connections: is the text \"10\", and must be a whole number from 0 to 4294967295: write 10\n",
    );
    refused(
        "[[client]]\nid = 7\nname = \"TV\"\ntype = \"public\"\nscopes = \"openid profile\"\n",
        &[],
        "g.toml:2:6: client[0].id: is the number 7, and must be a text: write \"7\"\n\
         g.toml:5:10: client[0].scopes: is the text \"openid profile\", and must be a list: write [\"openid\", \"profile\"]\n",
    );
    refused(
        "[listen]\naddress = \"localhost:8080\"\n",
        &[],
        "g.toml:2:11: listen.address: \"localhost:8080\" is not an IP address and a port: write \"127.0.0.1:8080\" or \
         \"[::1]:8080\"\n",
    );
    refused(
        "issuer = \"login.example.com\"\n[database]\nurl = \"grantd.db\"\n",
        &[],
        "g.toml:1:10: issuer: must be an absolute URL: write \"https://login.example.com\"\n\
         g.toml:3: database.url: must begin with sqlite: or postgres://; write \"sqlite:grantd.db\"\n",
    );
}

/// Proves: FD-04: tables and lists of tables.
#[test]
fn wrong_brackets_are_told_and_hide_nothing() {
    refused(
        "[client]\nid = \"tv\"\nnmae = \"TV\"\n",
        &[],
        "g.toml:1:1: client: is one table, and must be a list of tables: write [[client]]\n\
         g.toml:1:1: client[0]: name is missing: write it like name = \"Living room television\"\n\
         g.toml:1:1: client[0]: type is missing: write it like type = \"public\"\n\
         g.toml:3: client[0].nmae: unknown key; did you mean client[0].name?\n",
    );
    refused(
        "[[device]]\ninterval = 5\n",
        &[],
        "g.toml:1:1: device: is a list, and must be one table: write [device]\n\
         g.toml:2:12: device.interval: is the number 5, and must be a duration: write \"5s\"\n",
    );
    refused(
        "[device]\ninterval = \"5s\"\n[log]\nfilter = \"info\"\n[device]\nexpires_in = \"5m\"\n",
        &[],
        "g.toml:5:2: [device] stands in line 1 already: move these keys there\n",
    );
    refused(
        "[device\ninterval = 5\n",
        &[],
        "g.toml:1:8: a bracket is missing: write [device]\n\
         g.toml:2:12: device.interval: is the number 5, and must be a duration: write \"5s\"\n",
    );
}

/// Proves: FD-04: what stands there twice.
#[test]
fn what_stands_there_twice_is_told_with_its_name() {
    refused(&format!("{TV}{TV}"), &[], "g.toml:6: client[1].id: there is a client \"tv\" already\n");
    refused(
        "[device]\ninterval = \"5s\"\nexpires_in = \"5m\"\ninterval = \"6s\"\n",
        &[],
        "g.toml:4:1: interval is set in line 2 already: leave one of the two out\n",
    );
}

/// Proves: FD-04: the notation. A value that may be a secret is not repeated.
#[test]
fn a_slip_of_the_notation_is_told_and_hides_nothing() {
    refused(
        "[[client]]\nid = tv\nname = \"TV\ntype = 'public'\nverified = True\nscopes = [openid]\n[log]\nfilter = 5\n",
        &[],
        "g.toml:2:6: a text needs quotes: write id = \"tv\"\n\
         g.toml:3:11: the closing \" is missing\n\
         g.toml:5:12: true and false are written so: write verified = true\n\
         g.toml:6:11: a text needs quotes: write \"openid\"\n\
         g.toml:8:10: log.filter: is the number 5, and must be a text: write \"5\"\n",
    );
    refused(
        "issuer: \"https://login.example.com\"\n[device]\ninterval = 5s\n",
        &[],
        "g.toml:1:9: = is missing between the key and its value: write issuer = ..\n\
         g.toml:3:12: a text needs quotes: write interval = \"5s\"\n",
    );
    refused(
        "[[client]]\nid = \"tv\"\nname = 'Anna's TV'\ntype = \"public\"\n",
        &[],
        "g.toml:3:14: a text with ' in it needs the other quotes: write it in \"..\"\n",
    );
    refused(
        "secrets.root_file = \"root.key\"\n[database]\nurl = postgres://me:hunter2@db/grantd\n",
        &[],
        "g.toml:3:7: a text needs quotes: write url = \"..\"\n",
    );
    refused("// the issuer\n", &[], "g.toml:1:4: this is no key: a comment begins with #\n");
}

/// Proves: FD-05.
#[test]
fn every_variable_that_looks_like_ours_and_sets_nothing_is_told() {
    for (name, meant) in [
        ("GRANTD_DEVICE__EXPIRES_IN", "GRANTD__DEVICE__EXPIRES_IN"),
        ("GRANTD__DEVICE_EXPIRES_IN", "GRANTD__DEVICE__EXPIRES_IN"),
        ("GRANTD_DEVICE_EXPIRES_IN", "GRANTD__DEVICE__EXPIRES_IN"),
        ("GRANTD__DEVICE__EXPIRESIN", "GRANTD__DEVICE__EXPIRES_IN"),
        ("GRANTD__DEVICE__EXPIRES_INN", "GRANTD__DEVICE__EXPIRES_IN"),
        ("grantd__device__expires_in", "GRANTD__DEVICE__EXPIRES_IN"),
        ("GRANTDISSUER", "GRANTD__ISSUER"),
        ("GRANTD__PORT", "GRANTD__LISTEN__ADDRESS"),
        ("GRANTD__LOG__LEVEL", "GRANTD__LOG__FILTER"),
    ] {
        refused("", &[(name, "5m")], &format!("{name}: unknown variable; did you mean {meant}?\n"));
    }
    refused("", &[("GRANTD_ODD__NAME", "x")], "GRANTD_ODD__NAME: unknown variable\n");
    refused(
        "",
        &[("GRANTD__DEVICE__ENABLED", "yes"), ("GRANTD__DEVICE__INTERVAL", "5")],
        "GRANTD__DEVICE__ENABLED: \"yes\" is not true or false: write true\n\
         GRANTD__DEVICE__INTERVAL: \"5\" has no unit: write \"5s\"\n",
    );
    // A service named "grantd" in Kubernetes, and an image with variables of its own.
    let made = [("GRANTD_PORT_80_TCP_ADDR", "x"), ("GRANTD_SERVICE_HOST", "x"), ("GRANTD_PAGES_PORT", "x")];
    let own = [("GRANTD_VERSION", "1"), ("GRANTD_CONFIG_FILE", "g.toml")];
    let sound = on(&["config", "check"], b"", &[&made[..], &own].concat());
    assert_eq!(
        sound.out,
        "configuration is sound\n\
         warning: the variable GRANTD_CONFIG_FILE sets nothing; did you mean GRANTD_CONFIG?\n\
         warning: the variable GRANTD_VERSION sets nothing\n"
    );
    assert_eq!((sound.code, sound.err.as_str()), (Some(0), ""));
}

/// Proves: FD-04 FD-05: bytes that are no text, in the file and in a variable, beside other mistakes.
#[test]
fn what_is_not_utf_8_is_told_with_its_place() {
    let told = on(&["config", "check"], b"[log]\nfilter = \"\xff\"\n", &[("GRANTD__ODD", "x")]);
    let said = "g.toml:2:11: is not UTF-8: save the file as UTF-8\nGRANTD__ODD: unknown variable\n";
    assert_eq!((told.code, told.err.as_str()), (Some(2), said));
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(testkit::grantd());
    command.current_dir(folder.path()).args(["config", "check"]);
    command.env("GRANTD__ISSUER", OsStr::from_bytes(b"\xff")).env("GRANTD__ODD", "x").env_remove("GRANTD_CONFIG");
    let ended = command.output().unwrap();
    let said = "GRANTD__ISSUER: its value is not UTF-8\nGRANTD__ODD: unknown variable\n";
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(2), said));
}
