//! Does this server speak TLS itself, and with which certificate? `[tls]`, requirement L-06, RFC 9325.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem;
use rustls::pki_types::pem::PemObject;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::settings::Tls;

/// Why a certificate cannot be used. Names the files, never what is in them.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("tls: {} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Everybody may read the key.
    #[error("tls.key: {} can be read by everybody: chmod 600 it, and replace the key if somebody did", .0.display())]
    Exposed(PathBuf),
    /// It is not PEM, or holds something else.
    #[error("{key}: {} holds no {what} in PEM", path.display())]
    NotPem {
        /// The setting.
        key: &'static str,
        /// Which file.
        path: PathBuf,
        /// What is missing in it.
        what: &'static str,
        /// Why.
        source: Option<pem::Error>,
    },
    /// Two files of two certificates.
    #[error("tls: the certificate {} does not belong to the key {}", cert.display(), key.display())]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The library refuses one of them.
    #[error("tls: the certificate {} and the key {} cannot be used", cert.display(), key.display())]
    Unusable {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
}

/// Reads the certificate and its key; `None` where a proxy speaks TLS.
///
/// # Errors
/// [`TlsError`], which names the files.
pub fn acceptor(settings: &Tls) -> Result<Option<TlsAcceptor>, TlsError> {
    let (Some(cert), Some(key)) = (&settings.cert, &settings.key) else { return Ok(None) };
    let unusable = |source| TlsError::Unusable { cert: cert.clone(), key: key.clone(), source };
    // TLS 1.2 and 1.3, and only suites with forward secrecy: rustls knows no others (RFC 9325 section 4.1).
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain(cert)?, private_key(key)?)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch) => {
                TlsError::Mismatch { cert: cert.clone(), key: key.clone() }
            }
            other => unusable(other),
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let not_pem = |source| TlsError::NotPem { key: "tls.cert", path: path.to_owned(), what: "certificate", source };
    let text = fs::read(path).map_err(|source| TlsError::Unreadable { path: path.to_owned(), source })?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.map_err(|error| not_pem(Some(error)))?;
    if chain.is_empty() { Err(not_pem(None)) } else { Ok(chain) }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { path: path.to_owned(), source };
    // The group may read it: that is how a certificate's tool and its users share a key, and how Kubernetes mounts one.
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).map_err(unreadable)?.permissions()) & 0o007 != 0 {
        return Err(TlsError::Exposed(path.to_owned()));
    }
    let text = Zeroizing::new(fs::read(path).map_err(unreadable)?);
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| TlsError::NotPem {
        key: "tls.key",
        path: path.to_owned(),
        what: "private key",
        source: Some(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;
    use tempfile::TempDir;

    /// A folder with a certificate and its key, and another key.
    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other = rcgen::KeyPair::generate().unwrap();
        for (name, text) in [
            ("cert.pem", made.cert.pem()),
            ("key.pem", made.signing_key.serialize_pem()),
            ("other.pem", other.serialize_pem()),
            ("empty.pem", String::new()),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
            permit(&folder, name, 0o640);
        }
        folder
    }

    fn permit(folder: &TempDir, name: &str, mode: u32) {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(folder.path().join(name), permissions).unwrap();
    }

    fn refusal(folder: &TempDir, cert: &str, key: &str) -> Option<TlsError> {
        let file = |name| Some(folder.path().join(name));
        acceptor(&Tls { cert: file(cert), key: file(key) }).err()
    }

    /// Proves: L-06.
    #[test]
    fn a_certificate_and_its_key_are_taken_and_nothing_else_is() {
        let folder = folder();
        assert!(refusal(&folder, "cert.pem", "key.pem").is_none());
        assert!(acceptor(&Tls { cert: None, key: None }).unwrap().is_none());
        for (cert, key, said) in [
            ("cert.pem", "other.pem", "cert.pem does not belong to the key DIR/other.pem"),
            ("key.pem", "key.pem", "tls.cert: DIR/key.pem holds no certificate in PEM"),
            ("empty.pem", "key.pem", "tls.cert: DIR/empty.pem holds no certificate in PEM"),
            ("cert.pem", "cert.pem", "tls.key: DIR/cert.pem holds no private key in PEM"),
            ("cert.pem", "none.pem", "tls: DIR/none.pem cannot be read"),
            ("none.pem", "key.pem", "tls: DIR/none.pem cannot be read"),
        ] {
            let refused = refusal(&folder, cert, key).unwrap().to_string();
            let refused = refused.replace(&folder.path().display().to_string(), "DIR");
            assert!(refused.contains(said), "{refused}");
        }
        assert!(refusal(&folder, "cert.pem", "empty.pem").unwrap().source().is_some());
    }

    #[test]
    fn a_key_that_everybody_can_read_is_refused() {
        let folder = folder();
        permit(&folder, "key.pem", 0o644);
        assert!(matches!(refusal(&folder, "cert.pem", "key.pem"), Some(TlsError::Exposed(_))));
    }
}
