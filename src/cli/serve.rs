//! `grantd serve`: runs the server until it is asked to stop; SIGHUP reads the configuration again.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::watch;

use crate::app::App;
use crate::cli::{ConfigFile, asked_to_stop, block_on};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::listener::InForce;
use crate::reload::Reloads;
use crate::serve;
use crate::telemetry::{self, LogFilter, chain};
use settings::Settings;

pub(super) fn run(options: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = options.settings()?;
    let log = telemetry::log_to_stderr(&settings.log)?;
    for warning in settings.warnings() {
        tracing::warn!("{warning}");
    }
    let served = serve(options, &settings, log.filter());
    // Through the writer of the log, which waits for no reader: a process that failed has to end.
    Ok(served.unwrap_or_else(|error| {
        log.say(&format!("grantd: {}", chain(error.as_ref())));
        ExitCode::FAILURE
    }))
}

fn serve(options: &ConfigFile, settings: &Settings, filter: LogFilter) -> anyhow::Result<ExitCode> {
    block_on(async {
        // First, because a SIGHUP that nobody waits for ends the process.
        let hangups = Hangups::listen()?;
        let _folder = serve::DataFolder::lock(settings)?;
        let mut stop = Box::pin(asked_to_stop());
        let address = settings.listen.address;
        let listener = serve::bind(address).with_context(|| format!("cannot listen on {address}"))?;
        let open = || App::open(settings.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy));
        let app = tokio::select! {
            opened = serve::open_when_it_answers(settings, &listener, open) => opened??,
            () = &mut stop => return Ok(ExitCode::SUCCESS),
        };
        let in_force = watch::Sender::new(Arc::new(InForce::of(Arc::new(app))?));
        let current = in_force.subscribe();
        let reloading = tokio::spawn(reload_at(hangups, Reloads::new(in_force, filter), options.config.clone()));
        let served = serve::serve_current(current, listener, stop).await;
        reloading.abort();
        served?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn reload_at(mut hangups: Hangups, reloads: Reloads, config: Option<PathBuf>) {
    loop {
        hangups.next().await;
        tracing::info!("SIGHUP: reading the configuration again");
        // On the heap: the settings of two configurations are too large for the stack of a task that mostly waits.
        Box::pin(reloads.attempt(settings::load(config.as_deref()))).await;
    }
}

/// The arrivals of SIGHUP; none where there are no signals.
struct Hangups {
    #[cfg(unix)]
    signals: tokio::signal::unix::Signal,
}

impl Hangups {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signals: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if self.signals.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}
