//! What may a device ask for? RFC 6749 section 3.3; requirements D-13 and D-14.

use crate::support::Server;

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

/// Proves: T-03
#[tokio::test]
async fn a_scope_has_at_most_1024_characters() {
    let server = Server::spawn().await;
    let (longest, longer) = ("read ".repeat(204) + "read", "read ".repeat(205));
    assert_eq!((longest.len(), longer.len()), (1024, 1025));
    server.device("tv").authorize(&longest).await;
    let answer = server.device("tv").post("/device_authorization", &[("scope", &longer)]).await;
    answer.assert_error(400, "invalid_request");
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
