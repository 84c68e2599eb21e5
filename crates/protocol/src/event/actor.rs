//! Who caused an event of the audit table: its `actor`, written as `person:<sub>`, `client:<client_id>`, `unix:<uid>` or
//! `server`.

use std::fmt;

use crate::client::Subject;

/// Who caused an event. What they did it through is its [`Channel`](crate::Channel).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is logged in, by their `sub`.
    Person(Subject),
    /// A client; a public one has only said its `client_id`.
    Client(String),
    /// An operator at the command line, by their user id on that machine.
    Unix(u32),
    /// The server itself.
    Server,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(subject) => write!(f, "person:{}", subject.as_str()),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Unix(uid) => write!(f, "unix:{uid}"),
            Self::Server => f.write_str("server"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_written() {
        for (actor, text) in [
            (Actor::Person(Subject::new("0f")), "person:0f"),
            (Actor::Client("urn:tv".to_owned()), "client:urn:tv"),
            (Actor::Unix(1000), "unix:1000"),
            (Actor::Server, "server"),
        ] {
            assert_eq!(actor.to_string(), text);
        }
    }
}
