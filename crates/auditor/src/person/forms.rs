//! Reads the forms, fields and buttons of a page in HTML from any server.

use std::collections::BTreeMap;

use html5gum::{Token, Tokenizer};

/// A page, as far as a person without script can use it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Html {
    pub(super) title: String,
    /// The visible text, without markup.
    pub(crate) text: String,
    pub(super) forms: Vec<Form>,
    /// The address of each link, and its words.
    pub(super) links: Vec<(String, String)>,
    /// Whether the page moves on by itself: a refresh, or a script that submits.
    pub(crate) moves_itself: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    id: String,
    pub(super) action: Option<String>,
    pub(super) is_post: bool,
    pub(super) fields: Vec<Control>,
    pub(super) buttons: Vec<Control>,
}

/// A field to fill in, to tick or to send along, or a button to press.
#[derive(Clone, Debug, Default)]
pub(super) struct Control {
    pub(super) name: String,
    /// The type of an input or a button, otherwise the name of the element.
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) checked: bool,
    /// Where this button sends the form, if not to the form's own address.
    pub(super) action: Option<String>,
    /// All that says what it is for, in lower case.
    pub(super) words: String,
    id: String,
    /// The id of its form, if the element names one.
    form: String,
}

impl Control {
    /// Whether a person types into it.
    pub(super) fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "email" | "tel" | "number" | "search" | "url" | "textarea")
    }

    fn is_button(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image")
    }

    fn add_words(&mut self, text: &str) {
        self.words = format!("{} {}", self.words, text.trim().to_lowercase());
    }
}

impl Form {
    fn add(&mut self, control: Control) {
        if control.is_button() { self.buttons.push(control) } else { self.fields.push(control) }
    }
}

impl Html {
    pub(super) fn read(source: &str) -> Self {
        let mut reader = Reader::default();
        for token in Tokenizer::new(source) {
            match token {
                Ok(Token::StartTag(tag)) => {
                    let attributes = tag.attributes.iter().map(|(name, value)| (lossy(name), lossy(&value.value)));
                    reader.start(&lossy(&tag.name), &Attributes(attributes.collect()));
                }
                Ok(Token::EndTag(tag)) => reader.end(&lossy(&tag.name)),
                Ok(Token::String(text)) => reader.text(&lossy(&text.value)),
                _ => {}
            }
        }
        reader.finish()
    }
}

/// The attributes of one element.
struct Attributes(BTreeMap<String, String>);

impl Attributes {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn owned(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|has| has.eq_ignore_ascii_case(value))
    }

    /// The control of this element; `None` if a person cannot use it, or if it never sends anything.
    fn control(&self, tag: &str) -> Option<Control> {
        let kind = match tag {
            "input" => self.get("type").unwrap_or("text").to_ascii_lowercase(),
            "button" => self.get("type").unwrap_or("submit").to_ascii_lowercase(),
            _ => tag.to_owned(),
        };
        let is_ticked = matches!(kind.as_str(), "checkbox" | "radio");
        let words = ["name", "id", "aria-label", "placeholder", "autocomplete", "title", "value"];
        let words: Vec<&str> = words.iter().filter_map(|name| self.get(name)).collect();
        let control = Control {
            name: self.owned("name"),
            value: if is_ticked && !self.has("value") { "on".to_owned() } else { self.owned("value") },
            checked: self.has("checked"),
            action: self.get("formaction").map(str::to_owned),
            words: words.join(" ").to_lowercase(),
            id: self.owned("id"),
            form: self.owned("form"),
            kind,
        };
        let is_usable = match control.kind.as_str() {
            "submit" | "image" => !self.has("hidden") && !self.is("formmethod", "dialog"),
            "button" | "reset" | "file" => false,
            _ => tag != "button",
        };
        if is_usable && !self.has("disabled") { Some(control) } else { None }
    }
}

/// The state of reading a page.
#[derive(Default)]
struct Reader {
    html: Html,
    form: Option<Form>,
    /// The button, select or textarea that is open.
    control: Option<Control>,
    /// Controls that name their form.
    elsewhere: Vec<Control>,
    /// The id that a label is for, and its text.
    labels: Vec<(String, String)>,
    label: Option<(String, String)>,
    link: Option<(String, String)>,
    in_title: bool,
    /// The open element whose text is not shown.
    unread: Option<String>,
}

impl Reader {
    fn start(&mut self, tag: &str, attributes: &Attributes) {
        match tag {
            "script" | "style" | "template" => self.unread = Some(tag.to_owned()),
            "title" => self.in_title = true,
            "meta" => self.html.moves_itself |= attributes.is("http-equiv", "refresh"),
            "body" => {
                self.html.moves_itself |= attributes.get("onload").is_some_and(|script| script.contains("submit"));
            }
            "form" => {
                self.end("form");
                self.form = Some(Form {
                    id: attributes.owned("id"),
                    action: attributes.get("action").filter(|action| !action.is_empty()).map(str::to_owned),
                    is_post: attributes.is("method", "post"),
                    ..Form::default()
                });
            }
            "label" => self.label = Some((attributes.owned("for"), String::new())),
            "a" => self.link = Some((attributes.owned("href"), String::new())),
            "input" => {
                if let Some(mut control) = attributes.control(tag) {
                    if let Some((named, text)) = &self.label
                        && named.is_empty()
                        && !control.is_button()
                    {
                        control.add_words(text);
                    }
                    self.place(control);
                }
            }
            "button" | "select" | "textarea" => self.control = attributes.control(tag),
            "option" => {
                if let Some(select) = &mut self.control
                    && (select.value.is_empty() || attributes.has("selected"))
                {
                    select.value = attributes.owned("value");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: &str) {
        match tag {
            "form" => self.html.forms.extend(self.form.take()),
            "title" => self.in_title = false,
            "label" => self.labels.extend(self.label.take()),
            "a" => self.html.links.extend(self.link.take()),
            "button" | "select" | "textarea" => {
                if let Some(control) = self.control.take() {
                    self.place(control);
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
        } else if let Some(textarea) = self.control.as_mut().filter(|control| control.kind == "textarea") {
            textarea.value.push_str(text);
        } else {
            self.html.text.push_str(text);
            if let Some((_, words)) = &mut self.label {
                words.push_str(text);
            }
            if let Some(control) = &mut self.control {
                control.add_words(text);
            }
            if let Some((_, words)) = &mut self.link {
                words.push_str(&text.to_lowercase());
            }
        }
    }

    /// Puts a control into the form that it names, or into the open one.
    fn place(&mut self, control: Control) {
        match &mut self.form {
            _ if !control.form.is_empty() => self.elsewhere.push(control),
            Some(form) => form.add(control),
            None => {}
        }
    }

    fn finish(mut self) -> Html {
        self.end("form");
        for form in &mut self.html.forms {
            for control in &self.elsewhere {
                if control.form == form.id {
                    form.add(control.clone());
                }
            }
            for field in &mut form.fields {
                for (named, text) in &self.labels {
                    if !named.is_empty() && *named == field.id {
                        field.add_words(text);
                    }
                }
            }
        }
        self.html.text = self.html.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.html
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
