//! The use cases of operators. Each takes an [`Operator`], writes its event with the [`Actor`] of the operator, and returns
//! data. The command line parses, calls a use case and prints.

pub(crate) mod audit_log;
pub(crate) mod client_secret;
pub(crate) mod incident;
pub(crate) mod login_lock;
pub(crate) mod profile;
mod secret_strength;
pub(crate) mod signing_keys;
pub(crate) mod users;
pub(crate) mod webhooks;

use crate::app::{OpenError, account_key, open_existing_store, open_store};
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::keys::KeyError;
use crate::passwords::{PasswordsError, WeakPassword, fold_username};
use crate::root_secret::RootSecretError;
use protocol::{Actor, AuditEvent, Digest, Event, Source, display_text};
use settings::Settings;
use store::{Db, SchemaError, StoreError, User};

/// An operator, and the parts of the server that the use cases need.
pub(crate) struct Operator {
    pub(crate) actor: Actor,
    pub(crate) settings: Settings,
    pub(crate) db: Db,
}

/// Why an operator's use case has no outcome, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperatorError {
    #[error("there is no account {0:?}")]
    UnknownUser(String),
    #[error("there is an account {0:?} already")]
    UserExists(String),
    #[error("somebody else has deleted the account {0:?} meanwhile")]
    UserGone(String),
    #[error("a username has 1 to 255 bytes, no blanks and no control characters")]
    MalformedUsername,
    #[error("a name has at most 255 bytes and no control characters")]
    MalformedName,
    #[error("{} is no e-mail address: write MAILBOX@HOST, without blanks", display_text(.0, 255))]
    MalformedEmail(String),
    #[error(
        "{} is no change: write name=VALUE or email=VALUE; nothing after the = takes the value away",
        display_text(.0, 255)
    )]
    MalformedAttribute(String),
    #[error("there is no attribute {}: name and email can be set", display_text(.0, 64))]
    UnknownAttribute(String),
    #[error("{0} is given twice")]
    AttributeTwice(String),
    #[error("a client secret has at most 1024 bytes")]
    LongSecret,
    #[error("a client secret has no control characters")]
    MalformedSecret,
    #[error("{0:?} is not one of keys.algorithms")]
    UnknownAlgorithm(String),
    #[error("there is no [[webhook]] {0:?}")]
    UnknownWebhook(String),
    #[error(
        "{0} has no secret yet: it is derived from the root secret, which the first start of the server makes beside the \
         database"
    )]
    NoWebhookSecret(String),
    #[error(
        "no request of the client {client:?} from {origin} is held: `grantd incident suspected` lists those that are"
    )]
    NotHeld { client: String, origin: String },
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    RootSecret(#[from] RootSecretError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
}

impl Operator {
    /// Opens the database that the settings name, and makes it if it is not there.
    pub(crate) async fn open(settings: Settings, actor: Actor) -> Result<Self, OperatorError> {
        Ok(Self { db: open_store(&settings).await?, settings, actor })
    }

    /// Opens the database that the settings name. Makes none, and does not change the schema.
    pub(crate) async fn open_existing(settings: Settings, actor: Actor) -> Result<Self, OperatorError> {
        Ok(Self { db: open_existing_store(&settings).await?, settings, actor })
    }

    fn source(&self) -> Source {
        Source::cli(self.actor.clone())
    }

    fn event(&self, event: Event) -> AuditEvent {
        AuditEvent::new(SystemEntropy.identifier(), event, &self.source(), SystemClock.now())
    }

    fn event_about(&self, event: Event, user: &User) -> AuditEvent {
        self.event(event).of_subject(&user.subject)
    }

    /// The account of a username.
    pub(crate) async fn find_user(&self, username: &str) -> Result<User, OperatorError> {
        let found = store::find_user_by_name(&self.db, &fold_username(username)).await?;
        found.ok_or_else(|| OperatorError::UnknownUser(display_text(username, 255)))
    }

    /// The digest under which login failures of a username are counted; `None` before the first start of the server, when
    /// none are.
    fn account(&self, username: &str) -> Result<Option<Digest>, RootSecretError> {
        Ok(account_key(&self.settings)?.map(|key| key.digest(username.as_bytes())))
    }

    /// Forgets the login failures that are counted under a digest.
    async fn forgive(&self, account: Option<Digest>) -> Result<(), OperatorError> {
        if let Some(account) = account {
            store::forgive_login_failures(&self.db, &account).await?;
        }
        Ok(())
    }
}

/// Updates the schema of the database. Returns the newest migration of the database if this program does not know it.
pub(crate) async fn migrate(settings: &Settings) -> Result<Option<i64>, OperatorError> {
    let database = &settings.database;
    let db = store::connect(&database.url, database.max_connections, database.wait).await?;
    let newer = store::migrate(&db).await?;
    db.close().await;
    Ok(newer)
}
