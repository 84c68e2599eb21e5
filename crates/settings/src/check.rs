//! Can the daemon run safely on these settings? Pure checks; each finding names the keys that it is about.

mod branding;
mod claim;
mod client;
mod client_authentication;
mod compatibility;
mod device;
mod flood;
mod issuer;
mod pages;
mod password;
mod policy;
mod resource;
mod scope;
mod storage;
mod tls;
mod user_code;
mod webhook;

use std::ops::RangeInclusive;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use super::key::Key;
use super::{Settings, known, span};
use protocol::ProxyProtocol;

/// Longer than any lifetime that makes sense here: beyond it there is a slip in the unit.
const A_YEAR: Duration = Duration::from_hours(366 * 24);

const A_DAY: Duration = Duration::from_hours(24);

/// Something that the daemon refuses to run on.
pub(super) struct Finding {
    /// The key that it is about, then those it depends on: the operator may have set any of them.
    pub(super) keys: Vec<Key>,
    /// What is wrong, and what would be right.
    pub(super) sentence: String,
}

/// Every finding.
pub(super) fn all(settings: &Settings) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    issuer::check(settings, &mut findings);
    listen(settings, &mut findings);
    tls::check(settings, &mut findings);
    storage::check(settings, &mut findings);
    device::check(settings, &mut findings);
    policy::check(settings, &mut findings);
    user_code::check(settings, &mut findings);
    compatibility::check(settings, &mut findings);
    keys(settings, &mut findings);
    tokens(settings, &mut findings);
    dpop(settings, &mut findings);
    password::check(settings, &mut findings);
    pages::check(settings, &mut findings);
    sessions(settings, &mut findings);
    limits(settings, &mut findings);
    flood::check(settings, &mut findings);
    branding::check(settings, &mut findings);
    log(settings, &mut findings);
    let fetching = Duration::from_secs(1)..=Duration::from_secs(10);
    findings.within("client_assertions.fetch_timeout", settings.client_assertions.fetch_timeout, fetching);
    scope::check(settings, &mut findings);
    resource::check(settings, &mut findings);
    client::check(settings, &mut findings);
    webhook::check(settings, &mut findings);
    findings.0
}

/// What is allowed, but better known.
pub(super) fn warnings(settings: &Settings) -> Vec<String> {
    let warnings = device::warnings(settings).into_iter().chain(password::warning(settings));
    let warnings = warnings.chain(policy::warnings(settings)).chain(compatibility::warnings(settings));
    warnings.chain(scope::warnings(settings)).chain(user_code::warnings(settings)).collect()
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, key: impl Into<Key>, sentence: impl Into<String>) {
        self.0.push(Finding { keys: vec![key.into()], sentence: sentence.into() });
    }

    fn add_about(&mut self, keys: &[&str], sentence: impl Into<String>) {
        let keys = keys.iter().map(|key| Key::from(*key)).collect();
        self.0.push(Finding { keys, sentence: sentence.into() });
    }

    fn within(&mut self, key: impl Into<Key>, span: Duration, range: RangeInclusive<Duration>) {
        if !range.contains(&span) {
            let (least, most) = (span::text(*range.start()), span::text(*range.end()));
            self.add(key, format!("must be from {least} to {most}, not {}", span::text(span)));
        }
    }

    /// Answers carry it as a whole number of seconds.
    fn whole_seconds(&mut self, key: impl Into<Key>, span: Duration) {
        if span.subsec_nanos() != 0 {
            self.add(key, format!("must be whole seconds, not {}", span::text(span)));
        }
    }

    fn positive(&mut self, key: &str, span: Duration) {
        if span.is_zero() {
            self.add(key, "must be longer than zero");
        }
        self.bounded(key, span);
    }

    fn bounded(&mut self, key: &str, span: Duration) {
        if span > A_YEAR {
            self.add(key, format!("must be at most a year ({}), not {}", span::text(A_YEAR), span::text(span)));
        }
    }

    fn lifetime(&mut self, key: impl Into<Key>, span: Duration) {
        let key = key.into();
        self.within(key.clone(), span, Duration::from_secs(1)..=Duration::from_hours(24));
        self.whole_seconds(key, span);
    }
}

