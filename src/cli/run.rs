//! `deskbridge run`: puts the parts together and lets the loop run until it is told to stop.

use super::Failure;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Channel, Config, Connection, Loaded};
use crate::lifecycle::{Signals, Tasks};
use crate::runtime::{self, Parts};
use crate::status::{self, ChannelStatus, LastEnd, Status};
use crate::store::{ChannelShelf, MasterKey, SledStore, Store};
use crate::{adapters, console, observe, setup};
use anyhow::Context as _;
use port::{Adapter, ChannelName, Health, Stop};
use std::sync::Arc;
use tokio::sync::watch;

/// Runs the bridge.
pub(super) fn run(loaded: Loaded) -> Result<(), Failure> {
    observe::starting(env!("CARGO_PKG_VERSION"));
    Ok(super::block_on(serve(loaded.config))??)
}

/// The configured master key.
pub(super) fn master_key(config: &Config) -> anyhow::Result<Option<MasterKey>> {
    let key = config.desk.master_key.as_ref().map(|key| MasterKey::parse(key.expose()));
    Ok(key.transpose()?)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let signals = Signals::listen().context("failed to listen to signals")?;
    let (pull, stop) = Stop::new();
    let tasks = Tasks::new(pull.clone());
    tasks.spawn_aside(signals.pull(pull.clone()));

    let (data_dir, master) = (config.desk.data_dir.clone(), master_key(&config)?);
    // waits for the disk, and after a crash for the log to be read
    let opened = tokio::task::spawn_blocking(move || SledStore::open(&data_dir, master.as_ref()));
    let sled = Arc::new(opened.await??);
    // from here on this process is the one that `status` tells of
    status::forget_end(&config.desk.data_dir);
    let ended = bridge(&config, &sled, &tasks, stop).await;
    pull.send_replace(true);
    tasks.finished().await;
    if let Err(error) = &ended {
        note_end(&config, error);
    }
    sled.close().await;
    ended
}

/// Keeps why it ended for `deskbridge status`.
fn note_end(config: &Config, error: &anyhow::Error) {
    let end = LastEnd { at: SystemClock.now(), reason: format!("{error:#}") };
    if let Err(error) = status::note_end(&config.desk.data_dir, &end) {
        observe::status_unavailable(&error.to_string());
    }
}

/// Puts the adapters and the loop together, and runs until one of them ends it.
async fn bridge(config: &Config, sled: &Arc<SledStore>, tasks: &Tasks, stop: Stop) -> anyhow::Result<()> {
    let store: Arc<dyn Store> = Arc::<SledStore>::clone(sled);
    let adapters =
        adapters::build(config, &|channel| Arc::new(ChannelShelf::new(Arc::clone(&store), channel)))?;
    for (channel, adapter) in config.channels.iter().zip(&adapters) {
        let watched = watch_health(channel.clone(), Arc::clone(adapter), stop.clone());
        tasks.spawn(format!("health of {}", channel.name), watched);
    }
    let status = watch::Sender::new(first_status());
    let current = current_status(config, &adapters, status.subscribe());
    let (data_dir, until) = (config.desk.data_dir.clone(), stop.clone());
    tasks.spawn("status", async move { status::serve(&data_dir, current, until).await });

    observe::started(config.channels.len(), config.teams.len(), config.agents.len());
    runtime::run(Parts {
        setup: setup::setup(config, sled.instance()),
        store,
        adapters,
        clock: Arc::new(SystemClock),
        seed: getrandom::u64().context("failed to get random bytes")?,
        stop,
        overlap_from: runtime::OVERLAP_FROM,
        status: Some(status),
    })
    .await?;
    Ok(())
}

fn first_status() -> Status {
    let now = SystemClock.now();
    Status { pid: Some(std::process::id()), started_at: Some(now), ..Status::new(now) }
}

/// What the loop last told, with the connections as they are at this moment.
fn current_status(
    config: &Config,
    adapters: &[Arc<dyn Adapter>],
    told: watch::Receiver<Status>,
) -> impl Fn() -> Status + Send + Sync + 'static {
    let channels = config.channels.iter().zip(adapters);
    let channels = channels.map(|(channel, adapter)| {
        (channel.name.clone(), channel.connection.platform().word(), adapter.health())
    });
    let channels: Vec<_> = channels.collect();
    move || {
        let now = |(name, platform, health): &(ChannelName, &str, watch::Receiver<Health>)| {
            ChannelStatus::new(name.clone(), *platform, &health.borrow())
        };
        let channels = channels.iter().map(now).collect();
        Status { channels, at: SystemClock.now(), ..told.borrow().clone() }
    }
}

/// Logs how a connection fares, and tells a person where to go once there is something to see.
async fn watch_health(channel: Channel, adapter: Arc<dyn Adapter>, mut stop: Stop) {
    let mut health = adapter.health();
    let mut welcomed = false;
    loop {
        let now = health.borrow_and_update().clone();
        if stop.is_pulled() {
            return;
        }
        if matches!(now, Health::Connected | Health::Degraded { .. }) && !welcomed {
            welcomed = true;
            console::out(welcome(&channel, adapter.entrance()));
        }
        observe::health(&channel.name, &now);
        tokio::select! {
            () = stop.wait() => return,
            changed = health.changed() => if changed.is_err() { return },
        }
    }
}

/// Where people go now.
fn welcome(channel: &Channel, entrance: Option<String>) -> String {
    let customers = entrance.unwrap_or_else(|| format!("to the account of {}", channel.name));
    match &channel.connection {
        Connection::Local(local) => {
            format!("Customers write at {customers}\nThe team answers at http://{}/team", local.listen)
        }
        Connection::Matrix(_) => format!("Customers write to {customers} on Matrix"),
        Connection::Telegram(_) => format!("Customers write at {customers} on Telegram"),
        Connection::Discord(_) => format!("Customers write on Discord: {customers}"),
    }
}
