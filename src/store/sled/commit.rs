//! Group commit: whoever finds nobody at work takes all that waits, writes it in one go, and answers everybody.
//!
//! The first group is written where its caller runs: a change of threads costs as much as the write. So a commit keeps
//! one of the runtime's threads busy while the disk works, never more than one. What waits by then is written on a
//! blocking thread. Time that is paused in tests stands still meanwhile, and nobody who is cancelled takes a batch along.

use super::engine::{Engine, KEY_MAX};
use super::log::Changes;
use super::open::META;
use super::table::Table;
use crate::store::Batch;
use crate::store::error::StoreError;
use crate::store::keys::{KEYS, KeyDraft, Keys};
use crate::store::seal::seal;
use port::Owner;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How many batches may wait; more callers wait for a place.
pub(super) const WAITING_MAX: u16 = 256;
/// A group is closed when it holds more bytes than this.
const GROUP_MAX: usize = 2 << 20;

/// What all handles of a store share.
pub(super) struct Core {
    /// Nothing once the store is closed.
    table: RwLock<Option<Table>>,
    pub(super) keys: Keys,
    pub(super) epoch: u64,
    dir: PathBuf,
    queue: Mutex<Queue>,
    places: Arc<Semaphore>,
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

impl Core {
    pub(super) fn new(table: Table, keys: Keys, epoch: u64) -> Self {
        let dir = table.engine().dir().to_owned();
        Self {
            dir,
            table: RwLock::new(Some(table)),
            keys,
            epoch,
            queue: Mutex::default(),
            places: Arc::new(Semaphore::new(usize::from(WAITING_MAX))),
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
        let table = self.table.write().unwrap_or_else(PoisonError::into_inner).take();
        drop(table);
    }

    /// Works on the open rows.
    pub(super) fn with<T>(&self, act: impl FnOnce(&Table) -> Result<T, StoreError>) -> Result<T, StoreError> {
        act(self.table().as_ref().ok_or(StoreError::Closed)?)
    }

    /// Whether nothing has failed so far.
    pub(super) fn alive(&self) -> Result<(), StoreError> {
        match self.stopped.get() {
            Some(reason) => Err(StoreError::Stopped { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    fn table(&self) -> RwLockReadGuard<'_, Option<Table>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller has to provide for somebody at work.
    fn enqueue(&self, item: Item) -> bool {
        let mut queue = lock(&self.queue);
        queue.items.push_back(item);
        !std::mem::replace(&mut queue.led, true)
    }

    /// Writes one group and answers for it. What does not fit goes back to the front.
    fn settle(&self, mut items: VecDeque<Item>) -> VecDeque<Item> {
        let table = self.table();
        let Some(table) = table.as_ref() else {
            for item in items {
                item.answer(Err(StoreError::Closed));
            }
            return VecDeque::new();
        };
        let mut group = Group::new(table, &self.keys, self.epoch);
        while group.changes.bytes < GROUP_MAX
            && let Some(item) = items.pop_front()
        {
            group.add(item, self.alive());
        }
        let Group { changes, draft, kept, .. } = group;
        if kept.is_empty() {
            return items;
        }
        let outcome = self.write(table, changes, draft);
        if let Err(error) = &outcome {
            let _first = self.stopped.set(error.to_string());
        }
        let mut outcome = Some(outcome);
        for (answer, place) in kept {
            // the first one hears the cause itself
            let heard = outcome.take_if(|outcome| outcome.is_err()).unwrap_or_else(|| self.alive());
            let _gone = answer.send(heard);
            drop(place);
        }
        items
    }

    fn write(&self, table: &Table, mut changes: Changes, mut draft: KeyDraft<'_>) -> Result<(), StoreError> {
        for (key, row) in std::mem::take(&mut draft.puts) {
            changes.add(key, Some(row));
        }
        table.write(changes)?;
        self.keys.publish(draft.into_changed());
        Ok(())
    }
}

impl Item {
    fn answer(self, outcome: Result<(), StoreError>) {
        let _gone = self.answer.send(outcome);
    }
}

/// What is written together.
struct Group<'a> {
    epoch: u64,
    changes: Changes,
    draft: KeyDraft<'a>,
    kept: Vec<(oneshot::Sender<Result<(), StoreError>>, OwnedSemaphorePermit)>,
}

impl<'a> Group<'a> {
    fn new(table: &'a Table, keys: &'a Keys, epoch: u64) -> Self {
        Self { epoch, changes: Changes::default(), draft: KeyDraft::new(keys, table), kept: Vec::new() }
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
        for (key, row) in rows {
            self.changes.add(key, Some(row));
        }
        for key in batch.removes {
            self.changes.add(key, None);
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
        let mut queue = lock(&self.core.queue);
        queue.led = false;
        queue.items.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
