//! Sealing: what is marked private in a value is unreadable at rest.
//!
//! On the way in, each `{"$private": {"of": owner, "text": …}}` becomes
//! `{"$sealed": {"of": owner, "key": generation, "box": base64(nonce ‖ ciphertext ‖ tag)}}`, sealed with
//! XChaCha20-Poly1305 under the owner's key. On the way out it becomes `$private` again, or
//! `{"$erased": {"of": owner}}` once that generation was dropped.
//!
//! The row's key, the owner and the generation are associated data: a box that was moved to another row or relabelled
//! does not open. Rows never change their keys, not even by export and import. Two boxes of one owner within one
//! row could be exchanged unnoticed by somebody who can write the files; that is accepted.
//!
//! The shape around the texts stays readable: order, times and figures do not depend on any key.

use crate::store::error::StoreError;
use crate::store::keys::{KeyDraft, KeyRows, Keys, boxed_with, owner_path, unboxed};
use port::Owner;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt::Write as _;

const PRIVATE: &str = "$private";
const SEALED: &str = "$sealed";
const ERASED: &str = "$erased";
/// Deeper values would not be read back.
const DEPTH_MAX: usize = 100;

/// Seals everything private in a value, in place.
pub(crate) fn seal(value: &mut Value, row: &str, keys: &mut KeyDraft<'_>) -> Result<(), StoreError> {
    seal_at(value, row, keys, DEPTH_MAX)
}

fn seal_at(value: &mut Value, row: &str, keys: &mut KeyDraft<'_>, depth: usize) -> Result<(), StoreError> {
    let refused = |reason| StoreError::Value { key: row.to_owned(), reason };
    let deeper = || depth.checked_sub(1).ok_or_else(|| refused("it is nested too deeply"));
    match value {
        Value::Array(items) => {
            let deeper = deeper()?;
            items.iter_mut().try_for_each(|item| seal_at(item, row, keys, deeper))
        }
        Value::Object(map) => {
            let deeper = deeper()?;
            match only_key(map) {
                Some(PRIVATE) => {
                    let (of, text) = take_private(map).ok_or_else(|| refused("a $private is misshapen"))?;
                    *value = seal_text(of, &text, row, keys)?;
                    Ok(())
                }
                Some(SEALED) => Err(refused("it holds a $sealed of its own, a word kept for the store")),
                _ => map.values_mut().try_for_each(|item| seal_at(item, row, keys, deeper)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn seal_text(of: Value, text: &str, row: &str, keys: &mut KeyDraft<'_>) -> Result<Value, StoreError> {
    let owner = Owner::deserialize(&of)
        .map_err(|_| StoreError::Value { key: row.to_owned(), reason: "a $private has no owner" })?;
    let (generation, cipher) = keys.sealing(&owner)?;
    let text = boxed_with(&cipher, &keys.nonce()?, aad(row, &owner, generation).as_bytes(), text.as_bytes());
    let mut sealed = Map::new();
    sealed.insert("of".to_owned(), of);
    sealed.insert("key".to_owned(), generation.into());
    sealed.insert("box".to_owned(), Value::String(text));
    Ok(wrapped(SEALED, sealed))
}

/// Opens everything sealed in a value, in place.
pub(crate) fn open(value: &mut Value, row: &str, keys: &Keys, rows: &dyn KeyRows) -> Result<(), StoreError> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| open(item, row, keys, rows)),
        Value::Object(map) if only_key(map) == Some(SEALED) => {
            let damaged = || keys.damaged(format!("a text in the row {row} does not open"));
            let (of, generation, text) = take_sealed(map).ok_or_else(damaged)?;
            let owner = Owner::deserialize(&of).map_err(|_| damaged())?;
            let mut opened = Map::new();
            opened.insert("of".to_owned(), of);
            let word = match keys.reading(&owner, generation, rows)? {
                None => ERASED,
                Some(cipher) => {
                    let bytes = unboxed(&cipher, aad(row, &owner, generation).as_bytes(), &text);
                    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(damaged)?;
                    opened.insert("text".to_owned(), Value::String(text));
                    PRIVATE
                }
            };
            *value = wrapped(word, opened);
            Ok(())
        }
        Value::Object(map) => map.values_mut().try_for_each(|item| open(item, row, keys, rows)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn only_key(map: &Map<String, Value>) -> Option<&str> {
    if map.len() == 1 { map.keys().next().map(String::as_str) } else { None }
}

fn take_private(map: &mut Map<String, Value>) -> Option<(Value, String)> {
    let Value::Object(mut private) = map.remove(PRIVATE)? else { return None };
    let Value::String(text) = private.remove("text")? else { return None };
    let of = private.remove("of")?;
    private.is_empty().then_some((of, text))
}

fn take_sealed(map: &mut Map<String, Value>) -> Option<(Value, u32, String)> {
    let Value::Object(mut sealed) = map.remove(SEALED)? else { return None };
    let generation = sealed.get("key")?.as_u64()?.try_into().ok()?;
    let Value::String(text) = sealed.remove("box")? else { return None };
    Some((sealed.remove("of")?, generation, text))
}

fn wrapped(word: &str, inner: Map<String, Value>) -> Value {
    let mut map = Map::new();
    map.insert(word.to_owned(), Value::Object(inner));
    Value::Object(map)
}

fn aad(row: &str, owner: &Owner, generation: u32) -> String {
    let mut aad = String::with_capacity(row.len() + 32);
    aad.push_str(row);
    aad.push('\0');
    aad.push_str(&owner_path(owner));
    let _infallible = write!(aad, "\0{generation}");
    aad
}
