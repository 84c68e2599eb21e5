//! Forms, fields and buttons, read from the HTML of any server.

use html5gum::{Token, Tokenizer};

/// A page as far as a person without script can use it.
#[derive(Clone, Debug, Default)]
pub(super) struct Html {
    pub(super) title: String,
    /// What is read, without markup.
    pub(super) text: String,
    pub(super) forms: Vec<Form>,
    /// Where links lead, and their words.
    pub(super) links: Vec<(String, String)>,
    /// Whether the page moves on by itself: a refresh, or a script that submits.
    pub(super) moves_itself: bool,
}

/// A form.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    id: String,
    pub(super) action: Option<String>,
    pub(super) is_post: bool,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

/// Something to fill in, to tick, or to send along.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) checked: bool,
    id: String,
    /// All that says what belongs into it, in lower case.
    pub(super) words: String,
}

/// Something to press.
#[derive(Clone, Debug, Default)]
pub(super) struct Button {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) action: Option<String>,
    /// All that says what it does, in lower case.
    pub(super) words: String,
}

impl Field {
    /// Whether a person types into it.
    pub(super) fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "email" | "tel" | "number" | "search" | "url")
    }
}

/// Where the reading stands.
#[derive(Default)]
struct Reader {
    html: Html,
    /// The form that is open.
    open: Option<Form>,
    /// Fields and buttons that name their form, wherever they stand.
    elsewhere: Vec<(String, Field)>,
    pressed_elsewhere: Vec<(String, Button)>,
    /// The text of labels, with the id that they are for.
    labels: Vec<(String, String)>,
    label: Option<(String, String)>,
    button: Option<(Button, String)>,
    link: Option<(String, String)>,
    select: Option<Field>,
    textarea: Option<Field>,
    in_title: bool,
    unread: Option<String>,
}

impl Html {
    pub(super) fn read(source: &str) -> Self {
        let mut reader = Reader::default();
        for token in Tokenizer::new(source) {
            match token {
                Ok(Token::StartTag(tag)) => {
                    let name = lossy(&tag.name);
                    let attributes: Vec<(String, String)> =
                        tag.attributes.iter().map(|(name, value)| (lossy(name), lossy(&value.value))).collect();
                    reader.start(&name, &Attributes(attributes));
                }
                Ok(Token::EndTag(tag)) => reader.end(&lossy(&tag.name)),
                Ok(Token::String(text)) => reader.text(&lossy(&text.value)),
                _ => {}
            }
        }
        reader.finish()
    }
}

struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(has, _)| has == name).map(|(_, value)| value.as_str())
    }

    fn owned(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn words(&self) -> String {
        let told = ["name", "id", "aria-label", "placeholder", "autocomplete", "title", "value"];
        told.iter().filter_map(|name| self.get(name)).collect::<Vec<_>>().join(" ").to_lowercase()
    }
}

