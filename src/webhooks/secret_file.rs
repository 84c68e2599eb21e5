//! Read the secrets of a webhook from the file that the operator names.

use std::path::Path;

use crate::secret_file::{self, SecretFileError};
use protocol::WebhookSecret;

const RULE: &str = "\"whsec_\" and 24 to 64 bytes in base64, or two such lines";

/// Reads the secrets of a webhook.
pub(super) fn read(webhook: &str, path: &Path) -> Result<Vec<WebhookSecret>, SecretFileError> {
    secret_file::read(format!("the secret file of the webhook {webhook:?}"), path, RULE, |secret| {
        WebhookSecret::parse(std::str::from_utf8(secret).ok()?.trim_end())
    })
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
