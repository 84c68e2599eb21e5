//! Polls of a pending and of an expired code, and polls that are too fast, in real time (RFC 8628 section 3.5).

use std::time::Duration;

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::rows::expecting::written;
use crate::rows::{Row, row};
use crate::run::{AuditRun, Pending, is_waiting};
use crate::time::{now, pause};
use crate::wire::Answer;

/// Each `slow_down` adds this to the interval (RFC 8628 section 3.5).
const STEP: Duration = Duration::from_secs(5);
/// A server may tolerate a poll that was sent twice. So many in a row are too fast for any server.
const HASTY_POLLS: usize = 4;
/// The most polls that are tried, if the answers come late.
const MOST_POLLS: usize = 40;
/// How long after `expires_in` a code has expired on every server, however it rounds.
const AFTER_THE_END: Duration = Duration::from_millis(1500);

pub(super) const ROWS: &[Row] = &[
    row!("poll-pending", "RFC 8628 section 3.5, RFC 6749 section 5.2", "N02 T-13 T-14", pending)
        .must("before anybody decides: 400 authorization_pending, also to every poll that keeps the interval")
        .waits(),
    row!("poll-too-fast", "RFC 8628 section 3.5", "N28 T-15", too_fast)
        .must("polls in a row are authorization_pending or slow_down, with status 400")
        .good("one of them is slow_down"),
    row!("poll-after-slow-down", "RFC 8628 section 3.5", "N28 N29 T-15", after_slow_down)
        .must("slow_down leaves the grant alive, and a device that waits five seconds longer is not told again")
        .waits(),
    row!("poll-approved-at-once", "RFC 8628 section 3.5", "N30 T-16", approved_at_once)
        .must("slow_down is for pending grants: once approved, even a hasty poll gets its tokens"),
    row!("poll-expired", "RFC 8628 section 3.5", "N32", expired)
        .must("after expires_in a poll is neither pending nor granted: expired_token (or invalid_grant, RFC 6749)")
        .good("expired_token, and the same when asked again")
        .waits(),
];

async fn pending(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    for poll in ["the first poll", "the second", "the third"] {
        let answer = run.poll(&pending).await?;
        seen.says(format!("{poll}: {}", answer.brief()));
        let due = answer.error() == "authorization_pending";
        seen.must(due, format!("{poll} was answered {}", answer.brief()));
        seen.must(answer.status == 400, format!("authorization_pending came with status {}", answer.status));
        written(seen, poll, &answer);
    }
    Ok(())
}

/// Polls without pause until an answer is not `authorization_pending`, or until [`HASTY_POLLS`] were hasty. A poll is hasty
/// if it took less than half the interval: a server that answers late has not seen a fast poll.
async fn hasten(run: &AuditRun, pending: &Pending) -> Result<Vec<Answer>, Stop> {
    let mut answers = Vec::new();
    let mut hasty = 0;
    for _ in 0..MOST_POLLS {
        let began = now();
        let answer = run.poll_now(pending).await?;
        hasty += usize::from(now().since(began) < pending.interval / 2);
        let over = answer.error() != "authorization_pending";
        answers.push(answer);
        if over || hasty == HASTY_POLLS {
            return Ok(answers);
        }
    }
    Err(Stop::skipped("the answers come too late to poll fast"))
}

fn was_slowed(answers: &[Answer]) -> bool {
    answers.last().is_some_and(|answer| answer.error() == "slow_down")
}

async fn too_fast(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let answers = hasten(run, &pending).await?;
    for answer in &answers {
        seen.says(answer.brief());
        seen.must(is_waiting(answer), format!("a hasty poll was answered {}", answer.brief()));
        let due = answer.error() != "slow_down" || answer.status == 400;
        seen.must(due, format!("slow_down came with status {}", answer.status));
    }
    if answers.iter().all(is_waiting) && !was_slowed(&answers) {
        seen.lacks(format!("{} polls in a row are never told slow_down", answers.len()));
    }
    Ok(())
}

async fn after_slow_down(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let answers = hasten(run, &pending).await?;
    if !was_slowed(&answers) {
        return Err(Stop::not_supported("it never says slow_down"));
    }
    let wait = pending.interval + STEP;
    if pending.expires_in < now().since(pending.asked_at) + wait {
        return Err(Stop::skipped(format!("the code does not live for the {} s that this takes", wait.as_secs())));
    }
    let answer = run.poll_after(&pending, wait).await?;
    seen.says(format!("after {} s: {}", wait.as_secs(), answer.brief()));
    let due = answer.error() == "authorization_pending";
    seen.must(due, format!("a device that obeyed slow_down was answered {}", answer.brief()));
    Ok(())
}

async fn approved_at_once(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let hasty = hasten(run, &pending).await?;
    run.decide(&pending, Decision::Approve).await?;
    let answer = run.poll_now(&pending).await?;
    let before = if was_slowed(&hasty) { "slow_down, approval" } else { "approval" };
    seen.says(format!("{before}, then {}", answer.brief()));
    seen.must(answer.has_tokens(), format!("after {before}: {}", answer.brief()));
    Ok(())
}

async fn expired(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let left = (pending.expires_in + AFTER_THE_END).saturating_sub(now().since(pending.asked_at));
    if left > run.plan.patience {
        return Err(Stop::skipped(format!("needs {} s (--patience)", left.as_secs())));
    }
    pause(left).await;
    for poll in ["after the end", "asked again"] {
        let answer = run.poll(&pending).await?;
        seen.says(format!("{poll}: {}", answer.brief()));
        let over = ["expired_token", "invalid_grant"].contains(&answer.error().as_str());
        seen.must(over, format!("{poll}: {}", answer.brief()));
        seen.good(answer.error() == "expired_token", format!("{poll}: {}", answer.brief()));
    }
    Ok(())
}
