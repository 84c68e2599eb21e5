//! The scopes that a device may ask for: RFC 6749 section 3.3; requirements D-13 and D-14.

use protocol::GrantType;
use testkit::Server;

/// Proves: N12 D-13
#[tokio::test]
async fn a_scope_that_nobody_has_is_refused_and_not_dropped() {
    let server = Server::spawn().await;
    for scope in ["films", "openid films", "OpenID", "openid\"x", "openid\\", "é", " "] {
        let answer = server.device("tv").post("/device_authorization", &[("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope");
    }
    assert_eq!(server.database.rows("device_grants").await, 0);
}

/// Proves: T-03 FE-15
#[tokio::test]
async fn a_scope_has_at_most_1024_characters_where_the_client_has_fewer() {
    let server = Server::spawn().await;
    let (longest, longer) = ("read ".repeat(204) + "read", "read ".repeat(205));
    assert_eq!((longest.len(), longer.len()), (1024, 1025));
    server.device("tv").authorize(&longest).await;
    let answer = server.device("tv").post("/device_authorization", &[("scope", &longer)]).await;
    answer.assert_error(400, "invalid_request");
}

/// Proves: FE-15 T-03 K-09: a client with many scopes may ask for all of them and refresh them, and may not ask for more.
#[tokio::test]
async fn a_client_may_ask_for_every_scope_that_it_has() {
    let names: Vec<String> = (0..70).map(|number| format!("https://api.example.test/films/{number:03}")).collect();
    let (all, last) = (names.join(" "), names[69].clone());
    assert!(all.len() > 2 * 1024);
    let server = Server::with(|settings| {
        for name in &names {
            settings.scope.push(settings::ScopeSettings { name: name.clone(), ..settings.scope[3].clone() });
        }
        let tv = &mut settings.client[0];
        tv.scopes.clone_from(&names);
        tv.device_scopes = None;
        tv.grant_types.push(GrantType::RefreshToken);
    })
    .await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let tokens = server.sign_in(&tv, &all, "anna").await;
    assert_eq!(tokens["scope"], all);
    let refresh = async |scope: &str, token: &str| {
        tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]).await
    };
    let token = tokens["refresh_token"].as_str().unwrap();
    let again = refresh(&all, token).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(again.json()["scope"], all);
    let next = again.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(refresh(&last, &next).await.json()["scope"], last);
    let longer = format!("{all} {last}");
    refresh(&longer, &next).await.assert_error(400, "invalid_request");
    tv.post("/device_authorization", &[("scope", &longer)]).await.assert_error(400, "invalid_request");
    let document = server.get("/.well-known/openid-configuration").await.json();
    let told = document["scopes_supported"].as_array().unwrap();
    assert!(names.iter().all(|name| told.iter().any(|known| known == name)), "{told:?}");
}

/// Proves: N12 D-14
#[tokio::test]
async fn a_scope_outside_the_clients_device_list_is_refused() {
    let server = Server::spawn().await;
    for (client, scope) in [("tv", "admin"), ("tv", "openid admin"), ("radio", "profile"), ("radio", "read email")] {
        let answer = server.device(client).post("/device_authorization", &[("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope");
    }
}

/// Proves: N12 D-14
#[tokio::test]
async fn the_servers_own_device_list_binds_every_client() {
    let server = Server::with(|settings| settings.device.scopes = Some(vec!["openid".to_owned()])).await;
    let tv = server.device("tv");
    tv.post("/device_authorization", &[("scope", "openid read")]).await.assert_error(400, "invalid_scope");
    tv.authorize("openid").await;
}

/// Proves: D-13
#[tokio::test]
async fn a_client_that_names_no_scope_gets_the_default_or_is_told_to_name_one() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let by_default = server.device("radio").authorize_with(&[]).await;
    server.approve(&by_default, "anna").await;
    assert_eq!(by_default.redeem().await["scope"], "openid");

    let strict = Server::with(|settings| settings.scope.iter_mut().for_each(|scope| scope.default = false)).await;
    strict.device("radio").post("/device_authorization", &[]).await.assert_error(400, "invalid_scope");
}

/// Proves: D-13
#[tokio::test]
async fn a_scope_keeps_its_order_and_loses_its_doubles() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "read  openid read profile", "anna").await;
    assert_eq!(tokens["scope"], "read openid profile");
}
