//! Addresses and hosts: networks, places, and the headers of proxies.

mod authority;
mod forwarded;
mod place;
pub(crate) mod prefix;
mod proxy_header;

pub use authority::Authority;
pub use forwarded::{ForwardedAddress, ForwardedHeader, Silence, forwarded_address};
pub use place::{Extent, Place};
pub use prefix::Network;
pub use proxy_header::{LONGEST_PROXY_LINE, ProxyFlaw, ProxyHead, ProxyProtocol, client_in_proxy_line};
