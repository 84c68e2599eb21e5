//! The operations: everything that a device, two people and an operator may do, and their answers.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::select;

/// One of two requests of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    First,
    Second,
}

/// A person with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    Anna,
    Bob,
}

/// A browser that somebody is signed in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    AnnasPhone,
    AnnasLaptop,
    BobsPhone,
}

/// A refresh token, by its place in the chain that the device holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Last,
    BeforeTheLast,
    TwoBeforeTheLast,
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Wait {
        seconds: i64,
    },
    /// Up to so many seconds after the request expires; not back, if that is over.
    WaitForTheEnd(Request, i64),
    Authorize(Request),
    EnterCode(Request, Place),
    Approve(Request, Place),
    ApproveWhileTheClientIsDisabled(Request, Place),
    Deny(Request, Place),
    LookAtThePage(Request, Place),
    Poll(Request),
    PollAsAnotherClient(Request),
    PollWhileTheClientIsDisabled(Request),
    Refresh(Request, Link),
    UseTheAccessToken(Request),
    RevokeTheAccessToken(Request),
    RevokeARefreshToken(Request, Link),
    Disable(Person),
    Enable(Person),
    ChangeThePassword(Person),
    SignInAgain(Place),
}

/// The answer that they get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// There was nothing to do it with: no request, page or token of that kind yet.
    Nothing,
    Done,
    Codes,
    /// The code leads to a page of its own.
    APage,
    /// The text of every code that leads nowhere.
    UnknownCode,
    LogInFirst,
    /// A page that is not there.
    NotFound,
    /// The decision is made now, or was made before: back to the page.
    BackToThePage,
    /// The same, which then says that it was too late to deny it (FC-03).
    TooLate,
    /// The words of the page.
    Undecided,
    Approved,
    SignedIn,
    SignedOut,
    Denied,
    Expired,
    /// The first tokens.
    Tokens,
    /// Tokens, and which refresh token of the chain is among them.
    Successor(usize),
    Error(String),
    /// An access token is valid, or is not.
    Good,
    Bad,
}

impl Request {
    pub const ALL: [Self; 2] = [Self::First, Self::Second];
}

impl Person {
    pub const ALL: [Self; 2] = [Self::Anna, Self::Bob];
}

impl Place {
    pub const ALL: [Self; 3] = [Self::AnnasPhone, Self::AnnasLaptop, Self::BobsPhone];

    pub fn person(self) -> Person {
        match self {
            Self::AnnasPhone | Self::AnnasLaptop => Person::Anna,
            Self::BobsPhone => Person::Bob,
        }
    }
}

impl Operation {
    /// Whether it is of somebody who has signed in, as far as their browser was looked at.
    pub fn is_of_a_browser(&self) -> bool {
        matches!(self, Self::EnterCode(..) | Self::Approve(..) | Self::Deny(..) | Self::LookAtThePage(..))
    }

    /// Whether it can be sent together with others: it needs no answer that the others wait for.
    fn may_race(&self) -> bool {
        !matches!(self, Self::Wait { .. } | Self::WaitForTheEnd(..) | Self::Authorize(_) | Self::SignInAgain(_))
    }
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![4 => Just(Request::First), 1 => Just(Request::Second)]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![4 => Just(Place::AnnasPhone), 2 => Just(Place::AnnasLaptop), 1 => Just(Place::BobsPhone)]
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![3 => Just(Person::Anna), 1 => Just(Person::Bob)]
}

fn link() -> impl Strategy<Value = Link> {
    prop_oneof![4 => Just(Link::Last), 2 => Just(Link::BeforeTheLast), 1 => Just(Link::TwoBeforeTheLast)]
}

/// Seconds: just before and after a code expires, and an approval that nobody came for (SM-08).
fn around_the_end() -> impl Strategy<Value = i64> {
    select(&[-1, 0, 14, 15, 29][..])
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => select(&[1, 4, 5, 9, 11, 16, 31, 120, 299, 590][..]).prop_map(|seconds| Operation::Wait { seconds }),
        2 => (request(), around_the_end()).prop_map(|(request, after)| Operation::WaitForTheEnd(request, after)),
        1 => request().prop_map(Operation::Authorize),
        4 => (request(), place()).prop_map(|(request, place)| Operation::EnterCode(request, place)),
        4 => (request(), place()).prop_map(|(request, place)| Operation::Approve(request, place)),
        1 => (request(), place()).prop_map(|(request, place)| Operation::ApproveWhileTheClientIsDisabled(request, place)),
        2 => (request(), place()).prop_map(|(request, place)| Operation::Deny(request, place)),
        2 => (request(), place()).prop_map(|(request, place)| Operation::LookAtThePage(request, place)),
        7 => request().prop_map(Operation::Poll),
        1 => request().prop_map(Operation::PollAsAnotherClient),
        1 => request().prop_map(Operation::PollWhileTheClientIsDisabled),
        5 => (request(), link()).prop_map(|(request, link)| Operation::Refresh(request, link)),
        3 => request().prop_map(Operation::UseTheAccessToken),
        1 => request().prop_map(Operation::RevokeTheAccessToken),
        1 => (request(), link()).prop_map(|(request, link)| Operation::RevokeARefreshToken(request, link)),
        1 => person().prop_map(Operation::Disable),
        2 => person().prop_map(Operation::Enable),
        1 => person().prop_map(Operation::ChangeThePassword),
        2 => place().prop_map(Operation::SignInAgain),
    ]
}

/// How far a sequence is brought along before chance takes over, so that every state is begun from often.
fn beginning() -> impl Strategy<Value = Vec<Operation>> {
    let walk = [
        Operation::Authorize(Request::First),
        Operation::EnterCode(Request::First, Place::AnnasPhone),
        Operation::Approve(Request::First, Place::AnnasPhone),
        Operation::Poll(Request::First),
        Operation::Refresh(Request::First, Link::Last),
    ];
    let late = weighted(0.25, around_the_end().prop_map(|after| Operation::WaitForTheEnd(Request::First, after)));
    (1..=walk.len(), late).prop_map(move |(steps, late)| walk[..steps].iter().copied().chain(late).collect())
}

/// Operations one after the other.
pub fn in_order() -> impl Strategy<Value = Vec<Vec<Operation>>> {
    (beginning(), vec(operation(), 1..16))
        .prop_map(|(beginning, rest)| beginning.into_iter().chain(rest).map(|operation| vec![operation]).collect())
}

/// Operations of which some are sent at the same moment.
pub fn racing() -> impl Strategy<Value = Vec<Vec<Operation>>> {
    let race = vec(operation().prop_filter("races", Operation::may_race), 2..=4).prop_map(once_a_page);
    let step = (any::<bool>(), operation(), race)
        .prop_map(|(races, alone, together)| if races { together } else { vec![alone] });
    (beginning(), vec(step, 1..8))
        .prop_map(|(beginning, rest)| beginning.into_iter().map(|operation| vec![operation]).chain(rest).collect())
}

/// A browser that enters one code twice at once cannot say which of the pages is the later.
fn once_a_page(mut together: Vec<Operation>) -> Vec<Operation> {
    let mut entered = Vec::new();
    together.retain(|operation| {
        let again = entered.contains(operation);
        if matches!(operation, Operation::EnterCode(..)) {
            entered.push(*operation);
        }
        !again
    });
    together
}
