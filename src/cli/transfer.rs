//! `deskbridge export` and `deskbridge import`: the whole store out and in again, as JSON lines.

use super::{Failure, run};
use crate::config::Config;
use crate::console::{self, Progress};
use crate::store::{self, SledStore};
use anyhow::Context as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

/// How much is read and written at once, in bytes.
const BUFFER: usize = 1 << 18;

/// Writes everything to standard output.
pub(super) fn export(config: &Config) -> Result<(), Failure> {
    let store = SledStore::open_for_export(&config.desk.data_dir)?;
    let mut progress = Progress::new("rows");
    let mut writer = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let exported = store::export(&store, &mut writer, &mut |rows| progress.at(rows));
    progress.done();
    let exported = exported?;
    console::err(format!("exported {} rows, SHA-256 {}", exported.rows, exported.sha256));
    Ok(())
}

/// Fills an empty store from a file or standard input.
pub(super) fn import(config: &Config, file: Option<&Path>) -> Result<(), Failure> {
    let master = run::master_key(config)?;
    let from: Box<dyn io::Read> = match file {
        Some(file) => {
            Box::new(File::open(file).with_context(|| format!("failed to open {}", file.display()))?)
        }
        None => Box::new(io::stdin().lock()),
    };
    let data_dir = &config.desk.data_dir;
    let store = SledStore::open_for_import(data_dir, master.as_ref())?;
    let mut progress = Progress::new("rows");
    let mut reader = BufReader::with_capacity(BUFFER, from);
    let imported = store::import(&store, &mut reader, &mut |rows| progress.at(rows));
    progress.done();
    let imported = imported?;
    console::err(format!("imported {} rows into {}", imported.rows, data_dir.display()));
    Ok(())
}
