//! `grantd demo`: runs a throwaway server, and a device in this terminal that signs in to it.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::app::App;
use crate::cli::output::{self, OutputError};
use crate::cli::system_time::SystemTimekeeper;
use crate::cli::{INTERRUPTED, actor, asked_to_stop};
use crate::clock::SystemClock;
use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::Operator;
use crate::flow::operator::users::{NewUser, add};
use crate::passwords::Password;
use crate::{serve, telemetry};
use device::{Client, CodeVerifier, DeviceError, Http, Screen, SignIn, SignedIn, discover};
use protocol::{GrantType, Secret, UserCodeFormat, UserCodeSettings};
use settings::{ClientSettings, ClientType, SecretDigest, Settings};

const CLIENT: &str = "demo-tv";
/// The resource server that introspects the token.
const API: &str = "demo-api";
const USERNAME: &str = "demo";
const SCOPE: &str = "openid profile";

#[derive(Args)]
pub(super) struct DemoOptions {
    /// Where to listen. 0.0.0.0:8080 lets a phone on the same network open the page (without TLS, so only for a demo).
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Keep the server running after the device has signed in.
    #[arg(long)]
    keep: bool,
}

pub(super) fn run(options: &DemoOptions) -> anyhow::Result<ExitCode> {
    let runtime = Runtime::new()?;
    // Before the folder is made: a signal must not leave it behind.
    let interrupted = {
        let _here = runtime.enter();
        asked_to_stop()
    };
    let folder =
        tempfile::Builder::new().prefix("grantd-demo-").tempdir().context("no temporary folder can be made")?;
    let ended = runtime.block_on(serve_and_sign_in(options, &folder, interrupted));
    drop(runtime);
    folder.close().context("the temporary folder cannot be removed")?;
    ended
}

async fn serve_and_sign_in(
    options: &DemoOptions,
    folder: &TempDir,
    interrupted: impl Future<Output = ()>,
) -> anyhow::Result<ExitCode> {
    let listener = bind(options.listen).await?;
    let api_secret = Secret::from_random("", SystemEntropy.secret());
    let settings = settings_for(folder, listener.local_addr()?, &api_secret)?;
    let _log = telemetry::log_to_stderr(&settings.log)?;
    let issuer = settings.issuer.clone();
    let app = Arc::new(App::open(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?);
    let password = add_demo_user(&app).await?;
    output::line(format_args!("A throwaway server runs at {issuer}. Sign in there as:\n"))?;
    output::line(format_args!("  username  {USERNAME}\n  password  {password}\n"))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve::serve(app, listener, async { drop(stopped.await) }));
    let code = tokio::select! {
        code = play_device(&issuer, &api_secret, options.keep) => code?,
        () = interrupted => {
            output::verdict("\nstopped", ExitCode::from(INTERRUPTED))?
        }
    };
    drop(stop);
    serving.await??;
    Ok(code)
}

/// The device's side: everything here goes over HTTP, as from a television.
async fn play_device(issuer: &str, api_secret: &Secret, keep: bool) -> anyhow::Result<ExitCode> {
    let mut screen = Screen::on(io::stdout());
    if let Err(error) = walk(issuer, api_secret, &mut screen).await {
        drop(screen);
        if let DeviceError::Screen(error) = error {
            return Err(OutputError::from(error).into());
        }
        output::remark(format_args!("grantd: {error}"));
        return Ok(ExitCode::from(error.exit_code()));
    }
    if keep {
        output::line("The server runs on; Ctrl-C ends it.")?;
        std::future::pending::<()>().await;
    }
    Ok(ExitCode::SUCCESS)
}

async fn walk<W: Write>(issuer: &str, api_secret: &Secret, screen: &mut Screen<W>) -> Result<(), DeviceError> {
    let http = Http::new(issuer)?;
    let server = discover(issuer, &http).await?;
    let client = Client::new(CLIENT, None, &http, &server);
    let nonce = Secret::from_random("", SystemEntropy.secret());
    let verifier = CodeVerifier::from_random(SystemEntropy.secret());
    let request = SignIn { scope: Some(SCOPE), nonce: Some(nonce.reveal()), verifier: Some(&verifier), keypad: None };
    let signed_in = client.sign_in(&request, screen, &SystemTimekeeper).await?;
    screen.welcome(&signed_in)?;
    for warning in &signed_in.warnings {
        output::remark(format_args!("grantd: warning: the tokens came, but {warning}"));
    }
    let api = Client::new(API, Some(api_secret.reveal()), &http, &server);
    sign_out(&client, &api, &signed_in).await
}

