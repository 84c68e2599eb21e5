//! `grantd audit`: audits any server that supports the device grant (RFC 8628), with requests that devices and people make.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use crate::cli::output::{self, OutputError};
use crate::cli::{INTERRUPTED, asked_to_stop, misuse, secret_file};
use crate::telemetry::chain;
use auditor::{Account, Client, Clients, Decision, Outcome, Person, Plan, Prompt, Report, Verdict, rows};

const EXIT_CODES: &str = "\
Exit codes:
  0    no row failed
  1    a row failed
  2    the arguments are wrong, or there is no server to audit; no row was tried
  130  interrupted

Only a demand of an RFC (MUST) can fail a row. A lesser fault is a note; --strict makes it a failure.";
const USUAL_COLUMNS: usize = 100;

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct AuditOptions {
    /// The issuer, letter for letter as the server names itself. Its endpoints are found by discovery.
    #[arg(long, value_name = "URL", required_unless_present = "list", default_value = "", hide_default_value = true)]
    issuer: String,
    /// The client that signs in. It has to be registered for the device grant.
    #[arg(long, value_name = "ID", required_unless_present = "list", default_value = "", hide_default_value = true)]
    client_id: String,
    /// A file with its secret, if it has one (mode 0600).
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Another client with the device grant, to test that clients are kept apart. Best a client with a secret, if the first
    /// has none.
    #[arg(long, value_name = "ID")]
    other_client_id: Option<String>,
    /// A file with the other client's secret.
    #[arg(long, value_name = "FILE", requires = "other_client_id")]
    other_client_secret_file: Option<PathBuf>,
    /// A public client that may not use the device grant.
    #[arg(long, value_name = "ID")]
    bare_client_id: Option<String>,
    /// The scopes to request, separated by spaces. Default: the server decides.
    #[arg(long)]
    scope: Option<String>,
    /// Who decides on the pages. Default: `http` if a user is named, otherwise nobody, and rows that need a decision are
    /// skipped.
    #[arg(long, value_enum)]
    approve: Option<Approve>,
    /// The program for `--approve command`. It is called with the verification URI, the user code and "approve" or
    /// "deny", and exits 0 when that is done.
    #[arg(long, value_name = "PROGRAM")]
    approve_command: Option<PathBuf>,
    /// Who logs in on the pages, for `--approve http`.
    #[arg(long, value_name = "NAME", requires = "password_file")]
    user: Option<String>,
    /// A file with their password (mode 0600).
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// Try only these rows.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these rows out.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    skip: Vec<String>,
    /// Fail a row also for faults that would be notes.
    #[arg(long)]
    strict: bool,
    /// The longest time that a row waits for a code to expire, or for a limit on requests to pass.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
    /// How many rows are tried at once.
    #[arg(long, value_name = "N", default_value_t = 8)]
    jobs: usize,
    /// Write the report as JSON; `-` is standard output, without the table.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a page in Markdown, to be published: what passes and what is not supported. Its heading is the name of the file.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// List the rows without trying them.
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Approve {
    /// This program fills in the server's forms, by the names of their fields.
    Http,
    /// A program of yours decides.
    Command,
    /// You decide, in a browser.
    Browser,
}

pub(super) fn run(options: &AuditOptions) -> anyhow::Result<ExitCode> {
    if options.list {
        list()?;
        return Ok(ExitCode::SUCCESS);
    }
    let plan = plan(options).map_err(|error| misuse(chain(error.as_ref())))?;
    let mut bar = ProgressBar::on(&io::stderr());
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(async {
        tokio::select! {
            audited = auditor::audit(plan, |outcome, all| bar.advance(outcome, all)) => Some(audited),
            () = asked_to_stop() => None,
        }
    });
    bar.clear();
    // Without waiting: a prompt may still wait for Enter.
    runtime.shutdown_background();
    match ended {
        None => Ok(ExitCode::from(INTERRUPTED)),
        Some(Err(error)) => Err(misuse(chain(&error))),
        Some(Ok(report)) => {
            written(options, &report)?;
            Ok(if report.count(Verdict::Fail) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn plan(options: &AuditOptions) -> anyhow::Result<Plan> {
    let client = |id: &str, file: Option<&Path>| -> anyhow::Result<Client> {
        Ok(Client { id: id.to_owned(), secret: file.map(secret_file::read).transpose()? })
    };
    let other = options.other_client_id.as_deref();
    let other = other.map(|id| client(id, options.other_client_secret_file.as_deref())).transpose()?;
    let without_grant = options.bare_client_id.as_deref().map(|id| client(id, None)).transpose()?;
    let person = person(options)?;
    Ok(Plan {
        issuer: options.issuer.clone(),
        clients: Clients {
            main: client(&options.client_id, options.client_secret_file.as_deref())?,
            other,
            without_grant,
        },
        scope: options.scope.clone(),
        only: options.only.clone(),
        skip: options.skip.clone(),
        strict: options.strict,
        patience: Duration::from_secs(options.patience),
        // A person does one thing after the other, and codes must not expire meanwhile.
        jobs: if matches!(person, Person::Interactive(_)) { 1 } else { options.jobs },
        person,
    })
}

fn person(options: &AuditOptions) -> anyhow::Result<Person> {
    let by_default = options.user.as_ref().map(|_| Approve::Http);
    let by_default = by_default.or(options.approve_command.as_ref().map(|_| Approve::Command));
    Ok(match options.approve.or(by_default) {
        None => Person::Nobody,
        Some(Approve::Browser) => Person::interactive(Terminal),
        Some(Approve::Command) => Person::Command(
            options.approve_command.clone().context("--approve command needs --approve-command PROGRAM")?,
        ),
        Some(Approve::Http) => {
            let needs = "--approve http needs --user NAME and --password-file FILE";
            let user = options.user.as_deref().context(needs)?;
            let file = options.password_file.as_deref().context(needs)?;
            Person::Http(Account::new(user, secret_file::read(file)?))
        }
    })
}

fn written(options: &AuditOptions, report: &Report) -> anyhow::Result<()> {
    let to_file = |path: &Path, text: &str| {
        fs::write(path, text).with_context(|| format!("the report cannot be written to {}", path.display()))
    };
    let json_to_stdout = options.json.as_deref() == Some(Path::new("-"));
    let shown = if json_to_stdout {
        output::line(format_args!("{:#}", report.json()))
    } else {
        let columns = terminal_size::terminal_size().map_or(USUAL_COLUMNS, |(width, _)| usize::from(width.0));
        if let Some(path) = &options.json {
            to_file(path, &format!("{:#}\n", report.json()))?;
        }
        output::text(&report.table(columns))
    };
    if let Some(path) = &options.junit {
        to_file(path, &report.junit())?;
    }
    if let Some(path) = &options.markdown {
        let named = path.file_stem().unwrap_or_default().to_string_lossy();
        to_file(path, &report.markdown(&named))?;
    }
    match shown {
        // The exit code is that of the audit, also for who reads only its first lines.
        Ok(()) | Err(OutputError::Closed) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn list() -> Result<(), OutputError> {
    for row in rows() {
        output::line(format_args!("{}  ({})", row.id, row.section))?;
        for (label, expected) in [("must", row.must), ("better", row.good)] {
            if !expected.is_empty() {
                output::line(format_args!("    {label}: {expected}"))?;
            }
        }
    }
    Ok(())
}

/// Asks the person at this terminal, who has a browser.
struct Terminal;

impl Prompt for Terminal {
    fn ask(&self, uri: &str, user_code: &str, decision: Decision) -> bool {
        let (uri, code) = (device::printable(uri), device::printable(user_code));
        let decision = decision.name().to_uppercase();
        output::remark(format_args!("\nOpen {uri}\nType {code}, and {decision}. Then press Enter here."));
        io::stdin().lock().read_line(&mut String::new()).is_ok_and(|read| read > 0)
    }
}

/// The progress, on one line of a terminal; nothing elsewhere.
struct ProgressBar {
    is_live: bool,
    done: usize,
    failed: usize,
}

impl ProgressBar {
    const WIDTH: usize = 24;

    fn on(surface: &impl IsTerminal) -> Self {
        Self { is_live: surface.is_terminal(), done: 0, failed: 0 }
    }

    fn advance(&mut self, outcome: &Outcome, all: usize) {
        self.done += 1;
        self.failed += usize::from(outcome.verdict == Verdict::Fail);
        let full = Self::WIDTH * self.done / all.max(1);
        let (full, empty) = ("#".repeat(full), ".".repeat(Self::WIDTH - full));
        let failed = if self.failed == 0 { String::new() } else { format!(", {} failed", self.failed) };
        self.draw(&format!("[{full}{empty}] {} of {all}{failed}  {}", self.done, outcome.row.id));
    }

    fn clear(&self) {
        self.draw("");
    }

    /// Nobody can be told that a terminal takes no more.
    fn draw(&self, bar: &str) {
        if self.is_live {
            let _ = write!(io::stderr(), "\r\x1b[K{bar}");
        }
    }
}
