//! Is the server what it says it is? Its metadata: RFC 8414, OpenID Connect Discovery, RFC 8628 section 4.

use std::future::ready;

use serde_json::Value;

use crate::auditor::auditing::{Auditing, DEVICE_CODE};
use crate::auditor::rows::Row;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::Question;
use crate::device::is_this_machine;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "discovery-issuer",
        section: "RFC 8414 section 3.3",
        proves: "M-02",
        must: "the issuer in the metadata is the one that was asked for, letter for letter",
        good: "",
        waits: false,
        check: |auditing| Box::pin(ready(Ok(issuer(auditing)))),
    },
    Row {
        id: "discovery-forms",
        section: "RFC 8414 section 3.1",
        proves: "M-01 N77",
        must: "",
        good: "both well-known places answer, and with the same document",
        waits: false,
        check: |auditing| Box::pin(ready(Ok(forms(auditing)))),
    },
    Row {
        id: "discovery-endpoints",
        section: "RFC 8628 section 3.1",
        proves: "M-02 D-17",
        must: "both endpoints use TLS (or stay on this machine), and the token endpoint has no fragment",
        good: "so does every other endpoint",
        waits: false,
        check: |auditing| Box::pin(ready(Ok(endpoints(auditing)))),
    },
    Row {
        id: "discovery-grant",
        section: "RFC 8628 section 4",
        proves: "M-03 M-05",
        must: "",
        good: "grant_types_supported names the device grant, and no list is empty",
        waits: false,
        check: |auditing| Box::pin(ready(Ok(grant(auditing)))),
    },
    Row {
        id: "discovery-cors",
        section: "RFC 9700 section 2.6",
        proves: "T-23 N59",
        must: "",
        good: "any origin may read the metadata, without credentials",
        waits: false,
        check: |auditing| Box::pin(cors(auditing)),
    },
];

fn issuer(auditing: &Auditing) -> Seen {
    let mut seen = Seen::default();
    for (place, document) in &auditing.metadata.documents {
        let told = document.get("issuer").and_then(Value::as_str).unwrap_or("nothing");
        seen.says(told);
        seen.must(told == auditing.issuer(), format!("{} says {told}", place.path()));
    }
    seen
}

fn forms(auditing: &Auditing) -> Seen {
    let mut seen = Seen::default();
    let documents = &auditing.metadata.documents;
    let places: Vec<&str> = documents.iter().map(|(place, _)| place.path()).collect();
    seen.says(places.join(" and "));
    seen.good(documents.len() == 2, format!("only {} answers", places.join(" and ")));
    let same = documents.windows(2).all(|pair| pair[0].1 == pair[1].1);
    seen.good(same, "the two documents differ");
    seen
}

fn endpoints(auditing: &Auditing) -> Seen {
    let mut seen = Seen::default();
    let metadata = &auditing.metadata;
    for url in [&metadata.device_authorization_endpoint, &metadata.token_endpoint] {
        seen.says(url.path());
        seen.must(url.scheme() == "https" || is_this_machine(url), format!("{url} has no TLS"));
        seen.must(url.fragment().is_none(), format!("{url} has a fragment"));
    }
    let document = metadata.documents.first().and_then(|(_, document)| document.as_object());
    for (name, value) in document.into_iter().flatten() {
        let Some(url) = value.as_str().filter(|_| name.ends_with("_endpoint") || name == "jwks_uri") else { continue };
        let safe = url::Url::parse(url).is_ok_and(|url| url.scheme() == "https" || is_this_machine(&url));
        seen.good(safe, format!("{name} has no TLS"));
    }
    seen
}

fn grant(auditing: &Auditing) -> Seen {
    let mut seen = Seen::default();
    let listed = auditing.metadata.lists("grant_types_supported", DEVICE_CODE);
    seen.says("the grant is listed");
    seen.good(listed == Some(true), "grant_types_supported does not name the device grant");
    for (_, document) in &auditing.metadata.documents {
        let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        let lists = document.as_object().into_iter().flatten().filter(|(_, value)| empty(value));
        let names: Vec<&str> = lists.map(|(name, _)| name.as_str()).collect();
        seen.good(names.is_empty(), format!("empty lists: {}", names.join(", ")));
    }
    seen
}

async fn cors(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    for (place, _) in &auditing.metadata.documents {
        let answer = auditing.ask(&Question::get(place).header("origin", "https://app.example")).await?;
        let allowed = answer.header("access-control-allow-origin");
        seen.says(format!("access-control-allow-origin: {allowed}"));
        seen.good(
            ["*", "https://app.example"].contains(&allowed),
            format!("{} cannot be read by other origins", place.path()),
        );
        seen.good(answer.header("access-control-allow-credentials") != "true", "credentials are allowed, too");
    }
    Ok(seen)
}
