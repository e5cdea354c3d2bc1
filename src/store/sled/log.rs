//! The write-ahead log: one file to which each commit is appended and synced before it counts, and which is read once,
//! after a process ended. It knows rows of bytes and no sled.
//!
//! A log begins with its number and a salt of its own. Each record is `DBwr`, the length of its body, a checksum over salt and body, and
//! the body: per row the length of the key, the key, the length of the row ([`GONE`] for one that was removed), the row.
//! A log that was settled is written over by a later one, since a disk syncs what is in place already much faster than a
//! file that grows; the salt tells old records from new ones.

use super::lock::{private_file, sync_dir};
use crate::store::error::StoreError;
use crate::store::keys::random;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// What a group of commits changes: rows to write, keys to remove, in order.
#[derive(Default)]
pub(super) struct Changes {
    rows: Vec<Change>,
    /// Roughly how much there is to write.
    pub(super) bytes: usize,
}

/// A key and its row; nothing for one that is removed.
type Change = (Vec<u8>, Option<Vec<u8>>);

impl Changes {
    /// Adds a row, or its removal.
    pub(super) fn add(&mut self, key: String, row: Option<Vec<u8>>) {
        self.bytes += size(key.as_bytes(), row.as_deref());
        self.rows.push((key.into_bytes(), row));
    }

    /// The rows, the last of a key being the one that counts.
    pub(super) fn into_rows(self) -> Vec<Change> {
        self.rows
    }
}

/// What a row takes, roughly.
pub(super) fn size(key: &[u8], row: Option<&[u8]>) -> usize {
    key.len() + row.map_or(0, <[u8]>::len)
}

/// Rows by their keys; nothing for one that was removed.
pub(super) type Rows = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

const SPARE: &str = "log-spare";
const NAME: &str = "log-";
const FORMAT: &[u8; 8] = b"DBlog\0\0\x01";
const RECORD: &[u8; 4] = b"DBwr";
/// Format, number, salt.
const HEADER: usize = 24;
/// Mark, length, checksum.
const RECORD_HEADER: usize = 12;
/// The length that stands for no row.
const GONE: u32 = u32::MAX;

/// The log that is being written.
pub(super) struct Log {
    file: File,
    dir: PathBuf,
    number: u64,
    salt: [u8; 8],
    /// Where the next record goes.
    end: u64,
    buffer: Vec<u8>,
}

impl Log {
    /// Begins a log. A spare one, if there is any, is written over.
    pub(super) fn begin(dir: &Path, number: u64) -> Result<Self, StoreError> {
        let mut salt = [0; 8];
        random(&mut salt)?;
        let begun = || {
            let path = path(dir, number);
            if let Err(error) = fs::rename(dir.join(SPARE), &path)
                && error.kind() != io::ErrorKind::NotFound
            {
                return Err(error);
            }
            let mut file = private_file(&path)?;
            file.write_all(&[*FORMAT, number.to_le_bytes(), salt].concat())?;
            file.sync_data()?;
            sync_dir(dir)?;
            Ok(file)
        };
        let file = begun().map_err(|source| StoreError::from_io(dir, "begin a log", source))?;
        Ok(Self { dir: dir.to_owned(), number, salt, end: HEADER as u64, buffer: Vec::new(), file })
    }

    /// The number of the log.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// How long it is by now.
    pub(super) fn length(&self) -> u64 {
        self.end
    }

    /// Appends a group; it is durable when this returns. After an error nobody knows what is on the disk.
    pub(super) fn append(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0; RECORD_HEADER]);
        for (key, row) in &changes.rows {
            put_length(&mut self.buffer, key.len())?;
            self.buffer.extend_from_slice(key);
            match row {
                Some(row) => {
                    put_length(&mut self.buffer, row.len())?;
                    self.buffer.extend_from_slice(row);
                }
                None => self.buffer.extend_from_slice(&GONE.to_le_bytes()),
            }
        }
        let body = self.buffer.get(RECORD_HEADER..).unwrap_or_default();
        let header = header_of(body, self.salt)?;
        for (to, from) in self.buffer.iter_mut().zip(header) {
            *to = from;
        }
        let mut written = || {
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&self.buffer)?;
            self.file.sync_data()
        };
        written().map_err(|source| StoreError::from_io(&self.dir, "write to the log", source))?;
        self.end += self.buffer.len() as u64;
        Ok(())
    }

    /// Everything in it is elsewhere: the next log may be written over it.
    pub(super) fn put_away(self) -> Result<(), StoreError> {
        let moved = fs::rename(path(&self.dir, self.number), self.dir.join(SPARE));
        moved.map_err(|source| StoreError::from_io(&self.dir, "put a log away", source))
    }
}

