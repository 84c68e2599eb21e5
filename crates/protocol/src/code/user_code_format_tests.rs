//! Tests of the characters, the comparison and the form of user codes.

use std::collections::{HashMap, HashSet};

use super::*;

const CONSONANTS: &str = "BCDFGHJKLMNPQRSTVWXZ";

fn written(alphabet: &str) -> UserCodeSettings {
    let (alphabet, separator) = (alphabet.to_owned(), "-".to_owned());
    UserCodeSettings { alphabet, case_sensitive: None, length: 8, max_length: 12, group: 4, separator, mask: None }
}

fn format() -> UserCodeFormat {
    UserCodeFormat::new(&written("letters")).unwrap()
}

fn flaws(written: &UserCodeSettings) -> Vec<String> {
    UserCodeFormat::new(written).err().into_iter().flatten().map(|flaw| flaw.to_string()).collect()
}

#[test]
fn the_same_code_in_many_spellings() {
    let format = format();
    let code = format.parse("WDJB-MJHT").unwrap();
    for spelling in ["wdjbmjht", " wdjb mjht ", "WDJB\u{2013}MJHT", "w d\tj b\nm-j-h-t", "WDJB\u{a0}MJHT", "--WDJBMJHT"]
    {
        assert_eq!(format.parse(spelling).as_ref(), Ok(&code), "{spelling:?}");
    }
    assert_eq!(format.show(&code), "WDJB-MJHT");
}

/// Proves: FC-09 D-11: what keyboards and the clipboard make of a code. The Kelvin sign is a K by Unicode itself.
#[test]
fn a_code_is_read_in_other_forms_of_its_characters() {
    let format = format();
    let code = format.parse("WDJB-MJHK").unwrap();
    for spelling in [
        "ＷＤＪＢＭＪＨＫ",
        "ｗｄｊｂ－ｍｊｈｋ",
        "WDJB\u{200b}MJHK",
        "\u{feff}WDJB\u{ad}MJHK\u{200e}",
        "\u{2066}WDJB-MJHK\u{2069}",
        "WDJB-MJH\u{212a}",
    ] {
        assert_eq!(format.parse(spelling).as_ref(), Ok(&code), "{spelling:?}");
    }
    let digits = UserCodeFormat::new(&written("digits")).unwrap();
    let code = digits.parse("0123-4567").unwrap();
    for spelling in ["٠١٢٣٤٥٦٧", "۰۱۲۳-۴۵۶۷", "०१२३४५६७", "０１２３４５６７", "๐๑๒๓ ๔๕๖๗"]
    {
        assert_eq!(digits.parse(spelling).as_ref(), Ok(&code), "{spelling:?}");
    }
    for zero in ZEROS {
        assert!(zero.is_numeric() && char::from_u32(u32::from(zero) + 9).is_some_and(char::is_numeric), "{zero:?}");
        assert_eq!(ascii_digit(zero), '0');
    }
    for wrong in ["ВСDF-GНJК", "BCDF\0GHJK", "BCDF\u{1b}GHJK", "٠١٢٣٤٥٦٧", "\u{fdfa}BCDFGHJK", "B\u{301}CDFGHJK"]
    {
        assert_eq!(format.parse(wrong), Err(MalformedUserCode), "{wrong:?}");
    }
}

#[test]
fn what_cannot_be_a_code_is_never_looked_up() {
    let format = format();
    for wrong in ["", "WDJB-MJH", "WDJB-MJHT-WDJBX", "WDJB-MJHA", "<script>", "WDJB\0MJHT", "1DJB-MJHT", "WDJB.MJHT"] {
        assert_eq!(format.parse(wrong), Err(MalformedUserCode), "{wrong:?}");
    }
    assert_eq!(format.parse(&"B".repeat(10_000)), Err(MalformedUserCode));
}

