//! The application state: made once, and given to every handler.

mod files;
mod keys;
mod parts;

use std::path::PathBuf;
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

pub use files::check_files;
use keys::own_root_secrets;
pub use keys::{KeyRings, account_key, open_keys, open_webhooks};
pub use parts::{Node, NodeLimits, Registry};

/// The state for every request. A reload makes another one with other settings; see [`App::with_settings`].
#[derive(Clone)]
pub struct App {
    /// The configuration. A reload replaces it.
    pub settings: Settings,
    /// The parts that are made of the settings and of the files that they name. A reload replaces it.
    pub registry: Arc<Registry>,
    /// The database.
    pub db: Db,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// The only source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The keys that are derived from the root secret, and the signing keys.
    pub keys: Arc<KeyRings>,
    /// Hashes passwords. A reload replaces it if its settings have changed.
    pub passwords: Arc<Passwords>,
    /// The counters of this node against floods.
    pub limits: Arc<NodeLimits>,
    /// Other memory of this node.
    pub node: Arc<Node>,
    /// Receives the work that tests count.
    pub observer: Arc<dyn Observer>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no database, and the command makes none.
    #[error(
        "there is no database at {}: name the configuration of the server with --config FILE or GRANTD_CONFIG; only \
         `grantd serve`, `grantd migrate` and `grantd user add` make a database",
        .0.display()
    )]
    NoDatabase(PathBuf),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its schema is that of another version.
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
    /// The root secret of the database is missing. A new one would not open it.
    #[error(
        "the root secret {} is missing, and this database belongs to one: put the copy there that was kept with the \
         database, or its codes and signing keys cannot be read",
        .0.display()
    )]
    MissingSecret(PathBuf),
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
}

impl App {
    /// Opens the database, migrates it if that is allowed, and makes the root secret on SQLite and the first signing keys if
    /// they are missing.
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
        words::load();
        let db = open_store(&settings).await?;
        let roots = own_root_secrets(&db, &settings, entropy.as_ref()).await?;
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

    /// The same server with other settings, for a reload. Only what depends on settings is new. The settings of the database,
    /// the secrets and the listener must not have changed.
    pub async fn with_settings(&self, settings: Settings) -> Result<Self, OpenError> {
        let mut app = self.clone();
        // Old and new requests share the limit of parallel hashes, so the hasher is replaced only if its settings changed.
        if settings.passwords != self.settings.passwords {
            let passwords = Passwords::new(&settings.passwords)?;
            app.passwords = Arc::new(passwords.observed_by(Arc::clone(&self.observer)));
        }
        // A new algorithm needs its first key before the first signature.
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

    /// The issuer's path, below which all routes are: empty, or such as `/tenant`.
    pub fn base(&self) -> &str {
        self.settings.issuer.path()
    }

    /// The path on this host of a path below the issuer.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// The URL of a route of the router, which begins at the root of the host and may contain a realm.
    pub fn route_url(&self, route: &str) -> String {
        format!(
            "{}{}",
            self.settings.issuer.url().origin().ascii_serialization(),
            self.settings.compatibility.in_realm(route)
        )
    }

    /// The URL of an endpoint or a page for devices: the first of its other names, or else its path below the issuer.
    pub fn device_url(&self, others: &[String], path: &str) -> String {
        others.first().map_or_else(|| self.url(path), |other| self.route_url(other))
    }

    /// Where devices send people to type codes.
    pub fn verification_uri(&self) -> String {
        self.device_url(&self.settings.compatibility.verification_paths, &self.settings.device.verification_path)
    }

    /// The path of the start page for people, below the issuer: the page for codes, or the account if the device grant is off.
    pub fn home_path(&self) -> &str {
        if self.settings.device.enabled { &self.settings.device.verification_path } else { "/account" }
    }

    /// The same, as [`Self::path`] gives it.
    pub fn home(&self) -> String {
        self.path(self.home_path())
    }

    /// Whether the issuer is https. Then cookies are `Secure`, and browsers learn to use only https.
    pub fn is_https(&self) -> bool {
        self.settings.issuer.is_https()
    }

    /// `aud` of access tokens.
    pub fn audience(&self) -> &str {
        self.settings.tokens.audience.as_deref().unwrap_or(&self.settings.issuer)
    }

    /// The digests under which a typed code may be stored, each with its reading: with the current key and the former ones.
    /// Their number does not depend on the input.
    pub fn user_code_digests<'a>(&'a self, typed: &'a TypedCode) -> impl Iterator<Item = (Digest, &'a UserCode)> {
        typed.readings().iter().flat_map(|code| self.keys.user_codes.iter().map(move |key| (code.digest(key), code)))
    }

    /// An event that happens now, to be stored with the change that causes it.
    pub fn event(&self, event: Event, source: &Source) -> AuditEvent {
        let now = self.clock.now();
        AuditEvent::new(self.entropy.row_identifier(now), event, source, now)
    }

    /// The present time that all nodes share, for what they measure together to the second.
    pub fn shared_now(&self) -> Timestamp {
        self.node.timekeeping.shared(self.clock.now())
    }
}

/// Opens the database, and migrates its schema if `auto_migrate` allows it.
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

/// The same for a command: makes no database, and leaves its schema as it is.
pub async fn open_existing_store(settings: &Settings) -> Result<Db, OpenError> {
    let database = &settings.database;
    let Some(db) = store::connect_to_existing(&database.url, database.max_connections, database.wait).await? else {
        // Absolute: the reader may not know the folder in which the command ran.
        let file = store::database_file(&database.url).unwrap_or_default();
        return Err(OpenError::NoDatabase(std::path::absolute(&file).unwrap_or(file)));
    };
    store::check_schema(&db).await?;
    Ok(db.telling(subscribers(settings)))
}

/// The subscribers to events in the settings.
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
