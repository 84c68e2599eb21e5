//! What do codes look like, for somebody who does not know what to look for on their device? RFC 8628 section 6.1.

use crate::protocol::{CodeOutline, UserCodeFormats};

/// The most looks of which an example helps: whoever has to find theirs among more reads for longer than they look.
const MOST: usize = 3;

/// The outline of each look that codes of this server have, shown below the field where they are typed; none where there
/// are too many.
pub struct CodeExamples(Vec<CodeOutline>);

impl CodeExamples {
    /// The examples of a server with these formats.
    pub fn of(formats: &UserCodeFormats) -> Self {
        Self::new(formats.outlines())
    }

    /// As many as help of these.
    pub fn new(mut outlines: Vec<CodeOutline>) -> Self {
        if outlines.len() > MOST {
            outlines.clear();
        }
        Self(outlines)
    }

    /// What is shown.
    pub fn outlines(&self) -> &[CodeOutline] {
        &self.0
    }

    /// The rest of the field's `aria-describedby`: the examples are tied to it where there are any.
    pub fn description(&self) -> &'static str {
        if self.0.is_empty() { "" } else { " user_code-examples" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::CodeCharacters;

    #[test]
    fn more_looks_than_one_reads_are_not_shown() {
        let look = |length| CodeOutline { characters: CodeCharacters::Letters, places: vec![None; length] };
        for (looks, shown) in [(1, 1), (3, 3), (4, 0)] {
            let examples = CodeExamples::new((0..looks).map(|more| look(6 + more)).collect());
            assert_eq!(examples.outlines().len(), shown, "{looks} looks");
            assert_eq!(examples.description().is_empty(), shown == 0, "{looks} looks");
        }
    }
}
