//! The model: the right answer to each operation, and the next state of the grant.
//!
//! It is written from the requirements and uses no code of the server: if the two disagree, one of them is wrong.
//! Times are milliseconds since the sequence began.

use crate::operation_sequences::family::Family;
use crate::operation_sequences::operation::{Link, Operation, Place, Request, Told};
use crate::operation_sequences::pace::Pace;

/// The default of `device.expires_in`.
const EXPIRES_IN: i64 = 600_000;
/// T-19, SM-08.
const RETRY: i64 = 10_000;
const LEAST_GRACE: i64 = 15_000;

/// All that matters of the server and the people at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    now: i64,
    grants: [Option<Grant>; 2],
    people: [Account; 2],
    /// In which sign-in each browser is, and under which of its person's credentials that began.
    sessions: [Session; 3],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    asked_at: i64,
    state: State,
    pace: Pace,
    /// The last page that each browser was given for it.
    pages: [Option<usize>; 3],
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Claimed(Claim),
    Approved(Claim, Credentials),
    Denied(Claim),
    Redeemed { claim: Claim, at: i64, family: Family },
}

/// Which browser may decide, in which sign-in, on which of its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Claim {
    place: Place,
    sign_in: usize,
    page: usize,
}

/// The state of somebody's credentials that something was done under. A disabled account, a new password and a sign-out
/// everywhere begin the next, for good.
pub type Credentials = usize;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    disabled: bool,
    credentials: Credentials,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Session {
    sign_in: usize,
    /// None: the last sign-in was refused.
    credentials: Option<Credentials>,
}

impl World {
    /// Everybody is signed in everywhere, and nothing was asked for.
    pub fn new() -> Self {
        let account = Account { disabled: false, credentials: 0 };
        let session = Session { sign_in: 0, credentials: Some(0) };
        Self {
            now: 0,
            grants: [None, None],
            people: [account.clone(), account],
            sessions: [0; 3].map(|_| session.clone()),
        }
    }

    /// A step begins: time has gone on a little.
    pub fn tick(&mut self) {
        self.now += 1;
    }

    /// Does one operation, and returns the answer. Who does it knows the pages and tokens of the world `before`. In a
    /// race, a browser may have been looked at `early`, before the others were done: rights are checked once more for
    /// an approval and a redemption (SM-06), but who is disabled meanwhile may still have denied.
    pub fn apply(&mut self, operation: Operation, before: &Self, early: bool) -> Told {
        match operation {
            Operation::Wait { seconds } => {
                self.now += seconds * 1_000;
                Told::Done
            }
            Operation::WaitForTheEnd(request, after) => match self.asked(request) {
                Some(grant) => {
                    self.now = self.now.max(grant.asked_at + EXPIRES_IN + after * 1_000);
                    Told::Done
                }
                None => Told::Nothing,
            },
            Operation::Authorize(request) => {
                let grant = Grant { asked_at: self.now, state: State::Pending, pace: Pace::new(), pages: [None; 3] };
                self.grants[request as usize] = Some(grant);
                Told::Codes
            }
            Operation::EnterCode(request, place) => self.enter_code(request, place, before, early),
            Operation::Approve(request, place) => self.approve(request, place, before, early),
            Operation::Deny(request, place) => self.deny(request, place, before, early),
            Operation::ApproveWhileTheClientIsDisabled(request, place) => match before.page(request, place) {
                None => Told::Nothing,
                Some(_) if !self.is_signed_in(place) => Told::LogInFirst,
                Some(_) => match self.refused(request, place, before, early) {
                    Some(refused) => refused,
                    // SM-06: re-checked on approve.
                    None if self.standing(request) == Told::Undecided => Told::NotFound,
                    None => Told::BackToThePage,
                },
            },
            Operation::LookAtThePage(request, place) => {
                self.refused(request, place, before, early).unwrap_or_else(|| self.standing(request))
            }
            Operation::Poll(request) => self.poll(request),
            // T-18: the owner's flow goes on.
            Operation::PollAsAnotherClient(request) => {
                self.asked(request).map_or(Told::Nothing, |_| error("invalid_grant"))
            }
            // D-04: a disabled client is refused before its code is looked up.
            Operation::PollWhileTheClientIsDisabled(request) => {
                self.asked(request).map_or(Told::Nothing, |_| error("invalid_client"))
            }
            Operation::Refresh(request, link) => self.refresh(request, link, before),
            Operation::UseTheAccessToken(request) => match before.last_access_token(request) {
                None => Told::Nothing,
                Some(token) if self.is_good(request, token) => Told::Good,
                Some(_) => Told::Bad,
            },
            Operation::RevokeTheAccessToken(request) => match before.last_access_token(request) {
                None => Told::Nothing,
                Some(token) => {
                    if let Some(family) = self.family(request) {
                        family.access_tokens[token].revoked = true;
                    }
                    Told::Done
                }
            },
            // V-03: any token of the chain ends it; a spent one, too, or who lost an answer could not sign out.
            Operation::RevokeARefreshToken(request, link) => {
                if before.link(request, link).is_none() {
                    return Told::Nothing;
                }
                if let Some(family) = self.family(request) {
                    family.revoked = true;
                }
                Told::Done
            }
            Operation::Disable(person) => {
                self.people[person as usize].disabled = true;
                self.people[person as usize].credentials += 1;
                Told::Done
            }
            Operation::Enable(person) => {
                self.people[person as usize].disabled = false;
                Told::Done
            }
            Operation::ChangeThePassword(person) => {
                self.people[person as usize].credentials += 1;
                Told::Done
            }
            Operation::SignInAgain(place) => {
                let account = &self.people[place.person() as usize];
                let session = &mut self.sessions[place as usize];
                session.sign_in += 1;
                session.credentials = (!account.disabled).then_some(account.credentials);
                if account.disabled { Told::LogInFirst } else { Told::Done }
            }
        }
    }

