//! How the pages protect the person (RFC 8628 sections 3.3 and 5, RFC 9700 section 4.16).

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::person::{Page, Visitor};
use crate::rows::{Row, row};
use crate::run::{AuditRun, is_waiting};
use crate::wire::{Answer, Question};
use device::is_this_machine;

pub(super) const ROWS: &[Row] = &[
    row!(
        "page-get-changes-nothing",
        "RFC 8628 section 3.3.1, RFC 9110 section 9.2.1",
        "N46 U-01 U-08",
        get_changes_nothing
    )
    .must("opening verification_uri_complete decides nothing")
    .good("the page does not go on by itself"),
    row!("page-asks", "RFC 8628 sections 3.3 and 5.4", "N45 U-04", asks)
        .must("typing the code and logging in is no approval: the person is asked first"),
    row!("page-framing", "RFC 9700 section 4.16", "N56 W-01 W-02", framing)
        .must("no other site can put the pages into a frame (frame-ancestors or X-Frame-Options)"),
    row!("page-headers", "RFC 9700 sections 4.2.4 and 4.16", "N56 W-01 W-02", headers)
        .good("a Content-Security-Policy without unsafe-inline, no-store, no-referrer and nosniff on every page"),
    row!("page-cookies", "RFC 6749 section 10.12", "N57 W-04", cookies)
        .good("cookies are HttpOnly and SameSite, with https also Secure"),
    row!("page-wrong-code", "RFC 8628 section 5.1", "U-03", wrong_code)
        .good("a code that was denied looks like one that nobody has"),
    row!("page-device-code", "RFC 8628 section 3.3", "U-09", device_code)
        .good("the device code stands on no page and in no address"),
    row!("page-cors", "RFC 9700 section 2.6", "T-23 N59", cors).good("no other origin may read the verification page"),
];

async fn get_changes_nothing(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let Some(complete) = &pending.complete else {
        return Err(Stop::not_supported("it sends no verification_uri_complete"));
    };
    let mut visitor = run.visitor()?;
    let page = visitor.open(complete).await.map_err(Stop::skipped)?;
    still_waits(seen, "a stranger opened the link", &run.poll(&pending).await?);
    seen.good(!page.html.moves_itself, "the page goes on by itself");
    // The same in a browser that is signed in, because it has approved another device.
    let other = run.pending().await?;
    let page = run.reach_decision(&mut visitor, &other).await?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::skipped)?;
    visitor.open(complete).await.map_err(Stop::skipped)?;
    let answer = run.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    still_waits(seen, "a signed-in person opened the link", &answer);
    Ok(())
}

/// The device still waits, although this happened.
fn still_waits(seen: &mut Observations, event: &str, answer: &Answer) {
    seen.must(is_waiting(answer), format!("{event}, and the device was answered {}", answer.brief()));
}

async fn asks(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let page = run.visitor()?.enter_code(&pending.uri, &pending.user_code).await.map_err(Stop::skipped)?;
    let answer = run.poll(&pending).await?;
    seen.says(format!("the page: {}; the device: {}", page.answer.status, answer.brief()));
    still_waits(seen, "nobody pressed anything", &answer);
    Ok(())
}

/// The browser after a whole walk, and the device code of that walk.
async fn walked(run: &AuditRun) -> Result<(Visitor, String), Stop> {
    let pending = run.pending().await?;
    let (mut visitor, page) = run.at_decision(&pending).await?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::skipped)?;
    Ok((visitor, pending.device_code))
}

async fn framing(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pages = if run.visitor().is_ok() {
        walked(run).await?.0.pages
    } else {
        // Without a person who fills in the forms, the first page can still be checked.
        let uri = run.pending().await?.uri;
        let answer = run.ask(&Question::get(&uri).header("accept", "text/html")).await?;
        vec![Page::of(uri, answer)]
    };
    for page in &pages {
        let policy = page.answer.header("content-security-policy");
        let safe = policy.contains("frame-ancestors") || !page.answer.header("x-frame-options").is_empty();
        seen.must(safe, format!("{} can be put into a frame", page.place()));
    }
    seen.says(format!("{} pages", pages.len()));
    Ok(())
}

async fn headers(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (Visitor { pages, .. }, _) = walked(run).await?;
    for page in &pages {
        let path = page.place();
        let policy = page.answer.header("content-security-policy");
        let is_strict = !policy.is_empty() && !policy.contains("unsafe-inline");
        seen.good(is_strict, format!("{path} has no strict Content-Security-Policy"));
        seen.good(page.answer.is_not_stored(), format!("{path} may be cached"));
        seen.good(page.answer.header("x-content-type-options") == "nosniff", format!("{path} lacks nosniff"));
        let referrer = page.answer.header("referrer-policy");
        seen.good(["no-referrer", "same-origin"].contains(&referrer), format!("{path} lets its address travel"));
    }
    seen.says(format!("{} pages", pages.len()));
    Ok(())
}

async fn cookies(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (Visitor { pages, set_cookies, .. }, _) = walked(run).await?;
    let secure = pages.first().is_some_and(|page| page.url.scheme() == "https" && !is_this_machine(&page.url));
    for cookie in &set_cookies {
        let (name, rest) = cookie.split_once('=').unwrap_or((cookie, ""));
        let rest = rest.to_ascii_lowercase();
        seen.good(rest.contains("httponly"), format!("{name} is not HttpOnly"));
        seen.good(rest.contains("samesite"), format!("{name} has no SameSite"));
        seen.good(!secure || rest.contains("secure"), format!("{name} is not Secure"));
    }
    seen.says(format!("{} cookies set", set_cookies.len()));
    Ok(())
}

async fn wrong_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let denied = run.pending().await?;
    run.decide(&denied, Decision::Deny).await?;
    // The same letters in another order: a well-formed code that was not issued.
    let mut letters: Vec<char> = denied.user_code.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.rotate_left(1);
    let place = |c: char| if c.is_alphanumeric() { letters.pop().unwrap_or(c) } else { c };
    let unissued: String = denied.user_code.chars().map(place).collect();
    let mut pages = Vec::new();
    for code in [&denied.user_code, &unissued] {
        let page = run.visitor()?.enter_code(&denied.uri, code).await.map_err(Stop::skipped)?;
        pages.push((page.answer.status, page.html.text.replace(code.as_str(), "CODE")));
    }
    seen.says(format!("status {} in both cases", pages[0].0));
    seen.good(pages[0] == pages[1], "the page tells a spent code from a wrong one");
    Ok(())
}

async fn device_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (Visitor { pages, .. }, code) = walked(run).await?;
    for page in &pages {
        let shown = page.answer.body.contains(&code) || page.url.as_str().contains(&code);
        seen.good(!shown, format!("{} shows the device code", page.place()));
    }
    seen.says(format!("not on {} pages", pages.len()));
    Ok(())
}

async fn cors(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let question = Question::get(&pending.uri).header("accept", "text/html").header("origin", "https://evil.example");
    let answer = run.ask(&question).await?;
    let allowed = answer.header("access-control-allow-origin");
    seen.says(if allowed.is_empty() { "closed" } else { allowed });
    seen.good(allowed.is_empty(), format!("the page is open to {allowed}"));
    Ok(())
}
