//! What does a device get when it asks to sign in? RFC 8628 sections 3.1 and 3.2; what it may ask for besides is in
//! [`Wishes`].

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded::byte_serialize;

use crate::app::App;
use crate::flow::throttle::{admit_device, user_code_length};
use crate::flow::{ClientRequest, authenticate_client};
use crate::web::error::{ApiError, no_store};
use crate::web::oauth::dpop::{Memory, Shown, Unspent};
use protocol::messages::DeviceAuthorizationResponse;
use protocol::{
    AuditEvent, Binding, Channel, Client, CodeChallenge, DeviceGrant, Event, GrantType, Initiation, MatchNumber,
    MatchNumbers, OAuthError, Origin, Pace, Scope, State as GrantState, Wishes,
};
use store::StoreError;

/// `POST /device_authorization`
pub(in crate::web) async fn device_authorization(
    State(app): State<Arc<App>>,
    request: ClientRequest,
) -> Result<Response, ApiError> {
    let client = authenticate_client(&app, &request).await?;
    client.may(GrantType::DeviceCode)?;
    comes_from_allowed_network(&app, client, &request).await?;
    let scope = client.device_scope_for(request.parameter("scope", client.longest_scope())?)?;
    let nonce = request.parameter("nonce", 255)?.map(str::to_owned);
    let wishes = Wishes::read(&request.form, client)?;
    let challenge = challenge(client, &request)?;
    let proof = proof(&app, client, &request)?;
    // What could not be met takes no place, and what finds no place costs no write: a proof is spent after it was let in.
    admit_device(&app, client, request.address).await?;
    let length = user_code_length(&app, client).await?;
    let jkt = match proof {
        Some(proof) => Some(proof.spend(&app, Memory::Light).await?),
        None => None,
    };
    let asked = Asked { scope, nonce, wishes, binding: Binding { jkt, challenge } };
    let response = issue(&app, client, asked, length, request).await?;
    Ok(no_store(Json(response).into_response()))
}

/// Refuses a device that is elsewhere than its client is allowed to ask from (requirement P-07). That is told once an hour
/// for each client and server, since a stranger can use the name of a public client without end.
async fn comes_from_allowed_network(app: &App, client: &Client, request: &ClientRequest) -> Result<(), ApiError> {
    let Err(refusal) = client.may_ask_from(request.address) else { return Ok(()) };
    let now = app.clock.now();
    if app.limits.rates.tells_of_network(&app.settings.limits, &client.id, now) {
        tracing::warn!(client = client.id, "a device asked from a network that its client is not allowed");
        let (about, source) =
            (format!("{} {}", client.id, now.seconds() / 3600), request.source(Channel::DeviceAuthorization));
        let refused = AuditEvent::once(&about, Event::GrantRefused, &source, now).of_client(&client.id);
        store::add_audit_event(&app.db, &refused).await?;
    }
    Err(refusal.into())
}

/// The challenge that the device ties its code to (RFC 7636 section 4.3), if it likes or the client has to.
fn challenge(client: &Client, request: &ClientRequest) -> Result<Option<CodeChallenge>, OAuthError> {
    let method = request.parameter("code_challenge_method", 255)?;
    let challenge = CodeChallenge::requested(request.parameter("code_challenge", 255)?, method)?;
    if challenge.is_none() && client.demands.pkce {
        return Err(OAuthError::invalid_request("this client has to send a code_challenge"));
    }
    Ok(challenge)
}

/// The proof of the key that the device ties its code to (RFC 9449), if it likes or the client has to.
fn proof(app: &App, client: &Client, request: &ClientRequest) -> Result<Option<Unspent>, ApiError> {
    let shown = Shown { proofs: &request.proofs, method: "POST", url: &request.url, access_token: None };
    let proof = shown.proof(app)?;
    client.may_use(None, proof.as_ref().map(Unspent::jkt))?;
    Ok(proof)
}

/// How often a user code is drawn that somebody has already. With as many codes as a server may have alive that hardly happens
/// once; it is a bound for a format that is all but used up by codes of a day ago.
const DRAWS: u32 = 1000;

/// What a device asks for.
struct Asked {
    scope: Scope,
    nonce: Option<String>,
    wishes: Wishes,
    binding: Binding,
}

