//! The pages of the faulty server: a code, a login, a decision, one form each.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::requests::{Asked, pairs};
use super::{Fault, Shop, Status, random};
use testkit::PASSWORD;

const WRONG: &str = "<p>This code does not work.</p>";

pub fn page(shop: &Shop, asked: &Asked) -> Response {
    let form = pairs(&asked.body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let session = asked.head.headers.get("cookie").and_then(|cookie| cookie.to_str().ok()?.strip_prefix("shop="));
    let signed_in = session.is_some_and(|session| shop.held.lock().unwrap().sessions.contains(session));
    match (&asked.head.method, asked.head.uri.path()) {
        (&Method::GET, "/device") => {
            let query = pairs(asked.head.uri.query().unwrap_or_default().as_bytes());
            let code = query.get("user_code").map_or("", String::as_str);
            if signed_in && shop.has(Fault::OpeningTheLinkApproves) {
                decide(shop, code, true);
            }
            shown(shop, 200, &code_form(code, ""), None)
        }
        (&Method::POST, "/device") => {
            let code = field("user_code");
            let body = match standing(shop, code) {
                Some(Status::Pending | Status::Killed) if signed_in => decision(code),
                Some(Status::Pending | Status::Killed) => login(code),
                _ => code_form("", WRONG),
            };
            shown(shop, 200, &body, None)
        }
        (&Method::POST, "/login") if field("password") == PASSWORD => {
            let session = random();
            shop.held.lock().unwrap().sessions.insert(session.clone());
            shown(shop, 200, &decision(field("user_code")), Some(&session))
        }
        (&Method::POST, "/login") => shown(shop, 200, &login(field("user_code")), None),
        (&Method::POST, "/decision") if signed_in => {
            decide(shop, field("user_code"), field("answer") == "allow" && field("present") == "yes");
            shown(shop, 200, "<h1>Go back to your device</h1>", None)
        }
        _ => shown(shop, 404, "<h1>Nothing here</h1>", None),
    }
}

fn standing(shop: &Shop, user_code: &str) -> Option<Status> {
    let held = shop.held.lock().unwrap();
    held.grants.values().find(|grant| grant.user_code == user_code).map(|grant| grant.status)
}

/// A denial is final, and takes back an approval that was not redeemed yet.
fn decide(shop: &Shop, user_code: &str, approve: bool) {
    let lost = shop.has(Fault::DenialIsLostAfterAnApproval);
    let mut held = shop.held.lock().unwrap();
    let Some(grant) = held.grants.values_mut().find(|grant| grant.user_code == user_code) else { return };
    grant.status = match (grant.status, approve) {
        (Status::Pending, true) => Status::Approved,
        (Status::Denied, true) | (Status::Approved, false) if lost => Status::Approved,
        (Status::Pending | Status::Approved, false) => Status::Denied,
        (other, _) => other,
    };
}

fn code_form(code: &str, refusal: &str) -> String {
    format!(
        "<h1>Your code</h1>{refusal}<form method=post action=/device><label for=c>Code on the device</label>\
         <input id=c name=user_code value=\"{code}\"><button>Continue</button></form>"
    )
}

fn login(code: &str) -> String {
    format!(
        "<h1>Who are you?</h1><form method=post action=/login><input type=hidden name=user_code value=\"{code}\">\
         <label>Name <input name=who type=text></label><input type=password name=password>\
         <input type=submit value=\"Log in\"></form>"
    )
}

fn decision(code: &str) -> String {
    format!(
        "<h1>May it watch?</h1><form method=post action=/logout><button>Sign out</button></form>\
         <form method=POST action=/decision><input type=hidden name=user_code value=\"{code}\">\
         <label><input type=checkbox name=present value=yes> It is with me</label>\
         <button name=answer value=refuse>Refuse</button><button name=answer value=allow>Allow</button></form>"
    )
}

fn shown(shop: &Shop, status: u16, body: &str, session: Option<&str>) -> Response {
    let policy = if shop.has(Fault::PagesCanBeFramed) { "default-src 'none'" } else { "frame-ancestors 'none'" };
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", policy),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ];
    let html = format!("<!DOCTYPE html><html lang=en><title>Shop</title>{body}</html>");
    let mut response = (StatusCode::from_u16(status).unwrap(), headers, html).into_response();
    if let Some(session) = session {
        let cookie = format!("shop={session}; Path=/; HttpOnly; SameSite=Lax");
        response.headers_mut().insert("set-cookie", cookie.parse().unwrap());
    }
    response
}
