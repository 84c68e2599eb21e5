//! The conditions of an approval, as the operator sets them for a client: RFC 10027 section 6.1, requirement P-02.
//!
//! No policy proves where a device is. Each one makes one easy way of phishing harder, at a price that the operator
//! chooses. docs/phishing.md says what each policy stops and what it does not stop.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::grant::code_entry::CodeEntry;
use crate::grant::proximity::Proximity;
use crate::named::named;

/// The conditions for approving a device of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// Whether the person has to be asked.
    pub consent: Consent,
    /// What happens when device and browser are not in one network.
    pub network_mismatch: NetworkMismatch,
    /// Whether a link or a QR code may bring the code (RFC 8628 section 3.3.1).
    pub prefilled_code: bool,
    /// The greatest age of the login at an approval. Zero: each request needs its own login.
    pub max_auth_age: Duration,
}

named! {
    /// Whether the person has to be asked (requirement U-04).
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Consent {
        /// The person is asked every time.
        Explicit = "explicit",
        /// Typing the code is the approval. For the devices of an operator.
        Implied = "implied",
    }
}

/// What happens when device and browser are not in one network, or when that cannot be decided. Each variant includes
/// those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkMismatch {
    /// The page says so.
    Ignore,
    /// The page warns, and the person has to confirm that the device is in another network.
    Warn,
    /// A code that came by a link or a QR code has to be typed.
    TypeCode,
    /// The request cannot be approved.
    Deny,
}

/// What an approval needs besides the tick "this device is with me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing more.
    Nothing,
    /// The person confirms that the device is in another network.
    OtherNetwork,
    /// The code is typed by hand; before that nothing can be approved.
    TypedCode,
    /// The browser is in the network of the device; from elsewhere nothing can be approved.
    SameNetwork,
}

impl ApprovalPolicy {
    /// What an approval needs, by how the code was entered and how near the device is.
    pub fn demand(&self, entry: CodeEntry, proximity: Proximity) -> Demand {
        let mismatch = if proximity == Proximity::Same { NetworkMismatch::Ignore } else { self.network_mismatch };
        match (mismatch, entry) {
            // Typing the code would not help.
            (NetworkMismatch::Deny, _) => Demand::SameNetwork,
            (_, CodeEntry::Link) if !self.prefilled_code => Demand::TypedCode,
            (NetworkMismatch::TypeCode, CodeEntry::Link) => Demand::TypedCode,
            (NetworkMismatch::TypeCode, CodeEntry::Typed) | (NetworkMismatch::Warn, _) => Demand::OtherNetwork,
            (NetworkMismatch::Ignore, _) => Demand::Nothing,
        }
    }

    /// Whether entering the code is the approval itself. It never is for a code that came by a link, nor where an
    /// approval needs more than the tick.
    pub fn is_implied(&self, entry: CodeEntry, proximity: Proximity) -> bool {
        self.consent == Consent::Implied
            && entry == CodeEntry::Typed
            && self.demand(entry, proximity) == Demand::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::proximity::Incomparable;

    const ENTRIES: [CodeEntry; 2] = [CodeEntry::Typed, CodeEntry::Link];
    const PROXIMITIES: [Proximity; 3] =
        [Proximity::Same, Proximity::Different, Proximity::Unknown(Incomparable::Families)];

    fn policy(network_mismatch: NetworkMismatch, prefilled_code: bool) -> ApprovalPolicy {
        ApprovalPolicy { consent: Consent::Implied, network_mismatch, prefilled_code, max_auth_age: Duration::ZERO }
    }

    /// Proves: P-02: every policy, for both ways of a code and each distance.
    #[test]
    fn what_an_approval_takes_follows_from_policy_entry_and_distance() {
        use Demand::{Nothing, OtherNetwork, SameNetwork, TypedCode};
        // Typed, with the proximities same, different and unknown; then the same three by a link.
        for (mismatch, prefilled, demands) in [
            (NetworkMismatch::Ignore, true, [Nothing; 6]),
            (NetworkMismatch::Ignore, false, [Nothing, Nothing, Nothing, TypedCode, TypedCode, TypedCode]),
            (NetworkMismatch::Warn, true, [Nothing, OtherNetwork, OtherNetwork, Nothing, OtherNetwork, OtherNetwork]),
            (NetworkMismatch::Warn, false, [Nothing, OtherNetwork, OtherNetwork, TypedCode, TypedCode, TypedCode]),
            (NetworkMismatch::TypeCode, true, [Nothing, OtherNetwork, OtherNetwork, Nothing, TypedCode, TypedCode]),
            (NetworkMismatch::TypeCode, false, [Nothing, OtherNetwork, OtherNetwork, TypedCode, TypedCode, TypedCode]),
            (NetworkMismatch::Deny, true, [Nothing, SameNetwork, SameNetwork, Nothing, SameNetwork, SameNetwork]),
            (NetworkMismatch::Deny, false, [Nothing, SameNetwork, SameNetwork, TypedCode, SameNetwork, SameNetwork]),
        ] {
            let policy = policy(mismatch, prefilled);
            let cases = ENTRIES.into_iter().flat_map(|entry| PROXIMITIES.map(|proximity| (entry, proximity)));
            let said: Vec<Demand> = cases.map(|(entry, proximity)| policy.demand(entry, proximity)).collect();
            assert_eq!(said, demands, "{mismatch:?}, prefilled_code = {prefilled}");
        }
    }

    /// Proves: U-04: nothing is implied by a link, nor where more than the tick is wanted.
    #[test]
    fn only_a_typed_code_can_imply_consent() {
        for mismatch in
            [NetworkMismatch::Ignore, NetworkMismatch::Warn, NetworkMismatch::TypeCode, NetworkMismatch::Deny]
        {
            for prefilled in [true, false] {
                let implied = policy(mismatch, prefilled);
                let explicit = ApprovalPolicy { consent: Consent::Explicit, ..implied };
                for proximity in PROXIMITIES {
                    let near = proximity == Proximity::Same || mismatch == NetworkMismatch::Ignore;
                    assert_eq!(implied.is_implied(CodeEntry::Typed, proximity), near, "{mismatch:?} {proximity:?}");
                    assert!(!implied.is_implied(CodeEntry::Link, proximity), "{mismatch:?} {proximity:?}");
                    assert!(!explicit.is_implied(CodeEntry::Typed, proximity), "{mismatch:?} {proximity:?}");
                }
            }
        }
    }
}
