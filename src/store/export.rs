//! Export and import: the whole store as lines of JSON, and back.
//!
//! The first line says what it is, then comes one line per row exactly as it is stored, then one with the number of rows
//! and the SHA-256 of all lines before it. Sealed texts stay sealed, and the owners' keys are among the rows: wrapped
//! where there is a master key, plain where there is none. Whoever holds an export of a plain store can read it.

use crate::store::error::StoreError;
use crate::store::keys::KEYS;
use crate::store::sled::SledStore;
use crate::store::sled::open::{FORMAT_VERSION, IMPORTING, MASTER, MasterRow};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, BufRead, Read as _, Write};

/// Longer lines are no rows of ours.
const LINE_MAX: u64 = 2 << 20;
/// What is written in one go.
const ROWS_AT_ONCE: usize = 1000;
const BYTES_AT_ONCE: usize = 1 << 20;

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How many rows, the store's own included.
    pub rows: u64,
    /// Over all lines but the last, as hex.
    pub sha256: String,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many rows.
    pub rows: u64,
    /// The store's name, as it was before.
    pub instance: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    deskbridge_export: u64,
    instance: String,
    /// Lets an import tell a wrong master key before it begins.
    master: Option<MasterRow>,
}

#[derive(Serialize)]
struct Row<'a> {
    k: &'a str,
    v: &'a RawValue,
}

#[derive(Serialize)]
struct Trailer<'a> {
    rows: u64,
    sha256: &'a str,
}

/// Any line but the first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    k: Option<String>,
    #[serde(borrow)]
    v: Option<&'a RawValue>,
    rows: Option<u64>,
    sha256: Option<String>,
}

/// Writes the whole store. `progress` hears how many rows are out. Blocks; nobody may commit meanwhile, which
/// [`SledStore::open_for_export`] sees to.
pub fn export(
    store: &SledStore,
    writer: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> Result<Exported, StoreError> {
    let mut out = Lines { writer, digest: Sha256::new() };
    let master = store.raw_get(MASTER)?.and_then(|row| serde_json::from_slice(&row).ok());
    out.line(&Header { deskbridge_export: FORMAT_VERSION, instance: store.instance().to_owned(), master })?;
    let mut rows = 0;
    let mut after: Option<String> = None;
    loop {
        let chunk = store.raw_scan(after.as_deref(), ROWS_AT_ONCE)?;
        for (key, row) in &chunk {
            let row = serde_json::from_slice(row)
                .map_err(|_| store.keys().damaged(format!("the row {key} is unreadable")))?;
            out.line(&Row { k: key, v: row })?;
            rows += 1;
        }
        match chunk.into_iter().next_back() {
            Some((last, _)) => after = Some(last),
            None => break,
        }
        progress(rows);
    }
    let sha256 = hex(out.digest.clone());
    out.line(&Trailer { rows, sha256: &sha256 })?;
    out.writer.flush().map_err(unwritten)?;
    Ok(Exported { rows, sha256 })
}

/// Fills a store from an export. `progress` hears how many rows are in. Blocks. The store comes from
/// [`SledStore::open_for_import`]; it can be opened for work once this has succeeded. Under a master key, keys that the
/// export holds plain are wrapped before they are written.
pub fn import(
    store: &SledStore,
    reader: &mut dyn BufRead,
    progress: &mut dyn FnMut(u64),
) -> Result<Imported, StoreError> {
    let mut lines = Reader { from: reader, line: 0, text: Vec::new(), digest: Sha256::new() };
    if !lines.next()? {
        return Err(lines.wrong("the file is empty"));
    }
    let header: Header = serde_json::from_slice(&lines.text)
        .map_err(|_| lines.wrong("it does not begin like an export of deskbridge"))?;
    if header.deskbridge_export > FORMAT_VERSION {
        return Err(lines.wrong(format!(
            "the export has format {}, this version knows {FORMAT_VERSION}",
            header.deskbridge_export
        )));
    }
    if let Some(master) = &header.master {
        store.keys().check(MASTER, &master.check)?;
    }
    lines.digest();
    let mut intake = Intake { store, last: String::new(), chunk: Vec::new(), bytes: 0, rows: 0 };
    loop {
        if !lines.next()? {
            return Err(lines.wrong("the file ends here, before its last line: it was cut"));
        }
        // the parser's own words would repeat what is on the line
        let line: Line<'_> =
            serde_json::from_slice(&lines.text).map_err(|_| lines.wrong("it is no row of an export"))?;
        match line {
            Line { k: Some(key), v: Some(row), rows: None, sha256: None } => {
                intake.take(key, row.get().as_bytes(), &lines, progress)?;
            }
            Line { k: None, v: None, rows: Some(rows), sha256: Some(sha256) } => {
                if rows != intake.rows || sha256 != hex(lines.digest.clone()) {
                    return Err(lines.wrong("the lines before are not those that were exported"));
                }
                break;
            }
            _ => return Err(lines.wrong("it is neither a row nor the end")),
        }
        lines.digest();
    }
    if lines.next()? {
        return Err(lines.wrong("something follows the end"));
    }
    intake.flush(progress)?;
    let instance = store.imported()?;
    Ok(Imported { rows: intake.rows, instance })
}

/// Rows on their way in.
struct Intake<'a> {
    store: &'a SledStore,
    last: String,
    chunk: Vec<(String, Vec<u8>)>,
    bytes: usize,
    rows: u64,
}

