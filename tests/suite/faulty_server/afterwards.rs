//! What a token of the faulty server can do afterwards: refreshing, revocation and introspection.

use axum::response::Response;
use serde_json::json;

use super::requests::{Asked, Proven, Refusal, json};
use super::{Fault, Held, Shop, random};

/// An access token or a refresh token.
pub struct Issued {
    client: String,
    family: String,
    refreshes: bool,
    spent: bool,
}

/// A pair of tokens of a family.
pub fn issue(held: &mut Held, client: &str, family: &str, scope: &str) -> Response {
    let mut token = |refreshes| {
        let name = random();
        let (client, family) = (client.to_owned(), family.to_owned());
        held.tokens.insert(name.clone(), Issued { client, family, refreshes, spent: false });
        name
    };
    let (access, refresh) = (token(false), token(true));
    let members = json!({
        "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 600, "scope": scope
    });
    json(200, &members)
}

pub fn refresh(shop: &Shop, proven: &Proven) -> Result<Response, Refusal> {
    let mut held = shop.held.lock().unwrap();
    let name = proven.form.get("refresh_token").ok_or((400, "invalid_request"))?;
    let scope = proven.form.get("scope").map_or("watch", String::as_str);
    let token = held.tokens.get(name).filter(|token| token.refreshes).ok_or((400, "invalid_grant"))?;
    if token.client != proven.client && !shop.has(Fault::OtherClientsRefresh) {
        return Err((400, "invalid_grant"));
    }
    if scope != "watch" && !shop.has(Fault::RefreshingWidensTheScope) {
        return Err((400, "invalid_scope"));
    }
    let (client, family) = (token.client.clone(), token.family.clone());
    if token.spent && !shop.has(Fault::OldRefreshTokensWork) {
        held.tokens.retain(|_, token| token.family != family);
        return Err((400, "invalid_grant"));
    }
    held.tokens.get_mut(name).unwrap().spent = true;
    Ok(issue(&mut held, &client, &family, scope))
}

pub fn revoke(shop: &Shop, asked: &Asked) -> Result<Response, Refusal> {
    let proven = asked.proven(shop)?;
    let mut held = shop.held.lock().unwrap();
    let name = proven.form.get("token").ok_or((400, "invalid_request"))?;
    if let Some(token) = held.tokens.get(name) {
        if token.client != proven.client && !shop.has(Fault::OtherClientsRevoke) {
            return Err((400, "invalid_request"));
        }
        let (family, all) = (token.family.clone(), token.refreshes);
        held.tokens.retain(|other, token| other != name && !(all && token.family == family));
    }
    Ok(json(200, &json!({})))
}

pub fn introspect(shop: &Shop, asked: &Asked) -> Result<Response, Refusal> {
    let open = shop.has(Fault::AnybodyIntrospects);
    let client = match asked.proven(shop) {
        Ok(proven) if proven.has_secret => Some(proven.client),
        Ok(_) if !open => return Err((401, "invalid_client")),
        Err(refusal) if !open => return Err(refusal),
        _ => None,
    };
    let held = shop.held.lock().unwrap();
    let form = super::requests::pairs(&asked.body);
    let token = form.get("token").and_then(|name| held.tokens.get(name));
    let active = token.is_some_and(|token| open || client == Some(&token.client));
    Ok(json(200, &json!({ "active": active })))
}
