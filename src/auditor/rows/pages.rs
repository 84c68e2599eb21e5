//! Is the person safe on the pages? The verification URI: RFC 8628 sections 3.3 and 5, RFC 9700 section 4.16.

use crate::auditor::Decision;
use crate::auditor::auditing::{Auditing, is_waiting};
use crate::auditor::person::Page;
use crate::auditor::rows::Row;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::Question;
use crate::device::is_this_machine;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "page-get-changes-nothing",
        section: "RFC 8628 section 3.3.1, RFC 9110 section 9.2.1",
        proves: "N46 U-01 U-08",
        must: "opening verification_uri_complete decides nothing",
        good: "the page does not go on by itself",
        waits: false,
        check: |auditing| Box::pin(get_changes_nothing(auditing)),
    },
    Row {
        id: "page-asks",
        section: "RFC 8628 sections 3.3 and 5.4",
        proves: "N45 U-04",
        must: "typing the code and logging in is no approval: the person is asked first",
        good: "",
        waits: false,
        check: |auditing| Box::pin(asks(auditing)),
    },
    Row {
        id: "page-framing",
        section: "RFC 9700 section 4.16",
        proves: "N56 W-01 W-02",
        must: "no other site can put the pages into a frame (frame-ancestors or X-Frame-Options)",
        good: "",
        waits: false,
        check: |auditing| Box::pin(framing(auditing)),
    },
    Row {
        id: "page-headers",
        section: "RFC 9700 sections 4.2.4 and 4.16",
        proves: "N56 W-01 W-02",
        must: "",
        good: "a Content-Security-Policy without unsafe-inline, no-store, no-referrer and nosniff on every page",
        waits: false,
        check: |auditing| Box::pin(headers(auditing)),
    },
    Row {
        id: "page-cookies",
        section: "RFC 6749 section 10.12",
        proves: "N57 W-04",
        must: "",
        good: "cookies are HttpOnly and SameSite, with https also Secure",
        waits: false,
        check: |auditing| Box::pin(cookies(auditing)),
    },
    Row {
        id: "page-wrong-code",
        section: "RFC 8628 section 5.1",
        proves: "U-03",
        must: "",
        good: "a code that was denied looks like one that nobody has",
        waits: false,
        check: |auditing| Box::pin(wrong_code(auditing)),
    },
    Row {
        id: "page-device-code",
        section: "RFC 8628 section 3.3",
        proves: "U-09",
        must: "",
        good: "the device code stands on no page and in no address",
        waits: false,
        check: |auditing| Box::pin(device_code(auditing)),
    },
    Row {
        id: "page-cors",
        section: "RFC 9700 section 2.6",
        proves: "T-23 N59",
        must: "",
        good: "no other origin may read the verification page",
        waits: false,
        check: |auditing| Box::pin(cors(auditing)),
    },
];

async fn get_changes_nothing(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let Some(complete) = &pending.complete else {
        return Err(Stop::NotSupported("it sends no verification_uri_complete".to_owned()));
    };
    let mut visitor = auditing.visitor()?;
    let page = visitor.open(complete).await.map_err(Stop::Skipped)?;
    let stranger = auditing.poll(&pending).await?;
    seen.must(
        is_waiting(&stranger),
        format!("a stranger opened the link, and the device was answered {}", stranger.brief()),
    );
    seen.good(!page.moves_itself(), "the page goes on by itself");
    // The same in a browser that is signed in already: it has decided about another device before.
    let before = auditing.pending().await?;
    let page = visitor.reach_decision(&before.uri, &before.user_code).await.map_err(Stop::Skipped)?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::Skipped)?;
    visitor.open(complete).await.map_err(Stop::Skipped)?;
    let answer = auditing.poll(&pending).await?;
    seen.says(format!("the device: {}", answer.brief()));
    seen.must(
        is_waiting(&answer),
        format!("a signed-in person opened the link, and the device was answered {}", answer.brief()),
    );
    Ok(seen)
}

