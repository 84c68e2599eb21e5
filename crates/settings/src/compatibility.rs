//! `[compatibility]`: the paths and answers of other products, in addition to those of the RFCs.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::Settings;
use super::device::{RESERVED, RESERVED_TREES, is_plain, is_within};
use super::findings::Findings;
use super::key::KeyPath;
use protocol::{DeviceCode, OAuthError};

/// `[compatibility]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Compatibility {
    pub profile: Profile,
    pub realm: String,
    pub device_authorization_paths: Vec<String>,
    pub token_paths: Vec<String>,
    pub authenticate_paths: Vec<String>,
    pub session_cookie: String,
    pub bad_csrf_status: u16,
    pub verification_paths: Vec<String>,
    pub device_code: DeviceCodeShape,
    pub verification_url: bool,
    pub message: bool,
    pub pending_status: u16,
    pub error_descriptions: Descriptions,
}

impl Compatibility {
    /// A path with the realm in the place of `{realm}`.
    pub fn in_realm(&self, path: &str) -> String {
        path.replace("{realm}", &self.realm)
    }

    /// Whether a path is one of the other names of an endpoint for devices, as the router has it.
    pub fn names_endpoint(&self, path: &str) -> bool {
        self.device_authorization_paths.iter().chain(&self.token_paths).any(|other| other == path)
    }

    /// A new device code of the configured shape.
    pub fn device_code(&self, random: [u8; 32]) -> DeviceCode {
        match self.device_code {
            DeviceCodeShape::Prefixed => DeviceCode::from_random(random),
            DeviceCodeShape::Hex => DeviceCode::hex_from_random(random),
        }
    }

    /// Another product's words for an error, if they are configured and its documentation has them.
    pub fn description(&self, error: &OAuthError) -> Option<&'static str> {
        match (self.error_descriptions, error) {
            (Descriptions::PingOne, OAuthError::AuthorizationPending) => {
                Some("The user has not yet completed authorization")
            }
            (Descriptions::PingOne, OAuthError::SlowDown) => {
                Some("The polling interval has not elapsed since the last request")
            }
            _ => None,
        }
    }
}

/// A bundle of defaults: `config/profiles/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The RFCs alone.
    None,
    /// Janssen's `device_authorization` and `device-code`.
    Janssen,
    /// PingOne Advanced Identity Cloud's `device/code`, `device/user` and `access_token`.
    PingOne,
}

impl Profile {
    /// The keys that it sets, as a file that is laid over the defaults and under the operator's file.
    pub(super) fn text(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Janssen => Some(include_str!("../../../config/profiles/janssen.toml")),
            Self::PingOne => Some(include_str!("../../../config/profiles/pingone.toml")),
        }
    }
}

/// The shape of device codes. Both have 256 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceCodeShape {
    /// `gdc_` and base64url.
    Prefixed,
    /// Lower-case hexadecimal digits.
    Hex,
}

/// The product whose words `error_description` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Descriptions {
    /// Ours.
    Grantd,
    /// PingOne's, for the errors of polls.
    PingOne,
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let compatibility = &settings.compatibility;
    findings.require(is_plain(&compatibility.realm), "compatibility.realm", "must be letters, digits and -._~");
    let statuses =
        [("pending_status", compatibility.pending_status), ("bad_csrf_status", compatibility.bad_csrf_status)];
    for (name, status) in statuses {
        findings.require(matches!(status, 400 | 403), KeyPath::from("compatibility").of(name), "must be 400 or 403");
    }
    let cookie = "must be letters, digits and _, and no cookie of the pages";
    findings.require(is_cookie_of_its_own(&compatibility.session_cookie), "compatibility.session_cookie", cookie);
    let mut seen = HashSet::new();
    for (name, paths) in [
        ("device_authorization_paths", &compatibility.device_authorization_paths),
        ("token_paths", &compatibility.token_paths),
        ("authenticate_paths", &compatibility.authenticate_paths),
        ("verification_paths", &compatibility.verification_paths),
    ] {
        for (place, path) in paths.iter().enumerate() {
            if let Some(sentence) = misplaced(path, settings, !seen.insert(compatibility.in_realm(path))) {
                findings.add(KeyPath::from("compatibility").of(name).at(place), sentence);
            }
        }
    }
    findings.warn(
        !compatibility.authenticate_paths.is_empty(),
        "compatibility.authenticate_paths is set: a program that logs in there decides without saying that the device is \
         with its person",
    );
    findings.warn(
        compatibility.pending_status != 400,
        "compatibility.pending_status is not 400: devices that keep to RFC 8628 section 3.5 may take it for the end",
    );
}

