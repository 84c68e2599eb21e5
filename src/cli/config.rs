//! `grantd config check` and `grantd config show`: check the configuration, and print what the server would use.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use url::Url;

use crate::app;
use crate::cli::{ConfigFile, Listing, output};
use crate::telemetry::chain;
use crate::tls::Certificate;
use settings::Settings;

/// The exit code for a file that the server would refuse, as for a wrong configuration.
const REFUSED: u8 = 2;

#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Tell every mistake of the configuration, and make nothing.
    Check(Listing),
    /// Print what the server would use, without secrets.
    Show(ConfigFile),
}

pub(super) fn run(command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    match command {
        ConfigCommand::Check(listing) => check(&listing.file.settings()?, listing.json),
        ConfigCommand::Show(file) => {
            output::text(&shown(file.settings()?)?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Checks that a server could use the files that the settings name, and writes the warnings. It makes no file.
fn check(settings: &Settings, as_json: bool) -> anyhow::Result<ExitCode> {
    // The same words as of a server that does not start.
    if let Err(unusable) = check_files(settings) {
        output::remark(chain(unusable.as_ref()));
        return Ok(ExitCode::from(REFUSED));
    }
    if as_json {
        output::json(&json!({"warnings": settings.warnings()}))?;
    } else {
        output::text(&soundness(settings))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn soundness(settings: &Settings) -> String {
    let warnings = settings.warnings().into_iter().map(|warning| format!("warning: {warning}\n"));
    ["configuration is sound\n".to_owned()].into_iter().chain(warnings).collect()
}

fn check_files(settings: &Settings) -> anyhow::Result<()> {
    Certificate::read(&settings.tls)?;
    Ok(app::check_files(settings)?)
}

/// The effective configuration as TOML that can be loaded again, without what may be a secret.
fn shown(mut settings: Settings) -> anyhow::Result<String> {
    settings.webhook.iter_mut().for_each(|webhook| redact(&mut webhook.url));
    let head =
        "# What grantd would use; \"redacted\" stands for a password, or for what follows the host of a webhook.";
    Ok(format!("{head}\n{}", toml_edit::ser::to_string_pretty(&settings)?))
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
    use super::{Settings, soundness};
    use settings::load_from;
    use std::path::Path;

    fn loaded(toml: &str) -> Settings {
        load_from(Some((Path::new("g.toml"), toml)), []).unwrap_or_else(|complaints| panic!("{complaints}"))
    }

    #[test]
    fn check_says_sound_or_warns() {
        assert_eq!(soundness(&loaded("")), "configuration is sound\n");
        let said = soundness(&loaded("device.expires_in = '20m'"));
        assert!(said.starts_with("configuration is sound\nwarning: device.expires_in is above 15m"), "{said}");
    }

    #[test]
    fn of_a_webhook_only_its_host_is_shown() {
        for (url, shown) in [
            ("https://hooks.example.com/T0/s3cret", "https://hooks.example.com/redacted"),
            ("https://hooks.example.com:8443/?token=s3cret", "https://hooks.example.com:8443/redacted"),
            ("http://[::1]:9000/s3cret?a=b", "http://[::1]:9000/redacted"),
            ("https://hooks.example.com", "https://hooks.example.com/"),
        ] {
            let out = super::shown(loaded(&format!("[[webhook]]\nname = 'mailer'\nurl = '{url}'\n"))).unwrap();
            assert!(out.lines().any(|line| line == format!("url = \"{shown}\"")) && !out.contains("s3cret"), "{out}");
            assert_eq!(super::shown(loaded(&out)).unwrap(), out, "it can be loaded again");
        }
    }

    #[test]
    fn what_is_shown_can_be_loaded_again() {
        let toml = "[database]\nurl = 'postgres://me:hunter2@db/grantd'\nauto_migrate = false\n\
                    [secrets]\nroot_file = '/etc/grantd/root.key'\n[proxies]\ntrusted = ['10.0.0.0/8', 'fd00::/8']\n\
                    [device]\nscopes = ['openid']\n\
                    [[client]]\nid = 'tv'\nname = \"The \\\"TV\\\"\"\ntype = 'public'\nscopes = ['openid']\nid_token_lifetime = '90s'\n\
                    claims = [{ name = 'Roles', value = ['Viewer', 7, true], in = ['id_token'] }]\n\
                    resources = ['https://Films.example']\n[[scope]]\nname = 'openid'\n\
                    [[scope]]\nname = 'read'\nwords = { en = 'Read', de = 'Lesen' }\n[[resource]]\nuri = 'https://Films.example'\nname = 'Films'\n";
        for toml in ["", toml] {
            let shown = super::shown(loaded(toml)).unwrap();
            assert_eq!(shown, super::shown(loaded(&shown)).unwrap());
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        let shown = super::shown(loaded(toml)).unwrap();
        assert!(shown.contains("url = \"postgres://me:redacted@db/grantd\""), "{shown}");
        assert!(shown.contains("[[client]]\nid = \"tv\""), "{shown}");
        assert!(shown.contains("name = \"Roles\"") && shown.contains("\"Viewer\""), "{shown}");
    }
}
