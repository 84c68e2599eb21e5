//! Tests of the state machine, without a server, a clock or a database.

use proptest::prelude::*;

use super::*;

const TOLERANCE: Duration = Duration::from_secs(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn claim(subject: &str, page: u8) -> Claim {
    Claim {
        subject: Subject::new(subject),
        session: Digest::sha256(&[page, 1]),
        handle: Digest::sha256(&[page]),
        entry: CodeEntry::Typed,
        sealed_code: Vec::new(),
    }
}

fn approval(now: Timestamp) -> Approval {
    Approval {
        at: now,
        scope: Scope::of(["openid"]),
        auth_time: at(0),
        amr: vec!["pwd".to_owned()],
        acr: None,
        initiated: Initiated::default(),
    }
}

fn grant() -> DeviceGrant {
    let origin = Origin { at: at(0), address: IpAddr::from([127, 0, 0, 1]), user_agent: None };
    let (scope, lifetime) = (Scope::of(["openid", "read"]), Duration::from_secs(600));
    DeviceGrant::new("g1".to_owned(), "tv".to_owned(), scope, origin, lifetime, Duration::from_secs(5))
}

fn approved(now: Timestamp) -> DeviceGrant {
    let claimed = grant().claim(claim("anna", 1), now).unwrap();
    claimed.approve(approval(now)).unwrap()
}

#[test]
fn a_login_is_fresh_by_its_age_or_because_it_was_made_for_this_request() {
    let asked = |max_age| DeviceGrant {
        origin: Origin { at: at(1000), ..grant().origin },
        wishes: Wishes { max_age, ..Wishes::default() },
        ..grant()
    };
    let fresh =
        |max_age, auth_time, now| asked(max_age).accepts_login(at(auth_time), Duration::from_secs(900), at(now));
    assert!(fresh(None, 200, 1100) && !fresh(None, 199, 1100), "the server's fifteen minutes");
    assert!(fresh(Some(60), 990, 1050) && !fresh(Some(60), 990, 1051), "the device's minute");
    assert!(!fresh(Some(0), 999, 1000) && fresh(Some(0), 1000, 1300) && !fresh(Some(0), 1000, 1301), "always");
    assert!(!fresh(Some(5000), 199, 1100), "a device cannot ask for less than the server");
}

#[test]
fn an_approved_grant_answers_at_once_however_hasty_the_poll() {
    let mut grant = approved(at(10));
    grant.pace = Pace { answered_at: Some(at(10)), slowed: true, ..Pace::new(Duration::from_secs(30)) };
    assert!(matches!(grant.poll(at(11), &SentPin::Nothing), Poll::Issue(..)));
}

#[test]
fn an_approval_outlives_the_code_by_two_polls_and_at_least_fifteen_seconds() {
    let grant = approved(at(599));
    assert!(matches!(grant.poll(at(614), &SentPin::Nothing), Poll::Issue(..)));
    assert_eq!(grant.poll(at(615), &SentPin::Nothing), Poll::ExpiredToken);
    let mut patient = approved(at(599));
    patient.pace.interval = Duration::from_secs(20);
    assert!(matches!(patient.poll(at(639), &SentPin::Nothing), Poll::Issue(..)));
}

#[test]
fn nothing_is_approved_or_claimed_after_expiry() {
    assert_eq!(grant().claim(claim("anna", 1), at(600)), None);
    let claimed = grant().claim(claim("anna", 1), at(1)).unwrap();
    assert_eq!(claimed.clone().approve(approval(at(600))), None);
    assert_eq!(claimed.standing(at(600)), Standing::Expired);
    assert_eq!(claimed.poll(at(600), &SentPin::Nothing), Poll::ExpiredToken);
}

#[test]
fn another_person_cannot_claim_and_the_same_person_moves_the_page() {
    let claimed = grant().claim(claim("anna", 1), at(1)).unwrap();
    assert_eq!(claimed.clone().claim(claim("ben", 2), at(2)), None);
    let moved = claimed.claim(claim("anna", 3), at(2)).unwrap();
    assert_eq!(moved.claimed().map(|claim| claim.handle), Some(Digest::sha256(&[3])));
}

#[test]
fn an_approval_never_grants_more_than_was_asked_for() {
    let claimed = grant().claim(claim("anna", 1), at(1)).unwrap();
    let wide = Approval { scope: Scope::of(["read", "admin"]), ..approval(at(2)) };
    let grant = claimed.approve(wide).unwrap();
    let State::Approved(_, approval) = grant.state else { panic!("approved") };
    assert_eq!(approval.scope.to_string(), "read");
}

#[test]
fn a_code_presented_again_late_calls_for_revocation() {
    let redeemed = approved(at(10)).redeem(Redemption { at: at(20), family: "f".to_owned() }).unwrap();
    for (when, revoke, again) in [(20, false, true), (30, false, true), (31, true, true), (51, true, false)] {
        let told = redeemed.poll(at(when), &SentPin::Nothing);
        let Poll::AlreadyRedeemed(redemption) = told else { panic!("{told:?}") };
        assert_eq!((redemption.at, redemption.family.as_str()), (at(20), "f"));
        let now = at(when);
        assert_eq!((redemption.is_replayed(now), redemption.may_be_redelivered(now)), (revoke, again), "at {when} s");
    }
}

#[test]
fn only_the_session_that_holds_a_claim_gives_it_back_and_only_undecided() {
    let claimed = grant().claim(claim("anna", 1), at(1)).unwrap();
    let (here, there) = (claim("anna", 1).session, claim("anna", 2).session);
    assert_eq!(claimed.clone().release(&there, at(2)), None);
    assert_eq!(claimed.clone().release(&here, at(600)), None, "too late");
    let free = claimed.release(&here, at(2)).unwrap();
    assert_eq!(free.state, State::Pending);
    assert!(free.claim(claim("ben", 3), at(3)).is_some(), "somebody else goes on");
    assert_eq!(approved(at(10)).release(&here, at(11)), None, "what is allowed can be denied, and not handed on");
    assert_eq!(grant().release(&here, at(1)), None);
}

#[test]
fn a_report_ends_what_was_not_redeemed_and_is_told_once() {
    let claimed = grant().claim(claim("anna", 1), at(1)).unwrap();
    let reported = |grant: DeviceGrant, now| grant.report(at(now)).unwrap();
    for grant in [claimed.clone(), approved(at(10))] {
        let next = reported(grant, 20);
        assert_eq!((next.poll(at(20), &SentPin::Nothing), next.reported_at), (Poll::AccessDenied, Some(at(20))));
        assert_eq!(next.report(at(21)), None);
    }
    let late = reported(claimed, 600);
    assert_eq!(late.poll(at(600), &SentPin::Nothing), Poll::ExpiredToken, "its device is told the same as before");
    let redeemed = approved(at(10)).redeem(Redemption { at: at(20), family: "f".to_owned() }).unwrap();
    assert_eq!(reported(redeemed.clone(), 30).state, redeemed.state);
    assert_eq!(grant().report(at(1)), None, "nobody entered its code");
}

#[derive(Clone, Debug)]
enum Act {
    Claim(bool),
    Approve,
    Deny,
    Release(bool),
    Report,
    Poll,
    Revoke,
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let act = prop_oneof![
        any::<bool>().prop_map(Act::Claim),
        Just(Act::Approve),
        Just(Act::Deny),
        any::<bool>().prop_map(Act::Release),
        Just(Act::Report),
        Just(Act::Poll),
        Just(Act::Revoke),
    ];
    prop::collection::vec((act, 0..120_i64), 1..40)
}

proptest! {
    /// Random sequences of events: a grant issues at most once, never after a denial or a revocation, and never to
    /// somebody who did not claim it. A decision is never undone by expiry or by polling.
    #[test]
    fn a_grant_issues_at_most_once_and_never_after_a_denial(acts in acts()) {
        let mut grant = grant();
        let mut now = 0;
        let (mut issued, mut refused) = (0, false);
        for (act, wait) in acts {
            now += wait;
            let before = grant.clone();
            match act {
                Act::Claim(anna) => {
                    let subject = if anna { "anna" } else { "ben" };
                    if let Some(next) = grant.clone().claim(claim(subject, 1), at(now)) {
                        prop_assert!(now < 600);
                        prop_assert!(matches!(before.state, State::Pending | State::Claimed(_)));
                        grant = next;
                    }
                }
                Act::Approve => if let Some(next) = grant.clone().approve(approval(at(now))) {
                    prop_assert!(!refused && issued == 0 && now < 600);
                    prop_assert!(matches!(before.state, State::Claimed(_)));
                    grant = next;
                },
                Act::Deny => if let Some(next) = grant.clone().deny(at(now)) {
                    prop_assert!(issued == 0);
                    refused = true;
                    grant = next;
                },
                Act::Release(here) => {
                    let session = claim("", if here { 1 } else { 9 }).session;
                    if let Some(next) = grant.clone().release(&session, at(now)) {
                        prop_assert!(here && now < 600);
                        prop_assert!(matches!(before.state, State::Claimed(_)));
                        prop_assert_eq!(next.claimed(), None);
                        grant = next;
                    }
                },
                Act::Report => if let Some(next) = grant.clone().report(at(now)) {
                    prop_assert!(before.reported_at.is_none() && before.claimed().is_some());
                    refused |= matches!(next.state, State::Denied(_));
                    prop_assert!(refused || issued == 1 || now >= 600);
                    grant = next;
                },
                Act::Revoke => if !matches!(grant.state, State::Redeemed(..) | State::Denied(_)) {
                    grant.state = State::Revoked;
                    refused = true;
                },
                Act::Poll => match grant.poll(at(now), &SentPin::Nothing) {
                    Poll::Issue(claim, _) => {
                        prop_assert!(!refused && issued == 0);
                        prop_assert!(now < 600 + 120, "the grace is two intervals of a minute at most");
                        prop_assert_eq!(Some(&claim), before.claimed());
                        grant = grant.clone().redeem(Redemption { at: at(now), family: "f".to_owned() }).unwrap();
                        issued += 1;
                    }
                    Poll::Waiting => {
                        let pace = grant.pace.judge(at(now), TOLERANCE);
                        prop_assert!(!refused && issued == 0 && now < 600);
                        prop_assert!(pace.interval >= grant.pace.interval && pace.interval <= Duration::from_secs(60));
                        prop_assert!(pace.answered_at >= grant.pace.answered_at, "time only moves forward");
                        grant.pace = pace;
                    }
                    Poll::PayForPin | Poll::WrongPin | Poll::PinsSpent => prop_assert!(false, "no PIN is asked for"),
                    Poll::AccessDenied => prop_assert!(refused),
                    Poll::ExpiredToken => prop_assert!(now >= 600 && issued == 0 && !refused),
                    Poll::AlreadyRedeemed(_) => prop_assert_eq!(issued, 1),
                },
            }
            prop_assert_eq!(grant.claimed().map(|claim| &claim.subject).is_some_and(|s| s.as_str() == "ben"),
                grant.claimed().is_some() && grant.claimed() != Some(&claim("anna", 1)));
        }
        prop_assert!(issued <= 1);
    }
}
