//! Write log lines on a thread of their own, so that a slow reader blocks nothing.
//!
//! A full pipe blocks its writer, and the threads that answer requests must not block. So they add lines to a queue of bounded
//! size; lines that do not fit are dropped and counted, and the count is written in their place. The crate `tracing-appender` is
//! not used: it bounds its queue by lines and not by bytes, and does not write that lines are missing.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// The most bytes that wait to be written. A reader may pause for as long as it takes to log this much.
const MOST_BYTES: usize = 1024 * 1024;
/// What a line takes in the queue beside its text.
const OVERHEAD: usize = 64;
/// How long to wait where writing would block and the operating system does not wait by itself.
const FULL: Duration = Duration::from_millis(20);

/// The lines that wait to be written. All clones share one queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Arc<SharedQueue>);

#[derive(Debug, Default)]
struct SharedQueue {
    queue: Mutex<Queue>,
    added: Condvar,
    written: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    entries: VecDeque<QueueEntry>,
    /// The size of the lines that wait, and of the line that is being written.
    bytes: usize,
    /// How many lines did not fit since the last one that did.
    dropped: u64,
    /// There was no room. Half of the queue must be free again first: one gap is better than many.
    is_full: bool,
    is_writing: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum QueueEntry {
    Line(Vec<u8>),
    /// This many lines are missing here.
    Missing(u64),
}

impl Lines {
    /// Begins to write to `out` on a thread of its own. `told` makes the line that says how many are missing.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        told: impl Fn(u64) -> Vec<u8> + Send + 'static,
    ) -> io::Result<Self> {
        let lines = Self::default();
        let writing = lines.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || writing.write_all(out, told))?;
        Ok(lines)
    }

    /// Adds a line, or drops it when too many wait.
    pub(super) fn add(&self, line: &[u8]) {
        let mut queue = self.0.queue.lock();
        let size = line.len() + OVERHEAD;
        let most = if queue.is_full { MOST_BYTES / 2 } else { MOST_BYTES };
        queue.is_full = queue.bytes + size > most;
        if queue.is_full {
            queue.dropped += 1;
            return;
        }
        if queue.dropped > 0 {
            let missing = QueueEntry::Missing(std::mem::take(&mut queue.dropped));
            queue.entries.push_back(missing);
        }
        queue.bytes += size;
        queue.entries.push_back(QueueEntry::Line(line.to_vec()));
        drop(queue);
        self.0.added.notify_one();
    }

    /// Waits until all is written, for `longest` at most.
    pub(super) fn flush(&self, longest: Duration) {
        let waits = |queue: &mut Queue| queue.is_writing || !queue.entries.is_empty() || queue.dropped > 0;
        self.0.written.wait_while_for(&mut self.0.queue.lock(), waits, longest);
    }

    /// The line that waits, for callers without a thread.
    pub(super) fn take_first(&self) -> Option<Vec<u8>> {
        match self.0.queue.lock().entries.pop_front()? {
            QueueEntry::Line(line) => Some(line),
            QueueEntry::Missing(_) => None,
        }
    }

    fn write_all(&self, mut out: impl Write, told: impl Fn(u64) -> Vec<u8>) {
        let mut missing = 0;
        loop {
            let entry = self.next();
            let size = match &entry {
                QueueEntry::Line(line) => line.len() + OVERHEAD,
                QueueEntry::Missing(_) => 0,
            };
            if let QueueEntry::Missing(more) = entry {
                missing += more;
            }
            if missing > 0 && write_line(&mut out, &told(missing)).is_ok() {
                missing = 0;
            }
            if let QueueEntry::Line(line) = &entry
                && (missing > 0 || write_line(&mut out, line).is_err())
            {
                missing += 1;
            }
            let mut queue = self.0.queue.lock();
            queue.bytes -= size;
            queue.is_writing = false;
            drop(queue);
            self.0.written.notify_all();
        }
    }

    /// Waits for the next entry. If lines are missing at the end of the queue, the entry after the last one says so.
    fn next(&self) -> QueueEntry {
        let nothing = |queue: &mut Queue| queue.entries.is_empty() && queue.dropped == 0;
        let mut queue = self.0.queue.lock();
        self.0.added.wait_while(&mut queue, nothing);
        queue.is_writing = true;
        match queue.entries.pop_front() {
            Some(entry) => entry,
            None => QueueEntry::Missing(std::mem::take(&mut queue.dropped)),
        }
    }
}

