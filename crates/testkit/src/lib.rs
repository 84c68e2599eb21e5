//! The servers, devices, browsers and clocks of the tests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod account;
mod answer;
mod barrier;
mod browser;
mod cells;
pub mod chromium;
pub mod cluster;
mod daemon;
mod database;
mod device;
mod devtools;
mod events;
mod gallery;
mod guesses;
mod own_server;
mod product;
mod product_server;
mod program;
mod proof_key;
mod proxy;
mod publisher;
mod receiver;
mod request;
pub mod root;
mod script;
mod secrets;
mod server;
mod signer;
mod wire;
mod work_counts;
mod writes;

pub use self::device::{Authorization, DEVICE_CODE, Device};
pub use ::device::basic;
pub use account::{SignedIn, for_accounts};
pub use answer::Answer;
pub use barrier::{Barrier, Held};
pub use browser::{Browser, PASSWORD, Page};
pub use cells::Cell;
pub use daemon::{Daemon, command};
pub use database::Database;
pub use devtools::Screen;
pub use events::detail;
pub use gallery::Gallery;
pub use guesses::{CLOSED, TOO_MANY, UNKNOWN, unknown_code};
pub use own_server::OwnServer;
pub use product::{JANSSEN, NONE, PINGONE, PRODUCTS, Product, my_client, of_file};
pub use program::{Ended, Program, grantd, installed, run, run_onto};
pub use proof_key::{Proof, ProofKey, hash};
pub use proxy::{Link, Proxy};
pub use publisher::{Published, Publisher};
pub use receiver::{Delivery, Mood, Receiver, webhook_at};
pub use request::{ISSUER, direct_request, request};
pub use root::{Network, SmallDisk};
pub use script::Script;
pub use secrets::Secrets;
pub use server::{Server, for_many_devices, quick_passwords};
pub use signer::{Signer, claims, claims_at, confidential, presented};
pub use wire::Wire;
pub use work_counts::WorkCounts;
pub use writes::Writes;

use std::time::Duration;

/// Seconds.
pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Asks again until the answer is yes, for what a task of the server does later.
pub async fn eventually(mut answer: impl AsyncFnMut() -> bool) {
    let asked = async {
        while !answer().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(secs(30), asked).await.expect("it never came true");
}

/// The number of migrations, and of the newest one.
pub fn migrations() -> usize {
    let files = std::fs::read_dir("migrations").unwrap();
    files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "sql")).count()
}

/// The error about a database in which no migration ran.
pub fn lacks_all_migrations() -> String {
    let all = migrations();
    format!("the database lacks {all} migration(s) of this version: run `grantd migrate` first")
}
