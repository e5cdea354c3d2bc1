//! Owners' keys: one row per owner and generation, made with the first text of an owner and dropped for good when
//! the owner is forgotten.
//!
//! A row `key/<owner>/<generation>` is `{"wrapped": …}` under a master key, `{"plain": …}` without one, and
//! `{"dropped": true}` after erasure. At most the newest generation of an owner is alive.

use crate::store::error::StoreError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use lru::LruCache;
use port::Owner;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Where all key rows are.
pub(crate) const KEYS: &str = "key/";
/// How many owners' keys stay in memory; the others are read again from their rows.
const CACHE_MAX: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;
/// Bytes of an authentication tag.
pub(crate) const TAG: usize = 16;

/// A key as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeyRow {
    Wrapped(String),
    Plain(String),
    Dropped(bool),
}

/// What is known of an owner: the newest generation, 0 when there never was one, and its cipher while it lives.
#[derive(Clone, Default)]
pub(crate) struct OwnerKey {
    pub(crate) generation: u32,
    pub(crate) cipher: Option<Arc<XChaCha20Poly1305>>,
}

/// Where key rows are read from.
pub(crate) trait KeyRows {
    /// The last row whose key starts with `prefix`.
    fn newest(&self, prefix: &str) -> Result<Option<(String, Vec<u8>)>, StoreError>;
}

/// The keys of one store.
pub(crate) struct Keys {
    dir: PathBuf,
    wrapping: Option<XChaCha20Poly1305>,
    cache: Mutex<LruCache<Owner, OwnerKey>>,
}

impl Keys {
    pub(crate) fn new(dir: &Path, wrapping: Option<XChaCha20Poly1305>) -> Self {
        Self { dir: dir.to_owned(), wrapping, cache: Mutex::new(LruCache::new(CACHE_MAX)) }
    }

    /// The cipher of a generation; nothing when it was dropped.
    pub(crate) fn reading(
        &self,
        owner: &Owner,
        generation: u32,
        rows: &dyn KeyRows,
    ) -> Result<Option<Arc<XChaCha20Poly1305>>, StoreError> {
        let mut key = self.newest(owner, rows)?;
        if generation > key.generation {
            // the commit that made it has not yet told the cache
            key = self.load(owner, rows)?;
        }
        match generation.cmp(&key.generation) {
            std::cmp::Ordering::Less => Ok(None),
            std::cmp::Ordering::Equal => Ok(key.cipher),
            std::cmp::Ordering::Greater => {
                Err(self.damaged(format!("no row {}", row_key(owner, generation))))
            }
        }
    }

    /// Makes known what a commit has written. Called after the rows are in place, before they are durable.
    pub(crate) fn publish(&self, changed: HashMap<Owner, OwnerKey>) {
        let mut cache = self.cache();
        for (owner, key) in changed {
            cache.put(owner, key);
        }
    }

    /// Loading happens under the lock, so that a stale row never replaces what a commit has published.
    fn newest(&self, owner: &Owner, rows: &dyn KeyRows) -> Result<OwnerKey, StoreError> {
        let mut cache = self.cache();
        if let Some(key) = cache.get(owner) {
            return Ok(key.clone());
        }
        let key = self.load(owner, rows)?;
        cache.put(owner.clone(), key.clone());
        Ok(key)
    }

    fn load(&self, owner: &Owner, rows: &dyn KeyRows) -> Result<OwnerKey, StoreError> {
        let prefix = owner_prefix(owner);
        let Some((key, row)) = rows.newest(&prefix)? else { return Ok(OwnerKey::default()) };
        let generation = key.strip_prefix(&prefix).and_then(|digits| digits.parse().ok());
        let generation = generation.ok_or_else(|| self.damaged(format!("unknown key row {key}")))?;
        let bytes = self.unwrap(&key, &row)?;
        let cipher = bytes.map(|bytes| Arc::new(XChaCha20Poly1305::new(&(*bytes).into())));
        Ok(OwnerKey { generation, cipher })
    }

