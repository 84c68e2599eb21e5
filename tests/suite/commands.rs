//! `grantd client`, `grantd config` and the command line itself: one clear message, and an exit code that says whose
//! fault it is.

use std::fs;

use testkit::{Server, run};

/// Proves: T-09 T-10.
#[tokio::test]
async fn a_new_client_secret_authenticates_by_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["client", "new-secret"], &[], "");
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""));
    let (secret, digest) = made.out.trim_end().split_once('\n').unwrap();
    let secret = secret.strip_prefix("secret, for the client:").unwrap().trim().to_owned();
    assert!(secret.starts_with("gcs_") && secret.len() >= 4 + 43, "256 bits at least: {secret}");
    assert!(!digest.contains(&secret));
    let row = digest.strip_prefix("digest, for the [[client]]:").unwrap().trim();

    let file = folder.path().join("g.toml");
    let client = format!("[[client]]\nid = 'hub'\nname = 'Hub'\ntype = 'confidential'\n{row}\n");
    fs::write(&file, client).unwrap();
    let checked = run(folder.path(), &["config", "check", "--config", "g.toml"], &[], "");
    assert_eq!((checked.code, checked.out.as_str()), (Some(0), "configuration is sound\n"), "{checked:?}");

    let hexadecimal = row.split('"').nth(1).unwrap().to_owned();
    let server = Server::with(|settings| {
        let client = settings.client.iter_mut().find(|client| client.id == "box").unwrap();
        client.secret_digests.push(hexadecimal.try_into().unwrap());
    })
    .await;
    let box_ = server.device("box");
    box_.clone().with_secret(&secret).authorize("openid").await;
    box_.clone().with_secret("box-secret").authorize("openid").await;
    let wrong = box_.with_secret(&format!("{secret}x")).post("/device_authorization", &[]).await;
    wrong.assert_error(401, "invalid_client");

    let other = run(folder.path(), &["client", "new-secret"], &[], "");
    assert_ne!(other.out, made.out, "each is drawn anew");
}

#[test]
fn config_check_names_the_key_and_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), "[device]\nintervall = '5s'\n\n[database]\nmax_connections = 1\n").unwrap();
    let variables = [("GRANTD__LOG__COLOUR", "red"), ("GRANTD__ISSUER", "ftp://host")];
    let said = "g.toml:2: device.intervall: unknown key; did you mean device.interval?\n\
                g.toml:5: database.max_connections: must be at least 2\n\
                GRANTD__ISSUER: must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])\n\
                GRANTD__LOG__COLOUR: ";
    for command in
        [&["config", "check"][..], &["config", "show"], &["serve"], &["migrate"], &["health"], &["user", "list"]]
    {
        let ended = run(folder.path(), &[command, &["--config", "g.toml"]].concat(), &variables, "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{command:?}");
        assert!(ended.err.starts_with(said), "{command:?}: {}", ended.err);
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing is made for a refused configuration");
}

