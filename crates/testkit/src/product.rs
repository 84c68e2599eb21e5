//! The addresses in the firmware of devices that were built for another product, and the profile that serves them.

use protocol::GrantType;
use std::path::Path;

use settings::{ClientSettings, ScopeSettings, Settings, load_from};

/// A product: its profile, and the addresses of its devices and people.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub profile: &'static str,
    pub asks_at: &'static str,
    pub polls_at: &'static str,
    pub page: &'static str,
}

/// No product, only the RFCs.
pub const NONE: Product =
    Product { profile: "none", asks_at: "/device_authorization", polls_at: "/token", page: "/device" };
/// The addresses on the page of Janssen.
pub const JANSSEN: Product = Product {
    profile: "janssen",
    asks_at: "/jans-auth/restv1/device_authorization",
    polls_at: "/jans-auth/restv1/token",
    page: "/device-code",
};
/// The addresses on the page of PingOne.
pub const PINGONE: Product = Product {
    profile: "pingone",
    asks_at: "/am/oauth2/realms/root/realms/alpha/device/code",
    polls_at: "/am/oauth2/realms/root/realms/alpha/access_token",
    page: "/am/oauth2/realms/root/realms/alpha/device/user",
};
/// Both products, and none.
pub const PRODUCTS: [Product; 3] = [NONE, JANSSEN, PINGONE];

impl Product {
    /// Puts the settings of the profile into the settings of another server.
    pub fn apply(&self, settings: &mut Settings) {
        let profile = ("GRANTD__COMPATIBILITY__PROFILE".to_owned(), self.profile.to_owned());
        take(settings, load_from(None, [profile]).unwrap());
    }

    /// The status of `authorization_pending`.
    pub fn pending(&self) -> u16 {
        if self.profile == PINGONE.profile { 403 } else { 400 }
    }
}

/// Puts the keys of a file into the settings of a server. They must be keys that a profile may set.
pub fn of_file(settings: &mut Settings, toml: &str) {
    take(settings, load_from(Some((Path::new("g.toml"), toml)), []).unwrap());
}

fn take(settings: &mut Settings, from: Settings) {
    settings.compatibility = from.compatibility;
    settings.device = from.device;
    settings.user_code = from.user_code;
    settings.tokens.access_token_lifetime = from.tokens.access_token_lifetime;
}

/// Registers the client of the PingOne page: public, with the scope `write` and an owner. It stays signed in.
pub fn my_client(settings: &mut Settings) {
    let words = Some("Change your films".to_owned().into());
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
