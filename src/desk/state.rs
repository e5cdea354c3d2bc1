//! The part of the state that a decision looks at.
//!
//! The desk never loads anything. It looks at what is known; when something is not, the decision ends with
//! [`Missing`], the caller loads just that and asks again. So a decision is pure and memory holds no closed thread.

use crate::clock::{self, Followed};
use crate::commitment;
use crate::digest::{Due, Rhythm};
use crate::event::Event;
use crate::figures::{At, Figure};
use crate::key::{Key, Scan};
use crate::rows::{
    Chat, Counters, Customer, Message, MessageRole, Operations, Queued, Row, Stray, Thread, Timer, Topic,
    Visit,
};
use port::{CustomerId, MessageId, Place, ThreadId, TopicId};
use std::collections::BTreeMap;

/// What was loaded so far.
pub trait Known {
    /// `None` when it is not known; `Some(None)` when it is known that there is no such row.
    fn row(&self, key: &Key) -> Option<Option<&Row>>;

    /// The answer to a question about several rows, if it is known.
    fn scan(&self, scan: &Scan) -> Option<&[(String, Row)]>;
}

/// What has to be loaded before a decision can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A row.
    Row(Key),
    /// Several rows.
    Scan(Scan),
}

/// Everything known at once, for tests and for rebuilding the state from the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whole {
    /// All rows there are.
    pub rows: BTreeMap<Key, Row>,
    scans: BTreeMap<Scan, Vec<(String, Row)>>,
}

impl Whole {
    /// Takes over what a decision wrote.
    pub fn write(&mut self, writes: BTreeMap<Key, Option<Row>>) {
        for (key, row) in writes {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
        self.scans.clear();
    }

    /// Prepares the answer to a scan.
    pub fn answer(&mut self, scan: Scan) {
        let (prefix, limit, back) = scan.range();
        let mut found: Vec<(String, Row)> = self
            .rows
            .iter()
            .map(|(key, row)| (key.text(), row))
            .filter(|(key, _)| key.starts_with(&prefix))
            .map(|(key, row)| (key, row.clone()))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        if back {
            found.reverse();
        }
        found.truncate(limit);
        self.scans.insert(scan, found);
    }
}

impl Known for Whole {
    fn row(&self, key: &Key) -> Option<Option<&Row>> {
        Some(self.rows.get(key))
    }

    fn scan(&self, scan: &Scan) -> Option<&[(String, Row)]> {
        self.scans.get(scan).map(Vec::as_slice)
    }
}

/// What is known, and on top of it what one decision has written so far.
pub struct Rows<'a> {
    known: &'a dyn Known,
    writes: BTreeMap<Key, Option<Row>>,
    /// Threads that were written since somebody asked, as they were before.
    changed: BTreeMap<ThreadId, Option<Thread>>,
}

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident($($arg:ident : $type:ty),*) -> $row:ident as $variant:ident, $key:expr) => {
        $(#[$doc])*
        pub fn $name(&self, $($arg: $type),*) -> Result<Option<$row>, Missing> {
            match self.get(&$key)? {
                Some(Row::$variant(row)) => Ok(Some((*row).clone())),
                _ => Ok(None),
            }
        }
    };
}

#[expect(clippy::missing_errors_doc, reason = "`Missing` is no error but a wish")]
impl<'a> Rows<'a> {
    /// A fresh view.
    #[must_use]
    pub fn new(known: &'a dyn Known) -> Self {
        Self { known, writes: BTreeMap::new(), changed: BTreeMap::new() }
    }

    /// What was written.
    #[must_use]
    pub fn into_writes(self) -> BTreeMap<Key, Option<Row>> {
        self.writes
    }

    fn get(&self, key: &Key) -> Result<Option<&Row>, Missing> {
        match self.writes.get(key) {
            Some(row) => Ok(row.as_ref()),
            None if self.is_new(key) => Ok(None),
            None => self.known.row(key).ok_or_else(|| Missing::Row(key.clone())),
        }
    }

    /// Whether a row is that of a thread which no decision before this one opened: nobody has to look for it.
    fn is_new(&self, key: &Key) -> bool {
        let Key::Thread(id) = key else { return false };
        match self.known.row(&Key::Counters) {
            Some(Some(Row::Counters(counters))) => id.0 > counters.threads,
            _ => false,
        }
    }

    /// Writes a row.
    pub fn put(&mut self, key: Key, row: Row) {
        self.writes.insert(key, Some(row));
    }

    /// Removes a row.
    pub fn remove(&mut self, key: Key) {
        self.writes.insert(key, None);
    }

    /// The answer to a question about several rows, as of the beginning of this decision.
    pub fn scan(&self, scan: Scan) -> Result<&[(String, Row)], Missing> {
        self.known.scan(&scan).ok_or(Missing::Scan(scan))
    }

    /// The counters.
    pub fn counters(&self) -> Result<Counters, Missing> {
        match self.get(&Key::Counters)? {
            Some(Row::Counters(counters)) => Ok(*counters),
            _ => Ok(Counters::default()),
        }
    }

