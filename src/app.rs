//! The application state: what is made once and handed to every handler.

mod files;
mod keys;
mod parts;

use std::sync::Arc;

use crate::branding::BrandingError;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::keys::KeyError;
use crate::observer::Observer;
use crate::passwords::{Passwords, PasswordsError};
use crate::root_secret::RootSecretError;
use crate::secret_file::SecretFileError;
use protocol::{AuditEvent, Digest, Event, Source, Timestamp, TypedCode, UnfitFormat, UserCode};
use settings::Settings;
use store::{Db, SchemaError, StoreError, Subscriber, Subscribers};
use words::WordsError;

pub use files::check_files;
use files::root_secrets;
use keys::recognise;
pub use keys::{KeyRings, account_key, open_keys, open_webhooks};
pub use parts::{Node, NodeLimits, Registry};

/// The state that every request is given. A reload makes another one with other settings; see [`App::with_settings`].
#[derive(Clone)]
pub struct App {
    /// The configuration. A reload replaces it.
    pub settings: Settings,
    /// What is made of the settings and the files that they name. A reload replaces it.
    pub registry: Arc<Registry>,
    /// The database.
    pub db: Db,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// The only source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The keys that the root secret gives, and the signing keys.
    pub keys: Arc<KeyRings>,
    /// Hashes passwords. A reload replaces it if its settings have changed.
    pub passwords: Arc<Passwords>,
    /// What this node counts to turn floods away.
    pub limits: Arc<NodeLimits>,
    /// What this node knows of itself and of others.
    pub node: Arc<Node>,
    /// Is told of work that tests count.
    pub observer: Arc<dyn Observer>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database does not answer.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// Its schema is another version's.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The root secret cannot be read.
    #[error(transparent)]
    RootSecret(#[from] RootSecretError),
    /// The database belongs to another root secret.
    #[error(
        "this database belongs to another root secret: start with the one it was made with, or its codes and signing \
         keys cannot be read"
    )]
    ForeignSecret,
    /// Signing keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A secret of a client or a webhook cannot be read.
    #[error(transparent)]
    SecretFile(#[from] SecretFileError),
    /// A file that the pages load cannot be used.
    #[error(transparent)]
    Branding(#[from] BrandingError),
    /// User codes cannot look like that.
    #[error("user_code.{0}")]
    UserCodes(#[from] UnfitFormat),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The messages of the pages cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
}

impl App {
    /// Opens the database, migrates it where that is allowed, and makes what is missing: the root secret on SQLite, the
    /// first signing key.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        Self::open_observed(settings, clock, entropy, Arc::new(())).await
    }

    /// The same, with an observer.
    pub async fn open_observed(
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, OpenError> {
        words::check()?;
        let db = open_store(&settings).await?;
        let roots = root_secrets(&settings, entropy.as_ref())?;
        recognise(&db, &roots).await?;
        let node = Node::default();
        node.timekeeping.look(&db, clock.as_ref()).await?;
        let keys = KeyRings::open(&roots, &settings, &db, &clock).await?;
        Ok(Self {
            registry: Arc::new(Registry::read(&settings, &keys)?),
            passwords: Arc::new(Passwords::new(&settings.passwords)?.observed_by(Arc::clone(&observer))),
            settings,
            db,
            clock,
            entropy,
            keys: Arc::new(keys),
            limits: Arc::default(),
            node: Arc::new(node),
            observer,
        })
    }

    /// The same server under other settings, for a reload. Only what is made of settings is new: the settings that say where
    /// the rest comes from must not have changed.
    pub async fn with_settings(&self, settings: Settings) -> Result<Self, OpenError> {
        let mut app = self.clone();
        // Requests under way and new ones share the limit of hashes at once, so the hasher is replaced only if it must be.
        if settings.passwords != self.settings.passwords {
            let passwords = Passwords::new(&settings.passwords)?;
            app.passwords = Arc::new(passwords.observed_by(Arc::clone(&self.observer)));
        }
        // A new algorithm has its first key before anybody asks for a signature.
        if settings.keys != self.settings.keys {
            self.keys.signing.tend(&settings.keys).await?;
        }
        app.registry = Arc::new(Registry::read(&settings, &self.keys)?);
        app.db = self.db.telling(subscribers(&settings));
        app.settings = settings;
        Ok(app)
    }

    /// The URL of one of this server's endpoints or pages, by its path below the issuer. Built from the configured
    /// issuer, never from a request (D-06).
    pub fn url(&self, path: &str) -> String {
        self.settings.address_of(path)
    }

    /// The issuer's path, under which everything is: empty, or such as `/tenant`. A slash at the end of the issuer belongs
    /// to its name and not to its addresses (RFC 8414 section 3.1 drops it, too).
    pub fn base(&self) -> &str {
        self.settings.issuer.path()
    }

    /// The path on this host of a path below the issuer.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// The URL of a route of the router, which begins at the root of the host and may have a realm in it.
    pub fn route_url(&self, route: &str) -> String {
        format!(
            "{}{}",
            self.settings.issuer.url().origin().ascii_serialization(),
            self.settings.compatibility.in_realm(route)
        )
    }

    /// The URL that devices are given of an endpoint or a page: the first of its other names, or else its path below the issuer.
    pub fn told_url(&self, others: &[String], path: &str) -> String {
        others.first().map_or_else(|| self.url(path), |other| self.route_url(other))
    }

    /// Where devices send people to type codes.
    pub fn verification_uri(&self) -> String {
        self.told_url(&self.settings.compatibility.verification_paths, &self.settings.device.verification_path)
    }

    /// The page for people who have no other one to go to, below the issuer: where codes are typed, or the account if no codes
    /// are taken.
    pub fn home_path(&self) -> &str {
        if self.settings.device.enabled { &self.settings.device.verification_path } else { "/account" }
    }

    /// The same, as [`Self::path`] gives it.
    pub fn home(&self) -> String {
        self.path(self.home_path())
    }

    /// Whether the issuer is https, so that cookies are `Secure` and browsers are told to insist on it.
    pub fn is_https(&self) -> bool {
        self.settings.issuer.is_https()
    }

    /// `aud` of access tokens.
    pub fn audience(&self) -> &str {
        self.settings.tokens.audience.as_deref().unwrap_or(&self.settings.issuer)
    }

    /// The digests under which a typed code may be stored, each with its reading: under the current key and the former ones.
    /// Their number does not depend on what was typed.
    pub fn user_code_digests<'a>(&'a self, typed: &'a TypedCode) -> impl Iterator<Item = (Digest, &'a UserCode)> {
        typed.readings().iter().flat_map(|code| self.keys.user_codes.iter().map(move |key| (code.digest(key), code)))
    }

    /// An event that happens now, to be stored with the change that causes it.
    pub fn event(&self, event: Event, source: &Source) -> AuditEvent {
        AuditEvent::new(self.entropy.identifier(), event, source, self.clock.now())
    }

    /// Now, by the time that all nodes share: for what they measure together by the second.
    pub fn shared_now(&self) -> Timestamp {
        self.node.timekeeping.shared(self.clock.now())
    }
}

/// Opens the database with a schema that fits: brought up to date where `auto_migrate` allows it.
pub async fn open_store(settings: &Settings) -> Result<Db, OpenError> {
    let database = &settings.database;
    let db = store::connect(&database.url, database.max_connections, database.wait).await?;
    if database.auto_migrate.unwrap_or(store::data_folder(&database.url).is_some()) {
        store::migrate(&db).await?;
    } else {
        store::check_schema(&db).await?;
    }
    Ok(db.telling(subscribers(settings)))
}

/// The subscribers to events, as the settings name them.
fn subscribers(settings: &Settings) -> Subscribers {
    let subscriber = settings.webhook.iter();
    let subscriber = subscriber.map(|of| Subscriber { webhook: of.name.clone(), notices: of.events.clone() });
    Subscribers {
        webhooks: subscriber.collect(),
        clients: settings.client.iter().map(|client| (client.id.clone(), client.name.clone())).collect(),
        issuer: settings.issuer.to_string(),
        account_url: settings.address_of("/account"),
    }
}