/// Each call is a line, as the layer of `tracing_subscriber` writes.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Writes a whole line, also to a pipe that another process made non-blocking.
fn write_line(out: &mut impl Write, mut line: &[u8]) -> io::Result<()> {
    while !line.is_empty() {
        match out.write(line) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => line = &line[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                #[expect(clippy::disallowed_methods, reason = "a thread of its own waits for a reader, in real time")]
                thread::sleep(FULL);
            }
            Err(error) => return Err(error),
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, Sender};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Takes a line whenever it is let: like a pipe of which somebody reads. Without a reader it fails, as a full disk does.
    struct Pipe {
        turns: Receiver<io::Result<()>>,
        lines: Sender<String>,
    }

    impl Write for Pipe {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.turns.recv().unwrap_or(Ok(()))?;
            let _ = self.lines.send(String::from_utf8(line.to_vec()).unwrap());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn stalled() -> (Lines, Sender<io::Result<()>>, Receiver<String>) {
        let (turn, turns) = mpsc::channel();
        let (lines, read) = mpsc::channel();
        let told = |missing| format!("{missing} missing").into_bytes();
        (Lines::start(Pipe { turns, lines }, told).unwrap(), turn, read)
    }

    /// Proves: FE-06
    #[test]
    fn whoever_adds_a_line_never_waits_and_what_is_missing_is_counted_in_its_place() {
        let (lines, turn, read) = stalled();
        let text = "x".repeat(1024 - OVERHEAD);
        let fit = MOST_BYTES / 1024;
        for number in 0..fit + 7 {
            let line = format!("{number:08}{}", &text[8..]);
            lines.add(line.as_bytes());
        }
        // Half of the lines are read, so that there is room again.
        for number in 0..fit / 2 + 2 {
            turn.send(Ok(())).unwrap();
            assert_eq!(read.recv().unwrap()[..8], format!("{number:08}"));
        }
        lines.add(b"after");
        drop(turn);
        lines.flush(LONG);
        let rest: Vec<String> = read.try_iter().collect();
        let [.., last, missing, after] = rest.as_slice() else { panic!("{} lines", rest.len()) };
        assert_eq!(last[..8], format!("{:08}", fit - 1));
        assert_eq!((missing.as_str(), after.as_str()), ("7 missing", "after"));
        assert_eq!(lines.0.queue.lock().bytes, 0);
    }

    /// Proves: FE-06
    #[test]
    fn lines_that_cannot_be_written_are_counted_and_told_later() {
        let (lines, turn, read) = stalled();
        for _ in 0..3 {
            turn.send(Err(io::ErrorKind::StorageFull.into())).unwrap();
        }
        for line in ["one", "two", "three"] {
            lines.add(line.as_bytes());
        }
        lines.flush(LONG);
        turn.send(Err(io::ErrorKind::WouldBlock.into())).unwrap();
        drop(turn);
        lines.add(b"four");
        lines.flush(LONG);
        assert_eq!(read.try_iter().collect::<Vec<_>>(), ["3 missing", "four"]);
    }

    #[test]
    fn what_is_flushed_is_written_unless_nobody_reads() {
        let (lines, turn, read) = stalled();
        lines.add(b"one");
        lines.flush(Duration::from_millis(1));
        assert!(read.try_recv().is_err(), "nobody reads, and nobody waits for that");
        turn.send(Ok(())).unwrap();
        lines.flush(LONG);
        assert_eq!(read.try_recv().as_deref(), Ok("one"));
    }
}
