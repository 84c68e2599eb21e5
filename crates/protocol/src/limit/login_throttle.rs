//! The delay of logins, which grows with consecutive failures (NIST SP 800-63B-4 section 3.2.2).

use std::time::Duration;

/// The delay after `failures` consecutive failures: none for the first `free`, then 1 s, doubled each time up to
/// `longest`.
pub fn delay_after(failures: u32, free: u32, longest: Duration) -> Duration {
    let Some(over) = failures.checked_sub(free) else { return Duration::ZERO };
    Duration::from_secs(1_u64.checked_shl(over).unwrap_or(u64::MAX)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_the_fifth_failure_to_a_quarter_of_an_hour() {
        let longest = Duration::from_secs(900);
        let delays: Vec<u64> = (0..20).map(|failures| delay_after(failures, 5, longest).as_secs()).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
        assert_eq!(delay_after(u32::MAX, 5, longest), longest);
    }
}
