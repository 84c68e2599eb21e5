//! Tests of grants that demand a number, a PIN, or both: random sequences of events against a model. After a wrong
//! number nobody signs in, without a number neither, and no device gets tokens without the PIN of its approval within
//! five tries.

use std::net::IpAddr;
use std::time::Duration;

use proptest::prelude::*;

use crate::client::{Scope, Subject};
use crate::digest::{Digest, HmacKey};
use crate::grant::code_entry::CodeEntry;
use crate::grant::device_grant::{Approval, Claim, DeviceGrant, Origin, Poll, Redemption, Standing};
use crate::grant::initiation::{Initiated, Initiation, InitiationPin, SentPin};
use crate::grant::pace::Pace;
use crate::timestamp::Timestamp;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn key() -> HmacKey {
    HmacKey::new(&[1; 32])
}

fn right_pin() -> InitiationPin {
    InitiationPin::of_handle(&key(), "h")
}

/// A PIN as it is sent, already charged.
fn sent(pin: &str) -> SentPin {
    SentPin::read(Some(pin), &[key()], "g1")
}

fn grant(number: bool, pin: bool) -> DeviceGrant {
    let origin = Origin { at: at(0), address: IpAddr::from([127, 0, 0, 1]), user_agent: None };
    let (scope, lifetime, interval) = (Scope::of(["read"]), Duration::from_secs(600), Duration::from_secs(5));
    DeviceGrant {
        initiation: Initiation { number: number.then(|| Digest::sha256(b"47")), pin, ..Initiation::default() },
        ..DeviceGrant::new("g1".to_owned(), "tv".to_owned(), scope, origin, lifetime, interval)
    }
}

fn claim() -> Claim {
    let (session, handle) = (Digest::sha256(b"s"), Digest::sha256(b"h"));
    Claim { subject: Subject::new("anna"), session, handle, entry: CodeEntry::Typed, sealed_code: Vec::new() }
}

/// An approval by a person who picked the right number or none, on a page with or without a PIN.
fn approval(now: i64, number_matched: bool, shows_pin: bool) -> Approval {
    Approval {
        at: at(now),
        scope: Scope::of(["read"]),
        auth_time: at(0),
        amr: vec!["pwd".to_owned()],
        acr: None,
        initiated: Initiated { number_matched, pin: shows_pin.then(|| right_pin().digest(&key(), "g1")) },
    }
}

fn approved(number: bool, pin: bool) -> DeviceGrant {
    grant(number, pin).claim(claim(), at(1)).unwrap().approve(approval(2, number, pin)).unwrap()
}

/// Proves: B-04 SM-04: an approval that lacks the number or the PIN is none, whoever asks for it (implied consent included).
#[test]
fn an_approval_without_what_the_grant_asks_for_does_not_stand() {
    for (number, pin) in [(false, false), (true, false), (false, true), (true, true)] {
        for (picked, shows) in [(false, false), (true, false), (false, true), (true, true)] {
            let decision = grant(number, pin).claim(claim(), at(1)).unwrap().approve(approval(2, picked, shows));
            let stands = (picked || !number) && shows == pin;
            assert_eq!(decision.is_some(), stands, "asks {number} {pin}, has {picked} {shows}");
        }
    }
}

/// Proves: B-04 SM-04: a wrong pick wins over an approval, until the device has come.
#[test]
fn a_wrong_pick_denies_what_waits_or_was_approved_and_nothing_else() {
    let claimed = grant(true, false).claim(claim(), at(1)).unwrap();
    for grant in [claimed.clone(), approved(true, false)] {
        let denied = grant.miss_number(at(3)).unwrap();
        assert!(denied.initiation.number_missed && denied.standing(at(3)) == Standing::Denied);
        assert_eq!(denied.poll(at(4), &SentPin::Nothing), Poll::AccessDenied);
        assert_eq!(denied.clone().approve(approval(4, true, false)), None);
        assert_eq!(denied.miss_number(at(5)), None);
    }
    assert_eq!(claimed.miss_number(at(600)), None, "it is over by itself");
    let redeemed = approved(true, false).redeem(Redemption { at: at(3), family: "f".to_owned() }).unwrap();
    assert_eq!(redeemed.miss_number(at(4)), None);
}

/// Proves: B-04 T-15: until the PIN comes, the device is told what it was told before, at the same pace.
#[test]
fn an_approval_that_waits_for_its_pin_looks_like_none() {
    let waits = approved(false, true);
    let pending = grant(false, true);
    for (now, answered_at) in [(10, None), (20, Some(15)), (18, Some(15)), (15, Some(15))] {
        let pace = Pace { answered_at: answered_at.map(at), ..Pace::new(Duration::from_secs(5)) };
        let polled =
            |grant: &DeviceGrant| DeviceGrant { pace: pace.clone(), ..grant.clone() }.poll(at(now), &SentPin::Nothing);
        assert_eq!(polled(&waits), polled(&pending), "{now} after {answered_at:?}");
    }
    assert_eq!(waits.poll(at(5), &sent("x")), Poll::WrongPin);
    assert_eq!(pending.poll(at(5), &sent("x")), pending.poll(at(5), &SentPin::Nothing));
}

