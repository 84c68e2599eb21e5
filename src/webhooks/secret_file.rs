//! What does a receiver share with this server? The secrets of a webhook, in a file of the operator's.

use std::path::{Path, PathBuf};

use private_file::PrivateFileError;
use protocol::WebhookSecret;

/// Far more than two secrets are long.
const LONGEST_FILE: u64 = 4096;

/// Why a file of secrets cannot be used. Names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It does not hold one secret, or two while one replaces the other.
    #[error(
        "the secret file of the webhook {webhook:?} {} must hold \"whsec_\" and 24 to 64 bytes in base64, or two such lines",
        path.display()
    )]
    Malformed {
        /// Whose.
        webhook: String,
        /// Which.
        path: PathBuf,
    },
}

/// Reads the secrets of a webhook.
///
/// # Errors
/// When the file is missing, exposed or malformed.
pub(super) fn read(webhook: &str, path: &Path) -> Result<Vec<WebhookSecret>, SecretFileError> {
    let (webhook, path) = (webhook.to_owned(), path.to_owned());
    let what = format!("the secret file of the webhook {webhook:?}");
    let text = private_file::read(&what, &path, LONGEST_FILE)?;
    let lines =
        std::str::from_utf8(&text).unwrap_or_default().lines().map(str::trim_end).filter(|line| !line.is_empty());
    let secrets: Option<Vec<WebhookSecret>> = lines.map(WebhookSecret::parse).collect();
    let some = secrets.filter(|secrets| (1..=2).contains(&secrets.len()));
    some.ok_or(SecretFileError::Malformed { webhook, path })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Proves: L-06 FE-05: a secret that others can read is refused.
    #[test]
    fn one_secret_is_read_or_two_from_a_file_of_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let (one, two) = (WebhookSecret::derived(&[1; 32]), WebhookSecret::derived(&[2; 32]));
        let (one, two) = (one.reveal(), two.reveal());
        let (one, two) = (one.as_str(), two.as_str());
        for (content, mode, expected) in [
            (one.to_owned(), 0o600, Some(1)),
            (format!("{one}\r\n{two}\n"), 0o400, Some(2)),
            (format!("{one}\n{two}\n{one}\n"), 0o600, None),
            (format!("{one}\nwhsec_short\n"), 0o600, None),
            (String::new(), 0o600, None),
            (one.to_owned(), 0o640, Some(1)),
            (one.to_owned(), 0o440, Some(1)),
            (one.to_owned(), 0o604, None),
        ] {
            let _ = fs::remove_file(&path);
            fs::write(&path, &content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = read("mailer", &path);
            assert_eq!(read.as_ref().ok().map(Vec::len), expected, "{content:?} {mode:o}");
            assert!(read.err().is_none_or(|error| !error.to_string().contains(one)), "{content:?}");
        }
    }
}
