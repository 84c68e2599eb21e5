//! Reads the secret of a client from a file. It is never an argument, because other users of the machine can read those.

use std::path::Path;

use private_file::PrivateFileError;
use protocol::Secret;

/// The longest secret that grantd accepts as a server.
const LONGEST: u64 = 1024;

/// Reads the one line of a private file, or of a pipe: `<(..)` of a shell belongs only to its owner.
pub(super) fn read(path: &Path) -> anyhow::Result<Secret> {
    let named = path.display();
    let malformed = || anyhow::anyhow!("the client secret {named} is not one line of at most {LONGEST} bytes");
    // Two more bytes: the line may have an end.
    let bytes = match private_file::read("the client secret", path, LONGEST + 2) {
        Err(PrivateFileError::TooLarge { .. }) => return Err(malformed()),
        read => read?,
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let secret = text.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!secret.is_empty(), "the client secret {named} is empty");
    if secret.len() as u64 > LONGEST || secret.contains(char::is_control) {
        return Err(malformed());
    }
    Ok(Secret::presented(secret))
}

#[cfg(test)]
mod tests {
    use std::fs;
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::read;

    fn file(content: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        (folder, path)
    }

    #[test]
    fn the_line_is_the_secret_without_its_end() {
        for content in ["s e:cret", "s e:cret\n", "s e:cret\r\n"] {
            let (_folder, path) = file(content);
            assert_eq!(read(&path).unwrap().reveal(), "s e:cret");
        }
        let longest = "x".repeat(1024);
        let (_folder, path) = file(&format!("{longest}\r\n"));
        assert_eq!(read(&path).unwrap().reveal(), longest);
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_repeated() {
        for (content, reason) in [
            ("", "is empty"),
            ("\n\n", "is empty"),
            ("hunter2\nhunter3\n", "is not one line of at most 1024 bytes"),
            (&"x".repeat(1025), "is not one line of at most 1024 bytes"),
        ] {
            let (_folder, path) = file(content);
            let error = read(&path).map(|_| ()).unwrap_err().to_string();
            assert_eq!(error, format!("the client secret {} {reason}", path.display()));
        }
    }

    /// Proves: FE-05
    #[cfg(unix)]
    #[test]
    fn a_secret_that_everybody_can_read_is_refused() {
        let (_folder, path) = file("hunter2\n");
        for (mode, readable) in [(0o400, true), (0o640, true), (0o644, false), (0o602, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).is_ok(), readable, "{mode:o}");
        }
    }
}
