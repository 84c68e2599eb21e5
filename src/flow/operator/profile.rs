//! What is kept of a person besides their login: their name and their e-mail address, which tokens and notices tell.

use crate::flow::operator::{Operator, OperatorError};
use protocol::Event;
use store::User;

/// The most bytes of a name.
const LONGEST_NAME: usize = 255;

/// The most bytes of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const LONGEST_EMAIL: usize = 254;

/// What an attribute becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NewValue {
    Text(String),
    Removed,
}

/// A change of a profile; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProfileChange {
    pub(crate) name: Option<NewValue>,
    pub(crate) email: Option<NewValue>,
}

impl ProfileChange {
    /// Reads changes as they are written: `name=Anna Example`, `email=anna@example.com`; `name=` takes the name away.
    pub(crate) fn read(written: &[String]) -> Result<Self, OperatorError> {
        let mut change = Self::default();
        for written in written {
            let (attribute, value) =
                written.split_once('=').ok_or_else(|| OperatorError::MalformedAttribute(written.clone()))?;
            let (slot, value) = match attribute {
                "name" => (&mut change.name, checked_name(value)?),
                "email" => (&mut change.email, checked_email(value)?),
                _ => return Err(OperatorError::UnknownAttribute(attribute.to_owned())),
            };
            if slot.replace(value.map_or(NewValue::Removed, NewValue::Text)).is_some() {
                return Err(OperatorError::AttributeTwice(attribute.to_owned()));
            }
        }
        Ok(change)
    }

    /// The attributes that it sets.
    pub(crate) fn attributes(&self) -> Vec<&'static str> {
        let set = [("name", self.name.is_some()), ("email", self.email.is_some())];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(attribute, _)| attribute).collect()
    }
}

impl NewValue {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Removed => None,
        }
    }
}

/// A name without blanks around it; `None` where nothing is left.
pub(super) fn checked_name(written: &str) -> Result<Option<String>, OperatorError> {
    let name = written.trim();
    if name.len() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(OperatorError::MalformedName);
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// An e-mail address, by its form alone: whether it exists is not known; `None` where there is none.
pub(super) fn checked_email(written: &str) -> Result<Option<String>, OperatorError> {
    let address = written.trim();
    if address.is_empty() {
        return Ok(None);
    }
    let parts = address.split_once('@').filter(|(mailbox, host)| !mailbox.is_empty() && !host.is_empty());
    let is_address = parts.is_some_and(|(_, host)| !host.contains('@'))
        && address.len() <= LONGEST_EMAIL
        && !address.contains(|c: char| c.is_control() || c.is_whitespace());
    if is_address { Ok(Some(address.to_owned())) } else { Err(OperatorError::MalformedEmail(address.to_owned())) }
}

/// Changes the profile of an account.
pub(crate) async fn set_profile(
    operator: &Operator,
    username: &str,
    change: &ProfileChange,
) -> Result<User, OperatorError> {
    let user = operator.find_user(username).await?;
    let changed = operator.event_about(Event::UserChanged, &user).with("attributes", change.attributes().join(" "));
    let (name, email) = (change.name.as_ref().map(NewValue::text), change.email.as_ref().map(NewValue::text));
    if !store::set_profile(&operator.db, &user.subject, name, email, &changed).await? {
        return Err(OperatorError::UserGone(user.username));
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &[&str]) -> Result<ProfileChange, String> {
        let written: Vec<String> = written.iter().map(ToString::to_string).collect();
        ProfileChange::read(&written).map_err(|error| error.to_string())
    }

    /// Proves: FD-08
    #[test]
    fn changes_are_read_as_they_are_written() {
        let text = |text: &str| Some(NewValue::Text(text.to_owned()));
        let change = ProfileChange { name: text("Anna = Example"), email: text("anna@example.com") };
        assert_eq!(read(&["name= Anna = Example ", "email=anna@example.com"]), Ok(change));
        assert_eq!(read(&["name="]), Ok(ProfileChange { name: Some(NewValue::Removed), email: None }));
        for (written, told) in [
            (
                &["Anna"][..],
                "Anna is no change: write name=VALUE or email=VALUE; nothing after the = takes the value away",
            ),
            (&["phone=1"], "there is no attribute phone: name and email can be set"),
            (&["name=a", "name=b"], "name is given twice"),
            (&["name=a\u{7}"], "a name has at most 255 bytes and no control characters"),
            (&["email=nonsense"], "nonsense is no e-mail address: write MAILBOX@HOST, without blanks"),
        ] {
            assert_eq!(read(written), Err(told.to_owned()));
        }
        let long = format!("email={}@example.com", "a".repeat(250));
        for wrong in ["email=a@b@c", "email=@b", "email=a@", "email=a b@c", "email=a@b\u{85}c", &long] {
            assert!(read(&[wrong]).unwrap_err().contains("is no e-mail address"), "{wrong:?}");
        }
    }
}
