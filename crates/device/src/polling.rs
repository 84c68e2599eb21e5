//! Polling: the token request, repeated until the person has decided (RFC 8628 sections 3.4 and 3.5).

use std::io::Write;
use std::time::Duration;

use reqwest::StatusCode;

use crate::authorization::DeviceAuthorization;
use crate::client::Client;
use crate::error::DeviceError;
use crate::http::Answer;
use crate::keypad::Keypad;
use crate::messages::{ErrorResponse, TokenResponse};
use crate::pacer::{Pacer, PollState};
use crate::screen::Screen;
use crate::timekeeper::Timekeeper;

/// The grant type of RFC 8628 section 3.4.
pub const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How often the live line is rewritten.
const TICK: Duration = Duration::from_secs(1);

impl Client<'_> {
    /// Polls until `authorization` is approved, denied or expired, and shows the progress on `screen`.
    pub async fn poll_until_decided<W: Write>(
        &self,
        authorization: &DeviceAuthorization,
        keypad: Option<&dyn Keypad>,
        screen: &mut Screen<W>,
        time: &impl Timekeeper,
    ) -> Result<TokenResponse, DeviceError> {
        let began = time.now();
        let elapsed = || time.now().since(began);
        let left = || authorization.expires_in.saturating_sub(elapsed());
        let mut pacer = Pacer::new(authorization.interval, authorization.expires_in);
        let mut state = PollState::Pending;
        let mut wait = authorization.interval;
        loop {
            while !wait.is_zero() {
                screen.progress(state, left())?;
                let pause = if screen.is_live() { wait.min(TICK) } else { wait };
                time.wait(pause).await;
                wait -= pause;
            }
            // A PIN is sent with the next poll that is due, not earlier.
            let pin = if authorization.wants_pin { keypad.and_then(Keypad::typed) } else { None };
            state = match self.poll(authorization, pin.as_deref()).await? {
                PollAnswer::Issued(tokens) => return Ok(*tokens),
                PollAnswer::Undecided(state) => state,
                PollAnswer::WrongPin(state, tries_left) => {
                    screen.wrong_pin(tries_left)?;
                    state
                }
            };
            screen.progress(state, left())?;
            wait = pacer.after(state, elapsed()).ok_or(DeviceError::Expired)?;
        }
    }

    async fn poll(&self, authorization: &DeviceAuthorization, pin: Option<&str>) -> Result<PollAnswer, DeviceError> {
        let mut form = vec![("grant_type", DEVICE_CODE_GRANT), ("device_code", authorization.device_code.reveal())];
        form.extend(pin.map(|pin| ("initiation_pin", pin)));
        form.extend(authorization.verifier.as_ref().map(|verifier| ("code_verifier", verifier.reveal())));
        match self.post(&self.server.token_endpoint, form).await {
            Ok(answer) => judge(answer, self.http.proves()),
            Err(DeviceError::Network { .. }) => Ok(PollAnswer::Undecided(PollState::Unanswered)),
            Err(error) => Err(error),
        }
    }
}

enum PollAnswer {
    Issued(Box<TokenResponse>),
    Undecided(PollState),
    /// Undecided, and the PIN was wrong; the number of tries that are left.
    WrongPin(PollState, Option<u64>),
}

/// The meaning of an answer of the token endpoint. The body of a 5xx answer is not read, and after a 429 the device waits.
fn judge(answer: Answer, proven: bool) -> Result<PollAnswer, DeviceError> {
    let in_trouble = matches!(answer.status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    match answer.refusal() {
        _ if answer.status.is_server_error() => Ok(PollAnswer::Undecided(PollState::Unanswered)),
        Some(refusal) if refusal.error == "authorization_pending" => Ok(undecided(PollState::Pending, &refusal)),
        Some(refusal) if refusal.error == "slow_down" => Ok(undecided(PollState::SlowDown, &refusal)),
        _ if in_trouble => Ok(PollAnswer::Undecided(PollState::Unanswered)),
        _ => {
            let endpoint = answer.endpoint.clone();
            answer
                .granted::<TokenResponse>()?
                .usable(&endpoint, proven)
                .map(|tokens| PollAnswer::Issued(Box::new(tokens)))
        }
    }
}

fn undecided(state: PollState, refusal: &ErrorResponse) -> PollAnswer {
    if refusal.initiation_pin == "wrong" {
        PollAnswer::WrongPin(state, refusal.initiation_pin_tries_left)
    } else {
        PollAnswer::Undecided(state)
    }
}
