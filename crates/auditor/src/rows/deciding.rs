//! A denial is final: when the device asks again, when an old page approves later, and when an approval arrives at the same
//! time (RFC 8628 sections 3.3 and 3.5).

use futures_util::future::join;

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::rows::{Row, row};
use crate::run::AuditRun;
use crate::wire::Answer;

pub(super) const ROWS: &[Row] = &[
    row!("denied", "RFC 8628 section 3.5", "N33", denied)
        .must("after a denial the device hears access_denied, and never gets tokens")
        .good("it hears the same when it asks again"),
    row!("approve-after-deny", "RFC 8628 section 3.3", "N44 SM-04", approve_after_deny)
        .must("who goes back after a denial and approves the old page does not get the device in")
        .good("the device still hears access_denied"),
    row!("approve-and-deny-race", "RFC 8628 section 3.3", "N41 SM-04", race)
        .good("of an approval and a denial that arrive together, the denial stands"),
];

fn is_denied(answer: &Answer) -> bool {
    answer.error() == "access_denied"
}

async fn denied(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    run.decide(&pending, Decision::Deny).await?;
    let first = run.poll_now(&pending).await?;
    seen.says(first.brief());
    seen.must(is_denied(&first), format!("after the denial: {}", first.brief()));
    seen.must(first.status == 400, format!("access_denied came with status {}", first.status));
    for _ in 0..2 {
        let again = run.poll_now(&pending).await?;
        seen.must(!again.has_tokens(), "tokens came after the denial");
        seen.good(is_denied(&again), format!("asked again: {}", again.brief()));
    }
    Ok(())
}

async fn approve_after_deny(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (mut visitor, page) = run.at_decision(&pending).await?;
    visitor.decide(&page, Decision::Deny).await.map_err(Stop::skipped)?;
    // Whatever the page shows now, only the answer to the device counts.
    let after = visitor.decide(&page, Decision::Approve).await;
    seen.says(format!("the page: {}", after.map_or(0, |page| page.answer.status)));
    let answer = run.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "the device got tokens after the denial");
    seen.good(is_denied(&answer), format!("the device was answered {}", answer.brief()));
    Ok(())
}

async fn race(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (mut approving, page) = run.at_decision(&pending).await?;
    let mut denying = approving.clone();
    let both = join(approving.decide(&page, Decision::Approve), denying.decide(&page, Decision::Deny));
    both.await.1.map_err(Stop::skipped)?;
    let answer = run.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.good(is_denied(&answer), format!("the device was answered {}", answer.brief()));
    Ok(())
}