    fn unwrap(&self, key: &str, row: &[u8]) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
        let unreadable = || self.damaged(format!("unreadable key row {key}"));
        let bytes = match serde_json::from_slice(row).map_err(|_| unreadable())? {
            KeyRow::Dropped(_) => return Ok(None),
            KeyRow::Plain(text) => Zeroizing::new(STANDARD_NO_PAD.decode(text).map_err(|_| unreadable())?),
            KeyRow::Wrapped(text) => {
                let wrapping = self.wrapping.as_ref().ok_or(StoreError::MasterKeyMissing)?;
                Zeroizing::new(unboxed(wrapping, key.as_bytes(), &text).ok_or_else(unreadable)?)
            }
        };
        Ok(Some(Zeroizing::new(bytes.as_slice().try_into().map_err(|_| unreadable())?)))
    }

    /// A new key and its row.
    fn fresh(&self, key: &str) -> Result<(XChaCha20Poly1305, Vec<u8>), StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice())?;
        let row = self.row(key, bytes.as_slice())?;
        Ok((XChaCha20Poly1305::new(&(*bytes).into()), row))
    }

    fn row(&self, key: &str, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
        let row = match &self.wrapping {
            Some(wrapping) => KeyRow::Wrapped(boxed(wrapping, key.as_bytes(), bytes)?),
            None => KeyRow::Plain(STANDARD_NO_PAD.encode(bytes)),
        };
        to_json(key, &row)
    }

    /// The row of a key as this store keeps it: a plain one is wrapped when there is a master key; nothing when
    /// it stays as it is.
    pub(crate) fn adopted(&self, key: &str, row: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let plain = matches!(serde_json::from_slice(row), Ok(KeyRow::Plain(_)));
        match self.unwrap(key, row)? {
            Some(bytes) if plain && self.wrapping.is_some() => self.row(key, bytes.as_slice()).map(Some),
            _ => Ok(None),
        }
    }

    /// A text that only this master key opens, if there is one.
    pub(crate) fn check_text(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.wrapping.as_ref().map(|wrapping| boxed(wrapping, key.as_bytes(), CHECK)).transpose()
    }

    /// Whether the master key is the one that made this text.
    pub(crate) fn check(&self, key: &str, text: &str) -> Result<(), StoreError> {
        let wrapping = self.wrapping.as_ref().ok_or(StoreError::MasterKeyMissing)?;
        match unboxed(wrapping, key.as_bytes(), text) {
            Some(bytes) if bytes == CHECK => Ok(()),
            _ => Err(StoreError::MasterKeyWrong),
        }
    }

    pub(crate) fn damaged(&self, reason: String) -> StoreError {
        StoreError::Damaged { dir: self.dir.clone(), reason }
    }

    fn cache(&self) -> MutexGuard<'_, LruCache<Owner, OwnerKey>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const CHECK: &[u8] = b"deskbridge";

/// The keys as one group of commits sees and changes them, before anybody else does.
pub(crate) struct KeyDraft<'a> {
    keys: &'a Keys,
    rows: &'a dyn KeyRows,
    changed: HashMap<Owner, OwnerKey>,
    /// Key rows to write with the group.
    pub(crate) puts: Vec<(String, Vec<u8>)>,
    nonces: Nonces,
}

impl<'a> KeyDraft<'a> {
    pub(crate) fn new(keys: &'a Keys, rows: &'a dyn KeyRows) -> Self {
        Self { keys, rows, changed: HashMap::new(), puts: Vec::new(), nonces: Nonces::default() }
    }

    /// The living key of an owner, made now when there is none.
    pub(crate) fn sealing(&mut self, owner: &Owner) -> Result<(u32, Arc<XChaCha20Poly1305>), StoreError> {
        let key = self.newest(owner)?;
        if let Some(cipher) = key.cipher {
            return Ok((key.generation, cipher));
        }
        let generation = key.generation + 1;
        let name = row_key(owner, generation);
        let (cipher, row) = self.keys.fresh(&name)?;
        let cipher = Arc::new(cipher);
        self.puts.push((name, row));
        self.changed.insert(owner.clone(), OwnerKey { generation, cipher: Some(cipher.clone()) });
        Ok((generation, cipher))
    }

    /// Drops the living key of an owner; older generations were dropped when they were followed.
    pub(crate) fn forget(&mut self, owner: &Owner) -> Result<(), StoreError> {
        let OwnerKey { generation, cipher: Some(_) } = self.newest(owner)? else { return Ok(()) };
        let name = row_key(owner, generation);
        let row = to_json(&name, &KeyRow::Dropped(true))?;
        self.puts.push((name, row));
        self.changed.insert(owner.clone(), OwnerKey { generation, cipher: None });
        Ok(())
    }

