//! Pictures of agents.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A picture of an agent: a file of the configuration, read at the start and looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Avatar {
    /// Its media type by its bytes: `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    pub mime: &'static str,
    /// The picture, at most a mebibyte.
    pub bytes: Arc<[u8]>,
}

/// Pictures by the ids of the personas that they belong to.
pub type Avatars = BTreeMap<String, Avatar>;

impl fmt::Debug for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Avatar({}, {} bytes)", self.mime, self.bytes.len())
    }
}
