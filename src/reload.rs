//! Reload the configuration at SIGHUP: whole or not at all, without one failed request.
//!
//! New settings, a new router and a new certificate are made beside those in force, and replace them in one step. Requests
//! under way keep what they began with. A change that a running process cannot make refuses the whole file, so that the
//! server never follows a file in part.

mod changes;

use std::sync::Arc;

use tokio::sync::watch;

use crate::app::OpenError;
use crate::listener::InForce;
use crate::reload::changes::Changes;
use crate::telemetry::{LogFilter, chain};
use crate::tls::TlsError;
use protocol::{Channel, Event, Source};
use settings::{Complaints, Settings};

/// Why a reload is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The file is not valid. The complaints are told in one line; as a source they would be told again.
    #[error("{}", .0.to_string().replace('\n', "; "))]
    Complaints(Complaints),
    /// A running server cannot change these keys.
    #[error("{} cannot change in a running server: restart it", .0.join(", "))]
    NeedsRestart(Vec<String>),
    /// Something that the settings name cannot be used.
    #[error(transparent)]
    Unusable(#[from] OpenError),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// The configuration and the log filter, which a reload replaces.
pub struct Reloads {
    in_force: watch::Sender<Arc<InForce>>,
    filter: LogFilter,
}

impl Reloads {
    /// Takes what a reload replaces.
    pub fn new(in_force: watch::Sender<Arc<InForce>>, filter: LogFilter) -> Self {
        Self { in_force, filter }
    }

    /// Puts the settings into force, or changes nothing. Logs the result, and the names of what changed, never the values.
    pub async fn attempt(&self, settings: Result<Settings, Complaints>) {
        let current = Arc::clone(&self.in_force.borrow());
        let renewed = match settings {
            Ok(settings) => renewed(&current, settings).await,
            Err(complaints) => Err(ReloadError::Complaints(complaints)),
        };
        match renewed {
            Ok((renewed, changes)) => {
                let settings = &renewed.app.settings;
                self.filter.change(&settings.log);
                for warning in settings.warnings() {
                    tracing::warn!("{warning}");
                }
                let renewed = Arc::new(renewed);
                self.in_force.send_replace(Arc::clone(&renewed));
                tracing::info!(
                    changed = changes.keys.join(","),
                    clients_added = changes.clients_added.join(","),
                    clients_removed = changes.clients_removed.join(","),
                    clients_changed = changes.clients_changed.join(","),
                    "configuration reloaded"
                );
                tell(&renewed, changes).await;
            }
            Err(refusal) => {
                tracing::error!(refused = chain(&refusal), "configuration not reloaded: the old one stays in force");
            }
        }
    }
}

/// Writes the event. The configuration is in force even if that fails.
async fn tell(renewed: &InForce, changes: Changes) {
    let event = renewed.app.event(Event::ConfigurationReloaded, &Source::local(Channel::Server));
    let event = event
        .with("changed", changes.keys)
        .with("clients_added", changes.clients_added)
        .with("clients_removed", changes.clients_removed)
        .with("clients_changed", changes.clients_changed);
    if let Err(error) = store::add_audit_event(&renewed.app.db, &event).await {
        tracing::error!(%error, "the reload is not in the audit table");
    }
}

/// Makes what would be in force under other settings.
async fn renewed(current: &InForce, settings: Settings) -> Result<(InForce, Changes), ReloadError> {
    let changes = Changes::between(&current.app.settings, &settings);
    let needing = changes.needing_a_restart();
    if !needing.is_empty() {
        return Err(ReloadError::NeedsRestart(needing));
    }
    let app = current.app.with_settings(settings).await?;
    Ok((InForce::of(Arc::new(app))?, changes))
}
