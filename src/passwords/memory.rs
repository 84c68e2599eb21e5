//! The memory for hashing: a buffer for each hash that runs. Buffers are used again, and freed when they are idle.

use argon2::Block;
use parking_lot::Mutex;

use crate::passwords::error::PasswordsError;

/// The smallest capacity of a buffer, in blocks of 1 KiB. glibc returns freed memory to the system at once only if its
/// size is above a threshold. The threshold grows with what is freed, up to 32 MiB, and smaller pieces may stay with
/// the process for ever. So every buffer is larger than that. Capacity that no hash writes to takes no memory.
const LEAST_ROOM: usize = 33 * 1024;

/// The idle buffers.
#[derive(Default)]
pub(super) struct HashBuffers(Mutex<BufferPool>);

#[derive(Default)]
struct BufferPool {
    /// The last one was used last, and is taken first.
    idle: Vec<Vec<Block>>,
    /// How many buffers at the front were not taken since the last call of [`HashBuffers::give_back_unused`].
    unused: usize,
}

impl HashBuffers {
    /// A buffer of at least so many blocks. It contains remains of another hash.
    pub(super) fn take(&self, blocks: usize) -> Result<Vec<Block>, PasswordsError> {
        let mut buffer = self.0.lock().take();
        if buffer.capacity() < blocks {
            // The small buffer is freed before the large one is allocated.
            buffer = Vec::new();
            buffer.try_reserve_exact(blocks.max(LEAST_ROOM)).map_err(|error| PasswordsError(error.to_string()))?;
        }
        if buffer.len() < blocks {
            buffer.resize(blocks, Block::new());
        }
        Ok(buffer)
    }

    /// Keeps a buffer for the next hash.
    pub(super) fn keep(&self, buffer: Vec<Block>) {
        self.0.lock().idle.push(buffer);
    }

    /// Frees the buffers that were not taken since the last call.
    pub(super) fn give_back_unused(&self) {
        let unused: Vec<Vec<Block>> = {
            let mut pool = self.0.lock();
            let unused = pool.unused;
            let unused = pool.idle.drain(..unused).collect();
            pool.unused = pool.idle.len();
            unused
        };
        // After the lock, so that a hash that begins now does not wait for the system.
        drop(unused);
    }

    /// How much memory the idle buffers hold, in KiB.
    pub(super) fn kept_kib(&self) -> usize {
        self.0.lock().idle.iter().map(Vec::len).sum()
    }
}

impl BufferPool {
    fn take(&mut self) -> Vec<Block> {
        let buffer = self.idle.pop().unwrap_or_default();
        self.unused = self.unused.min(self.idle.len());
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: FA-01: what was not needed between two calls goes, what was needed stays.
    #[test]
    fn buffers_are_used_again_and_given_back_when_they_rest() {
        let memory = HashBuffers::default();
        let buffers: Vec<_> = (0..3).map(|_| memory.take(64).unwrap()).collect();
        assert!(buffers.iter().all(|buffer| buffer.capacity() >= LEAST_ROOM && buffer.len() == 64));
        for buffer in buffers {
            memory.keep(buffer);
        }
        assert_eq!(memory.kept_kib(), 3 * 64);
        memory.give_back_unused();
        assert_eq!(memory.kept_kib(), 3 * 64, "they were used since the call before");
        let one = memory.take(64).unwrap();
        assert_eq!(memory.kept_kib(), 2 * 64);
        memory.keep(one);
        memory.give_back_unused();
        assert_eq!(memory.kept_kib(), 64, "two rested");
        let larger = memory.take(LEAST_ROOM + 1).unwrap();
        assert_eq!((memory.kept_kib(), larger.len()), (0, LEAST_ROOM + 1));
        memory.keep(larger);
        memory.give_back_unused();
        memory.give_back_unused();
        assert_eq!(memory.kept_kib(), 0);
    }
}
