//! What does every test need? A server of its own, a device, a browser, and a clock that is moved by hand.

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
mod program;
mod proof_key;
mod proxy;
mod publisher;
mod receiver;
pub mod root;
mod script;
mod secrets;
mod server;
mod signer;
mod wire;
mod writes;

pub use account::SignedIn;
pub use account::for_accounts;
pub use answer::Answer;
pub use barrier::Barrier;
pub use barrier::Held;
pub use browser::Browser;
pub use browser::Page;
pub use cells::Cell;
pub use daemon::Daemon;
pub use daemon::command;
pub use database::Database;
pub use device::Authorization;
pub use device::DEVICE_CODE;
pub use device::Device;
pub use device::basic;
pub use devtools::Screen;
pub use events::detail;
pub use gallery::Gallery;
pub use guesses::CLOSED;
pub use guesses::TOO_MANY;
pub use guesses::UNKNOWN;
pub use guesses::unknown_code;
pub use own_server::OwnServer;
pub use product::JANSSEN;
pub use product::NONE;
pub use product::PINGONE;
pub use product::PRODUCTS;
pub use product::Product;
pub use product::my_client;
pub use product::of_file;
pub use program::Ended;
pub use program::Program;
pub use program::run;
pub use proof_key::Proof;
pub use proof_key::ProofKey;
pub use proof_key::hash;
pub use proxy::Link;
pub use proxy::Proxy;
pub use publisher::Published;
pub use publisher::Publisher;
pub use receiver::Delivery;
pub use receiver::Mood;
pub use receiver::Receiver;
pub use receiver::webhook_at;
pub use root::Network;
pub use root::SmallDisk;
pub use script::Script;
pub use secrets::Secrets;
pub use server::ISSUER;
pub use server::PASSWORD;
pub use server::Server;
pub use server::direct_request;
pub use server::for_many_devices;
pub use server::quick_passwords;
pub use server::request;
pub use signer::Signer;
pub use signer::claims;
pub use signer::claims_at;
pub use signer::confidential;
pub use signer::presented;
pub use wire::Wire;
pub use writes::Writes;

use std::time::Duration;

/// Seconds.
pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Asks again until the answer is yes: for what a task of the server does in its own time.
pub async fn eventually(mut answer: impl AsyncFnMut() -> bool) {
    let asked = async {
        while !answer().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(secs(30), asked).await.expect("it never came true");
}

/// What is said of a database in which no migration ran.
pub fn lacks_all_migrations() -> String {
    let files = std::fs::read_dir("migrations").unwrap();
    let all = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "sql")).count();
    format!("the database lacks {all} migration(s) of this version: run `grantd migrate` first")
}
