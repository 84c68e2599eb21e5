//! The files that pages load: grantd's stylesheet and icon, and what the operator adds (`[branding]`).
//!
//! All files are read when the settings come into force. The URL of a file changes with its content, so browsers never use an old
//! copy for a new file.

mod accent;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use protocol::Digest;

const STYLESHEET: &str = include_str!("../static/style.css");
const ICON: &str = include_str!("../static/favicon.svg");

/// The largest picture, in bytes: the page waits for it.
const LARGEST_LOGO: u64 = 128 * 1024;
/// The largest extra stylesheet, in bytes: three times our own.
const LARGEST_STYLESHEET: u64 = 64 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Why a file of the operator cannot be used. Names the file, never its content.
#[derive(Debug, thiserror::Error)]
pub enum BrandingError {
    /// It cannot be read.
    #[error("{key}: {path} cannot be read", key = .0, path = .1.display())]
    Unreadable(&'static str, PathBuf, #[source] io::Error),
    /// It is too large.
    #[error("{key}: {} is larger than {most} bytes", path.display())]
    TooLarge {
        /// The setting.
        key: &'static str,
        /// Which file.
        path: PathBuf,
        /// What would fit.
        most: u64,
    },
    /// It is something else.
    #[error("{key}: {} holds no {what}", path.display())]
    Other {
        /// The setting.
        key: &'static str,
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
}

/// The files that pages load.
pub struct Branding {
    stylesheets: Vec<Asset>,
    logo: Option<Asset>,
    icon: Asset,
}

/// A file that pages load.
pub struct Asset {
    name: &'static str,
    version: String,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Branding {
    /// Makes and reads what checked settings name.
    pub fn read(settings: &settings::BrandingSettings) -> Result<Self, BrandingError> {
        let own = Asset::new("style.css", "text/css; charset=utf-8", STYLESHEET.into());
        let accent = accent::stylesheet(settings);
        let accent = accent.map(|text| Asset::new("accent.css", "text/css; charset=utf-8", text.into_bytes()));
        let extra = settings.stylesheet.as_deref().map(extra_stylesheet).transpose()?;
        Ok(Self {
            stylesheets: std::iter::once(own).chain(accent).chain(extra).collect(),
            logo: settings.logo.as_deref().map(logo).transpose()?,
            icon: Asset::new("favicon.svg", "image/svg+xml", accent::icon(ICON, settings).into_bytes()),
        })
    }

    /// The stylesheets in their order: each is laid over those before it.
    pub fn stylesheets(&self) -> impl Iterator<Item = &Asset> {
        self.stylesheets.iter()
    }

    /// The picture beside the name, if it is the operator's.
    pub fn logo(&self) -> Option<&Asset> {
        self.logo.as_ref()
    }

    /// The picture of the browser's tab.
    pub fn icon(&self) -> &Asset {
        self.logo.as_ref().unwrap_or(&self.icon)
    }

    /// The file with this name below `/static/`.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        self.stylesheets.iter().chain(&self.logo).chain([&self.icon]).find(|asset| asset.name == name)
    }
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, bytes: Vec<u8>) -> Self {
        let version = Digest::sha256(&bytes).hex()[..12].to_owned();
        Self { name, version, content_type, bytes }
    }

    /// Its path below the issuer.
    pub fn path(&self) -> String {
        format!("/static/{}?{}", self.name, self.query())
    }

    /// The query of its URL, which changes with the content.
    pub fn query(&self) -> String {
        format!("v={}", self.version)
    }
}

fn logo(path: &Path) -> Result<Asset, BrandingError> {
    let key = "branding.logo";
    let bytes = bounded(key, path, LARGEST_LOGO)?;
    if bytes.starts_with(PNG) {
        return Ok(Asset::new("logo.png", "image/png", bytes));
    }
    if !std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")) {
        return Err(BrandingError::Other { key, path: path.to_owned(), what: "SVG and no PNG" });
    }
    Ok(Asset::new("logo.svg", "image/svg+xml", bytes))
}

