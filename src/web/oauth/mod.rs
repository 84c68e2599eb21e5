//! What do clients ask? One file for each endpoint.

pub(super) mod device_authorization;
pub(super) mod dpop;
pub(super) mod introspection;
pub(super) mod jwks;
pub(super) mod metadata;
mod resource_error;
pub(super) mod revocation;
pub(super) mod token;
pub(super) mod userinfo;
