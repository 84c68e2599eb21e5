//! `grantd config check` and `grantd config show`: check the configuration, and print what the server would use.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;
use url::Url;

use crate::app;
use crate::cli::ConfigFile;
use crate::tls::Certificate;
use settings::Settings;

/// The exit code for a file that the server would refuse, as for a wrong configuration.
const REFUSED: u8 = 2;

#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Check the configuration.
    Check(ConfigFile),
    /// Print what the server would use, without secrets.
    Show(ConfigFile),
}

pub(super) fn run(command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    match command {
        ConfigCommand::Check(file) => check(&file.settings()?, &mut io::stdout()),
        ConfigCommand::Show(file) => show(file.settings()?, &mut io::stdout()),
    }
}

/// Checks that a server could use the files that the settings name, and writes the warnings. It makes no file.
fn check(settings: &Settings, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    // The same words as of a server that does not start.
    if let Err(unusable) = check_files(settings) {
        eprintln!("{unusable:#}");
        return Ok(ExitCode::from(REFUSED));
    }
    writeln!(out, "configuration is sound")?;
    for warning in settings.warnings() {
        writeln!(out, "warning: {warning}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check_files(settings: &Settings) -> anyhow::Result<()> {
    Certificate::read(&settings.tls)?;
    Ok(app::check_files(settings)?)
}

/// Writes the effective configuration as TOML that can be loaded again, without what may be a secret.
fn show(mut settings: Settings, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    settings.webhook.iter_mut().for_each(|webhook| redact(&mut webhook.url));
    writeln!(
        out,
        "# What grantd would use; \"redacted\" stands for a password, or for what follows the host of a webhook."
    )?;
    write!(out, "{}", toml_edit::ser::to_string_pretty(&settings)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Cuts the address of a receiver after its host: what follows is often a secret.
fn redact(url: &mut Url) {
    if url.path() != "/" || url.query().is_some() {
        url.set_path("/redacted");
        url.set_query(None);
    }
}

#[cfg(test)]
mod tests {
    use super::{ExitCode, REFUSED, check, show};
    use settings::load_from;
    use std::path::Path;

    /// What a command wrote, what is complained about, and the exit code.
    fn ran(toml: &str, shows: bool) -> (String, String, ExitCode) {
        let settings = match load_from(Some((Path::new("g.toml"), toml)), []) {
            Ok(settings) => settings,
            Err(complaints) => return (String::new(), format!("{complaints}\n"), ExitCode::from(REFUSED)),
        };
        let mut out = Vec::new();
        let code = if shows { show(settings, &mut out) } else { check(&settings, &mut out) }.unwrap();
        (String::from_utf8(out).unwrap(), String::new(), code)
    }

    #[test]
    fn check_says_sound_warns_or_refuses() {
        assert_eq!(ran("", false), ("configuration is sound\n".into(), String::new(), ExitCode::SUCCESS));
        let (out, err, code) = ran("device.expires_in = '20m'", false);
        assert!(out.starts_with("configuration is sound\nwarning: device.expires_in is above 15m"), "{out}");
        assert_eq!((err.as_str(), code), ("", ExitCode::SUCCESS));
        for show in [false, true] {
            assert_eq!(
                ran("log.colour = 1\nissuer = 'https://h?x'", show),
                (
                    String::new(),
                    "g.toml:1: log.colour: unknown key\ng.toml:2:10: issuer: must not have a query\n".into(),
                    ExitCode::from(REFUSED)
                )
            );
        }
    }

    #[test]
    fn of_a_webhook_only_its_host_is_shown() {
        for (url, shown) in [
            ("https://hooks.example.com/T0/s3cret", "https://hooks.example.com/redacted"),
            ("https://hooks.example.com:8443/?token=s3cret", "https://hooks.example.com:8443/redacted"),
            ("http://[::1]:9000/s3cret?a=b", "http://[::1]:9000/redacted"),
            ("https://hooks.example.com", "https://hooks.example.com/"),
        ] {
            let (out, err, code) = ran(&format!("[[webhook]]\nname = 'mailer'\nurl = '{url}'\n"), true);
            assert_eq!((err.as_str(), code), ("", ExitCode::SUCCESS));
            assert!(out.lines().any(|line| line == format!("url = \"{shown}\"")) && !out.contains("s3cret"), "{out}");
            assert_eq!(ran(&out, true).0, out, "it can be loaded again");
        }
    }

    #[test]
    fn what_is_shown_can_be_loaded_again() {
        let toml = "[database]\nurl = 'postgres://me:hunter2@db/grantd'\nauto_migrate = false\n\
                    [secrets]\nroot_file = '/etc/grantd/root.key'\n[proxies]\ntrusted = ['10.0.0.0/8', 'fd00::/8']\n\
                    [device]\nscopes = ['openid']\n\
                    [[client]]\nid = 'tv'\nname = \"The \\\"TV\\\"\"\ntype = 'public'\nscopes = ['openid']\nid_token_lifetime = '90s'\n\
                    claims = [{ name = 'Roles', value = ['Viewer', 7, true], in = ['id_token'] }]\n\
                    resources = ['https://Films.example']\n[[resource]]\nuri = 'https://Films.example'\nname = 'Films'\n";
        for toml in ["", toml] {
            let (shown, _, code) = ran(toml, true);
            assert_eq!(code, ExitCode::SUCCESS);
            let (again, err, _) = ran(&shown, true);
            assert_eq!(shown, again, "{err}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        let (shown, ..) = ran(toml, true);
        assert!(shown.contains("url = \"postgres://me:redacted@db/grantd\""), "{shown}");
        assert!(shown.contains("[[client]]\nid = \"tv\""), "{shown}");
        assert!(shown.contains("name = \"Roles\"") && shown.contains("\"Viewer\""), "{shown}");
    }
}