fn extra_stylesheet(path: &Path) -> Result<Asset, BrandingError> {
    let key = "branding.stylesheet";
    let bytes = bounded(key, path, LARGEST_STYLESHEET)?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(BrandingError::Other { key, path: path.to_owned(), what: "text in UTF-8" });
    }
    Ok(Asset::new("extra.css", "text/css; charset=utf-8", bytes))
}

fn bounded(key: &'static str, path: &Path, most: u64) -> Result<Vec<u8>, BrandingError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    let unreadable = |source| BrandingError::Unreadable(key, path.to_owned(), source);
    if read.map_err(unreadable)? as u64 > most {
        return Err(BrandingError::TooLarge { key, path: path.to_owned(), most });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Branding, LARGEST_LOGO};
    use settings::load_from;
    use std::path::Path;

    fn read(file: &str) -> Result<Branding, String> {
        let settings = load_from(Some((Path::new("g.toml"), file)), []).unwrap();
        Branding::read(&settings.branding).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_word_of_the_operator_there_is_one_stylesheet_and_our_icon() {
        let branding = read("").unwrap();
        assert_eq!(branding.stylesheets().count(), 1);
        assert!(branding.logo().is_none());
        assert!(branding.icon().path().starts_with("/static/favicon.svg?v="));
        assert!(branding.find("accent.css").is_none() && branding.find("../Cargo.toml").is_none());
    }

    #[test]
    fn a_logo_is_what_it_says_in_its_bytes_and_not_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("logo.svg");
        let file = format!("branding.logo = '{}'", picture.display());
        let refused = |bytes: &[u8]| {
            std::fs::write(&picture, bytes).unwrap();
            read(&file).err().unwrap_or_default()
        };
        assert!(read(&file).err().unwrap().ends_with("logo.svg cannot be read"));
        assert!(refused(b"<html>").ends_with("logo.svg holds no SVG and no PNG"));
        assert!(refused(&[0xff; 9]).ends_with("holds no SVG and no PNG"));
        let mut large = b"<svg>".to_vec();
        large.resize(usize::try_from(LARGEST_LOGO).unwrap(), b' ');
        assert_eq!(refused(&large), "");
        large.push(b' ');
        assert!(refused(&large).ends_with("logo.svg is larger than 131072 bytes"));

        assert_eq!(refused(b"<?xml version='1.0'?><svg/>"), "");
        let svg = read(&file).unwrap();
        assert_eq!(
            (svg.logo().unwrap().content_type, svg.icon().path()),
            ("image/svg+xml", svg.logo().unwrap().path())
        );
        // Its bytes decide, not its name: a browser would not show it under the wrong type.
        assert_eq!(refused(b"\x89PNG\r\n\x1a\nrest"), "");
        assert_eq!(read(&file).unwrap().logo().unwrap().content_type, "image/png");
        assert_ne!(
            svg.logo().unwrap().path(),
            read(&file).unwrap().logo().unwrap().path(),
            "another text, another URL"
        );
    }

    #[test]
    fn the_extra_stylesheet_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let extra = folder.path().join("extra.css");
        std::fs::write(&extra, "h1 { color: red }").unwrap();
        let file = format!("branding.accent = '#0a6b52'\nbranding.stylesheet = '{}'", extra.display());
        let paths: Vec<String> = read(&file).unwrap().stylesheets().map(super::Asset::path).collect();
        let names: Vec<&str> = paths.iter().map(|path| path.split('?').next().unwrap()).collect();
        assert_eq!(names, ["/static/style.css", "/static/accent.css", "/static/extra.css"]);
        std::fs::write(&extra, [0xff]).unwrap();
        assert!(read(&file).err().unwrap().ends_with("extra.css holds no text in UTF-8"));
    }
}
