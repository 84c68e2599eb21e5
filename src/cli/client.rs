//! `grantd client`: shows the registered clients, and makes secrets for new ones.

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::cli::Listing;
use crate::cli::output::{self, OutputError};
use crate::cli::password_input::existing_secret;
use crate::clients::effective;
use crate::flow::operator::client_secret::{self, ENOUGH_BITS};
use protocol::{
    AccessTokenFormat, AuthenticationMethod, ClaimPlace, ClaimSource, Client, Consent, CustomClaim, Digest, GrantType,
    KeySource, NetworkMismatch, PublicAlgorithm, PublicJwk, RefreshPolicy, Scope, UserField, display_text,
};
use settings::{ClientSettings, ClientType, Settings, written};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// List the registered clients.
    List(Listing),
    /// Show the effective settings of one client: its own and the general ones together.
    Show {
        /// The client's id.
        id: String,
        #[command(flatten)]
        listing: Listing,
    },
    /// Draw a client secret. The secret is shown once; write its digest into the configuration.
    NewSecret {
        /// Print one JSON object with the members `secret` and `digest`.
        #[arg(long)]
        json: bool,
    },
    /// Digest an existing secret, which is typed or read from standard input.
    DigestSecret,
}

pub(super) fn run(command: &ClientCommand) -> anyhow::Result<ExitCode> {
    match command {
        ClientCommand::NewSecret { json } => new_secret(*json)?,
        ClientCommand::DigestSecret => digest_secret()?,
        ClientCommand::List(Listing { json, file }) => list(&file.settings()?, *json)?,
        ClientCommand::Show { id, listing } => show(&listing.file.settings()?, id, listing.json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn new_secret(as_json: bool) -> Result<(), OutputError> {
    let secret = client_secret::draw();
    if as_json {
        return output::json(&json!({"secret": secret.reveal(), "digest": configured(&secret.digest())}));
    }
    output::line(format_args!("secret, for the client:      {}", secret.reveal()))?;
    output::line(format_args!("digest, for the [[client]]:  {}", setting(&secret.digest())))
}

/// Prints only the line for the configuration to standard output, so that it can be appended to a file.
fn digest_secret() -> anyhow::Result<()> {
    let digested = client_secret::digest(&existing_secret()?)?;
    output::line(setting(&digested.digest))?;
    if let Some(bits) = digested.weak {
        output::remark(format_args!(
            "grantd: warning: this secret looks like {bits:.0} bits, and {ENOUGH_BITS:.0} are needed for a digest that \
             nobody can reverse: better use one of `grantd client new-secret`"
        ));
    }
    Ok(())
}

fn setting(digest: &Digest) -> String {
    format!("secret_digests = [\"{}\"]", configured(digest))
}

fn configured(digest: &Digest) -> String {
    format!("sha256:{}", digest.hex())
}

fn list(settings: &Settings, as_json: bool) -> Result<(), OutputError> {
    for client in &settings.client {
        if as_json {
            output::json(&described(client))?;
            continue;
        }
        let grants =
            if client.grant_types.is_empty() { "no grants".to_owned() } else { grant_types(&client.grant_types) };
        let name = display_text(&client.name, 64);
        let owner = if client.owner.is_empty() {
            String::new()
        } else {
            format!("\towner {}", display_text(&client.owner, 64))
        };
        let (kind, state) = (kind(client), state(client));
        output::line(format_args!("{}\t{kind}\t{state}\t{grants}\t{name}{owner}", client.id))?;
    }
    Ok(())
}

fn described(client: &ClientSettings) -> Value {
    let owner = Some(&client.owner).filter(|owner| !owner.is_empty());
    let grant_types: Vec<&str> = client.grant_types.iter().map(|grant_type| grant_type.name()).collect();
    json!({
        "id": client.id, "name": client.name, "owner": owner, "type": kind(client), "state": state(client),
        "authentication": client.authentication().name(), "grant_types": grant_types,
    })
}

fn grant_types(grant_types: &[GrantType]) -> String {
    grant_types.iter().map(|grant_type| grant_type.name()).collect::<Vec<_>>().join(" ")
}

fn kind(client: &ClientSettings) -> &'static str {
    match client.client_type {
        ClientType::Public => "public",
        ClientType::Confidential => "confidential",
    }
}

fn state(client: &ClientSettings) -> &'static str {
    if client.enabled { "enabled" } else { "disabled" }
}

fn show(settings: &Settings, id: &str, as_json: bool) -> anyhow::Result<()> {
    let registered = settings.client.iter().find(|client| client.id == id);
    let registered = registered.with_context(|| format!("there is no [[client]] {:?}", display_text(id, 255)))?;
    if as_json {
        return Ok(output::json(&effectively(registered, &effective(registered, settings)))?);
    }
    output::line(format_args!("id: {}", registered.id))?;
    output::line(format_args!("name: {}", display_text(&registered.name, 255)))?;
    if !registered.owner.is_empty() {
        output::line(format_args!("owner: {}", display_text(&registered.owner, 255)))?;
    }
    output::line(format_args!("type: {}", kind(registered)))?;
    output::line(format_args!("state: {}", state(registered)))?;
    output::line(format_args!("authentication: {}", registered.authentication().name()))?;
    // A disabled client is shown as if it were enabled: an operator wants to know that before they enable it.
    for (fact, value) in facts(&effective(registered, settings)) {
        output::line(format_args!("{fact}: {value}"))?;
    }
    Ok(())
}

/// What holds for a client. Lifetimes are in seconds, as in the responses of the endpoints.
fn effectively(registered: &ClientSettings, client: &Client) -> Value {
    let mut object = described(registered);
    let names = |scope: &Scope| scope.tokens().map(ToOwned::to_owned).collect::<Vec<_>>();
    let networks: Vec<String> = client.allowed_networks.iter().map(ToString::to_string).collect();
    let members = json!({
        "scopes": names(&client.scope), "device_scopes": names(&client.device_scope),
        "default_scopes": names(&client.default_scope.within(&client.device_scope)),
        "resources": client.resources, "introspects": client.introspects, "networks": networks,
        "access_token_lifetime": client.access_token_lifetime.as_secs(),
        "access_token_format": client.access_token_format,
        "access_token_algorithm": client.access_token_algorithm.name(),
        "id_token_lifetime": client.id_token_lifetime.as_secs(),
        "id_token_algorithm": client.id_token_algorithm.name(),
        "refresh_token_policy": client.may(GrantType::RefreshToken).ok().map(|()| client.refresh_token_policy),
        "refresh_token_idle": client.refresh_token_idle.as_secs(),
        "refresh_token_absolute": client.refresh_token_absolute.as_secs(),
        "require_dpop": client.demands.dpop, "require_pkce": client.demands.pkce,
        "consent": client.approval.consent, "network_mismatch": client.approval.network_mismatch,
        "max_auth_age": client.approval.max_auth_age.as_secs(), "prefilled_code": client.approval.prefilled_code,
    });
    if let (Value::Object(object), Value::Object(members)) = (&mut object, members) {
        object.extend(members);
    }
    object
}

fn facts(client: &Client) -> Vec<(&'static str, String)> {
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let mut facts = Vec::new();
    match &client.authentication {
        AuthenticationMethod::None => {}
        AuthenticationMethod::ClientSecretBasic(digests) | AuthenticationMethod::ClientSecretPost(digests) => {
            facts.push(("secrets", digests.len().to_string()));
        }
        AuthenticationMethod::PrivateKeyJwt(KeySource::Remote(uri)) => {
            facts.push(("keys", display_text(uri.as_str(), 255)));
        }
        AuthenticationMethod::PrivateKeyJwt(KeySource::Inline(set)) => {
            facts.extend(set.keys().iter().map(|key| ("key", named(key))));
        }
        AuthenticationMethod::ClientSecretJwt(_) => facts.push(("secret", "in the file of the settings".to_owned())),
    }
    facts.extend([
        ("grant types", or_none(grant_types(&client.grant_types))),
        ("scopes", or_none(client.scope.to_string())),
        ("scopes from a device", or_none(client.device_scope.to_string())),
        ("scopes by default", or_none(client.default_scope.within(&client.device_scope).to_string())),
        ("resources", or_none(client.resources.join(" "))),
        ("access tokens live", written(client.access_token_lifetime)),
        ("access tokens are", access_tokens(client)),
        ("id tokens live", written(client.id_token_lifetime)),
        ("id tokens are signed with", client.id_token_algorithm.name().to_owned()),
    ]);
    if client.may(GrantType::RefreshToken).is_ok() {
        facts.push(("refresh tokens", refresh_tokens(client)));
    }
    facts.push(("link with the code", if client.approval.prefilled_code { "yes" } else { "no" }.to_owned()));
    facts.push(("its approvals", approvals(client)));
    facts.push(("asks from", networks(client)));
    facts.push(("its requests", demanded(client).to_owned()));
    if client.verifies.number {
        facts.push(("people pick", "the number that its devices show".to_owned()));
    }
    if client.verifies.pin {
        facts.push(("its devices send", "the PIN that the browser shows".to_owned()));
    }
    facts.push(("introspects for", or_none(client.introspects.join(" "))));
    if !client.is_public() {
        facts.push(("signed introspection is signed with", client.introspection_algorithm.name().to_owned()));
    }
    facts.extend(client.claims.iter().map(|claim| ("claim of its own", custom_claim(claim))));
    facts
}

/// A key by the name that its owner gave it, and by its thumbprint, by which the operator and the owner can compare keys.
fn named(key: &PublicJwk) -> String {
    let algorithms = PublicAlgorithm::ALL.iter().copied().filter(|algorithm| key.verifies(*algorithm));
    let algorithms: Vec<&str> = algorithms.map(PublicAlgorithm::name).collect();
    let kid = display_text(key.key_id().unwrap_or("without kid"), 255);
    format!("{kid}, {}, {}", algorithms.join(" or "), key.thumbprint())
}

fn demanded(client: &Client) -> &'static str {
    match (client.demands.dpop, client.demands.pkce) {
        (false, false) => "may be bound to a key (DPoP) or a secret (PKCE)",
        (true, false) => "have to be bound to a key (DPoP)",
        (false, true) => "have to be bound to a secret (PKCE)",
        (true, true) => "have to be bound to a key (DPoP) and a secret (PKCE)",
    }
}