/// Refreshes, signs out, and lets `api` find that the tokens have ended.
async fn sign_out(client: &Client<'_>, api: &Client<'_>, signed_in: &SignedIn) -> Result<(), DeviceError> {
    let Some(refresh_token) = &signed_in.tokens.refresh_token else { return Ok(()) };
    let refreshed = client.refresh(refresh_token, None).await?;
    let seconds = refreshed.expires_in.unwrap_or_default();
    say(&format!("refreshed: a new access token for {seconds} seconds, and the next refresh token"))?;
    // The new refresh token if there is one, as every device should.
    client.revoke(refreshed.refresh_token.as_ref().unwrap_or(refresh_token)).await?;
    say("revoked: the refresh token, and with it all that was issued to this device")?;
    let told = api.introspect(&refreshed.access_token).await?;
    say(if told.active { "introspection says: active" } else { "introspection says: inactive" })
}

fn say(line: &str) -> Result<(), DeviceError> {
    Ok(output::line(line).map_err(io::Error::from)?)
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "not an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080".into())
}

/// The given address; or else port 8080 on loopback, or a free port if that one is taken.
async fn bind(wanted: Option<SocketAddr>) -> anyhow::Result<TcpListener> {
    let address = wanted.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && wanted.is_none() => {
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
        bound => bound.with_context(|| format!("cannot listen on {address}")),
    }
}

/// The defaults, with the clients of the demo, and with all files in a temporary folder. The issuer is set after loading,
/// because a file must not have it: only a demo has an issuer without TLS that is not on loopback.
fn settings_for(folder: &TempDir, listening: SocketAddr, api_secret: &Secret) -> anyhow::Result<Settings> {
    let mut settings = settings::load_from(None, [])?;
    settings.issuer = match listening.ip() {
        ip if ip.is_loopback() => format!("http://localhost:{}", listening.port()).parse()?,
        ip => format!("http://{}", SocketAddr::new(seen_from_the_network(ip), listening.port())).parse()?,
    };
    settings.database.url = format!("sqlite:{}", folder.path().join("grantd.db").display());
    settings.log.filter = "warn".to_owned().try_into().map_err(anyhow::Error::msg)?;
    let grant_types = [GrantType::DeviceCode, GrantType::RefreshToken];
    settings.client.push(ClientSettings::public(CLIENT, "Demo television", &grant_types, SCOPE));
    settings.client.push(ClientSettings {
        client_type: ClientType::Confidential,
        secret_digests: vec![SecretDigest(api_secret.digest())],
        introspect: true,
        ..ClientSettings::public(API, "Demo API", &[], "")
    });
    Ok(settings)
}

/// The address at which other machines reach this one. Asking for a route sends nothing.
fn seen_from_the_network(listening: IpAddr) -> IpAddr {
    if !listening.is_unspecified() {
        return listening;
    }
    let route = UdpSocket::bind((listening, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    route.map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip())
}

/// Adds the demo user, and returns the password, which is only printed: 16 letters, 69 bits.
async fn add_demo_user(app: &App) -> anyhow::Result<String> {
    let alphabet = "bcdfghjkmnpqrstvwxz".to_owned();
    let written = UserCodeSettings { alphabet, length: 16, max_length: 16, ..app.settings.user_code.clone() };
    let letters = UserCodeFormat::new(&written).map_err(|flaws| anyhow::anyhow!("{flaws:?}"))?;
    let password = letters.show(&letters.draw(written.length, |bytes| app.entropy.fill(bytes)));
    let operator = Operator { actor: actor(), settings: app.settings.clone(), db: app.db.clone() };
    let new = NewUser::new(USERNAME, Some("Demo person"), None)?;
    add(&operator, new, &Password::typed(&password)).await?;
    Ok(password)
}
