//! What a page of the documentation tells its reader to do, in the order of the page.

/// Where a person approves in a browser. Readers of the page do not see this line.
pub const APPROVES: &str = "<!-- The person approves. -->";

/// A fenced block, or what stands for the person.
pub enum Step {
    /// A command, and the answer that the page shows.
    Run { command: String, answer: Option<Answer> },
    /// A file to save.
    Save { name: String, text: String },
    /// The person of the last code approves.
    Approve,
    /// The program that the tests compile signs in.
    SignIn,
}

/// The answer that a page shows.
pub enum Answer {
    Json(String),
    Text(String),
}

/// The configuration with which a page begins, and its steps.
pub fn steps(page: &str) -> (String, Vec<Step>) {
    let fenced = page.split("```").collect::<Vec<_>>();
    assert!(fenced.len() % 2 == 1, "every block is closed");
    let (mut configuration, mut steps) = (None, Vec::new());
    for pair in fenced.chunks(2) {
        if pair[0].contains(APPROVES) {
            steps.push(Step::Approve);
        }
        let Some((kind, text)) = pair.get(1).and_then(|block| block.split_once('\n')) else { continue };
        let text = text.to_owned();
        match (kind.split_once(' '), kind) {
            (None, "toml") if configuration.is_none() => configuration = Some(text),
            (Some((_, name)), _) => steps.push(Step::Save { name: name.to_owned(), text }),
            (None, "sh") => steps.push(Step::Run { command: text, answer: None }),
            (None, "rust") => steps.push(Step::SignIn),
            (None, "json") => answer(&mut steps, Answer::Json(text)),
            (None, "html" | "text") => answer(&mut steps, Answer::Text(text)),
            (None, _) => panic!("nobody knows what to do with {kind}: {text}"),
        }
    }
    (configuration.expect("the page begins with a configuration"), steps)
}

fn answer(steps: &mut [Step], shown: Answer) {
    match steps.last_mut() {
        Some(Step::Run { answer: answer @ None, .. }) => *answer = Some(shown),
        _ => panic!("an answer follows its command"),
    }
}

/// A page up to these words.
pub fn above<'a>(page: &'a str, words: &str) -> &'a str {
    page.split_once(words).unwrap_or_else(|| panic!("the page does not have {words:?}")).0
}

/// A section of a page, without its heading.
pub fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, section) = page.split_once(heading).unwrap_or_else(|| panic!("the page does not have {heading:?}"));
    section.split("\n## ").next().unwrap()
}
