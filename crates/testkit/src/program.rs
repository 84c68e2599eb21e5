//! The real binary in its own process: a folder to work in, a clean environment, its output line by line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use crate::cluster::is_here;
use crate::secs;

/// A running `grantd`. It is killed if the test ends first.
pub struct Program {
    child: Child,
    pub out: Lines,
    pub err: Lines,
}

/// The output of a process, line by line.
pub struct Lines(Receiver<String>);

/// The program under test: cargo puts it two folders above the tests that run.
pub fn grantd() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.ancestors().nth(2).expect("target/PROFILE/deps/TEST").join("grantd")
}

/// A program of the distribution. `/usr/sbin` is not in everybody's `PATH`.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap() + ":/usr/sbin";
    let found = path.split(':').map(|folder| Path::new(folder).join(name)).find(|program| program.exists());
    is_here(name, found)
}

/// The end of a process.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A command line in `folder`, without the environment of the test. Its temporary files are in `folder`.
fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(grantd());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GRANTD")) {
        command.env_remove(name);
    }
    command.current_dir(folder).env("TMPDIR", folder).envs(variables.iter().copied()).args(arguments);
    command
}

/// Runs a command to its end, with this standard input.
#[track_caller]
pub fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ended {
    let mut program = Program::spawn(command(folder, arguments, variables).stdin(Stdio::piped()));
    // A command that does not want the input may have ended.
    let _ = program.child.stdin.take().unwrap().write_all(input.as_bytes());
    program.ended()
}

/// Runs a command to its end whose output goes elsewhere than to the test. What went elsewhere is empty.
pub fn run_onto(folder: &Path, arguments: &[&str], out: impl Into<Stdio>, err: impl Into<Stdio>) -> Ended {
    let ended = command(folder, arguments, &[]).stdin(Stdio::null()).stdout(out).stderr(err).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: ended.status.code(), out: text(ended.stdout), err: text(ended.stderr) }
}

impl Program {
    pub fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::spawn(command(folder, arguments, variables).stdin(Stdio::null()))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Lines::of(child.stdout.take().unwrap()), Lines::of(child.stderr.take().unwrap()));
        Self { child, out, err }
    }

    /// The same, with a keyboard.
    pub fn start_typed(folder: &Path, arguments: &[&str]) -> Self {
        Self::spawn(command(folder, arguments, &[]).stdin(Stdio::piped()))
    }

    /// Types a line.
    pub fn type_line(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Sends a signal by its name: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end. If it does not come, the time limit of the lines fails the test.
    #[track_caller]
    pub fn ended(mut self) -> Ended {
        let (out, err) = (self.out.rest(), self.err.rest());
        Ended { code: self.child.wait().unwrap().code(), out, err }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Lines {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self(lines)
    }

    /// Reads up to the line that contains `part`, and gives that line.
    #[track_caller]
    pub fn find(&self, part: &str) -> String {
        self.up_to(part).pop().unwrap()
    }

    /// The same, and gives all lines up to that one.
    #[track_caller]
    pub fn up_to(&self, part: &str) -> Vec<String> {
        let mut seen = Vec::new();
        while let Ok(line) = self.0.recv_timeout(secs(60)) {
            let found = line.contains(part);
            seen.push(line);
            if found {
                return seen;
            }
        }
        panic!("no line holds {part:?}: {seen:#?}");
    }

    /// The rest, up to the end of the pipe.
    #[track_caller]
    fn rest(&self) -> String {
        let mut rest = String::new();
        loop {
            match self.0.recv_timeout(secs(60)) {
                Ok(line) => rest += &(line + "\n"),
                Err(mpsc::RecvTimeoutError::Disconnected) => return rest,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("the process does not end: {rest}"),
            }
        }
    }
}
