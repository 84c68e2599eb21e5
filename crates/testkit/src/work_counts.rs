//! Counts work of a server whose amount no answer may reveal.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use grantd::clock::ManualClock;
use grantd::observer::{Observer, Work};

/// The work of a server since its start.
#[derive(Default)]
pub struct WorkCounts {
    client_secrets: AtomicU64,
    password_hashes: AtomicU64,
    password_judgements: AtomicU64,
    hash_takes: OnceLock<(ManualClock, Duration)>,
}

impl Observer for WorkCounts {
    fn observe(&self, work: Work) {
        let count = match work {
            Work::ClientSecret => &self.client_secrets,
            Work::PasswordHash => &self.password_hashes,
            Work::PasswordJudgement => &self.password_judgements,
        };
        count.fetch_add(1, Ordering::Relaxed);
        if let (Work::PasswordHash, Some((clock, takes))) = (work, self.hash_takes.get()) {
            clock.advance(*takes);
        }
    }
}

impl WorkCounts {
    /// Client secrets that were compared, and assertions that were verified.
    pub fn client_secrets(&self) -> u64 {
        self.client_secrets.load(Ordering::Relaxed)
    }

    /// Hashes that were computed to verify passwords.
    pub fn password_hashes(&self) -> u64 {
        self.password_hashes.load(Ordering::Relaxed)
    }

    /// Lets each hash from now on take so long, as this clock shows it.
    pub fn let_hashes_take(&self, clock: &ManualClock, takes: Duration) {
        assert!(self.hash_takes.set((clock.clone(), takes)).is_ok(), "they take their time already");
    }

    /// New passwords that were judged by more than their length.
    pub fn password_judgements(&self) -> u64 {
        self.password_judgements.load(Ordering::Relaxed)
    }
}
