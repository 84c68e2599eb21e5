//! TLS of the server itself: the certificate of `[tls]` (requirement L-06, RFC 9325).
//!
//! Often a machine renews a certificate without a signal: an ACME client replaces the files, or Kubernetes replaces a secret behind
//! a link. So the files can be read again while the server runs.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use private_file::PrivateFileError;
use protocol::Digest;
use settings::Tls;

/// Far more bytes than a long chain of certificates has.
const LONGEST_FILE: u64 = 1 << 20;

/// Why a certificate cannot be used. Names the files, never their contents.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of the certificate cannot be read.
    #[error("tls.cert: {} cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// The file of the key cannot be used.
    #[error(transparent)]
    Key(#[from] PrivateFileError),
    /// It is too large for a certificate.
    #[error("tls.cert: {} is larger than {LONGEST_FILE} bytes: that is no certificate", .0.display())]
    TooLarge(PathBuf),
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
    #[error("tls: the certificate {} does not belong to the key {}", .0.cert.display(), .0.key.display())]
    Mismatch(CertificateFiles),
    /// The library refuses one of them.
    #[error("tls: the certificate {} and the key {} cannot be used", .0.cert.display(), .0.key.display())]
    Unusable(CertificateFiles, #[source] rustls::Error),
}

/// The certificate that clients get, and its key, as their files were at the last reading.
pub struct Certificate {
    files: CertificateFiles,
    shown: Arc<CurrentKey>,
    acceptor: TlsAcceptor,
    /// The digest of the files at the last reading, or of the reason why they could not be read.
    found: Mutex<Digest>,
}

/// The files of a certificate and its key.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    cert: PathBuf,
    key: PathBuf,
}

/// What handshakes use from now on.
#[derive(Debug)]
struct CurrentKey(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for CurrentKey {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read()))
    }
}

impl Certificate {
    /// Reads the certificate and its key; `None` where a proxy speaks TLS.
    pub fn read(settings: &Tls) -> Result<Option<Self>, TlsError> {
        let (Some(cert), Some(key)) = (&settings.cert, &settings.key) else { return Ok(None) };
        let files = CertificateFiles { cert: cert.clone(), key: key.clone() };
        let contents = files.contents()?;
        let shown = Arc::new(CurrentKey(RwLock::new(files.certified(&contents)?)));
        // TLS 1.2 and 1.3, and only suites with forward secrecy: rustls knows no others (RFC 9325 section 4.1).
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| files.unusable(error))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<CurrentKey>::clone(&shown));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let found = Mutex::new(contents.digest());
        Ok(Some(Self { files, shown, acceptor: TlsAcceptor::from(Arc::new(config)), found }))
    }

    /// Accepts new connections.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Reads the files again; `None` when they have not changed. Files that cannot be used change nothing.
    ///
    /// # Errors
    /// [`TlsError`], once for each change of the files.
    pub fn look_again(&self) -> Option<Result<(), TlsError>> {
        let contents = self.files.contents();
        let found = match &contents {
            Ok(contents) => contents.digest(),
            Err(error) => Digest::sha256(error.to_string().as_bytes()),
        };
        let mut before = self.found.lock();
        if found.same_as(&before) {
            return None;
        }
        *before = found;
        let certified = contents.and_then(|contents| self.files.certified(&contents));
        Some(certified.map(|certified| *self.shown.0.write() = certified))
    }
}

/// What is in the two files.
struct PemTexts {
    cert: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl PemTexts {
    fn digest(&self) -> Digest {
        let each = [Digest::sha256(&self.cert), Digest::sha256(&self.key)];
        Digest::sha256(&each.each_ref().map(Digest::as_bytes).concat())
    }
}

impl CertificateFiles {
    fn contents(&self) -> Result<PemTexts, TlsError> {
        Ok(PemTexts { cert: public_file(&self.cert)?, key: private_file::read("tls.key:", &self.key, LONGEST_FILE)? })
    }

