//! grantd, an OAuth 2.0 authorization server for devices without a keyboard.

pub mod protocol;
pub mod settings;
