//! The addresses that a device has in its firmware, for each product that it was built for, and the profile that serves
//! them.

use protocol::GrantType;
use std::path::Path;

use settings::{ClientSettings, ScopeSettings, Settings, load_from};

/// A product, by its profile, and where its devices and their people go.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub profile: &'static str,
    pub asks_at: &'static str,
    pub polls_at: &'static str,
    pub page: &'static str,
}

/// The RFCs alone.
pub const NONE: Product =
    Product { profile: "none", asks_at: "/device_authorization", polls_at: "/token", page: "/device" };
/// As the Janssen page shows it.
pub const JANSSEN: Product = Product {
    profile: "janssen",
    asks_at: "/jans-auth/restv1/device_authorization",
    polls_at: "/jans-auth/restv1/token",
    page: "/device-code",
};
/// As the PingOne page shows it.
pub const PINGONE: Product = Product {
    profile: "pingone",
    asks_at: "/am/oauth2/realms/root/realms/alpha/device/code",
    polls_at: "/am/oauth2/realms/root/realms/alpha/access_token",
    page: "/am/oauth2/realms/root/realms/alpha/device/user",
};
/// Those two, and none.
pub const PRODUCTS: [Product; 3] = [NONE, JANSSEN, PINGONE];

impl Product {
    /// Puts what the profile sets into the settings of some other server.
    pub fn apply(&self, settings: &mut Settings) {
        let profile = ("GRANTD__COMPATIBILITY__PROFILE".to_owned(), self.profile.to_owned());
        take(settings, load_from(None, [profile]).unwrap());
    }

    /// The status of `authorization_pending`.
    pub fn pending(&self) -> u16 {
        if self.profile == PINGONE.profile { 403 } else { 400 }
    }
}

/// Puts the keys of a file into the settings of a server: what a profile may set, checked as at a start.
pub fn of_file(settings: &mut Settings, toml: &str) {
    take(settings, load_from(Some((Path::new("g.toml"), toml)), []).unwrap());
}

fn take(settings: &mut Settings, from: Settings) {
    settings.compatibility = from.compatibility;
    settings.device = from.device;
    settings.user_code = from.user_code;
    settings.tokens.access_token_lifetime = from.tokens.access_token_lifetime;
}

/// Registers the client of the PingOne page: public, the scope `write`, an owner; it stays signed in.
pub fn my_client(settings: &mut Settings) {
    let words = "Change your films".to_owned();
    settings.scope.push(ScopeSettings { name: "write".to_owned(), words, default: false });
    let client = ClientSettings {
        id: "myClient".to_owned(),
        name: "My client".to_owned(),
        owner: "application-owner".to_owned(),
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        scopes: vec!["write".to_owned()],
        device_scopes: None,
        ..settings.client[0].clone()
    };
    settings.client.push(client);
}
