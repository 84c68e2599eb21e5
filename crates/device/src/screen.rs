//! The display of the device: the code and the page for it, then the progress, then who signed in.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crate::authorization::DeviceAuthorization;
use crate::large_letters::large_letters;
use crate::pacer::PollState;
use crate::printable::printable;
use crate::qr::qr;
use crate::signed_in::SignedIn;

/// Moves to the start of the line and clears it.
const REWRITE: &str = "\r\x1b[K";
const USUAL_COLUMNS: u16 = 80;

/// The output of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A terminal that obeys escape sequences, with its width.
    Terminal {
        /// Cells in a line.
        columns: u16,
        /// Whether it may be coloured.
        has_colours: bool,
    },
    /// A file, a pipe or a log.
    Plain,
}

/// The device's display.
#[derive(Debug)]
pub struct Screen<W: Write> {
    out: W,
    surface: Surface,
    shown: PollState,
    in_live_line: bool,
    is_typed_on: bool,
}

impl<W: Write + IsTerminal> Screen<W> {
    /// A screen on standard output or standard error. It has no colours if the variable `NO_COLOR` says so.
    pub fn on(out: W) -> Self {
        let surface = if out.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb") {
            let columns = terminal_size::terminal_size().map_or(USUAL_COLUMNS, |(width, _)| width.0);
            Surface::Terminal { columns, has_colours: may_colour(env::var_os("NO_COLOR").as_deref()) }
        } else {
            Surface::Plain
        };
        Self::new(out, surface)
    }
}

impl<W: Write> Screen<W> {
    /// A screen on anything.
    pub fn new(out: W, surface: Surface) -> Self {
        Self { out, surface, shown: PollState::Pending, in_live_line: false, is_typed_on: false }
    }

    /// Whether the last line is rewritten in place. It is not while a person types on it.
    pub fn is_live(&self) -> bool {
        self.surface != Surface::Plain && !self.is_typed_on
    }

    /// Shows the page to open and the code to type. A small terminal keeps only the end, so the page comes last again.
    pub fn introduce(&mut self, authorization: &DeviceAuthorization) -> io::Result<()> {
        let (columns, has_colours) = match self.surface {
            Surface::Terminal { columns, has_colours } => (usize::from(columns), has_colours),
            Surface::Plain => (usize::from(USUAL_COLUMNS), false),
        };
        let uri = printable(&authorization.verification_uri);
        let code = printable(&authorization.user_code);
        writeln!(self.out, "\nTo sign in, open this page on a phone or a computer:\n\n  {uri}\n")?;
        let complete = authorization.verification_uri_complete.as_deref().map(printable);
        if let Some(lines) = complete.and_then(|uri| qr(&uri, columns.saturating_sub(2), has_colours)) {
            writeln!(self.out, "or scan this and compare the code that you see:\n")?;
            self.indented(&lines)?;
        }
        writeln!(self.out, "The code is {code}\n")?;
        if self.is_live()
            && let Some(lines) = large_letters(&code, columns.saturating_sub(2))
        {
            self.indented(&lines)?;
        }
        if let Some(number) = authorization.match_number.as_deref().map(printable) {
            writeln!(self.out, "The number is {number}: pick it when the page asks which number you see here\n")?;
        }
        if authorization.wants_pin {
            writeln!(self.out, "Once you have approved, the page shows a PIN: type it here and press Enter\n")?;
            self.is_typed_on = true;
        }
        writeln!(self.out, "waiting for you at {uri}")?;
        self.out.flush()
    }

    /// Says that a PIN was wrong, and how many tries are left.
    pub fn wrong_pin(&mut self, tries_left: Option<u64>) -> io::Result<()> {
        self.clear_progress()?;
        match tries_left {
            Some(1) => writeln!(self.out, "that PIN is wrong: there is one more try")?,
            Some(left) => writeln!(self.out, "that PIN is wrong: there are {left} more tries")?,
            None => writeln!(self.out, "that PIN is wrong: type it again")?,
        }
        self.out.flush()
    }

    fn indented(&mut self, lines: &[String]) -> io::Result<()> {
        for line in lines {
            writeln!(self.out, "  {line}")?;
        }
        writeln!(self.out)
    }

