//! A device whose poll is answered, with what it has proven.

use crate::flow::ClientRequest;
use protocol::{Client, DeviceCode, Source};

/// A device that has proven what its code is bound to.
pub(super) struct ProvenDevice<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a ClientRequest,
    pub(super) source: Source,
    pub(super) code: DeviceCode,
    /// The thumbprint of the key that it has proven, if any.
    pub(super) jkt: Option<String>,
}
