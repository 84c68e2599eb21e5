//! The pages that people see: one struct for each page ([`views`]), one template for each struct (`templates/`).
//!
//! **Invariant:** the pages work without JavaScript, and hold no script and no inline style. The Content Security Policy
//! (requirement W-01) stops both.

pub(super) mod account;
pub(super) mod account_page;
pub(super) mod assets;
pub(super) mod decision;
pub(super) mod enter_code;
mod error;
pub(super) mod frame;
pub(super) mod language;
pub(super) mod login;
pub(super) mod no_cookie;
mod qr_code;
mod return_page;
mod shown_code;
mod views;

pub(super) use error::{PageError, after_panic, method_not_allowed, not_found};
use qr_code::QrCode;
use shown_code::ShownCode;

use words::Span;

#[cfg(test)]
mod announced_tests;
#[cfg(any(test, feature = "gallery"))]
#[expect(clippy::unwrap_used, reason = "only tests look at it: a page that cannot be rendered fails them")]
pub(super) mod gallery;
#[cfg(test)]
mod tests;
