//! Read the events of the audit table, and follow it as events are added.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::flow::operator::{Operator, OperatorError};
use crate::passwords::fold_username;
use protocol::{Subject, Timestamp, display_text};
use store::{Db, RecordedEvent, StoreError, WantedEvents};

/// The number of newest events that are read without a number and without a time.
const DEFAULT_LIMIT: u32 = 100;
/// The rows of one query.
const PAGE: u32 = 1000;
/// How often the table is read for new events.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// An event has the time at which its request began, but can be read only after its transaction. So the last minute is read
/// again each time, and every event that was not read before is new.
const LATE: Duration = Duration::from_secs(60);

/// The events to read.
pub(crate) struct AuditLogQuery {
    pub(crate) wanted: WantedEvents,
    pub(crate) since: Option<Timestamp>,
    /// The number of newest events. `None`: a hundred, or all of them if there is a `since`.
    pub(crate) limit: Option<u32>,
    /// Whether to continue with new events.
    pub(crate) follow: bool,
    /// Whether to look up the names of the accounts.
    pub(crate) with_usernames: bool,
}

/// An event, and the name of the account that it is about, if it is looked up.
pub(crate) struct LoggedEvent {
    pub(crate) event: RecordedEvent,
    pub(crate) username: Option<String>,
}

/// Pages of events in the order of time.
pub(super) struct EventPages<'a> {
    db: &'a Db,
    wanted: &'a WantedEvents,
    /// The time and the id of the last event that was read.
    at: Timestamp,
    id: String,
}

impl<'a> EventPages<'a> {
    pub(super) fn since(db: &'a Db, wanted: &'a WantedEvents, at: Timestamp) -> Self {
        Self { db, wanted, at, id: String::new() }
    }

    /// The next page; `None` after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<RecordedEvent>>, StoreError> {
        let page = store::next_audit_events(self.db, self.wanted, self.at, &self.id, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        (self.at, self.id) = (Timestamp::from_millis(last.at), last.id.clone());
        Ok(Some(page))
    }
}

/// The `sub` of a username, or the `sub` itself for an account that was deleted.
pub(crate) async fn find_subject(operator: &Operator, name: &str) -> Result<Subject, OperatorError> {
    if let Some(user) = store::find_user_by_name(&operator.db, &fold_username(name)).await? {
        return Ok(user.subject);
    }
    if name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Subject::new(name));
    }
    Err(OperatorError::UnknownUser(display_text(name, 255)))
}

/// Passes the events to `show`, in the order in which they happened, until it fails or there are no more.
pub(crate) async fn read<E: From<StoreError>>(
    operator: &Operator,
    query: &AuditLogQuery,
    show: impl FnMut(&LoggedEvent) -> Result<(), E>,
) -> Result<(), E> {
    let AuditLogQuery { wanted, since, limit, follow, with_usernames } = query;
    let db = &operator.db;
    let began = SystemClock.now();
    let mut log =
        AuditLog { db, show, with_usernames: *with_usernames, usernames: HashMap::new(), read: HashMap::new() };
    let mut earlier = EventPages::since(db, wanted, began - LATE);
    // Earlier events are not new, whether or not they are shown first.
    while *follow && let Some(page) = earlier.next().await? {
        log.read.extend(page.into_iter().map(|event| (event.id, Timestamp::from_millis(event.at))));
    }
    if let (Some(since), None) = (since, limit) {
        let mut pages = EventPages::since(db, wanted, *since);
        while let Some(page) = pages.next().await? {
            log.show(page).await?;
        }
    } else {
        let (since, limit) = (since.unwrap_or(Timestamp::from_millis(0)), limit.unwrap_or(DEFAULT_LIMIT));
        let mut newest = store::newest_audit_events(db, wanted, since, limit).await?;
        newest.reverse();
        log.show(newest).await?;
    }
    if !*follow {
        return Ok(());
    }
    loop {
        SystemClock.sleep_until(SystemClock.now() + LOOK_EVERY).await;
        let lately = (SystemClock.now() - LATE).max(began - LATE);
        log.read.retain(|_, at| *at >= lately);
        let mut pages = EventPages::since(db, wanted, lately);
        while let Some(mut page) = pages.next().await? {
            page.retain(|event| !log.read.contains_key(&event.id));
            log.show(page).await?;
        }
    }
}

struct AuditLog<'a, S> {
    db: &'a Db,
    show: S,
    with_usernames: bool,
    /// By `sub`.
    usernames: HashMap<String, Option<String>>,
    /// The ids and times of the events that were read and could be read again.
    read: HashMap<String, Timestamp>,
}

impl<S> AuditLog<'_, S> {
    async fn show<E: From<StoreError>>(&mut self, events: Vec<RecordedEvent>) -> Result<(), E>
    where
        S: FnMut(&LoggedEvent) -> Result<(), E>,
    {
        let recent = SystemClock.now() - LATE - LATE;
        for event in events {
            let username = match &event.subject {
                Some(subject) if self.with_usernames => self.username(subject).await?,
                _ => None,
            };
            let logged = LoggedEvent { event, username };
            (self.show)(&logged)?;
            let (id, at) = (logged.event.id, Timestamp::from_millis(logged.event.at));
            if at >= recent {
                self.read.insert(id, at);
            }
        }
        Ok(())
    }

    async fn username(&mut self, subject: &str) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.usernames.get(subject) {
            return Ok(known.clone());
        }
        let username = store::find_user(self.db, &Subject::new(subject)).await?.map(|user| user.username);
        self.usernames.insert(subject.to_owned(), username.clone());
        Ok(username)
    }
}
