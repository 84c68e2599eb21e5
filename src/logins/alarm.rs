//! Decide when refused logins raise an alarm: once for each cause, and at most once a minute (requirement FA-02).
//!
//! A refused client can retry at no cost, so its refusal must cost the server nothing: each node remembers its alarms in
//! memory. Several nodes write one event for a minute, because the id of the event is made from the minute.

use std::collections::HashMap;

use parking_lot::Mutex;

use protocol::Timestamp;

/// The most causes that are remembered. At most one is added in a minute, so this is more than two hours of them.
const MOST: usize = 128;

/// The alarms that this node has given.
#[derive(Debug, Default)]
pub struct LoginAlarm(Mutex<AlarmHistory>);

#[derive(Debug, Default)]
struct AlarmHistory {
    minute: Option<i64>,
    causes: HashMap<String, Timestamp>,
    /// The refused logins since the last alarm.
    refused: u64,
}

/// An alarm that is due now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// The minute of the alarm, since the epoch.
    pub minute: i64,
    /// The logins that this node has refused since the last alarm, for any cause.
    pub logins: u64,
}

impl LoginAlarm {
    /// Counts a login that was refused for a cause that lasts until then. Returns the alarm, if one is due.
    pub fn turned_away(&self, cause: &str, until: Timestamp, now: Timestamp) -> Option<TurnedAway> {
        let mut history = self.0.lock();
        history.refused += 1;
        let minute = now.seconds().div_euclid(60);
        if history.minute == Some(minute) || history.causes.get(cause).is_some_and(|until| now < *until) {
            return None;
        }
        history.causes.retain(|_, until| now < *until);
        if history.causes.len() >= MOST {
            history.causes.clear();
        }
        history.causes.insert(cause.to_owned(), until);
        history.minute = Some(minute);
        Some(TurnedAway { minute, logins: std::mem::take(&mut history.refused) })
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
        let logins = |cause: &str, until, now| alarm.turned_away(cause, at(until), at(now)).map(|due| due.logins);
        assert_eq!(logins("a site", 600, 0), Some(1));
        assert_eq!(logins("a site", 600, 1), None);
        assert_eq!(logins("another", 600, 59), None, "one a minute");
        assert_eq!(logins("a site", 600, 60), None, "there was an alarm for it");
        assert_eq!(logins("another", 600, 61), Some(4));
        assert_eq!(logins("a site", 1_200, 600), Some(1), "a new alarm after the cause has ended");
        for minute in 20..1_000 {
            let cause = minute.to_string();
            assert_eq!(logins(&cause, 1_000_000, minute * 60), Some(1));
        }
        assert!(alarm.0.lock().causes.len() <= MOST);
    }
}
