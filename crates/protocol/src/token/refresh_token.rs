//! Rotation of refresh tokens, and the detection of reuse (RFC 9700 section 4.14.2, requirements K-04 to K-09).
//!
//! The tokens of one device form a chain, and only its last link is valid. The link before it is still answered for a
//! moment, because the answer with its successor may have been lost. It gets the *same* successor, so there is never a
//! second chain. Any older link means that two parties hold tokens of one chain, and the chain ends.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::digest::Digest;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// The text `grt_` and 48 bytes: 16 that name the chain, and 32 that are the secret of this link.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    text: Secret,
    chain: [u8; 16],
}

/// The chain, as the server stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshChain {
    /// The digest of the link that is valid now.
    pub current: Digest,
    /// The link before it.
    pub previous: Option<SpentLink>,
    /// When the chain ends unless it is used before.
    pub idle_until: Timestamp,
    /// When the chain ends in any case.
    pub ends_at: Timestamp,
}

/// The link that was used last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentLink {
    /// The digest of the link.
    pub digest: Digest,
    /// When the link was used.
    pub at: Timestamp,
    /// The successor, sealed under the link.
    pub sealed_successor: Vec<u8>,
}

/// The outcome of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// The next link is issued, unless another rotation was faster.
    Rotate,
    /// The successor is issued again. The presented link opens it.
    Again(Vec<u8>),
    /// `invalid_grant`: the chain has ended.
    Expired,
    /// `invalid_grant`, and the family ends: somebody else holds a token of this chain.
    Reuse,
}

impl RefreshToken {
    const PREFIX: &str = "grt_";

    /// The first link of a new chain.
    pub fn first(chain: [u8; 16], secret: [u8; 32]) -> Self {
        let mut bytes = [0; 48];
        bytes[..16].copy_from_slice(&chain);
        bytes[16..].copy_from_slice(&secret);
        let text = format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(bytes));
        Self { text: Secret::presented(&text), chain }
    }

    /// The next link of the same chain.
    #[must_use]
    pub fn successor(&self, secret: [u8; 32]) -> Self {
        Self::first(self.chain, secret)
    }

    /// Parses a presented token; `None` when this server cannot have issued it.
    pub fn presented(value: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(value.strip_prefix(Self::PREFIX)?).ok()?;
        let chain = <[u8; 48]>::try_from(bytes).ok()?.first_chunk().copied()?;
        Some(Self { text: Secret::presented(value), chain })
    }

    /// The text, for the one answer that contains it.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }

    /// The digest of this link for rows.
    pub fn digest(&self) -> Digest {
        self.text.digest()
    }

    /// The digest of the chain, by which rows are found.
    pub fn chain_key(&self) -> Digest {
        Digest::sha256(&self.chain)
    }
}

impl RefreshChain {
    /// Judges a link that the client of the chain presents. The link before the current one is accepted for `grace`.
    pub fn judge(&self, presented: &Digest, now: Timestamp, grace: Duration) -> Refresh {
        let ended = now >= self.idle_until || now >= self.ends_at;
        if self.current.same_as(presented) {
            return if ended { Refresh::Expired } else { Refresh::Rotate };
        }
        match &self.previous {
            Some(spent) if spent.digest.same_as(presented) && now.since(spent.at) <= grace => {
                if ended {
                    Refresh::Expired
                } else {
                    Refresh::Again(spent.sealed_successor.clone())
                }
            }
            Some(_) | None => Refresh::Reuse,
        }
    }

    /// Whether the presented link is the one that is valid now.
    pub fn is_live(&self, presented: &Digest, now: Timestamp) -> bool {
        self.judge(presented, now, Duration::ZERO) == Refresh::Rotate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(10);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn chain(previous: Option<SpentLink>) -> RefreshChain {
        RefreshChain { current: Digest::sha256(b"two"), previous, idle_until: at(1000), ends_at: at(2000) }
    }

    fn spent(when: i64) -> SpentLink {
        SpentLink { digest: Digest::sha256(b"one"), at: at(when), sealed_successor: vec![2] }
    }

    #[test]
    fn the_last_link_is_good_until_the_chain_ends() {
        let two = Digest::sha256(b"two");
        assert_eq!(chain(None).judge(&two, at(999), GRACE), Refresh::Rotate);
        assert_eq!(chain(None).judge(&two, at(1000), GRACE), Refresh::Expired);
    }

    #[test]
    fn the_link_before_gives_the_same_successor_for_a_moment_and_the_alarm_afterwards() {
        let one = Digest::sha256(b"one");
        assert_eq!(chain(Some(spent(100))).judge(&one, at(110), GRACE), Refresh::Again(vec![2]));
        assert_eq!(chain(Some(spent(100))).judge(&one, at(111), GRACE), Refresh::Reuse);
        assert_eq!(chain(Some(spent(100))).judge(&one, at(100), Duration::ZERO), Refresh::Again(vec![2]));
    }

    #[test]
    fn any_older_link_is_the_alarm_even_at_once() {
        assert_eq!(chain(Some(spent(100))).judge(&Digest::sha256(b"zero"), at(100), GRACE), Refresh::Reuse);
        assert_eq!(chain(None).judge(&Digest::sha256(b"zero"), at(100), GRACE), Refresh::Reuse);
    }

    #[test]
    fn a_token_names_its_chain_and_nothing_else_is_a_token() {
        let first = RefreshToken::first([1; 16], [2; 32]);
        let next = RefreshToken::presented(first.successor([3; 32]).reveal()).unwrap();
        assert_eq!(first.chain_key(), next.chain_key());
        assert_ne!(first.digest(), next.digest());
        for wrong in ["", "grt_", "grt_AAAA", "gdc_AAAA", &format!("grt_{}", "!".repeat(64)), &"é".repeat(40)] {
            assert!(RefreshToken::presented(wrong).is_none(), "{wrong}");
        }
    }
}
