//! A server with the profile of a product, and the page on which its people type codes.

use settings::Settings;

use crate::{Browser, Page, Product, Server};

impl Product {
    /// A server with its profile.
    pub async fn server(&self) -> Server {
        self.server_with(|_| {}).await
    }

    /// The same, with settings that are changed before it starts.
    pub async fn server_with(&self, change: impl FnOnce(&mut Settings)) -> Server {
        Server::as_product(self.profile, change).await
    }

    /// Types a code on the page that its devices show.
    pub async fn type_code(&self, browser: &mut Browser, code: &str) -> Page {
        let page = browser.open(self.page).await;
        browser.post(&page, self.page, &[("user_code", code)]).await
    }
}
