//! The events of the audit table: what happened that somebody may have to answer for (requirement L-03, OWASP ASVS V16).
//!
//! An event names people and things by their ids and holds no secret: nothing that was typed, no code, no token. What a
//! stranger can cause without limit is not an event but a request, and is logged: polls, unknown device codes, what
//! browsers do that nobody is logged in with. A device authorization request is an event, because a grant begins with it;
//! the limits of requirement D-15 bound how many there are.

use std::net::IpAddr;

use serde_json::{Map, Value};

use crate::protocol::named::named;
use crate::protocol::{Actor, DeviceGrant, Digest, Subject, Timestamp};

named! {
    /// What happened.
    pub enum Event {
        /// A device asked to sign in.
        GrantCreated = "grant_created",
        /// A device asked from a network that its client is not allowed; told once an hour for each client.
        GrantRefused = "grant_refused",
        /// Somebody entered its code, or took their claim over in a new session.
        GrantClaimed = "grant_claimed",
        /// A program looked at what a code asks for, and left it; told once for each session.
        GrantShown = "grant_shown",
        /// They gave it back undecided, to go on with another account.
        GrantReleased = "grant_released",
        /// They allowed it.
        GrantApproved = "grant_approved",
        /// They refused it.
        GrantDenied = "grant_denied",
        /// Alarm: somebody was asked to allow what they did not start. It is denied by that, or its tokens end.
        GrantReported = "grant_reported",
        /// The device was given tokens.
        GrantRedeemed = "grant_redeemed",
        /// The device was given the same tokens again: it proved its key, and the answer may have got lost.
        GrantRedelivered = "grant_redelivered",
        /// Alarm: a spent device code came back too late to be a retry.
        GrantReplayed = "grant_replayed",
        /// A device code ended, because its PKCE verifier was guessed too often or an operator ended what belonged together.
        GrantRevoked = "grant_revoked",
        /// Somebody signed in.
        LoginSucceeded = "login_succeeded",
        /// A password of an account was wrong. Of names that nobody has nothing is told.
        LoginFailed = "login_failed",
        /// Logins are turned away unheard; told once for each cause, and once a minute at most.
        LoginThrottled = "login_throttled",
        /// So many passwords of an account were wrong in a row that no further one is looked at until an operator unlocks it.
        LoginLocked = "login_locked",
        /// Somebody who is signed in entered a code that leads nowhere.
        WrongUserCode = "wrong_user_code",
        /// They may enter no more for now; told once for each wait.
        CodeEntryLocked = "code_entry_locked",
        /// Alarm: the wrong codes of all people together reached what the server bears; told once in the life of a code.
        CodesGuessed = "codes_guessed",
        /// Alarm: a refresh token came back that was used long ago.
        RefreshTokenReused = "refresh_token_reused",
        /// Tokens ended before their time; `by` is the client, the person, the reuse of a spent secret, or an operator.
        TokensRevoked = "tokens_revoked",
        /// Somebody gave one of their devices another name.
        DeviceRenamed = "device_renamed",
        /// Somebody ended one of their sessions in a browser, or all but one.
        SessionEnded = "session_ended",
        /// Somebody, or an operator for them, ended all their sessions and signed all their devices out.
        SignedOutEverywhere = "signed_out_everywhere",
        /// Somebody changed their own password.
        PasswordChanged = "password_changed",
        /// The first key of an algorithm was made.
        SigningKeyMade = "signing_key_made",
        /// The next key of an algorithm was made.
        SigningKeyRotated = "signing_key_rotated",
        /// A key that nothing living is signed with was forgotten.
        SigningKeyRetired = "signing_key_retired",
        /// An operator added an account.
        UserAdded = "user_added",
        /// An operator gave a new password.
        UserPasswordSet = "user_password_set",
        /// An operator ended an account for a while.
        UserDisabled = "user_disabled",
        /// An operator let an account be used again.
        UserEnabled = "user_enabled",
        /// An operator lifted the lock of an account, or forgave its wrong passwords.
        UserUnlocked = "user_unlocked",
        /// An operator deleted an account.
        UserDeleted = "user_deleted",
        /// Alarm: many people approved what one sender asked.
        CampaignSuspected = "campaign_suspected",
        /// An operator lets people approve such requests again.
        CampaignReleased = "campaign_released",
        /// An operator ended requests and sign-ins that belonged together; each has an event of its own besides.
        IncidentRevoked = "incident_revoked",
        /// Another configuration came into force.
        ConfigurationReloaded = "configuration_reloaded",
        /// A notice could not be delivered to a webhook for as long as it was tried.
        NoticeGivenUp = "notice_given_up",
    }
}

