//! A user's account: devices that stay signed in, an API that introspects, and the pages that end both.

use protocol::GrantType;
use serde_json::Value;
use settings::Settings;

use crate::{Answer, Browser, Device, Page, Server};

/// A device on which a user is signed in.
pub struct SignedIn {
    pub device: Device,
    pub tokens: Value,
    /// Its handle in URLs.
    pub handle: String,
}

/// Devices stay signed in, an API introspects, and passwords are hashed without delay.
pub fn for_accounts(settings: &mut Settings) {
    for client in &mut settings.client {
        if ["tv", "radio"].contains(&client.id.as_str()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
        client.introspect = client.id == "box";
    }
    settings.passwords.memory_kib = 8;
    settings.passwords.iterations = 1;
}

impl Server {
    /// A server with [`for_accounts`].
    pub async fn with_accounts() -> Self {
        Self::with(for_accounts).await
    }

    /// Signs a device in from a browser in which the user is signed in.
    pub async fn sign_in_from(&self, browser: &mut Browser, device: &Device, scope: &str) -> SignedIn {
        let authorization = device.authorize(scope).await;
        let decision = browser.enter_code(&authorization.user_code).await;
        assert!(decision.is_decision(), "{decision:?}");
        browser.approve(&decision).await;
        let before = self.families().await;
        let tokens = authorization.redeem().await;
        // Several may have the same time: the new one is theirs.
        let mut families = self.families().await;
        families.retain(|family| !before.contains(family));
        let [handle] = <[String; 1]>::try_from(families).unwrap();
        SignedIn { device: device.clone(), tokens, handle }
    }

    async fn families(&self) -> Vec<String> {
        self.events_of("grant_redeemed").await.into_iter().filter_map(|event| event.family_id).collect()
    }
}

impl SignedIn {
    /// The URL of its page.
    pub fn path(&self) -> String {
        format!("/account/devices/{}", self.handle)
    }

    /// Whether introspection says that the access token is active.
    pub async fn is_active(&self, server: &Server) -> bool {
        let token = self.tokens["access_token"].as_str().unwrap();
        let told = server.device("box").with_secret("box-secret").post("/introspect", &[("token", token)]).await;
        assert_eq!(told.status, 200, "{}", told.body);
        told.json()["active"].as_bool().unwrap()
    }

    /// Uses the refresh token.
    pub async fn refresh(&self) -> Answer {
        let token = self.tokens["refresh_token"].as_str().unwrap();
        self.device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Asserts that none of its tokens works any more.
    pub async fn assert_dead(&self, server: &Server) {
        assert!(!self.is_active(server).await, "its access token is alive");
        assert_eq!(server.userinfo(self.tokens["access_token"].as_str().unwrap()).await.status, 401);
        self.refresh().await.assert_error(400, "invalid_grant");
    }

    /// Asserts that the refresh token works, by using it.
    pub async fn assert_alive(&mut self, server: &Server) {
        assert!(self.is_active(server).await, "its access token is dead");
        let refreshed = self.refresh().await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.body);
        self.tokens = refreshed.json();
    }
}

impl Browser {
    /// Opens the account.
    pub async fn account(&mut self) -> Page {
        self.open("/account").await
    }

    /// Presses a button of the page of a device.
    pub async fn on_device(&mut self, device: &SignedIn, fields: &[(&str, &str)]) -> Page {
        let page = self.account().await;
        self.post(&page, &device.path(), fields).await
    }
}
