//! Renders a message into a page, with its values escaped and isolated from the text around them.

use std::fmt;

use askama::filters::HtmlSafe;
use fluent_bundle::FluentArgs;
use fluent_bundle::types::FluentNumber;

use super::shelf::{escaped, message};
use super::{Language, Span};

/// A message with its values. It prints itself as HTML that is safe in an element. If its values are only of
/// [`Said::plain`], numbers and spans, it is also safe in `<title>` and in quoted attributes.
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

    /// A text from elsewhere, of either direction. It is a name or an address, which translation programs must not change.
    pub fn with(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("<bdi translate=\"no\">{}</bdi>", escaped(&text.to_string())))
    }

    /// The same in bold, for what people should see first: an account, an app, a host.
    pub fn strong(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("<strong><bdi translate=\"no\">{}</bdi></strong>", escaped(&text.to_string())))
    }

    /// The same without markup, for titles and attributes: isolated by the marks U+2068 and U+2069 (UAX #9).
    pub fn plain(self, name: &'static str, text: impl fmt::Display) -> Self {
        self.valued(name, format!("\u{2068}{}\u{2069}", escaped(&text.to_string())))
    }

    /// A count, by which the message may choose a plural.
    pub fn set(mut self, name: &'static str, count: impl Into<FluentNumber>) -> Self {
        self.values.set(name, count.into());
        self
    }

    /// How long: "5 minutes".
    pub fn span(self, name: &'static str, span: &Span) -> Self {
        self.spanned(name, "span", span)
    }

    /// Since when: "5 minutes ago".
    pub fn ago(self, name: &'static str, span: &Span) -> Self {
        self.spanned(name, "ago", span)
    }

    /// The same with the instant itself, for machines and as a tooltip; `utc` is such as `2026-11-21 12:00 UTC`.
    pub fn since(self, name: &'static str, utc: impl fmt::Display, span: &Span) -> Self {
        let utc = utc.to_string();
        let (utc, machine) = (escaped(&utc), escaped(&utc.replace(" UTC", "Z")).into_owned());
        let html = self.spoken("ago", span);
        self.valued(name, format!("<time datetime=\"{machine}\" title=\"{utc}\">{html}</time>"))
    }

    /// When: "in 5 minutes".
    pub fn within(self, name: &'static str, span: &Span) -> Self {
        self.spanned(name, "within", span)
    }

    fn spanned(self, name: &'static str, family: &str, span: &Span) -> Self {
        let html = self.spoken(family, span);
        self.valued(name, html)
    }

    /// The message of a span. Languages decline them differently, so each family has its own messages.
    fn spoken(&self, family: &str, span: &Span) -> String {
        let (unit, count) = match *span {
            Span::Moment => ("moment", 0),
            Span::Minutes(count) => ("minutes", count),
            Span::Hours(count) => ("hours", count),
            Span::Days(count) => ("days", count),
        };
        message(self.language, &format!("{family}-{unit}"), &FluentArgs::from_iter([("count", count)]))
    }

    fn valued(mut self, name: &'static str, html: String) -> Self {
        self.values.set(name, html);
        self
    }
}

impl fmt::Display for Said {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&message(self.language, self.id, &self.values))
    }
}

/// The bundle escapes the text of messages, and the methods above escape values.
impl HtmlSafe for Said {}
