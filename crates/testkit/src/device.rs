//! A device that speaks HTTP and does not know the inside of the server.

use std::net::SocketAddr;

use ::device::basic;
use serde_json::Value;

use crate::{Answer, NONE, Product, ProofKey, direct_request, request};

/// The grant type of RFC 8628 section 3.4.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The client's side of the flow.
#[derive(Clone)]
pub struct Device {
    address: SocketAddr,
    client_id: String,
    authorization: Option<String>,
    from: String,
    through_proxy: bool,
    base: String,
    asks_at: &'static str,
    polls_at: &'static str,
    proofs: Proofs,
}

/// The `DPoP` headers of a device.
#[derive(Clone)]
enum Proofs {
    /// These values; none by default.
    As(Vec<String>),
    /// A fresh proof of its key for each request.
    Of(ProofKey),
}

/// The codes of a device.
#[derive(Clone)]
pub struct Authorization {
    pub device: Device,
    pub device_code: String,
    pub user_code: String,
    pub json: Value,
}

impl Device {
    pub fn new(address: SocketAddr, client_id: &str) -> Self {
        let from = "203.0.113.5".to_owned();
        let (client_id, proofs) = (client_id.to_owned(), Proofs::As(Vec::new()));
        let (asks_at, polls_at) = (NONE.asks_at, NONE.polls_at);
        let (authorization, base, through_proxy) = (None, String::new(), true);
        Self { address, client_id, authorization, from, through_proxy, base, asks_at, polls_at, proofs }
    }

    /// The same, with the addresses of a product in its firmware, whatever the issuer.
    pub fn made_for(self, product: &Product) -> Self {
        let base = if product.profile == NONE.profile { self.base } else { String::new() };
        Self { base, asks_at: product.asks_at, polls_at: product.polls_at, ..self }
    }

    /// A device of a server on this machine whose issuer is `http://localhost:PORT`.
    pub fn on_localhost(port: u16, client_id: &str) -> Self {
        Self { through_proxy: false, ..Self::new(([127, 0, 0, 1], port).into(), client_id) }
    }

    /// The same, for an issuer with a path, such as `/tenant`.
    pub fn under(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    /// The same, with a secret in the `Authorization` header.
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.authorization = Some(basic(&self.client_id, secret));
        self
    }

    /// The same, with a proof of this key in every request.
    pub fn proving(mut self, key: &ProofKey) -> Self {
        self.proofs = Proofs::Of(key.clone());
        self
    }

    /// The same, with these values in `DPoP` headers, or none.
    pub fn showing(mut self, proofs: &[String]) -> Self {
        self.proofs = Proofs::As(proofs.to_vec());
        self
    }

    /// The same, on another network.
    pub fn on_network(mut self, address: &str) -> Self {
        address.clone_into(&mut self.from);
        self
    }

    /// Posts parameters to a path below the issuer, with `client_id` unless the header names the client.
    pub async fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let path = &format!("{}{path}", self.base);
        let mut form: Vec<(&str, &str)> = parameters.to_vec();
        let mut request = if self.through_proxy {
            request(self.address, "POST", path).header("x-forwarded-for", &self.from)
        } else {
            direct_request(self.address, "POST", path).header("host", format!("localhost:{}", self.address.port()))
        };
        match &self.authorization {
            Some(authorization) => request = request.header("authorization", authorization),
            None => form.push(("client_id", &self.client_id)),
        }
        match &self.proofs {
            Proofs::As(values) => request = values.iter().fold(request, |request, value| request.header("dpop", value)),
            Proofs::Of(key) => request = request.header("dpop", key.proof("POST", path).signed()),
        }
        Answer::of(request.header("user-agent", "curl/8.0").form(&form).send().await.unwrap()).await
    }

    /// The same, with any `Authorization` header, or none.
    pub fn with_authorization(mut self, header: Option<&str>) -> Self {
        self.authorization = header.map(str::to_owned);
        self
    }

    /// One poll with any device code.
    pub async fn poll_answer(&self, device_code: &str) -> Answer {
        self.post(self.polls_at, &[("grant_type", DEVICE_CODE), ("device_code", device_code)]).await
    }

    /// Asks for codes, and gives any answer.
    pub async fn authorize_answer(&self) -> Answer {
        self.ask(&[("scope", "openid")]).await
    }

    /// The same with any parameters.
    pub async fn ask(&self, parameters: &[(&str, &str)]) -> Answer {
        self.post(self.asks_at, parameters).await
    }

    /// Asks for codes, which must come.
    pub async fn authorize(&self, scope: &str) -> Authorization {
        self.authorize_with(&[("scope", scope)]).await
    }

    /// Asks for codes with any parameters. They must come.
    pub async fn authorize_with(&self, parameters: &[(&str, &str)]) -> Authorization {
        let answer = self.ask(parameters).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let text = |member: &str| json[member].as_str().unwrap().to_owned();
        Authorization {
            device: self.clone(),
            device_code: text("device_code"),
            user_code: text("user_code"),
            json: json.clone(),
        }
    }
}

impl Authorization {
    /// One poll.
    pub async fn poll_answer(&self) -> Answer {
        self.poll_as(&self.device).await
    }

    /// One poll by another client.
    pub async fn poll_as(&self, device: &Device) -> Answer {
        device.poll_answer(&self.device_code).await
    }

    /// One poll: the error code, or `tokens`.
    pub async fn poll(&self) -> String {
        let answer = self.poll_answer().await;
        if answer.status == 200 {
            return "tokens".to_owned();
        }
        assert_eq!(answer.status, 400, "{}", answer.body);
        answer.error()
    }

    /// The poll that gets tokens.
    pub async fn redeem(&self) -> Value {
        let answer = self.poll_answer().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}
