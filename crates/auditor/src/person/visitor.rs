//! A browser without script: it keeps cookies, follows redirects and sends forms.

use std::collections::BTreeMap;

use reqwest::Method;
use url::Url;

use crate::person::Account;
use crate::person::forms::{Control, Form};
use crate::person::page::Page;
use crate::wire::{Answer, FORM, Question, Wire, encoded};

const MOST_REDIRECTS: usize = 20;

/// A person's browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    wire: Wire,
    pub(super) account: Account,
    /// By host and name.
    cookies: BTreeMap<(String, String), String>,
    /// Every `Set-Cookie` header so far.
    pub(crate) set_cookies: Vec<String>,
    /// Every page so far, without redirects.
    pub(crate) pages: Vec<Page>,
}

impl Visitor {
    pub(crate) fn new(wire: Wire, account: Account) -> Self {
        Self { wire, account, cookies: BTreeMap::new(), set_cookies: Vec::new(), pages: Vec::new() }
    }

    /// Opens an address.
    pub(crate) async fn open(&mut self, url: &Url) -> Result<Page, String> {
        self.go(Method::GET, url.clone(), None).await
    }

    /// Sends a form of `page` with the fields that were `filled`, by pressing `button`. `tick` ticks every checkbox.
    pub(super) async fn submit(
        &mut self,
        page: &Page,
        form: &Form,
        button: Option<&Control>,
        filled: &[(String, String)],
        tick: bool,
    ) -> Result<Page, String> {
        let mut pairs = Vec::new();
        for field in form.fields.iter().filter(|field| !field.name.is_empty()) {
            let typed = filled.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
            match field.kind.as_str() {
                "checkbox" if !(field.checked || tick) => {}
                "radio" if !field.checked => {}
                _ => pairs.push((field.name.clone(), typed.unwrap_or_else(|| field.value.clone()))),
            }
        }
        if let Some(button) = button.filter(|button| !button.name.is_empty()) {
            pairs.push((button.name.clone(), button.value.clone()));
        }
        let action = button.and_then(|button| button.action.clone()).or_else(|| form.action.clone());
        let mut url = match action {
            Some(action) => page.url.join(&action).map_err(|_| format!("{} has an unusable action", page.named()))?,
            None => page.url.clone(),
        };
        if form.is_post {
            return self.go(Method::POST, url, Some(&pairs)).await;
        }
        url.query_pairs_mut().clear().extend_pairs(&pairs);
        self.go(Method::GET, url, None).await
    }

    async fn go(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut form: Option<&[(String, String)]>,
    ) -> Result<Page, String> {
        for _ in 0..MOST_REDIRECTS {
            let answer = self.send(&method, &url, form).await?;
            let page = Page::of(url.clone(), answer);
            let there = page.answer.header("location").to_owned();
            if !(300..400).contains(&page.answer.status) || there.is_empty() {
                self.pages.push(page.clone());
                return Ok(page);
            }
            url = url.join(&there).map_err(|_| format!("{} leads nowhere", page.named()))?;
            if !matches!(page.answer.status, 307 | 308) {
                (method, form) = (Method::GET, None);
            }
        }
        Err("redirects without end".to_owned())
    }

    async fn send(&mut self, method: &Method, url: &Url, form: Option<&[(String, String)]>) -> Result<Answer, String> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| *of == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut question = Question::new(method.clone(), url)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("accept-language", "en")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .maybe_header("cookie", Some(cookies.join("; ")).filter(|cookies| !cookies.is_empty()));
        if let Some(form) = form {
            question = question
                .header("origin", url.origin().ascii_serialization())
                .header("sec-fetch-site", "same-origin")
                .body(Some(FORM), encoded(form));
        }
        let answer = self.wire.ask(&question).await.map_err(|stop| stop.reason)?;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = String::from_utf8_lossy(cookie.as_bytes()).into_owned();
            self.keep(&host, &cookie);
            self.set_cookies.push(cookie);
        }
        Ok(answer)
    }

    fn keep(&mut self, host: &str, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let key = (host.to_owned(), name.to_owned());
        let ends = |part: &str| {
            let part = part.to_ascii_lowercase();
            part.starts_with("max-age=0") || part.starts_with("max-age=-") || part.contains("01 jan 1970")
        };
        if value.is_empty() || parts.any(ends) {
            self.cookies.remove(&key);
        } else {
            self.cookies.insert(key, value.to_owned());
        }
    }
}
