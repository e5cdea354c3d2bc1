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

use crate::store::RowText;
use crate::store::error::StoreError;
use crate::store::keys::{KeyDraft, KeyRows, Keys, boxed_with, owner_path, unboxed};
use memchr::{memchr2_iter, memmem};
use port::Owner;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::Write as _;

const PRIVATE: &str = "$private";
const SEALED: &str = "$sealed";
const ERASED: &str = "$erased";
/// Deeper values would not be read back.
const DEPTH_MAX: usize = 100;

/// A row as it is stored: everything private in it is sealed.
///
/// Works on the text. In JSON without blanks, `{"$` is always the beginning of an object: within a string, a quote never
/// follows a brace without a backslash between them.
pub(crate) fn seal(text: &RowText, row: &str, keys: &mut KeyDraft<'_>) -> Result<Vec<u8>, StoreError> {
    let refused = |reason| StoreError::Value { key: row.to_owned(), reason };
    let text = text.as_str();
    if may_be_deep(text) && depth(text) > DEPTH_MAX {
        return Err(refused("it is nested too deeply"));
    }
    let mut sealed = Vec::with_capacity(text.len() + text.len() / 2);
    let mut rest = text;
    while let Some((before, marked)) = split_at_mark(rest) {
        sealed.extend_from_slice(before.as_bytes());
        match only_value(marked) {
            Some(("private", private, after)) => {
                let private =
                    serde_json::from_str(private).map_err(|_| refused("a $private is misshapen"))?;
                sealed.extend(seal_text(private, row, keys)?);
                rest = after;
            }
            Some(("sealed", ..)) => {
                return Err(refused("it holds a $sealed of its own, a word kept for the store"));
            }
            _ => {
                sealed.extend_from_slice(MARKED.as_bytes());
                rest = marked;
            }
        }
    }
    sealed.extend_from_slice(rest.as_bytes());
    Ok(sealed)
}

/// How an object begins that may be one of ours.
const MARKED: &str = "{\"$";

/// What is before the next mark, and what is behind it.
fn split_at_mark(text: &str) -> Option<(&str, &str)> {
    let (before, marked) = text.split_at_checked(memmem::find(text.as_bytes(), MARKED.as_bytes())?)?;
    Some((before, marked.strip_prefix(MARKED)?))
}

/// What is marked as private.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked<'a> {
    of: Owner,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// The key (without its first letter), the value and what follows, of an object that has but this one.
fn only_value(marked: &str) -> Option<(&str, &str, &str)> {
    let (key, value) = marked.split_once("\":")?;
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<&RawValue>();
    let raw = values.next()?.ok()?;
    let (_, after) = value.split_at_checked(values.byte_offset())?;
    Some((key, raw.get(), after.strip_prefix('}')?))
}

/// Nothing nests deeper than it has brackets, and those are quickly counted.
fn may_be_deep(text: &str) -> bool {
    memchr2_iter(b'{', b'[', text.as_bytes()).count() > DEPTH_MAX
}

/// How deep a text nests.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest, mut within, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b'{' | b'[' if !within => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !within => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn seal_text(marked: Marked<'_>, row: &str, keys: &mut KeyDraft<'_>) -> Result<Vec<u8>, StoreError> {
    let Marked { of, text } = marked;
    let (generation, cipher) = keys.sealing(&of)?;
    let text = boxed_with(&cipher, &keys.nonce()?, aad(row, &of, generation).as_bytes(), text.as_bytes());
    serde_json::to_vec(&Boxed { sealed: Sealed { text, key: generation, of } })
        .map_err(|_| StoreError::Value { key: row.to_owned(), reason: "it is not JSON" })
}

/// A sealed text as it is stored.
#[derive(Serialize)]
struct Boxed {
    #[serde(rename = "$sealed")]
    sealed: Sealed,
}

#[derive(Serialize)]
struct Sealed {
    #[serde(rename = "box")]
    text: String,
    key: u32,
    of: Owner,
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

/// Reads a row as it is stored, with every private text as if it were erased: needs no key, and meets no text.
pub(crate) fn read_shut(row: &[u8]) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::from_slice(row)?;
    shut(&mut value);
    Ok(value)
}

fn shut(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(shut),
        Value::Object(map) if only_key(map) == Some(SEALED) => {
            let mut erased = Map::new();
            if let Some((of, ..)) = take_sealed(map) {
                erased.insert("of".to_owned(), of);
            }
            *value = wrapped(ERASED, erased);
        }
        Value::Object(map) => map.values_mut().for_each(shut),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn only_key(map: &Map<String, Value>) -> Option<&str> {
    if map.len() == 1 { map.keys().next().map(String::as_str) } else { None }
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