#[test]
fn an_alphabet_of_two_cases_tells_them_apart() {
    let format = UserCodeFormat::new(&written("abcdefghABCDEFGH")).unwrap();
    assert_ne!(format.parse("abcdefgh"), format.parse("ABCDEFGH"));
    let folded = UserCodeFormat::new(&UserCodeSettings { case_sensitive: Some(false), ..written("abcdEFGH") }).unwrap();
    assert_eq!(folded.parse("ABCDefgh"), folded.parse("abcdEFGH"));
    let exact = UserCodeFormat::new(&UserCodeSettings { case_sensitive: Some(true), ..written("letters") }).unwrap();
    assert_eq!(exact.parse("wdjbmjht"), Err(MalformedUserCode));
}

/// Proves: D-11: no two codes are one, by the comparison that the alphabet itself is read by.
#[test]
fn an_alphabet_is_not_ambiguous() {
    let told = |alphabet, case_sensitive| flaws(&UserCodeSettings { case_sensitive, ..written(alphabet) }).join("; ");
    assert_eq!(told("abcdefghA", Some(true)), "");
    assert_eq!(told("abcdefghA", None), "");
    assert_eq!(
        told("abcdefghA", Some(false)),
        "alphabet holds 'a' and 'A', which are one where case does not matter: two codes would be the same"
    );
    assert_eq!(told("ABCDEFGHA", None), "alphabet holds 'A' twice, so that it would be drawn more often");
    for (odd, why) in
        [("ABCDEFG-", "a dash"), ("ABCDEFG ", "' '"), ("ABCDEFG.", "'.'"), ("ABCDEFGÄ", "'Ä'"), ("ABCDEFGＨ", "'Ｈ'")]
    {
        assert!(told(odd, None).contains(why), "{odd}: {}", told(odd, None));
    }
    for (name, alphabet) in PRESETS {
        assert_eq!(told(name, None), "", "{name}");
        assert!(UserCodeFormat::new(&written(alphabet)).is_ok());
        let twice = name.char_indices().any(|(place, letter)| name[..place].contains(letter));
        assert!(twice, "{name} could be meant as an alphabet");
    }
}

/// Proves: seed_17, its last part: none of the characters is taken for another.
#[test]
fn look_alikes_are_left_out() {
    let characters = characters_of("no_look_alikes");
    for group in ["0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV"] {
        assert!(!group.chars().any(|c| characters.contains(c)), "{group}");
    }
}

/// Proves: seed_15 seed_16: `XXXX-XXXX`, no separator, and every other shape; longer codes go on in its manner.
#[test]
fn a_code_is_shown_in_its_shape() {
    let shown = |format: UserCodeSettings, bare: &str| {
        let format = UserCodeFormat::new(&format).unwrap();
        let code = format.parse(bare).unwrap();
        let shown = format.show(&code);
        assert_eq!(format.parse(&shown), Ok(code), "{shown} is read as it is shown");
        shown
    };
    let masked = |mask: &str| UserCodeSettings { mask: Some(mask.to_owned()), ..written("letters") };
    let grouped =
        |group, separator: &str| UserCodeSettings { group, separator: separator.to_owned(), ..written("letters") };
    for (format, bare, expected) in [
        (grouped(4, "-"), "BCDFGHJK", "BCDF-GHJK"),
        (grouped(4, "-"), "BCDFGHJKLM", "BCDF-GHJK-LM"),
        (grouped(0, "-"), "BCDFGHJKL", "BCDFGHJKL"),
        (grouped(3, "."), "BCDFGHJK", "BCD.FGH.JK"),
        (masked("XXXX-XXXX"), "BCDFGHJK", "BCDF-GHJK"),
        (masked("XXXX-XXXX"), "BCDFGHJKLMNP", "BCDF-GHJK-LMNP"),
        (masked("XXXXXXXX"), "BCDFGHJKLM", "BCDFGHJKLM"),
        (masked("XX_XXX.XXX"), "BCDFGHJKLMNP", "BC_DFG.HJK.LMN.P"),
    ] {
        assert_eq!(shown(format, bare), expected);
    }
}

