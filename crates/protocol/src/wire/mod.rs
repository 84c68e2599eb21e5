//! What travels: forms, messages, errors, cookies, languages and text.

mod cookie;
mod display_text;
mod error;
pub(crate) mod form;
mod form_charset;
pub(crate) mod language_range;
pub mod messages;
pub(crate) mod unambiguous;
mod user_agent;

pub use cookie::cookie_value;
pub use display_text::{display_text, is_unseen};
pub use error::OAuthError;
pub use form::{Form, MalformedForm};
pub use form_charset::FormCharset;
pub use language_range::{accepted_languages, look_up_language};
pub use user_agent::device_name;
