//! Are the other products' paths paths, and where nothing else is?

use std::collections::HashSet;

use super::device::{TAKEN, is_plain};
use super::{Findings, Settings};
use crate::key::Key;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let compatibility = &settings.compatibility;
    if !is_plain(&compatibility.realm) {
        findings.add("compatibility.realm", "must be letters, digits and -._~");
    }
    if !matches!(compatibility.pending_status, 400 | 403) {
        findings.add("compatibility.pending_status", "must be 400 or 403");
    }
    if !matches!(compatibility.bad_csrf_status, 400 | 403) {
        findings.add("compatibility.bad_csrf_status", "must be 400 or 403");
    }
    if !is_cookie_of_its_own(&compatibility.session_cookie) {
        findings.add("compatibility.session_cookie", "must be letters, digits and _, and no cookie of the pages");
    }
    let mut seen = HashSet::new();
    for (name, paths) in [
        ("device_authorization_paths", &compatibility.device_authorization_paths),
        ("token_paths", &compatibility.token_paths),
        ("authenticate_paths", &compatibility.authenticate_paths),
        ("verification_paths", &compatibility.verification_paths),
    ] {
        for (place, path) in paths.iter().enumerate() {
            if let Some(sentence) = misplaced(path, settings, !seen.insert(compatibility.in_realm(path))) {
                findings.add(Key::from("compatibility").of(name).at(place), sentence);
            }
        }
    }
}

/// What a profile takes from people, and what of RFC 8628 it leaves.
pub(super) fn warnings(settings: &Settings) -> Vec<String> {
    let compatibility = &settings.compatibility;
    let warnings = [
        (
            !compatibility.authenticate_paths.is_empty(),
            "compatibility.authenticate_paths is set: a program that logs in there decides without saying that the device is \
             with its person",
        ),
        (
            compatibility.pending_status != 400,
            "compatibility.pending_status is not 400: devices that keep to RFC 8628 section 3.5 may take it for the end",
        ),
    ];
    warnings.into_iter().filter(|(applies, _)| *applies).map(|(_, said)| said.to_owned()).collect()
}

/// Whether programs may send it beside the cookies of pages: `grantd` and `grantd_language`, also with `__Host-` before.
fn is_cookie_of_its_own(name: &str) -> bool {
    !matches!(name, "" | "grantd" | "grantd_language")
        && !name.starts_with("__")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Why nothing can be served there.
fn misplaced(path: &str, settings: &Settings, again: bool) -> Option<String> {
    let segments = path.strip_prefix('/').map(|below| below.split('/').collect::<Vec<_>>());
    if !segments.is_some_and(|segments| segments.iter().all(|segment| *segment == "{realm}" || is_plain(segment))) {
        return Some(
            "must be a path such as \"/am/{realm}/device/code\": letters, digits and -._~ between single slashes"
                .to_owned(),
        );
    }
    if again {
        return Some("is named twice".to_owned());
    }
    is_taken(&settings.compatibility.in_realm(path), settings)
        .then(|| format!("{path} is taken by another page of the server"))
}

/// Whether the server has something else there. The issuer may have the very path under which the other product has its
/// endpoints: then they stand beside the server's own.
fn is_taken(path: &str, settings: &Settings) -> bool {
    let base = url::Url::parse(&settings.issuer).map(|issuer| issuer.path().trim_end_matches('/').to_owned());
    let base = base.unwrap_or_default();
    let is_at = |taken: &str| path == taken;
    let is_within = |taken: &str| is_at(taken) || path.starts_with(&format!("{taken}/"));
    let of_issuer = |below: &str| format!("{base}{below}");
    let page = of_issuer(&settings.device.verification_path);
    is_at(&base)
        || is_at(&page)
        || is_within(&format!("{page}/request"))
        || TAKEN.iter().any(|below| is_at(&of_issuer(below)))
        || ["/account", "/static"].iter().any(|below| is_within(&of_issuer(below)))
        || ["/.well-known", "/livez", "/readyz"].iter().any(|of_host| is_within(of_host))
        || is_within(&of_issuer("/.well-known"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use crate::load_from;
    use std::path::Path;

    #[test]
    fn what_a_profile_weakens_is_warned_about() {
        let warnings = |toml: &str| load_from(Some((Path::new("g.toml"), toml)), []).unwrap().warnings().join("\n");
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
