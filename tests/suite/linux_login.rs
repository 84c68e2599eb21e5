//! Signing people in to Linux: the `oidc_child` of SSSD, run by the commands of docs/linux-login.md, against grantd with a
//! certificate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use protocol::Digest;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use testkit::cluster::is_here;
use testkit::{Browser, Daemon, Database, Ended, PASSWORD, command};

const PAGE: &str = include_str!("../../docs/linux-login.md");
const HOST: &str = "https://login.example.com";
const SECRET: &str = "a-secret-of-a-kerberos-server-that-is-long-enough";

/// Where Debian has the program, and where `tests/run` unpacks it: a folder that stands for the root.
fn root() -> Option<PathBuf> {
    let unpacked = std::env::var_os("GRANTD_TEST_OIDC_CHILD").map(PathBuf::from);
    let mut roots = [unpacked, Some("/".into())].into_iter().flatten();
    is_here("oidc_child of SSSD", roots.find(|root: &PathBuf| root.join("usr/libexec/sssd/oidc_child").exists()))
}

/// A server with a certificate by an authority that nobody else knows, and the machine that asks it.
struct Machine {
    daemon: Daemon,
    root: PathBuf,
    authority: String,
}

impl Machine {
    async fn start(root: PathBuf) -> Self {
        let digest = Digest::sha256(SECRET.as_bytes()).hex();
        let page = blocks("toml").remove(0).replace(&"0".repeat(64), &digest);
        let page = page.strip_prefix(&format!("issuer = \"{HOST}\"\n")).unwrap();
        let (key, own_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut authority = CertificateParams::new([]).unwrap();
        authority.distinguished_name.push(DnType::CommonName, "an authority of one test");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_certificate = authority.self_signed(&key).unwrap().pem();
        let own = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&own_key, &Issuer::new(authority, key)).unwrap().pem();
        let serve = |config: &Path| {
            let folder = config.parent().unwrap();
            let issuer = format!("https://localhost:{}", folder.file_name().unwrap().to_str().unwrap());
            for (name, text) in
                [("tls.key", &own_key.serialize_pem()), ("tls.crt", &own), ("ca.pem", &root_certificate)]
            {
                fs::write(folder.join(name), text).unwrap();
                fs::set_permissions(folder.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            }
            let text = fs::read_to_string(config).unwrap().replace("https://login.example.test", &issuer);
            let tls = format!("tls.cert = '{0}/tls.crt'\ntls.key = '{0}/tls.key'\n", folder.display());
            fs::write(config, tls + &text).unwrap();
            command("serve", config)
        };
        let daemon = Daemon::start_on(Arc::new(Database::fresh().await), page, serve).await;
        let added = daemon.beside(&["user", "add", "alice", "--name", "Alice"], &format!("{PASSWORD}\n")).await;
        assert_eq!(added.code, Some(0), "{added:?}");
        Self { daemon, root, authority: root_certificate }
    }

    /// Runs a command of the page.
    fn run(&self, text: &str, variables: &[(&str, &str)]) -> Ended {
        let port = self.daemon.address.port();
        let folder = self.daemon.config.parent().unwrap();
        let text = text.replace(HOST, &format!("https://localhost:{port}"));
        let text = text.replace("/usr/libexec", &self.root.join("usr/libexec").display().to_string());
        let text = text.replace("/etc/ssl/certs/ca-certificates.crt", "ca.pem");
        let text = text.replace("--logger stderr", "--logger stderr -d 9");
        // What belongs to a program that is not installed stands beside it.
        let libraries = self.root.join("usr/lib").join(format!("{}-linux-gnu", std::env::consts::ARCH));
        let libraries = format!("{0}:{0}/sssd", libraries.display());
        let mut shell = Command::new("sh");
        shell.env_clear().env("PATH", "/usr/bin:/bin").env("LD_LIBRARY_PATH", libraries).current_dir(folder);
        shell.env("CLIENT_SECRET", SECRET).envs(variables.iter().copied()).args(["-euc", &text]);
        let ended = shell.output().unwrap();
        let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: ended.status.code(), out: said(ended.stdout), err: said(ended.stderr) }
    }

    /// Alice decides on the page that the machine shows.
    async fn decide(&self, code: &str, approves: bool) {
        let mut browser = Browser::over_tls(self.daemon.address.port(), &self.authority);
        let decision = browser.reach_decision(code, "alice").await;
        assert!(decision.is_decision(), "{decision:?}");
        if approves {
            browser.approve(&decision).await
        } else {
            browser.deny(&decision).await
        };
    }
}

/// The blocks of one kind, in the order of the page.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fenced = PAGE.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.strip_prefix(kind)?.strip_prefix('\n')).collect()
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("{text}")).0
}

/// Proves: FD-20
#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_linux_signs_somebody_in_with_the_program_of_sssd() {
    let Some(root) = root() else { return };
    let machine = Machine::start(root).await;
    let [begin, finish] = blocks("sh")[..] else { panic!("the page has a command for each half") };
    for approves in [true, false] {
        let begun = machine.run(begin, &[]);
        assert_eq!(begun.code, Some(0), "{begun:?}");
        let [kept, shown] = begun.out.lines().collect::<Vec<_>>()[..] else { panic!("two lines: {begun:?}") };
        let server = format!("https://localhost:{}", machine.daemon.address.port());
        for (line, page) in [kept, shown].iter().zip(blocks("text")[0].lines()) {
            let page = page.replace(HOST, &server);
            assert!(page.split('…').all(|part| line.contains(part)), "{line}\nand the page shows\n{page}");
        }
        machine.decide(between(shown, "\"user_code\": \"", "\""), approves).await;
        let finished = machine.run(finish, &[("KEPT", kept)]);
        let expected = if approves { (Some(0), "alice") } else { (Some(1), "") };
        assert_eq!((finished.code, finished.out.as_str()), expected, "{finished:?}");
    }
    // The page shows what is printed.
    assert_eq!(blocks("text")[1].trim_end(), "alice");
}

/// Proves: FD-20: what the page says is needed is needed.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_child_refuses_what_the_page_warns_of() {
    let Some(root) = root() else { return };
    let machine = Machine::start(root).await;
    let begin = blocks("sh")[0];
    let refused = |ended: &Ended, reason: &str| {
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
        assert!(ended.err.contains(reason), "{ended:?}");
    };
    let unknown = machine.run(&begin.replace("--ca-db /etc/ssl/certs/ca-certificates.crt", ""), &[]);
    refused(&unknown, "Failed to send request");
    let plain = machine.run(&begin.replace(HOST, "http://localhost:1"), &[]);
    refused(&plain, "Failed to send request");
    let endpoints = between(begin, "--get-device-code \\\n", "    --client-id");
    let discovered = begin.replace(endpoints, &format!("    --issuer-url {HOST} \\\n"));
    assert!(discovered.contains("--issuer-url") && !discovered.contains("-endpoint"), "{discovered}");
    let discovered = machine.run(&discovered, &[]);
    refused(&discovered, "may not ask for the scopes email offline_access");
}
