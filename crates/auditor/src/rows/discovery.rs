//! The metadata of the server (RFC 8414, OpenID Connect Discovery, RFC 8628 section 4).

use serde_json::Value;
use url::Url;

use crate::observations::{Observations, Stop};
use crate::rows::expecting::is_safe;
use crate::rows::{Row, row};
use crate::run::AuditRun;
use crate::wire::Question;
use device::DEVICE_CODE_GRANT;

pub(super) const ROWS: &[Row] = &[
    row!("discovery-issuer", "RFC 8414 section 3.3", "M-02", sync issuer)
        .must("the issuer in the metadata is the one that was asked for, letter for letter"),
    row!("discovery-forms", "RFC 8414 section 3.1", "M-01 N77", sync forms)
        .good("both well-known places answer, and with the same document"),
    row!("discovery-endpoints", "RFC 8628 section 3.1", "M-02 D-17", sync endpoints)
        .must("both endpoints use TLS (or stay on this machine), and the token endpoint has no fragment")
        .good("so does every other endpoint"),
    row!("discovery-grant", "RFC 8628 section 4", "M-03 M-05", sync grant)
        .good("grant_types_supported names the device grant, and no list is empty"),
    row!("discovery-cors", "RFC 9700 section 2.6", "T-23 N59", cors)
        .good("any origin may read the metadata, without credentials"),
];

fn issuer(run: &AuditRun, seen: &mut Observations) {
    for (place, document) in &run.metadata.documents {
        let named = document.get("issuer").and_then(Value::as_str).unwrap_or("nothing");
        seen.says(named);
        seen.must(named == run.plan.issuer, format!("{} says {named}", place.path()));
    }
}

fn forms(run: &AuditRun, seen: &mut Observations) {
    let documents = &run.metadata.documents;
    let places: Vec<&str> = documents.iter().map(|(place, _)| place.path()).collect();
    seen.says(places.join(" and "));
    seen.good(documents.len() == 2, format!("only {} answers", places.join(" and ")));
    let same = documents.windows(2).all(|pair| pair[0].1 == pair[1].1);
    seen.good(same, "the two documents differ");
}

fn endpoints(run: &AuditRun, seen: &mut Observations) {
    let metadata = &run.metadata;
    for url in [&metadata.device_authorization_endpoint, &metadata.token_endpoint] {
        seen.says(url.path());
        seen.must(is_safe(url), format!("{url} has no TLS"));
        seen.must(url.fragment().is_none(), format!("{url} has a fragment"));
    }
    let document = metadata.documents.first().and_then(|(_, document)| document.as_object());
    for (name, value) in document.into_iter().flatten() {
        let Some(url) = value.as_str().filter(|_| name.ends_with("_endpoint") || name == "jwks_uri") else { continue };
        let safe = Url::parse(url).is_ok_and(|url| is_safe(&url));
        seen.good(safe, format!("{name} has no TLS"));
    }
}

fn grant(run: &AuditRun, seen: &mut Observations) {
    let listed = run.metadata.lists("grant_types_supported", DEVICE_CODE_GRANT);
    seen.says("the grant is listed");
    seen.good(listed == Some(true), "grant_types_supported does not name the device grant");
    for (_, document) in &run.metadata.documents {
        let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        let lists = document.as_object().into_iter().flatten().filter(|(_, value)| empty(value));
        let names: Vec<&str> = lists.map(|(name, _)| name.as_str()).collect();
        seen.good(names.is_empty(), format!("empty lists: {}", names.join(", ")));
    }
}

async fn cors(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    for (place, _) in &run.metadata.documents {
        let answer = run.ask(&Question::get(place).header("origin", "https://app.example")).await?;
        let allowed = answer.header("access-control-allow-origin");
        seen.says(format!("access-control-allow-origin: {allowed}"));
        let is_allowed = ["*", "https://app.example"].contains(&allowed);
        seen.good(is_allowed, format!("{} cannot be read by other origins", place.path()));
        seen.good(answer.header("access-control-allow-credentials") != "true", "credentials are allowed, too");
    }
    Ok(())
}
