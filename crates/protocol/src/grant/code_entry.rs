//! How a user code reached the page (RFC 8628 sections 3.3 and 3.3.1).

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// How a code was entered.
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum CodeEntry {
        /// By hand: the person saw it on a device, or somebody told them.
        Typed = "typed",
        /// From a link or a QR code.
        Link = "link",
    }
}
