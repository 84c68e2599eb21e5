//! `grantd login`: signs this terminal in at any server that supports the device grant (RFC 8628).

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::{Map, Value};
use tokio::runtime::Runtime;

use crate::cli::system_time::SystemTimekeeper;
use crate::cli::typed_lines::TypedLines;
use crate::cli::{INTERRUPTED, asked_to_stop, misuse, output, secret_file};
use crate::entropy::{Entropy, SystemEntropy};
use crate::telemetry::chain;
use device::{Client, CodeVerifier, DeviceError, Http, ProofKey, Screen, SignIn, SignedIn, Timekeeper, discover};
use protocol::Secret;

const EXIT_CODES: &str = "\
Exit codes:
  0    somebody signed in; there is a warning if the server says nothing more about them
  1    the output cannot be written
  2    the arguments are wrong, or the server is not the one that they name
  3    the request was denied
  4    the code expired without a decision
  5    the server refuses, or its answer cannot be trusted
  6    the server cannot be reached
  130  interrupted";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct LoginOptions {
    /// The issuer, letter for letter as the server names itself. Its endpoints are found by discovery.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The client to sign in as. It has to be registered for the device grant.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// A file with the secret of a confidential client, which only its owner should be able to read (mode 0600). The secret
    /// cannot be an argument: other users of the machine can read those.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The scopes to request, separated by spaces. Default: the server decides.
    #[arg(long)]
    scope: Option<String>,
    /// Bind the sign-in to a new key (DPoP, RFC 9449), without which nobody can use the code or the tokens. With --json the
    /// output has the key as `dpop_jwk`.
    #[arg(long)]
    dpop: bool,
    /// Do not bind the code to this command (PKCE, RFC 7636). Default: bind it where the server's metadata offer S256, so that
    /// nobody who sees the device code can use it. For a server that offers S256 and refuses it for devices.
    #[arg(long)]
    no_pkce: bool,
    /// Write one JSON object with the tokens to standard output, and show the code on standard error. Without this flag the
    /// tokens are never shown. Send the output to the program that needs the tokens, not to a log.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &LoginOptions) -> anyhow::Result<ExitCode> {
    let secret = options.client_secret_file.as_deref().map(secret_file::read).transpose();
    let secret = secret.map_err(|error| misuse(chain(error.as_ref())))?;
    let key = match options.dpop.then(ProofKey::draw).transpose() {
        Ok(key) => key.map(Arc::new),
        Err(error) => return Ok(failed(&error)),
    };
    let (secret, key) = (secret.as_ref(), key.as_ref());
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(async {
        if options.json {
            interruptible(options, secret, key, Screen::on(io::stderr())).await
        } else {
            interruptible(options, secret, key, Screen::on(io::stdout())).await
        }
    });
    // Without waiting: the look-up of a host name may still run.
    runtime.shutdown_background();
    let Some(walked) = ended else { return Ok(ExitCode::from(INTERRUPTED)) };
    let done = walked.and_then(|signed_in| {
        if options.json {
            output::json(&json(&options.issuer, &signed_in, key.map(Arc::as_ref))).map_err(io::Error::from)?;
        }
        Ok(())
    });
    Ok(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    })
}

fn failed(error: &DeviceError) -> ExitCode {
    output::remark(format_args!("grantd: {error}"));
    ExitCode::from(error.exit_code())
}

/// Signs in; `None` when Ctrl-C ended it. The screen is dropped in every case, so that the next output begins a new line.
async fn interruptible<W: Write>(
    options: &LoginOptions,
    secret: Option<&Secret>,
    key: Option<&Arc<ProofKey>>,
    mut screen: Screen<W>,
) -> Option<Result<SignedIn, DeviceError>> {
    tokio::select! {
        walked = walk(options, secret, key, &mut screen) => Some(walked),
        () = asked_to_stop() => None,
    }
}

