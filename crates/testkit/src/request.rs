//! Requests to a server, directly or as its proxy sends them.

use std::net::SocketAddr;
use std::sync::LazyLock;

/// The issuer of every test server: https, behind a proxy whose headers the tests send.
pub const ISSUER: &str = "https://login.example.test";

/// A request to a test server, as its proxy passes it on.
pub fn request(address: SocketAddr, method: &str, path: &str) -> reqwest::RequestBuilder {
    direct_request(address, method, path).header("host", "login.example.test").header("x-forwarded-proto", "https")
}

/// A request to a server on this machine without a proxy. One client serves all tests, and keeps no connection: each test has
/// its own runtime, and connections end with it.
pub fn direct_request(address: SocketAddr, method: &str, path: &str) -> reqwest::RequestBuilder {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        client.pool_max_idle_per_host(0).build().unwrap()
    });
    CLIENT.request(method.parse().unwrap(), format!("http://{address}{path}"))
}
