//! The lines of standard input, read on a thread of their own while a command does something else.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, OnceLock};

use device::{Keypad, printable};

/// Longer than any PIN with all that people type between its digits.
const LONGEST: usize = 64;

/// The lines of standard input. Nothing is read before the first is needed: the input may be for another program.
#[derive(Default)]
pub(super) struct TypedLines(OnceLock<Mutex<Receiver<String>>>);

impl Keypad for TypedLines {
    fn typed(&self) -> Option<String> {
        let lines = self.0.get_or_init(|| Mutex::new(listen()));
        lines.lock().ok()?.try_recv().ok()
    }
}

/// The thread ends with its input or with the process, which does not wait for it.
fn listen() -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            // An arrow key leaves an escape sequence, which no server accepts.
            let line: String = printable(line.trim()).chars().take(LONGEST).collect();
            if !line.is_empty() && sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
