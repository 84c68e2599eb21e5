//! Who caused an event of the audit table: its `actor`, written as `person:<sub>`, `client:<client_id>`, `unix:<uid>` or
//! `server`.

use std::fmt;
use std::str::FromStr;

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

/// A text that names no [`Actor`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an actor")]
pub struct MalformedActor;

impl FromStr for Actor {
    type Err = MalformedActor;

    fn from_str(text: &str) -> Result<Self, MalformedActor> {
        if text == "server" {
            return Ok(Self::Server);
        }
        match text.split_once(':') {
            Some((_, "")) => Err(MalformedActor),
            Some(("person", subject)) => Ok(Self::Person(Subject::new(subject))),
            Some(("client", id)) => Ok(Self::Client(id.to_owned())),
            Some(("unix", uid)) => uid.parse().map(Self::Unix).map_err(|_| MalformedActor),
            _ => Err(MalformedActor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_written_and_read() {
        for (actor, text) in [
            (Actor::Person(Subject::new("0f")), "person:0f"),
            (Actor::Client("urn:tv".to_owned()), "client:urn:tv"),
            (Actor::Unix(1000), "unix:1000"),
            (Actor::Server, "server"),
        ] {
            assert_eq!(actor.to_string(), text);
            assert_eq!(text.parse(), Ok(actor));
        }
        for text in ["", "Server", "person:", "unix:-1", "unix:root", "cert", "nobody:1"] {
            assert_eq!(text.parse::<Actor>(), Err(MalformedActor), "{text}");
        }
    }
}
