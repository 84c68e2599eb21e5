//! Counts the grants that wait for a person: of a client, from a network, and all (requirement D-15).
//!
//! A count walks along two partial indexes, of the waiting and of the revoked grants, from those that end first, and no further than
//! its limit. Grants that a person decided are not counted.

use crate::arg::args;
use crate::statement::{row, statements};
use crate::{Db, StoreError};
use protocol::{Extent, Place, Timestamp};

statements! {
    OF_SERVER = count_of("");
    OF_CLIENT = count_of("client_id = $3 AND");
    OF_NETWORK = count_of("requested_network = $3 AND");
    OF_SUBSCRIBER = count_of("requested_subscriber = $3 AND");
    OF_SITE = count_of("requested_site = $3 AND");
}

/// Counts the grants that match a condition. A grant that its own device ended by guessing at its secret counts until it would have
/// expired: otherwise a flood could end its own grants and go on.
fn count_of(condition: &str) -> String {
    format!(
        "SELECT COUNT(*) AS live, MIN(expires_at) AS first_ends_at FROM ( \
            SELECT expires_at FROM device_grants WHERE {condition} state IN ('pending', 'claimed') AND expires_at > $1 \
            UNION ALL SELECT expires_at FROM device_grants WHERE {condition} state = 'revoked' AND expires_at > $1 \
            ORDER BY expires_at LIMIT $2) AS counted"
    )
}

/// The holder whose grants are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The server: all grants.
    Server,
    /// A client, by its id.
    Client(String),
    /// A network, or a site around it.
    Place(Place),
}

row! {
    /// The number of live grants.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct LiveCount {
        /// Grants that wait or were revoked, at most as many as were asked for.
        pub live: i64,
        /// When the first of them expires.
        pub first_ends_at: Option<Timestamp>,
    }
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
    Ok(db.one(statement, args).await?.unwrap_or(LiveCount { live: 0, first_ends_at: None }))
}
