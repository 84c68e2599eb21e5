//! Access tokens, ID tokens, refresh tokens, and the schedule of the keys that sign them.

mod claims;
mod key_schedule;
mod refresh_token;
mod signing_algorithm;

pub use claims::{AccessTokenClaims, Confirmation, IdTokenClaims, LONGEST_TOKEN, half_hash};
pub use key_schedule::KeySchedule;
pub use refresh_token::{Refresh, RefreshChain, RefreshToken, SpentLink};
pub use signing_algorithm::SigningAlgorithm;
