//! A QR code of an address, drawn by the page itself (ISO/IEC 18004), to open the page on a phone.
//!
//! The address never has a user code in it: a person who scans it must read the code on the device and type it.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

/// The width of the light border that readers need, in modules.
const QUIET_ZONE: usize = 4;

/// A QR code as one path of an SVG: black on white, one unit a module, quiet zone included.
#[derive(Clone)]
pub struct QrCode {
    side: usize,
    path: String,
}

impl QrCode {
    /// The code of a text; `None` when it is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for y in 0..code.size {
            let mut x = 0;
            while x < code.size {
                let dark = (x..code.size).take_while(|x| code[y][*x].value()).count();
                if dark > 0 {
                    write!(path, "M{} {}h{dark}v1h-{dark}z", x + QUIET_ZONE, y + QUIET_ZONE).ok()?;
                }
                x += dark.max(1);
            }
        }
        Some(Self { side: code.size + 2 * QUIET_ZONE, path })
    }

    /// The width and the height.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The dark modules.
    pub fn path(&self) -> &str {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::{QUIET_ZONE, QrCode};
    use fast_qr::{ECL, QRBuilder};
    use std::collections::HashSet;

    /// What a path of `M x y h n v1 h-n z` covers.
    fn covered(path: &str) -> HashSet<(usize, usize)> {
        let mut modules = HashSet::new();
        for run in path.split('M').skip(1) {
            let (place, width) = run.strip_suffix('z').unwrap().split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (width, back) = width.split_once("v1h-").unwrap();
            assert_eq!(width, back, "{run} is no rectangle");
            let (x, y, width): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), width.parse().unwrap());
            modules.extend((x..x + width).map(|x| (x, y)));
        }
        modules
    }

    #[test]
    fn the_picture_has_every_dark_module_and_a_quiet_zone() {
        for text in ["https://login.example.com/device", "http://localhost:8080/realms/home/device"] {
            let (drawn, code) = (QrCode::of(text).unwrap(), QRBuilder::new(text).ecl(ECL::M).build().unwrap());
            let of_code = (0..code.size).flat_map(|y| (0..code.size).map(move |x| (x, y)));
            let dark = of_code.filter(|(x, y)| code[*y][*x].value());
            let expected: HashSet<_> = dark.map(|(x, y)| (x + QUIET_ZONE, y + QUIET_ZONE)).collect();
            assert_eq!(covered(drawn.path()), expected, "{text}");
            assert_eq!(drawn.side(), code.size + 8);
            // The corner that every reader looks for: seven dark modules in a row.
            assert!((4..11).all(|x| expected.contains(&(x, 4))), "{text}");
        }
        assert!(QrCode::of(&"x".repeat(5000)).is_none());
    }
}
