//! What may a request need? The handful of things that are made once and handed to every handler.

mod files;
mod parts;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use url::Url;

use crate::branding::{Branding, BrandingError};
use crate::client_keys::ClientKeys;
use crate::clients::{Clients, SecretFileError};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::guessing::Guessing;
use crate::hashes_in_use::HashesInUse;
use crate::keys::{KeyError, Keys};
use crate::live_grants::LiveGrants;
use crate::logins::Logins;
use crate::passwords::{Passwords, PasswordsError};
use crate::protocol::{
    AuditEvent, Digest, DpopNonces, Event, HmacKey, Source, Timestamp, TypedCode, UnfitFormat, UserCode,
    UserCodeFormats,
};
use crate::rate_limits::RateLimits;
use crate::readiness::Readiness;
use crate::root_secret::{RootSecret, RootSecretError, SealingKeys};
use crate::settings::Settings;
use crate::store::{self, Db, SchemaError, StoreError, Subscriber, Subscribers};
use crate::timekeeping::Timekeeping;
use crate::webhooks::{self, Webhooks};
use crate::words::{self, WordsError};

pub use files::check_files;
use files::root_secrets;
pub use parts::{account_key, open_keys, open_webhooks};

const ROOT_SECRET: &str = "root secret";
const USER_CODE_KEY: &str = "user codes";
const CSRF_KEY: &str = "csrf tokens";
const ACCOUNT_KEY: &str = "login failures";
const WEBHOOK_KEY: &str = "webhook secrets";
const VISITOR_KEY: &str = "cookies before a login";
const SEEN_KEY: &str = "browsers that logged in";
const INITIATION_KEY: &str = "match numbers and pins";