/// Draws both codes and remembers their digests. A user code that somebody else has is drawn again.
async fn issue(
    app: &App,
    client: &Client,
    asked: Asked,
    length: usize,
    request: ClientRequest,
) -> Result<DeviceAuthorizationResponse, StoreError> {
    let settings = &app.settings.device;
    let now = app.clock.now();
    let source = request.source(Channel::DeviceAuthorization);
    let id = app.entropy.identifier();
    let (initiation, number) = initiation(app, client, &id);
    let grant = DeviceGrant {
        id,
        client_id: client.id.clone(),
        scope: asked.scope,
        nonce: asked.nonce,
        wishes: asked.wishes,
        binding: asked.binding,
        initiation,
        origin: Origin { at: now, address: request.address, user_agent: request.user_agent },
        expires_at: now + settings.expires_in,
        pace: Pace::new(settings.interval),
        state: GrantState::Pending,
        reported_at: None,
    };
    let purge_at = grant.redeemable_until() + settings.tombstone_for;
    let created = app.event(Event::GrantCreated, &source).of_grant(&grant);
    let created = created.with("scope", grant.scope.to_string()).with("user_agent", grant.origin.user_agent.clone());
    let created = match &grant.binding.jkt {
        Some(jkt) => created.with("jkt", jkt.as_str()),
        None => created,
    };
    let created = created.with_initiation(&grant.initiation);
    let device_code = app.settings.compatibility.device_code(app.entropy.secret());
    let looks = app.registry.user_codes.of(&client.id);
    let mut user_code = None;
    for _ in 0..DRAWS {
        let drawn = looks.draw(length, |bytes| app.entropy.fill(bytes));
        let digest = drawn.digest(&app.keys.user_codes.current);
        if store::add_device_grant(&app.db, &grant, &device_code.digest(), &digest, purge_at, &created).await? {
            user_code = Some(looks.show(&drawn));
            break;
        }
    }
    let user_code = user_code.ok_or(StoreError::Overtaken)?;
    tracing::info!(grant = grant.id, client = client.id, "a device asks to sign in");
    if grant.wishes.demand_unmet(&app.settings.sessions.password_acr_values) {
        tracing::info!(grant = grant.id, client = client.id, "no login here is what its acr_values ask for");
    }
    let verification_uri = app.verification_uri();
    let complete = client.approval.prefilled_code.then(|| complete_uri(&verification_uri, &user_code, &grant.wishes));
    Ok(DeviceAuthorizationResponse {
        device_code: device_code.reveal().to_owned(),
        user_code,
        verification_url: app.settings.compatibility.verification_url.then(|| verification_uri.clone()),
        verification_uri,
        verification_uri_complete: complete,
        expires_in: settings.expires_in.as_secs(),
        interval: settings.interval.as_secs(),
        match_number: number.map(|number| number.to_string()),
        initiation_pin_required: client.verifies.pin,
    })
}

/// What the person has to carry between the screens, as the client has it, and the number that the device shows.
fn initiation(app: &App, client: &Client, grant: &str) -> (Initiation, Option<MatchNumber>) {
    let key = client.verifies.number.then_some(&app.keys.initiation.current);
    let shown = key.map(|key| (key, MatchNumbers::of_grant(key, grant).right()));
    let number = shown.map(|(key, number)| number.digest(key, grant));
    (Initiation { number, pin: client.verifies.pin, ..Initiation::default() }, shown.map(|(_, number)| number))
}

/// Bytes that a hint and the languages may add to a link: more would make its QR code hard to read.
const LONGEST_LINKED_HINT: usize = 96;
const LONGEST_LINKED_LOCALES: usize = 32;

/// A link that carries the code, and the login hint and the languages where they are short. The page that asks for a login
/// knows the code but must not look it up (requirement U-02), so it can learn of them in no other way.
fn complete_uri(verification_uri: &str, user_code: &str, wishes: &Wishes) -> String {
    let locales = wishes.ui_locales.join(" ");
    let carried = [
        ("login_hint", wishes.login_hint.as_deref().unwrap_or_default(), LONGEST_LINKED_HINT),
        ("ui_locales", &locales, LONGEST_LINKED_LOCALES),
    ];
    carried.iter().fold(format!("{verification_uri}?user_code={user_code}"), |link, (name, value, longest)| {
        let value: String = byte_serialize(value.as_bytes()).collect();
        if (1..=*longest).contains(&value.len()) { format!("{link}&{name}={value}") } else { link }
    })
}