/// Proves: L-06: it reports the errors about the certificate that the server would report at its start.
#[test]
fn config_check_opens_the_certificate_and_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, mode: u32| {
        fs::write(folder.path().join(name), text).unwrap();
        fs::set_permissions(folder.path().join(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    let made = rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    write("cert.pem", &made.cert.pem(), 0o640);
    write("key.pem", &made.signing_key.serialize_pem(), 0o600);
    write("other.pem", &rcgen::KeyPair::generate().unwrap().serialize_pem(), 0o600);
    write("open.pem", &made.signing_key.serialize_pem(), 0o644);
    let ran = |command: &[&str], cert: &str, key: &str| {
        let tls = format!("issuer = 'https://login.example.test'\ntls.cert = '{cert}'\ntls.key = '{key}'\n");
        write("g.toml", &format!("{tls}listen.address = '127.0.0.1:0'\nlog.filter = 'off'\n"), 0o644);
        run(folder.path(), &[command, &["--config", "g.toml"]].concat(), &[], "")
    };
    let sound = ran(&["config", "check"], "cert.pem", "key.pem");
    assert_eq!((sound.code, sound.out.as_str()), (Some(0), "configuration is sound\n"), "{sound:?}");
    for (cert, key, said) in [
        ("cert.pem", "other.pem", "tls: the certificate cert.pem does not belong to the key other.pem\n"),
        ("none.pem", "key.pem", "tls.cert: none.pem cannot be read: No such file or directory (os error 2)\n"),
        ("cert.pem", "cert.pem", "tls.key: cert.pem holds no private key in PEM: "),
        ("key.pem", "key.pem", "tls.cert: key.pem holds no certificate in PEM\n"),
        (
            "cert.pem",
            "open.pem",
            "tls.key: open.pem can be read or changed by others (its mode is 0644): type `chmod o= open.pem`",
        ),
    ] {
        let refused = ran(&["config", "check"], cert, key);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{refused:?}");
        assert!(refused.err.starts_with(said), "{refused:?}");
        let started = ran(&["serve"], cert, key);
        assert_eq!((started.code, started.err), (Some(1), format!("grantd: {}", refused.err)), "the same words");
    }
}

/// Proves: L-06: it reports the errors about all other files that the server would report at its start, and makes no file.
#[test]
fn config_check_opens_every_file_that_a_start_opens() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8], mode: u32| {
        fs::write(folder.path().join(name), bytes).unwrap();
        fs::set_permissions(folder.path().join(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    fs::create_dir(folder.path().join("data")).unwrap();
    write("good.key", &[7; 32], 0o600);
    write("open.key", &[7; 32], 0o644);
    write("short.key", &[7; 31], 0o600);
    write("words.txt", b"correct horse battery staple\n", 0o644);
    let ran = |command: &[&str], keys: &str| {
        let local = "database.url = 'sqlite:data/grantd.db'\nlisten.address = '127.0.0.1:0'\nlog.filter = 'off'\n";
        write("g.toml", format!("{local}{keys}\n").as_bytes(), 0o644);
        run(folder.path(), &[command, &["--config", "g.toml"]].concat(), &[], "")
    };
    let all = "secrets.root_file = 'good.key'\nsecrets.former_root_files = ['good.key']\n\
               passwords.blocklist_file = 'words.txt'";
    for keys in ["", all] {
        let sound = ran(&["config", "check"], keys);
        assert_eq!((sound.code, sound.out.as_str()), (Some(0), "configuration is sound\n"), "{sound:?}");
        assert_eq!(folder.path().join("data").read_dir().unwrap().count(), 0, "the first start makes what is missing");
    }
    let jwt = "[[client]]\nid = 'a'\nname = 'A'\ntype = 'confidential'\n\
               token_endpoint_auth_method = 'client_secret_jwt'\nsecret_file = 'none.key'";
    for (keys, said) in [
        ("secrets.root_file = 'none.key'", "the root secret none.key cannot be read: No such file or directory"),
        (
            "secrets.root_file = 'open.key'",
            "the root secret open.key can be read or changed by others (its mode is 0644)",
        ),
        ("secrets.former_root_files = ['short.key']", "the root secret short.key is not exactly 32 bytes"),
        ("passwords.blocklist_file = 'none.txt'", "passwords cannot be hashed: none.txt: No such file or directory"),
        (jwt, "the secret file of the client \"a\" none.key cannot be read: No such file or directory"),
    ] {
        let refused = ran(&["config", "check"], keys);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{refused:?}");
        assert!(refused.err.starts_with(said), "{refused:?}");
        let started = ran(&["serve"], keys);
        assert_eq!((started.code, started.err), (Some(1), format!("grantd: {}", refused.err)), "the same words");
    }
    write("data/root.key", &[7; 32], 0o644);
    let exposed = ran(&["config", "check"], "");
    assert!(exposed.err.starts_with("the root secret data/root.key can be read or changed by others"), "{exposed:?}");
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), "issuer = 'https://login.example.com'\n[device\n").unwrap();
    for (file, place) in [("g.toml", "g.toml:2:8: "), ("none.toml", "none.toml: cannot be read: ")] {
        let ended = run(folder.path(), &["config", "check", "--config", file], &[], "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
        assert!(ended.err.starts_with(place), "{}", ended.err);
    }
}

/// Proves: L-01.
#[test]
fn config_show_tells_what_is_in_force_but_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), "[device]\nexpires_in = '5m'\ninterval = '7s'\n").unwrap();
    let variables = [
        ("GRANTD__DATABASE__URL", "postgres://grantd:hunter2@db/grantd"),
        ("GRANTD__SECRETS__ROOT_FILE", "/etc/grantd/root.key"),
        ("GRANTD__DEVICE__INTERVAL", "9s"),
    ];
    let shown = run(folder.path(), &["config", "show", "--config", "g.toml"], &variables, "");
    assert_eq!((shown.code, shown.err.as_str()), (Some(0), ""));
    for line in ["expires_in = \"5m\"", "interval = \"9s\"", "url = \"postgres://grantd:redacted@db/grantd\""] {
        assert!(shown.out.lines().any(|shown| shown == line), "{line} is not in {}", shown.out);
    }
    assert!(!shown.out.contains("hunter2"), "{}", shown.out);
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, wrong) in [
        (&["serve", "--prot", "80"][..], "'--prot'"),
        (&["sevre"], "'sevre'"),
        (&["user", "remove", "anna"], "'remove'"),
        (&["user", "add"], "<USERNAME>"),
        (&["demo", "--listen", "everywhere"], "'everywhere'"),
        (&["config", "check", "--config"], "--config <FILE>"),
        (&["client"], "Usage: grantd client <COMMAND>"),
        (&[], "Usage: grantd <COMMAND>"),
    ] {
        let ended = run(folder.path(), arguments, &[], "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ended.err.contains(wrong), "{arguments:?}: {}", ended.err);
    }
    let version = run(folder.path(), &["--version"], &[], "");
    assert_eq!((version.code, version.out), (Some(0), format!("grantd {}\n", env!("CARGO_PKG_VERSION"))));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