impl Reader {
    fn start(&mut self, tag: &str, attributes: &Attributes) {
        match tag {
            "script" | "style" | "template" => self.unread = Some(tag.to_owned()),
            "title" => self.in_title = true,
            "meta" => {
                let refresh = attributes.get("http-equiv").is_some_and(|what| what.eq_ignore_ascii_case("refresh"));
                self.html.moves_itself |= refresh;
            }
            "body" if attributes.get("onload").is_some_and(|script| script.contains("submit")) => {
                self.html.moves_itself = true;
            }
            "form" => {
                self.end("form");
                self.open = Some(Form {
                    id: attributes.owned("id"),
                    action: attributes.get("action").filter(|action| !action.is_empty()).map(str::to_owned),
                    is_post: attributes.get("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    ..Form::default()
                });
            }
            "label" => self.label = Some((attributes.owned("for"), String::new())),
            "a" => self.link = Some((attributes.owned("href"), String::new())),
            "input" => self.input(attributes),
            "button" => {
                self.button =
                    if usable(attributes) { Some((button(attributes), attributes.owned("form"))) } else { None };
            }
            "select" => self.select = Some(Field { kind: "select".to_owned(), ..field(attributes) }),
            "option" => {
                if let Some(select) =
                    self.select.as_mut().filter(|select| select.value.is_empty() || attributes.has("selected"))
                {
                    select.value = attributes.owned("value");
                }
            }
            "textarea" => {
                self.textarea = Some(Field { kind: "text".to_owned(), value: String::new(), ..field(attributes) });
            }
            _ => {}
        }
    }

    fn input(&mut self, attributes: &Attributes) {
        let kind = attributes.get("type").unwrap_or("text").to_ascii_lowercase();
        let form = attributes.owned("form");
        match kind.as_str() {
            "submit" | "image" if usable(attributes) => self.place_button(button(attributes), &form),
            "submit" | "image" | "button" | "reset" | "file" => {}
            _ if attributes.has("disabled") => {}
            _ => {
                let mut field = Field { kind, checked: attributes.has("checked"), ..field(attributes) };
                if ["checkbox", "radio"].contains(&field.kind.as_str()) && !attributes.has("value") {
                    "on".clone_into(&mut field.value);
                }
                if let Some((named, text)) = &self.label
                    && named.is_empty()
                {
                    field.words = format!("{} {}", field.words, text.to_lowercase());
                }
                self.place_field(field, &form);
            }
        }
    }

    fn end(&mut self, tag: &str) {
        match tag {
            "form" => self.html.forms.extend(self.open.take()),
            "title" => self.in_title = false,
            "label" => self.labels.extend(self.label.take()),
            "a" => self.html.links.extend(self.link.take()),
            "button" => {
                if let Some((button, form)) = self.button.take() {
                    self.place_button(button, &form);
                }
            }
            "select" => {
                if let Some(field) = self.select.take() {
                    self.place_field(field, "");
                }
            }
            "textarea" => {
                if let Some(field) = self.textarea.take() {
                    self.place_field(field, "");
                }
            }
            _ => {}
        }
        if self.unread.as_deref() == Some(tag) {
            self.unread = None;
        }
    }

    fn text(&mut self, text: &str) {
        if self.unread.is_some() {
            self.html.moves_itself |= text.contains(".submit()");
        } else if self.in_title {
            self.html.title.push_str(text.trim());
        } else if let Some(field) = &mut self.textarea {
            field.value.push_str(text);
        } else {
            self.html.text.push_str(text);
            if let Some((_, words)) = &mut self.label {
                words.push_str(text);
            }
            if let Some((button, _)) = &mut self.button {
                button.words = format!("{} {}", button.words, text.trim().to_lowercase());
            }
            if let Some((_, words)) = &mut self.link {
                words.push_str(&text.to_lowercase());
            }
        }
    }

    fn place_field(&mut self, field: Field, form: &str) {
        match &mut self.open {
            _ if !form.is_empty() => self.elsewhere.push((form.to_owned(), field)),
            Some(open) => open.fields.push(field),
            None => {}
        }
    }

    fn place_button(&mut self, button: Button, form: &str) {
        match &mut self.open {
            _ if !form.is_empty() => self.pressed_elsewhere.push((form.to_owned(), button)),
            Some(open) => open.buttons.push(button),
            None => {}
        }
    }

    fn finish(mut self) -> Html {
        self.end("form");
        for form in &mut self.html.forms {
            let id = form.id.clone();
            let ours = |other: &str| !id.is_empty() && other == id;
            form.fields.extend(self.elsewhere.iter().filter(|(other, _)| ours(other)).map(|(_, field)| field.clone()));
            let buttons = self.pressed_elsewhere.iter().filter(|(other, _)| ours(other));
            form.buttons.extend(buttons.map(|(_, button)| button.clone()));
            for field in form.fields.iter_mut().filter(|field| !field.id.is_empty()) {
                for (_, text) in self.labels.iter().filter(|(named, _)| *named == field.id) {
                    field.words = format!("{} {}", field.words, text.trim().to_lowercase());
                }
            }
        }
        self.html.text = self.html.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.html
    }
}

fn field(attributes: &Attributes) -> Field {
    Field {
        name: attributes.owned("name"),
        value: attributes.owned("value"),
        id: attributes.owned("id"),
        words: attributes.words(),
        ..Field::default()
    }
}

fn button(attributes: &Attributes) -> Button {
    Button {
        name: attributes.owned("name"),
        value: attributes.owned("value"),
        action: attributes.get("formaction").map(str::to_owned),
        words: attributes.words(),
    }
}

/// Whether a person can press it, and something is sent then.
fn usable(attributes: &Attributes) -> bool {
    let sends =
        attributes.get("type").is_none_or(|kind| ["submit", "image"].contains(&kind.to_ascii_lowercase().as_str()));
    let stays = attributes.get("formmethod").is_some_and(|method| method.eq_ignore_ascii_case("dialog"));
    sends && !stays && !attributes.has("hidden") && !attributes.has("disabled")
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
