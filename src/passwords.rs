//! Hash and judge passwords: argon2id (RFC 9106) on few threads, and NIST SP 800-63B-4.
//!
//! At most `passwords.concurrency` hashes or judgements run at once, on threads that do no other work.

mod error;
mod memory;
mod recipe;

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;

use argon2::{Params, PasswordHash};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::observer::{Observer, Work};
pub use crate::passwords::error::PasswordsError;
use crate::passwords::memory::HashBuffers;
use crate::passwords::recipe::Recipe;

/// A typed password, normalised (NFC), and wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a new password is not accepted, in words for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("the password is too short: use at least {0} characters")]
    TooShort(usize),
    /// Too long: hashing it would help an attacker to exhaust the server.
    #[error("the password is too long: use at most 1024 bytes")]
    TooLong,
    /// A common password, or a simple variation of one.
    #[error("the password is easy to guess: choose one that is not a common word, name or pattern")]
    Guessable,
}

/// The hasher of passwords. Its work is bounded, so logins cannot slow the polls down.
pub struct Passwords {
    recipe: Recipe,
    memory: Arc<HashBuffers>,
    permits: Arc<Semaphore>,
    min_length: usize,
    blocklist: Arc<HashSet<String>>,
    observer: Arc<dyn Observer>,
}

/// The parts of a stored hash that a comparison needs.
struct StoredHash {
    recipe: Recipe,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Password {
    /// Normalises a typed text.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }
}

impl StoredHash {
    fn of(stored: &str) -> Option<Self> {
        let stored = PasswordHash::new(stored).ok()?;
        let (recipe, salt, hash) = (Recipe::of(&stored)?, stored.salt.as_ref()?, stored.hash.as_ref()?);
        Some(Self { recipe, salt: salt.to_vec(), hash: hash.as_bytes().to_vec() })
    }
}

impl Passwords {
    /// The most sets of parameters under which a login hashes. Every login does the work of each.
    pub const MOST_RECIPES: usize = 4;
    const LONGEST: usize = 1024;

    /// Sets up the hasher.
    pub fn new(settings: &settings::PasswordSettings) -> Result<Self, PasswordsError> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
            .map_err(|error| PasswordsError(error.to_string()))?;
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
        Ok(Self {
            recipe: Recipe::new(params),
            memory: Arc::default(),
            permits: Arc::new(Semaphore::new(permits)),
            min_length: settings.min_length,
            blocklist: Arc::new(blocklist),
            observer: Arc::new(()),
        })
    }

    /// The same hasher, with an observer of its work.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Checks the length of a new password, which costs nothing.
    pub fn measure(&self, password: &Password) -> Result<(), WeakPassword> {
        let text = password.0.as_str();
        if text.len() > Self::LONGEST {
            return Err(WeakPassword::TooLong);
        }
        if text.chars().count() < self.min_length {
            return Err(WeakPassword::TooShort(self.min_length));
        }
        Ok(())
    }

    /// Judges a new password, with words that describe its owner (NIST SP 800-63B-4 section 3.1.1.2). This takes about as
    /// long as a hash, and waits its turn like one.
    ///
    /// # Errors
    /// When the judgement cannot run. The inner error says why the password is not accepted.
    pub async fn judge(
        &self,
        password: &Password,
        about: [Option<&str>; 3],
    ) -> Result<Result<(), WeakPassword>, PasswordsError> {
        if let Err(weak) = self.measure(password) {
            return Ok(Err(weak));
        }
        let (password, blocklist) = (password.clone(), Arc::clone(&self.blocklist));
        let observer = Arc::clone(&self.observer);
        let about: Vec<String> = about.into_iter().flatten().map(str::to_owned).collect();
        let guessable = self.run(move || {
            observer.observe(Work::PasswordJudgement);
            blocklist.contains(&password.0.to_lowercase()) || is_guessable(&password.0, &about)
        });
        Ok(if guessable.await? { Err(WeakPassword::Guessable) } else { Ok(()) })
    }

    /// Hashes a password for a row, off the async threads.
    pub async fn hash(&self, password: &Password) -> Result<String, PasswordsError> {
        let (recipe, memory, password) = (self.recipe.clone(), Arc::clone(&self.memory), password.clone());
        let hashing = self.run(move || {
            let mut buffer = memory.take(recipe.blocks())?;
            let stored = recipe.store(password.0.as_bytes(), &mut buffer);
            memory.keep(buffer);
            stored
        });
        hashing.await?
    }

