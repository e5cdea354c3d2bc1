//! `deskbridge figures`: the figures from the journal again.

use super::Failure;
use crate::config::Config;
use crate::console::{self, Progress};
use crate::rebuild::{Rebuilt, rebuild};
use crate::store::SledStore;
use anyhow::anyhow;

/// Folds the journal again, and compares; writes what differs unless it is only to `check`.
pub(super) fn rebuild_figures(config: &Config, check: bool) -> Result<(), Failure> {
    let data_dir = &config.desk.data_dir;
    let store = SledStore::open_for_rebuild(data_dir)?;
    let mut progress = Progress::new("events");
    let rebuilt =
        rebuild(&store, data_dir, &config.desk.time_zone, !check, &mut |events| progress.at(events));
    progress.done();
    let Rebuilt { events, rows, differed, unfinished } = rebuilt?;
    console::out(format!("figures: {events} events, {rows} rows, {differed} differed"));
    if unfinished {
        return Err(
            anyhow!("an earlier rebuild was cut short: run `deskbridge figures rebuild` again").into()
        );
    }
    if check && differed > 0 {
        return Err(
            anyhow!("the figures are not what the journal says: run `deskbridge figures rebuild`").into()
        );
    }
    Ok(())
}
