//! Claims that hold for every input. There is one function for each parser that strangers reach; each gets arbitrary
//! bytes.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::{
    AssertionPolicy, ClientAssertion, Credentials, DpopProof, Form, ForwardedHeader, Jws, ProofDemand, PublicJwk,
    Timestamp, UserCodeFormat, UserCodeSettings, cookie_value, device_name, display_text, forwarded_address,
};

/// A claim and its name, which is also the name of its corpus.
pub type Claim = (&'static str, fn(&[u8]));

/// Every claim.
pub const CLAIMS: &[Claim] = &[
    ("basic_header", basic_header),
    ("client_assertion", client_assertion),
    ("cookie", cookie),
    ("display", display),
    ("dpop_proof", dpop_proof),
    ("form", form),
    ("forwarded_for", forwarded_for),
    ("jws", jws),
    ("public_jwk", public_jwk),
    ("user_code", user_code),
];

/// A value that is accepted has no control characters except those of pasted text, and is read as the same value when it
/// is written again.
fn form(body: &[u8]) {
    let Ok(form) = Form::parse(body) else { return };
    for name in ["client_id", "scope", "device_code", "grant_type", "a"] {
        let Some(value) = form.get(name) else { continue };
        assert!(!value.is_empty());
        assert!(value.chars().all(|c| !c.is_control() || "\t\r\n".contains(c)), "{value:?}");
        let written = value.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let again = Form::parse(format!("{name}={written}").as_bytes()).expect("what was read can be written");
        assert_eq!(again.get(name), Some(value));
    }
}

/// Credentials that are read from a header name a client, in bounds; the same header twice says the same.
fn basic_header(header: &[u8]) {
    let nothing = Form::parse(b"").expect("an empty body");
    let read = |header| Credentials::presented(Some(header), &nothing).map(|credentials| credentials.client_id);
    if let Ok(client) = read(header) {
        assert!(!client.is_empty() && client.len() <= 255, "{client:?}");
        assert_eq!(read(header).ok(), Some(client));
    }
}

/// A cookie's value holds no separator, and comes from the header.
fn cookie(header: &[u8]) {
    if let Some(value) = cookie_value([header].into_iter(), "__Host-grantd") {
        let sent = String::from_utf8_lossy(header);
        assert!(!value.contains(';') && sent.contains(value));
    }
}

/// What is shown is one line in bounds, without anything that deceives, and showing it again changes nothing.
fn display(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let shown = display_text(&text, 80);
    assert!(shown.chars().count() <= 80 && !shown.chars().any(char::is_control), "{shown:?}");
    assert!(!shown.contains(['\u{202E}', '\u{2066}', '\u{200B}']), "{shown:?}");
    assert_eq!(display_text(&shown, 80), shown);
    if let Some(name) = device_name(&text) {
        assert!(!name.is_empty() && name.chars().count() <= 80 && !name.chars().any(char::is_control), "{name:?}");
    }
}

/// Only a trusted proxy names an address for another party, and an address that is believed is in the header.
fn forwarded_for(line: &[u8]) {
    let (stranger, proxy) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([10, 0, 0, 1]));
    let trusted = ["10.0.0.0/8".parse().expect("a network")];
    let text = String::from_utf8_lossy(line);
    let pieces = text.split(|c: char| !c.is_ascii_hexdigit() && c != ':' && c != '.');
    let named: Vec<IpAddr> = pieces
        .flat_map(|piece| [Some(piece), piece.rsplit_once(':').map(|(address, _port)| address)])
        .filter_map(|piece| piece?.parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .collect();
    for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
        let walk = |peer, line: &[u8]| forwarded_address(peer, [line].into_iter(), header, &trusted).address;
        assert_eq!(walk(stranger, line), stranger);
        let believed = walk(proxy, line);
        assert!(believed == proxy || named.contains(&believed), "{believed}");
        // Anything to the left of what the proxy adds.
        for added in ["203.0.113.9", "\"203.0.113.9:80\""] {
            let name = if header == ForwardedHeader::Forwarded { "for=" } else { "" };
            assert_eq!(walk(proxy, &[line, b",", name.as_bytes(), added.as_bytes()].concat()), stranger);
        }
    }
}