fn access_tokens(client: &Client) -> String {
    match client.access_token_format {
        AccessTokenFormat::Jwt => format!("JWTs, signed with {}", client.access_token_algorithm.name()),
        AccessTokenFormat::Opaque => "opaque".to_owned(),
    }
}

fn custom_claim(claim: &CustomClaim) -> String {
    let says = match &claim.says {
        ClaimSource::Fixed(value) => display_text(&value.to_string(), 255),
        ClaimSource::Field(UserField::Username) => "the username".to_owned(),
        ClaimSource::Field(UserField::Name) => "the person's name".to_owned(),
        ClaimSource::Field(UserField::Email) => "the person's email address".to_owned(),
    };
    let place = |place: &ClaimPlace| match place {
        ClaimPlace::AccessToken => "access tokens",
        ClaimPlace::IdToken => "ID tokens",
        ClaimPlace::Userinfo => "userinfo",
    };
    let places = claim.places.iter().map(place).collect::<Vec<_>>().join(", ");
    let scope = claim.scope.as_ref().map(|scope| format!(", with the scope {scope}")).unwrap_or_default();
    format!("{} = {says} in {places}{scope}", claim.name)
}

/// The conditions for approving its devices.
fn approvals(client: &Client) -> String {
    let policy = client.approval;
    let consent = match policy.consent {
        Consent::Explicit => "asked for",
        Consent::Implied => "implied by a typed code",
    };
    let mismatch = match policy.network_mismatch {
        NetworkMismatch::Ignore => "is told",
        NetworkMismatch::Warn => "has to be confirmed",
        NetworkMismatch::TypeCode => "has to be confirmed, and the code typed",
        NetworkMismatch::Deny => "cannot approve",
    };
    format!("{consent}; another network {mismatch}; the login at most {} old", written(policy.max_auth_age))
}