fn keys(settings: &Settings, findings: &mut Findings) {
    let keys = &settings.keys;
    if keys.algorithms.is_empty() {
        findings.add("keys.algorithms", "must name one at least");
    }
    for (place, algorithm) in keys.algorithms.iter().enumerate() {
        if keys.algorithms[..place].contains(algorithm) {
            findings.add(Key::from("keys").of("algorithms").at(place), "is named twice");
        }
    }
    findings.within("keys.announce", keys.announce, Duration::from_secs(600)..=A_YEAR);
    findings.within("keys.keep", keys.keep, Duration::from_hours(24)..=A_YEAR);
    findings.bounded("keys.rotate_every", keys.rotate_every);
    if keys.rotate_every <= keys.announce {
        findings.add_about(&["keys.rotate_every", "keys.announce"], "must be longer than keys.announce");
    }
}

fn listen(settings: &Settings, findings: &mut Findings) {
    let listen = &settings.listen;
    // The most that a semaphore of the runtime can count is above any number of sockets.
    if !(1..=1_000_000).contains(&listen.max_connections) {
        findings.add("listen.max_connections", "must be from 1 to 1000000");
    }
    if !(1..=1_000_000).contains(&listen.max_connections_per_address) {
        findings.add("listen.max_connections_per_address", "must be from 1 to 1000000");
    }
    findings.within("listen.read_timeout", listen.read_timeout, Duration::from_secs(1)..=Duration::from_secs(60));
    findings.within("listen.idle_timeout", listen.idle_timeout, Duration::from_secs(1)..=A_DAY);
    if settings.proxies.protocol != ProxyProtocol::None && settings.proxies.trusted.is_empty() {
        findings.add_about(
            &["proxies.trusted", "proxies.protocol"],
            "must name the proxies that proxies.protocol is for: connections from elsewhere are refused then",
        );
    }
}

/// Absolute and idle lifetimes of refresh tokens: a minute to ten years.
const REFRESH_TOKENS: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_hours(24 * 3650);

fn tokens(settings: &Settings, findings: &mut Findings) {
    let tokens = &settings.tokens;
    findings.lifetime("tokens.access_token_lifetime", tokens.access_token_lifetime);
    findings.lifetime("tokens.id_token_lifetime", tokens.id_token_lifetime);
    let (absolute, idle) = (tokens.refresh_token_absolute, tokens.refresh_token_idle);
    findings.within("tokens.refresh_token_absolute", absolute, REFRESH_TOKENS);
    findings.within("tokens.refresh_token_idle", idle, REFRESH_TOKENS);
    findings.within("tokens.rotation_grace", tokens.rotation_grace, Duration::ZERO..=Duration::from_secs(60));
    if tokens.audience.as_deref().is_some_and(str::is_empty) {
        findings.add("tokens.audience", "must not be empty; leave it out for the issuer");
    }
}

fn dpop(settings: &Settings, findings: &mut Findings) {
    // Shorter than the slowest device polls, nonces would always be old; longer, a stolen proof lives too long.
    let window = Duration::from_secs(10)..=Duration::from_mins(10);
    findings.within("dpop.window", settings.dpop.window, window);
    findings.whole_seconds("dpop.window", settings.dpop.window);
}

fn sessions(settings: &Settings, findings: &mut Findings) {
    let sessions = &settings.sessions;
    findings.positive("sessions.idle", sessions.idle);
    findings.positive("sessions.absolute", sessions.absolute);
    if sessions.idle > sessions.absolute {
        findings.add_about(&["sessions.idle", "sessions.absolute"], "must not be longer than sessions.absolute");
    }
    for (place, level) in sessions.password_acr_values.iter().enumerate() {
        let key = Key::from("sessions.password_acr_values").at(place);
        if level.is_empty() || !level.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
            findings.add(
                key,
                "must be printable ASCII without spaces, best an absolute URI (OpenID Connect Core section 2)",
            );
        } else if sessions.password_acr_values[..place].contains(level) {
            findings.add(key, "is named twice");
        }
    }
}

