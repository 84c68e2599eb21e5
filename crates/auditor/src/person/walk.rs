//! Walks from the verification URI to a decision, page by page, by what each page asks for (RFC 8628 section 3.3).

use std::sync::Arc;

use url::Url;

use crate::Decision;
use crate::person::page::{Meaning, Page};
use crate::person::visitor::Visitor;

/// More pages than any real walk has.
const MOST_PAGES: usize = 12;

/// What was filled in already. A page that asks for it again has refused it.
#[derive(Default)]
struct Done {
    code: bool,
    username: bool,
    password: bool,
}

impl Visitor {
    /// Types the code and logs in where a page asks for it, as far as the page that asks for the decision.
    pub(crate) async fn reach_decision(&mut self, uri: &Url, code: &str) -> Result<Page, String> {
        let (page, outcome) = self.go_on(uri, code).await?;
        outcome?;
        if page.asks_to_decide() { Ok(page) } else { Err(format!("{} asks for no decision", page.named())) }
    }

    /// Types the code and logs in where a page asks for it, and gives the last page.
    pub(crate) async fn enter_code(&mut self, uri: &Url, code: &str) -> Result<Page, String> {
        self.go_on(uri, code).await.map(|(page, _)| page)
    }

    /// Approves or denies on a page that asks for it, and on those that follow.
    pub(crate) async fn decide(&mut self, page: &Page, decision: Decision) -> Result<Page, String> {
        match decision {
            Decision::Deny => self.deny(page).await,
            Decision::Approve => self.approve(page).await,
        }
    }

    async fn deny(&mut self, page: &Page) -> Result<Page, String> {
        let mut page = page.clone();
        let mut done = Done { code: true, ..Done::default() };
        for _ in 0..MOST_PAGES {
            if let Some((form, button)) = page.pressing(Meaning::Deny) {
                return self.submit(&page, form, Some(button), &[], false).await;
            }
            if let Some(there) = page.denying_link().and_then(|link| page.url.join(link).ok()) {
                return self.open(&there).await;
            }
            page = match self.step(&page, "", &mut done).await? {
                Some(next) => next,
                None => return Err(format!("{} has no way to deny", page.named())),
            };
        }
        Err("there is no way to deny".to_owned())
    }

    async fn approve(&mut self, page: &Page) -> Result<Page, String> {
        let mut page = page.clone();
        let mut done = Done { code: true, ..Done::default() };
        for _ in 0..MOST_PAGES {
            page = match page.pressing(Meaning::Approve) {
                Some((form, button)) => self.submit(&page, form, Some(button), &[], true).await?,
                // A code form now is the way to the next device.
                None if page.code_form().is_some() && page.login_form().is_none() => return Ok(page),
                None => match self.step(&page, "", &mut done).await? {
                    Some(next) => next,
                    None => return Ok(page),
                },
            };
        }
        Err("there is no end to the pages after the approval".to_owned())
    }

    /// The last page before a decision, and why the walk could not go further, if it should have.
    async fn go_on(&mut self, uri: &Url, code: &str) -> Result<(Page, Result<(), String>), String> {
        let mut page = self.open(uri).await?;
        let mut done = Done::default();
        for _ in 0..MOST_PAGES {
            page = match self.step(&page, code, &mut done).await {
                Ok(Some(next)) => next,
                Ok(None) => return Ok((page, Ok(()))),
                Err(reason) => return Ok((page, Err(reason))),
            };
        }
        Ok((page, Err("there is no end to the pages before the decision".to_owned())))
    }

    /// Does what `page` asks for before a decision; `None` when it asks for nothing of that kind.
    async fn step(&mut self, page: &Page, code: &str, done: &mut Done) -> Result<Option<Page>, String> {
        if let Some(form) = page.code_form()
            && !code.is_empty()
        {
            if std::mem::replace(&mut done.code, true) {
                return Err(format!("{} wants the code again", page.named()));
            }
            let fields = form.code_fields();
            let parts: Vec<&str> = code.split('-').collect();
            // One field for each group of letters, or one for all.
            let parts = if fields.len() == parts.len() { parts } else { vec![code] };
            let filled: Vec<(String, String)> =
                fields.iter().zip(parts).map(|(field, part)| (field.name.clone(), part.to_owned())).collect();
            return self.submit(page, form, form.main_button(), &filled, true).await.map(Some);
        }
        if let Some(form) = page.login_form() {
            let mut filled = Vec::new();
            let mut again = false;
            if let Some(field) = form.username() {
                again |= std::mem::replace(&mut done.username, true) && form.password().is_none();
                filled.push((field.name.clone(), self.account.username.clone()));
            }
            if let Some(field) = form.password() {
                again |= std::mem::replace(&mut done.password, true);
                filled.push((field.name.clone(), self.account.password.reveal().to_owned()));
            }
            if again {
                return Err(format!("{} wants the login again", page.named()));
            }
            // Servers that limit the guessing of passwords count concurrent logins, too.
            let _alone = Arc::clone(&self.account.logging_in).lock_owned().await;
            return self.submit(page, form, form.main_button(), &filled, false).await.map(Some);
        }
        if page.asks_to_decide() {
            return Ok(None);
        }
        match page.silent_form() {
            Some(form) => self.submit(page, form, form.main_button(), &[], false).await.map(Some),
            None => Ok(None),
        }
    }
}
