//! The device's side of RFC 8628: signs a device in at any server that discovery finds.
//!
//! [`discover`] finds the server. [`Client::sign_in`] asks for codes ([`Client::authorize`], section 3.1), shows the code on a
//! [`Screen`], polls (sections 3.4 and 3.5; the [`Pacer`] decides how long to wait), and verifies the ID token. Later
//! [`Client::refresh`] keeps the device signed in and [`Client::revoke`] signs it out. [`Client::introspect`] is for the resource
//! server. With a [`ProofKey`] the tokens are bound to that key, and with a [`CodeVerifier`] the device code is bound to this
//! sign-in, wherever the server says that it knows PKCE. A command needs a few lines:
//!
//! ```ignore
//! let http = Http::new(issuer)?;
//! let server = discover(issuer, &http).await?;
//! let client = Client::new(client_id, client_secret, &http, &server);
//! let mut screen = Screen::on(std::io::stdout());
//! let signed_in = client.sign_in(&SignIn { scope, nonce, verifier, keypad }, &mut screen, &clock).await?;
//! screen.welcome(&signed_in)?;
//! ```
//!
//! **Invariant:** nothing here knows grantd. It works with any other server.
//! **Invariant:** device codes and tokens are [`Secret`](protocol::Secret)s and never reach the screen. The words of a server
//! reach it only without control characters.

mod authorization;
mod client;
mod code_verifier;
mod discovery;
mod error;
mod http;
mod issuer;
mod keypad;
mod large_letters;
mod login;
mod messages;
mod pacer;
mod polling;
mod printable;
mod proof_key;
mod qr;
mod screen;
#[cfg(test)]
mod scripted_server;
mod signed_in;
#[cfg(test)]
mod tests;
mod timekeeper;
mod tokens;
#[cfg(test)]
mod tokens_tests;
mod verification;

pub use authorization::DeviceAuthorization;
pub use client::{Client, authentication, basic};
pub use code_verifier::CodeVerifier;
pub use discovery::{Server, discover, well_known};
pub use error::DeviceError;
pub use http::{Http, cause_of, http_client, read_body};
pub use issuer::is_this_machine;
pub use keypad::Keypad;
pub use login::SignIn;
pub use messages::{IntrospectionResponse, TokenResponse};
pub use pacer::{Pacer, PollState};
pub use polling::DEVICE_CODE_GRANT;
pub use printable::{printable, printable_json};
pub use proof_key::ProofKey;
pub use screen::{Screen, Surface};
pub use signed_in::SignedIn;
pub use timekeeper::Timekeeper;
pub use verification::{Claims, Expected, verified_claims};
