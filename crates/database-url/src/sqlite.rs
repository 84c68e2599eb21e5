//! Checks a `sqlite:` URL: it may have the parameters that SQLite's driver knows, but for those that forbid writing.

use super::{UnfitUrl, escape};

const KNOWN: &str = "mode, cache, vfs";

/// Judges what follows `sqlite:`.
pub(super) fn check(rest: &str) -> Result<(), UnfitUrl> {
    let (file, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut in_memory = false;
    for (name, value) in escape::pairs(query) {
        match (name, value) {
            ("mode", "rw" | "rwc") | ("cache", "private" | "shared") | ("vfs", _) => {}
            ("mode", "memory") => in_memory = true,
            ("mode", _) => return Err(UnfitUrl::Value { name: "mode", expected: "rw, rwc or memory: grantd writes" }),
            ("cache", _) => return Err(UnfitUrl::Value { name: "cache", expected: "private or shared" }),
            _ => return Err(super::unknown(name, KNOWN)),
        }
    }
    if escape::read(file)?.trim_matches('/').is_empty() && !in_memory {
        return Err(UnfitUrl::NoFile);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{UnfitUrl, check};

    #[test]
    fn a_file_that_cannot_be_written_is_refused() {
        for sound in ["/var/grantd.db", "///var/grantd.db?mode=rwc", "//data/grantd.db", ":memory:", "?mode=memory"] {
            assert_eq!(check(sound), Ok(()), "{sound}");
        }
        assert_eq!(check("//"), Err(UnfitUrl::NoFile));
        assert!(matches!(check("file?mode=ro"), Err(UnfitUrl::Value { name: "mode", .. })));
        assert!(matches!(check("file?immutable=1"), Err(UnfitUrl::Unknown { .. })));
        assert_eq!(check("file%zz"), Err(UnfitUrl::Escape));
    }
}
