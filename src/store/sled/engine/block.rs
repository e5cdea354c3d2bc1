//! A block: neighbouring rows of one keyspace as one piece of a file.
//!
//! Its form: how many bytes follow the head and their crc32, four bytes each, big-endian; then what the keys have in common; then
//! each row's rest of the key and value. Texts have their lengths before them, seven bits a byte, low ones first.

use sled::IVec;

/// A key and its row.
pub(super) type Row = (IVec, IVec);

/// How many bytes there are before the rows.
const HEAD: usize = 8;

/// Rows in the order of their keys, as a block.
pub(super) fn encode(rows: &[Row]) -> Vec<u8> {
    let (first, last) = match rows {
        [(first, _), .., (last, _)] => (first.as_ref(), last.as_ref()),
        [(only, _)] => (only.as_ref(), only.as_ref()),
        [] => Default::default(),
    };
    let common = first.iter().zip(last).take_while(|(a, b)| a == b).count();
    let mut body = Vec::new();
    put(&mut body, first.get(..common).unwrap_or_default());
    for (key, row) in rows {
        put(&mut body, key.get(common..).unwrap_or_default());
        put(&mut body, row);
    }
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut block = Vec::with_capacity(HEAD + body.len());
    block.extend_from_slice(&length.to_be_bytes());
    block.extend_from_slice(&crc32fast::hash(&body).to_be_bytes());
    block.append(&mut body);
    block
}

/// A block does not read as it was written.
#[derive(Debug)]
pub(super) struct Broken;

/// Takes the next block from what follows in a file; nothing when there is no whole one.
pub(super) fn take<'a>(file: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(file.get(..4)?)?).ok()?;
    let (block, rest) = file.split_at_checked(HEAD.checked_add(length)?)?;
    *file = rest;
    Some(block)
}

/// The rows of a block.
pub(super) fn decode(block: &[u8]) -> Result<Vec<Row>, Broken> {
    let (common, rows) = open(block).ok_or(Broken)?;
    let whole = |(rest, row): (&[u8], &[u8])| ([common, rest].concat().into(), row.into());
    rows.map(|row| row.map(whole)).collect()
}

/// The row under a key, if there is one.
pub(super) fn find(block: &[u8], key: &[u8]) -> Result<Option<IVec>, Broken> {
    let (common, rows) = open(block).ok_or(Broken)?;
    let Some(wanted) = key.strip_prefix(common) else { return Ok(None) };
    for row in rows {
        let (rest, row) = row?;
        if rest >= wanted {
            return Ok((rest == wanted).then(|| row.into()));
        }
    }
    Ok(None)
}

/// Checks a block; gives what its keys have in common, and its rows.
fn open(block: &[u8]) -> Option<(&[u8], Rows<'_>)> {
    let (length, sum) = (number(block.get(..4)?)?, number(block.get(4..HEAD)?)?);
    let mut body = block.get(HEAD..)?;
    if usize::try_from(length) != Ok(body.len()) || crc32fast::hash(body) != sum {
        return None;
    }
    Some((text(&mut body)?, Rows(body)))
}

/// What is left of a block's rows.
struct Rows<'a>(&'a [u8]);

impl<'a> Iterator for Rows<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let row = text(&mut self.0).and_then(|key| Some((key, text(&mut self.0)?)));
        if row.is_none() {
            self.0 = &[];
        }
        Some(row.ok_or(Broken))
    }
}

fn put(body: &mut Vec<u8>, text: &[u8]) {
    let mut left = text.len();
    loop {
        let [low, ..] = left.to_le_bytes();
        left >>= 7;
        if left == 0 {
            body.push(low);
            break;
        }
        body.push(low | 0x80);
    }
    body.extend_from_slice(text);
}

fn text<'a>(body: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0_usize;
    for shift in (0..28).step_by(7) {
        let (byte, rest) = body.split_first()?;
        *body = rest;
        length |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            let (text, rest) = body.split_at_checked(length)?;
            *body = rest;
            return Some(text);
        }
    }
    None
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Row, decode, encode, find, take};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let row = prop::collection::vec(any::<u8>(), 0..400);
        prop::collection::btree_map("(common/)?[a-z]{0,4}", row, 1..20).prop_map(|rows: BTreeMap<_, _>| {
            rows.into_iter().map(|(key, row)| (key.as_bytes().into(), row.into())).collect()
        })
    }

    proptest! {
        #[test]
        fn a_block_reads_as_it_was_written(rows in rows(), other in "[a-z/]{0,8}") {
            let block = encode(&rows);
            prop_assert_eq!(decode(&block).unwrap(), rows.clone());
            for (key, row) in &rows {
                prop_assert_eq!(find(&block, key).unwrap(), Some(row.clone()));
            }
            let known = rows.iter().find(|(key, _)| key.as_ref() == other.as_bytes());
            prop_assert_eq!(find(&block, other.as_bytes()).unwrap(), known.map(|(_, row)| row.clone()));
            let file = [block.clone(), block.clone()].concat();
            let mut left = file.as_slice();
            prop_assert_eq!(take(&mut left), Some(block.as_slice()));
            prop_assert_eq!(take(&mut left), Some(block.as_slice()));
            prop_assert_eq!(take(&mut left), None);
        }

        #[test]
        fn no_changed_or_shortened_block_is_read(rows in rows(), at: prop::sample::Index, bit in 0..8_u32) {
            let mut block = encode(&rows);
            let at = at.index(block.len());
            prop_assert!(decode(&block[..at]).is_err());
            block[at] ^= 1 << bit;
            prop_assert!(decode(&block).is_err());
            prop_assert!(find(&block, b"a").is_err());
        }
    }
}
