//! Is this the password, and is it a good one? argon2id (RFC 9106) on few threads, and NIST SP 800-63B-4.

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::PasswordHash;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::Version;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::settings;

/// A password as it was typed, normalised (NFC), wiped when it is done with.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a new password is not taken. Read by the person who chooses it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("the password is too short: use at least {0} characters")]
    TooShort(usize),
    /// Too long to be hashed without doing an attacker a favour.
    #[error("the password is too long: use at most 1024 bytes")]
    TooLong,
    /// On a list of common ones, or one turn away from it.
    #[error("the password is easy to guess: choose one that is not a common word, name or pattern")]
    Guessable,
}

/// The hashing of passwords, bounded so that logins cannot starve the polls.
pub struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    nobody: Arc<str>,
    min_length: usize,
    blocklist: HashSet<String>,
    verified: AtomicU64,
}

/// The hasher could not be set up or could not hash.
#[derive(Debug, thiserror::Error)]
#[error("passwords cannot be hashed: {0}")]
pub struct PasswordsError(String);

impl Password {
    /// Takes what was typed.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }
}

impl Passwords {
    const LONGEST: usize = 1024;

    /// Sets up the hasher.
    ///
    /// # Errors
    /// When the parameters are out of argon2's range or the operator's list cannot be read.
    pub fn new(settings: &settings::Passwords) -> Result<Self, PasswordsError> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
            .map_err(|error| PasswordsError(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = if settings.concurrency == 0 { cores } else { settings.concurrency };
        let blocklist = match &settings.blocklist_file {
            Some(file) => fs::read_to_string(file)
                .map_err(|error| PasswordsError(format!("{}: {error}", file.display())))?
                .lines()
                .map(|line| line.trim().nfc().collect::<String>().to_lowercase())
                .collect(),
            None => HashSet::new(),
        };
        let nobody = hash(&argon2, b"nobody has this password")?;
        Ok(Self {
            argon2,
            permits: Arc::new(Semaphore::new(permits)),
            nobody: nobody.into(),
            min_length: settings.min_length,
            blocklist,
            verified: AtomicU64::new(0),
        })
    }

    /// Whether a password may be chosen, given words that describe its owner (NIST SP 800-63B-4 section 3.1.1.2).
    ///
    /// # Errors
    /// Why not.
    pub fn judge(&self, password: &Password, about: &[&str]) -> Result<(), WeakPassword> {
        let text = password.0.as_str();
        if text.len() > Self::LONGEST {
            return Err(WeakPassword::TooLong);
        }
        if text.chars().count() < self.min_length {
            return Err(WeakPassword::TooShort(self.min_length));
        }
        let guessable =
            self.blocklist.contains(&text.to_lowercase()) || zxcvbn::zxcvbn(text, about).score() < zxcvbn::Score::Three;
        if guessable { Err(WeakPassword::Guessable) } else { Ok(()) }
    }

    /// Hashes a password for a row, off the async threads.
    ///
    /// # Errors
    /// When argon2 fails, for lack of memory.
    pub async fn hash(&self, password: &Password) -> Result<String, PasswordsError> {
        let (argon2, password) = (self.argon2.clone(), password.clone());
        self.run(move || hash(&argon2, password.0.as_bytes())).await?
    }

    /// Whether a password belongs to a stored hash. Without one the work is done all the same, so that an account that
    /// does not exist takes as long (requirement A-04): exactly one verification in every branch.
    ///
    /// # Errors
    /// When the hasher cannot run.
    pub async fn verify(&self, password: &Password, stored: Option<&str>) -> Result<bool, PasswordsError> {
        let fits = password.0.len() <= Self::LONGEST;
        let known = stored.is_some() && fits;
        let stored: Arc<str> = stored.map_or_else(|| Arc::clone(&self.nobody), Arc::from);
        let password = if fits { password.clone() } else { Password::typed("") };
        let argon2 = self.argon2.clone();
        self.verified.fetch_add(1, Ordering::Relaxed);
        let right = self
            .run(move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|stored| argon2.verify_password(password.0.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(right && known)
    }

    /// Whether a hash was made under other parameters than today's.
    pub fn is_outdated(&self, stored: &str) -> bool {
        PasswordHash::new(stored)
            .ok()
            .and_then(|stored| Params::try_from(&stored).ok())
            .is_none_or(|params| costs(&params) != costs(self.argon2.params()))
    }

    /// How many verifications were computed since the start: a test counts them, a stopwatch would lie.
    pub fn verifications(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordsError> {
        let failed = |error: &dyn std::fmt::Display| PasswordsError(error.to_string());
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|error| failed(&error))?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|error| failed(&error))
    }
}

/// The name under which an account is kept: compatibility forms and case folded, white space around it gone.
pub fn fold_username(typed: &str) -> String {
    typed.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, PasswordsError> {
    argon2.hash_password(password).map(|hash| hash.to_string()).map_err(|error| PasswordsError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::task::Context;
    use std::task::Waker;

    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(&settings::Passwords {
            memory_kib: 64,
            iterations: 1,
            parallelism: 1,
            concurrency: 1,
            min_length: 15,
            blocklist_file: None,
        })
        .unwrap()
    }

    /// Proves: A-01 A-02 A-04.
    #[tokio::test]
    async fn a_password_is_known_again_and_only_that_one() {
        let passwords = passwords();
        let stored = passwords.hash(&Password::typed("caf\u{e9} in the morning")).await.unwrap();
        assert!(passwords.verify(&Password::typed("cafe\u{301} in the morning"), Some(&stored)).await.unwrap());
        assert!(!passwords.verify(&Password::typed("cafe in the morning"), Some(&stored)).await.unwrap());
        assert!(!passwords.verify(&Password::typed("nobody has this password"), None).await.unwrap());
        assert_eq!(passwords.verifications(), 3);
        assert!(!passwords.is_outdated(&stored));
        assert!(passwords.is_outdated("$argon2id$v=19$m=32,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"));
    }

    /// Proves: A-01: as many hashes at once as there are turns, and none on the threads that serve everybody else.
    #[test]
    fn hashes_take_turns_on_threads_of_their_own() {
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let passwords = passwords();
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let busy = tokio::task::spawn_blocking(move || wait.recv().is_err());
            let turn = Arc::clone(&passwords.permits).acquire_owned().await.unwrap();
            let password = Password::typed("brittle comet under glass");
            let mut hashing = std::pin::pin!(passwords.hash(&password));
            let mut context = Context::from_waker(Waker::noop());
            assert!(hashing.as_mut().poll(&mut context).is_pending());
            drop(turn);
            assert_eq!(passwords.permits.available_permits(), 0, "the turn is handed to who waits for it");
            assert!(hashing.as_mut().poll(&mut context).is_pending(), "the one thread for hashing is busy");
            drop(go);
            assert!(busy.await.unwrap());
            assert!(hashing.await.is_ok());
        });
    }

    /// Proves: A-02.
    #[test]
    fn weak_passwords_are_refused_and_any_script_is_taken() {
        let passwords = passwords();
        let judge = |text: &str| passwords.judge(&Password::typed(text), &["anna"]);
        assert_eq!(judge("short"), Err(WeakPassword::TooShort(15)));
        assert_eq!(judge("passwordpassword"), Err(WeakPassword::Guessable));
        assert_eq!(judge("aaaaaaaaaaaaaaaaaaaa"), Err(WeakPassword::Guessable));
        assert_eq!(judge(&"x1".repeat(600)), Err(WeakPassword::TooLong));
        assert_eq!(judge("сорок тысяч обезьян"), Ok(()));
        assert_eq!(judge("brittle comet under glass"), Ok(()));
    }

    #[test]
    fn names_that_look_alike_fold_together() {
        assert_eq!(fold_username(" Anna "), "anna");
        assert_eq!(fold_username("ＡＮＮＡ"), "anna");
    }
}