/// Proves: B-04 T-16 SM-08: the right PIN is answered at once, within the time of an approval and not after it.
#[test]
fn the_right_pin_is_answered_at_once_and_in_time() {
    let mut waits = approved(false, true);
    waits.pace = Pace { answered_at: Some(at(10)), slowed: true, ..Pace::new(Duration::from_secs(5)) };
    let right = sent(&right_pin().grouped());
    assert_eq!(waits.poll(at(10), &right), Poll::PayForPin);
    assert!(matches!(waits.poll(at(10), &right.clone().paid()), Poll::Issue(..)));
    assert!(matches!(waits.poll(at(614), &right.clone().paid()), Poll::Issue(..)));
    assert_eq!(waits.poll(at(615), &right.paid()), Poll::ExpiredToken);
}

/// Proves: B-04: the fifth try may be the right one, and there is no sixth.
#[test]
fn five_pins_may_be_tried_and_no_more() {
    let mut waits = approved(false, true);
    let wrong = sent(if right_pin().grouped() == "000-000" { "000001" } else { "000000" });
    for left in (1..5).rev() {
        assert_eq!(waits.poll(at(5), &wrong), Poll::PayForPin);
        waits.initiation.pin_tries += 1;
        assert!(matches!(waits.poll(at(5), &wrong.clone().paid()), Poll::WrongPin));
        assert_eq!(waits.initiation.tries_left(), left);
    }
    waits.initiation.pin_tries += 1;
    let right = sent(&right_pin().grouped());
    assert_eq!(waits.poll(at(5), &wrong.paid()), Poll::PinsSpent);
    assert!(matches!(waits.poll(at(5), &right.clone().paid()), Poll::Issue(..)), "paid as the fifth");
    for unpaid in [right, SentPin::Nothing, SentPin::Malformed] {
        assert_eq!(waits.poll(at(5), &unpaid), Poll::PinsSpent, "{unpaid:?}");
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Claim,
    /// The right number, a wrong one, or none.
    Pick(Option<bool>),
    Deny,
    /// The right PIN, a wrong one, or none.
    Poll(Option<bool>),
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let act = prop_oneof![
        2 => Just(Act::Claim),
        4 => prop::option::of(any::<bool>()).prop_map(Act::Pick),
        1 => Just(Act::Deny),
        8 => prop::option::weighted(0.8, prop::bool::weighted(0.2)).prop_map(Act::Poll),
    ];
    prop::collection::vec((act, 0..30_i64), 1..40)
}

proptest! {
    /// Proves: B-04 SM-03 SM-04: the model.
    #[test]
    fn nobody_signs_in_without_the_number_and_the_pin(number in any::<bool>(), pin in any::<bool>(), acts in acts()) {
        let mut grant = grant(number, pin);
        let (mut now, mut matched, mut missed, mut wrong_pins, mut issued) = (1, false, false, 0, 0);
        for (act, wait) in acts {
            now += wait;
            match act {
                Act::Claim => if let Some(claimed) = grant.clone().claim(claim(), at(now)) {
                    grant = claimed;
                },
                // As the page does: a wrong number denies, anything else is an approval with what it contains.
                Act::Pick(picked) => {
                    let wrong = number && picked == Some(false);
                    let decision = if wrong {
                        grant.clone().miss_number(at(now))
                    } else {
                        grant.clone().approve(approval(now, number && picked == Some(true), pin))
                    };
                    if let Some(next) = decision {
                        prop_assert!(issued == 0 && !missed);
                        missed |= wrong;
                        matched |= !wrong;
                        prop_assert!(wrong || !number || picked == Some(true));
                        grant = next;
                    }
                }
                Act::Deny => if let Some(next) = grant.clone().deny(at(now)) {
                    missed = true;
                    grant = next;
                },
                Act::Poll(which) => {
                    let mut sent = match which {
                        None => SentPin::Nothing,
                        Some(true) => sent(&right_pin().grouped()),
                        Some(false) => sent(if right_pin().grouped() == "000-000" { "000001" } else { "000000" }),
                    };
                    let mut told = grant.poll(at(now), &sent);
                    if told == Poll::PayForPin {
                        prop_assert!(pin && matched && !missed && grant.initiation.pin_tries < 5);
                        grant.initiation.pin_tries += 1;
                        sent = sent.paid();
                        told = grant.poll(at(now), &sent);
                        wrong_pins += u32::from(which == Some(false));
                    }
                    match told {
                        Poll::Issue(..) => {
                            prop_assert!(matched && !missed && issued == 0, "not approved");
                            prop_assert!(!pin || (which == Some(true) && wrong_pins < 5), "no PIN, or too many");
                            grant = grant.redeem(Redemption { at: at(now), family: "f".to_owned() }).unwrap();
                            issued += 1;
                        }
                        Poll::PinsSpent => {
                            prop_assert!(wrong_pins == 5);
                            let next = grant.clone().deny(at(now)).unwrap();
                            missed = true;
                            grant = next;
                        }
                        Poll::WrongPin => prop_assert!(pin && matched && which == Some(false) && wrong_pins < 5),
                        Poll::AccessDenied => prop_assert!(missed),
                        Poll::Waiting => {
                            prop_assert!(!matched || (pin && which.is_none()), "approved, and nothing is missing");
                        }
                        Poll::PayForPin => prop_assert!(false, "it is paid for"),
                        Poll::ExpiredToken => prop_assert!(now >= 600),
                        Poll::AlreadyRedeemed(_) => prop_assert_eq!(issued, 1),
                    }
                }
            }
        }
    }
}
