//! Is somebody kept out by wrong passwords? What an operator is told of it, and how it is lifted (requirement FA-06).

use jiff::Timestamp as Printed;

use crate::app::account_key;
use crate::protocol::{AuditEvent, Digest, HmacKey, Timestamp, display_text};
use crate::settings::Settings;
use crate::store::{self, Db, LoginFailures, User};

/// The accounts that are locked.
pub(super) struct Locked {
    key: HmacKey,
    accounts: Vec<Digest>,
}

impl Locked {
    pub(super) async fn read(db: &Db, settings: &Settings) -> anyhow::Result<Self> {
        let accounts = store::locked_logins(db, settings.limits.login_ceiling).await?;
        Ok(Self { key: account_key(settings)?, accounts })
    }

    pub(super) fn holds(&self, username: &str) -> bool {
        self.accounts.contains(&self.key.digest(username.as_bytes()))
    }
}

/// What `grantd user show` says of it.
pub(super) async fn described(db: &Db, settings: &Settings, username: &str, now: Timestamp) -> anyhow::Result<String> {
    let failures = failures_of(db, settings, username).await?;
    let ceiling = settings.limits.login_ceiling;
    let known: Vec<&LoginFailures> = failures.iter().filter(|of| of.in_known_browser).collect();
    let locked_browsers = known.iter().filter(|of| of.failures >= ceiling).count();
    let said = match failures.iter().find(|of| !of.in_known_browser) {
        Some(of) if of.failures >= ceiling => format!(
            "since {:.0}, after {} wrong passwords; only browsers that logged in before can still log in; `grantd user \
             unlock {}` lifts it",
            Printed::from_millisecond(of.last_at.millis())?,
            of.failures,
            display_text(username, 255)
        ),
        Some(of) if now < of.not_before => format!(
            "none; {} wrong passwords in a row, the next try has to wait until {:.0}",
            of.failures,
            Printed::from_millisecond(of.not_before.millis())?
        ),
        Some(of) => format!("none; {} wrong passwords in a row", of.failures),
        None => "none".to_owned(),
    };
    Ok(match locked_browsers {
        0 => said,
        count => format!("{said}; {count} browsers that logged in before are locked"),
    })
}

/// What `grantd user enable` may promise.
pub(super) async fn after_enabling(db: &Db, settings: &Settings, username: &str) -> anyhow::Result<String> {
    let shown = display_text(username, 255);
    let is_locked = Locked::read(db, settings).await?.holds(username);
    Ok(if is_locked {
        format!("{shown} is enabled, but locked by wrong passwords: `grantd user unlock {shown}` lifts that")
    } else {
        format!("{shown} can log in again")
    })
}

/// Forgets all wrong passwords of an account, and says what that changed.
pub(super) async fn lift(db: &Db, settings: &Settings, user: &User, event: &AuditEvent) -> anyhow::Result<String> {
    let account = account_key(settings)?.digest(user.username.as_bytes());
    let forgotten = store::unlock_login(db, &account, event).await?;
    let shown = display_text(&user.username, 255);
    let is_locked = forgotten.iter().any(|of| of.failures >= settings.limits.login_ceiling);
    let wrong: u32 = forgotten.iter().fold(0, |sum, of| sum.saturating_add(of.failures));
    let ends = match user.disabled_at {
        Some(_) => "; the account is disabled",
        None => "",
    };
    Ok(match wrong {
        0 => format!("{shown} was not locked: nothing is changed{ends}"),
        _ if is_locked => format!("{shown} is unlocked: {wrong} wrong passwords are forgotten{ends}"),
        _ => format!("{shown} was not locked: {wrong} wrong passwords are forgotten{ends}"),
    })
}

async fn failures_of(db: &Db, settings: &Settings, username: &str) -> anyhow::Result<Vec<LoginFailures>> {
    Ok(store::login_failures(db, &account_key(settings)?.digest(username.as_bytes())).await?)
}
