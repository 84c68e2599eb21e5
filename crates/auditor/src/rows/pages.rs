//! The safety of the person on the pages: RFC 8628 sections 3.3 and 5, RFC 9700 section 4.16.

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::person::Page;
use crate::rows::{Row, row};
use crate::run::{AuditRun, is_waiting};
use crate::wire::Question;
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
        return Err(Stop::NotSupported("it sends no verification_uri_complete".to_owned()));
    };
    let mut visitor = run.visitor()?;
    let page = visitor.open(complete).await.map_err(Stop::Skipped)?;
    let stranger = run.poll(&pending).await?;
    seen.must(
        is_waiting(&stranger),
        format!("a stranger opened the link, and the device was answered {}", stranger.brief()),
    );
    seen.good(!page.moves_itself(), "the page goes on by itself");
    // The same in a browser that is signed in already: it has decided about another device before.
    let before = run.pending().await?;
    let page = visitor.reach_decision(&before.uri, &before.user_code).await.map_err(Stop::Skipped)?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::Skipped)?;
    visitor.open(complete).await.map_err(Stop::Skipped)?;
    let answer = run.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.must(
        is_waiting(&answer),
        format!("a signed-in person opened the link, and the device was answered {}", answer.brief()),
    );
    Ok(())
}

async fn asks(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let page = run.visitor()?.enter_code(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    let answer = run.poll(&pending).await?;
    seen.says(format!("the page: {}; the device: {}", page.answer.status, answer.brief()));
    seen.must(is_waiting(&answer), format!("nobody pressed anything, and the device was answered {}", answer.brief()));
    Ok(())
}

/// The pages of a whole walk, redirects left out.
async fn walked(run: &AuditRun) -> Result<(Vec<Page>, Vec<String>, String), Stop> {
    let pending = run.pending().await?;
    let mut visitor = run.visitor()?;
    let page = visitor.reach_decision(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::Skipped)?;
    let pages = visitor.shown.into_iter().filter(|page| !(300..400).contains(&page.answer.status)).collect();
    Ok((pages, visitor.set_cookies, pending.device_code))
}

async fn framing(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (pages, _, _) = match run.visitor() {
        Ok(_) => walked(run).await?,
        // Even if the forms are walked elsewhere, the first page can be checked.
        Err(_) => (vec![first_page(run, &pending.uri).await?], Vec::new(), String::new()),
    };
    for page in &pages {
        let policy = page.answer.header("content-security-policy");
        let safe = policy.contains("frame-ancestors") || !page.answer.header("x-frame-options").is_empty();
        seen.must(safe, format!("{} can be put into a frame", page.place()));
    }
    seen.says(format!("{} pages", pages.len()));
    Ok(())
}

async fn first_page(run: &AuditRun, uri: &url::Url) -> Result<Page, Stop> {
    let answer = run.ask(&Question::get(uri).header("accept", "text/html")).await?;
    Ok(Page::of(uri.clone(), answer))
}

async fn headers(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (pages, _, _) = walked(run).await?;
    for page in &pages {
        let path = page.place();
        let policy = page.answer.header("content-security-policy");
        seen.good(
            !policy.is_empty() && !policy.contains("unsafe-inline"),
            format!("{path} has no strict Content-Security-Policy"),
        );
        seen.good(page.answer.is_not_stored(), format!("{path} may be cached"));
        seen.good(page.answer.header("x-content-type-options") == "nosniff", format!("{path} lacks nosniff"));
        let referrer = page.answer.header("referrer-policy");
        seen.good(["no-referrer", "same-origin"].contains(&referrer), format!("{path} lets its address travel"));
    }
    seen.says(format!("{} pages", pages.len()));
    Ok(())
}

async fn cookies(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (pages, cookies, _) = walked(run).await?;
    let secure = pages.first().is_some_and(|page| page.url.scheme() == "https" && !is_this_machine(&page.url));
    for cookie in &cookies {
        let (name, rest) = cookie.split_once('=').unwrap_or((cookie, ""));
        let rest = rest.to_ascii_lowercase();
        seen.good(rest.contains("httponly"), format!("{name} is not HttpOnly"));
        seen.good(rest.contains("samesite"), format!("{name} has no SameSite"));
        seen.good(!secure || rest.contains("secure"), format!("{name} is not Secure"));
    }
    seen.says(format!("{} cookies set", cookies.len()));
    Ok(())
}

async fn wrong_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let denied = run.pending().await?;
    run.decide(&denied, Decision::Deny).await?;
    // The same letters in another order: of the right form, and nobody's.
    let nobodys: String = {
        let mut letters: Vec<char> = denied.user_code.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.rotate_left(1);
        letters.reverse();
        let mut letters = letters.into_iter();
        denied.user_code.chars().map(|c| if c.is_alphanumeric() { letters.next().unwrap_or(c) } else { c }).collect()
    };
    let mut pages = Vec::new();
    for code in [&denied.user_code, &nobodys] {
        let page = run.visitor()?.enter_code(&denied.uri, code).await.map_err(Stop::Skipped)?;
        pages.push((page.answer.status, page.text().replace(code.as_str(), "CODE")));
    }
    seen.says(format!("status {} in both cases", pages[0].0));
    seen.good(pages[0] == pages[1], "the page tells a spent code from a wrong one");
    Ok(())
}

async fn device_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (pages, _, code) = walked(run).await?;
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
    let allowed = answer.header("access-control-allow-origin").to_owned();
    seen.says(if allowed.is_empty() { "closed".to_owned() } else { allowed.clone() });
    seen.good(allowed.is_empty(), format!("the page is open to {allowed}"));
    Ok(())
}
