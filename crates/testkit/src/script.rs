//! A program that answers for a person: it has a cookie, and sends no header about its origin, as curl does.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{Answer, PASSWORD, Server};

/// A program with the cookie of a session.
pub struct Script<'a> {
    server: &'a Server,
    /// `name=value`, or empty.
    pub cookie: String,
    /// The headers of its answers.
    pub csrf: String,
    /// Whether it accepts JSON.
    pub accepts: Option<&'static str>,
}

impl<'a> Script<'a> {
    /// A program without a login.
    pub fn new(server: &'a Server) -> Self {
        Self { server, cookie: String::new(), csrf: String::new(), accepts: Some("application/json") }
    }

    /// A program that logged a user in with JSON.
    pub async fn logged_in(server: &'a Server, username: &str) -> Self {
        let mut script = Self::new(server);
        let answer = script.log_in(&json!({"username": username, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["csrf"].as_str().unwrap().clone_into(&mut script.csrf);
        script
    }

    /// A program with its own session, which two headers began.
    pub async fn with_headers(server: &'a Server, path: &str, username: &str) -> (Self, Value) {
        let mut script = Self::new(server);
        let headers = [("x-openam-username", username), ("x-openam-password", PASSWORD)];
        let mut request = server.request("POST", path).header("accept-api-version", "resource=2.0, protocol=1.0");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = script.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        told["tokenId"].as_str().unwrap().clone_into(&mut script.csrf);
        (script, told)
    }

    /// Posts JSON to `/login`, and keeps the cookie.
    pub async fn log_in(&mut self, credentials: &Value) -> Answer {
        let request = self.server.request("POST", "/login").header("content-type", "application/json");
        self.send(request.body(credentials.to_string())).await
    }

    /// `GET`
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.asking(self.server.request("GET", path));
        self.send(request).await
    }

    /// Looks a code up.
    pub async fn look(&mut self, code: &str) -> Answer {
        self.get(&format!("/device?user_code={code}")).await
    }

    /// `POST` of a form.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.asking(self.server.request("POST", path)).form(form);
        self.send(request).await
    }

    /// Decides about a code, with everything that an answer needs.
    pub async fn decide(&mut self, code: &str, decision: &str) -> Answer {
        let csrf = self.csrf.clone();
        let form = [
            ("user_code", code),
            ("decision", decision),
            ("csrf", csrf.as_str()),
            ("device_present", "true"),
            ("other_network", "true"),
        ];
        self.post("/device", &form).await
    }

    fn asking(&self, request: RequestBuilder) -> RequestBuilder {
        match self.accepts {
            Some(accepts) => request.header("accept", accepts),
            None => request.header("accept", "*/*"),
        }
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let request = request.header("x-forwarded-for", "198.51.100.7").header("user-agent", "curl/8.0");
        let request = if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) };
        let answer = Answer::of(request.send().await.unwrap()).await;
        if let Some(cookie) = answer.headers.get("set-cookie") {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        answer
    }
}