named! {
    /// The way by which something came about.
    pub enum Channel {
        /// A page that a person used.
        Page = "page",
        /// A program that answered for a person, who cannot be known to have been asked.
        Api = "api",
        /// `/device_authorization`
        DeviceAuthorization = "device_authorization",
        /// `/token`
        Token = "token",
        /// `/revoke`
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
    /// By which way.
    pub channel: Channel,
    /// Who caused it, where that is known before the event is; otherwise it follows from the event
    /// ([`AuditEvent::actor`]).
    pub actor: Option<Actor>,
    /// The network address of a request, past trusted proxies.
    pub address: Option<IpAddr>,
    /// The id of a request, as its log lines and its answer have it.
    pub request_id: Option<String>,
}

impl Source {
    /// No request.
    pub const fn local(channel: Channel) -> Self {
        Self { channel, actor: None, address: None, request_id: None }
    }

    /// A command of this operator.
    pub fn cli(operator: Actor) -> Self {
        Self { actor: Some(operator), ..Self::local(Channel::Cli) }
    }
}

/// What happened, when, to whom and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Names the event; a second one of the same name is not written.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// From where.
    pub source: Source,
    /// The grant it is about.
    pub grant_id: Option<String>,
    /// The token family it is about.
    pub family_id: Option<String>,
    /// The client it is about.
    pub client_id: Option<String>,
    /// The person it is about.
    pub subject: Option<Subject>,
    /// What else is worth knowing, and no secret.
    pub detail: Map<String, Value>,
}

impl AuditEvent {
    /// Something that happened under a random id.
    pub fn new(id: String, event: Event, source: &Source, at: Timestamp) -> Self {
        let (grant_id, family_id, client_id, subject) = (None, None, None, None);
        let (source, detail) = (source.clone(), Map::new());
        Self { id, at, event, source, grant_id, family_id, client_id, subject, detail }
    }

    /// Something that is told once however often it is met, for each of what it is `about`: its id follows from that.
    pub fn once(about: &str, event: Event, source: &Source, at: Timestamp) -> Self {
        let mut id = Digest::sha256(format!("{} {about}", event.name()).as_bytes()).hex();
        id.truncate(32);
        Self::new(id, event, source, at)
    }

    /// Who caused it: whoever the source names, or else the person of a page, the client of an endpoint, or the server.
    /// Nobody is named whose password was wrong, because they did not prove who they are.
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

    /// About this grant, its client, and whoever claimed it.
    #[must_use]
    pub fn of_grant(self, grant: &DeviceGrant) -> Self {
        let event = self.of_client(&grant.client_id);
        let subject = grant.claimed().map(|claim| claim.subject.clone());
        Self { grant_id: Some(grant.id.clone()), subject, ..event }
    }

    /// About this token family. The grant that it descends from is added when the event is written.
    #[must_use]
    pub fn of_family(self, id: &str) -> Self {
        Self { family_id: Some(id.to_owned()), ..self }
    }

    /// About this client.
    #[must_use]
    pub fn of_client(self, id: &str) -> Self {
        Self { client_id: Some(id.to_owned()), ..self }
    }

    /// About this person.
    #[must_use]
    pub fn of_subject(self, subject: &Subject) -> Self {
        Self { subject: Some(subject.clone()), ..self }
    }

    /// With a fact that has no column of its own. Never a secret, and nothing that a person typed.
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
