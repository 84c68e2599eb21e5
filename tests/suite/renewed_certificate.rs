//! A certificate is renewed, and nobody sends a signal.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use settings::Tls;

use crate::reload::shown;
use testkit::{Server, eventually, secs};

/// A folder with a certificate of its own and its key; gives the certificate.
fn certified(folder: &Path) -> Vec<u8> {
    fs::create_dir_all(folder).unwrap();
    let made = rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    write(&folder.join("tls.key"), &made.signing_key.serialize_pem());
    write(&folder.join("tls.crt"), &made.cert.pem());
    made.cert.der().to_vec()
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
}

async fn serving(folder: PathBuf) -> Server {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let change = |settings: &mut settings::Settings| {
        settings.tls = Tls { cert: Some(folder.join("tls.crt")), key: Some(folder.join("tls.key")) };
    };
    Server::with(change).await
}

/// A minute passes, and then this certificate is shown.
async fn will_show(server: &Server, certificate: &[u8]) {
    eventually(async || {
        server.clock.advance(secs(60));
        shown(server.address).await == certificate
    })
    .await;
}

/// Proves: FE-08: a machine that renews a certificate in its place need not send a signal, and half of it does no harm.
#[tokio::test]
async fn a_certificate_renewed_in_its_place_is_shown_within_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let first = certified(folder.path());
    let server = serving(folder.path().to_owned()).await;
    assert_eq!(shown(server.address).await, first);
    let second = certified(folder.path());
    assert_eq!(shown(server.address).await, first, "not before anybody looked");
    will_show(&server, &second).await;

    // A certificate without its key, and half of a file.
    let key = fs::read_to_string(folder.path().join("tls.key")).unwrap();
    let third = certified(folder.path());
    let renewed = fs::read_to_string(folder.path().join("tls.key")).unwrap();
    for half in [key.as_str(), &renewed[..renewed.len() / 2], ""] {
        write(&folder.path().join("tls.key"), half);
        for _ in 0..3 {
            server.clock.advance(secs(60));
            assert_eq!(shown(server.address).await, second);
        }
    }
    write(&folder.path().join("tls.key"), &renewed);
    will_show(&server, &third).await;
}

/// Proves: FE-08: a secret of Kubernetes is a folder behind a link, and a renewed one is another folder.
#[tokio::test]
async fn a_certificate_behind_a_link_is_followed_to_where_the_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (first, second) = (certified(&at("..2026_11_21")), certified(&at("..2027_02_11")));
    symlink("..2026_11_21", at("..data")).unwrap();
    for name in ["tls.crt", "tls.key"] {
        symlink(Path::new("..data").join(name), at(name)).unwrap();
    }
    let server = serving(folder.path().to_owned()).await;
    assert_eq!(shown(server.address).await, first);
    symlink("..2027_02_11", at("..data_tmp")).unwrap();
    fs::rename(at("..data_tmp"), at("..data")).unwrap();
    will_show(&server, &second).await;
}
