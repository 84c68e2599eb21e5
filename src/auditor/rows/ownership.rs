//! Is a device code good for its client alone? RFC 8628 section 3.4, RFC 6749 section 5.2, before and after the approval.

use crate::auditor::Decision;
use crate::auditor::auditing::{Auditing, is_waiting};
use crate::auditor::rows::Row;
use crate::auditor::rows::expecting::refused;
use crate::auditor::rows::token_requests::NO_CODE;
use crate::auditor::seen::{Seen, Stop};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "other-client-pending",
        section: "RFC 6749 section 5.2",
        proves: "N31 T-18",
        must: "another client's poll of a waiting code is invalid_grant, and the owner goes on undisturbed",
        good: "it is answered exactly as an unknown code is",
        waits: false,
        check: |auditing| Box::pin(pending(auditing)),
    },
    Row {
        id: "other-client-approved",
        section: "RFC 6749 section 5.2",
        proves: "N31 T-18",
        must: "another client gets no tokens for an approved code, and its owner still does",
        good: "it is answered invalid_grant",
        waits: false,
        check: |auditing| Box::pin(approved(auditing)),
    },
];

async fn pending(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let other = auditing.other()?;
    let pending = auditing.pending().await?;
    let unknown = auditing.ask(&auditing.poll_question(other, NO_CODE)).await?;
    let answer = auditing.ask(&auditing.poll_question(other, &pending.device_code)).await?;
    refused(&mut seen, "the other client", &answer, &["invalid_grant"]);
    let alike = (answer.status, &answer.body) == (unknown.status, &unknown.body);
    seen.good(alike, "the answer tells the code of somebody else from one that nobody has");
    let owner = auditing.poll(&pending).await?;
    seen.says(format!("the owner: {}", owner.brief()));
    seen.must(is_waiting(&owner), format!("then the owner was answered {}", owner.brief()));
    Ok(seen)
}

async fn approved(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let other = auditing.other()?;
    let pending = auditing.pending().await?;
    auditing.decide(&pending, Decision::Approve).await?;
    let answer = auditing.ask(&auditing.poll_question(other, &pending.device_code)).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "another client redeemed the code");
    seen.good(answer.error() == "invalid_grant", format!("the other client was answered {}", answer.brief()));
    if let Err(Stop::Failed(why)) = auditing.redeem(&pending).await {
        seen.must(false, format!("the owner: {why}"));
    }
    Ok(seen)
}
