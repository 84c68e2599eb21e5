//! Slips in the notation of the file (TOML): what is wrong, and what to write instead.
//!
//! The parser stops at the first slip. Most slips have one evident correction; with it the rest of the file can be read, so
//! that one slip hides no other mistake.

use toml_edit::Value;

use super::key;

/// A slip in the notation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// What is wrong, and what to write instead.
    pub(super) sentence: String,
    /// The whole text with this slip corrected, if there is only one way to correct it.
    pub(super) corrected: Option<String>,
}

/// The slip at which the parser stopped, from the text, the offset and the words of the parser.
pub(super) fn slip(text: &str, offset: usize, said: &str) -> Slip {
    let offset = text.floor_char_boundary(offset);
    let at = Cursor::of(text, offset);
    let what = said.split(", expected").next().unwrap_or(said);
    match what {
        "duplicate key" => at.set_twice(),
        "string values must be quoted"
        | "invalid boolean"
        | "invalid float"
        | "invalid mantissa"
        | "unexpected leading zero" => at.without_quotes(),
        "key with no value" => at.without_equals(),
        "invalid basic string" => at.inserted("the closing \" is missing", "\""),
        "invalid literal string" => at.inserted("the closing ' is missing", "'"),
        "missing comma between array elements" => at.inserted("a comma is missing between two values of the list", ","),
        "unclosed array" => told("the ] at the end of the list is missing"),
        "unclosed table" => at.unclosed("]"),
        "unclosed array table" => at.unclosed("]]"),
        "missing escaped value" => told("a backslash in \"..\" begins an escape: write the text in '..' instead"),
        "unexpected key or value" => at.more_than_a_value(),
        _ => told(said.lines().collect::<Vec<_>>().join("; ")),
    }
}

fn told(sentence: impl Into<String>) -> Slip {
    Slip { sentence: sentence.into(), corrected: None }
}

/// The position at which the parser stopped.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line_start: usize,
    line: &'a str,
}

impl<'a> Cursor<'a> {
    fn of(text: &'a str, offset: usize) -> Self {
        let line_start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        Self { text, offset, line_start, line }
    }

    fn with(&self, start: usize, end: usize, instead: &str) -> String {
        [&self.text[..start], instead, &self.text[end..]].concat()
    }

    fn inserted(&self, sentence: &str, missing: &str) -> Slip {
        Slip { sentence: sentence.to_owned(), corrected: Some(self.with(self.offset, self.offset, missing)) }
    }