fn networks(client: &Client) -> String {
    let networks: Vec<String> = client.allowed_networks.iter().map(ToString::to_string).collect();
    if networks.is_empty() { "anywhere".to_owned() } else { networks.join(" ") }
}

fn refresh_tokens(client: &Client) -> String {
    let when = match client.refresh_token_policy {
        RefreshPolicy::Registered => "always",
        RefreshPolicy::OfflineAccess => "with offline_access",
        RefreshPolicy::Never => return "never".to_owned(),
    };
    let rotation = if client.rotates_refresh_tokens || client.is_public() { "rotated" } else { "not rotated" };
    let (idle, absolute) = (written(client.refresh_token_idle), written(client.refresh_token_absolute));
    format!("{when}, {rotation}, for {idle} without use and {absolute} at most")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{effective, facts};
    use settings::load_from;

    #[test]
    fn what_holds_for_a_client_is_its_own_settings_over_the_general_ones() {
        let toml = "[tokens]\naccess_token_lifetime = '7m'\n[device]\nscopes = ['openid']\n[[client]]\nid = 'tv'\nname = 'TV'\n\
                    type = 'public'\nscopes = ['openid', 'email']\nid_token_lifetime = '90s'\nenabled = false\n\
                    grant_types = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']\n\
                    refresh_token_idle = '2d'\nrefresh_token_absolute = '20d'\nresources = ['https://films.example']\n\
                    claims = [{ name = 'tenant', value = 'north', in = ['id_token', 'userinfo'], scope = 'email' }]\n\
                    access_token_format = 'opaque'\nconsent = 'implied'\nmax_auth_age = '2m'\n\
                    allowed_networks = ['10.0.0.0/8']\n\
                    [[resource]]\nuri = 'https://films.example'\nname = 'Films'\n";
        let settings = load_from(Some((Path::new("g.toml"), toml)), []).unwrap();
        let client = effective(&settings.client[0], &settings);
        let facts = facts(&client);
        for expected in [
            ("grant types", "urn:ietf:params:oauth:grant-type:device_code refresh_token"),
            ("scopes", "openid email"),
            ("scopes from a device", "openid"),
            ("access tokens live", "7m"),
            ("id tokens live", "1m 30s"),
            ("id tokens are signed with", "ES256"),
            ("refresh tokens", "always, rotated, for 2d without use and 20d at most"),
            ("its requests", "may be bound to a key (DPoP) or a secret (PKCE)"),
            ("introspects for", "none"),
            ("resources", "https://films.example"),
            ("access tokens are", "opaque"),
            ("link with the code", "yes"),
            ("its approvals", "implied by a typed code; another network has to be confirmed; the login at most 2m old"),
            ("asks from", "10.0.0.0/8"),
            ("claim of its own", "tenant = \"north\" in ID tokens, userinfo, with the scope email"),
        ] {
            assert!(facts.iter().any(|(fact, value)| (*fact, value.as_str()) == expected), "{expected:?} in {facts:?}");
        }
        assert!(!facts.iter().any(|(fact, _)| *fact == "secrets"));
        assert_eq!(settings.client[0].authentication().name(), "none");
    }

    /// The key of RFC 8037 appendix A, and its thumbprint.
    #[test]
    fn a_client_that_signs_is_shown_with_its_keys() {
        let key = r#"{"kid":"one","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        for (keys, expected) in [
            (
                format!("jwks = '{{\"keys\":[{key}]}}'"),
                ("key", "one, EdDSA, kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
            ),
            ("jwks_uri = 'https://h/jwks.json'".to_owned(), ("keys", "https://h/jwks.json")),
        ] {
            let toml = format!(
                "[[client]]\nid = 'fleet'\nname = 'Fleet'\ntype = 'confidential'\n\
                 token_endpoint_auth_method = 'private_key_jwt'\n{keys}"
            );
            let settings = load_from(Some((Path::new("g.toml"), &toml)), []).unwrap();
            let facts = facts(&effective(&settings.client[0], &settings));
            assert!(facts.iter().any(|(fact, value)| (*fact, value.as_str()) == expected), "{expected:?} in {facts:?}");
            assert_eq!(settings.client[0].authentication().name(), "private_key_jwt");
        }
    }
}