    /// Shows the answer to the last poll and the time that is left: in place on a terminal, elsewhere a line for each change.
    pub fn progress(&mut self, state: PollState, left: Duration) -> io::Result<()> {
        let line = format!("{} left, {}", minutes(left), words(state));
        match self.surface {
            Surface::Terminal { columns, .. } if !self.is_typed_on => {
                // A full line would wrap, and a wrapped line cannot be rewritten.
                let line: String = line.chars().take(usize::from(columns).saturating_sub(1)).collect();
                write!(self.out, "{REWRITE}{line}")?;
                self.in_live_line = true;
            }
            _ if state == self.shown => {}
            _ => writeln!(self.out, "{line}")?,
        }
        self.shown = state;
        self.out.flush()
    }

    /// Clears the live line.
    pub fn clear_progress(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_live_line) {
            write!(self.out, "{REWRITE}")?;
        }
        self.out.flush()
    }

    /// Shows who signed in, and with what.
    pub fn welcome(&mut self, signed_in: &SignedIn) -> io::Result<()> {
        self.clear_progress()?;
        writeln!(self.out, "\nsigned in as {}", printable(signed_in.name().unwrap_or("somebody unnamed")))?;
        for (title, claims) in [("id_token, verified", &signed_in.claims), ("userinfo", &signed_in.userinfo)] {
            let Some(claims) = claims else { continue };
            writeln!(self.out, "{title}:")?;
            for (claim, value) in claims {
                writeln!(self.out, "  {}: {}", printable(claim), printable(&value.to_string()))?;
            }
        }
        if let Some(scope) = &signed_in.scope {
            writeln!(self.out, "scope: {}", printable(scope))?;
        }
        let refresh = if signed_in.tokens.refresh_token.is_some() { "yes" } else { "no" };
        writeln!(self.out, "refresh token: {refresh}")?;
        self.out.flush()
    }
}

impl<W: Write> Drop for Screen<W> {
    /// The next writer, such as a shell after Ctrl-C, starts on a new line.
    fn drop(&mut self) {
        if self.in_live_line {
            let _ = writeln!(self.out);
        }
    }
}

/// The value of `NO_COLOR` does not matter, unless it is empty.
fn may_colour(no_color: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty)
}

