//! What does the detector suspect, and how does an operator say that it is harmless? Requirement B-06.

use std::process::ExitCode;

use crate::app::open_store;
use crate::cli::incident::{Release, printed};
use crate::cli::{ConfigFile, block_on, by_operator};
use crate::clock::{Clock, SystemClock};
use crate::protocol::{Event, Timestamp, display_text};
use crate::store;

pub(super) fn list(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = match file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    block_on(async {
        let db = open_store(&settings).await?;
        for of in store::suspected_campaigns(&db).await? {
            let standing = if of.held { "held" } else { "suspected" };
            let since = printed(Timestamp::from_millis(of.suspected_at))?;
            println!("{}\t{}\t{standing}\tsince {since:.0}", display_text(&of.client_id, 80), of.origin);
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn release(options: &Release) -> anyhow::Result<ExitCode> {
    let settings = match options.file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    block_on(async {
        let db = open_store(&settings).await?;
        let origin = options.network.trunc().to_string();
        let client = options.client.as_str();
        let event = by_operator(Event::CampaignReleased, SystemClock.now()).of_client(client);
        let event = event.with("origin", origin.as_str());
        let released = store::release_campaign(&db, client, &origin, &event).await?;
        anyhow::ensure!(released, "requests of {} from {origin} are not held", display_text(client, 80));
        println!("requests of {} from {origin} can be approved again", display_text(client, 80));
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
