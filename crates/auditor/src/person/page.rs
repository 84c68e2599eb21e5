//! Decides what a page asks for: the code, a login, a decision, or nothing more.

use url::Url;

use crate::person::forms::{Control, Form, Html};
use crate::wire::Answer;

/// What a button with one of these words does. The first line that fits counts.
const MEANINGS: [(Meaning, &str); 3] = [
    (Meaning::Leave, "logout|log out|sign out|signout|another account|switch account|report|did not start|remove"),
    (Meaning::Deny, "deny|denied|cancel|abort|reject|decline|refuse|no|disallow|disagree|interrupt"),
    (
        Meaning::Approve,
        "approve|allow|accept|authorize|authorise|yes|continue|confirm|grant|consent|agree|ok|next|submit|proceed|same|weiter",
    ),
];

/// A page that was shown, and its address.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) answer: Answer,
    pub(crate) html: Html,
}

/// What a button does, by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Approve,
    Deny,
    /// It leads away from the decision.
    Leave,
    Other,
}

impl Page {
    pub(crate) fn of(url: Url, answer: Answer) -> Self {
        let html = Html::read(&answer.body);
        Self { url, answer, html }
    }

    /// The start of its path, for the report: what follows may name a request or a person.
    pub(crate) fn place(&self) -> String {
        let mut segments = self.url.path_segments().into_iter().flatten();
        let first = segments.next().unwrap_or_default();
        if segments.next().is_some() { format!("/{first}/..") } else { format!("/{first}") }
    }

    /// For messages: its title, its address and its status.
    pub(super) fn named(&self) -> String {
        format!("the page {:?} at {} (status {})", self.html.title, self.place(), self.answer.status)
    }

    /// The form that asks for the user code.
    pub(super) fn code_form(&self) -> Option<&Form> {
        self.html.forms.iter().find(|form| form.password().is_none() && !form.code_fields().is_empty())
    }

    /// The form that asks for a login.
    pub(super) fn login_form(&self) -> Option<&Form> {
        let forms = &self.html.forms;
        let with_password = forms.iter().find(|form| form.password().is_some());
        with_password.or_else(|| forms.iter().find(|form| form.username().is_some() && form.code_fields().is_empty()))
    }

    /// The form and the button that do this.
    pub(super) fn pressing(&self, meaning: Meaning) -> Option<(&Form, &Control)> {
        let asks =
            |form: &&Form| form.password().is_none() && form.code_fields().is_empty() && form.username().is_none();
        let forms = || self.html.forms.iter().filter(asks);
        forms().find_map(|form| Some((form, form.button(meaning)?))).or_else(|| {
            // Where a form has a button that denies, its other button approves under any name.
            let decisive = forms().find(|form| meaning == Meaning::Approve && form.button(Meaning::Deny).is_some())?;
            Some((decisive, decisive.button(Meaning::Other)?))
        })
    }

    /// A form without anything visible, which a script would have sent.
    pub(super) fn silent_form(&self) -> Option<&Form> {
        let [form] = self.html.forms.as_slice() else { return None };
        let is_hidden = form.fields.iter().all(|field| field.kind == "hidden");
        if is_hidden && form.buttons.len() < 2 && form.buttons.iter().all(is_forward) { Some(form) } else { None }
    }

    /// A link that denies.
    pub(super) fn denying_link(&self) -> Option<&str> {
        let links = self.html.links.iter().find(|(_, words)| meaning_of(words) == Meaning::Deny);
        links.map(|(address, _)| address.as_str())
    }

    /// Whether a person has to decide here.
    pub(super) fn asks_to_decide(&self) -> bool {
        self.pressing(Meaning::Deny).is_some() || self.pressing(Meaning::Approve).is_some()
    }
}

impl Form {
    pub(super) fn password(&self) -> Option<&Control> {
        self.fields.iter().find(|field| field.kind == "password")
    }

    /// The field for the user name.
    pub(super) fn username(&self) -> Option<&Control> {
        let typed = || self.fields.iter().filter(|field| field.is_typed());
        let named = ["user", "login", "email", "account", "identifier"];
        let called = typed().find(|field| named.iter().any(|name| field.words.contains(name)) && !is_code(field));
        called.or_else(|| if self.password().is_some() { typed().next() } else { None })
    }

    /// The fields for the code: one, or one for each group of letters.
    pub(super) fn code_fields(&self) -> Vec<&Control> {
        self.fields.iter().filter(|field| field.is_typed() && is_code(field)).collect()
    }

    pub(super) fn button(&self, meaning: Meaning) -> Option<&Control> {
        self.buttons.iter().find(|button| meaning_of(&button.words) == meaning)
    }

