//! Group commit: whoever finds nobody at work takes all that waits, writes it in one go, and answers everybody.
//!
//! The first group is written where its caller runs: a change of threads costs as much as the write. So a commit keeps
//! one of the runtime's threads busy while the disk works, never more than one. What waits by then is written on a
//! blocking thread. Time that is paused in tests stands still meanwhile, and nobody who is cancelled takes a batch along.

use super::engine::{Engine, KEY_MAX, Writes};
use super::open::META;
use crate::store::Batch;
use crate::store::error::StoreError;
use crate::store::keys::{KEYS, KeyDraft, Keys};
use crate::store::seal::seal;
use port::Owner;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

/// How many batches may wait; more callers wait for a place.
pub(super) const WAITING_MAX: u16 = 256;
/// A group is closed when it holds more bytes than this.
const GROUP_MAX: usize = 2 << 20;

/// What all handles of a store share.
pub(super) struct Core {
    /// Nothing once the store is closed.
    pub(super) engine: RwLock<Option<Engine>>,
    pub(super) keys: Keys,
    pub(super) epoch: u64,
    dir: PathBuf,
    queue: Mutex<Queue>,
    places: Arc<Semaphore>,
    in_flight: Mutex<Option<InFlight>>,
    stopped: OnceLock<String>,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    /// Whether somebody is at work and will look again before leaving.
    led: bool,
}

struct Item {
    work: Work,
    answer: oneshot::Sender<Result<(), StoreError>>,
    _place: OwnedSemaphorePermit,
}

pub(super) enum Work {
    Batch(Batch),
    Forget(Owner),
}

/// What is being written and not yet durable.
struct InFlight {
    /// Sorted.
    keys: Arc<[String]>,
    /// Its sender is dropped when the group is through, well or not.
    through: watch::Receiver<()>,
}

impl Core {
    pub(super) fn new(engine: Engine, keys: Keys, epoch: u64) -> Self {
        Self {
            dir: engine.dir().to_owned(),
            engine: RwLock::new(Some(engine)),
            keys,
            epoch,
            queue: Mutex::default(),
            places: Arc::new(Semaphore::new(usize::from(WAITING_MAX))),
            in_flight: Mutex::new(None),
            stopped: OnceLock::new(),
        }
    }

