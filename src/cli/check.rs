//! `deskbridge check`: whether the configuration holds in the world. Changes nothing.

use super::Failure;
use crate::config::{Config, Connection, Loaded};
use crate::status::{self, ChannelStatus, HealthWord, Status};
use crate::{adapters, console};
use anyhow::anyhow;
use async_trait::async_trait;
use port::adapter::SharedShelf;
use port::{ChannelName, Probe, Shelf, ShelfError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

/// Probes every channel, one after the other, and says what was found.
pub(super) fn check(loaded: Loaded) -> Result<(), Failure> {
    let config = loaded.config;
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    console::out(format!(
        "✓ configuration: {}, {}, {}",
        count(config.channels.len(), "channel"),
        count(config.teams.len(), "team"),
        count(config.agents.len(), "agent"),
    ));
    let running = status::ask(&config.desk.data_dir).unwrap_or_default();
    let adapters = adapters::build(&config, &|_| -> SharedShelf { Arc::new(Blank::default()) })?;
    let mut wrong = 0_usize;
    super::block_on(async {
        for adapter in &adapters {
            let channel = adapter.channel();
            if served(&config, channel, running.as_ref()) {
                console::out(format!("✓ {channel}: the bridge that is running serves it"));
                continue;
            }
            for probe in adapter.probe(&adapters::rooms(&config, channel)).await {
                match probe {
                    Probe::Well(what) => console::out(format!("✓ {channel}: {what}")),
                    Probe::Wrong { problem, hint } => {
                        wrong += 1;
                        console::out(format!("✗ {channel}: {problem}\n      → {hint}"))
                    }
                };
            }
        }
    })?;
    match wrong {
        0 => Ok(()),
        1 => Err(anyhow!("one thing does not work").into()),
        _ => Err(anyhow!("{wrong} things do not work").into()),
    }
}

/// Whether a running bridge has taken the address that a probe would try.
fn served(config: &Config, channel: &ChannelName, running: Option<&Status>) -> bool {
    let local = matches!(config.channel(channel).map(|found| &found.connection), Some(Connection::Local(_)));
    let well = |found: &ChannelStatus| found.name == *channel && found.health == HealthWord::Connected;
    local && running.is_some_and(|running| running.channels.iter().any(well))
}

/// Rows that are forgotten when the check is over: nothing is read from the store and nothing is kept.
#[derive(Default)]
struct Blank(Mutex<BTreeMap<String, Value>>);

#[async_trait]
impl Shelf for Blank {
    async fn put(&self, rows: Vec<(String, Value)>, remove: Vec<String>) -> Result<(), ShelfError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(rows);
        for key in remove {
            kept.remove(&key);
        }
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<Value>, ShelfError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, ShelfError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = after.map_or(Bound::Included(prefix), Bound::Excluded);
        let rows = kept.range::<str, _>((from, Bound::Unbounded));
        let rows = rows.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        Ok(rows.map(|(key, row)| (key.clone(), row.clone())).collect())
    }
}
