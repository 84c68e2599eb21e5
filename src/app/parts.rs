//! Parts of the state: those that a reload replaces, and those that this node keeps in memory until it ends.

use crate::app::OpenError;
use crate::app::keys::KeyRings;
use crate::branding::Branding;
use crate::client_keys::ClientKeys;
use crate::clients::Clients;
use crate::guessing::Guessing;
use crate::hashes_in_use::HashesInUse;
use crate::live_grants::LiveGrants;
use crate::logins::{LoginAlarm, LoginWaits};
use crate::rate_limits::RateLimits;
use crate::readiness::Readiness;
use crate::timekeeping::Timekeeping;
use crate::webhooks::Webhooks;
use protocol::{DpopNonces, UserCodeFormats};
use settings::Settings;

/// The parts that are made of the settings and of the files that they name.
pub struct Registry {
    /// The clients.
    pub clients: Clients,
    /// The webhooks, with their secrets.
    pub webhooks: Webhooks,
    /// The stylesheets and pictures of the pages.
    pub branding: Branding,
    /// The formats of user codes, by client.
    pub user_codes: UserCodeFormats,
    /// Nonces for proofs of possession (RFC 9449 section 8).
    pub dpop_nonces: DpopNonces,
}

impl Registry {
    /// Reads the files. The secrets of webhooks that have no file and the nonces depend on the keys.
    pub(super) fn read(settings: &Settings, keys: &KeyRings) -> Result<Self, OpenError> {
        Ok(Self {
            clients: Clients::read(settings)?,
            webhooks: Webhooks::read(settings, Some(&keys.webhook_secrets))?,
            branding: Branding::read(&settings.branding)?,
            user_codes: settings.user_code_formats()?,
            dpop_nonces: DpopNonces::new(keys.dpop_nonces.iter().cloned().collect(), settings.dpop.window),
        })
    }
}

/// The counters of this node against floods. A reload does not reset them.
#[derive(Default)]
pub struct NodeLimits {
    /// Requests of networks and clients.
    pub rates: RateLimits,
    /// The grants that wait for a person.
    pub live_grants: LiveGrants,
    /// The alarm about guessed codes.
    pub guessing: Guessing,
    /// The alarms about refused logins.
    pub login_alarm: LoginAlarm,
    /// The waits after failed logins that this node measures itself.
    pub login_waits: LoginWaits,
}

/// Other memory of this node.
#[derive(Default)]
pub struct Node {
    /// Whether this node accepts requests.
    pub readiness: Readiness,
    /// How far the clock is from the database's.
    pub timekeeping: Timekeeping,
    /// The parameters under which passwords are hashed.
    pub hashes_in_use: HashesInUse,
    /// The keys that clients publish.
    pub client_keys: ClientKeys,
}
