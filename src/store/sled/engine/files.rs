//! The files that blocks are in: `cold-1`, `cold-2` and so on beside the database. Only the last one grows.
//!
//! sled knows how far each file was written and how much of it is alive. What stands behind that was never pointed at,
//! and is overwritten.

use super::Engine;
use super::cold::{Cold, INDEX};
use crate::store::error::StoreError;
use crate::store::sled::lock::{private_file, sync_dir};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::PoisonError;

/// Keys that begin with this byte count a file.
const FILE: u8 = 2;
/// What the names of the files begin with.
const NAME: &str = "cold-";

pub(super) struct ColdFile {
    file: File,
    pub(super) count: Count,
}

/// What sled knows of a file.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    /// How many bytes belong to blocks that an index row points at.
    pub(super) alive: u32,
    /// How many bytes were written and count.
    pub(super) end: u32,
}

/// Where a block is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) file: u32,
    pub(super) offset: u32,
    pub(super) length: u32,
}

impl Engine {
    /// Opens the files, which are as long as sled says at least.
    pub(super) fn open_files(&self) -> Result<Vec<(u32, ColdFile)>, StoreError> {
        let rows = self.db()?.range([FILE]..[FILE + 1]);
        rows.map(|row| {
            let (key, row) = self.guarded("read a row", |_| row)?;
            let counted = number_of(&key).zip(Count::of_row(&row));
            let (number, count) =
                counted.ok_or_else(|| self.damaged("a row that counts a file is unreadable"))?;
            let opened = File::open(self.path(number)).and_then(|file| Ok((file.metadata()?.len(), file)));
            let (length, file) = opened.map_err(|source| self.failed(number, "open settled rows", source))?;
            if length < u64::from(count.end) {
                return Err(self.broken(number));
            }
            Ok((number, ColdFile { file, count }))
        })
        .collect()
    }

    /// Removes files of a process that ended before anything pointed at them, or before it could remove them.
    pub(super) fn remove_unknown_files(&self, cold: &Cold) -> Result<(), StoreError> {
        let io = |source| StoreError::from_io(&self.dir, "look for settled rows", source);
        for entry in fs::read_dir(&self.dir).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(NAME)?.parse().ok());
            let Some(number) = number.filter(|number| !cold.files.contains_key(number)) else { continue };
            // what points at a file and what counts it is written together: this only makes sure before it removes
            for row in self.db()?.range([INDEX]..[INDEX + 1]) {
                let (_, row) = self.guarded("look for blocks", |_| row)?;
                if self.spot(&row)?.file == number {
                    return Err(self.damaged(format!("{NAME}{number} is not counted")));
                }
            }
            self.remove_file(number)?;
        }
        Ok(())
    }

    /// Bytes of a file.
    pub(super) fn read(&self, cold: &Cold, spot: Spot) -> Result<Vec<u8>, StoreError> {
        let Spot { file: number, offset, length } = spot;
        let known = cold.files.get(&number);
        let known = known.filter(|file| offset.checked_add(length).is_some_and(|end| end <= file.count.end));
        let file = known.ok_or_else(|| self.broken(number))?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        read_at(&file.file, || self.path(number), &mut bytes, u64::from(offset))
            .map_err(|source| self.failed(number, "read settled rows", source))?;
        Ok(bytes)
    }

    /// Writes to the end of a file, or begins it; durable when this returns. Counts once [`Engine::apply_batch`] says so.
    pub(super) fn append(&self, number: u32, end: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let append = || {
            // a handle of its own: its position is nobody else's
            let mut file = private_file(&self.path(number))?;
            file.set_len(u64::from(end))?;
            file.seek(SeekFrom::Start(u64::from(end)))?;
            file.write_all(bytes)?;
            file.sync_data()?;
            if end == 0 {
                sync_dir(&self.dir)?;
            }
            Ok(file)
        };
        let file = append().map_err(|source| StoreError::from_io(&self.dir, "write settled rows", source))?;
        let mut cold = self.cold.write().unwrap_or_else(PoisonError::into_inner);
        cold.files.entry(number).or_insert(ColdFile { file, count: Count::default() });
        Ok(())
    }

    /// Removes a file that nothing points at.
    pub(super) fn remove_file(&self, number: u32) -> Result<(), StoreError> {
        fs::remove_file(self.path(number))
            .map_err(|source| StoreError::from_io(&self.dir, "remove dead rows", source))
    }

    /// A file does not read as it was written.
    pub(super) fn broken(&self, number: u32) -> StoreError {
        self.damaged(format!("{NAME}{number} does not read as it was written"))
    }

    fn failed(&self, number: u32, what: &'static str, source: io::Error) -> StoreError {
        if matches!(source.kind(), ErrorKind::NotFound) {
            self.damaged(format!("{NAME}{number} is missing"))
        } else if matches!(source.kind(), ErrorKind::UnexpectedEof) {
            self.broken(number)
        } else {
            StoreError::from_io(&self.dir, what, source)
        }
    }

    fn path(&self, number: u32) -> PathBuf {
        self.dir.join(format!("{NAME}{number}"))
    }
}

#[cfg(unix)]
fn read_at(file: &File, _: impl Fn() -> PathBuf, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(not(unix))]
fn read_at(_: &File, path: impl Fn() -> PathBuf, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    // a handle of its own: its position is nobody else's
    let mut file = File::open(path())?;
    file.seek(SeekFrom::Start(offset))?;
    io::Read::read_exact(&mut file, bytes)
}

impl Spot {
    pub(super) fn to_row(self) -> Vec<u8> {
        [self.file, self.offset, self.length].map(u32::to_be_bytes).concat()
    }

    pub(super) fn of_row(row: &[u8]) -> Option<Self> {
        let [file, offset, length] = numbers(row)?;
        Some(Self { file, offset, length })
    }
}

impl Count {
    pub(super) fn to_row(self) -> Vec<u8> {
        [self.alive, self.end].map(u32::to_be_bytes).concat()
    }

    fn of_row(row: &[u8]) -> Option<Self> {
        let [alive, end] = numbers(row)?;
        Some(Self { alive, end })
    }
}

/// The key under which a file is counted.
pub(super) fn file_key(number: u32) -> Vec<u8> {
    [&[FILE], number.to_be_bytes().as_slice()].concat()
}

fn number_of(key: &[u8]) -> Option<u32> {
    let [number] = numbers(key.strip_prefix(&[FILE])?)?;
    Some(number)
}

fn numbers<const N: usize>(row: &[u8]) -> Option<[u32; N]> {
    let (numbers, []) = row.as_chunks() else { return None };
    let numbers: [[u8; 4]; N] = numbers.try_into().ok()?;
    Some(numbers.map(u32::from_be_bytes))
}
