//! `grantd health`: is the server on this machine ready? For container health checks, which have no curl.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use crate::cli::ConfigFile;
use crate::cli::block_on;

pub(super) fn run(options: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = match options.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    let url = format!("http://{}/readyz", reachable(settings.listen.address));
    block_on(async {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        match client.get(&url).send().await {
            Ok(answer) if answer.status().is_success() => {
                println!("ready");
                Ok(ExitCode::SUCCESS)
            }
            Ok(answer) => {
                println!("not ready: {}", answer.status());
                Ok(ExitCode::FAILURE)
            }
            Err(_) => {
                println!("nobody answers at {url}");
                Ok(ExitCode::FAILURE)
            }
        }
    })
}

/// The address at which this machine reaches what listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