async fn walk<W: Write>(
    options: &LoginOptions,
    secret: Option<&Secret>,
    key: Option<&Arc<ProofKey>>,
    screen: &mut Screen<W>,
) -> Result<SignedIn, DeviceError> {
    let mut http = Http::new(&options.issuer)?;
    let server = discover(&options.issuer, &http).await?;
    if let Some(key) = key {
        server.demand_proofs()?;
        http = http.proving(Arc::clone(key), || SystemTimekeeper.now(), || SystemEntropy.identifier());
    }
    if let Some(endpoint) = server.asked_in_clear() {
        let secrets = if secret.is_some() { "the client secret and the tokens" } else { "the tokens" };
        output::remark(format_args!(
            "grantd: warning: {endpoint} is asked without TLS: anybody on the way can read {secrets}"
        ));
    }
    let client = Client::new(&options.client_id, secret.map(Secret::reveal), &http, &server);
    let verifier = CodeVerifier::from_random(SystemEntropy.secret());
    let verifier = Some(&verifier).filter(|_| !options.no_pkce);
    let keypad = TypedLines::default();
    // Not every server returns the nonce of a device request, which RFC 8628 does not have.
    let request = SignIn { scope: options.scope.as_deref(), nonce: None, verifier, keypad: Some(&keypad) };
    let signed_in = client.sign_in(&request, screen, &SystemTimekeeper).await?;
    screen.welcome(&signed_in)?;
    for warning in &signed_in.warnings {
        output::remark(format_args!("grantd: warning: the tokens came, but {warning}"));
    }
    Ok(signed_in)
}

/// The result for a program. Members that the server did not send are left out.
fn json(issuer: &str, signed_in: &SignedIn, key: Option<&ProofKey>) -> Value {
    let tokens = &signed_in.tokens;
    let revealed = |token: &Secret| Value::from(token.reveal());
    let members = [
        ("issuer", Some(Value::from(issuer))),
        ("scope", signed_in.scope.clone().map(Value::from)),
        ("sub", signed_in.subject().map(Value::from)),
        ("claims", signed_in.claims.clone().map(Value::from)),
        ("userinfo", signed_in.userinfo.clone().map(Value::from)),
        ("access_token", Some(revealed(&tokens.access_token))),
        ("token_type", tokens.token_type.clone().map(Value::from)),
        ("refresh_token", tokens.refresh_token.as_ref().map(revealed)),
        ("id_token", tokens.id_token.as_ref().map(revealed)),
        ("expires_in", tokens.expires_in.map(Value::from)),
        ("dpop_jwk", key.map(ProofKey::private_jwk)),
    ];
    let said = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    said.collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{SignedIn, json};

    #[test]
    fn what_the_server_did_not_send_is_absent_and_never_null() {
        let tokens = serde_json::from_value(json!({"access_token": "a-secret"})).unwrap();
        let signed_in = SignedIn { claims: None, userinfo: None, scope: None, tokens, warnings: Vec::new() };
        let written = json("https://a.example", &signed_in, None);
        assert_eq!(written, json!({"issuer": "https://a.example", "access_token": "a-secret"}));
    }

    /// Proves: FD-10: a program is told how to present the token.
    #[test]
    fn a_whole_sign_in_has_every_member() {
        let tokens = json!({
            "access_token": "a", "refresh_token": "r", "id_token": "i", "expires_in": "300", "token_type": "Bearer"
        });
        let claims = json!({"sub": "ada", "iss": "https://a.example"});
        let userinfo = json!({"sub": "ada", "name": "Ada"});
        let signed_in = SignedIn {
            claims: claims.as_object().cloned(),
            userinfo: userinfo.as_object().cloned(),
            scope: Some("openid".to_owned()),
            tokens: serde_json::from_value(tokens).unwrap(),
            warnings: Vec::new(),
        };
        let expected = json!({
            "issuer": "https://a.example", "scope": "openid", "sub": "ada", "claims": claims, "userinfo": userinfo,
            "access_token": "a", "token_type": "Bearer", "refresh_token": "r", "id_token": "i", "expires_in": 300,
        });
        assert_eq!(json("https://a.example", &signed_in, None), expected);
    }
}