    /// The key to which the value at an offset belongs, as it is written.
    fn key_before(&self, start: usize) -> &'a str {
        let before = &self.text[..start];
        let name = before.rfind('=').map_or("", |equals| &before[..equals]);
        name.rsplit(['\n', '{', ',']).next().unwrap_or_default().trim()
    }

    /// `id = tv`, `enabled = yes`, `scopes = [openid]`.
    fn without_quotes(&self) -> Slip {
        let before = &self.text[self.line_start..self.offset];
        let opened = before.rfind(['=', '[', ',']).map_or(0, |opener| opener + 1);
        let start = self.offset - before[opened..].trim_start().len();
        let rest = &self.text[start..self.line_start + self.line.len()];
        let is_alone = before[..opened].ends_with('=') && !before.contains('{');
        let end = if is_alone { rest.find(" #") } else { rest.find([',', ']', '}', '#']) };
        let value = rest[..end.unwrap_or(rest.len())].trim_end();
        let name = self.key_before(start);
        let shown = |instead: &str| {
            if before[..opened].ends_with('=') { format!("{name} = {instead}") } else { instead.to_owned() }
        };
        if value.is_empty() {
            return told(format!("{name} has no value: write one after the =, or leave the key out"));
        }
        if matches!(value, "null" | "nil" | "~") {
            return told(format!("there is no {value}: leave {name} out"));
        }
        let inner = value.trim_matches(['“', '”', '„', '‘', '’', '«', '»']);
        let (why, instead) = match switch(value) {
            Some(switch) => ("true and false are written so", switch.to_string()),
            None if inner != value => ("only straight quotes are quotes", quoted(inner)),
            None => ("a text needs quotes", quoted(value)),
        };
        let shown = if key::is_secret(name) { shown("\"..\"") } else { shown(&instead) };
        Slip {
            sentence: format!("{why}: write {shown}"),
            corrected: Some(self.with(start, start + value.len(), &instead)),
        }
    }

    /// `issuer: "https://login.example.com"`, `device {`, `// words`.
    fn without_equals(&self) -> Slip {
        let line = self.line.trim();
        let name = line.split(|letter: char| letter == ':' || letter.is_whitespace()).next().unwrap_or_default();
        let rest = line[name.len()..].trim_start();
        if line.starts_with("//") || line.starts_with("--") || line.starts_with(';') {
            return told("this is no key: a comment begins with #");
        }
        if rest.starts_with('{') {
            return told(format!("a table has its name in brackets: write [{name}] above its keys"));
        }
        let is_value = rest.starts_with([':', '"', '\'', '[']) || !rest.contains(' ');
        if !is_value || !name.split('.').all(key::is_bare) {
            return told("this is no key: write KEY = VALUE, or # before a comment");
        }
        let sentence = format!("= is missing between the key and its value: write {name} = ..");
        let start = self.line_start + self.line.find(name).unwrap_or_default() + name.len();
        let gap = self.text[start..].len() - self.text[start..].trim_start_matches([' ', '\t', ':']).len();
        Slip { sentence, corrected: (!rest.is_empty()).then(|| self.with(start, start + gap, " = ")) }
    }

    /// `[device`.
    fn unclosed(&self, brackets: &str) -> Slip {
        let name = self.line.trim().trim_matches(['[', ']']);
        let whole = format!("{}{name}{brackets}", "[".repeat(brackets.len()));
        let end = self.line_start + self.line.len();
        let corrected = Some(self.with(self.line_start, end, &whole));
        Slip { sentence: format!("a bracket is missing: write {whole}"), corrected }
    }

    /// `name = 'Anna's television'`, `interval = "5s",`.
    fn more_than_a_value(&self) -> Slip {
        let rest = self.text[self.offset..self.line_start + self.line.len()].trim();
        let value = self.line.split_once('=').map_or("", |(_, value)| value.trim_start());
        let word = value.split(' ').next().unwrap_or_default();
        // A text without quotes that has a = or a brace in it.
        if value.starts_with(|letter: char| letter.is_alphabetic() || "$/".contains(letter)) && switch(word).is_none() {
            let start = self.line_start + self.line.len() - value.len();
            return Self::of(self.text, start).without_quotes();
        }
        let sentence = match rest {
            "," | ";" => format!("nothing stands after a value: take away the {rest}"),
            _ if value.starts_with('\'') && value.matches('\'').count() > 2 => {
                "a text with ' in it needs the other quotes: write it in \"..\"".to_owned()
            }
            _ if value.starts_with('"') && value.matches('"').count() > 2 => {
                "a text with \" in it needs the other quotes: write it in '..'".to_owned()
            }
            _ => "nothing but a comment stands after a value: begin a new line".to_owned(),
        };
        let end = self.offset + self.text[self.offset..].find([',', ';']).map_or(0, |mark| mark + 1);
        Slip { sentence, corrected: matches!(rest, "," | ";").then(|| self.with(self.offset, end, "")) }
    }

    /// A table or a key that stands there already.
    fn set_twice(&self) -> Slip {
        let line = self.line.trim();
        let name = bare_name(line);
        let numbered: Vec<(usize, &str)> = (1..).zip(self.text[..self.line_start].lines().map(str::trim)).collect();
        if line.starts_with('[') {
            let same = numbered.iter().find(|(_, line)| line.starts_with('[') && bare_name(line) == name);
            let of_root = numbered.iter().take_while(|(_, line)| !line.starts_with('['));
            let part = || of_root.clone().find(|(_, line)| bare_name(line).split('.').next() == Some(name));
            return told(match (line.starts_with("[["), same.or_else(part)) {
                (true, Some((number, first))) if first.starts_with('[') => {
                    format!("line {number} has [{name}]: write [[{name}]] there too, since there may be several")
                }
                (false, Some((number, first))) if first.starts_with("[[") => {
                    format!("line {number} has [[{name}]]: write [[{name}]] here too, since there may be several")
                }
                (_, Some((number, first))) if first.starts_with('[') => {
                    format!("[{name}] stands in line {number} already: move these keys there")
                }
                (_, Some((number, _))) => {
                    format!("line {number} sets a part of {name} already: write all of it in one place")
                }
                (_, None) => format!("{name} stands in the file already: write all of it in one place"),
            });
        }
        let of_table = numbered.iter().rev().take_while(|(_, line)| !line.starts_with('['));
        let first = of_table.filter(|(_, line)| bare_name(line) == name).last();
        let place = first.map_or("already".to_owned(), |(number, _)| format!("in line {number} already"));
        // A value of several lines would leave its rest behind.
        let is_whole = !line.ends_with(['[', '{', ',']) && !line.contains("\"\"\"") && !line.contains("'''");
        let corrected = is_whole.then(|| self.with(self.line_start, self.line_start, "#"));
        Slip { sentence: format!("{name} is set {place}: leave one of the two out"), corrected }
    }
}

/// The name in a header, or before the `=`.
fn bare_name(line: &str) -> &str {
    match line.strip_prefix('[') {
        Some(header) => header.trim_start_matches('[').split(']').next().unwrap_or_default().trim(),
        None => line.split('=').next().unwrap_or_default().trim(),
    }
}

