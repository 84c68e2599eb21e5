//! The device's side of RFC 8628: signs a device in at any server that discovery finds.
//!
//! [`discover`] finds the server, and [`Client::sign_in`] is the walk there: [`Client::authorize`] (section 3.1), show the code on a
//! [`Screen`], poll politely (sections 3.4 and 3.5; the [`Pacer`] decides how long to wait), and believe the tokens only
//! after their ID token is verified. Afterwards [`Client::refresh`] keeps the device signed in and [`Client::revoke`] signs it
//! out; [`Client::introspect`] is the resource server's side of the tokens. With a [`ProofKey`] all of it is bound to that key. A command
//! needs a few lines:
//!
//! ```ignore
//! let http = Http::new(issuer)?;
//! let server = discover(issuer, &http).await?;
//! let client = Client::new(client_id, client_secret, &http, &server);
//! let mut screen = Screen::on(std::io::stdout());
//! let signed_in = client.sign_in(&SignIn { scope, nonce, keypad }, &mut screen, &clock).await?;
//! screen.welcome(&signed_in)?;
//! ```
//!
//! **Invariant:** nothing here knows the server in this crate; it would sign in just as well at another.
//! **Invariant:** device codes and tokens are [`Secret`]s and never reach the screen; what a server says reaches it only
//! without control characters.

mod authorization;
mod client;
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
mod secret;
mod signed_in;
#[cfg(test)]
mod tests;
mod timekeeper;
mod tokens;
#[cfg(test)]
mod tokens_tests;
mod verification;

pub use authorization::DeviceAuthorization;
pub use client::Client;
pub use discovery::{Server, discover};
pub use error::DeviceError;
pub use http::{Http, cause_of, http_client};
pub use issuer::is_this_machine;
pub use keypad::Keypad;
pub use login::SignIn;
pub use messages::{IntrospectionResponse, TokenResponse};
pub use pacer::{Pacer, PollState};
pub use printable::{printable, printable_json};
pub use proof_key::ProofKey;
pub use screen::{Screen, Surface};
pub use secret::Secret;
pub use signed_in::SignedIn;
pub use timekeeper::Timekeeper;
pub use verification::{Claims, Expected, verified_claims};
