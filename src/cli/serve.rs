//! `grantd serve`: runs the server until it is asked to stop.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::app::App;
use crate::cli::ConfigFile;
use crate::cli::asked_to_stop;
use crate::cli::block_on;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::serve;
use crate::telemetry;

pub(super) fn run(options: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = match options.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    telemetry::log_to_stderr(&settings.log);
    for warning in settings.warnings() {
        tracing::warn!("{warning}");
    }
    block_on(async {
        let _folder = serve::DataFolder::lock(&settings)?;
        let address = settings.listen.address;
        let app = App::open(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        serve::serve(Arc::new(app), listener, asked_to_stop()).await?;
        Ok(ExitCode::SUCCESS)
    })
}