    /// Hands work in and waits until it is durable.
    pub(super) async fn submit(self: &Arc<Self>, work: Work) -> Result<(), StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (answer, wait) = oneshot::channel();
        // nothing is awaited from here to the spawn: an item in the queue always has somebody at work
        if self.enqueue(Item { work, answer, _place: place }) {
            let mut leader = Leader { core: Arc::clone(self), left: VecDeque::new(), through: false };
            if leader.lead_one() {
                // outcomes come back to those who wait
                drop(tokio::task::spawn_blocking(move || while leader.lead_one() {}));
            }
        }
        match wait.await {
            Ok(outcome) => outcome,
            Err(_) => self.alive().and(Err(StoreError::Closed)),
        }
    }

    /// Takes no commits from now on.
    pub(super) fn refuse(&self) {
        self.places.close();
    }

    /// Waits for everything that was handed in, and takes nothing more.
    pub(super) async fn drain(&self) {
        let all = self.places.acquire_many(u32::from(WAITING_MAX)).await;
        self.refuse();
        drop(all);
    }

    /// Closes the database. Blocks while a group is being written.
    pub(super) fn shut(&self) {
        self.refuse();
        let engine = self.engine.write().unwrap_or_else(PoisonError::into_inner).take();
        drop(engine);
    }

    /// Works on the open database.
    pub(super) fn with<T>(
        &self,
        act: impl FnOnce(&Engine) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        act(self.engine().as_ref().ok_or(StoreError::Closed)?)
    }

    /// After a read: waits while what was read may not be durable yet. `touched` says whether a sorted list of keys
    /// concerns what was read.
    pub(super) async fn settled(&self, touched: impl FnOnce(&[String]) -> bool) -> Result<(), StoreError> {
        let flight = {
            let flight = lock(&self.in_flight);
            flight.as_ref().map(|flight| (Arc::clone(&flight.keys), flight.through.clone()))
        };
        if let Some((keys, mut through)) = flight
            && touched(&keys)
        {
            let _closed = through.changed().await;
        }
        self.alive()
    }

    /// Whether nothing has failed so far.
    pub(super) fn alive(&self) -> Result<(), StoreError> {
        match self.stopped.get() {
            Some(reason) => Err(StoreError::Stopped { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    fn engine(&self) -> RwLockReadGuard<'_, Option<Engine>> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller has to provide for somebody at work.
    fn enqueue(&self, item: Item) -> bool {
        let mut queue = lock(&self.queue);
        queue.items.push_back(item);
        !std::mem::replace(&mut queue.led, true)
    }

    /// Writes one group and answers for it. What does not fit goes back to the front.
    fn settle(&self, mut items: VecDeque<Item>) -> VecDeque<Item> {
        let engine = self.engine();
        let Some(engine) = engine.as_ref() else {
            for item in items {
                item.answer(Err(StoreError::Closed));
            }
            return VecDeque::new();
        };
        let mut group = Group::new(engine, &self.keys, self.epoch);
        while group.writes.bytes < GROUP_MAX
            && group.broken.is_none()
            && let Some(item) = items.pop_front()
        {
            group.add(item, self.alive());
        }
        let Group { writes, draft, keys, kept, broken, .. } = group;
        if kept.is_empty() && broken.is_none() {
            return items;
        }
        let through = self.take_off(keys);
        let outcome = broken.map_or_else(|| self.write(engine, writes, draft), Err);
        if let Err(error) = &outcome {
            let _first = self.stopped.set(error.to_string());
        }
        *lock(&self.in_flight) = None;
        drop(through);
        let mut outcome = Some(outcome);
        for (answer, place) in kept {
            // the first one hears the cause itself
            let heard = outcome.take_if(|outcome| outcome.is_err()).unwrap_or_else(|| self.alive());
            let _gone = answer.send(heard);
            drop(place);
        }
        items
    }

    fn write(&self, engine: &Engine, mut writes: Writes, mut draft: KeyDraft<'_>) -> Result<(), StoreError> {
        for (key, row) in std::mem::take(&mut draft.puts) {
            engine.put(&mut writes, &key, row)?;
        }
        let written = engine.write(writes);
        self.keys.publish(draft.into_changed());
        written
    }

    fn take_off(&self, mut keys: Vec<String>) -> watch::Sender<()> {
        keys.sort_unstable();
        let (sender, through) = watch::channel(());
        *lock(&self.in_flight) = Some(InFlight { keys: keys.into(), through });
        sender
    }
}

impl Item {
    fn answer(self, outcome: Result<(), StoreError>) {
        let _gone = self.answer.send(outcome);
    }
}

/// What is written together.
struct Group<'a> {
    engine: &'a Engine,
    epoch: u64,
    writes: Writes,
    draft: KeyDraft<'a>,
    keys: Vec<String>,
    kept: Vec<(oneshot::Sender<Result<(), StoreError>>, OwnedSemaphorePermit)>,
    /// Why the group must not be written: a batch went in by half.
    broken: Option<StoreError>,
}

impl<'a> Group<'a> {
    fn new(engine: &'a Engine, keys: &'a Keys, epoch: u64) -> Self {
        Self {
            engine,
            epoch,
            writes: Writes::default(),
            draft: KeyDraft::new(keys, engine),
            keys: Vec::new(),
            kept: Vec::new(),
            broken: None,
        }
    }

    /// Takes an item in, or answers why not: one bad batch spoils no other.
    fn add(&mut self, Item { work, answer, _place: place }: Item, alive: Result<(), StoreError>) {
        let added = alive.and_then(|()| match work {
            Work::Batch(batch) => self.add_batch(batch),
            Work::Forget(owner) => self.draft.forget(&owner),
        });
        match added {
            Ok(()) => self.kept.push((answer, place)),
            Err(error) => {
                let _gone = answer.send(Err(error));
            }
        }
    }

    fn add_batch(&mut self, batch: Batch) -> Result<(), StoreError> {
        if batch.epoch < self.epoch {
            return Err(StoreError::Epoch { given: batch.epoch, current: self.epoch });
        }
        batch.removes.iter().try_for_each(|key| check_key(key))?;
        let mut rows = Vec::with_capacity(batch.puts.len());
        for (key, text) in batch.puts {
            check_key(&key)?;
            let row = seal(&text, &key, &mut self.draft)?;
            Engine::check_row(&key, &row)?;
            rows.push((key, row));
        }
        if let Err(error) = self.stage(rows, batch.removes) {
            // only reading the database fails here, and then it is not to be trusted with a write either
            self.broken = Some(error);
        }
        Ok(())
    }

    fn stage(&mut self, puts: Vec<(String, Vec<u8>)>, removes: Vec<String>) -> Result<(), StoreError> {
        for (key, row) in puts {
            self.engine.put(&mut self.writes, &key, row)?;
            self.keys.push(key);
        }
        for key in removes {
            self.engine.remove(&mut self.writes, &key)?;
            self.keys.push(key);
        }
        Ok(())
    }
}

/// A key is printable text of a bounded length, and not one of the store's own.
pub(super) fn check_key(key: &str) -> Result<(), StoreError> {
    let reason = if key.is_empty() {
        "it is empty"
    } else if key.len() > KEY_MAX {
        "it is longer than 900 bytes"
    } else if key.chars().any(char::is_control) {
        "it has control characters"
    } else if is_own(key) {
        "the store keeps rows of its own there"
    } else {
        return Ok(());
    };
    Err(StoreError::Key { key: key.chars().take(80).collect(), reason })
}

/// Whether a key is one of the store's own.
pub(super) fn is_own(key: &str) -> bool {
    key.starts_with(META) || key.starts_with(KEYS)
}

/// Somebody at work. However it ends, nobody is left waiting.
struct Leader {
    core: Arc<Core>,
    /// What did not fit into the last group.
    left: VecDeque<Item>,
    through: bool,
}

impl Leader {
    /// Writes one group of what waits; tells whether more waits now. When nothing does, the work is over.
    fn lead_one(&mut self) -> bool {
        self.left.append(&mut lock(&self.core.queue).items);
        self.left = self.core.settle(std::mem::take(&mut self.left));
        let mut queue = lock(&self.core.queue);
        self.left.append(&mut queue.items);
        self.through = self.left.is_empty();
        queue.led = !self.through;
        !self.through
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if self.through {
            return;
        }
        // a panic, or a runtime that ended before the work began
        let _first = self.core.stopped.set(format!("a commit in {} broke off", self.core.dir.display()));
        *lock(&self.core.in_flight) = None;
        let mut queue = lock(&self.core.queue);
        queue.led = false;
        queue.items.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