    fn certified(&self, contents: &PemTexts) -> Result<Arc<CertifiedKey>, TlsError> {
        let (chain, key) = (chain(&self.cert, &contents.cert)?, private_key(&self.key, &contents.key)?);
        match CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()) {
            Ok(certified) => Ok(Arc::new(certified)),
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                Err(TlsError::Mismatch(self.clone()))
            }
            Err(other) => Err(self.unusable(other)),
        }
    }

    fn unusable(&self, source: rustls::Error) -> TlsError {
        TlsError::Unusable(self.clone(), source)
    }
}

fn public_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable(path.to_owned(), source);
    let mut text = Vec::new();
    File::open(path).map_err(unreadable)?.take(LONGEST_FILE + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(TlsError::TooLarge(path.to_owned()));
    }
    Ok(text)
}

fn chain(path: &Path, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let not_pem = |source| TlsError::NotPem { key: "tls.cert", path: path.to_owned(), what: "certificate", source };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let chain = chain.map_err(|error| not_pem(Some(error)))?;
    if chain.is_empty() { Err(not_pem(None)) } else { Ok(chain) }
}

fn private_key(path: &Path, text: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| TlsError::NotPem {
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
    use std::fs;
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
        Certificate::read(&Tls { cert: file(cert), key: file(key) }).err()
    }

    /// Proves: L-06.
    #[test]
    fn a_certificate_and_its_key_are_taken_and_nothing_else_is() {
        let folder = folder();
        assert!(refusal(&folder, "cert.pem", "key.pem").is_none());
        assert!(Certificate::read(&Tls { cert: None, key: None }).unwrap().is_none());
        for (cert, key, said) in [
            ("cert.pem", "other.pem", "cert.pem does not belong to the key DIR/other.pem"),
            ("key.pem", "key.pem", "tls.cert: DIR/key.pem holds no certificate in PEM"),
            ("empty.pem", "key.pem", "tls.cert: DIR/empty.pem holds no certificate in PEM"),
            ("cert.pem", "cert.pem", "tls.key: DIR/cert.pem holds no private key in PEM"),
            ("cert.pem", "none.pem", "tls.key: DIR/none.pem cannot be read"),
            ("none.pem", "key.pem", "tls.cert: DIR/none.pem cannot be read"),
        ] {
            let refused = refusal(&folder, cert, key).unwrap().to_string();
            let refused = refused.replace(&folder.path().display().to_string(), "DIR");
            assert!(refused.contains(said), "{refused}");
        }
        assert!(refusal(&folder, "cert.pem", "empty.pem").unwrap().source().is_some());
    }

    /// Proves: FE-08
    #[test]
    fn files_that_changed_are_used_or_refused_once() {
        let (folder, renewed) = (folder(), folder());
        let file = |name: &str| folder.path().join(name);
        let settings = Tls { cert: Some(file("cert.pem")), key: Some(file("key.pem")) };
        let certificate = Certificate::read(&settings).unwrap().unwrap();
        let shown = || certificate.shown.0.read().cert[0].as_ref().to_vec();
        let old = shown();
        assert!(certificate.look_again().is_none());
        // As long as half of the pair is written, and while a file is away, nothing changes.
        fs::copy(renewed.path().join("cert.pem"), file("cert.pem")).unwrap();
        assert!(matches!(certificate.look_again(), Some(Err(TlsError::Mismatch { .. }))));
        assert!(certificate.look_again().is_none(), "told once");
        fs::remove_file(file("key.pem")).unwrap();
        assert!(matches!(certificate.look_again(), Some(Err(TlsError::Key(_)))));
        assert!(certificate.look_again().is_none() && shown() == old);
        fs::copy(renewed.path().join("key.pem"), file("key.pem")).unwrap();
        assert!(matches!(certificate.look_again(), Some(Ok(()))));
        assert!(certificate.look_again().is_none() && shown() != old);
    }

    #[test]
    fn a_key_that_everybody_can_read_is_refused() {
        let folder = folder();
        permit(&folder, "key.pem", 0o644);
        assert!(matches!(
            refusal(&folder, "cert.pem", "key.pem"),
            Some(TlsError::Key(PrivateFileError::Exposed { .. }))
        ));
    }
}
