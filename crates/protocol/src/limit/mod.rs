//! Rates and delays that slow guessing down.

mod login_throttle;
mod rate;

pub use login_throttle::delay_after;
pub use rate::{Bucket, Rate};
