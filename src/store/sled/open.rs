//! Opening: what the store says about itself, and whether this process may work on it.
//!
//! Rows of the store's own: `meta/format`, `meta/instance` (random, made once, kept by export and import),
//! `meta/epoch` (counted up by every opening for work), `meta/master` (a text that only the right master key opens),
//! `meta/importing` (there while an import is not finished) and `meta/rebuilding` (there while figures are written anew).
//! A file `instance` beside the database tells a store that lost everything from a new one.

use super::engine::{Engine, Range, Writes};
use super::lock::{private_file, sync_dir};
use super::table::recover;
use crate::store::error::StoreError;
use crate::store::keys::{KEYS, Keys, random};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Where the store's own rows are.
pub(crate) const META: &str = "meta/";
pub(super) const FORMAT: &str = "meta/format";
pub(super) const INSTANCE: &str = "meta/instance";
pub(super) const EPOCH: &str = "meta/epoch";
pub(crate) const MASTER: &str = "meta/master";
pub(crate) const IMPORTING: &str = "meta/importing";
pub(super) const REBUILDING: &str = "meta/rebuilding";
/// The format this version writes, and the newest it reads.
pub(crate) const FORMAT_VERSION: u64 = 2;
/// Key rows wrapped in one go when a master key comes to a store that had none.
const WRAP_AT_ONCE: usize = 500;

#[derive(Serialize, Deserialize)]
struct Format {
    version: u64,
}

/// What stands under `meta/master`.
#[derive(Serialize, Deserialize)]
pub(crate) struct MasterRow {
    /// Opens under the right master key only.
    pub(crate) check: String,
    /// Whether key rows from before the master key may still be plain.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) wrapping: bool,
}

/// What a store says about itself.
pub(super) struct Identity {
    pub(super) instance: String,
    pub(super) epoch: u64,
}

/// Makes or checks a store that is to be worked on, and counts its epoch up.
pub(super) fn for_work(engine: &Engine, keys: &Keys) -> Result<Identity, StoreError> {
    let (instance, epoch) = match identity(engine)? {
        Some(known) => (known.instance, known.epoch + 1),
        None => (new_instance()?, 1),
    };
    recover(engine)?;
    if engine.get(REBUILDING)?.is_some() {
        return Err(StoreError::HalfRebuilt { dir: engine.dir().to_owned() });
    }
    let mut writes = Writes::default();
    put(engine, &mut writes, FORMAT, &Format { version: FORMAT_VERSION })?;
    put(engine, &mut writes, INSTANCE, &instance)?;
    put(engine, &mut writes, EPOCH, &epoch)?;
    let master: Option<MasterRow> = read(engine, MASTER)?;
    let wrapping = match master {
        Some(row) => {
            keys.check(MASTER, &row.check)?;
            row.wrapping
        }
        None => match keys.check_text(MASTER)? {
            Some(check) => {
                put(engine, &mut writes, MASTER, &MasterRow { check, wrapping: true })?;
                true
            }
            None => false,
        },
    };
    engine.write(writes)?;
    if wrapping {
        wrap_keys(engine, keys)?;
    }
    note_instance(engine, &instance)?;
    Ok(Identity { instance, epoch })
}

/// Checks a store that is only to be read as it is.
pub(super) fn for_export(engine: &Engine) -> Result<Identity, StoreError> {
    let known = identity(engine)?.ok_or_else(|| StoreError::Missing { dir: engine.dir().to_owned() })?;
    recover(engine)?;
    Ok(known)
}

/// Empties a store that holds nothing, or half an import, and marks it until the import is finished.
pub(super) fn for_import(engine: &Engine) -> Result<(), StoreError> {
    if read::<bool>(engine, IMPORTING)?.is_none() {
        identity(engine)?;
        recover(engine)?;
        if first_key(engine, |key| !key.starts_with(META))?.is_some() {
            return Err(StoreError::NotEmpty { dir: engine.dir().to_owned() });
        }
    }
    let mut mark = Writes::default();
    put(engine, &mut mark, IMPORTING, &true)?;
    engine.write(mark)?;
    forget_instance(engine)?;
    loop {
        let mut writes = Writes::default();
        let mut left = WRAP_AT_ONCE;
        engine.scan(ALL, |key, _| {
            if key != IMPORTING {
                engine.remove(&mut writes, &key)?;
                left -= 1;
            }
            Ok(left > 0)
        })?;
        engine.write(writes)?;
        if left > 0 {
            return Ok(());
        }
    }
}

