//! Reads the audit table as `grantd audit-log` does.

use protocol::Timestamp;
use serde_json::Value;
use store::{RecordedEvent, WantedEvents};

use crate::Server;

impl Server {
    /// Every event, in the order in which they happened.
    pub async fn events(&self) -> Vec<RecordedEvent> {
        let all = WantedEvents::default();
        store::next_audit_events(&self.app.db, &all, Timestamp::from_millis(0), "", 10_000).await.unwrap()
    }

    /// The events of one name.
    pub async fn events_of(&self, name: &str) -> Vec<RecordedEvent> {
        let mut events = self.events().await;
        events.retain(|event| event.event == name);
        events
    }

    /// How many events of one name there are.
    pub async fn count_events(&self, name: &str) -> usize {
        self.events_of(name).await.len()
    }
}

/// The detail of an event.
pub fn detail(event: &RecordedEvent) -> Value {
    serde_json::from_str(&event.detail).unwrap()
}
