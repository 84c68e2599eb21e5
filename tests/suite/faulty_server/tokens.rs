//! How the faulty server answers a poll: RFC 8628 section 3.5, with its faults.

use std::time::Duration;

use axum::response::Response;
use grantd::clock::{Clock, SystemClock};

use super::afterwards::{issue, refresh};
use super::requests::{Asked, Refusal};
use super::{Fault, Shop, Status, random};
use testkit::{DEVICE_CODE, secs};

pub async fn token(shop: &Shop, asked: &Asked) -> Result<Response, Refusal> {
    let proven = asked.proven(shop)?;
    let said = |name: &str| proven.form.get(name).ok_or((400, "invalid_request"));
    match said("grant_type")?.as_str() {
        DEVICE_CODE => {}
        "refresh_token" => return refresh(shop, &proven),
        _ => return Err((400, "unsupported_grant_type")),
    }
    if !proven.has_grant {
        return Err((400, "unauthorized_client"));
    }
    let code = said("device_code")?;
    standing(shop, proven.client, code)?;
    if shop.has(Fault::IssuesTwiceInARace) {
        // Long enough for the others to get the same answer.
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(300)).await;
    }
    let mut held = shop.held.lock().unwrap();
    if !shop.has(Fault::RedeemsACodeTwice) {
        held.grants.get_mut(code).unwrap().status = Status::Redeemed;
    }
    let mut response = issue(&mut held, proven.client, &random(), "watch");
    if shop.has(Fault::TokensMayBeStored) {
        response.headers_mut().remove("cache-control");
    }
    Ok(response)
}

/// Nothing when tokens are due; they are spent here already, but for the faults that spend them later or never.
fn standing(shop: &Shop, client: &str, code: &str) -> Result<(), Refusal> {
    let mut held = shop.held.lock().unwrap();
    let grant = held.grants.get_mut(code).ok_or((400, "invalid_grant"))?;
    let approved = grant.status == Status::Approved;
    if grant.client != client && !(approved && shop.has(Fault::OtherClientsRedeem)) {
        return Err((400, "invalid_grant"));
    }
    let now = SystemClock.now();
    match grant.status {
        Status::Redeemed => Err((400, "invalid_grant")),
        Status::Denied | Status::Killed => Err((400, "access_denied")),
        _ if now >= grant.expires_at && !shop.has(Fault::ExpiredIsPending) => Err((400, "expired_token")),
        Status::Approved => {
            if ![Fault::IssuesTwiceInARace, Fault::RedeemsACodeTwice].into_iter().any(|fault| shop.has(fault)) {
                grant.status = Status::Redeemed;
            }
            Ok(())
        }
        Status::Pending => {
            let hasty = grant.polled_at.is_some_and(|before| now.since(before) < grant.interval);
            grant.polled_at = Some(now);
            if !hasty || shop.has(Fault::NeverSlowsDown) {
                return Err((if shop.has(Fault::PendingIs403) { 403 } else { 400 }, "authorization_pending"));
            }
            grant.interval += secs(5);
            if shop.has(Fault::SlowDownKillsTheGrant) {
                grant.status = Status::Killed;
            }
            Err((400, "slow_down"))
        }
    }
}