impl Intake<'_> {
    fn take(
        &mut self,
        key: String,
        row: &[u8],
        at: &Reader<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        SledStore::check_raw(&key, row).map_err(|e| at.wrong(e.to_string()))?;
        if key <= self.last {
            return Err(at.wrong("its key does not follow the one before"));
        }
        if key == IMPORTING {
            return Err(at.wrong("it was exported from half an import"));
        }
        let adopted = if key.starts_with(KEYS) { self.store.keys().adopted(&key, row)? } else { None };
        let row = adopted.unwrap_or_else(|| row.to_vec());
        self.bytes += key.len() + row.len();
        self.last.clone_from(&key);
        self.chunk.push((key, row));
        self.rows += 1;
        if self.chunk.len() >= ROWS_AT_ONCE || self.bytes >= BYTES_AT_ONCE {
            self.flush(progress)?;
        }
        Ok(())
    }

    fn flush(&mut self, progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
        self.bytes = 0;
        self.store.raw_commit(std::mem::take(&mut self.chunk))?;
        progress(self.rows);
        Ok(())
    }
}

struct Lines<'a> {
    writer: &'a mut dyn Write,
    digest: Sha256,
}

impl Lines<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec(line).map_err(|e| unwritten(e.into()))?;
        text.push(b'\n');
        self.digest.update(&text);
        self.writer.write_all(&text).map_err(unwritten)
    }
}

struct Reader<'a> {
    from: &'a mut dyn BufRead,
    line: u64,
    text: Vec<u8>,
    digest: Sha256,
}

impl Reader<'_> {
    /// Reads the next line into `text`; says no at the end.
    fn next(&mut self) -> Result<bool, StoreError> {
        self.text.clear();
        self.line += 1;
        let read = (&mut *self.from).take(LINE_MAX).read_until(b'\n', &mut self.text);
        read.map_err(|source| StoreError::Io { what: "read the import", source })?;
        if self.text.len() as u64 == LINE_MAX {
            return Err(self.wrong("the line is too long"));
        }
        Ok(!self.text.is_empty())
    }

    fn digest(&mut self) {
        self.digest.update(&self.text);
    }

    fn wrong(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Import { line: self.line, reason: reason.into() }
    }
}

fn unwritten(source: io::Error) -> StoreError {
    StoreError::Io { what: "write the export", source }
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}
