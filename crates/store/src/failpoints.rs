//! Named points at which a test can stop the process, around a change that happens as a whole or not at all (requirement SM-02).
//!
//! Only a build with the feature `failpoints` has them, and only the tests build with it: the environment must not be able to stop a
//! server in production. Any other build refuses to start where the environment asks for them. The `fail` crate does not fit: it
//! controls points of its own process, and another process must control, hold and survive these.

/// The address of a test that listens for points.
const VARIABLE: &str = "GRANTD_FAILPOINTS";

/// The environment asks for failpoints, and this build has none.
#[derive(Debug, thiserror::Error)]
#[error("{VARIABLE} is set, but this build has no failpoints: they are for tests")]
pub struct NoFailpoints;

/// Refuses an environment that asks for what this build does not have.
pub fn check() -> Result<(), NoFailpoints> {
    if cfg!(not(feature = "failpoints")) && std::env::var_os(VARIABLE).is_some() { Err(NoFailpoints) } else { Ok(()) }
}

/// Tells the test that this point is reached, and goes on when the test closes the connection. The test may kill the
/// process instead.
#[cfg(feature = "failpoints")]
pub async fn reach(point: &str) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let Ok(test) = std::env::var(VARIABLE) else { return };
    if let Ok(mut connection) = tokio::net::TcpStream::connect(test).await
        && connection.write_all(point.as_bytes()).await.is_ok()
        && connection.shutdown().await.is_ok()
    {
        drop(connection.read_to_end(&mut Vec::new()).await);
    }
}

/// Nothing: this build has no failpoints.
#[cfg(not(feature = "failpoints"))]
#[expect(clippy::unused_async, reason = "as the build of the tests has it")]
pub async fn reach(_point: &str) {}
