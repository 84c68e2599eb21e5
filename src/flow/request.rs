//! Issue a device code and a user code to a device (RFC 8628 sections 3.1 and 3.2).
//!
//! 1. Authenticate the client, and check that it may use the device grant from where it is.
//! 2. Read the parameters, and refuse what the client may not have.
//! 3. Count the request against the limits: after all other checks, and before anything is written.
//! 4. Spend the proof of its key.
//! 5. Draw both codes, and store the grant with their digests.

use url::form_urlencoded::byte_serialize;

use crate::app::App;
use crate::flow::authenticate_client::authenticate_client;
use crate::flow::{ClientRequest, FlowError, admission, dpop};
use protocol::messages::DeviceAuthorizationResponse;
use protocol::{
    Binding, Channel, Client, CodeChallenge, DeviceCode, DeviceGrant, Event, GrantType, Initiation, MatchNumber,
    MatchNumbers, OAuthError, Origin, Wishes,
};
use store::StoreError;

/// How often a user code is drawn again because another grant has it. That hardly happens once. The bound is for a
/// format that the codes of the last day have almost used up.
const DRAWS: u32 = 1000;

/// Answers a device authorization request.
pub(crate) async fn request_codes(
    app: &App,
    request: &ClientRequest,
) -> Result<DeviceAuthorizationResponse, FlowError> {
    let client = authenticate_client(app, request).await?;
    client.may(GrantType::DeviceCode)?;
    admission::check_network(app, client, request).await?;
    let scope = client.device_scope_for(request.parameter("scope", client.longest_scope())?);
    let scope = scope.inspect_err(|error| tracing::info!(client = client.id, flaw = %error, "a scope is refused"))?;
    let nonce = request.parameter("nonce", 255)?.map(str::to_owned);
    let wishes = Wishes::read(&request.form, client)?;
    let challenge = challenge(client, request)?;
    let proof = dpop::proof_of_client(app, client, request, None)?;
    admission::admit(app, client, request).await?;
    let length = admission::user_code_length(app, client).await?;
    let jkt = dpop::spend(app, proof).await?;
    let settings = &app.settings.device;
    let now = app.clock.now();
    let id = app.entropy.row_identifier(now);
    let (initiation, match_number) = initiation(app, client, &id);
    let origin = Origin { at: now, address: request.address, user_agent: request.user_agent.clone() };
    let grant = DeviceGrant {
        nonce,
        wishes,
        binding: Binding { jkt, challenge },
        initiation,
        ..DeviceGrant::new(id, client.id.clone(), scope, origin, settings.expires_in, settings.interval)
    };
    let device_code = app.settings.compatibility.device_code(app.entropy.secret());
    let user_code = add(app, request, &grant, &device_code, length).await?;
    tracing::info!(grant = grant.id, client = client.id, "a device asks to sign in");
    if grant.wishes.demand_unmet(&app.settings.sessions.password_acr_values) {
        tracing::info!(grant = grant.id, client = client.id, "no login here is what its acr_values ask for");
    }
    let verification_uri = app.verification_uri();
    let complete = client.approval.prefilled_code.then(|| complete_uri(&verification_uri, &user_code, &grant.wishes));
    let match_number = match_number.map(|number| number.to_string());
    let message = app.settings.compatibility.message.then(|| {
        let pages = &app.settings.pages;
        let wanted = pages.wanted(grant.wishes.ui_locales.iter().map(String::as_str));
        let language = wanted.unwrap_or(pages.default_language);
        words::of_device(language, &verification_uri, &user_code, match_number.as_deref())
    });
    Ok(DeviceAuthorizationResponse {
        device_code: device_code.reveal().to_owned(),
        user_code,
        message,
        verification_url: app.settings.compatibility.verification_url.then(|| verification_uri.clone()),
        verification_uri,
        verification_uri_complete: complete,
        expires_in: settings.expires_in.as_secs(),
        interval: settings.interval.as_secs(),
        match_number,
        initiation_pin_required: client.verifies.pin,
    })
}

/// The challenge that the device binds its code to (RFC 7636 section 4.3): optional, unless the client demands it.
fn challenge(client: &Client, request: &ClientRequest) -> Result<Option<CodeChallenge>, OAuthError> {
    let method = request.parameter("code_challenge_method", 255)?;
    let challenge = CodeChallenge::requested(request.parameter("code_challenge", 255)?, method)?;
    if challenge.is_none() && client.demands.pkce {
        tracing::info!(client = client.id, "a code_challenge is missing: require_pkce is true for this client");
        return Err(OAuthError::invalid_request("this client has to send a code_challenge"));
    }
    Ok(challenge)
}

/// The number and the PIN that the client demands between the screens, and the number that the device shows.
fn initiation(app: &App, client: &Client, grant: &str) -> (Initiation, Option<MatchNumber>) {
    let key = client.verifies.number.then_some(&app.keys.initiation.current);
    let drawn = key.map(|key| (key, MatchNumbers::of_grant(key, grant).right()));
    let number = drawn.map(|(key, number)| number.digest(key, grant));
    (Initiation { number, pin: client.verifies.pin, ..Initiation::default() }, drawn.map(|(_, number)| number))
}

/// Stores a grant under a new user code, and returns the code as people see it.
async fn add(
    app: &App,
    request: &ClientRequest,
    grant: &DeviceGrant,
    device_code: &DeviceCode,
    length: usize,
) -> Result<String, StoreError> {
    let purge_at = grant.redeemable_until() + app.settings.device.tombstone_for;
    let mut created = app
        .event(Event::GrantCreated, &request.source(Channel::DeviceAuthorization))
        .of_grant(grant)
        .with("scope", grant.scope.to_string())
        .with("user_agent", grant.origin.user_agent.clone())
        .with_initiation(&grant.initiation);
    if let Some(jkt) = &grant.binding.jkt {
        created = created.with("jkt", jkt.as_str());
    }
    let format = app.registry.user_codes.of(&grant.client_id);
    for _ in 0..DRAWS {
        let user_code = format.draw(length, |bytes| app.entropy.fill(bytes));
        let digest = user_code.digest(&app.keys.user_codes.current);
        if store::add_device_grant(&app.db, grant, &device_code.digest(), &digest, purge_at, &created).await? {
            return Ok(format.show(&user_code));
        }
    }
    Err(StoreError::Overtaken)
}

/// The most bytes that a hint and the languages add to a link: more would make its QR code hard to read.
const LONGEST_LINKED_HINT: usize = 96;
const LONGEST_LINKED_LOCALES: usize = 32;

/// A link with the code, and with the login hint and the languages if they are short. The login page knows the code but
/// must not look it up (requirement U-02), so the link is the only way to pass them on.
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
