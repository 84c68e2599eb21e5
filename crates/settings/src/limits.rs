//! How much guessing and flooding is borne? The keys of `[limits]` (RFC 8628 section 5.1).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::span;
use protocol::CodeDemand;

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Limits {
    /// Wrong codes before a browser session has to log in again.
    pub wrong_codes_session: u32,
    /// Wrong codes of an account in `wrong_codes_window`.
    pub wrong_codes_account: u32,
    /// Wrong codes of an account in a day.
    pub wrong_codes_account_day: u32,
    /// Wrong codes from a network (IPv4 address or IPv6 /64) in `wrong_codes_window`; more from the sites around it.
    pub wrong_codes_network: u32,
    /// The window of the two above.
    #[serde(with = "span")]
    pub wrong_codes_window: Duration,
    /// Wrong codes on the whole server in the life of a code (`device.expires_in`).
    pub wrong_codes_server: u32,
    /// The same where codes cannot grow: no more requests may wait than leave so many.
    pub wrong_codes_server_least: u32,
    /// Consecutive login failures of an account before delays begin.
    pub login_free_failures: u32,
    /// Consecutive login failures after which only an operator can help.
    pub login_ceiling: u32,
    /// The longest delay between two logins of an account.
    #[serde(with = "span")]
    pub login_max_delay: Duration,
    /// Login failures from a network in `login_window`.
    pub login_failures_network: u32,
    /// Login failures on the whole server in `login_window`.
    pub login_failures_server: u32,
    /// The window of the two above, and of `new_passwords_account`.
    #[serde(with = "span")]
    pub login_window: Duration,
    /// New passwords that an account may propose in `login_window`.
    pub new_passwords_account: u32,
    /// Device authorization requests a minute, of a client from a network.
    pub device_authorizations: u32,
    /// How many of them may come at once.
    pub device_authorizations_burst: u32,
    /// Device authorization requests a second, of the whole server.
    pub device_authorizations_server: u32,
    /// Grants of a client that wait for a person.
    pub pending_client: u32,
    /// The same, of a network.
    pub pending_network: u32,
    /// The same, of the whole server.
    pub pending_server: u32,
    /// Polls a minute with an unknown device code, of a network.
    pub unknown_device_codes: u32,
    /// Wrong client credentials a minute, for a client from a network.
    pub wrong_client_credentials: u32,
    /// Senders whom each limit by the minute remembers at once.
    pub remembered_senders: usize,
}

impl Limits {
    /// What user codes have to bear.
    pub fn code_demand(&self) -> CodeDemand {
        CodeDemand { most: self.pending_server, wanted: self.wrong_codes_server, least: self.wrong_codes_server_least }
    }
}
