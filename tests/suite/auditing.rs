//! The auditor finds each fault and nothing else. A server with one fault at a time, in real time.

use std::collections::BTreeSet;
use std::time::Duration;

use auditor::{Account, Client, Clients, Person, Plan, Report, Verdict, audit, rows};
use futures_util::future::join_all;
use protocol::Secret;

use crate::faulty_server::{Fault, FaultyServer};
use testkit::{PASSWORD, secs};

/// Each fault, and the rows that it fails.
const FAULTS: &[(Fault, &[&str])] = &[
    (Fault::NeverSlowsDown, &["poll-too-fast"]),
    (Fault::SlowDownKillsTheGrant, &["poll-after-slow-down", "poll-approved-at-once"]),
    (Fault::IssuesTwiceInARace, &["redeem-race"]),
    (Fault::RedeemsACodeTwice, &["redeem-once", "redeem-race"]),
    (Fault::OtherClientsRedeem, &["other-client-approved"]),
    (Fault::DenialIsLostAfterAnApproval, &["approve-after-deny", "approve-and-deny-race"]),
    (Fault::PendingIs403, &["poll-pending"]),
    (Fault::TokensMayBeStored, &["tokens-not-stored"]),
    (Fault::GetIsProcessed, &["token-methods"]),
    (Fault::WrongIssuer, &["discovery-issuer"]),
    (Fault::ExpiredIsPending, &["poll-expired"]),
    (Fault::DuplicatesAreAccepted, &["codes-duplicates", "token-duplicates"]),
    (Fault::OpeningTheLinkApproves, &["page-get-changes-nothing"]),
    (Fault::PagesCanBeFramed, &["page-framing"]),
    (Fault::SecretsAreNotAskedFor, &["codes-need-credentials", "token-needs-credentials"]),
    (Fault::OldRefreshTokensWork, &["refresh-reuse"]),
    (Fault::OtherClientsRefresh, &["refresh-other-client"]),
    (Fault::RefreshingWidensTheScope, &["refresh-scope"]),
    (Fault::OtherClientsRevoke, &["revoke-other-client"]),
    (Fault::AnybodyIntrospects, &["introspect-needs-caller"]),
];

/// The features that the faulty server does not have.
const LACKING: &[&str] = &["id-token", "jwks", "userinfo", "userinfo-refuses"];

fn plan(issuer: &str, only: &[&str]) -> Plan {
    let client = |id: &str, secret: Option<&str>| Client { id: id.to_owned(), secret: secret.map(Secret::presented) };
    Plan {
        issuer: issuer.to_owned(),
        clients: Clients {
            main: client("tv", None),
            other: Some(client("box", Some("box-secret"))),
            without_grant: Some(client("lamp", None)),
        },
        scope: Some("watch".to_owned()),
        person: Person::Http(Account::new("anna", Secret::presented(PASSWORD))),
        only: only.iter().map(ToString::to_string).collect(),
        skip: Vec::new(),
        strict: true,
        patience: secs(10),
        jobs: 32,
    }
}

fn named(report: &Report, verdict: Verdict) -> BTreeSet<&'static str> {
    report.rows.iter().filter(|row| row.verdict == verdict).map(|row| row.row.id).collect()
}

fn told(report: &Report, verdict: Verdict) -> String {
    let rows = report.rows.iter().filter(|row| row.verdict == verdict);
    rows.flat_map(|row| [row.row.id, ": ", &row.seen, "\n"]).collect()
}

/// Audits a server twice: with codes that live long enough for every walk, and for the end of codes that live shortly.
async fn audited(fault: Option<Fault>) -> (Report, Report) {
    let (lasting, short) = (FaultyServer::start(fault, 120).await, FaultyServer::start(fault, 3).await);
    let both = tokio::join!(
        audit(plan(&lasting.issuer, &[]), |_, _| {}),
        audit(plan(&short.issuer, &["poll-expired"]), |_, _| {})
    );
    (both.0.unwrap(), both.1.unwrap())
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_all_right_passes_every_row() {
    let (report, expiry) = audited(None).await;
    assert_eq!(told(&report, Verdict::Fail) + &told(&report, Verdict::Note), "");
    assert_eq!(named(&report, Verdict::NotSupported), LACKING.iter().copied().collect());
    // The codes of this server outlive the patience of this audit.
    assert_eq!(named(&report, Verdict::Skipped), ["poll-expired"].into(), "{}", told(&report, Verdict::Skipped));
    assert_eq!(expiry.summary(), "1 pass", "{}", expiry.table(100));
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn each_fault_fails_exactly_the_rows_that_are_about_it() {
    let audits = FAULTS.iter().map(async |(fault, rows)| {
        let (report, expiry) = audited(Some(*fault)).await;
        let failed = &named(&report, Verdict::Fail) | &named(&expiry, Verdict::Fail);
        let expected: BTreeSet<&str> = rows.iter().copied().collect();
        let told = told(&report, Verdict::Fail) + &told(&report, Verdict::Skipped);
        (failed != expected).then(|| format!("{fault:?} failed {failed:?} instead of {expected:?}:\n{told}"))
    });
    let wrong: Vec<String> = join_all(audits).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_rfc_demands_is_a_note_unless_it_is_strict() {
    let server = FaultyServer::start(Some(Fault::NeverSlowsDown), 120).await;
    let mild = Plan { strict: false, ..plan(&server.issuer, &["poll-too-fast"]) };
    let report = audit(mild, |_, _| {}).await.unwrap();
    assert_eq!(report.summary(), "1 not supported", "{}", report.table(100));
    assert!(report.markdown("a shop").contains("| `poll-too-fast` |"), "it is published as not supported");
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_published_page_names_no_failure() {
    let server = FaultyServer::start(Some(Fault::RedeemsACodeTwice), 120).await;
    let report = audit(plan(&server.issuer, &["redeem-once", "denied"]), |_, _| {}).await.unwrap();
    assert_eq!(report.summary(), "1 pass, 1 FAIL");
    let page = report.markdown("a shop");
    assert!(page.contains("| `denied` |") && !page.contains("redeem-once"), "{page}");
    assert!(!page.contains(&server.issuer), "{page}");
}

/// Nobody decides: the rows that take a decision are skipped, and each says why.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_person_the_other_rows_are_tried_all_the_same() {
    let server = FaultyServer::start(None, 120).await;
    let alone = Plan { person: Person::Nobody, ..plan(&server.issuer, &["denied", "page-asks", "codes-members"]) };
    let report = audit(Plan { patience: Duration::ZERO, ..alone }, |_, _| {}).await.unwrap();
    assert_eq!(report.summary(), "1 pass, 2 skipped");
    assert_eq!(
        told(&report, Verdict::Skipped),
        "denied: needs somebody who decides (--approve)\npage-asks: needs a person who walks the forms (--approve http)\n"
    );
}

/// The kept report of this server has a line for every row, and every row passes.
#[test]
fn the_kept_report_of_grantd_is_of_these_rows() {
    let kept = include_str!("../../docs/audit/grantd.md");
    let passed: Vec<&str> = kept.lines().filter(|line| line.contains("| pass |")).collect();
    let rows: Vec<&str> = rows().map(|row| row.id).collect();
    for row in &rows {
        assert!(
            passed.iter().any(|line| line.starts_with(&format!("| `{row}` |"))),
            "{row} is not in docs/audit/grantd.md"
        );
    }
    assert_eq!(passed.len(), rows.len(), "docs/audit/grantd.md has rows that are gone");
}
