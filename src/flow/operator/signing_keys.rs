//! List the published signing keys, rotate them before their time, and withdraw them.

use crate::app::open_keys;
use crate::clock::{Clock, SystemClock};
use crate::flow::operator::{Operator, OperatorError};
use crate::keys::{KeyStanding, SigningKeys, standings};
use protocol::SigningAlgorithm;

/// Every published key, and whether it signs. Opens no key and makes none.
pub(crate) async fn list(operator: &Operator) -> Result<Vec<KeyStanding>, OperatorError> {
    Ok(standings(&store::signing_keys(&operator.db).await?, SystemClock.now()))
}

/// Withdraws keys that somebody else may have, and returns the keys that are left.
pub(crate) async fn withdraw(operator: &Operator, kids: &[String]) -> Result<Vec<KeyStanding>, OperatorError> {
    let keys = open_keys(&operator.settings, &operator.db).await?;
    keys.withdraw(kids, &operator.settings.keys.algorithms, &operator.source()).await?;
    list(operator).await
}

/// Makes the next key of one algorithm, or of all that are offered. It signs after it has been published for
/// `keys.announce`. With `soon`, for a key that leaked, it signs after the time that verifiers may need to learn of it.
pub(crate) async fn rotate(
    operator: &Operator,
    algorithm: Option<&str>,
    soon: bool,
) -> Result<Vec<KeyStanding>, OperatorError> {
    let settings = &operator.settings.keys;
    let algorithms = match algorithm {
        None => settings.algorithms.clone(),
        Some(name) => {
            let offered = SigningAlgorithm::named(name).filter(|algorithm| settings.algorithms.contains(algorithm));
            vec![offered.ok_or_else(|| OperatorError::UnknownAlgorithm(name.to_owned()))?]
        }
    };
    let keys = open_keys(&operator.settings, &operator.db).await?;
    let wait = if soon { SigningKeys::PROPAGATION } else { settings.announce };
    for algorithm in algorithms {
        keys.rotate(algorithm, SystemClock.now() + wait, &operator.source()).await?;
    }
    list(operator).await
}
