//! Counts the grants that wait for a person: of a client, from a network, in all (requirement D-15).
//!
//! Each question is a walk along two partial indexes, of the grants that wait and of those that were revoked, from those that
//! end first, and no further than the limit that it is asked for. What a person decided counts no more.

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};
use protocol::{Extent, Place, Timestamp};

statements! {
    OF_SERVER = count_of("");
    OF_CLIENT = count_of("client_id = $3 AND");
    OF_NETWORK = count_of("requested_network = $3 AND");
    OF_SUBSCRIBER = count_of("requested_subscriber = $3 AND");
    OF_SITE = count_of("requested_site = $3 AND");
}

/// Counts what matches a condition. A grant that its own device ended, by guessing at its secret, counts until it would have
/// expired: otherwise a flood would only have to end what it began.
fn count_of(condition: &str) -> String {
    format!(
        "SELECT COUNT(*), MIN(expires_at) FROM ( \
            SELECT expires_at FROM device_grants WHERE {condition} state IN ('pending', 'claimed') AND expires_at > $1 \
            UNION ALL SELECT expires_at FROM device_grants WHERE {condition} state = 'revoked' AND expires_at > $1 \
            ORDER BY expires_at LIMIT $2) AS counted"
    )
}

/// Whose grants are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Everybody's.
    Server,
    /// Those of a client, by its id.
    Client(String),
    /// Those that came from a network, or from a site around it.
    Place(Place),
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveCount {
    /// Grants that wait or were revoked; no more are counted than were asked for.
    pub live: i64,
    /// When the first of them expires.
    pub first_ends_at: Option<Timestamp>,
}

/// Counts the grants of a holder that wait for a person at `now`, up to `most`.
pub async fn live_grants(db: &Db, of: &Holder, most: u32, now: Timestamp) -> Result<LiveCount, StoreError> {
    let (statement, args) = match of {
        Holder::Server => (OF_SERVER, args![now, most]),
        Holder::Client(id) => (OF_CLIENT, args![now, most, id]),
        Holder::Place(place) => {
            let statement = match place.extent {
                Extent::Network => OF_NETWORK,
                Extent::Subscriber => OF_SUBSCRIBER,
                Extent::Site => OF_SITE,
            };
            (statement, args![now, most, place.network.to_string()])
        }
    };
    let counted: Option<(i64, Option<i64>)> = db.one(statement, args).await?;
    let (live, first) = counted.unwrap_or_default();
    Ok(LiveCount { live, first_ends_at: first.map(Timestamp::from_millis) })
}
