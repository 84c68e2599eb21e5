//! Read the secrets of `client_secret_jwt` from the file that the operator names (requirement S-20).

use std::ops::RangeInclusive;
use std::path::Path;

use crate::secret_file::{self, SecretFileError};
use protocol::HmacKey;

/// At least the output of HS256 (RFC 7518 section 3.2), and at most the longest `client_secret` of a request.
const LENGTH: RangeInclusive<usize> = 32..=1024;
const RULE: &str = "one secret, or two on a line each, of 32 to 1024 bytes: `grantd client new-secret` draws one";

/// Reads the secrets of a client.
pub(super) fn read(client: &str, path: &Path) -> Result<Vec<HmacKey>, SecretFileError> {
    secret_file::read(format!("the secret file of the client {client:?}"), path, RULE, |secret| {
        let is_sound = LENGTH.contains(&secret.len()) && !secret.iter().any(u8::is_ascii_control);
        is_sound.then(|| HmacKey::of_secret(secret))
    })
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
