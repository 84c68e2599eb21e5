//! Decide when an alarm tells that logins are turned away: once for each cause, and once a minute at most (requirement
//! FA-02).
//!
//! A client that is refused can retry at no cost, so logging the refusal must cost nothing either: each node remembers
//! in memory what it has told. Several nodes tell of one minute once, because the event is named after the minute.

use std::collections::HashMap;

use parking_lot::Mutex;

use protocol::Timestamp;

/// Causes that are remembered at once. One is added a minute at most, so this is more than two hours of them.
const MOST: usize = 128;

/// The alarms that this node has given.
#[derive(Debug, Default)]
pub struct LoginAlarm(Mutex<AlarmHistory>);

#[derive(Debug, Default)]
struct AlarmHistory {
    minute: Option<i64>,
    causes: HashMap<String, Timestamp>,
    untold: u64,
}

/// An alarm that is due now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// The minute of the alarm, since the epoch.
    pub minute: i64,
    /// How many were turned away here since the last alarm, for any cause.
    pub logins: u64,
}

impl LoginAlarm {
    /// A login was turned away for a cause that lasts until then. Tells whether somebody is to be told.
    pub fn turned_away(&self, cause: &str, until: Timestamp, now: Timestamp) -> Option<TurnedAway> {
        let mut told = self.0.lock();
        told.untold += 1;
        let minute = now.seconds().div_euclid(60);
        if told.minute == Some(minute) || told.causes.get(cause).is_some_and(|until| now < *until) {
            return None;
        }
        told.causes.retain(|_, until| now < *until);
        if told.causes.len() >= MOST {
            told.causes.clear();
        }
        told.causes.insert(cause.to_owned(), until);
        told.minute = Some(minute);
        Some(TurnedAway { minute, logins: std::mem::take(&mut told.untold) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// Proves: FA-02
    #[test]
    fn a_cause_is_told_once_and_one_a_minute() {
        let alarm = LoginAlarm::default();
        let told = |cause: &str, until, now| alarm.turned_away(cause, at(until), at(now)).map(|told| told.logins);
        assert_eq!(told("a site", 600, 0), Some(1));
        assert_eq!(told("a site", 600, 1), None);
        assert_eq!(told("another", 600, 59), None, "one a minute");
        assert_eq!(told("a site", 600, 60), None, "it was told");
        assert_eq!(told("another", 600, 61), Some(4));
        assert_eq!(told("a site", 1_200, 600), Some(1), "it begins anew");
        for minute in 20..1_000 {
            let cause = minute.to_string();
            assert_eq!(told(&cause, 1_000_000, minute * 60), Some(1));
        }
        assert!(alarm.0.lock().causes.len() <= MOST);
    }
}