fn limits(settings: &Settings, findings: &mut Findings) {
    let limits = &settings.limits;
    for (key, count) in [
        ("limits.wrong_codes_session", limits.wrong_codes_session),
        ("limits.wrong_codes_account", limits.wrong_codes_account),
        ("limits.wrong_codes_account_day", limits.wrong_codes_account_day),
        ("limits.wrong_codes_network", limits.wrong_codes_network),
        ("limits.wrong_codes_server", limits.wrong_codes_server),
        ("limits.wrong_codes_server_least", limits.wrong_codes_server_least),
        ("limits.login_free_failures", limits.login_free_failures),
        ("limits.login_failures_network", limits.login_failures_network),
        ("limits.login_failures_server", limits.login_failures_server),
        ("limits.new_passwords_account", limits.new_passwords_account),
        ("purge.batch", settings.purge.batch),
    ] {
        if count == 0 {
            findings.add(key, "must be more than 0");
        }
    }
    if !(1..=100).contains(&limits.login_ceiling) {
        findings.add("limits.login_ceiling", "must be from 1 to 100 (NIST SP 800-63B-4 section 3.2.2)");
    }
    findings.positive("limits.wrong_codes_window", limits.wrong_codes_window);
    findings.positive("limits.login_max_delay", limits.login_max_delay);
    findings.positive("limits.login_window", limits.login_window);
    findings.positive("purge.every", settings.purge.every);
    // A day is the least that a fault of yesterday can be looked into with.
    findings.within("audit.keep_for", settings.audit.keep_for, A_DAY..=A_DAY * 3650);
}

fn log(settings: &Settings, findings: &mut Findings) {
    if let Err(error) = EnvFilter::try_new(&settings.log.filter) {
        findings.add("log.filter", format!("is not a filter such as \"info\" or \"grantd=debug,warn\": {error}"));
    }
}

#[cfg(test)]
mod tests {
    use crate::load_from;
    use std::path::Path;

    /// What is said about a file, as one text; empty if it is sound.
    pub(super) fn said(toml: &str) -> String {
        load_from(Some((Path::new("g.toml"), toml)), []).err().map(|all| all.to_string()).unwrap_or_default()
    }

    /// Each file of the table gets exactly what stands beside it.
    pub(super) fn table(rows: &[(&str, &str)]) {
        for (toml, expected) in rows {
            assert_eq!(said(toml), *expected, "of\n{toml}");
        }
    }

    #[test]
    fn lifetimes_and_sessions_are_bounded() {
        table(&[
            ("tokens.access_token_lifetime = '24h'", ""),
            (
                "tokens.access_token_lifetime = '0s'",
                "g.toml:1: tokens.access_token_lifetime: must be from 1s to 24h, not 0s",
            ),
            ("tokens.id_token_lifetime = '25h'", "g.toml:1: tokens.id_token_lifetime: must be from 1s to 24h, not 25h"),
            (
                "tokens.id_token_lifetime = '1500ms'",
                "g.toml:1: tokens.id_token_lifetime: must be whole seconds, not 1s 500ms",
            ),
            ("dpop.window = '10m'", ""),
            ("dpop.window = '9s'", "g.toml:1: dpop.window: must be from 10s to 10m, not 9s"),
            ("dpop.window = '601s'", "g.toml:1: dpop.window: must be from 10s to 10m, not 10m 1s"),
            ("dpop.window = '10500ms'", "g.toml:1: dpop.window: must be whole seconds, not 10s 500ms"),
            ("tokens.audience = ''", "g.toml:1: tokens.audience: must not be empty; leave it out for the issuer"),
            ("sessions.idle = '13h'", "g.toml:1: sessions.idle: must not be longer than sessions.absolute"),
            ("sessions.absolute = '10m'", "g.toml:1: sessions.idle: must not be longer than sessions.absolute"),
            ("sessions.absolute = '9000h'", "g.toml:1: sessions.absolute: must be at most a year (366d), not 375d"),
        ]);
    }

