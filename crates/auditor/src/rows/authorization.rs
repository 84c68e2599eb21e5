//! The device authorization response and its codes (RFC 8628 section 3.2).

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde_json::Value;

use crate::observations::{Observations, Stop};
use crate::rows::expecting::{is_safe, texts};
use crate::rows::{Row, row};
use crate::run::{AuditRun, Pending, pending_in};

/// Enough codes to see which of their characters vary.
const SAMPLES: usize = 20;
/// RFC 6749 section 10.10: a guess must not succeed more often than once in 2^128.
const LEAST_BITS: f64 = 128.0;
/// RFC 8628 section 6.1 recommends eight of 20 letters, 34.6 bits. Six digits, 19.9 bits, are too few.
const LEAST_USER_CODE_BITS: f64 = 29.0;

pub(super) const ROWS: &[Row] = &[
    row!("codes-members", "RFC 8628 section 3.2", "N01 D-05", members)
        .must("200, JSON with device_code, user_code, verification_uri and expires_in; strings are strings, numbers numbers")
        .good("whole seconds of at least 1, interval always sent, no member is null"),
    row!("codes-not-stored", "RFC 8628 section 3.2", "D-05", not_stored)
        .good("Cache-Control: no-store, and Pragma: no-cache"),
    row!("device-code-entropy", "RFC 6749 section 10.10", "D-08 N01", device_codes)
        .must("no device code comes twice, and what varies in them could hold 128 bits")
        .good("the user code is no part of the device code"),
    row!("user-code-entropy", "RFC 8628 sections 5.1 and 6.1", "D-09 N01 E-04", user_codes)
        .must("no user code comes twice while the first is alive")
        .good("what varies in them could hold 29 bits, and one case of letters is enough to type them"),
    row!("verification-uri", "RFC 8628 sections 3.2 and 3.3", "D-06 D-07", uris)
        .must("verification_uri is an https URL, or stays on this machine")
        .good("it is short and without the code; verification_uri_complete, if there is one, has it"),
];

async fn members(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let answer = run.authorize(run.main()).await?;
    seen.says(answer.brief());
    seen.must(answer.status == 200, format!("answered {}", answer.brief()));
    seen.must(answer.is_json(), format!("it calls itself {:?}", answer.header("content-type")));
    let Some(said) = answer.json() else {
        seen.must(false, "the body is no JSON object");
        return Ok(());
    };
    texts(seen, &said, &["device_code", "user_code", "verification_uri"]);
    seen.must(said.get("expires_in").is_some_and(Value::is_number), "expires_in is no number");
    seen.must(said.get("interval").is_none_or(Value::is_number), "interval is no number");
    let complete = said.get("verification_uri_complete");
    seen.must(complete.is_none_or(Value::is_string), "verification_uri_complete is no string");
    for member in ["expires_in", "interval"] {
        let whole = said.get(member).is_none_or(|value| value.as_u64().is_some_and(|seconds| seconds > 0));
        seen.good(whole, format!("{member} is not a whole number of at least 1"));
    }
    seen.good(said.get("interval").is_some(), "interval is left out, and some clients cannot do without");
    let nulls = said.as_object().into_iter().flatten().filter(|(_, value)| value.is_null());
    let nulls: Vec<&str> = nulls.map(|(name, _)| name.as_str()).collect();
    seen.good(nulls.is_empty(), format!("null: {}", nulls.join(", ")));
    Ok(())
}

async fn not_stored(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let answer = run.authorize(run.main()).await?;
    pending_in(run.main(), &answer)?;
    seen.says(format!("cache-control: {}", answer.header("cache-control")));
    seen.good(answer.is_not_stored(), "the codes may be cached");
    seen.good(answer.header("pragma").contains("no-cache"), "no Pragma: no-cache for old caches");
    Ok(())
}

