//! The events of the audit table: what somebody may have to answer for (requirement L-03, OWASP ASVS V16).
//!
//! An event names people and things by their ids. It holds no secret, no code, no token and nothing that was typed.
//! What a stranger can cause without limit is only logged: polls, unknown device codes, requests of browsers without a
//! login. A device authorization request is an event, because a grant begins with it; the limits of requirement D-15
//! bound their number.

use std::net::IpAddr;

use serde_json::{Map, Value};

use crate::client::Subject;
use crate::digest::Digest;
use crate::event::actor::Actor;
use crate::grant::{DeviceGrant, Initiation};
use crate::named::named;
use crate::timestamp::Timestamp;

named! {
    /// The kind of an event.
    pub enum Event {
        /// A device asked to sign in.
        GrantCreated = "grant_created",
        /// A device asked from a network that its client does not allow; written once an hour for each client.
        GrantRefused = "grant_refused",
        /// A person entered its code, or took their claim over in a new session.
        GrantClaimed = "grant_claimed",
        /// A program read what a code asks for, and did not decide; written once for each session.
        GrantShown = "grant_shown",
        /// They gave it back undecided, to continue with another account.
        GrantReleased = "grant_released",
        /// The person allowed it.
        GrantApproved = "grant_approved",
        /// The person refused it.
        GrantDenied = "grant_denied",
        /// Alarm: a person did not start the request that they saw. It is denied by that, or its tokens end.
        GrantReported = "grant_reported",
        /// The device got its tokens.
        GrantRedeemed = "grant_redeemed",
        /// The device got the same tokens again: it proved its key, and the first answer may have been lost.
        GrantRedelivered = "grant_redelivered",
        /// Alarm: a redeemed device code came back too late to be a retry.
        GrantReplayed = "grant_replayed",
        /// A device code ended, because its PKCE verifier was guessed too often or an operator ended an incident.
        GrantRevoked = "grant_revoked",
        /// Somebody signed in.
        LoginSucceeded = "login_succeeded",
        /// A password of an account was wrong. Unknown user names leave no event.
        LoginFailed = "login_failed",
        /// Logins are refused without a check; written once for each cause, and once a minute at most.
        LoginThrottled = "login_throttled",
        /// So many passwords of an account were wrong in a row that none is checked until an operator unlocks it.
        LoginLocked = "login_locked",
        /// A person who is signed in entered a code that does not exist or has ended.
        WrongUserCode = "wrong_user_code",
        /// They may enter no more codes for now; written once for each wait.
        CodeEntryLocked = "code_entry_locked",
        /// Alarm: the wrong codes of all people together reached the limit of the server; written once in the life of a
        /// code.
        CodesGuessed = "codes_guessed",
        /// Alarm: a refresh token was used again.
        RefreshTokenReused = "refresh_token_reused",
        /// Tokens ended before they expired; `by` is the client, the person, the reuse of a secret, or an operator.
        TokensRevoked = "tokens_revoked",
        /// A person renamed one of their devices.
        DeviceRenamed = "device_renamed",
        /// A person ended one of their browser sessions, or all but one.
        SessionEnded = "session_ended",
        /// A person, or an operator for them, ended all their sessions and signed all their devices out.
        SignedOutEverywhere = "signed_out_everywhere",
        /// A person changed their own password.
        PasswordChanged = "password_changed",
        /// The first key of an algorithm was made.
        SigningKeyMade = "signing_key_made",
        /// The next key of an algorithm was made.
        SigningKeyRotated = "signing_key_rotated",
        /// A key was deleted that no valid token is signed with.
        SigningKeyRetired = "signing_key_retired",
        /// An operator withdrew a key that somebody else may have.
        SigningKeyWithdrawn = "signing_key_withdrawn",
        /// An operator added an account.
        UserAdded = "user_added",
        /// An operator set or took away the name or the e-mail address of a person.
        UserChanged = "user_changed",
        /// An operator set a new password.
        UserPasswordSet = "user_password_set",
        /// An operator disabled an account.
        UserDisabled = "user_disabled",
        /// An operator enabled an account again.
        UserEnabled = "user_enabled",
        /// An operator unlocked an account, or reset its count of wrong passwords.
        UserUnlocked = "user_unlocked",
        /// An operator deleted an account.
        UserDeleted = "user_deleted",
        /// Alarm: many people approved requests of one sender.
        CampaignSuspected = "campaign_suspected",
        /// An operator allowed people to approve such requests again.
        CampaignReleased = "campaign_released",
        /// An operator ended requests and sign-ins that belong together; each of them has its own event too.
        IncidentRevoked = "incident_revoked",
        /// Another configuration came into force.
        ConfigurationReloaded = "configuration_reloaded",
        /// A notice was not delivered to a webhook in all the time that it was tried.
        NoticeGivenUp = "notice_given_up",
    }
}

named! {
    /// The interface through which an event was caused.
    pub enum Channel {
        /// A page that a person used.
        Page = "page",
        /// A program that answered for a person; whether it asked them cannot be known.
        Api = "api",
        /// The endpoint `/device_authorization`.
        DeviceAuthorization = "device_authorization",
        /// The endpoint `/token`.
        Token = "token",
        /// The endpoint `/revoke`.
        Revocation = "revocation",
        /// A command of an operator.
        Cli = "cli",
        /// The server itself, by its schedule or at a signal.
        Server = "server",
    }
}

/// Where an event came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The interface that was used.
    pub channel: Channel,
    /// Who caused it, where that is known before the event is; otherwise it follows from the event
    /// ([`AuditEvent::actor`]).
    pub actor: Option<Actor>,
    /// The network address of a request, without those of trusted proxies.
    pub address: Option<IpAddr>,
    /// The id of a request, as in its log lines and its answer.
    pub request_id: Option<String>,
}

