//! Clients: how they authenticate, what they may request, what their tokens say.

mod audience;
mod client_assertion;
mod client_authentication;
mod custom_claim;
mod grant_type;
mod registration;
mod scope;
mod subject;

pub use audience::Audience;
pub use client_assertion::{AssertionFlaw, AssertionPolicy, ClientAssertion};
pub use client_authentication::{AuthenticationFlaw, Credentials};
pub use custom_claim::{ClaimPlace, ClaimSource, CustomClaim, Person, UserField};
pub use grant_type::GrantType;
pub use registration::{
    AccessTokenFormat, AuthenticationMethod, AuthenticationMethodName, BindingDemands, Client, InitiationDemands,
    KeySource, RefreshPolicy,
};
pub use scope::{MalformedScope, Scope};
pub use subject::Subject;
