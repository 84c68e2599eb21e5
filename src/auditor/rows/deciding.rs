//! Does a decision hold? A denial, a denial that is taken back with the Back button, and both at once (RFC 8628 sections 3.3
//! and 3.5).

use crate::auditor::Decision;
use crate::auditor::auditing::Auditing;
use crate::auditor::rows::Row;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::Answer;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "denied",
        section: "RFC 8628 section 3.5",
        proves: "N33",
        must: "after a denial the device hears access_denied, and never gets tokens",
        good: "it hears the same when it asks again",
        waits: false,
        check: |auditing| Box::pin(denied(auditing)),
    },
    Row {
        id: "approve-after-deny",
        section: "RFC 8628 section 3.3",
        proves: "N44 SM-04",
        must: "who goes back after a denial and approves the old page does not get the device in",
        good: "the device still hears access_denied",
        waits: false,
        check: |auditing| Box::pin(approve_after_deny(auditing)),
    },
    Row {
        id: "approve-and-deny-race",
        section: "RFC 8628 section 3.3",
        proves: "N41 SM-04",
        must: "",
        good: "of an approval and a denial that arrive together, the denial stands",
        waits: false,
        check: |auditing| Box::pin(race(auditing)),
    },
];

fn is_denied(answer: &Answer) -> bool {
    answer.error() == "access_denied"
}

async fn denied(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    auditing.decide(&pending, Decision::Deny).await?;
    let first = auditing.poll_now(&pending).await?;
    seen.says(first.brief());
    seen.must(is_denied(&first), format!("after the denial: {}", first.brief()));
    seen.must(first.status == 400, format!("access_denied came with status {}", first.status));
    for _ in 0..2 {
        let again = auditing.poll_now(&pending).await?;
        seen.must(!again.has_tokens(), "tokens came after the denial");
        seen.good(is_denied(&again), format!("asked again: {}", again.brief()));
    }
    Ok(seen)
}

async fn approve_after_deny(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let mut visitor = auditing.visitor()?;
    let page = visitor.reach_decision(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    visitor.decide(&page, Decision::Deny).await.map_err(Stop::Skipped)?;
    // What the server shows now is its own affair; what counts is what the device is told.
    let after = visitor.decide(&page, Decision::Approve).await;
    seen.says(format!("the page: {}", after.map_or(0, |page| page.answer.status)));
    let answer = auditing.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "the device got tokens after the denial");
    seen.good(is_denied(&answer), format!("the device was answered {}", answer.brief()));
    Ok(seen)
}

async fn race(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let mut approving = auditing.visitor()?;
    let page = approving.reach_decision(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    let mut denying = approving.clone();
    let (approved, denied) =
        futures_util::future::join(approving.decide(&page, Decision::Approve), denying.decide(&page, Decision::Deny))
            .await;
    denied.map_err(Stop::Skipped)?;
    drop(approved);
    let answer = auditing.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.good(is_denied(&answer), format!("the device was answered {}", answer.brief()));
    Ok(seen)
}
