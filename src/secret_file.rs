//! Read the file in which an operator keeps the secret that a client or a webhook shares with the server.

use std::path::{Path, PathBuf};

use private_file::PrivateFileError;

/// More than two secrets, their ends and some empty lines take.
const LONGEST: u64 = 4096;

/// Why a file of secrets cannot be used. Names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It does not hold one secret, or two while one replaces the other.
    #[error("{what} {} must hold {rule}", path.display())]
    Malformed {
        /// Whose file it is.
        what: String,
        /// Where it is.
        path: PathBuf,
        /// What it should hold.
        rule: &'static str,
    },
}

/// Reads a file of one secret, or of two on a line each while one replaces the other.
pub(crate) fn read<T>(
    what: String,
    path: &Path,
    rule: &'static str,
    parse: impl Fn(&[u8]) -> Option<T>,
) -> Result<Vec<T>, SecretFileError> {
    let text = private_file::read(&what, path, LONGEST)?;
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    match lines.map(parse).collect::<Option<Vec<T>>>() {
        Some(secrets) if (1..=2).contains(&secrets.len()) => Ok(secrets),
        _ => Err(SecretFileError::Malformed { what, path: path.to_owned(), rule }),
    }
}