    /// A number never used before.
    pub(crate) fn nonce(&mut self) -> Result<[u8; NONCE], StoreError> {
        self.nonces.next()
    }

    /// What has to be published once the rows are in place.
    pub(crate) fn into_changed(self) -> HashMap<Owner, OwnerKey> {
        self.changed
    }

    fn newest(&self, owner: &Owner) -> Result<OwnerKey, StoreError> {
        match self.changed.get(owner) {
            Some(key) => Ok(key.clone()),
            None => self.keys.newest(owner, self.rows),
        }
    }
}

/// Random nonces, drawn many at a time: a system call for each would cost more than the sealing.
struct Nonces {
    drawn: [u8; NONCE * 32],
    used: usize,
}

impl Default for Nonces {
    fn default() -> Self {
        let drawn = [0; NONCE * 32];
        Self { used: drawn.len(), drawn }
    }
}

impl Nonces {
    fn next(&mut self) -> Result<[u8; NONCE], StoreError> {
        if self.used == self.drawn.len() {
            random(&mut self.drawn)?;
            self.used = 0;
        }
        let mut nonce = [0; NONCE];
        for (to, from) in nonce.iter_mut().zip(self.drawn.iter().skip(self.used)) {
            *to = *from;
        }
        self.used += NONCE;
        Ok(nonce)
    }
}

/// Seals into `base64(nonce ‖ ciphertext ‖ tag)`.
fn boxed(cipher: &XChaCha20Poly1305, aad: &[u8], bytes: &[u8]) -> Result<String, StoreError> {
    let mut nonce = [0; NONCE];
    random(&mut nonce)?;
    Ok(boxed_with(cipher, &nonce, aad, bytes))
}

/// As `boxed`, with a nonce that was drawn for it.
#[expect(clippy::expect_used, reason = "fails above 256 GiB only; a row has at most a mebibyte")]
pub(crate) fn boxed_with(
    cipher: &XChaCha20Poly1305,
    nonce: &[u8; NONCE],
    aad: &[u8],
    bytes: &[u8],
) -> String {
    let mut text = Vec::with_capacity(NONCE + bytes.len() + TAG);
    text.extend_from_slice(nonce);
    text.extend_from_slice(bytes);
    let (_, body) = text.split_at_mut(NONCE);
    let tag = cipher.encrypt_in_place_detached(XNonce::from_slice(nonce), aad, body).expect("short text");
    text.extend_from_slice(&tag);
    STANDARD_NO_PAD.encode(text)
}

/// Opens what `boxed` made; nothing when it is not that, or not under this cipher and associated data.
pub(crate) fn unboxed(cipher: &XChaCha20Poly1305, aad: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut bytes = STANDARD_NO_PAD.decode(text).ok()?;
    let end = bytes.len().checked_sub(TAG)?;
    let (nonce, rest) = bytes.split_at_mut_checked(NONCE)?;
    let (body, tag) = rest.split_at_mut_checked(end.checked_sub(NONCE)?)?;
    cipher.decrypt_in_place_detached(XNonce::from_slice(nonce), aad, body, Tag::from_slice(tag)).ok()?;
    bytes.truncate(end);
    bytes.drain(..NONCE);
    Some(bytes)
}

/// Fills with random bytes of the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|error| StoreError::Random(error.to_string()))
}

fn to_json(key: &str, row: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(row).map_err(|_| StoreError::Value { key: key.to_owned(), reason: "it is not JSON" })
}

/// An owner as a part of keys and of associated data. Distinct for distinct owners.
pub(crate) fn owner_path(owner: &Owner) -> String {
    match owner {
        Owner::Customer(id) => format!("customer/{id}"),
        Owner::Desk => "desk".to_owned(),
        Owner::Channel(name) => name.as_str().bytes().fold("channel/".to_owned(), |mut path, byte| {
            let _infallible = match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    write!(path, "{}", char::from(byte))
                }
                other => write!(path, "%{other:02x}"),
            };
            path
        }),
    }
}

fn owner_prefix(owner: &Owner) -> String {
    format!("{KEYS}{}/", owner_path(owner))
}

/// Generations are padded, so that the newest is the last one.
fn row_key(owner: &Owner, generation: u32) -> String {
    format!("{KEYS}{}/{generation:010}", owner_path(owner))
}
