//! The real program in its own process, for what needs a process: signals, files, an end.

use crate::program::grantd;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::{Database, Device, Ended, eventually, run, secs};

/// The daemon, as an operator runs it.
pub struct Daemon {
    process: Child,
    lines: mpsc::UnboundedReceiver<String>,
    pub address: SocketAddr,
    pub config: PathBuf,
    pub database: Arc<Database>,
}

impl Daemon {
    /// Starts on a free port, with a configuration of a fixed part and the part that a test changes.
    pub async fn start(changing: &str) -> Self {
        Self::start_as(changing, |config| command("serve", config)).await
    }

    /// The same, with variables in its environment.
    pub async fn start_with(changing: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_as(changing, |config| {
            let mut command = command("serve", config);
            command.envs(variables.iter().copied());
            command
        })
        .await
    }

    /// The same, with a limit on open files.
    pub async fn start_with_files(files: u32) -> Self {
        let limited = |config: &Path| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"]).env_clear();
            shell.args([grantd().as_os_str(), "serve".as_ref(), "--config".as_ref(), config.as_os_str()]);
            shell
        };
        Self::start_as("", limited).await
    }

    async fn start_as(changing: &str, command: impl FnOnce(&Path) -> Command) -> Self {
        Self::start_on(Arc::new(Database::fresh().await), changing, command).await
    }

    /// Another one on the same database, as it is after a crash or beside the first.
    pub async fn start_on(database: Arc<Database>, changing: &str, command: impl FnOnce(&Path) -> Command) -> Self {
        let mut daemon = Self::begin_on(database, changing, command);
        daemon.says("listening").await;
        daemon
    }

    /// The same, for a database that may come later.
    pub fn begin_on(database: Arc<Database>, changing: &str, command: impl FnOnce(&Path) -> Command) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let own = database.folder.path().join(address.port().to_string());
        fs::create_dir(&own).unwrap();
        let config = own.join("grantd.toml");
        fs::write(&config, Self::text(&database, address, changing)).unwrap();
        let mut process = command(&config).stderr(Stdio::piped()).spawn().unwrap();
        let (said, lines) = mpsc::unbounded_channel();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).all(|line| said.send(line).is_ok()));
        Self { process, lines, address, config, database }
    }

    fn text(database: &Database, address: SocketAddr, changing: &str) -> String {
        let (url, root) = (&database.url, database.folder.path().join("root.key"));
        format!(
            "issuer = 'https://login.example.test'\nlisten.address = '{address}'\ndatabase.url = '{url}'\n\
             secrets.root_file = '{}'\nproxies.trusted = ['127.0.0.1/32']\nlog.format = 'json'\n{changing}",
            root.display()
        )
    }

    /// Waits for a line of the log.
    pub async fn says(&mut self, text: &str) -> String {
        self.says_all_until(text).await.pop().unwrap()
    }

    /// Waits for a line of the log, and gives all lines since the last one that was waited for, that line included.
    pub async fn says_all_until(&mut self, text: &str) -> Vec<String> {
        let wanted = async {
            let mut lines = Vec::new();
            loop {
                let line = self.lines.recv().await;
                let line = line.unwrap_or_else(|| panic!("it ended without saying {text:?}: {lines:#?}"));
                let found = line.contains(text);
                lines.push(line);
                if found {
                    return lines;
                }
            }
        };
        timeout(secs(60), wanted).await.unwrap_or_else(|_| panic!("it never says {text:?}"))
    }

    /// Changes the file, sends SIGHUP, and waits for the line of the log about it.
    pub async fn reload(&mut self, changing: &str, text: &str) -> String {
        fs::write(&self.config, Self::text(&self.database, self.address, changing)).unwrap();
        self.signal("-HUP");
        self.says(text).await
    }

    /// The memory of the process, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a signal, such as `-HUP`.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.process.id().to_string()]).status().unwrap().success());
    }

    /// Runs another command on the same configuration, in its own process beside this one.
    pub async fn beside(&self, arguments: &[&str], input: &str) -> Ended {
        let (folder, config) = (self.database.folder.path().to_owned(), self.config.display().to_string());
        let arguments: Vec<String> =
            arguments.iter().map(ToString::to_string).chain(["--config".into(), config]).collect();
        let input = input.to_owned();
        let command = move || run(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[], &input);
        tokio::task::spawn_blocking(command).await.unwrap()
    }

    /// Asks it to end, and gives the rest of its log.
    pub async fn last_words(mut self) -> Vec<String> {
        assert!(self.stop());
        let mut lines = Vec::new();
        while let Some(line) = self.lines.recv().await {
            lines.push(line);
        }
        lines
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to end. Whether it ended well.
    pub fn stop(&mut self) -> bool {
        self.signal("-TERM");
        self.process.wait().unwrap().success()
    }

    /// Whether it ends well in the time that everything may take.
    pub async fn ends(&mut self) -> bool {
        eventually(async || self.process.try_wait().unwrap().is_some()).await;
        self.process.wait().unwrap().success()
    }

    /// The device of a public client.
    pub fn device(&self, client_id: &str) -> Device {
        Device::new(self.address, client_id)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program with a command, and no environment.
pub fn command(name: &str, config: &Path) -> Command {
    let mut command = Command::new(grantd());
    command.arg(name).arg("--config").arg(config).env_clear();
    command
}