/// What the logs of a directory hold, the oldest first, later rows over earlier ones.
pub(super) fn read_all(dir: &Path) -> Result<Rows, StoreError> {
    let mut rows = Rows::new();
    let numbers = numbers(dir)?;
    for number in &numbers {
        let bytes = fs::read(path(dir, *number));
        let bytes = bytes.map_err(|source| StoreError::from_io(dir, "read a log", source))?;
        let is_last = numbers.last() == Some(number);
        read(&bytes, *number, is_last, &mut rows).map_err(|at| StoreError::Damaged {
            dir: dir.to_owned(),
            reason: format!("{NAME}{number} is broken at byte {at}"),
        })?;
    }
    Ok(rows)
}

/// Removes all logs of a directory.
pub(super) fn remove_all(dir: &Path) -> Result<(), StoreError> {
    let removed = |path: PathBuf| match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::from_io(dir, "remove a log", error))
        }
        Err(_) | Ok(()) => Ok(()),
    };
    // the newest last: what is left of them after a crash is read again without harm, but only in one piece
    for number in numbers(dir)? {
        removed(path(dir, number))?;
    }
    removed(dir.join(SPARE))
}

fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{NAME}{number}"))
}

/// The numbers of the logs that are there, in order.
fn numbers(dir: &Path) -> Result<Vec<u64>, StoreError> {
    let failed = |source| StoreError::from_io(dir, "look for logs", source);
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.strip_prefix(NAME)?.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Reads a log. The end of the last one may be torn; whatever else cannot be read is damage: tells where.
fn read(bytes: &[u8], number: u64, is_last: bool, rows: &mut Rows) -> Result<(), usize> {
    let header = bytes.split_first_chunk::<HEADER>().and_then(|(header, rest)| {
        let salt = header.strip_prefix(&[*FORMAT, number.to_le_bytes()].concat()[..])?;
        Some((salt.try_into().ok()?, rest))
    });
    let Some((salt, mut rest)) = header else {
        // a crash came while it was begun: there is nothing in it, or what another one held
        return if is_last { Ok(()) } else { Err(0) };
    };
    while let Some((body, after)) = record(rest, salt) {
        let at = bytes.len() - rest.len();
        read_body(body, rows).ok_or(at)?;
        rest = after;
    }
    // each record was synced before the next was begun: one behind a broken one means that more than the end is broken
    let more = (1..rest.len()).any(|at| {
        rest.get(at..).is_some_and(|rest| rest.starts_with(RECORD) && record(rest, salt).is_some())
    });
    if more { Err(bytes.len() - rest.len()) } else { Ok(()) }
}

/// The body of the record in front, and what follows it.
fn record(bytes: &[u8], salt: [u8; 8]) -> Option<(&[u8], &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<RECORD_HEADER>()?;
    let length = u32::from_le_bytes(header.get(4..8)?.try_into().ok()?);
    let (body, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    (header_of(body, salt).ok()? == *header).then_some((body, after))
}

fn header_of(body: &[u8], salt: [u8; 8]) -> Result<[u8; RECORD_HEADER], StoreError> {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&salt);
    sum.update(body);
    let mut header = Vec::with_capacity(RECORD_HEADER);
    header.extend_from_slice(RECORD);
    put_length(&mut header, body.len())?;
    header.extend_from_slice(&sum.finalize().to_le_bytes());
    header.try_into().map_err(|_| too_long())
}

fn read_body(mut body: &[u8], rows: &mut Rows) -> Option<()> {
    while !body.is_empty() {
        let (key, rest) = split(body)?;
        let (row, rest) = split(rest)?;
        rows.insert(key?.to_vec(), row.map(<[u8]>::to_vec));
        body = rest;
    }
    Some(())
}

/// What stands behind its length, and what follows.
fn split(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    if length == GONE {
        return Some((None, rest));
    }
    let (part, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Some(part), rest))
}