    /// The button that sends a form with one purpose.
    pub(super) fn main_button(&self) -> Option<&Control> {
        self.buttons.iter().find(|button| is_forward(button))
    }
}

fn is_code(field: &Control) -> bool {
    let words = field.words.replace(['-', ' '], "_");
    ["user_code", "usercode", "device_code", "devicecode", "one_time_code"].iter().any(|name| words.contains(name))
        || words.split('_').any(|word| word == "code" || word == "otp")
}

fn is_forward(button: &Control) -> bool {
    !matches!(meaning_of(&button.words), Meaning::Deny | Meaning::Leave)
}

fn meaning_of(words: &str) -> Meaning {
    let words = words.replace(['-', '_'], " ");
    let has = |wanted: &str| {
        wanted.contains(' ') && words.contains(wanted)
            || words.split(|c: char| !c.is_alphanumeric()).any(|word| word == wanted)
    };
    let meaning = MEANINGS.into_iter().find(|(_, list)| list.split('|').any(has));
    meaning.map_or(Meaning::Other, |(meaning, _)| meaning)
}

#[cfg(test)]
mod tests {
    use super::{Html, Meaning, Page, meaning_of};
    use crate::wire::Answer;

    fn page(body: &str) -> Page {
        let answer = Answer { status: 200, headers: reqwest::header::HeaderMap::new(), body: body.to_owned() };
        Page { url: "https://a.example/device/1".parse().unwrap(), html: Html::read(body), answer }
    }

    #[test]
    fn words_say_what_a_button_does() {
        for (words, meaning) in [
            ("decision approve Approve", Meaning::Approve),
            ("confirm yes, it is my device", Meaning::Approve),
            ("decision deny", Meaning::Deny),
            ("do not allow: cancel", Meaning::Deny),
            ("[ abort ]", Meaning::Deny),
            ("not you? use another account", Meaning::Leave),
            ("log-out", Meaning::Leave),
            ("decision report I did not start this", Meaning::Leave),
            ("decision remove Remove this device", Meaning::Leave),
            ("known devices", Meaning::Other),
        ] {
            assert_eq!(meaning_of(&words.to_lowercase()), meaning, "{words}");
        }
    }

    #[test]
    fn a_code_is_found_by_its_name_or_by_its_label() {
        for form in [
            "<input name=user_code>",
            "<input name=q1 aria-label='One-time code'>",
            "<label for=x>Device code</label><input id=x name=q2 type=tel>",
            "<label>Type the code <input name=q3></label>",
        ] {
            let page = page(&format!("<form>{form}<button>Go</button></form>"));
            assert!(page.code_form().is_some() && page.login_form().is_none(), "{form}");
        }
        let boxes = page("<form><input name=code-1 maxlength=4>-<input name=code-2 maxlength=4></form>");
        assert_eq!(boxes.code_form().unwrap().code_fields().len(), 2);
        // A code that is sent along is nothing to type.
        let hidden = page("<form><input type=hidden name=user_code value=A><button>Allow</button></form>");
        assert!(hidden.code_form().is_none() && hidden.asks_to_decide());
    }

    #[test]
    fn a_login_is_no_decision_and_a_way_out_is_no_approval() {
        let login = page("<form><input name=login><input type=password name=p><button>Continue</button></form>");
        assert!(login.login_form().is_some() && !login.asks_to_decide());
        assert_eq!(login.login_form().unwrap().username().unwrap().name, "login");
        let done = page("<h1>Done</h1><form action=/logout><button>Sign out</button></form><a href=/>Home</a>");
        assert!(!done.asks_to_decide());
    }

    #[test]
    fn what_cannot_be_pressed_is_not() {
        let page = page(
            "<form><button formmethod=dialog hidden>Allow</button><button disabled>Allow</button>\
             <button type=button>Allow</button><input type=submit name=d value='Deny it'></form>\
             <p>yes</p><button form=far name=a value=yes>Yes</button><form id=far method=POST></form>",
        );
        assert_eq!(page.pressing(Meaning::Deny).unwrap().1.name, "d");
        let (form, button) = page.pressing(Meaning::Approve).unwrap();
        assert!(form.is_post && button.name == "a");
    }

    #[test]
    fn a_page_that_moves_by_itself_is_noticed() {
        assert!(page("<body onload='document.forms[0].submit()'>").html.moves_itself);
        assert!(page("<script>document.forms[0].submit()</script>").html.moves_itself);
        assert!(page("<meta http-equiv=Refresh content='0;url=/'>").html.moves_itself);
        assert!(!page("<p>document.forms[0].submit()</p>").html.moves_itself);
    }

    #[test]
    fn a_report_names_no_request_by_its_address() {
        assert_eq!(page("").place(), "/device/..");
    }
}