    /// Whether a password belongs to a stored hash. Without a hash the same work is done, so that an account that does not
    /// exist takes as long (requirement A-04).
    ///
    /// `in_use` names the parameters under which passwords are stored, as the beginnings of PHC strings. Every branch
    /// computes a hash under each of them and under the current ones. So after a change of the parameters, accounts
    /// with an older hash, accounts with a newer hash and names without an account cost the same.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<&str>,
        in_use: &[String],
    ) -> Result<bool, PasswordsError> {
        let fits = password.0.len() <= Self::LONGEST;
        let known = stored.and_then(StoredHash::of);
        let recipes = self.recipes(in_use, known.as_ref());
        let password = if fits { password.clone() } else { Password::typed("") };
        let (memory, observer) = (Arc::clone(&self.memory), Arc::clone(&self.observer));
        let verifying = self.run(move || {
            let mut buffer = memory.take(recipes.iter().map(Recipe::blocks).max().unwrap_or_default())?;
            let (password, mut right) = (password.0.as_bytes(), false);
            for recipe in &recipes {
                observer.observe(Work::PasswordHash);
                match known.as_ref().filter(|known| known.recipe.is_like(recipe)) {
                    Some(known) => {
                        let mut hash = vec![0; known.hash.len()];
                        recipe.hash(password, &known.salt, &mut hash, &mut buffer)?;
                        right = bool::from(hash.ct_eq(&known.hash));
                    }
                    None => recipe.hash_in_vain(password, &mut buffer)?,
                }
            }
            memory.keep(buffer);
            Ok(right)
        });
        Ok(verifying.await?? && fits)
    }

    /// Whether a hash was made under other parameters than the current ones.
    pub fn is_outdated(&self, stored: &str) -> bool {
        StoredHash::of(stored).is_none_or(|known| !known.recipe.is_like(&self.recipe))
    }

    /// Frees the memory that no hash has used since the last call.
    pub fn give_back_memory(&self) {
        self.memory.give_back_unused();
    }

    /// How much memory is kept for the next hashes, in KiB.
    pub fn kept_kib(&self) -> usize {
        self.memory.kept_kib()
    }

    /// The parameters that a login hashes under: the current ones, those in use, and always those of the account.
    fn recipes(&self, in_use: &[String], known: Option<&StoredHash>) -> Vec<Recipe> {
        let mut recipes = vec![self.recipe.clone()];
        let in_use = in_use.iter().filter_map(|beginning| Recipe::of(&PasswordHash::new(beginning).ok()?));
        for recipe in in_use {
            if recipes.len() < Self::MOST_RECIPES && !recipes.iter().any(|other| other.is_like(&recipe)) {
                recipes.push(recipe);
            }
        }
        if let Some(known) = known.filter(|known| !recipes.iter().any(|recipe| recipe.is_like(&known.recipe))) {
            recipes.truncate(Self::MOST_RECIPES - 1);
            recipes.push(known.recipe.clone());
        }
        recipes
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordsError> {
        let failed = |error: &dyn std::fmt::Display| PasswordsError(error.to_string());
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|error| failed(&error))?;
        let working = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        working.await.map_err(|error| failed(&error))
    }
}

#[expect(clippy::disallowed_methods, reason = "called under a permit, on a thread that serves nobody else")]
fn is_guessable(password: &str, about: &[String]) -> bool {
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(password, &about).score() < zxcvbn::Score::Three
}

