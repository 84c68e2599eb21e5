//! A user code as a page shows it: in groups for the eye, letter by letter for a screen reader (requirement X-08).

/// A user code on a page (RFC 8628 section 6.1). Made from the code as the device shows it, groups and all.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownCode {
    grouped: String,
}

impl ShownCode {
    /// `grouped` is the code as it was sent to the device, such as `WDJB-MJHT`.
    pub fn new(grouped: impl Into<String>) -> Self {
        Self { grouped: grouped.into() }
    }

    /// The code as the device shows it: the value of a field.
    pub fn grouped(&self) -> &str {
        &self.grouped
    }

    /// The groups, for the eye.
    pub fn groups(&self) -> Vec<&str> {
        self.grouped.split('-').filter(|group| !group.is_empty()).collect()
    }

    /// The letters one by one with a pause between groups: read as a word, `WDJB` is noise.
    pub fn spelled(&self) -> String {
        let spell = |group: &str| group.chars().map(String::from).collect::<Vec<_>>().join(" ");
        // Neither a dot nor a dash between groups is read aloud.
        let groups = self.grouped.split(|c: char| !c.is_alphanumeric()).filter(|group| !group.is_empty());
        groups.map(spell).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::ShownCode;

    /// Proves: X-08.
    #[test]
    fn a_code_is_grouped_for_the_eye_and_spelled_for_the_ear() {
        let code = ShownCode::new("WDJB-MJHT");
        assert_eq!(code.grouped(), "WDJB-MJHT");
        assert_eq!(code.groups(), ["WDJB", "MJHT"]);
        assert_eq!(code.spelled(), "W D J B, M J H T");
        assert_eq!(ShownCode::new("123456").spelled(), "1 2 3 4 5 6");
        assert_eq!(ShownCode::new("123.456").spelled(), "1 2 3, 4 5 6");
    }
}
