//! Device codes and user codes (RFC 8628 section 6.1).

mod code_outline;
mod device_code;
mod guess_bound;
mod user_code;
mod user_code_format;
mod user_code_formats;

pub use code_outline::{CodeCharacters, CodeOutline};
pub use device_code::DeviceCode;
pub use guess_bound::GuessBound;
pub use user_code::{MalformedUserCode, TypedCode, UserCode};
pub use user_code_format::{UnfitFormat, UserCodeFormat, UserCodeSettings};
pub use user_code_formats::{CodeDemand, Crowd, UserCodeFormats};
