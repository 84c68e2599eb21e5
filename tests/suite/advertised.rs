//! What the metadata name exists, and what they do not name does not: N77, requirement M-05. (`metadata.rs` tests grant
//! types and claims.)

use std::collections::BTreeSet;

use jsonwebtoken::dangerous::insecure_decode;
use protocol::SigningAlgorithm;
use serde_json::Value;
use settings::load_from;

use testkit::{ISSUER, Server, basic};

async fn metadata(server: &Server) -> Value {
    server.get("/.well-known/openid-configuration").await.json()
}

fn words(json: &Value, member: &str) -> BTreeSet<String> {
    let words = json[member].as_array().unwrap_or_else(|| panic!("{member} is missing"));
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Proves: N77 M-05 V-03 V-04: also where tokens are ended and asked about.
#[tokio::test]
async fn an_authentication_method_works_at_each_endpoint_exactly_if_it_is_named() {
    let server = Server::with(|settings| {
        for client in &mut settings.client {
            client.introspect = matches!(client.id.as_str(), "box" | "printer");
        }
    })
    .await;
    let json = metadata(&server).await;
    let header = basic("box", "box-secret");
    for endpoint in ["token", "revocation", "introspection"] {
        let named = words(&json, &format!("{endpoint}_endpoint_auth_methods_supported"));
        let path = json[format!("{endpoint}_endpoint")].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        for (method, header, body) in [
            ("none", None, "client_id=tv"),
            ("client_secret_basic", Some(&header), ""),
            ("client_secret_post", None, "client_id=printer&client_secret=printer-secret"),
        ] {
            let mut request = server.request("POST", path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let body = format!("token=unknown&grant_type=refresh_token&refresh_token=unknown&{body}");
            let status = request.body(body).send().await.unwrap().status();
            assert_eq!(status != 401, named.contains(method), "{method} at {path}: {status}");
        }
    }
}

/// Proves: N77 M-05 K-11: each algorithm that is named signs for the client that wants it, and is the only one published.
#[tokio::test]
async fn an_algorithm_signs_exactly_if_it_is_named() {
    let all =
        [("ES256", SigningAlgorithm::ES256), ("RS256", SigningAlgorithm::RS256), ("EdDSA", SigningAlgorithm::EdDSA)];
    for offered in [&all[..1], &all[..]] {
        let server = Server::with(|settings| {
            settings.keys.algorithms = offered.iter().map(|(_, algorithm)| *algorithm).collect();
            let tv = settings.client.iter().find(|client| client.id == "tv").unwrap().clone();
            settings.client.extend(offered.iter().map(|(name, algorithm)| {
                let mut client = tv.clone();
                (*name).clone_into(&mut client.id);
                client.id_token_signed_response_alg = Some(*algorithm);
                client
            }));
        })
        .await;
        server.add_user("anna").await;
        let names: Vec<&str> = offered.iter().map(|(name, _)| *name).collect();
        let json = metadata(&server).await;
        assert_eq!(words(&json, "id_token_signing_alg_values_supported"), set(&names));
        let jwks = server.get("/jwks.json").await.json();
        let published = jwks["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap().to_owned());
        assert_eq!(published.collect::<BTreeSet<String>>(), set(&names));
        for name in names {
            let tokens = server.sign_in(&server.device(name), "openid", "anna").await;
            let signed = insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap();
            assert_eq!(format!("{:?}", signed.header.alg), name);
        }
    }
    let unoffered = "keys.algorithms = ['ES256']\n[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n\
                     id_token_signed_response_alg = 'RS256'\n";
    let refused = load_from(Some(("g.toml".as_ref(), unoffered)), []).unwrap_err().to_string();
    assert!(refused.contains("id_token_signed_response_alg"), "{refused}");
}

/// Proves: N77 M-05 D-13
#[tokio::test]
async fn a_scope_can_be_asked_for_exactly_if_it_is_named() {
    let server = Server::with(|settings| {
        for client in &mut settings.client {
            client.device_scopes = None;
        }
    })
    .await;
    let named = words(&metadata(&server).await, "scopes_supported");
    for scope in ["openid", "profile", "email", "read", "admin", "offline_access", "address", "phone", "Read"] {
        let answer = server.device("tv").post("/device_authorization", &[("scope", scope)]).await;
        assert_eq!(answer.status == 200, named.contains(scope), "{scope}: {answer:?}");
    }
}

/// Proves: N77 M-05: endpoints of other servers that this one does not name do not exist here.
#[tokio::test]
async fn an_endpoint_that_is_not_named_is_not_there() {
    let server = Server::spawn().await;
    let json = metadata(&server).await;
    for (member, paths) in [
        ("authorization_endpoint", ["/authorize", "/authorization", "/auth"]),
        ("registration_endpoint", ["/register", "/registration", "/connect/register"]),
        ("pushed_authorization_request_endpoint", ["/par", "/as/par", "/request"]),
        ("end_session_endpoint", ["/end_session", "/logout/oidc", "/session/end"]),
        ("backchannel_authentication_endpoint", ["/bc-authorize", "/backchannel", "/ciba"]),
    ] {
        assert!(json.get(member).is_none(), "{member}");
        for path in paths {
            assert_eq!(server.get(path).await.status, 404, "{path}");
            assert_eq!(server.post(path, "client_id=tv").await.status, 404, "{path}");
        }
    }
    let off = Server::with(|settings| settings.device.enabled = false).await;
    let json = metadata(&off).await;
    assert!(json.get("device_authorization_endpoint").is_none());
    assert_eq!(words(&json, "grant_types_supported"), set(&["refresh_token"]));
    off.post("/device_authorization", "client_id=tv").await.assert_error(404, "unsupported_grant_type");
}
