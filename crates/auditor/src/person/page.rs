//! The kind of a page: it asks for the code, for a login, for a decision, or for nothing more.

use url::Url;

use crate::person::forms::{Button, Field, Form, Html};
use crate::wire::Answer;

const APPROVING: [&str; 17] = [
    "approve",
    "allow",
    "accept",
    "authorize",
    "authorise",
    "yes",
    "continue",
    "confirm",
    "grant",
    "consent",
    "agree",
    "ok",
    "next",
    "submit",
    "proceed",
    "same",
    "weiter",
];
const DENYING: [&str; 11] =
    ["deny", "denied", "cancel", "abort", "reject", "decline", "refuse", "no", "disallow", "disagree", "interrupt"];
/// The words of buttons that neither approve nor deny.
const LEAVING: [&str; 9] = [
    "logout",
    "log out",
    "sign out",
    "signout",
    "another account",
    "switch account",
    "report",
    "did not start",
    "remove",
];

/// A page that was shown, and where.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) answer: Answer,
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
    pub(crate) fn of(url: Url, answer: Answer) -> Self {
        let html = Html::read(&answer.body);
        Self { url, answer, html }
    }

    /// What people read on it.
    pub(crate) fn text(&self) -> &str {
        &self.html.text
    }

    /// Whether it moves on without anybody pressing anything.
    pub(crate) fn moves_itself(&self) -> bool {
        self.html.moves_itself
    }

    /// The start of its path, for the report: what follows may name a request or a person.
    pub(crate) fn place(&self) -> String {
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
        with_password
            .or_else(|| self.html.forms.iter().find(|form| form.username().is_some() && form.code_fields().is_empty()))
    }

    /// The form and the button that do this. A form with something to approve is looked at before one without.
    pub(super) fn pressing(&self, meaning: Meaning) -> Option<(&Form, Option<&Button>)> {
        let asks =
            |form: &&Form| form.password().is_none() && form.code_fields().is_empty() && form.username().is_none();
        let forms = || self.html.forms.iter().filter(asks);
        let pressed = forms().find_map(|form| form.button(meaning).map(|button| (form, Some(button))));
        if meaning != Meaning::Approve {
            return pressed;
        }
        // Where a form has a button that denies, its other button approves under any name.
        pressed.or_else(|| {
            let decisive = forms().find(|form| form.button(Meaning::Deny).is_some())?;
            decisive.button(Meaning::Other).map(|button| (decisive, Some(button)))
        })
    }

    /// A form with nothing to see, which a script would have sent.
    pub(super) fn silent_form(&self) -> Option<&Form> {
        match self.html.forms.as_slice() {
            [form]
                if form.fields.iter().all(|field| field.kind == "hidden")
                    && form.buttons.len() < 2
                    && form.button(Meaning::Leave).is_none()
                    && form.button(Meaning::Deny).is_none() =>
            {
                Some(form)
            }
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
        called.or_else(|| if self.password().is_some() { typed().next() } else { None })
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
        list.iter().any(|wanted| {
            let is_phrase = wanted.contains(' ');
            is_phrase && words.contains(wanted)
                || words.split(|c: char| !c.is_alphanumeric()).any(|word| word == *wanted)
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
        assert_eq!(page.pressing(Meaning::Deny).unwrap().1.unwrap().name, "d");
        let (form, button) = page.pressing(Meaning::Approve).unwrap();
        assert!(form.is_post && button.unwrap().name == "a");
    }

    #[test]
    fn a_page_that_moves_by_itself_is_noticed() {
        assert!(page("<body onload='document.forms[0].submit()'>").moves_itself());
        assert!(page("<script>document.forms[0].submit()</script>").moves_itself());
        assert!(page("<meta http-equiv=Refresh content='0;url=/'>").moves_itself());
        assert!(!page("<p>document.forms[0].submit()</p>").moves_itself());
    }

    #[test]
    fn a_report_names_no_request_by_its_address() {
        assert_eq!(page("").place(), "/device/..");
    }
}
