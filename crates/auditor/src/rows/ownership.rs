//! A device code works for its own client only, before and after the approval (RFC 8628 section 3.4, RFC 6749 section
//! 5.2).

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::rows::expecting::refused;
use crate::rows::token_requests::NO_CODE;
use crate::rows::{Row, row};
use crate::run::{AuditRun, is_waiting};

pub(super) const ROWS: &[Row] = &[
    row!("other-client-pending", "RFC 6749 section 5.2", "N31 T-18", pending)
        .must("another client's poll of a waiting code is invalid_grant, and the owner goes on undisturbed")
        .good("it is answered exactly as an unknown code is"),
    row!("other-client-approved", "RFC 6749 section 5.2", "N31 T-18", approved)
        .must("another client gets no tokens for an approved code, and its owner still does")
        .good("it is answered invalid_grant"),
];

async fn pending(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let other = run.other()?;
    let pending = run.pending().await?;
    let unknown = run.ask(&run.poll_question(other, NO_CODE)).await?;
    let answer = run.ask(&run.poll_question(other, &pending.device_code)).await?;
    refused(seen, "the other client", &answer, &["invalid_grant"]);
    let alike = (answer.status, &answer.body) == (unknown.status, &unknown.body);
    seen.good(alike, "the answer tells the code of somebody else from one that nobody has");
    let owner = run.poll(&pending).await?;
    seen.says(format!("the owner: {}", owner.brief()));
    seen.must(is_waiting(&owner), format!("then the owner was answered {}", owner.brief()));
    Ok(())
}

async fn approved(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let other = run.other()?;
    let pending = run.pending().await?;
    run.decide(&pending, Decision::Approve).await?;
    let answer = run.ask(&run.poll_question(other, &pending.device_code)).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "another client redeemed the code");
    seen.good(answer.error() == "invalid_grant", format!("the other client was answered {}", answer.brief()));
    if let Err(stop) = run.redeem(&pending).await {
        seen.must(false, format!("the owner: {}", stop.reason));
    }
    Ok(())
}
