//! `[user_code]` and the `user_code` of a client: how codes look (RFC 8628 section 6.1), and that they are hard to guess
//! (section 5.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Settings;
use super::findings::Findings;
use super::key::KeyPath;
use protocol::{GuessBound, UnfitFormat, UserCodeFormat, UserCodeFormats, UserCodeSettings};

/// `user_code` of a client: the keys in which its codes differ from those of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ClientUserCode {
    pub alphabet: Option<String>,
    pub case_sensitive: Option<bool>,
    pub length: Option<usize>,
    pub max_length: Option<usize>,
    pub group: Option<usize>,
    pub separator: Option<String>,
    pub mask: Option<String>,
}

impl ClientUserCode {
    /// The settings of a client that has some of its own, over those of the server.
    #[must_use]
    pub fn over(&self, server: &UserCodeSettings) -> UserCodeSettings {
        let case_sensitive = if self.alphabet.is_some() { None } else { server.case_sensitive };
        let in_groups = self.group.is_some() || self.separator.is_some();
        // A mask has a length, so another length puts the mask of the server aside as well.
        let keeps_mask = !in_groups && self.length.is_none_or(|length| length == server.length);
        let of_mask = self.mask.as_ref().map(|mask| mask.matches('X').count());
        let length = self.length.or(of_mask).unwrap_or(server.length);
        UserCodeSettings {
            alphabet: self.alphabet.as_ref().unwrap_or(&server.alphabet).clone(),
            case_sensitive: self.case_sensitive.or(case_sensitive),
            length,
            max_length: self.max_length.unwrap_or(server.max_length.max(length)),
            group: self.group.unwrap_or(server.group),
            separator: self.separator.as_ref().unwrap_or(&server.separator).clone(),
            mask: self.mask.as_ref().or(server.mask.as_ref().filter(|_| keeps_mask)).cloned(),
        }
    }
}

impl Settings {
    /// How codes look: the server's, and those of its clients.
    ///
    /// # Errors
    /// The first flaw of a format. Settings that were loaded have none.
    pub fn user_code_formats(&self) -> Result<UserCodeFormats, UnfitFormat> {
        let fit = |codes: &UserCodeSettings| UserCodeFormat::new(codes).map_err(|mut flaws| flaws.swap_remove(0));
        let mut of_clients = BTreeMap::new();
        for client in &self.client {
            if let Some(own) = &client.user_code {
                of_clients.insert(client.id.clone(), fit(&own.over(&self.user_code))?);
            }
        }
        Ok(UserCodeFormats::new(fit(&self.user_code)?, of_clients))
    }
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let before = findings.refused.len();
    format(&settings.user_code, &KeyPath::from("user_code"), settings, findings);
    // A flaw of the server's codes would be repeated for every client that has a part of them.
    if findings.refused.len() > before {
        return;
    }
    for (place, client) in settings.client.iter().enumerate() {
        if let Some(own) = &client.user_code {
            let key = KeyPath::from("client").at(place).of("user_code");
            format(&own.over(&settings.user_code), &key, settings, findings);
        }
    }
    let Ok(formats) = settings.user_code_formats() else { return };
    let (spellings, most) = (formats.spellings(), UserCodeFormats::MOST_SPELLINGS);
    findings.require(
        spellings <= most,
        "client",
        format!(
            "have codes of {spellings} kinds with the server's own, and {most} are the most: what people type is looked up \
             as each of them. Let several share an alphabet and lengths; groups may differ"
        ),
    );
    warn_of_few(&formats, settings, findings);
}

fn format(codes: &UserCodeSettings, key: &KeyPath, settings: &Settings, findings: &mut Findings) {
    match UserCodeFormat::new(codes) {
        Ok(format) => bound(&format, key, settings.limits.wrong_codes_server, findings),
        Err(flaws) => {
            for UnfitFormat { about, sentence } in flaws {
                let depends_on = match about {
                    "max_length" => Some("length"),
                    "alphabet" => Some("case_sensitive"),
                    _ => None,
                };
                findings.depends([about].into_iter().chain(depends_on).map(|name| key.of(name)), sentence);
            }
        }
    }
}

/// If more requests than this may wait at once, no operator has to know how many.
const ENOUGH: u32 = 10_000;

/// Warns of codes that leave room for few requests.
fn warn_of_few(formats: &UserCodeFormats, settings: &Settings, findings: &mut Findings) {
    let demand = settings.limits.code_demand();
    for look in formats.that_cannot_grow(demand) {
        let Some(room) = formats.room(look, demand).filter(|room| *room < ENOUGH) else { continue };
        let (letters, _, length) = look.size();
        let clients = settings.client.iter().map(|client| client.id.as_str());
        let of: Vec<&str> = clients.filter(|client| formats.of(client) == look).collect();
        let whose = if *look == *formats.of_server() {
            "user_code".to_owned()
        } else {
            format!("the user_code of client {}", of.join(", "))
        };
        let (wanted, least) = (demand.wanted, demand.least.min(demand.wanted));
        let unhurt = formats.most_live(look, demand);
        findings.warnings.push(format!(
            "{whose}: {length} characters out of {letters} cannot grow any further: {wanted} wrong codes are borne while \
             {unhurt} requests wait at most, and with {least} (limits.wrong_codes_server_least) no more than {room} may wait, \
             of one client half of what the others leave. Raise max_length where the devices can show more (RFC 8628 section 5.1)"
        ));
    }
}