async fn asks(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let page = auditing.visitor()?.enter_code(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    let answer = auditing.poll(&pending).await?;
    seen.says(format!("the page: {}; the device: {}", page.answer.status, answer.brief()));
    seen.must(is_waiting(&answer), format!("nobody pressed anything, and the device was answered {}", answer.brief()));
    Ok(seen)
}

/// The pages of a whole walk, redirects left out.
async fn walked(auditing: &Auditing) -> Result<(Vec<Page>, Vec<String>, String), Stop> {
    let pending = auditing.pending().await?;
    let mut visitor = auditing.visitor()?;
    let page = visitor.reach_decision(&pending.uri, &pending.user_code).await.map_err(Stop::Skipped)?;
    visitor.decide(&page, Decision::Approve).await.map_err(Stop::Skipped)?;
    let pages = visitor.shown.into_iter().filter(|page| !(300..400).contains(&page.answer.status)).collect();
    Ok((pages, visitor.set_cookies, pending.device_code))
}

async fn framing(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let (pages, _, _) = match auditing.visitor() {
        Ok(_) => walked(auditing).await?,
        // Whoever walks the forms elsewhere: the first page can be looked at all the same.
        Err(_) => (vec![first_page(auditing, &pending.uri).await?], Vec::new(), String::new()),
    };
    for page in &pages {
        let policy = page.answer.header("content-security-policy");
        let safe = policy.contains("frame-ancestors") || !page.answer.header("x-frame-options").is_empty();
        seen.must(safe, format!("{} can be put into a frame", page.place()));
    }
    seen.says(format!("{} pages", pages.len()));
    Ok(seen)
}

async fn first_page(auditing: &Auditing, uri: &url::Url) -> Result<Page, Stop> {
    let answer = auditing.ask(&Question::get(uri).header("accept", "text/html")).await?;
    Ok(Page::of(uri.clone(), answer))
}

async fn headers(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (pages, _, _) = walked(auditing).await?;
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
    Ok(seen)
}

async fn cookies(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (pages, cookies, _) = walked(auditing).await?;
    let secure = pages.first().is_some_and(|page| page.url.scheme() == "https" && !is_this_machine(&page.url));
    for cookie in &cookies {
        let (name, rest) = cookie.split_once('=').unwrap_or((cookie, ""));
        let rest = rest.to_ascii_lowercase();
        seen.good(rest.contains("httponly"), format!("{name} is not HttpOnly"));
        seen.good(rest.contains("samesite"), format!("{name} has no SameSite"));
        seen.good(!secure || rest.contains("secure"), format!("{name} is not Secure"));
    }
    seen.says(format!("{} cookies set", cookies.len()));
    Ok(seen)
}

async fn wrong_code(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let denied = auditing.pending().await?;
    auditing.decide(&denied, Decision::Deny).await?;
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
        let page = auditing.visitor()?.enter_code(&denied.uri, code).await.map_err(Stop::Skipped)?;
        pages.push((page.answer.status, page.text().replace(code.as_str(), "CODE")));
    }
    seen.says(format!("status {} in both cases", pages[0].0));
    seen.good(pages[0] == pages[1], "the page tells a spent code from a wrong one");
    Ok(seen)
}

async fn device_code(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (pages, _, code) = walked(auditing).await?;
    for page in &pages {
        let shown = page.answer.body.contains(&code) || page.url.as_str().contains(&code);
        seen.good(!shown, format!("{} shows the device code", page.place()));
    }
    seen.says(format!("not on {} pages", pages.len()));
    Ok(seen)
}

async fn cors(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let question = Question::get(&pending.uri).header("accept", "text/html").header("origin", "https://evil.example");
    let answer = auditing.ask(&question).await?;
    let allowed = answer.header("access-control-allow-origin").to_owned();
    seen.says(if allowed.is_empty() { "closed".to_owned() } else { allowed.clone() });
    seen.good(allowed.is_empty(), format!("the page is open to {allowed}"));
    Ok(seen)
}
