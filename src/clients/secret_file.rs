//! What does a client share with this server? The secrets of `client_secret_jwt`, in a file of the operator's and nowhere
//! else (requirement S-20).

use std::path::{Path, PathBuf};

use private_file::PrivateFileError;
use protocol::HmacKey;

/// RFC 7518 section 3.2: at least as long as what HS256 gives.
const SHORTEST: usize = 32;
/// As long as `client_secret` may be elsewhere.
const LONGEST: usize = 1024;
/// Two of them, their ends and some empty lines.
const LONGEST_FILE: u64 = 4096;

/// Why a file of secrets cannot be used. Names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It does not hold one secret, or two while one replaces the other.
    #[error(
        "the secret file of the client {client:?} {} must hold one secret, or two on a line each, of {SHORTEST} to \
         {LONGEST} bytes: `grantd client new-secret` draws one",
        path.display()
    )]
    Malformed {
        /// Whose.
        client: String,
        /// Which.
        path: PathBuf,
    },
}

/// Reads the secrets of a client.
///
/// # Errors
/// When the file is missing, exposed or malformed.
pub(super) fn read(client: &str, path: &Path) -> Result<Vec<HmacKey>, SecretFileError> {
    let (client, path) = (client.to_owned(), path.to_owned());
    let what = format!("the secret file of the client {client:?}");
    let text = private_file::read(&what, &path, LONGEST_FILE)?;
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    let secrets: Vec<&[u8]> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let sound =
        |secret: &&[u8]| (SHORTEST..=LONGEST).contains(&secret.len()) && !secret.iter().any(u8::is_ascii_control);
    if !(1..=2).contains(&secrets.len()) || !secrets.iter().all(sound) {
        return Err(SecretFileError::Malformed { client, path });
    }
    Ok(secrets.into_iter().map(HmacKey::of_secret).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn read_of(content: &str, mode: u32) -> Result<usize, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        read("hub", &path).map(|secrets| secrets.len()).map_err(|error| error.to_string())
    }

    /// Proves: S-20
    #[test]
    fn one_long_secret_is_read_or_two() {
        let (long, short) = ("x".repeat(32), "x".repeat(31));
        for (content, secrets) in [
            (long.clone(), Some(1)),
            (format!("{long}\n"), Some(1)),
            (format!("{long}\r\n{long}y\r\n"), Some(2)),
            (format!("{long}\n{long}\n{long}\n"), None),
            (format!("{long}\n{short}\n"), None),
            (short.clone(), None),
            ("x".repeat(1025), None),
            (format!("{long}\t{long}"), None),
            (String::new(), None),
        ] {
            let read = read_of(&content, 0o600);
            assert_eq!(read.as_ref().ok().copied(), secrets, "{content:?}: {read:?}");
            assert!(read.err().is_none_or(|said| !said.contains("xxx") && said.contains("\"hub\"")));
        }
    }

    /// Proves: S-20 L-06 FE-05
    #[test]
    fn a_secret_that_others_can_read_is_refused_and_one_of_its_group_is_not() {
        let long = "x".repeat(32);
        for mode in [0o400, 0o440, 0o640] {
            assert_eq!(read_of(&long, mode), Ok(1), "{mode:o}");
        }
        for mode in [0o604, 0o602, 0o644] {
            let said = read_of(&long, mode).unwrap_err();
            assert!(said.contains("of the client \"hub\"") && said.contains("by others"), "{mode:o}: {said}");
        }
    }
}
