//! The algorithm, version and parameters of a hash: the part of a PHC string before the salt.

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};

use crate::passwords::error::PasswordsError;

/// The length of a hash in bytes.
pub(super) const OUTPUT: usize = Params::DEFAULT_OUTPUT_LEN;
/// The salt of hashes that are computed only to take time.
const ANY_SALT: [u8; 16] = *b"the salt of none";

/// Algorithm, version and parameters of a hash.
#[derive(Clone)]
pub(super) struct Recipe {
    algorithm: Algorithm,
    version: Version,
    params: Params,
}

impl Recipe {
    /// argon2id in its last version.
    pub(super) fn new(params: Params) -> Self {
        Self { algorithm: Algorithm::Argon2id, version: Version::V0x13, params }
    }

    /// The recipe of a PHC string, with or without a salt; `None` if it is no such string.
    pub(super) fn of(stored: &PasswordHash) -> Option<Self> {
        let version = stored.version.map_or(Ok(Version::default()), Version::try_from);
        Some(Self {
            algorithm: Algorithm::try_from(stored.algorithm.as_str()).ok()?,
            version: version.ok()?,
            params: Params::try_from(&stored.params).ok()?,
        })
    }

    /// Whether both do the same work.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let costs = |of: &Self| (of.params.m_cost(), of.params.t_cost(), of.params.p_cost());
        self.algorithm == other.algorithm && self.version == other.version && costs(self) == costs(other)
    }

    /// The blocks of 1 KiB that a hash needs.
    pub(super) fn blocks(&self) -> usize {
        self.params.block_count()
    }

    /// A PHC string with a new salt.
    pub(super) fn store(&self, password: &[u8], memory: &mut [Block]) -> Result<String, PasswordsError> {
        let (salt, mut output) = (Salt::generate(), [0; OUTPUT]);
        self.hash(password, &salt, &mut output, memory)?;
        let hash = PasswordHash {
            algorithm: self.algorithm.ident(),
            version: Some(self.version.into()),
            params: ParamsString::try_from(&self.params).map_err(|error| PasswordsError(error.to_string()))?,
            salt: Some(salt),
            hash: Some(Output::new(&output).map_err(|error| PasswordsError(error.to_string()))?),
        };
        Ok(hash.to_string())
    }

    /// Hashes into `output`.
    pub(super) fn hash(
        &self,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
        memory: &mut [Block],
    ) -> Result<(), PasswordsError> {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let hashed = argon2.hash_password_into_with_memory(password, salt, output, memory);
        hashed.map_err(|error| PasswordsError(error.to_string()))
    }

    /// Does the work of a hash, without a result.
    pub(super) fn hash_in_vain(&self, password: &[u8], memory: &mut [Block]) -> Result<(), PasswordsError> {
        self.hash(password, &ANY_SALT, &mut [0; OUTPUT], memory)
    }
}