    /// SM-05, U-03.
    fn enter_code(&mut self, request: Request, place: Place, before: &Self, early: bool) -> Told {
        if self.asked(request).is_none() {
            return Told::Nothing;
        }
        if !self.was_signed_in(place, before, early) {
            return Told::LogInFirst;
        }
        let (now, sign_in) = (self.now, self.sessions[place as usize].sign_in);
        let next_page = before.page(request, place).map_or(0, |page| page + 1);
        let Some(grant) = &mut self.grants[request as usize] else { return Told::Nothing };
        let open = match &grant.state {
            State::Pending => true,
            State::Claimed(claim) => claim.place.person() == place.person(),
            State::Approved(..) | State::Denied(_) | State::Redeemed { .. } => false,
        };
        if !open || now >= grant.asked_at + EXPIRES_IN {
            return Told::UnknownCode;
        }
        grant.state = State::Claimed(Claim { place, sign_in, page: next_page });
        grant.pages[place as usize] = Some(next_page);
        Told::APage
    }

    /// SM-04, SM-06, SM-08, U-10, U-11.
    fn approve(&mut self, request: Request, place: Place, before: &Self, early: bool) -> Told {
        if let Some(refused) = self.refused(request, place, before, early) {
            return refused;
        }
        let (now, may) = (self.now, self.is_signed_in(place));
        let credentials = self.people[place.person() as usize].credentials;
        let Some(grant) = &mut self.grants[request as usize] else { return Told::NotFound };
        match &grant.state {
            State::Claimed(_) if now < grant.asked_at + EXPIRES_IN && !may => return Told::LogInFirst,
            State::Claimed(claim) if now < grant.asked_at + EXPIRES_IN => {
                grant.state = State::Approved(claim.clone(), credentials);
            }
            _ => {}
        }
        Told::BackToThePage
    }

    /// SM-04, FC-03: until it is redeemed.
    fn deny(&mut self, request: Request, place: Place, before: &Self, early: bool) -> Told {
        if let Some(refused) = self.refused(request, place, before, early) {
            return refused;
        }
        let now = self.now;
        let Some(grant) = &mut self.grants[request as usize] else { return Told::NotFound };
        match &grant.state {
            State::Claimed(claim) if now < grant.asked_at + EXPIRES_IN => grant.state = State::Denied(claim.clone()),
            State::Approved(claim, _) => grant.state = State::Denied(claim.clone()),
            State::Redeemed { .. } => return Told::TooLate,
            _ => {}
        }
        Told::BackToThePage
    }

    /// U-10: who may not decide on this page.
    fn refused(&self, request: Request, place: Place, before: &Self, early: bool) -> Option<Told> {
        match before.page(request, place) {
            None => Some(Told::Nothing),
            Some(_) if !self.was_signed_in(place, before, early) => Some(Told::LogInFirst),
            Some(page) if !self.holds(request, place, page) => Some(Told::NotFound),
            Some(_) => None,
        }
    }

    /// The words of the page about it.
    fn standing(&self, request: Request) -> Told {
        let Some(grant) = self.asked(request) else { return Told::NotFound };
        match &grant.state {
            State::Pending | State::Claimed(_) if self.now >= grant.asked_at + EXPIRES_IN => Told::Expired,
            State::Pending | State::Claimed(_) => Told::Undecided,
            State::Approved(..) if self.now >= grant.redeemable_until() => Told::Expired,
            State::Approved(..) => Told::Approved,
            State::Denied(_) => Told::Denied,
            State::Redeemed { claim, family, .. } => {
                let account = &self.people[claim.place.person() as usize];
                let is_out = family.revoked || account.disabled || account.credentials != family.credentials;
                if is_out { Told::SignedOut } else { Told::SignedIn }
            }
        }
    }

