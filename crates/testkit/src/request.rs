//! Requests to a server, past its proxy or as its proxy sends them.

use std::net::SocketAddr;
use std::sync::LazyLock;

/// The issuer of every test server: https, behind the proxy that the tests play.
pub const ISSUER: &str = "https://login.example.test";

/// A request to a test server, as its proxy passes it on.
pub fn request(address: SocketAddr, method: &str, path: &str) -> reqwest::RequestBuilder {
    direct_request(address, method, path).header("host", "login.example.test").header("x-forwarded-proto", "https")
}

/// A request to a server on this machine that has no proxy in front of it. One client serves all tests, and keeps no
/// connection: each test has a runtime of its own, with which its connections end.
pub fn direct_request(address: SocketAddr, method: &str, path: &str) -> reqwest::RequestBuilder {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        client.pool_max_idle_per_host(0).build().unwrap()
    });
    CLIENT.request(method.parse().unwrap(), format!("http://{address}{path}"))
}