/// A code that is accepted is shown in the form in which it was given out, and is the same code when that is typed.
fn user_code(typed: &[u8]) {
    let Ok(typed) = std::str::from_utf8(typed) else { return };
    let (alphabet, separator) = ("letters".to_owned(), "-".to_owned());
    let written =
        UserCodeSettings { alphabet, case_sensitive: None, length: 8, max_length: 12, group: 4, separator, mask: None };
    let format = UserCodeFormat::new(&written).expect("a format");
    let Ok(code) = format.parse(typed) else { return };
    let shown = format.show(&code);
    assert!((9..=14).contains(&shown.len()), "{shown}");
    assert!(shown.bytes().all(|byte| byte == b'-' || b"BCDFGHJKLMNPQRSTVWXZ".contains(&byte)), "{shown}");
    assert!(format.parse(&shown) == Ok(code), "{shown}");
}

/// What is accepted is three parts of base64url and nothing else, and no other spelling of it is accepted as well.
fn jws(compact: &[u8]) {
    let Ok(compact) = std::str::from_utf8(compact) else { return };
    let Some(jws) = Jws::parse(compact) else { return };
    let (signed, signature) = (String::from_utf8_lossy(jws.signed()), URL_SAFE_NO_PAD.encode(jws.signature()));
    assert_eq!(format!("{signed}.{signature}"), compact);
}

/// An assertion that is believed, but for its signature, is the client's own, for this server alone, and short.
fn client_assertion(header_and_claims: &[u8]) {
    const NOW: i64 = 1_795_262_400;
    let Some(compact) = compact(header_and_claims) else { return };
    let assertion = ClientAssertion::presented(&compact);
    let policy = AssertionPolicy { issuer: "https://as.example", requires_typ: false };
    let Ok(jws) = assertion.judge("fleet", &policy, Timestamp::from_millis(NOW * 1_000)) else { return };
    assert_eq!((jws.claims["iss"].as_str(), jws.claims["sub"].as_str()), (Some("fleet"), Some("fleet")));
    let audience = &jws.claims["aud"];
    let sole = audience.as_array().filter(|list| list.len() == 1).map_or(audience, |list| &list[0]);
    assert_eq!(sole, "https://as.example");
    let (_, until) = ClientAssertion::single_use(jws).expect("it has a jti");
    assert!((NOW..=NOW + 400).contains(&until.seconds()), "{}", until.seconds());
}

/// A proof that fits is for this request, and is forgotten when it could not be shown any more.
fn dpop_proof(header_and_claims: &[u8]) {
    const NOW: i64 = 1_795_262_400;
    let Some(jws) = compact(header_and_claims).and_then(|compact| Jws::parse(&compact)) else { return };
    let demand = ProofDemand {
        method: "POST",
        url: "https://as.example/token",
        access_token: None,
        now: Timestamp::from_millis(NOW * 1_000),
        window: Duration::from_secs(60),
        nonces: None,
    };
    let Ok(proof) = DpopProof::read(&jws.header, &jws.claims, &demand) else { return };
    assert_eq!(jws.claims["htm"], "POST");
    assert!((NOW..=NOW + 122).contains(&proof.expires_at.seconds()), "{}", proof.expires_at.seconds());
    assert!(proof.name("a") != proof.name("b"));
}

/// A key that is fit has a thumbprint of 256 bits, and nothing private.
fn public_jwk(json: &[u8]) {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(json) else { return };
    let Ok(key) = PublicJwk::read(&json) else { return };
    assert_eq!(key.thumbprint().len(), 43);
    assert!(json.get("d").is_none() && json.get("k").is_none());
}

/// A first line that is a header and the rest, which is claims, as they travel; the signature is asked for elsewhere.
fn compact(header_and_claims: &[u8]) -> Option<String> {
    let line = header_and_claims.iter().position(|byte| *byte == b'\n')?;
    let (header, claims) = (&header_and_claims[..line], &header_and_claims[line + 1..]);
    Some(format!("{}.{}.AAAA", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
}