/// Codes of the main client, four at a time: more at once could meet a limit on requests.
async fn samples(run: &AuditRun) -> Result<Vec<Pending>, Stop> {
    let mut all = Vec::new();
    while all.len() < SAMPLES {
        all.extend(try_join_all((0..4).map(|_| run.pending())).await?);
    }
    Ok(all)
}

async fn device_codes(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let samples = samples(run).await?;
    let codes: Vec<&str> = samples.iter().map(|pending| pending.device_code.as_str()).collect();
    let bits = varying_bits(&codes);
    seen.says(format!("{SAMPLES} codes of {} characters, {bits:.0} bits at most", codes[0].chars().count()));
    seen.must(codes.iter().collect::<BTreeSet<_>>().len() == SAMPLES, "a device code came twice");
    seen.must(bits >= LEAST_BITS, format!("what varies in the device codes holds {bits:.0} bits at most"));
    let contained = samples.iter().any(|pending| bare(&pending.device_code).contains(&bare(&pending.user_code)));
    seen.good(!contained, "the device code contains the user code");
    Ok(())
}

async fn user_codes(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let samples = samples(run).await?;
    let codes: Vec<&str> = samples.iter().map(|pending| pending.user_code.as_str()).collect();
    let bits = varying_bits(&codes);
    seen.says(format!("codes of {} characters, about {bits:.0} bits", codes[0].chars().count()));
    seen.must(codes.iter().collect::<BTreeSet<_>>().len() == SAMPLES, "two living requests have the same user code");
    seen.good(bits >= LEAST_USER_CODE_BITS, format!("what varies in the user codes holds about {bits:.0} bits"));
    let all = codes.concat();
    let mixed = all.chars().any(char::is_lowercase) && all.chars().any(char::is_uppercase);
    seen.good(!mixed, "upper and lower case are mixed");
    Ok(())
}

/// The letters and digits of a code, in lower case.
fn bare(text: &str) -> String {
    text.replace(['-', ' ', '+'], "").to_lowercase()
}

/// The entropy in bits of the places that differ between codes, if each is drawn from all characters that occur there.
#[expect(clippy::cast_precision_loss, reason = "a count of characters is small")]
fn varying_bits(codes: &[&str]) -> f64 {
    let codes: Vec<Vec<char>> = codes.iter().map(|code| code.chars().collect()).collect();
    let shortest = codes.iter().map(Vec::len).min().unwrap_or_default();
    let varies = |place: &usize| codes.iter().any(|code| code[*place] != codes[0][*place]);
    let places: Vec<usize> = (0..shortest).filter(varies).collect();
    let drawn: BTreeSet<char> = codes.iter().flat_map(|code| places.iter().map(|place| code[*place])).collect();
    places.len() as f64 * (drawn.len().max(1) as f64).log2()
}

async fn uris(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (uri, code) = (&pending.uri, &pending.user_code);
    // The report must not show the code.
    seen.says(uri.as_str().replace(code, "CODE"));
    seen.must(is_safe(uri), format!("{} is no https URL", uri.scheme()));
    let uri_text = bare(&uri.as_str().replace("%20", ""));
    seen.good(!uri_text.contains(&bare(code)), "verification_uri contains the code");
    seen.good(uri.as_str().len() <= 64, format!("{} characters are long to type", uri.as_str().len()));
    if let Some(complete) = &pending.complete {
        seen.says("with verification_uri_complete");
        seen.must(is_safe(complete), "verification_uri_complete is no https URL");
        seen.good(complete != uri, "verification_uri_complete is the same as verification_uri");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::varying_bits;

    #[test]
    fn only_what_varies_counts() {
        assert!(varying_bits(&["gdc_0f", "gdc_1e", "gdc_2d", "gdc_3c"]) <= 6.0);
        assert!((varying_bits(&["ab", "ba", "aa", "bb"]) - 2.0).abs() < 0.001);
        assert!(varying_bits(&["same", "same"]).abs() < 0.001);
    }
}