/// E-04: log2(alphabet^max_length) - log2(1 * G) >= 20, with one live code; with more of them codes grow up to `max_length`.
fn bound(format: &UserCodeFormat, key: &KeyPath, guesses: u32, findings: &mut Findings) {
    if format.bound(1, guesses).guesses == guesses {
        return;
    }
    let (letters, _, length) = format.size();
    let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let bits = float(length) * float(letters).log2();
    let needed = f64::from(GuessBound::MARGIN) + f64::from(guesses).log2();
    let margin = GuessBound::MARGIN;
    findings.depends(
        [key.of("max_length"), key.of("alphabet"), key.of("mask"), KeyPath::from("limits.wrong_codes_server")],
        format!(
            "{length} characters out of {letters} give {bits:.1} bits, and {needed:.1} are needed ({margin} beyond {guesses} wrong \
             codes in a code's life): raise it, or widen {}",
            key.of("alphabet")
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, said, table};
    use super::*;

    fn server() -> UserCodeSettings {
        UserCodeSettings {
            alphabet: "letters".to_owned(),
            case_sensitive: None,
            length: 8,
            max_length: 12,
            group: 4,
            separator: "-".to_owned(),
            mask: None,
        }
    }

    #[test]
    fn a_client_has_of_its_own_what_it_names_and_the_rest_of_the_server() {
        assert_eq!(ClientUserCode::default().over(&server()), server());
        let of_client = |server: UserCodeSettings, own: ClientUserCode| own.over(&server);
        let mask = |mask: &str| Some(mask.to_owned());
        let pin = ClientUserCode { alphabet: mask("digits"), mask: mask("XXX-XXX-XXX"), ..ClientUserCode::default() };
        let pin = of_client(server(), pin);
        assert_eq!((pin.alphabet.as_str(), pin.length, pin.max_length), ("digits", 9, 12));
        let long = of_client(server(), ClientUserCode { length: Some(16), ..ClientUserCode::default() });
        assert_eq!((long.length, long.max_length), (16, 16));
        let masked = UserCodeSettings { mask: mask("XXXX.XXXX"), case_sensitive: Some(true), ..server() };
        for (own, kept) in [
            (ClientUserCode::default(), true),
            (ClientUserCode { length: Some(8), ..ClientUserCode::default() }, true),
            (ClientUserCode { length: Some(9), ..ClientUserCode::default() }, false),
            (ClientUserCode { group: Some(0), ..ClientUserCode::default() }, false),
            (ClientUserCode { separator: mask("_"), ..ClientUserCode::default() }, false),
        ] {
            assert_eq!(own.over(&masked).mask.is_some(), kept, "{own:?}");
            assert_eq!(own.over(&masked).case_sensitive, Some(true));
        }
        let own_alphabet = ClientUserCode { alphabet: mask("digits"), ..ClientUserCode::default() };
        assert_eq!(of_client(masked, own_alphabet).case_sensitive, None, "it was about another alphabet");
    }

    #[test]
    fn an_alphabet_can_be_read_and_typed() {
        table(&[
            ("user_code.alphabet = '0123456789'", ""),
            ("user_code.alphabet = 'abcdefgh'", ""),
            ("user_code.alphabet = 'abcdefGHIJ'", ""),
            ("user_code.alphabet = 'abcdefAB'", ""),
            (
                "user_code.alphabet = 'ABCDEF-GH'",
                "g.toml:1: user_code.alphabet: must not hold a dash: dashes only group a code, and are passed over when it \
                 is typed",
            ),
            (
                "user_code.alphabet = 'ABCDEFGÄ'",
                "g.toml:1: user_code.alphabet: must be made of the letters A to Z, a to z and the digits, not 'Ä'",
            ),
            ("user_code.alphabet = 'no_look_alikes'", ""),
            ("[user_code]\nalphabet = 'abcdefABGH'\ncase_sensitive = true", ""),
            (
                "[user_code]\nalphabet = 'abcdefABGH'\ncase_sensitive = false",
                "g.toml:2: user_code.alphabet: holds 'a' and 'A', which are one where case does not matter: two codes would be \
                 the same",
            ),
            (
                "user_code.alphabet = 'ABCDEFGHA'",
                "g.toml:1: user_code.alphabet: holds 'A' twice, so that it would be drawn more often",
            ),
            ("user_code.alphabet = 'ABCDEFG'", "g.toml:1: user_code.alphabet: must have at least 8 characters, not 7"),
        ]);
    }

    #[test]
    fn a_length_can_be_typed() {
        table(&[
            ("[user_code]\nlength = 6\nmax_length = 32\ngroup = 0", ""),
            ("user_code.length = 5", "g.toml:1: user_code.length: must be from 6 to 32, not 5"),
            ("user_code.max_length = 33", "g.toml:1: user_code.max_length: must be from 6 to 32, not 33"),
            ("user_code.length = 13", "g.toml:1: user_code.max_length: must not be less than user_code.length, 13"),
        ]);
    }

    /// Proves: E-04 L-06
    #[test]
    fn codes_that_are_too_easy_to_guess_are_refused_with_the_figures() {
        table(&[
            ("[user_code]\nalphabet = 'ABCDEFGH'\nmax_length = 9", ""),
            (
                "[user_code]\nalphabet = 'ABCDEFGH'\nmax_length = 8",
                "g.toml:3: user_code.max_length: 8 characters out of 8 give 24.0 bits, and 26.6 are needed (20 beyond 100 \
                 wrong codes in a code's life): raise it, or widen user_code.alphabet",
            ),
            (
                "[user_code]\nlength = 6\nmax_length = 6",
                "g.toml:3: user_code.max_length: 6 characters out of 20 give 25.9 bits, and 26.6 are needed (20 beyond 100 \
                 wrong codes in a code's life): raise it, or widen user_code.alphabet",
            ),
        ]);
    }

    /// Proves: FA-03: who has codes that cannot grow is told for how many requests they are enough, of every format.
    #[test]
    fn codes_that_cannot_grow_are_warned_about_with_the_figures() {
        let warned = |toml: &str| read(toml).warnings().join("\n");
        assert_eq!(warned(""), "");
        let janssen = warned("compatibility.profile = 'janssen'");
        assert!(
            janssen.contains(
                "user_code: 8 characters out of 20 cannot grow any further: 100 wrong codes are borne while 244 requests wait at \
                 most, and with 20 (limits.wrong_codes_server_least) no more than 1220 may wait, of one client half of what \
                 the others leave."
            ),
            "{janssen}"
        );
        let client = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n[client.user_code]\nalphabet = 'digits'\n";
        let own = warned(&format!("{client}length = 9\nmax_length = 9"));
        assert!(own.contains("the user_code of client tv: 9 characters out of 10"), "{own}");
        assert!(own.contains("while 4 requests wait at most") && own.contains("no more than 23 may wait"), "{own}");
    }

    #[test]
    fn a_code_is_shown_in_a_shape_that_can_be_typed() {
        table(&[
            ("[user_code]\nmask = 'XXXX-XXXX'", ""),
            ("[user_code]\nmask = 'XXXXXXXX'", ""),
            ("[user_code]\ngroup = 2\nseparator = '.'", ""),
            (
                "[user_code]\nmask = 'XXX-XXX-XXX'",
                "g.toml:2: user_code.mask: has 9 X for the 8 characters of user_code.length",
            ),
            (
                "[user_code]\nseparator = ' '",
                "g.toml:2: user_code.separator: must be one of - . and _, not \" \"; for codes without groups set group = 0",
            ),
        ]);
    }

    /// Proves: E-04: a client's codes are as hard to guess as the server's.
    #[test]
    fn a_client_has_codes_that_are_sound_as_well() {
        let client = |codes: &str| {
            said(&format!("[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n[client.user_code]\n{codes}"))
        };
        assert_eq!(client("alphabet = 'digits'\nmask = 'XXX-XXX-XXX'"), "");
        assert_eq!(
            client("alphabet = 'digits'\nlength = 8\nmax_length = 8"),
            "g.toml:8: client[0].user_code.max_length: 8 characters out of 10 give 26.6 bits, and 26.6 are needed (20 beyond \
             100 wrong codes in a code's life): raise it, or widen client[0].user_code.alphabet"
        );
        assert_eq!(
            client("alphabet = 'AaBbCcDdEe'\ncase_sensitive = false\nmask = 'XX'"),
            "g.toml:1: client[0].user_code.length: must be from 6 to 32, not 2\n\
             g.toml:6: client[0].user_code.alphabet: holds 'A' and 'a', which are one where case does not matter: two codes \
             would be the same"
        );
        assert_eq!(
            client("lenght = 9"),
            "g.toml:6: client[0].user_code.lenght: unknown key; did you mean client[0].user_code.length?"
        );
        let kinds = (0..9).map(|more| {
            format!("[[client]]\nid = '{more}'\nname = 'TV'\ntype = 'public'\nuser_code.length = {}\n", 9 + more)
        });
        let refused = said(&kinds.collect::<String>());
        assert!(refused.contains("codes of 10 kinds with the server's own, and 8 are the most"), "{refused}");
    }
}