/// Whether the name differs from the cookies of pages: `grantd` and `grantd_language`, also with the prefix `__Host-`.
fn is_cookie_of_its_own(name: &str) -> bool {
    !matches!(name, "" | "grantd" | "grantd_language")
        && !name.starts_with("__")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Why nothing can be served there.
fn misplaced(path: &str, settings: &Settings, again: bool) -> Option<String> {
    let mut segments = path.strip_prefix('/').unwrap_or("?").split('/');
    if !segments.all(|segment| segment == "{realm}" || is_plain(segment)) {
        let example = "\"/am/{realm}/device/code\"";
        return Some(format!("must be a path such as {example}: letters, digits and -._~ between single slashes"));
    }
    if again {
        return Some("is named twice".to_owned());
    }
    let is_taken = is_taken(&settings.compatibility.in_realm(path), settings);
    is_taken.then(|| format!("{path} is taken by another page of the server"))
}

/// Whether the server has something else there. The path of the issuer may be the one under which the other product has its
/// endpoints: then both have endpoints under that path.
fn is_taken(path: &str, settings: &Settings) -> bool {
    let page = &settings.device.verification_path;
    let of_host = ["/.well-known", "/livez", "/readyz"].iter().any(|tree| is_within(path, tree));
    let of_issuer = path.strip_prefix(settings.issuer.path()).is_some_and(|below| {
        below.is_empty()
            || below == page
            || is_within(below, &format!("{page}/request"))
            || RESERVED.contains(&below)
            || RESERVED_TREES.iter().any(|tree| is_within(below, tree))
    });
    of_host || of_issuer
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, table};

    #[test]
    fn what_a_profile_weakens_is_warned_about() {
        let warnings = |toml: &str| read(toml).warnings().join("\n");
        assert_eq!(warnings("compatibility.verification_url = true"), "");
        let pingone = warnings("compatibility.profile = 'pingone'");
        for key in ["compatibility.authenticate_paths", "compatibility.pending_status", "device.consent"] {
            assert!(pingone.contains(key), "{key}: {pingone}");
        }
    }

    #[test]
    fn each_path_is_one_and_free() {
        let odd = "must be a path such as \"/am/{realm}/device/code\": letters, digits and -._~ between single slashes";
        table(&[
            ("compatibility.token_paths = ['/am/{realm}/access_token', '/t']", ""),
            ("compatibility.token_paths = ['am']", &format!("g.toml:1: compatibility.token_paths[0]: {odd}")),
            ("compatibility.token_paths = ['/{id}']", &format!("g.toml:1: compatibility.token_paths[0]: {odd}")),
            (
                "compatibility.token_paths = ['/t', '/token']",
                "g.toml:1: compatibility.token_paths[1]: /token is taken by another page of the server",
            ),
            (
                "compatibility.verification_paths = ['/device']",
                "g.toml:1: compatibility.verification_paths[0]: /device is taken by another page of the server",
            ),
            (
                "[compatibility]\ntoken_paths = ['/t']\nverification_paths = ['/t']",
                "g.toml:3: compatibility.verification_paths[0]: is named twice",
            ),
            (
                "[compatibility]\ntoken_paths = ['/a/{realm}/t']\nverification_paths = ['/a/alpha/t']",
                "g.toml:3: compatibility.verification_paths[0]: is named twice",
            ),
            ("issuer = 'https://a.example/one'\ncompatibility.token_paths = ['/one/t', '/token']", ""),
            (
                "issuer = 'https://a.example/am/alpha'\ncompatibility.verification_paths = ['/am/{realm}/device/user']",
                "",
            ),
            (
                "[compatibility]\nverification_paths = ['/a', '/b']\ntoken_paths = ['/b']",
                "g.toml:2: compatibility.verification_paths[1]: is named twice",
            ),
            ("compatibility.realm = 'a/b'", "g.toml:1: compatibility.realm: must be letters, digits and -._~"),
            ("compatibility.bad_csrf_status = 200", "g.toml:1: compatibility.bad_csrf_status: must be 400 or 403"),
            (
                "compatibility.session_cookie = 'grantd'",
                "g.toml:1: compatibility.session_cookie: must be letters, digits and _, and no cookie of the pages",
            ),
            ("compatibility.pending_status = 200", "g.toml:1: compatibility.pending_status: must be 400 or 403"),
        ]);
        for taken in
            ["/one", "/one/token", "/one/device", "/one/device/request/x", "/one/{realm}", "/one/account/x", "/livez"]
        {
            let issuer = "issuer = 'https://a.example/one/'\ncompatibility.realm = 'userinfo'\n";
            let said =
                format!("g.toml:3: compatibility.token_paths[0]: {taken} is taken by another page of the server");
            table(&[(&format!("{issuer}compatibility.token_paths = ['{taken}']"), &said)]);
        }
    }
}
