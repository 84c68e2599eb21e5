//! grantd, an OAuth 2.0 authorization server for devices without a keyboard.

pub mod app;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod device;
pub mod entropy;
mod janitor;
pub mod keys;
pub mod passwords;
pub mod protocol;
pub mod root_secret;
pub mod serve;
pub mod settings;
pub mod store;
pub mod telemetry;
pub mod web;
