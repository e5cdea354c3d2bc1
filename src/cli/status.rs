//! `deskbridge status`: asks the running bridge, or reads the store when none runs.

use super::Failure;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::console;
use crate::runtime::waiting_since;
use crate::status::{self, Aside, Lanes, Resting, Status, Threads, is_stuck};
use crate::store::{SledStore, StoreError};
use anyhow::Context as _;
use desk::Lane;
use desk::key::{ASIDE_PREFIX, OPEN_PREFIX, OUT_PREFIX};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// How many rows are read at once.
const PAGE: usize = 1_000;

/// Shows how the bridge is.
pub(super) fn status(config: &Config, json: bool) -> Result<(), Failure> {
    let data_dir = &config.desk.data_dir;
    let running = status::ask(data_dir).context("the running bridge gave no readable answer")?;
    let status = match running {
        Some(status) => status,
        None => match SledStore::open_for_export(data_dir) {
            Ok(store) => {
                Status { last_end: status::last_end(data_dir), ..stored(&store, SystemClock.now())? }
            }
            // nothing was ever written: that is a status, too
            Err(StoreError::Missing { .. }) => Status::new(SystemClock.now()),
            Err(error) => return Err(error.into()),
        },
    };
    console::out(if json {
        serde_json::to_string_pretty(&status)?
    } else {
        status.shown(&config.desk.command_prefix)
    });
    Ok(())
}

/// What a store holds. Reads figures only, so it needs no master key.
fn stored(store: &SledStore, now: Timestamp) -> anyhow::Result<Status> {
    let mut threads = Threads::default();
    each(store, OPEN_PREFIX, |key, _| {
        threads.open += 1;
        if let Some(since) = waiting_since(key) {
            threads.unanswered += 1;
            let oldest = threads.oldest_unanswered_at.get_or_insert(since);
            *oldest = since.min(*oldest);
        }
        Ok(())
    })?;
    let (mut set_aside, mut aside) = (0, Vec::new());
    each(store, ASIDE_PREFIX, |key, row| {
        set_aside += 1;
        if aside.len() < status::ASIDE_READ_MAX {
            aside.push(resting(key, row)?);
        }
        Ok(())
    })?;
    let mut heads: BTreeMap<Lane, (Resting, u64)> = BTreeMap::new();
    each(store, OUT_PREFIX, |key, row| {
        let row = resting(key, row)?;
        heads.entry(row.lane.clone()).or_insert((row, 0)).1 += 1;
        Ok(())
    })?;
    let set_aside_list = Aside::list(aside);
    Ok(Status { threads, lanes: lanes(heads), set_aside, set_aside_list, ..Status::new(now) })
}

fn lanes(heads: BTreeMap<Lane, (Resting, u64)>) -> Lanes {
    let mut lanes = Lanes { busy: heads.len() as u64, ..Lanes::default() };
    for (head, waiting) in heads.into_values() {
        lanes.waiting += waiting;
        if is_stuck(head.phase, head.attempts, head.refused.is_some()) {
            lanes.list(head, waiting);
        }
    }
    lanes
}

fn resting(key: &str, row: &[u8]) -> anyhow::Result<Resting> {
    serde_json::from_slice(row).with_context(|| format!("the row {key} is damaged"))
}

/// Every row under a prefix, as it is stored.
fn each(
    store: &SledStore,
    prefix: &str,
    mut act: impl FnMut(&str, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = prefix.to_owned();
    loop {
        let page = store.raw_scan(Some(&after), PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (key, row) in &page {
            if !key.starts_with(prefix) {
                return Ok(());
            }
            act(key, row)?;
        }
    }
}
