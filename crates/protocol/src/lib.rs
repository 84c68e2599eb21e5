//! The rules of the RFCs as types and functions: no I/O, no async, no clock, no SQL.
//!
//! The grant itself is [`DeviceGrant`] (RFC 8628). Response bodies are in [`messages`], errors in [`OAuthError`].

#![warn(missing_docs)]

mod client;
mod code;
mod digest;
mod event;
mod grant;
mod limit;
mod named;
mod network;
mod proof;
mod secret;
mod timestamp;
mod token;
pub mod wire;

pub use client::{
    AccessTokenFormat, AssertionFlaw, AssertionPolicy, Audience, AuthenticationFlaw, AuthenticationMethod,
    AuthenticationMethodName, BindingDemands, ClaimPlace, ClaimSource, Client, ClientAssertion, Credentials,
    CustomClaim, GrantType, InitiationDemands, KeySource, MalformedScope, Person, RefreshPolicy, Scope, Subject,
    UserField,
};
pub use code::{
    CodeCharacters, CodeDemand, CodeOutline, Crowd, DeviceCode, GuessBound, MalformedUserCode, TypedCode, UnfitFormat,
    UserCode, UserCodeFormat, UserCodeFormats, UserCodeSettings,
};
pub use digest::{Digest, HmacKey};
pub use event::{
    Actor, AuditEvent, Channel, Cluster, DeviceRequest, Event, Grouping, NoticeFacts, RequestFilter, RequestOutcome,
    Source, TEST_NOTICE, WebhookSecret, clusters, notice_backoff, notice_body, notice_name, notice_names, origin_of,
    test_notice_body, webhook_signature,
};
pub use grant::{
    Approval, ApprovalPolicy, Claim, CodeEntry, Consent, Demand, DeviceGrant, Incomparable, Initiated, Initiation,
    InitiationPin, MatchNumber, MatchNumbers, NetworkMismatch, NotOffered, Origin, Pace, Pick, Poll, Proximity,
    Redemption, ScopeChoice, SentPin, Standing, State, Ticked, Wishes,
};
pub use limit::{Bucket, Rate, delay_after};
pub use network::{
    Authority, Extent, ForwardedAddress, ForwardedHeader, LONGEST_PROXY_LINE, Network, Place, ProxyFlaw, ProxyHead,
    ProxyProtocol, Silence, client_in_proxy_line, forwarded_address,
};
pub use proof::{
    Binding, CodeChallenge, DpopNonces, DpopProof, JwkSet, Jws, KeyMaterial, ProofDemand, PublicAlgorithm, PublicJwk,
    UnfitKey, VerifierVerdict,
};
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use token::{
    AccessTokenClaims, Confirmation, IdTokenClaims, KeySchedule, LONGEST_TOKEN, Refresh, RefreshChain, RefreshToken,
    SigningAlgorithm, SpentLink, half_hash,
};
pub use wire::{
    Form, FormCharset, MalformedForm, OAuthError, accepted_languages, cookie_value, device_name, display_text,
    is_unseen, look_up_language, messages,
};
