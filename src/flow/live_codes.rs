//! Count the codes that a guess can hit, and how many more there may be where codes cannot grow (requirement E-04).

use crate::app::App;
use protocol::{Client, Crowd, Timestamp, UserCodeFormat};
use store::{Holder, StoreError};

/// A count of live codes.
#[derive(Clone, Copy)]
pub(crate) struct LiveCodes {
    /// The number of codes.
    pub(crate) count: u64,
    /// When the first of them ends.
    pub(crate) first_ends_at: Option<Timestamp>,
}

/// The most codes that may be alive at once.
pub(crate) struct Room {
    /// For all clients together.
    pub(crate) all: u32,
    /// For the client: half of what the others leave, so that the next client finds as much. If no other client has
    /// such codes, all of it.
    pub(crate) of_client: u32,
}

/// The live codes that a guess of a code of this format can hit.
pub(crate) async fn beside(app: &App, look: &UserCodeFormat, now: Timestamp) -> Result<LiveCodes, StoreError> {
    match app.registry.user_codes.crowd(look, app.settings.limits.code_demand()) {
        Crowd::AllBut(others) => {
            let all = of(app, &Holder::Server, now).await?;
            let others = of_clients(app, &others, now).await?;
            Ok(LiveCodes { count: all.count.saturating_sub(others.count), ..all })
        }
        Crowd::Of(clients) => of_clients(app, &clients, now).await,
    }
}

/// The room for the codes of a client; `None` where they can grow.
pub(crate) async fn room(app: &App, client: &Client, now: Timestamp) -> Result<Option<Room>, StoreError> {
    let (limits, look) = (&app.settings.limits, app.registry.user_codes.of(&client.id));
    let Some(all) = app.registry.user_codes.room(look, limits.code_demand()) else { return Ok(None) };
    let own = of(app, &Holder::Client(client.id.clone()), now).await?.count;
    let others = beside(app, look, now).await?.count.saturating_sub(own);
    let left = all.saturating_sub(u32::try_from(others).unwrap_or(u32::MAX));
    let is_shared = app
        .registry
        .clients
        .asking()
        .any(|other| other.id != client.id && app.registry.user_codes.of(&other.id) == look);
    Ok(Some(Room { all, of_client: if is_shared { left.div_ceil(2) } else { left } }))
}

async fn of_clients(app: &App, clients: &[&str], now: Timestamp) -> Result<LiveCodes, StoreError> {
    let mut sum = LiveCodes { count: 0, first_ends_at: None };
    for client in clients {
        let live = of(app, &Holder::Client((*client).to_owned()), now).await?;
        let first_ends_at = sum.first_ends_at.into_iter().chain(live.first_ends_at).min();
        sum = LiveCodes { count: sum.count + live.count, first_ends_at };
    }
    Ok(sum)
}

async fn of(app: &App, holder: &Holder, now: Timestamp) -> Result<LiveCodes, StoreError> {
    let limits = &app.settings.limits;
    let most = if matches!(holder, Holder::Client(_)) { limits.pending_client } else { limits.pending_server };
    let (count, first_ends_at) = app.limits.live_grants.count(&app.db, holder, most, now).await?;
    Ok(LiveCodes { count, first_ends_at })
}
