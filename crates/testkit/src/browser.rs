//! A browser without JavaScript: it keeps cookies, follows redirects and posts the forms of its pages.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use reqwest::{Certificate, Client, RequestBuilder};

use crate::{Answer, direct_request, request};

/// The password of every user.
pub const PASSWORD: &str = "brittle comet under glass";

/// A person's browser.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    pub from: String,
    through_proxy: bool,
    /// What speaks TLS, for a server that does.
    tls: Option<Client>,
    base: String,
    pub cookies: BTreeMap<String, String>,
    /// Every `Set-Cookie` header so far.
    pub set_cookies: Vec<String>,
}

/// A page that was shown, and its path. A redirect to it may have had a query.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub answer: Answer,
}

impl Browser {
    pub fn new(address: SocketAddr, from: &str) -> Self {
        Self {
            address,
            from: from.to_owned(),
            through_proxy: true,
            tls: None,
            base: String::new(),
            cookies: BTreeMap::new(),
            set_cookies: Vec::new(),
        }
    }

    /// A browser on this machine, for a server whose issuer is `http://localhost:PORT`.
    pub fn on_localhost(port: u16) -> Self {
        Self { through_proxy: false, ..Self::new(([127, 0, 0, 1], port).into(), "") }
    }

    /// The same, for a server whose issuer is `https://localhost:PORT`, and whose certificate is by this authority.
    pub fn over_tls(port: u16, authority: &str) -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let trusted = Certificate::from_pem(authority.as_bytes()).unwrap();
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { tls: Some(client.tls_certs_only([trusted]).build().unwrap()), ..Self::on_localhost(port) }
    }

    /// The same, for an issuer with a path, such as `/tenant`.
    pub fn under(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let host = format!("localhost:{}", self.address.port());
        match &self.tls {
            Some(client) => client.request(method.parse().unwrap(), format!("https://{host}{path}")),
            None if self.through_proxy => request(self.address, method, path).header("x-forwarded-for", &self.from),
            None => direct_request(self.address, method, path).header("host", host),
        }
    }

    /// Sends one request as it is and keeps the cookies of the answer.
    pub async fn send(&mut self, method: &str, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let said: &[(&str, &str)] = match form {
            Some(_) => &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            None => &[],
        };
        self.send_saying(method, path, said, form).await
    }

    /// Sends one request with these headers about its origin.
    pub async fn send_saying(
        &mut self,
        method: &str,
        path: &str,
        said: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Answer {
        let mut sent = self
            .request(method, path)
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            sent = sent.header("cookie", cookies.join("; "));
        }
        for (name, value) in said {
            sent = sent.header(*name, *value);
        }
        if let Some(form) = form {
            sent = sent.form(form);
        }
        let answer = Answer::of(sent.send().await.unwrap()).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            self.set_cookies.push(cookie.to_owned());
            let (pair, _) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Opens a page and follows redirects.
    pub async fn open(&mut self, path: &str) -> Page {
        let answer = self.send("GET", path, None).await;
        self.follow(path, answer).await
    }

    /// Posts a form with the csrf token of its page, and with the continuation if it is a login, and follows redirects.
    pub async fn post(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = page.csrf();
        let named = page.continuation().filter(|_| action.ends_with("/login"));
        let named = named.iter().map(|named| ("continue", named.as_str()));
        let own = named.filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).chain(own).collect();
        let answer = self.send("POST", action, Some(&form)).await;
        self.follow(action, answer).await
    }

    async fn follow(&mut self, path: &str, answer: Answer) -> Page {
        let mut page = Page { path: path.to_owned(), answer };
        while page.answer.status == 303 {
            let there = page.answer.header("location").to_owned();
            assert!(there.starts_with('/') && !there.starts_with("//"), "a redirect leads elsewhere: {there}");
            let path = there.split('?').next().unwrap().to_owned();
            page = Page { answer: self.send("GET", &there, None).await, path };
        }
        page
    }

    /// Logs in on the login page.
    pub async fn log_in(&mut self, username: &str) -> Page {
        self.log_in_with(username, PASSWORD).await
    }

    /// Logs in with any password.
    pub async fn log_in_with(&mut self, username: &str, password: &str) -> Page {
        let login = format!("{}/login", self.base);
        let page = self.open(&login).await;
        self.post(&page, &login, &[("username", username), ("password", password)]).await
    }

    /// Types a code on the first page. The next page is the login or the decision.
    pub async fn enter_code(&mut self, code: &str) -> Page {
        let first = format!("{}/device", self.base);
        let page = self.open(&first).await;
        self.post(&page, &first, &[("user_code", code)]).await
    }

    /// Types a code and logs in. The next page is the decision.
    pub async fn reach_decision(&mut self, code: &str, username: &str) -> Page {
        let page = self.enter_code(code).await;
        let login = format!("{}/login", self.base);
        if page.path != login {
            return page;
        }
        self.post(&page, &login, &[("username", username), ("password", PASSWORD)]).await
    }

    /// Ticks every box and approves.
    pub async fn approve(&mut self, decision: &Page) -> Page {
        let ticks = [("device_present", "true"), ("other_network", "true"), ("decision", "approve")];
        self.post(decision, &decision.path, &ticks).await
    }

    /// Denies.
    pub async fn deny(&mut self, decision: &Page) -> Page {
        self.post(decision, &decision.path, &[("decision", "deny")]).await
    }
}

impl Page {
    /// The csrf token of the first form.
    pub fn csrf(&self) -> String {
        self.value_of("name=\"csrf\"").unwrap_or_else(|| panic!("no csrf token on {}: {}", self.path, self.answer.body))
    }

    /// The continuation of the login on this page.
    pub fn continuation(&self) -> Option<String> {
        self.value_of("name=\"continue\"")
    }

    /// The `value` of the element that holds `attribute`.
    pub fn value_of(&self, attribute: &str) -> Option<String> {
        let at = self.answer.body.find(attribute)?;
        let start = self.answer.body[..at].rfind('<')?;
        let element = &self.answer.body[start..start + self.answer.body[start..].find('>')?];
        let value = element.split_once("value=\"")?.1;
        Some(value.split('"').next()?.to_owned())
    }

    /// Whether the page says this. The markup for translators does not matter.
    pub fn says(&self, text: &str) -> bool {
        self.answer.body.replace(" translate=\"no\"", "").contains(text)
    }

    /// Whether the page has a link or a button to go on.
    pub fn has_a_way_on(&self) -> bool {
        self.says("<a class=\"button\" href=\"/") || self.says("<button ")
    }

    /// The page without the texts that differ between browsers and between showings.
    pub fn without(&self, differing: &[&str]) -> String {
        let own = ["name=\"csrf\"", "name=\"continue\""].map(|field| self.value_of(field));
        let differing = differing.iter().copied().chain(own.iter().flatten().map(String::as_str));
        differing.fold(self.answer.body.clone(), |body, text| body.replace(text, "*"))
    }

    /// Whether this user is signed in, according to the page.
    pub fn is_signed_in_as(&self, username: &str) -> bool {
        self.says(&format!("Signed in as <strong><bdi>{username}</bdi>"))
    }

    /// Whether this is the page on which to decide.
    pub fn is_decision(&self) -> bool {
        self.answer.status == 200 && self.says("id=\"approve\"")
    }
}