impl Source {
    /// A source without a request.
    pub const fn local(channel: Channel) -> Self {
        Self { channel, actor: None, address: None, request_id: None }
    }

    /// A command that this operator ran.
    pub fn cli(operator: Actor) -> Self {
        Self { actor: Some(operator), ..Self::local(Channel::Cli) }
    }
}

/// One event of the audit table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The id of the event. A second event with the same id is not written.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// Where it was caused.
    pub source: Source,
    /// The grant it is about.
    pub grant_id: Option<String>,
    /// The token family it is about.
    pub family_id: Option<String>,
    /// The client it is about.
    pub client_id: Option<String>,
    /// The person it is about.
    pub subject: Option<Subject>,
    /// Further facts, none of them secret.
    pub detail: Map<String, Value>,
}

impl AuditEvent {
    /// An event with a random id.
    pub fn new(id: String, event: Event, source: &Source, at: Timestamp) -> Self {
        let (grant_id, family_id, client_id, subject) = (None, None, None, None);
        let (source, detail) = (source.clone(), Map::new());
        Self { id, at, event, source, grant_id, family_id, client_id, subject, detail }
    }

    /// An event that is written once for each value of `about`, because its id is derived from that.
    pub fn once(about: &str, event: Event, source: &Source, at: Timestamp) -> Self {
        let mut id = Digest::sha256(format!("{} {about}", event.name()).as_bytes()).hex();
        id.truncate(32);
        Self::new(id, event, source, at)
    }

    /// Who caused it: the actor of the source, or else the person of a page, the client of an endpoint, or the server.
    /// After a wrong password it is nobody, because the person did not prove who they are.
    pub fn actor(&self) -> Option<Actor> {
        match (self.event, self.source.channel) {
            _ if self.source.actor.is_some() => self.source.actor.clone(),
            (Event::LoginFailed, _) | (_, Channel::Cli) => None,
            (Event::LoginThrottled | Event::LoginLocked | Event::CodesGuessed, _) | (_, Channel::Server) => {
                Some(Actor::Server)
            }
            (_, Channel::Page | Channel::Api) => self.subject.clone().map(Actor::Person),
            (_, Channel::DeviceAuthorization | Channel::Token | Channel::Revocation) => {
                self.client_id.clone().map(Actor::Client)
            }
        }
    }

    /// Adds the grant, its client, and the person who claimed it.
    #[must_use]
    pub fn of_grant(self, grant: &DeviceGrant) -> Self {
        let event = self.of_client(&grant.client_id);
        let subject = grant.claimed().map(|claim| claim.subject.clone());
        Self { grant_id: Some(grant.id.clone()), subject, ..event }
    }

    /// Adds what a grant demands, if anything.
    #[must_use]
    pub fn with_initiation(self, of: &Initiation) -> Self {
        let event = if of.number.is_some() { self.with("number_match", true) } else { self };
        if of.pin { event.with("initiation_pin", true) } else { event }
    }

    /// Adds the token family. The grant that it descends from is added when the event is written.
    #[must_use]
    pub fn of_family(self, id: &str) -> Self {
        Self { family_id: Some(id.to_owned()), ..self }
    }

    /// Adds the client.
    #[must_use]
    pub fn of_client(self, id: &str) -> Self {
        Self { client_id: Some(id.to_owned()), ..self }
    }

    /// Adds the person.
    #[must_use]
    pub fn of_subject(self, subject: &Subject) -> Self {
        Self { subject: Some(subject.clone()), ..self }
    }

    /// Adds a fact that has no column of its own: never a secret, and nothing that a person typed.
    #[must_use]
    pub fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(fact.to_owned(), value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_a_command_line() {
        for (place, event) in Event::ALL.iter().enumerate() {
            assert!(event.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{event:?}");
            assert!(!Event::ALL[..place].iter().any(|other| other.name() == event.name()), "{event:?}");
        }
    }

    #[test]
    fn the_actor_is_whoever_proved_who_they_are() {
        let actor = |event, source: &Source| {
            let event = AuditEvent::new(String::new(), event, source, Timestamp::from_millis(0));
            event.of_client("tv").of_subject(&Subject::new("anna")).actor()
        };
        let (anna, tv) = (Some(Actor::Person(Subject::new("anna"))), Some(Actor::Client("tv".to_owned())));
        let (page, token) = (Source::local(Channel::Page), Source::local(Channel::Token));
        assert_eq!(actor(Event::GrantApproved, &page), anna);
        assert_eq!(actor(Event::GrantRedeemed, &token), tv);
        assert_eq!(actor(Event::LoginFailed, &page), None);
        assert_eq!(actor(Event::LoginLocked, &page), Some(Actor::Server));
        assert_eq!(actor(Event::SigningKeyRotated, &Source::local(Channel::Server)), Some(Actor::Server));
        assert_eq!(actor(Event::UserAdded, &Source::cli(Actor::Unix(7))), Some(Actor::Unix(7)));
    }

    #[test]
    fn what_is_told_once_has_one_name_for_each_of_what_it_is_about() {
        let told = |about: &str, event, at| {
            AuditEvent::once(about, event, &Source::local(Channel::Server), Timestamp::from_millis(at)).id
        };
        let first = told("k1", Event::SigningKeyMade, 1);
        assert_eq!(first.len(), 32);
        assert_eq!(told("k1", Event::SigningKeyMade, 2), first);
        assert_ne!(told("k2", Event::SigningKeyMade, 1), first);
        assert_ne!(told("k1", Event::SigningKeyRetired, 1), first);
    }
}
