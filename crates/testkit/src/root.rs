//! Resources that need root: a separate network, a small disk. Tests with them run as root, or by `sudo -n`.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// Whether programs can be run as root. If not, it says so, or fails if everything was required.
pub fn is_available() -> bool {
    let known = is_root()
        || Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status().is_ok_and(|ended| ended.success());
    if !known {
        let required = std::env::var("GRANTD_TEST_REQUIRE_ALL").is_ok_and(|all| all == "1");
        assert!(!required, "this test takes root or sudo without a password, and everything is required");
        eprintln!("SKIPPED: this test takes root or sudo without a password");
    }
    known
}

/// Whether this process is root.
pub fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| Command::new("id").arg("-u").output().is_ok_and(|said| said.stdout == b"0\n"))
}

/// A program that will run as root.
pub fn program(arguments: &[&str]) -> Command {
    let words: Vec<&str> = if is_root() { arguments.to_vec() } else { [&["sudo", "-n", "--"], arguments].concat() };
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// Runs a program as root, which must succeed.
#[track_caller]
pub fn run(arguments: &[&str]) {
    let ended = program(arguments).output().unwrap();
    assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

/// A file system of a few megabytes, which is unmounted after the test.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `None` with a message if there is no root.
    pub fn mount(megabytes: u32) -> Option<Self> {
        if !is_available() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m,mode=0777");
        run(&["mount", "-t", "tmpfs", "-o", &size, "tmpfs", folder.path().to_str().unwrap()]);
        Some(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it completely.
    pub fn fill(&self) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        while std::io::Write::write_all(&mut filler, &[0; 4096]).is_ok() {}
    }

    /// Frees the space again.
    pub fn clear(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> std::path::PathBuf {
        self.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a server that is ending may have a file open.
        drop(program(&["umount", "--lazy", self.path().to_str().unwrap()]).output());
    }
}

/// A separate network whose cable can be cut: then packets are dropped silently, in both directions.
pub struct Network {
    pub name: String,
    /// The address of the server inside it.
    pub address: Ipv4Addr,
}

impl Network {
    /// `None` with a message if there is no root. One for each process, named after its id.
    pub fn lay() -> Option<Self> {
        if !is_available() {
            return None;
        }
        let process = std::process::id();
        let block = process % 0x4000 * 4;
        let at = |host: u32| Ipv4Addr::from_bits(Ipv4Addr::new(10, 222, 0, 0).to_bits() + block + host);
        let name = format!("grantd-{process}");
        let (here, there) = (format!("gr{process}a"), format!("gr{process}b"));
        let (near, far) = (format!("{}/30", at(1)), format!("{}/30", at(2)));
        run(&["ip", "netns", "add", &name]);
        let network = Self { name, address: at(2) };
        run(&["ip", "link", "add", &here, "type", "veth", "peer", "name", &there, "netns", &network.name]);
        run(&["ip", "address", "add", &near, "dev", &here]);
        run(&["ip", "link", "set", &here, "up"]);
        for inside in [
            ["address", "add", &far, "dev", &there].as_slice(),
            &["link", "set", &there, "up"],
            &["link", "set", "lo", "up"],
        ] {
            network.run(&[&["ip"], inside].concat());
        }
        Some(network)
    }

    /// Runs a program in it, which must succeed.
    pub fn run(&self, arguments: &[&str]) {
        run(&[&["ip", "netns", "exec", &self.name], arguments].concat());
    }

    pub fn cut(&self) {
        for way in ["INPUT", "OUTPUT"] {
            self.run(&["iptables", "-A", way, "-p", "tcp", "-j", "DROP"]);
        }
    }

    pub fn mend(&self) {
        self.run(&["iptables", "-F"]);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // The cable goes with it.
        drop(program(&["ip", "netns", "delete", &self.name]).output());
    }
}