    /// The counter of operations.
    pub fn operations(&self) -> Result<Operations, Missing> {
        match self.get(&Key::Operations)? {
            Some(Row::Operations(operations)) => Ok(*operations),
            _ => Ok(Operations::default()),
        }
    }

    getter!(
        /// A customer's chat.
        chat(place: &Place) -> Chat as Chat, Key::Chat(place.clone()));
    getter!(
        /// What is known of a chat that was opened without a word.
        visit(place: &Place) -> Visit as Visit, Key::Visit(place.clone()));
    getter!(
        /// A customer.
        customer(id: CustomerId) -> Customer as Customer, Key::Customer(id));
    getter!(
        /// A message.
        message(place: &Place, id: &MessageId) -> Message as Message, Key::Message(place.clone(), id.clone()));
    getter!(
        /// Which thread a topic belongs to.
        topic(place: &Place, id: &TopicId) -> Topic as Topic, Key::Topic(place.clone(), id.clone()));

    getter!(
        /// When a team's digest is due next.
        digest(team: &str, rhythm: Rhythm) -> Due as Digest, Key::Digest { team: team.to_owned(), rhythm });
    getter!(
        /// Team messages that wait for something.
        strays(place: &Place, id: &str) -> Stray as Stray, Key::Stray(place.clone(), id.to_owned()));

    getter!(
        /// Which deadlines the running clocks were counted by.
        followed() -> Followed as Followed, Key::Followed);

    /// A thread.
    pub fn thread(&self, id: ThreadId) -> Result<Option<Thread>, Missing> {
        match self.get(&Key::Thread(id))? {
            Some(Row::Thread(thread)) => Ok(Some(thread.as_ref().clone())),
            _ => Ok(None),
        }
    }

    /// An operation in the outbox.
    pub fn queued(&self, key: &Key) -> Result<Option<Queued>, Missing> {
        match self.get(key)? {
            Some(Row::Queued(queued)) => Ok(Some(queued.as_ref().clone())),
            _ => Ok(None),
        }
    }

    /// What is due.
    pub fn timer(&self, key: &Key) -> Result<Option<Timer>, Missing> {
        match self.get(key)? {
            Some(Row::Timer(timer)) => Ok(Some(timer.as_ref().clone())),
            _ => Ok(None),
        }
    }

    /// An event of the journal.
    pub fn event(&self, number: u64) -> Result<Option<Event>, Missing> {
        match self.get(&Key::Journal(number))? {
            Some(Row::Event(event)) => Ok(Some(event.as_ref().clone())),
            _ => Ok(None),
        }
    }

    /// Writes a thread and keeps the order of open threads and the timers of its clocks in step with it.
    pub fn put_thread(&mut self, id: ThreadId, thread: Thread) -> Result<(), Missing> {
        let index = |thread: &Thread| {
            thread.open.then(|| Key::Open {
                team: thread.team.clone(),
                waiting_since: thread.waiting_since(),
                thread: id,
            })
        };
        let known = self.thread(id)?;
        let before = known.as_ref().and_then(index);
        let after = index(&thread);
        if before != after {
            if let Some(key) = before {
                self.remove(key);
            }
            if let Some(key) = after {
                self.put(key, Row::Open(Topic { thread: id }));
            }
        }
        let rows = |thread: &Thread| [clock::alarms(id, thread), commitment::index(id, thread)].concat();
        let before = known.as_ref().map(rows).unwrap_or_default();
        let after = rows(&thread);
        for (key, _) in before.iter().filter(|alarm| !after.contains(alarm)) {
            self.remove(key.clone());
        }
        for (key, row) in after.into_iter().filter(|alarm| !before.contains(alarm)) {
            self.put(key, row);
        }
        self.changed.entry(id).or_insert(known);
        self.put(Key::Thread(id), Row::Thread(Box::new(thread)));
        Ok(())
    }

    /// Which threads were written since this was asked last, as they were before.
    pub(crate) fn take_changed(&mut self) -> BTreeMap<ThreadId, Option<Thread>> {
        std::mem::take(&mut self.changed)
    }

    /// A row of the figures.
    pub(crate) fn figure(&self, at: &At) -> Result<Option<Figure>, Missing> {
        match self.get(&Key::Figures(at.clone()))? {
            Some(Row::Figures(figure)) => Ok(Some(figure.as_ref().clone())),
            _ => Ok(None),
        }
    }

    /// Writes a message that has no versions yet.
    pub fn put_message(
        &mut self,
        place: &Place,
        id: &MessageId,
        thread: Option<ThreadId>,
        role: MessageRole,
    ) {
        let row = Message {
            thread,
            role,
            version: 0,
            deleted: false,
            copies: Vec::new(),
            author: None,
            fileless: false,
            shared: false,
        };
        self.put(Key::Message(place.clone(), id.clone()), Row::Message(row));
    }
}