    /// The answer to a poll of the owner, by the state of the grant (SM-08, T-14 to T-16, T-19).
    fn poll(&mut self, request: Request) -> Told {
        let now = self.now;
        let people = self.people.clone();
        let Some(grant) = &mut self.grants[request as usize] else { return Told::Nothing };
        match &mut grant.state {
            State::Redeemed { at, family, .. } => {
                // T-19: a retry, or a thief.
                family.revoked |= now - *at > RETRY;
                error("invalid_grant")
            }
            State::Denied(_) => error("access_denied"),
            State::Approved(claim, credentials) => {
                let account = &people[claim.place.person() as usize];
                if now >= grant.asked_at + EXPIRES_IN + (2 * grant.pace.interval).max(LEAST_GRACE) {
                    return error("expired_token");
                }
                if account.disabled || account.credentials != *credentials {
                    return error("invalid_grant"); // SM-06: on redeem
                }
                let family = Family::new(*credentials, now);
                grant.state = State::Redeemed { claim: claim.clone(), at: now, family };
                Told::Tokens
            }
            State::Pending | State::Claimed(_) if now >= grant.asked_at + EXPIRES_IN => error("expired_token"),
            State::Pending | State::Claimed(_) => error(grant.pace.poll(now)),
        }
    }

    /// K-07, K-08, K-10.
    fn refresh(&mut self, request: Request, link: Link, before: &Self) -> Told {
        let Some(presented) = before.link(request, link) else { return Told::Nothing };
        let now = self.now;
        let alive = self.is_alive(request);
        let Some(family) = self.family(request) else { return Told::Nothing };
        if !alive {
            return error("invalid_grant");
        }
        family.refresh(presented, now).map_or_else(|| error("invalid_grant"), Told::Successor)
    }

    fn asked(&self, request: Request) -> Option<&Grant> {
        self.grants[request as usize].as_ref()
    }

    fn page(&self, request: Request, place: Place) -> Option<usize> {
        self.asked(request)?.pages[place as usize]
    }

    fn is_signed_in(&self, place: Place) -> bool {
        let account = &self.people[place.person() as usize];
        !account.disabled && self.sessions[place as usize].credentials == Some(account.credentials)
    }

    fn was_signed_in(&self, place: Place, before: &Self, early: bool) -> bool {
        self.is_signed_in(place) || (early && before.is_signed_in(place))
    }

    /// Whether this is the page of the claim, in the sign-in that made it (SM-05, U-10). Once there is nothing left to
    /// approve, any later sign-in there will do: the person may take back what they allowed.
    fn holds(&self, request: Request, place: Place, page: usize) -> bool {
        let claim = self.asked(request).and_then(|grant| match &grant.state {
            State::Pending => None,
            State::Claimed(claim)
            | State::Approved(claim, _)
            | State::Denied(claim)
            | State::Redeemed { claim, .. } => Some(claim),
        });
        let is_over = self.standing(request) != Told::Undecided;
        let sign_in = self.sessions[place as usize].sign_in;
        claim.is_some_and(|claim| claim.place == place && claim.page == page && (claim.sign_in == sign_in || is_over))
    }

    fn family(&mut self, request: Request) -> Option<&mut Family> {
        match &mut self.grants[request as usize].as_mut()?.state {
            State::Redeemed { family, .. } => Some(family),
            _ => None,
        }
    }

    fn last_access_token(&self, request: Request) -> Option<usize> {
        match &self.asked(request)?.state {
            State::Redeemed { family, .. } => Some(family.access_tokens.len() - 1),
            _ => None,
        }
    }

    /// Which token of the chain that is, counted from the first.
    fn link(&self, request: Request, link: Link) -> Option<usize> {
        match &self.asked(request)?.state {
            State::Redeemed { family, .. } => family.links.checked_sub(1 + link as usize),
            _ => None,
        }
    }

    fn is_alive(&self, request: Request) -> bool {
        match self.asked(request).map(|grant| &grant.state) {
            Some(State::Redeemed { claim, family, .. }) => {
                let account = &self.people[claim.place.person() as usize];
                !family.revoked && !account.disabled && account.credentials == family.credentials
            }
            _ => false,
        }
    }

    fn is_good(&self, request: Request, token: usize) -> bool {
        match self.asked(request).map(|grant| &grant.state) {
            Some(State::Redeemed { family, .. }) => self.is_alive(request) && family.is_good(token, self.now),
            _ => false,
        }
    }
}

impl Grant {
    /// SM-08.
    fn redeemable_until(&self) -> i64 {
        self.asked_at + EXPIRES_IN + (2 * self.pace.interval).max(LEAST_GRACE)
    }
}

fn error(code: &str) -> Told {
    Told::Error(code.to_owned())
}