/// What other notations write for `true` and `false`.
pub(super) fn switch(written: &str) -> Option<bool> {
    match written.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Slip, slip};
    use toml_edit::Document;

    fn first(text: &str) -> Slip {
        let error = Document::parse(text).err().unwrap();
        slip(text, error.span().map_or(text.len(), |span| span.start), error.message())
    }

    #[test]
    fn a_slip_is_told_with_what_to_write_and_corrected() {
        for (text, told, corrected) in [
            ("id = tv", "a text needs quotes: write id = \"tv\"", "id = \"tv\""),
            ("id = living-room # x", "a text needs quotes: write id = \"living-room\"", "id = \"living-room\" # x"),
            ("a.b = The TV", "a text needs quotes: write a.b = \"The TV\"", "a.b = \"The TV\""),
            ("a = 10m", "a text needs quotes: write a = \"10m\"", "a = \"10m\""),
            ("a = 127.0.0.1:80", "a text needs quotes: write a = \"127.0.0.1:80\"", "a = \"127.0.0.1:80\""),
            ("a = https://x/?y=z", "a text needs quotes: write a = \"https://x/?y=z\"", "a = \"https://x/?y=z\""),
            ("a = [\n openid, 'b']", "a text needs quotes: write \"openid\"", "a = [\n \"openid\", 'b']"),
            ("a = ['b', c]", "a text needs quotes: write \"c\"", "a = ['b', \"c\"]"),
            ("a = { b = c, d = 1 }", "a text needs quotes: write b = \"c\"", "a = { b = \"c\", d = 1 }"),
            ("url = hunter2", "a text needs quotes: write url = \"..\"", "url = \"hunter2\""),
            ("a = “tv”", "only straight quotes are quotes: write a = \"tv\"", "a = \"tv\""),
            ("a = Yes", "true and false are written so: write a = true", "a = true"),
            ("a = off", "true and false are written so: write a = false", "a = false"),
            ("a = \"tv", "the closing \" is missing", "a = \"tv\""),
            ("a = 'tv\nb = 1", "the closing ' is missing", "a = 'tv'\nb = 1"),
            ("a = ['b' 'c']", "a comma is missing between two values of the list", "a = ['b' ,'c']"),
            ("  a: 'b'", "= is missing between the key and its value: write a = ..", "  a = 'b'"),
            ("a 5", "= is missing between the key and its value: write a = ..", "a = 5"),
            ("[a", "a bracket is missing: write [a]", "[a]"),
            ("[[a]\nb = 1", "a bracket is missing: write [[a]]", "[[a]]\nb = 1"),
            ("a = 1,\nb = 2", "nothing stands after a value: take away the ,", "a = 1\nb = 2"),
            ("a = 1\nb = 2\na = 3", "a is set in line 1 already: leave one of the two out", "a = 1\nb = 2\n#a = 3"),
        ] {
            let Slip { sentence, corrected: mended } = first(text);
            assert_eq!((sentence.as_str(), mended.as_deref()), (told, Some(corrected)), "of\n{text}");
            Document::parse(corrected).unwrap_or_else(|error| panic!("{corrected}: {error}"));
        }
    }

    #[test]
    fn a_slip_that_may_mean_several_things_is_told_alone() {
        for (text, told) in [
            ("[a]\nb = 1\n[c]\n[a]\n", "[a] stands in line 1 already: move these keys there"),
            ("[[a]]\n[a]\n", "line 1 has [[a]]: write [[a]] here too, since there may be several"),
            ("[a]\n[[a]]\n", "line 1 has [a]: write [[a]] there too, since there may be several"),
            ("a.b = 1\n[a]\n", "line 1 sets a part of a already: write all of it in one place"),
            ("a = [\n 1\n]\na = [\n2\n]", "a is set in line 1 already: leave one of the two out"),
            ("a = \nb = 1", "a has no value: write one after the =, or leave the key out"),
            ("a = null", "there is no null: leave a out"),
            ("// words", "this is no key: a comment begins with #"),
            ("---\na: b", "this is no key: a comment begins with #"),
            ("Some words, and more", "this is no key: write KEY = VALUE, or # before a comment"),
            ("device {\n}", "a table has its name in brackets: write [device] above its keys"),
            ("a = 'Anna's TV'", "a text with ' in it needs the other quotes: write it in \"..\""),
            ("a = \"a \"b\" c\"", "a text with \" in it needs the other quotes: write it in '..'"),
            ("a = true b = 2", "nothing but a comment stands after a value: begin a new line"),
            ("a = \"C:\\data\"", "a backslash in \"..\" begins an escape: write the text in '..' instead"),
            ("a = [1,\n", "the ] at the end of the list is missing"),
        ] {
            assert_eq!(first(text), Slip { sentence: told.to_owned(), corrected: None }, "of\n{text}");
        }
    }
}