/// Ends an import: the store may be worked on from now on.
pub(super) fn imported(engine: &Engine, keys: &Keys) -> Result<String, StoreError> {
    let mut writes = Writes::default();
    if read::<MasterRow>(engine, MASTER)?.is_none()
        && let Some(check) = keys.check_text(MASTER)?
    {
        put(engine, &mut writes, MASTER, &MasterRow { check, wrapping: false })?;
    }
    engine.remove(&mut writes, IMPORTING)?;
    let Some(Format { version: _ }) = read(engine, FORMAT)? else {
        return Err(engine.damaged("what was imported does not say its format"));
    };
    let Identity { instance, epoch: _ } = described(engine)?;
    engine.write(writes)?;
    note_instance(engine, &instance)?;
    Ok(instance)
}

/// What a store says about itself; nothing when it is new.
fn identity(engine: &Engine) -> Result<Option<Identity>, StoreError> {
    let dir = || engine.dir().to_owned();
    if read::<bool>(engine, IMPORTING)?.is_some() {
        return Err(StoreError::HalfImported { dir: dir() });
    }
    let Some(Format { version }) = read(engine, FORMAT)? else {
        if first_key(engine, |_| true)?.is_some() {
            return Err(engine.damaged("there are rows, but none that says their format"));
        }
        return match fs::read_to_string(engine.dir().join("instance")) {
            Ok(instance) => Err(engine.damaged(format!("it was store {} and is empty now", instance.trim()))),
            Err(_) => Ok(None),
        };
    };
    if version > FORMAT_VERSION {
        return Err(StoreError::Format { dir: dir(), found: version, known: FORMAT_VERSION });
    }
    described(engine).map(Some)
}

fn described(engine: &Engine) -> Result<Identity, StoreError> {
    let lost = |what: &str| engine.damaged(format!("its {what} is missing"));
    Ok(Identity {
        instance: read(engine, INSTANCE)?.ok_or_else(|| lost("instance"))?,
        epoch: read(engine, EPOCH)?.ok_or_else(|| lost("epoch"))?,
    })
}

/// Wraps what was stored plain before there was a master key. Picked up again by the next opening when it is cut short.
/// What sled still has of the plain rows in old segments goes when those are reused; an export and an import into a new
/// directory leaves nothing of it.
fn wrap_keys(engine: &Engine, keys: &Keys) -> Result<(), StoreError> {
    let mut after: Option<String> = None;
    loop {
        let mut writes = Writes::default();
        let mut left = WRAP_AT_ONCE;
        let from = after.take();
        let range = Range { prefix: KEYS, after: from.as_deref(), back: false };
        engine.scan(range, |key, row| {
            if let Some(row) = keys.adopted(&key, &row)? {
                engine.put(&mut writes, &key, row)?;
            }
            after = Some(key);
            left -= 1;
            Ok(left > 0)
        })?;
        engine.write(writes)?;
        if left > 0 {
            break;
        }
    }
    let mut writes = Writes::default();
    if let Some(MasterRow { check, .. }) = read(engine, MASTER)? {
        put(engine, &mut writes, MASTER, &MasterRow { check, wrapping: false })?;
    }
    engine.write(writes)
}

const ALL: Range<'static> = Range { prefix: "", after: None, back: false };

fn first_key(engine: &Engine, wanted: impl Fn(&str) -> bool) -> Result<Option<String>, StoreError> {
    let mut found = None;
    engine.scan(ALL, |key, _| {
        if wanted(&key) {
            found = Some(key);
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

fn read<T: DeserializeOwned>(engine: &Engine, key: &str) -> Result<Option<T>, StoreError> {
    let Some(row) = engine.get(key)? else { return Ok(None) };
    serde_json::from_slice(&row).map(Some).map_err(|_| engine.damaged(format!("the row {key} is unreadable")))
}

fn put(engine: &Engine, writes: &mut Writes, key: &str, row: &impl Serialize) -> Result<(), StoreError> {
    engine.put(writes, key, json!(row).to_string().into_bytes())
}

fn new_instance() -> Result<String, StoreError> {
    let mut bytes = [0; 8];
    random(&mut bytes)?;
    // 256 is no multiple of 36; that some letters come more often does no harm in a name
    Ok(bytes.iter().filter_map(|byte| char::from_digit(u32::from(*byte) % 36, 36)).collect())
}

fn note_instance(engine: &Engine, instance: &str) -> Result<(), StoreError> {
    let path = engine.dir().join("instance");
    if fs::read_to_string(&path).is_ok_and(|noted| noted.trim() == instance) {
        return Ok(());
    }
    let write = || {
        let mut file = private_file(&path)?;
        file.set_len(0)?;
        writeln!(file, "{instance}")?;
        file.sync_all()?;
        sync_dir(engine.dir())
    };
    write().map_err(|source| StoreError::from_io(engine.dir(), "note the store's instance", source))
}

fn forget_instance(engine: &Engine) -> Result<(), StoreError> {
    let removed = fs::remove_file(engine.dir().join("instance"));
    removed
        .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
        .map_err(|source| StoreError::from_io(engine.dir(), "remove the old instance", source))
}

/// Where the database is within `data_dir`.
pub(super) fn store_dir(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join("store")
}