fn put_length(to: &mut Vec<u8>, length: usize) -> Result<(), StoreError> {
    let length = u32::try_from(length).ok().filter(|length| *length != GONE).ok_or_else(too_long)?;
    to.extend_from_slice(&length.to_le_bytes());
    Ok(())
}

fn too_long() -> StoreError {
    StoreError::Io { what: "write to the log", source: io::ErrorKind::FileTooLarge.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(rows: &[(&str, Option<&str>)]) -> Changes {
        let mut changes = Changes::default();
        for (key, row) in rows {
            changes.add((*key).to_owned(), row.map(|row| row.as_bytes().to_vec()));
        }
        changes
    }

    fn rows(rows: &[(&str, Option<&str>)]) -> Rows {
        changes(rows).into_rows().into_iter().collect()
    }

    #[test]
    fn later_logs_and_later_records_win() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = Log::begin(dir.path(), 9).unwrap();
        first.append(&changes(&[("a", Some("1")), ("b", Some("")), ("a", Some("2"))])).unwrap();
        first.append(&changes(&[("b", None), ("c", Some("3"))])).unwrap();
        let mut second = Log::begin(dir.path(), 10).unwrap();
        second.append(&changes(&[("c", None), ("d", Some("4"))])).unwrap();
        let expected = rows(&[("a", Some("2")), ("b", None), ("c", None), ("d", Some("4"))]);
        assert_eq!(read_all(dir.path()).unwrap(), expected);
        remove_all(dir.path()).unwrap();
        assert_eq!(read_all(dir.path()).unwrap(), Rows::new());
    }

    #[test]
    fn a_log_written_over_another_one_shows_nothing_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = Log::begin(dir.path(), 1).unwrap();
        for _ in 0..10 {
            first.append(&changes(&[("old", Some("x"))])).unwrap();
        }
        first.put_away().unwrap();
        assert_eq!(read_all(dir.path()).unwrap(), Rows::new());
        let mut second = Log::begin(dir.path(), 2).unwrap();
        assert!(!dir.path().join(SPARE).exists());
        assert_eq!(read_all(dir.path()).unwrap(), Rows::new());
        second.append(&changes(&[("new", Some("y"))])).unwrap();
        assert_eq!(read_all(dir.path()).unwrap(), rows(&[("new", Some("y"))]));
    }

    #[test]
    fn a_torn_end_is_left_out_and_any_other_break_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Log::begin(dir.path(), 1).unwrap();
        let mut ends = vec![HEADER];
        for n in 0..3 {
            log.append(&changes(&[(&format!("key{n}"), Some("row"))])).unwrap();
            ends.push(usize::try_from(log.length()).unwrap());
        }
        let path = path(dir.path(), 1);
        let whole = fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let kept = ends.iter().filter(|end| **end <= cut).count().saturating_sub(1);
            assert_eq!(read_all(dir.path()).unwrap().len(), kept, "cut at {cut}");
        }
        for at in HEADER..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 1;
            fs::write(&path, &broken).unwrap();
            let read = read_all(dir.path());
            if at < ends[2] {
                let error = read.unwrap_err();
                assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
                assert!(error.to_string().contains("log-1 is broken at byte"), "{error}");
            } else {
                assert_eq!(read.unwrap().len(), 2, "broken at {at}");
            }
        }
        // one that was followed by another has no torn end
        fs::write(&path, &whole[..8]).unwrap();
        drop(Log::begin(dir.path(), 2).unwrap());
        assert!(read_all(dir.path()).is_err());
    }

    #[test]
    fn a_crash_before_the_first_line_brings_no_older_rows_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut older = Log::begin(dir.path(), 1).unwrap();
        older.append(&changes(&[("a", Some("older"))])).unwrap();
        older.put_away().unwrap();
        let mut newer = Log::begin(dir.path(), 2).unwrap();
        newer.append(&changes(&[("a", Some("newer"))])).unwrap();
        newer.put_away().unwrap();
        let mut last = Log::begin(dir.path(), 3).unwrap();
        last.append(&changes(&[("a", Some("last"))])).unwrap();
        // the fourth had its name already, but still the lines of the second
        fs::write(dir.path().join("log-4"), fs::read(dir.path().join("log-3")).unwrap()).unwrap();
        last.append(&changes(&[("a", Some("very last"))])).unwrap();
        assert_eq!(read_all(dir.path()).unwrap(), rows(&[("a", Some("very last"))]));
    }
}
