//! Did the answer get lost? Who proves the key that tokens were issued to is given the same ones again for half a minute
//! (requirement B-11).
//!
//! The answer is kept sealed under a key that is derived from the device code, which no row holds, and for the key that
//! was proven, so that neither the code nor the database nor the key is enough by itself.

use crate::app::App;
use crate::root_secret::{Purpose, SealingKey};
use protocol::messages::TokenResponse;
use protocol::{DeviceCode, DeviceGrant, Timestamp};
use store::{KeyBound, StoreError};

/// What is remembered of an answer that is about to be given to the owner of a key.
pub(super) fn kept(code: &DeviceCode, grant: &str, jkt: &str, answer: &TokenResponse, now: Timestamp) -> KeyBound {
    let plain = serde_json::to_vec(answer).expect("an answer is texts and numbers under names");
    KeyBound {
        jkt: jkt.to_owned(),
        sealed_answer: key(code).seal(&context(grant, jkt), &plain),
        answer_until: now + DeviceGrant::REDELIVERY,
    }
}

/// The same answer once more; `None` when it was given to another key, is over, or what it carries was revoked. Its
/// lifetime is what is left of it.
pub(super) async fn given_again(
    app: &App,
    code: &DeviceCode,
    grant: &str,
    jkt: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<TokenResponse>, StoreError> {
    let sealed = store::find_redelivery(&app.db, grant).await?;
    let opened = sealed.and_then(|sealed| key(code).open(&context(grant, jkt), &sealed).ok());
    let answer: Option<TokenResponse> = opened.and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(answer.map(|answer| TokenResponse {
        expires_in: answer.expires_in.saturating_sub(now.since(since).as_secs()),
        ..answer
    }))
}

fn key(code: &DeviceCode) -> SealingKey {
    SealingKey::derive(code.reveal().as_bytes(), Purpose::Redelivery)
}

fn context(grant: &str, jkt: &str) -> Vec<u8> {
    [grant, jkt].join("\n").into_bytes()
}