fn minutes(left: Duration) -> String {
    // Rounded up, so that 00:00 means the end.
    let seconds = left.as_millis().div_ceil(1000);
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

fn words(state: PollState) -> &'static str {
    match state {
        PollState::Pending => "waiting",
        PollState::SlowDown => "told to slow down",
        PollState::Unanswered => "the server does not answer, trying again",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DeviceAuthorization, OsStr, PollState, Screen, Surface};
    use protocol::Secret;

    const TERMINAL: Surface = of_columns(80);

    const fn of_columns(columns: u16) -> Surface {
        Surface::Terminal { columns, has_colours: true }
    }

    fn authorization() -> DeviceAuthorization {
        DeviceAuthorization {
            device_code: Secret::presented("d-secret"),
            user_code: "WDJB-MJHT".to_owned(),
            verification_uri: "https://login.example/device".to_owned(),
            verification_uri_complete: Some("https://login.example/device?user_code=WDJB-MJHT".to_owned()),
            expires_in: Duration::from_mins(10),
            interval: Duration::from_secs(5),
            match_number: None,
            wants_pin: false,
            verifier: None,
        }
    }

    fn written(surface: Surface, write: impl FnOnce(&mut Screen<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        write(&mut Screen::new(&mut bytes, surface));
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_introduction_ends_with_where_it_waits() {
        for surface in [TERMINAL, Surface::Plain, of_columns(20)] {
            let shown = written(surface, |screen| screen.introduce(&authorization()).unwrap());
            assert_eq!(shown.lines().last(), Some("waiting for you at https://login.example/device"));
            assert!(shown.contains("WDJB-MJHT"));
            assert!(!shown.contains("d-secret"));
        }
    }

    #[test]
    fn a_terminal_gets_large_letters_and_colours_and_a_file_neither() {
        let live = written(TERMINAL, |screen| screen.introduce(&authorization()).unwrap());
        assert!(live.contains("\n  ██   ██ ▀██▀█▄"), "{live}");
        assert!(live.contains("\x1b[38;5;16;48;5;231m"));
        let plain = written(Surface::Plain, |screen| screen.introduce(&authorization()).unwrap());
        assert!(!plain.contains('\x1b'));
        assert!(!plain.contains("██   ██ ▀██▀█▄"));
        assert!(plain.contains("████"), "the QR code is there all the same");
    }

    /// Proves: FD-10: `NO_COLOR` takes the colours, and leaves what a terminal can do.
    #[test]
    fn a_terminal_without_colours_has_large_letters_and_a_live_line_all_the_same() {
        let shown = written(Surface::Terminal { columns: 80, has_colours: false }, |screen| {
            screen.introduce(&authorization()).unwrap();
            screen.progress(PollState::Pending, Duration::from_mins(10)).unwrap();
        });
        assert!(shown.contains("\n  ██   ██ ▀██▀█▄") && shown.contains("\r\x1b[K10:00 left"), "{shown}");
        assert!(!shown.contains("\x1b[3") && !shown.contains("\x1b[0m"), "{shown:?}");
        assert!(shown.contains("████"), "the QR code is drawn in the letters' colour");
        for (no_color, may) in [(None, true), (Some(""), true), (Some("1"), false), (Some("0"), false)] {
            assert_eq!(super::may_colour(no_color.map(OsStr::new)), may, "{no_color:?}");
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for columns in [30, 50, 74, 80] {
            let shown = written(of_columns(columns), |screen| screen.introduce(&authorization()).unwrap());
            for line in shown.lines().filter(|line| line.contains(['█', '▀', '▄'])) {
                let cells = line.replace("\x1b[38;5;16;48;5;231m", "").replace("\x1b[0m", "").chars().count();
                assert!(cells <= usize::from(columns), "{cells} of {columns}");
            }
        }
    }

    #[test]
    fn what_has_to_be_carried_between_the_screens_is_said_before_the_waiting() {
        let asking =
            DeviceAuthorization { match_number: Some("47\u{1b}[2J".to_owned()), wants_pin: true, ..authorization() };
        for surface in [TERMINAL, Surface::Plain] {
            let shown = written(surface, |screen| {
                screen.introduce(&asking).unwrap();
                screen.progress(PollState::Pending, Duration::from_mins(9)).unwrap();
                screen.wrong_pin(Some(4)).unwrap();
                screen.wrong_pin(Some(1)).unwrap();
            });
            for said in ["The number is 47[2J: pick it", "the page shows a PIN: type it here and press Enter"] {
                assert!(shown.contains(said), "{shown}");
            }
            let end = "/device\nthat PIN is wrong: there are 4 more tries\nthat PIN is wrong: there is one more try\n";
            assert!(shown.ends_with(end), "nothing is written over what is being typed: {shown:?}");
        }
        let usual = written(TERMINAL, |screen| screen.introduce(&authorization()).unwrap());
        assert!(!usual.contains("PIN") && !usual.contains("The number is"), "{usual}");
    }

    #[test]
    fn a_hostile_server_cannot_write_on_the_terminal() {
        let hostile = DeviceAuthorization {
            user_code: "\u{1b}[2JEVIL\u{7}".to_owned(),
            verification_uri: "https://login.example/\u{1b}]0;owned\u{7}\r\n".to_owned(),
            verification_uri_complete: None,
            ..authorization()
        };
        let shown = written(Surface::Plain, |screen| screen.introduce(&hostile).unwrap());
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
        assert_eq!(shown.lines().last(), Some("waiting for you at https://login.example/]0;owned"));
    }

    #[test]
    fn the_live_line_is_rewritten_in_place_and_closed_at_the_end() {
        let shown = written(TERMINAL, |screen| {
            screen.progress(PollState::Pending, Duration::from_mins(10)).unwrap();
            screen.progress(PollState::SlowDown, Duration::from_millis(598_001)).unwrap();
        });
        assert_eq!(shown, "\r\x1b[K10:00 left, waiting\r\x1b[K09:59 left, told to slow down\n");
    }

    #[test]
    fn a_narrow_live_line_does_not_wrap() {
        let shown = written(of_columns(20), |screen| {
            screen.progress(PollState::Unanswered, Duration::from_secs(9)).unwrap();
        });
        assert_eq!(shown, "\r\x1b[K00:09 left, the ser\n");
    }

    #[test]
    fn a_file_gets_one_line_for_each_change() {
        let shown = written(Surface::Plain, |screen| {
            for state in [PollState::Pending, PollState::Unanswered, PollState::Unanswered, PollState::Pending] {
                screen.progress(state, Duration::from_mins(1)).unwrap();
            }
        });
        assert_eq!(shown, "01:00 left, the server does not answer, trying again\n01:00 left, waiting\n");
    }
}
