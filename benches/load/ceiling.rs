//! The least that could answer the same requests: axum and sqlx, one statement a request, as durable as grantd. It checks
//! nothing, limits nothing and records nothing, so it is a bound and no rival.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use tokio::net::TcpListener;

const TABLES: [&str; 2] = [
    "CREATE TABLE grants (code BYTEA PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, client TEXT NOT NULL, scope TEXT NOT NULL, \
     expires_at BIGINT NOT NULL, state TEXT NOT NULL)",
    "CREATE TABLE families (refresh BYTEA PRIMARY KEY, code BYTEA NOT NULL, client TEXT NOT NULL, used BIGINT NOT NULL)",
];
const ADD: &str = "INSERT INTO grants (code, user_code, client, scope, expires_at, state) \
    VALUES ($1, $2, $3, $4, 1900000000, 'approved')";
const ROTATE: &str = "UPDATE families SET refresh = $2, used = used + 1 WHERE refresh = $1";
const REDEEM_ON_POSTGRES: &str = "WITH spent AS (UPDATE grants SET state = 'redeemed' \
        WHERE code = $1 AND state = 'approved' RETURNING client) \
    INSERT INTO families (refresh, code, client, used) SELECT $2, $1, client, 0 FROM spent";
const REDEEM_ON_SQLITE: &str = "BEGIN IMMEDIATE; \
    UPDATE grants SET state = 'redeemed' WHERE code = $1 AND state = 'approved'; \
    INSERT INTO families (refresh, code, client, used) SELECT $2, $1, client, 0 FROM grants WHERE code = $1; COMMIT";

struct Ceiling {
    store: Store,
    key: EncodingKey,
}

enum Store {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

#[derive(Default)]
struct Request {
    client_id: String,
    scope: Option<String>,
    device_code: Option<String>,
    refresh_token: Option<String>,
}

impl Request {
    fn read(body: &[u8]) -> Self {
        let mut request = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "client_id" => request.client_id = value.into_owned(),
                "scope" => request.scope = Some(value.into_owned()),
                "device_code" => request.device_code = Some(value.into_owned()),
                "refresh_token" => request.refresh_token = Some(value.into_owned()),
                _ => {}
            }
        }
        request
    }
}

/// Serves until it is killed.
pub async fn serve(port: u16, database: &str) {
    let store = if database.starts_with("postgres") {
        let pool = PgPool::connect(database).await.unwrap();
        for table in TABLES {
            sqlx::query(table).execute(&pool).await.unwrap();
        }
        Store::Postgres(pool)
    } else {
        let file = database.trim_start_matches("sqlite:");
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        for table in TABLES {
            sqlx::query(table).execute(&pool).await.unwrap();
        }
        Store::Sqlite(pool)
    };
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let routes = Router::new()
        .route("/empty", post(empty).get(nothing))
        .route("/readyz", get(nothing))
        .route("/device_authorization", post(authorize))
        .route("/token", post(token))
        .with_state(Arc::new(Ceiling { store, key }));
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    axum::serve(listener, routes).await.unwrap();
}

async fn nothing() -> &'static str {
    "ready\n"
}

/// What a poll costs where nothing is looked up.
async fn empty(body: Bytes) -> Response {
    let request = Request::read(&body);
    let code = hashed(request.device_code.as_deref().unwrap_or_default());
    let error = if code.len() == 32 { "authorization_pending" } else { "invalid_request" };
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(json!({"error": error}))).into_response()
}

async fn authorize(State(ceiling): State<Arc<Ceiling>>, body: Bytes) -> Response {
    let request = Request::read(&body);
    let (code, user_code) = (random(), random()[..12].to_owned());
    let values = (hashed(&code), &user_code, &request.client_id, request.scope.unwrap_or_default());
    match &ceiling.store {
        Store::Postgres(pool) => {
            let add = sqlx::query(ADD).bind(values.0).bind(values.1).bind(values.2).bind(values.3);
            add.execute(pool).await.unwrap();
        }
        Store::Sqlite(pool) => {
            let add = sqlx::query(ADD).bind(values.0).bind(values.1).bind(values.2).bind(values.3);
            add.execute(pool).await.unwrap();
        }
    }
    let answer = json!({"device_code": code, "user_code": user_code, "expires_in": 1800, "interval": 5,
        "verification_uri": "http://localhost/device"});
    Json(answer).into_response()
}

async fn token(State(ceiling): State<Arc<Ceiling>>, body: Bytes) -> Response {
    let request = Request::read(&body);
    let next = random();
    let spent = request.device_code.as_deref().or(request.refresh_token.as_deref()).map(hashed).unwrap();
    let is_first = request.device_code.is_some();
    let changed = match &ceiling.store {
        Store::Postgres(pool) => {
            let text = if is_first { REDEEM_ON_POSTGRES } else { ROTATE };
            sqlx::query(text).bind(spent).bind(hashed(&next)).execute(pool).await.unwrap().rows_affected()
        }
        Store::Sqlite(pool) => {
            let text = if is_first { REDEEM_ON_SQLITE } else { ROTATE };
            sqlx::query(text).bind(spent).bind(hashed(&next)).execute(pool).await.unwrap().rows_affected()
        }
    };
    if changed == 0 {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let claims = json!({"iss": "http://localhost", "sub": "a", "aud": "b", "client_id": request.client_id,
        "exp": 1_900_000_000, "iat": 1_800_000_000, "jti": random(), "scope": "read"});
    let signed = encode(&Header::new(Algorithm::ES256), &claims, &ceiling.key).unwrap();
    Json(json!({"access_token": signed, "token_type": "Bearer", "expires_in": 600, "refresh_token": next}))
        .into_response()
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn hashed(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}