    #[test]
    fn a_level_of_authentication_is_one_word() {
        let odd = "must be printable ASCII without spaces, best an absolute URI (OpenID Connect Core section 2)";
        table(&[
            ("sessions.password_acr_values = []", ""),
            ("sessions.password_acr_values = ['https://id.example/loa1', '1']", ""),
            (
                "sessions.password_acr_values = ['a', 'b c']",
                &format!("g.toml:1: sessions.password_acr_values[1]: {odd}"),
            ),
            ("sessions.password_acr_values = ['']", &format!("g.toml:1: sessions.password_acr_values[0]: {odd}")),
            ("sessions.password_acr_values = ['a', 'a']", "g.toml:1: sessions.password_acr_values[1]: is named twice"),
        ]);
    }

    #[test]
    fn no_limit_is_zero() {
        for key in [
            "wrong_codes_session",
            "wrong_codes_account",
            "wrong_codes_account_day",
            "wrong_codes_network",
            "wrong_codes_server",
            "wrong_codes_server_least",
            "login_free_failures",
            "login_failures_network",
            "login_failures_server",
            "new_passwords_account",
        ] {
            assert_eq!(said(&format!("[limits]\n{key} = 0")), format!("g.toml:2: limits.{key}: must be more than 0"));
        }
        for key in ["limits.wrong_codes_window", "limits.login_max_delay", "limits.login_window", "purge.every"] {
            assert_eq!(said(&format!("{key} = '0s'")), format!("g.toml:1: {key}: must be longer than zero"));
        }
        table(&[
            ("purge.batch = 0", "g.toml:1: purge.batch: must be more than 0"),
            (
                "limits.login_ceiling = 101",
                "g.toml:1: limits.login_ceiling: must be from 1 to 100 (NIST SP 800-63B-4 section 3.2.2)",
            ),
        ]);
    }

    #[test]
    fn events_are_kept_for_a_day_at_least() {
        table(&[
            ("audit.keep_for = '7d'", ""),
            ("audit.keep_for = '1h'", "g.toml:1: audit.keep_for: must be from 24h to 3650d, not 1h"),
        ]);
    }

    #[test]
    fn connections_and_fetches_are_bounded() {
        table(&[
            ("listen.max_connections = 0", "g.toml:1: listen.max_connections: must be from 1 to 1000000"),
            (
                "listen.max_connections_per_address = 0",
                "g.toml:1: listen.max_connections_per_address: must be from 1 to 1000000",
            ),
            ("listen.idle_timeout = '500ms'", "g.toml:1: listen.idle_timeout: must be from 1s to 24h, not 500ms"),
            ("listen.idle_timeout = '24h'", ""),
            ("proxies.protocol = 'v1'\nproxies.trusted = ['10.0.0.1']", ""),
            (
                "proxies.protocol = 'v2'",
                "g.toml:1: proxies.trusted: must name the proxies that proxies.protocol is for: connections from elsewhere \
                 are refused then",
            ),
            ("client_assertions.fetch_timeout = '10s'", ""),
            (
                "client_assertions.fetch_timeout = '11s'",
                "g.toml:1: client_assertions.fetch_timeout: must be from 1s to 10s, not 11s",
            ),
            ("listen.read_timeout = '1s'", ""),
            ("listen.read_timeout = '2m'", "g.toml:1: listen.read_timeout: must be from 1s to 1m, not 2m"),
        ]);
    }

    #[test]
    fn a_log_filter_has_to_parse() {
        assert_eq!(said("log.filter = 'grantd=debug,warn'"), "");
        let refused = said("log.filter = 'grantd=loud'");
        assert!(refused.starts_with("g.toml:1: log.filter: is not a filter such as \"info\""), "{refused}");
    }
}
