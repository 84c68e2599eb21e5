//! Renders a message into a page, with its values escaped and isolated from the text around them.

use std::fmt;

use askama::filters::HtmlSafe;
use fluent_bundle::FluentArgs;
use fluent_bundle::types::FluentNumber;

use super::shelf::{escaped, message};
use super::{Language, Span};

/// A message with its values. It prints itself as HTML, safe in an element; with [`Said::plain`] values alone (or numbers
/// and spans) also in `<title>` and in quoted attributes.
#[derive(Debug)]
#[must_use]
pub struct Said {
    language: Language,
    id: &'static str,
    values: FluentArgs<'static>,
}

impl Said {
    /// The message of this id.
    pub fn new(language: Language, id: &'static str) -> Self {
        Self { language, id, values: FluentArgs::new() }
    }

    /// A text from elsewhere, whatever direction it is read in. It is a name or an address: translators leave it as it is.
    pub fn with(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("<bdi translate=\"no\">{}</bdi>", escaped(&text.to_string())))
    }

    /// The same, which the eye should find first: an account, an app, a host.
    pub fn strong(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("<strong><bdi translate=\"no\">{}</bdi></strong>", escaped(&text.to_string())))
    }

    /// The same without markup, for titles and attributes: isolated by the marks U+2068 and U+2069 (UAX #9).
    pub fn plain(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("\u{2068}{}\u{2069}", escaped(&text.to_string())))
    }

    /// A count, which the message may choose a plural by.
    pub fn set(mut self, name: &'static str, count: impl Into<FluentNumber>) -> Self {
        self.values.set(name, count.into());
        self
    }

    /// How long: "5 minutes".
    pub fn span(self, name: &'static str, span: &Span) -> Self {
        let ids = Ids { moment: "span-moment", minutes: "span-minutes", hours: "span-hours", days: "span-days" };
        self.spanned(name, &ids, span)
    }

    /// Since when: "5 minutes ago".
    pub fn ago(self, name: &'static str, span: &Span) -> Self {
        self.spanned(name, &AGO, span)
    }

    /// The same with the instant itself, for machines and as a tooltip; `utc` is such as
    /// `2026-11-21 12:00 UTC`.
    pub fn since(self, name: &'static str, utc: impl fmt::Display, span: &Span) -> Self {
        let utc = utc.to_string();
        let (utc, machine) = (escaped(&utc), escaped(&utc.replace(" UTC", "Z")).into_owned());
        let html = self.spoken(&AGO, span);
        self.valued(name, format!("<time datetime=\"{machine}\" title=\"{utc}\">{html}</time>"))
    }

    /// When: "in 5 minutes".
    pub fn within(self, name: &'static str, span: &Span) -> Self {
        let ids =
            Ids { moment: "within-moment", minutes: "within-minutes", hours: "within-hours", days: "within-days" };
        self.spanned(name, &ids, span)
    }

    fn spanned(self, name: &'static str, ids: &Ids, span: &Span) -> Self {
        let html = self.spoken(ids, span);
        self.valued(name, html)
    }

    fn spoken(&self, ids: &Ids, span: &Span) -> String {
        match *span {
            Span::Moment => message(self.language, ids.moment, &FluentArgs::new()),
            Span::Minutes(count) => counted(self.language, ids.minutes, count),
            Span::Hours(count) => counted(self.language, ids.hours, count),
            Span::Days(count) => counted(self.language, ids.days, count),
        }
    }

    fn valued(mut self, name: &'static str, html: String) -> Self {
        self.values.set(name, html);
        self
    }
}

/// The messages of a family of spans: languages decline them differently, so each has its own.
struct Ids {
    moment: &'static str,
    minutes: &'static str,
    hours: &'static str,
    days: &'static str,
}

const AGO: Ids = Ids { moment: "ago-moment", minutes: "ago-minutes", hours: "ago-hours", days: "ago-days" };

fn counted(language: Language, id: &'static str, count: u64) -> String {
    message(language, id, &FluentArgs::from_iter([("count", count)]))
}

impl fmt::Display for Said {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&message(self.language, self.id, &self.values))
    }
}

/// Message text is escaped by the bundle, values by the builders above.
impl HtmlSafe for Said {}
