//! Which kind of page is this? It asks for the code, for a login, for a decision, or for nothing more.

use url::Url;

use crate::auditor::person::forms::Button;
use crate::auditor::person::forms::Field;
use crate::auditor::person::forms::Form;
use crate::auditor::person::forms::Html;
use crate::auditor::wire::Answer;

const APPROVING: [&str; 17] = [
    "approve", "allow", "accept", "authorize", "authorise", "yes", "continue", "confirm", "grant", "consent", "agree",
    "ok", "next", "submit", "proceed", "same", "weiter",
];
const DENYING: [&str; 11] =
    ["deny", "denied", "cancel", "abort", "reject", "decline", "refuse", "no", "disallow", "disagree", "interrupt"];
const LEAVING: [&str; 6] = ["logout", "log out", "sign out", "signout", "another account", "switch account"];

/// A page that was shown, and where.
#[derive(Clone, Debug)]
pub(in crate::auditor) struct Page {
    pub(in crate::auditor) url: Url,
    pub(in crate::auditor) answer: Answer,
    pub(super) html: Html,
}

/// What a button does, by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Approve,
    Deny,
    Leave,
    Other,
}

impl Page {
    pub(in crate::auditor) fn of(url: Url, answer: Answer) -> Self {
        let html = Html::read(&answer.body);
        Self { url, answer, html }
    }

    /// What people read on it.
    pub(in crate::auditor) fn text(&self) -> &str {
        &self.html.text
    }

    /// Whether it moves on without anybody pressing anything.
    pub(in crate::auditor) fn moves_itself(&self) -> bool {
        self.html.moves_itself
    }

    /// The start of its path, for the report: what follows may name a request or a person.
    pub(in crate::auditor) fn place(&self) -> String {
        let mut segments = self.url.path_segments().into_iter().flatten();
        let first = segments.next().unwrap_or_default();
        if segments.next().is_some() { format!("/{first}/..") } else { format!("/{first}") }
    }

    /// For messages: its heading and where it is.
    pub(super) fn named(&self) -> String {
        format!("the page {:?} at {} (status {})", self.html.title, self.place(), self.answer.status)
    }

    /// The form that asks for the user code.
    pub(super) fn code_form(&self) -> Option<&Form> {
        self.html.forms.iter().find(|form| form.password().is_none() && !form.code_fields().is_empty())
    }

    /// The form that asks who somebody is.
    pub(super) fn login_form(&self) -> Option<&Form> {
        let with_password = self.html.forms.iter().find(|form| form.password().is_some());
        with_password.or_else(|| self.html.forms.iter().find(|form| form.username().is_some() && form.code_fields().is_empty()))
    }

    /// The form and the button that do this. A form with something to approve is looked at before one without.
    pub(super) fn pressing(&self, meaning: Meaning) -> Option<(&Form, Option<&Button>)> {
        let asks = |form: &&Form| form.password().is_none() && form.code_fields().is_empty() && form.username().is_none();
        let forms = || self.html.forms.iter().filter(asks);
        let pressed = forms().find_map(|form| form.button(meaning).map(|button| (form, Some(button))));
        if meaning != Meaning::Approve {
            return pressed;
        }
        // A single unnamed button beside one that denies approves, whatever it is called.
        pressed.or_else(|| {
            let decisive = forms().find(|form| form.button(Meaning::Deny).is_some())?;
            decisive.button(Meaning::Other).map(|button| (decisive, Some(button)))
        })
    }

    /// A form with nothing to see, which a script would have sent.
    pub(super) fn silent_form(&self) -> Option<&Form> {
        match self.html.forms.as_slice() {
            [form] if form.fields.iter().all(|field| field.kind == "hidden") && form.buttons.len() < 2 => Some(form),
            _ => None,
        }
    }

    /// A link that denies.
    pub(super) fn denying_link(&self) -> Option<&str> {
        let links = self.html.links.iter().find(|(_, words)| meaning_of(words) == Meaning::Deny);
        links.map(|(address, _)| address.as_str())
    }

    /// Whether somebody has to decide here.
    pub(super) fn asks_to_decide(&self) -> bool {
        self.pressing(Meaning::Deny).is_some() || self.pressing(Meaning::Approve).is_some()
    }
}

impl Form {
    pub(super) fn password(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.kind == "password")
    }

    /// Where a person types who they are.
    pub(super) fn username(&self) -> Option<&Field> {
        let typed = || self.fields.iter().filter(|field| field.is_typed());
        let named = ["user", "login", "email", "account", "identifier"];
        let called = typed().find(|field| named.iter().any(|name| field.words.contains(name)) && !is_code(field));
        called.or_else(|| typed().next().filter(|_| self.password().is_some()))
    }

    /// Where a person types the code: one field, or one for each group of letters.
    pub(super) fn code_fields(&self) -> Vec<&Field> {
        self.fields.iter().filter(|field| field.is_typed() && is_code(field)).collect()
    }

    pub(super) fn button(&self, meaning: Meaning) -> Option<&Button> {
        self.buttons.iter().find(|button| meaning_of(&button.words) == meaning)
    }

    /// What a form with one purpose is sent with.
    pub(super) fn main_button(&self) -> Option<&Button> {
        let forward = |button: &&Button| !matches!(meaning_of(&button.words), Meaning::Deny | Meaning::Leave);
        self.buttons.iter().find(forward)
    }
}

fn is_code(field: &Field) -> bool {
    let words = field.words.replace(['-', ' '], "_");
    ["user_code", "usercode", "device_code", "devicecode", "one_time_code"].iter().any(|name| words.contains(name))
        || words.split('_').any(|word| word == "code" || word == "otp")
}

pub(super) fn meaning_of(words: &str) -> Meaning {
    let words = words.replace(['-', '_'], " ");
    let says = |list: &[&str]| {
        list.iter().any(|wanted| match wanted.contains(' ') {
            true => words.contains(wanted),
            false => words.split(|c: char| !c.is_alphanumeric()).any(|word| word == *wanted),
        })
    };
    if says(&LEAVING) {
        Meaning::Leave
    } else if says(&DENYING) {
        Meaning::Deny
    } else if says(&APPROVING) {
        Meaning::Approve
    } else {
        Meaning::Other
    }
}
