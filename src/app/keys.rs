//! The keys that are derived from the root secret, one ring for each purpose, and the signing keys, which are sealed under
//! one of them.

use std::sync::Arc;

use crate::app::OpenError;
use crate::app::files::{existing_root_secrets, missing_root_secret, root_secrets};
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::keys::{KeyError, SigningKeys};
use crate::root_secret::{KeyRing, Purpose, RootSecret, RootSecretError, SealingKey};
use crate::webhooks::Webhooks;
use protocol::HmacKey;
use settings::Settings;
use store::Db;

/// The name of the root secret's fingerprint in the database.
const ROOT_SECRET: &str = "root secret";

/// The keys of a server. Each field but the first is named as its [`Purpose`].
pub struct KeyRings {
    /// Signs tokens.
    pub signing: SigningKeys,
    /// Digests user codes (requirement D-10).
    pub user_codes: KeyRing<HmacKey>,
    /// Makes the CSRF tokens of forms.
    pub csrf_tokens: KeyRing<HmacKey>,
    /// Digests the usernames under which login failures are counted.
    pub login_failures: HmacKey,
    /// Derives the secrets of webhooks that have no file.
    pub webhook_secrets: KeyRing<HmacKey>,
    /// Seals the cookies of browsers in which nobody is logged in.
    pub visitor_cookies: KeyRing<SealingKey>,
    /// Makes the marks of browsers that have logged in before.
    pub known_browsers: KeyRing<HmacKey>,
    /// Makes match numbers and PINs, and their digests.
    pub initiation: KeyRing<HmacKey>,
    /// Makes the nonces of DPoP proofs.
    pub dpop_nonces: KeyRing<HmacKey>,
}

impl KeyRings {
    /// Derives the keys, and reads the signing keys. The first signing keys are made here.
    pub(super) async fn open(
        roots: &KeyRing<RootSecret>,
        settings: &Settings,
        db: &Db,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, KeyError> {
        let sealing = roots.sealing_keys(Purpose::SigningKeys);
        Ok(Self {
            signing: SigningKeys::load(db.clone(), Arc::clone(clock), sealing, &settings.keys).await?,
            user_codes: roots.hmac_keys(Purpose::UserCodes),
            csrf_tokens: roots.hmac_keys(Purpose::CsrfTokens),
            login_failures: roots.current.hmac_key(Purpose::LoginFailures),
            webhook_secrets: roots.hmac_keys(Purpose::WebhookSecrets),
            visitor_cookies: roots.sealing_keys(Purpose::VisitorCookies),
            known_browsers: roots.hmac_keys(Purpose::KnownBrowsers),
            initiation: roots.hmac_keys(Purpose::Initiation),
            dpop_nonces: roots.hmac_keys(Purpose::DpopNonces),
        })
    }
}

/// The root secrets that this database belongs to. The first start makes one; a database that belongs to one already, as a
/// restored copy does, needs that one.
pub(super) async fn own_root_secrets(
    db: &Db,
    settings: &Settings,
    entropy: &dyn Entropy,
) -> Result<KeyRing<RootSecret>, OpenError> {
    if let Some(missing) = missing_root_secret(settings)
        && store::find_fact(db, ROOT_SECRET).await?.is_some()
    {
        return Err(OpenError::MissingSecret(missing));
    }
    let roots = root_secrets(settings, entropy)?;
    recognise(db, &roots).await?;
    Ok(roots)
}

/// Checks that the database belongs to one of these root secrets. A new database, and one that belongs to a former secret,
/// belongs to the current one from now on.
async fn recognise(db: &Db, roots: &KeyRing<RootSecret>) -> Result<(), OpenError> {
    let current = roots.current.fingerprint();
    let known = store::claim_fact(db, ROOT_SECRET, &current).await?;
    if known == current {
        return Ok(());
    }
    if !roots.former.iter().any(|root| root.fingerprint() == known) {
        return Err(OpenError::ForeignSecret);
    }
    Ok(store::set_fact(db, ROOT_SECRET, &current).await?)
}

/// The webhooks, for a command. Before the first start of the server, those without a secret file have no secret.
pub fn open_webhooks(settings: &Settings) -> Result<Webhooks, OpenError> {
    let keys = existing_root_secrets(settings)?.map(|roots| roots.hmac_keys(Purpose::WebhookSecrets));
    Ok(Webhooks::read(settings, keys.as_ref())?)
}

/// The key that digests the usernames under which login failures are counted, for a command. `None` before the first start
/// of the server, when no failure is counted yet.
pub fn account_key(settings: &Settings) -> Result<Option<HmacKey>, RootSecretError> {
    Ok(existing_root_secrets(settings)?.map(|roots| roots.current.hmac_key(Purpose::LoginFailures)))
}

/// The signing keys, for a command.
pub async fn open_keys(settings: &Settings, db: &Db) -> Result<SigningKeys, OpenError> {
    let roots = own_root_secrets(db, settings, &SystemEntropy).await?;
    let sealing = roots.sealing_keys(Purpose::SigningKeys);
    Ok(SigningKeys::load(db.clone(), Arc::new(SystemClock), sealing, &settings.keys).await?)
}
