//! Reports work whose amount an answer must not depend on, so that tests can count it: a stopwatch is not exact.

/// Work that is done alike for what is right, what is wrong and what does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A client secret was compared, or an assertion verified.
    ClientSecret,
    /// A hash was computed to verify a password.
    PasswordHash,
    /// A new password was judged by more than its length.
    PasswordJudgement,
}

/// Is told of work when it is done.
pub trait Observer: Send + Sync {
    /// One piece of work was done.
    fn observe(&self, work: Work);
}

/// Observes nothing, as in every server that serves.
impl Observer for () {
    fn observe(&self, _: Work) {}
}
