//! Reads and makes files with secrets: the one reader for every secret that an operator keeps in a file.
//!
//! The file may be readable by its group: that is how Kubernetes mounts a secret for a process that is not root (`fsGroup`,
//! mode 0440 or 0640), and how the users of a certificate share its key. It must not be open to everybody.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The permissions of other users, neither the owner nor the group, to read or to write the file.
#[cfg(unix)]
const OTHERS: u32 = 0o006;

/// Why a file with a secret cannot be used. It names the file, and never has anything of its contents.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// It cannot be read.
    #[error("{what} {} cannot be read{}", path.display(), whose.as_deref().unwrap_or_default())]
    Unreadable {
        /// The kind of secret, such as `the root secret`.
        what: String,
        /// The file.
        path: PathBuf,
        /// Its owner, if this process may not read it.
        whose: Option<String>,
        /// The reason.
        source: io::Error,
    },
    /// All users of the machine may read or change it.
    #[error(
        "{what} {} can be read or changed by others (its mode is {mode:04o}): type `chmod o= {}`, or mount it with mode 0440, \
         and replace the secret if somebody did read it",
        path.display(),
        quoted(path)
    )]
    Exposed {
        /// The kind of secret.
        what: String,
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is larger than any such secret.
    #[error("{what} {} is larger than {longest} bytes: that is another file", path.display())]
    TooLarge {
        /// The kind of secret.
        what: String,
        /// The file.
        path: PathBuf,
        /// The greatest number of bytes that is read.
        longest: u64,
    },
}

/// Reads a file of at most `longest` bytes with the secret `what`. A symbolic link is followed, and a pipe is accepted:
/// `<(..)` of a shell belongs only to its owner.
///
/// # Errors
/// When the file cannot be read, is open to all users, or is too large.
pub fn read(what: &str, path: &Path, longest: u64) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    let unreadable = |source: io::Error| PrivateFileError::Unreadable {
        what: what.to_owned(),
        path: path.to_owned(),
        whose: (source.kind() == io::ErrorKind::PermissionDenied).then(|| whose(path)).flatten(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    // The metadata of the open file, so that it is the file that is read.
    let metadata = file.metadata().map_err(unreadable)?;
    if let Some(mode) = open_to_others(&metadata) {
        return Err(PrivateFileError::Exposed { what: what.to_owned(), path: path.to_owned(), mode });
    }
    // The full capacity at once, because a buffer that grows leaves copies behind that are not overwritten.
    let room = usize::try_from(metadata.len().min(longest) + 1).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(longest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > longest {
        return Err(PrivateFileError::TooLarge { what: what.to_owned(), path: path.to_owned(), longest });
    }
    Ok(bytes)
}

/// Makes a file that only its owner may read, unless there is one. It is written to `draft` and linked into place, so that nobody
/// reads half of it, and it is on the disk under its name when this returns.
///
/// # Errors
/// When the file cannot be made or kept.
pub fn create(path: &Path, draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let made = write(draft, bytes).and_then(|()| match fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(path),
    });
    let _ = fs::remove_file(draft);
    made
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes the name of a file to the disk: syncing the file does not.
#[cfg(unix)]
fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_of: &Path) -> io::Result<()> {
    Ok(())
}

/// The permissions, if they are open to all users.
#[cfg(unix)]
fn open_to_others(metadata: &Metadata) -> Option<u32> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
    (mode & OTHERS != 0).then_some(mode)
}

#[cfg(not(unix))]
fn open_to_others(_metadata: &Metadata) -> Option<u32> {
    None
}

/// The owner of the file, in words that follow "cannot be read".
#[cfg(unix)]
fn whose(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let of = fs::metadata(path).ok()?;
    let (uid, gid, mode) = (of.uid(), of.gid(), of.mode() & 0o7777);
    Some(format!(" by this process (it belongs to user {uid} and group {gid}, mode {mode:04o})"))
}

#[cfg(not(unix))]
fn whose(_path: &Path) -> Option<String> {
    None
}

/// The path, quoted for a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn permit(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Proves: FE-05 L-06
    #[test]
    fn a_group_may_read_a_secret_and_everybody_else_may_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a key");
        fs::write(&path, "secret").unwrap();
        for (mode, taken) in [
            (0o400, true),
            (0o600, true),
            (0o440, true),
            (0o640, true),
            (0o660, true),
            (0o604, false),
            (0o644, false),
            (0o602, false),
            (0o666, false),
        ] {
            permit(&path, mode);
            let read = read("the key", &path, 6);
            assert_eq!(read.is_ok(), taken, "{mode:o}: {read:?}");
            let Err(error) = read else { continue };
            let (said, path) = (error.to_string(), path.display());
            assert!(said.starts_with(&format!("the key {path} can be read or changed by others")), "{said}");
            assert!(said.contains(&format!("(its mode is {mode:04o})")), "{said}");
            assert!(said.contains(&format!("`chmod o= '{path}'`")), "{said}");
        }
    }

    /// Proves: FE-05: a secret is mounted by Kubernetes as a link to a link, which is replaced when the secret changes.
    #[test]
    fn a_link_is_followed_to_the_file_that_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (version, text) in [("..1", "first"), ("..2", "second")] {
            fs::create_dir(at(version)).unwrap();
            fs::write(at(version).join("key"), text).unwrap();
            permit(&at(version).join("key"), 0o440);
        }
        symlink("..1", at("..data")).unwrap();
        symlink("..data/key", at("key")).unwrap();
        assert_eq!(read("the key", &at("key"), 64).unwrap().as_slice(), b"first");
        symlink("..2", at("..next")).unwrap();
        fs::rename(at("..next"), at("..data")).unwrap();
        assert_eq!(read("the key", &at("key"), 64).unwrap().as_slice(), b"second");
        permit(&at("..2").join("key"), 0o444);
        assert!(matches!(read("the key", &at("key"), 64), Err(PrivateFileError::Exposed { mode: 0o444, .. })));
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let said = |longest| read("the key", &path, longest).map(drop).unwrap_err().to_string();
        assert_eq!(said(9), format!("the key {} cannot be read", path.display()));
        fs::write(&path, "0123456789").unwrap();
        permit(&path, 0o600);
        assert!(said(9).ends_with("is larger than 9 bytes: that is another file"));
        assert_eq!(read("the key", &path, 10).unwrap().len(), 10);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        permit(&path, 0o700);
        assert!(said(9).ends_with("cannot be read"), "a folder is no file");
    }
}
