//! The source of random bytes: the operating system.

use rand::TryRng;
use rand::rngs::SysRng;

use protocol::Timestamp;

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);

    /// 256 bits, the size of every secret here.
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// 128 bits in hexadecimal, for identifiers that are unique and tell nothing.
    fn identifier(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        format!("{:032x}", u128::from_be_bytes(bytes))
    }

    /// The same for the name of a row: 48 bits of the time in milliseconds, then 80 random bits. Rows that are added one after
    /// the other are neighbours in an index, and a database writes fewer pages for them.
    fn row_identifier(&self, now: Timestamp) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes[6..]);
        let time = u128::from(u64::try_from(now.millis()).unwrap_or(0) & 0xffff_ffff_ffff) << 80;
        format!("{:032x}", time | u128::from_be_bytes(bytes))
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without it.
    fn fill(&self, bytes: &mut [u8]) {
        SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::{Entropy, SystemEntropy};
    use protocol::Timestamp;

    #[test]
    fn names_of_rows_are_in_the_order_of_time_and_never_the_same() {
        let at = |millis| SystemEntropy.row_identifier(Timestamp::from_millis(millis));
        let (first, same, next, late) = (at(5), at(5), at(6), at(0xffff_ffff_ffff));
        assert!(first != same && first < next && same < next && next < late, "{first} {same} {next} {late}");
        assert_eq!((first.len(), &first[..12]), (32, "000000000005"));
        assert_eq!(at(-1).len(), 32);
    }
}