/// A server that is ready to answer, without a socket.
pub struct App {
    /// What the operator decided.
    pub settings: Settings,
    /// Who may ask.
    pub clients: Clients,
    /// What pages load.
    pub branding: Branding,
    /// The keys that clients publish.
    pub client_keys: Arc<ClientKeys>,
    /// What is remembered.
    pub db: Db,
    /// The one source of time.
    pub clock: Arc<dyn Clock>,
    /// The one source of chance.
    pub entropy: Arc<dyn Entropy>,
    /// What signs tokens.
    pub keys: Arc<Keys>,
    /// What hashes passwords.
    pub passwords: Arc<Passwords>,
    /// Under which parameters the passwords of people are hashed.
    pub hashes_in_use: Arc<HashesInUse>,
    /// What user codes look like.
    pub user_codes: UserCodeFormats,
    /// Keys a user code's digest (requirement D-10).
    pub user_code_key: HmacKey,
    /// The same, under root secrets that are being changed for another.
    pub former_user_code_keys: Vec<HmacKey>,
    /// Keys the csrf token of a session.
    pub csrf_key: HmacKey,
    /// The same, under root secrets that are being changed for another: for forms that were shown before.
    pub former_csrf_keys: Vec<HmacKey>,
    /// Seal the cookies of browsers in which nobody is signed in.
    pub visitor_keys: SealingKeys,
    /// Keys the digest under which login failures of a username are counted.
    pub account_key: HmacKey,
    /// Key the marks of browsers that have logged in before: today's, and those under root secrets that are being changed.
    pub seen_keys: Vec<HmacKey>,
    /// Key match numbers and PINs: today's, and those under root secrets that are being changed for another.
    pub initiation_keys: Vec<HmacKey>,
    /// Nonces for proofs of possession (RFC 9449 section 8).
    pub dpop_nonces: DpopNonces,
    /// The issuer, parsed.
    pub issuer: Url,
    /// What was asked of this node too often.
    pub rate_limits: Arc<RateLimits>,
    /// Whether this node wants requests.
    pub readiness: Arc<Readiness>,
    /// How many grants wait for a person.
    pub live_grants: Arc<LiveGrants>,
    /// What is remembered of logins that were turned away.
    pub logins: Arc<Logins>,
    /// Who is told of what happens.
    pub webhooks: Webhooks,
    /// Key the secrets of those that have none of their own: today's, and those of root secrets that are being changed.
    webhook_keys: Vec<HmacKey>,
    /// Whether somebody guesses codes.
    pub guessing: Arc<Guessing>,
    /// Whether the clock is right.
    pub timekeeping: Arc<Timekeeping>,
    /// How many client secrets were compared, and assertions verified, since the start; a test counts them (decision 16).
    pub secrets_compared: AtomicU64,
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
    /// The root secret is not to be had.
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
    /// A secret of a client is not to be had.
    #[error(transparent)]
    ClientSecret(#[from] SecretFileError),
    /// A file of the operator's cannot be shown.
    #[error(transparent)]
    Branding(#[from] BrandingError),
    /// A secret of a webhook is not to be had.
    #[error(transparent)]
    WebhookSecret(#[from] webhooks::SecretFileError),
    /// User codes cannot look like that.
    #[error("user_code.{0}")]
    UserCodes(#[from] UnfitFormat),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The messages of the pages cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// `issuer` is no URL.
    #[error("issuer is not a URL")]
    Issuer(#[from] url::ParseError),
}

impl App {
    /// Opens the database, brings it up to date where that is allowed, and makes what is missing: the root secret on
    /// SQLite, the first signing key.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        words::check()?;
        let db = open_store(&settings).await?;
        let roots = root_secrets(&settings, entropy.as_ref())?;
        recognise(&db, &roots).await?;
        let timekeeping = Arc::<Timekeeping>::default();
        timekeeping.look(&db, clock.as_ref()).await?;
        let [root, former @ ..] = roots.as_slice() else { return Err(OpenError::ForeignSecret) };
        let webhook_keys = webhook_keys(&roots);
        Ok(Self {
            clients: Clients::read(&settings)?,
            branding: Branding::read(&settings.branding)?,
            client_keys: Arc::default(),
            keys: Arc::new(Keys::load(db.clone(), Arc::clone(&clock), roots.clone(), &settings.keys).await?),
            passwords: Arc::new(Passwords::new(&settings.passwords)?),
            hashes_in_use: Arc::default(),
            user_codes: settings.user_code_formats()?,
            user_code_key: HmacKey::new(&root.derive(USER_CODE_KEY)),
            former_user_code_keys: former.iter().map(|root| HmacKey::new(&root.derive(USER_CODE_KEY))).collect(),
            csrf_key: HmacKey::new(&root.derive(CSRF_KEY)),
            former_csrf_keys: former.iter().map(|root| HmacKey::new(&root.derive(CSRF_KEY))).collect(),
            visitor_keys: SealingKeys::derive(&roots, VISITOR_KEY),
            account_key: HmacKey::new(&root.derive(ACCOUNT_KEY)),
            seen_keys: roots.iter().map(|root| HmacKey::new(&root.derive(SEEN_KEY))).collect(),
            initiation_keys: roots.iter().map(|root| HmacKey::new(&root.derive(INITIATION_KEY))).collect(),
            dpop_nonces: DpopNonces::new(
                roots.iter().map(|root| HmacKey::new(&root.derive("nonces of dpop proofs"))).collect(),
                settings.dpop.window,
            ),
            issuer: Url::parse(&settings.issuer)?,
            rate_limits: Arc::default(),
            readiness: Arc::default(),
            live_grants: Arc::default(),
            logins: Arc::default(),
            webhooks: Webhooks::read(&settings, &webhook_keys)?,
            webhook_keys,
            guessing: Arc::default(),
            timekeeping,
            secrets_compared: AtomicU64::new(0),
            settings,
            db,
            clock,
            entropy,
        })
    }

    /// The same server under other settings, for a reload: the database, the clock, the keys, those of the clients
    /// and what the root secret gives are those of this one. So whatever says where they come from must not have changed.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn with_settings(&self, settings: Settings) -> Result<Self, OpenError> {
        // Made anew only when it has to be: requests under way and new ones share the bound on hashes at once.
        let passwords = if settings.passwords == self.settings.passwords {
            Arc::clone(&self.passwords)
        } else {
            Arc::new(Passwords::new(&settings.passwords)?)
        };
        // An algorithm that is new has its first key before anybody asks for a signature.
        if settings.keys != self.settings.keys {
            self.keys.tend(&settings.keys).await?;
        }
        Ok(Self {
            clients: Clients::read(&settings)?,
            branding: Branding::read(&settings.branding)?,
            client_keys: Arc::clone(&self.client_keys),
            db: self.db.telling(subscribers(&settings)),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            keys: Arc::clone(&self.keys),
            passwords,
            hashes_in_use: Arc::clone(&self.hashes_in_use),
            user_codes: settings.user_code_formats()?,
            user_code_key: self.user_code_key.clone(),
            former_user_code_keys: self.former_user_code_keys.clone(),
            csrf_key: self.csrf_key.clone(),
            former_csrf_keys: self.former_csrf_keys.clone(),
            visitor_keys: self.visitor_keys.clone(),
            account_key: self.account_key.clone(),
            seen_keys: self.seen_keys.clone(),
            initiation_keys: self.initiation_keys.clone(),
            dpop_nonces: self.dpop_nonces.every(settings.dpop.window),
            issuer: Url::parse(&settings.issuer)?,
            // A reload gives nobody new tries.
            rate_limits: Arc::clone(&self.rate_limits),
            readiness: Arc::clone(&self.readiness),
            live_grants: Arc::clone(&self.live_grants),
            logins: Arc::clone(&self.logins),
            webhooks: Webhooks::read(&settings, &self.webhook_keys)?,
            webhook_keys: self.webhook_keys.clone(),
            guessing: Arc::clone(&self.guessing),
            timekeeping: Arc::clone(&self.timekeeping),
            secrets_compared: AtomicU64::new(self.secrets_compared.load(Ordering::Relaxed)),
            settings,
        })
    }

    /// The URL of one of this server's endpoints or pages, by its path below the issuer. Built from the configured
    /// issuer, never from a request (D-06).
    pub fn url(&self, path: &str) -> String {
        self.settings.address_of(path)
    }

    /// The issuer's path, under which everything is: empty, or such as `/tenant`. A slash at the end of the issuer belongs
    /// to its name and not to its addresses (RFC 8414 section 3.1 drops it, too).
    pub fn base(&self) -> &str {
        self.issuer.path().trim_end_matches('/')
    }

    /// What a browser on this host asks for to reach a path below the issuer.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// The URL of a route of the router, which begins at the root of the host and may have a realm in it.
    pub fn route_url(&self, route: &str) -> String {
        format!("{}{}", self.issuer.origin().ascii_serialization(), self.settings.compatibility.in_realm(route))
    }

    /// What devices are told of an endpoint or a page: the first of its other names, or else its path below the issuer.
    pub fn told_url(&self, others: &[String], path: &str) -> String {
        others.first().map_or_else(|| self.url(path), |other| self.route_url(other))
    }

    /// Where devices send people to type codes.
    pub fn verification_uri(&self) -> String {
        self.told_url(&self.settings.compatibility.verification_paths, &self.settings.device.verification_path)
    }

    /// Where whoever has no other page to go to is led, below the issuer: where codes are typed, or the account where none are
    /// taken.
    pub fn home_path(&self) -> &str {
        if self.settings.device.enabled { &self.settings.device.verification_path } else { "/account" }
    }

    /// The same, as [`Self::path`] gives it.
    pub fn home(&self) -> String {
        self.path(self.home_path())
    }

    /// Whether the issuer is https, so that cookies are `Secure` and browsers are told to insist on it.
    pub fn is_https(&self) -> bool {
        self.issuer.scheme() == "https"
    }

    /// `aud` of access tokens.
    pub fn audience(&self) -> &str {
        self.settings.tokens.audience.as_deref().unwrap_or(&self.settings.issuer)
    }

    /// The digests under which what was typed may be known, and which reading each is of: under today's key, and under
    /// those of root secrets that are being changed. As many for whatever was typed.
    pub fn user_code_digests<'a>(&'a self, typed: &'a TypedCode) -> impl Iterator<Item = (Digest, &'a UserCode)> {
        let keys = || std::iter::once(&self.user_code_key).chain(&self.former_user_code_keys);
        typed.readings().iter().flat_map(move |code| keys().map(move |key| (code.digest(key), code)))
    }

    /// Something that happens now, to be written with the change that it tells of.
    pub fn event(&self, event: Event, source: &Source) -> AuditEvent {
        AuditEvent::new(self.entropy.identifier(), event, source, self.clock.now())
    }

    /// Now, by the time that all nodes share: for what they measure together by the second.
    pub fn shared_now(&self) -> Timestamp {
        self.timekeeping.shared(self.clock.now())
    }

    /// Notes that a client secret was compared, or an assertion verified.
    pub fn secret_compared(&self) {
        self.secrets_compared.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens the database with a schema that fits: brought up to date where `auto_migrate` allows it.
///
/// # Errors
/// When it cannot be opened, or its schema does not fit.
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

/// Who is told of what happens.
fn subscribers(settings: &Settings) -> Subscribers {
    let subscriber = settings.webhook.iter();
    let subscriber = subscriber.map(|of| Subscriber { webhook: of.name.clone(), notices: of.events.clone() });
    Subscribers {
        webhooks: subscriber.collect(),
        clients: settings.client.iter().map(|client| (client.id.clone(), client.name.clone())).collect(),
        issuer: settings.issuer.clone(),
        account_url: settings.address_of("/account"),
    }
}

fn webhook_keys(roots: &[Arc<RootSecret>]) -> Vec<HmacKey> {
    roots.iter().map(|root| HmacKey::new(&root.derive(WEBHOOK_KEY))).collect()
}

/// Whether the database belongs to one of these root secrets. A new database, and one that belongs to a former secret,
/// belongs to the first from now on.
async fn recognise(db: &Db, roots: &[Arc<RootSecret>]) -> Result<(), OpenError> {
    let fingerprints: Vec<String> = roots.iter().map(|root| root.fingerprint()).collect();
    let known = store::claim_fact(db, ROOT_SECRET, &fingerprints[0]).await?;
    match fingerprints.iter().position(|fingerprint| *fingerprint == known) {
        Some(0) => Ok(()),
        Some(_) => Ok(store::set_fact(db, ROOT_SECRET, &fingerprints[0]).await?),
        None => Err(OpenError::ForeignSecret),
    }
}