#[test]
fn a_shape_is_one_that_can_be_shown() {
    let masked = |mask: &str| flaws(&UserCodeSettings { mask: Some(mask.to_owned()), ..written("letters") }).join("; ");
    assert_eq!(masked("XXX-XXX"), "mask has 6 X for the 8 characters of user_code.length");
    assert_eq!(masked("TV-XXXX-XXXX"), "mask must be made of X and - . or _, such as \"XXXX-XXXX\", and not hold 'T'");
    for mask in ["-XXXXXXXX", "XXXXXXXX-", "XXXX--XXXX", "XXXX-.XXXX"] {
        assert_eq!(masked(mask), "mask must have an X before and after each separator", "{mask}");
    }
    for separator in ["", " ", "--", "X", "/", "\u{2013}"] {
        let told = flaws(&UserCodeSettings { separator: separator.to_owned(), ..written("letters") }).join("; ");
        assert!(told.starts_with("separator must be one of - . and _, not "), "{told}");
    }
}

/// Proves: seed_17 seed_18 D-09: whatever the alphabet and the length, ten thousand codes hold its characters and no
/// others, and each comes equally often.
#[test]
fn ten_thousand_codes_hold_only_the_configured_characters() {
    let all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // The alphabet of PingOne, and what is left of it without look-alikes.
    let (pingone, plain) =
        ("234567ABCDEFGHIJKLMNOPQRSTVWXYZabcdefghijkmnopqrstvwxyz", "347ACEFHJKMNPRTWXYacefhjkmnprtwxy");
    for (alphabet, length) in
        [("letters", 8), ("digits", 9), ("no_look_alikes", 12), (all, 10), (pingone, 8), (plain, 10), ("bcdfGHJK", 9)]
    {
        let (characters, max_length) = (characters_of(alphabet), 12);
        let format = UserCodeFormat::new(&UserCodeSettings { length, max_length, ..written(alphabet) }).unwrap();
        let mut noise = Noise(42);
        let mut count: HashMap<char, u32> = characters.chars().map(|c| (c, 0)).collect();
        for _ in 0..10_000 {
            let code = format.draw(length, |bytes| noise.fill(bytes));
            assert_eq!(code.0.len(), length);
            for c in code.0.chars() {
                *count.get_mut(&c).unwrap_or_else(|| panic!("{c} is not in {alphabet}")) += 1;
            }
        }
        let freedom = float(characters.len()) - 1.0;
        // The seed is fixed, so this cannot fail by chance. The bound is seven standard deviations wide.
        let chi_square = chi_square(&count, 10_000.0 * float(length));
        assert!(chi_square < freedom + 7.0 * (2.0 * freedom).sqrt(), "{alphabet}: {chi_square}");
    }
}

/// Proves: N01 D-09, on the generator: 100 000 codes do not repeat (the birthday bound allows 0.2 on average,
/// so one repeat is let pass) and every character comes equally often.
#[test]
fn codes_are_drawn_evenly() {
    let format = format();

    let mut seen = HashSet::new();
    let mut count: HashMap<char, u32> = CONSONANTS.chars().map(|c| (c, 0)).collect();
    let mut repeats = 0;
    for _ in 0..100_000 {
        let code = format.draw(8, |bytes| aws_lc_rs::rand::fill(bytes).unwrap());
        for c in code.0.chars() {
            *count.get_mut(&c).unwrap() += 1;
        }
        repeats += u32::from(!seen.insert(code.0.clone()));
    }
    assert!(repeats <= 2, "{repeats} repeats");
    let chi_square = chi_square(&count, 800_000.0);
    assert!(chi_square < 75.0, "19 degrees of freedom: above 75 once in 60 million runs, got {chi_square}");
}

fn chi_square(count: &HashMap<char, u32>, drawn: f64) -> f64 {
    let expected = drawn / float(count.len());
    count.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

/// Bytes without a pattern that chi-square could detect, the same in every run (xorshift64*).
struct Noise(u64);

impl Noise {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            *byte = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0];
        }
    }
}