/// The form of a username that is stored: compatibility forms and case folded, without white space around it.
pub fn fold_username(typed: &str) -> String {
    typed.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use parking_lot::Mutex;

    use super::*;

    #[derive(Default)]
    struct Done(Mutex<Vec<Work>>);

    impl Observer for Done {
        fn observe(&self, work: Work) {
            self.0.lock().push(work);
        }
    }

    impl Done {
        fn count(&self, work: Work) -> usize {
            self.0.lock().iter().filter(|done| **done == work).count()
        }
    }

    fn passwords() -> (Passwords, Arc<Done>) {
        let done = Arc::<Done>::default();
        let passwords = Passwords::new(&settings::PasswordSettings {
            memory_kib: 64,
            iterations: 1,
            parallelism: 1,
            concurrency: 1,
            min_length: 15,
            blocklist_file: None,
        });
        (passwords.unwrap().observed_by(Arc::<Done>::clone(&done)), done)
    }

    /// Proves: A-01 A-02 A-04.
    #[tokio::test]
    async fn a_password_is_known_again_and_only_that_one() {
        let (passwords, done) = passwords();
        let stored = passwords.hash(&Password::typed("caf\u{e9} in the morning")).await.unwrap();
        assert!(passwords.verify(&Password::typed("cafe\u{301} in the morning"), Some(&stored), &[]).await.unwrap());
        assert!(!passwords.verify(&Password::typed("cafe in the morning"), Some(&stored), &[]).await.unwrap());
        assert!(!passwords.verify(&Password::typed("nobody has this password"), None, &[]).await.unwrap());
        assert_eq!(done.count(Work::PasswordHash), 3);
        assert!(!passwords.is_outdated(&stored));
        assert!(passwords.is_outdated("$argon2id$v=19$m=32,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"));
    }

    /// Proves: A-01 FA-09: as many hashes and judgements at once as there are turns, and none on the threads that serve
    /// everybody else.
    #[test]
    fn hashes_and_judgements_take_turns_on_threads_of_their_own() {
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let (passwords, done) = passwords();
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let busy = tokio::task::spawn_blocking(move || wait.recv().is_err());
            let turn = Arc::clone(&passwords.permits).acquire_owned().await.unwrap();
            let password = Password::typed("brittle comet under glass");
            let mut hashing = std::pin::pin!(passwords.hash(&password));
            let mut judging = std::pin::pin!(passwords.judge(&password, [None; 3]));
            let mut context = Context::from_waker(Waker::noop());
            assert!(hashing.as_mut().poll(&mut context).is_pending());
            assert!(judging.as_mut().poll(&mut context).is_pending());
            drop(turn);
            assert_eq!(passwords.permits.available_permits(), 0, "the turn is handed to who waits for it");
            assert!(hashing.as_mut().poll(&mut context).is_pending(), "the one thread for hashing is busy");
            drop(go);
            assert!(busy.await.unwrap());
            assert!(hashing.await.is_ok());
            assert_eq!(done.count(Work::PasswordJudgement), 0, "a judgement waits for a turn, too");
            assert_eq!(judging.await.unwrap(), Ok(()));
        });
    }

    /// Proves: A-02.
    #[tokio::test]
    async fn weak_passwords_are_refused_and_any_script_is_taken() {
        let (passwords, done) = passwords();
        for (text, judged) in [
            ("short", Err(WeakPassword::TooShort(15))),
            ("passwordpassword", Err(WeakPassword::Guessable)),
            ("aaaaaaaaaaaaaaaaaaaa", Err(WeakPassword::Guessable)),
            (&"x1".repeat(600), Err(WeakPassword::TooLong)),
            ("сорок тысяч обезьян", Ok(())),
            ("brittle comet under glass", Ok(())),
        ] {
            assert_eq!(
                passwords.judge(&Password::typed(text), [Some("anna"), None, None]).await.unwrap(),
                judged,
                "{text}"
            );
        }
        assert_eq!(done.count(Work::PasswordJudgement), 4, "a length is told without one");
    }

    /// Proves: FB-07: each set of parameters once, whosever the name is, and never more than so many.
    #[tokio::test]
    async fn every_verification_does_the_work_of_all_parameters_in_use() {
        let (passwords, done) = passwords();
        let former = |memory_kib: u32| {
            let params = Params::new(memory_kib, 1, 1, None).unwrap();
            Recipe::new(params).store(b"brittle comet under glass", &mut vec![argon2::Block::new(); 32]).unwrap()
        };
        let beginning = |stored: &str| stored.rsplitn(3, '$').last().unwrap().to_owned();
        let today = passwords.hash(&Password::typed("brittle comet under glass")).await.unwrap();
        let stored = [former(8), former(16), former(24), former(32)];
        let in_use: Vec<String> = stored.iter().chain([&today]).map(|stored| beginning(stored)).collect();
        let (right, wrong) = (Password::typed("brittle comet under glass"), Password::typed("something else"));
        for (in_use, sets) in [(&[][..], 1), (&in_use[..1], 2), (&in_use[..2], 3), (&in_use[..], 4)] {
            // Of those in use, those that are named; the last case has one that there is no place for.
            let of_accounts = stored.iter().take(in_use.len()).chain([&today]).map(|stored| Some(stored.as_str()));
            for account in of_accounts.chain([None]) {
                for password in [&right, &wrong] {
                    let before = done.count(Work::PasswordHash);
                    let fits = passwords.verify(password, account, in_use).await.unwrap();
                    assert_eq!(fits, account.is_some() && std::ptr::eq(password, &raw const right), "{account:?}");
                    assert_eq!(done.count(Work::PasswordHash) - before, sets, "{account:?} beside {in_use:?}");
                }
            }
        }
    }

    #[test]
    fn names_that_look_alike_fold_together() {
        assert_eq!(fold_username(" Anna "), "anna");
        assert_eq!(fold_username("ＡＮＮＡ"), "anna");
    }
}
