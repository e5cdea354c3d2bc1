//! The durable store: rows under ordered keys, one atomic and durable commit at a time.
//!
//! The store knows no threads and no messages. Keys are printable text whose byte order is the order of `scan`;
//! values are JSON. Every `$private` object inside a value is sealed on the way in and opened on the way out. Keys are
//! never sealed: no name and no handle belongs there.
//!
//! What erasure means: [`Store::forget`] overwrites the owner's key, and without it nothing sealed under it can be read.
//! The embedded database keeps old versions of a row in its log until the segment they are in is reused, so the old key
//! stays on the disk for a while; under a master key it is wrapped there. An export made before still holds it.

mod error;
mod export;
mod keys;
mod master;
mod seal;
mod shelf;
mod sled;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;

pub use self::error::StoreError;
pub use self::export::{Exported, Imported, export, import};
pub use self::master::{MasterKey, MasterKeyError, PASSPHRASE_MIN};
pub(crate) use self::seal::read_shut;
pub use self::shelf::ChannelShelf;
pub use self::sled::SledStore;
pub(crate) use self::sled::private_file;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// What is kept together or not at all.
#[derive(Clone, Default)]
pub struct Batch {
    /// The epoch under which the writer owns the store; a commit under an older epoch is refused.
    pub epoch: u64,
    /// Rows to write, in order; a later row under the same key wins.
    pub puts: Vec<(String, RowText)>,
    /// Rows to remove, after the writes. Removing what is not there is fine.
    pub removes: Vec<String>,
}

/// A row as JSON text without blanks between its parts, which is what gets stored. Rows are written far more often than
/// they are read, so nothing in between takes them apart.
#[derive(Clone, PartialEq, Eq)]
pub struct RowText(String);

impl RowText {
    /// Writes a row.
    ///
    /// # Errors
    /// When it has no form in JSON.
    pub fn of(row: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(row).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Value> for RowText {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

/// Shows how long it is, and nothing of what it says.
impl fmt::Debug for RowText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowText({} bytes)", self.0.len())
    }
}

/// Shows how much there is, and nothing of what it says.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch(epoch {}, {} puts, {} removes)", self.epoch, self.puts.len(), self.removes.len())
    }
}

/// A durable, ordered map of JSON rows.
#[async_trait]
pub trait Store: Send + Sync {
    /// The epoch this process owns the store under.
    fn epoch(&self) -> u64;

    /// The rows under `keys`, in the same order; `None` where there is none.
    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Value>>, StoreError>;

    /// At most `limit` rows whose keys start with `prefix`, from the first after `after` (exclusive).
    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, StoreError>;

    /// At most `limit` rows whose keys start with `prefix`, from the last one backwards.
    async fn scan_back(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Value)>, StoreError>;

    /// Keeps a batch. When it returns, the batch survives a power cut. Batches that wait at the same time are
    /// committed together.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;

    /// Drops the key of an owner: everything sealed under it reads as erased from now on. What is sealed for the
    /// same owner later gets a new key.
    async fn forget(&self, owner: &port::Owner) -> Result<(), StoreError>;
}
