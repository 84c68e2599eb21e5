//! Events: the audit log, the notices of webhooks, and incidents.

mod actor;
mod audit_event;
mod disowning;
mod incident;
mod notice;
mod webhook_signature;

pub use actor::Actor;
pub use audit_event::{AuditEvent, Channel, Event, Source};
pub use incident::{Cluster, DeviceRequest, Grouping, RequestFilter, RequestOutcome, clusters, origin_of};
pub use notice::{NoticeFacts, TEST_NOTICE, notice_backoff, notice_body, notice_name, notice_names, test_notice_body};
pub use webhook_signature::{WebhookSecret, webhook_signature};
