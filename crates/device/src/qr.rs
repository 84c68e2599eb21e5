//! Draws a QR code in half blocks, two modules a cell, with the quiet zone of four modules that ISO/IEC 18004 demands.

use fast_qr::{ECL, QRBuilder, QRCode};

use crate::large_letters::half_block;

const QUIET_ZONE: usize = 4;
/// Black on white, by numbers from the fixed part of the palette: a theme changes only the first sixteen colours.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// The lines of a QR code of `text`, or `None` if it does not fit `columns` or is too long for a code.
///
/// With `colours` the code is black on white on every terminal. Without them the light modules are drawn, with the quiet zone:
/// such output is mostly read in light letters on a dark ground.
pub(super) fn qr(text: &str, columns: usize, colours: bool) -> Option<Vec<String>> {
    // A screen is clean: the lowest error correction is enough, and gives the smallest code.
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let side = code.size + 2 * QUIET_ZONE;
    if side > columns {
        return None;
    }
    // The side is odd. Below its last row nothing is drawn.
    let is_drawn = |x: usize, y: usize| if y < side { is_dark(&code, x, y) == colours } else { false };
    let line = |y: usize| {
        let cells: String = (0..side).map(|x| half_block(is_drawn(x, y), is_drawn(x, y + 1))).collect();
        if colours { format!("{BLACK_ON_WHITE}{cells}{RESET}") } else { cells }
    };
    Some((0..side).step_by(2).map(line).collect())
}

fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let inside = QUIET_ZONE..QUIET_ZONE + code.size;
    inside.contains(&x) && inside.contains(&y) && code[y - QUIET_ZONE][x - QUIET_ZONE].value()
}

#[cfg(test)]
mod tests {
    use super::{BLACK_ON_WHITE, RESET, qr};

    const URI: &str = "https://login.example/device?user_code=WDJB-MJHT";

    #[test]
    fn the_code_has_its_quiet_zone_and_both_colours() {
        let lines = qr(URI, 80, true).unwrap();
        let bare: Vec<&str> = lines
            .iter()
            .map(|line| line.strip_prefix(BLACK_ON_WHITE).and_then(|line| line.strip_suffix(RESET)).unwrap())
            .collect();
        assert!(bare[..2].iter().all(|line| line.trim().is_empty()), "four modules above");
        assert!(bare[2].starts_with("    █▀▀▀▀▀█ "), "four modules beside the finder pattern: {}", bare[2]);
        assert!(bare.iter().all(|line| line.starts_with("    ") && line.ends_with("    ")));
    }

    #[test]
    fn without_colours_the_light_modules_are_drawn() {
        let (coloured, plain) = (qr(URI, 80, true).unwrap(), qr(URI, 80, false).unwrap());
        assert!(plain[0].chars().all(|cell| cell == '█'));
        assert_eq!(coloured.len(), plain.len());
        assert!(plain.iter().all(|line| !line.contains('\x1b')));
    }

    #[test]
    fn a_code_that_would_wrap_is_left_out() {
        assert!(qr(URI, 30, true).is_none());
        assert!(qr(&"x".repeat(5000), 500, true).is_none());
    }
}
