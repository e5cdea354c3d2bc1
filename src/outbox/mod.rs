//! The outbox: durable lanes, one first-in-first-out queue per destination.
//!
//! The rows are the desk's and are durable before anything here hears of them. This holds the heads of the lanes in
//! memory, says what may be sent now, and never sends by itself. Bounds: [`LANE_MEMORY`] rows of a lane in memory
//! (the rest stays in the store), [`IN_FLIGHT_MAX`] attempts at once.

pub mod pace;
pub mod retry;

#[cfg(test)]
mod tests;

use desk::rows::{Phase, Purpose, Queued, Side};
use desk::{Effect, Lane};
use jiff::Timestamp;
use pace::Pace;
use port::{Budget, ChannelName, Limit, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::later;
use crate::status::{Lanes, Resting, is_stuck};

/// How many operations of one lane are kept in memory.
pub const LANE_MEMORY: usize = 32;
/// How many attempts run at once on one channel.
pub const IN_FLIGHT_MAX: usize = 64;

/// One lane as memory holds it.
#[derive(Debug, Default)]
struct Held {
    /// Its first operations, by their places.
    rows: BTreeMap<u64, Queued>,
    /// There are more in the store, after these.
    more: bool,
    /// The place of the operation that is being sent; until it is settled or comes back, nothing else is.
    busy: Option<u64>,
    /// Where the lane waits, if it does.
    turn: Option<Turn>,
}

impl Held {
    fn is_message_next(&self) -> bool {
        self.rows.values().next().is_some_and(|head| head.operation.is_message())
    }
}

/// A head's class and place: the order in which lanes are served.
type Order = (u8, u64);

/// When a lane's head may go, and its order; without an instant, at once.
type Turn = (Option<Timestamp>, Order);

/// Lanes of one channel whose heads wait for their time or their turn.
#[derive(Debug, Default)]
struct Waiting {
    due: BTreeSet<(Order, Arc<Lane>)>,
    later: BTreeSet<(Timestamp, Order, Arc<Lane>)>,
}

impl Waiting {
    fn insert(&mut self, (at, order): Turn, lane: Arc<Lane>) {
        match at {
            Some(at) => self.later.insert((at, order, lane)),
            None => self.due.insert((order, lane)),
        };
    }

    fn remove(&mut self, (at, order): Turn, lane: &Arc<Lane>) {
        // a head whose time has come is among the due ones
        self.due.remove(&(order, Arc::clone(lane)));
        if let Some(at) = at {
            self.later.remove(&(at, order, Arc::clone(lane)));
        }
    }

    /// Makes due what has come to be.
    fn advance(&mut self, now: Timestamp) {
        while let Some((at, order, lane)) = self.later.pop_first() {
            if at > now {
                self.later.insert((at, order, lane));
                return;
            }
            self.due.insert((order, lane));
        }
    }
}

/// All lanes.
#[derive(Debug, Default)]
pub struct Outbox {
    lanes: BTreeMap<Arc<Lane>, Held>,
    waiting: BTreeMap<ChannelName, Waiting>,
    in_flight: BTreeMap<ChannelName, usize>,
    pace: Pace,
}

/// What limits a channel's chat.
pub trait Limits {
    /// The rate limits of a lane's chat.
    fn budgets(&self, lane: &Lane) -> Vec<Budget>;
    /// How long a text of a lane's chat is at most; nothing when nobody knows.
    fn text_limit(&self, lane: &Lane) -> Option<Limit>;
}

impl Outbox {
    /// Takes over a change that is durable now.
    pub fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Queue(row) => self.put(*row),
            Effect::Remove { lane, seq } => {
                if let Some(held) = self.lanes.get_mut(&lane) {
                    held.rows.remove(&seq);
                    held.busy = held.busy.filter(|busy| *busy != seq);
                }
                self.place(&lane);
            }
        }
    }

    fn put(&mut self, row: Queued) {
        let lane = match self.lanes.get_key_value(&row.lane) {
            Some((lane, _)) => Arc::clone(lane),
            None => Arc::new(row.lane.clone()),
        };
        let held = self.lanes.entry(Arc::clone(&lane)).or_default();
        if held.more && held.rows.is_empty() {
            // its turn comes when the lane is filled from the store
            return;
        }
        let behind_memory = held.rows.keys().next_back().is_some_and(|last| row.seq > *last);
        if behind_memory && (held.more || held.rows.len() >= LANE_MEMORY) {
            held.more = true;
            return;
        }
        // what is put again came back; what was put before it waits for that
        held.busy = held.busy.filter(|busy| *busy != row.seq);
        held.rows.insert(row.seq, row);
        self.place(&lane);
    }

    /// Puts a lane where its head belongs.
    fn place(&mut self, lane: &Lane) {
        let Some((lane, _)) = self.lanes.get_key_value(lane) else { return };
        let lane = Arc::clone(lane);
        let Some(kept) = self.lanes.get_mut(&lane) else { return };
        let turn = match kept.rows.values().next() {
            Some(head) if kept.busy.is_none() && head.phase != Phase::Wedged => {
                Some((head.not_before, (class(head), head.seq)))
            }
            Some(_) | None => None,
        };
        let before = std::mem::replace(&mut kept.turn, turn);
        let gone = kept.rows.is_empty() && !kept.more;
        if before != turn {
            if !self.waiting.contains_key(&lane.place.channel) {
                self.waiting.insert(lane.place.channel.clone(), Waiting::default());
            }
            if let Some(waiting) = self.waiting.get_mut(&lane.place.channel) {
                if let Some(before) = before {
                    waiting.remove(before, &lane);
                }
                if let Some(turn) = turn {
                    waiting.insert(turn, Arc::clone(&lane));
                }
            }
        }
        if gone {
            self.lanes.remove(&lane);
        }
    }

    /// Whether something waits behind a lane's head.
    #[must_use]
    pub fn goes_on(&self, lane: &Lane) -> bool {
        self.lanes.get(lane).is_some_and(|held| held.more || held.rows.len() > 1)
    }

    /// Lanes whose memory ran dry while the store has more, with the last place known.
    #[must_use]
    pub fn dry(&self) -> Vec<Lane> {
        self.lanes
            .iter()
            .filter(|(_, held)| held.more && held.rows.is_empty())
            .map(|(lane, _)| lane.as_ref().clone())
            .collect()
    }

    /// Fills a dry lane with its next rows from the store.
    pub fn refill(&mut self, lane: &Lane, rows: Vec<Queued>, more: bool) {
        let held = self.lanes.entry(Arc::new(lane.clone())).or_default();
        held.more = more;
        for row in rows {
            held.rows.insert(row.seq, row);
        }
        self.place(lane);
    }

    /// Takes the heads that may be sent now; each lane is busy until its head is settled or comes back.
    pub fn take(&mut self, now: Timestamp, limits: &dyn Limits) -> Vec<Queued> {
        if self.pace.sweep(now) {
            self.forget_waits();
        }
        let mut taken = Vec::new();
        for (channel, waiting) in &mut self.waiting {
            waiting.advance(now);
            let in_flight = self.in_flight.entry(channel.clone()).or_default();
            // answers to customers first, then what came first
            let mut going = Vec::new();
            // thousands of lanes may wait for one chat
            let mut spent: BTreeSet<(&Place, bool)> = BTreeSet::new();
            for (_, lane) in &waiting.due {
                if *in_flight >= IN_FLIGHT_MAX {
                    break;
                }
                let is_message = self.lanes.get(lane).is_some_and(Held::is_message_next);
                if spent.contains(&(&lane.place, is_message)) {
                    continue;
                }
                let budgets = limits.budgets(lane);
                if self.pace.free_at(&lane.place, is_message, &budgets).is_some_and(|at| at > now) {
                    spent.insert((&lane.place, is_message));
                    continue;
                }
                *in_flight += 1;
                self.pace.spend(now, &lane.place, is_message, &budgets);
                going.push(Arc::clone(lane));
            }
            for lane in going {
                let Some(kept) = self.lanes.get_mut(&lane) else { continue };
                let Some(head) = kept.rows.values().next() else { continue };
                kept.busy = Some(head.seq);
                taken.push(head.clone());
                if let Some(turn) = kept.turn.take() {
                    waiting.remove(turn, &lane);
                }
            }
        }
        taken
    }

    /// Lets what waits behind a lane's head go with the head that was just taken, where the chat runs short of messages;
    /// gives the head as it is then. It has to be durable before it is sent. Bound: what memory holds of the lane.
    ///
    /// Only what `is_kept` may go with it: of anything else a newer state is on its way here.
    pub fn gather(
        &mut self,
        now: Timestamp,
        lane: &Lane,
        limits: &dyn Limits,
        is_kept: impl Fn(&Queued) -> bool,
    ) -> Option<Queued> {
        let kept = self.lanes.get_mut(lane).filter(|lane| lane.rows.len() > 1)?;
        let limit = limits.text_limit(lane)?;
        if !self.pace.is_tight(now, &lane.place, &limits.budgets(lane)) {
            return None;
        }
        let mut rows = kept.rows.values();
        let head = rows.next().filter(|head| kept.busy == Some(head.seq))?;
        let places = desk::gather::with(head, rows.take_while(|row| is_kept(row)), limit);
        if places.is_empty() {
            return None;
        }
        let gathered = places.iter().filter_map(|seq| kept.rows.remove(seq)).collect();
        let mut head = kept.rows.first_entry()?;
        head.get_mut().gathered = gathered;
        Some(head.get().clone())
    }

    /// The clock went back: whoever waits for an instant would wait for too long. What is asked too early is told so.
    fn forget_waits(&mut self) {
        let lanes: Vec<Arc<Lane>> = self.lanes.keys().cloned().collect();
        for lane in lanes {
            if let Some(held) = self.lanes.get_mut(&lane) {
                held.rows.values_mut().for_each(|row| row.not_before = None);
            }
            self.place(&lane);
        }
    }

    /// An attempt came back. The lane stays busy until its row is settled, removed or put again.
    pub fn returned(&mut self, channel: &ChannelName) {
        if let Some(in_flight) = self.in_flight.get_mut(channel) {
            *in_flight = in_flight.saturating_sub(1);
        }
    }

    /// Obeys a platform's own wait.
    pub fn hold(&mut self, lane: &Lane, hold: retry::Hold) {
        self.pace.hold(&lane.place, hold.whole_channel, hold.until);
    }

    /// When something may be sent next, if only time stands in its way.
    #[must_use]
    pub fn next_at(&self, now: Timestamp, limits: &dyn Limits) -> Option<Timestamp> {
        let channels = self.waiting.iter().filter(|(channel, _)| {
            self.in_flight.get(*channel).is_none_or(|in_flight| *in_flight < IN_FLIGHT_MAX)
        });
        channels
            .filter_map(|(_, waiting)| {
                let due = waiting.due.iter().map(|(_, lane)| (Timestamp::UNIX_EPOCH, lane));
                let soon = waiting.later.iter().map(|(at, _, lane)| (*at, lane));
                let (first, more) = self.earliest(due.chain(soon), limits);
                let again = more.then(|| later(now, LOOK_AGAIN));
                first.into_iter().chain(again).min()
            })
            .min()
    }

    /// When the first of some lanes may go, in the order of the instants before which they must not; whether there are so
    /// many chats among them that not all were looked at.
    fn earliest<'l>(
        &self,
        lanes: impl Iterator<Item = (Timestamp, &'l Arc<Lane>)>,
        limits: &dyn Limits,
    ) -> (Option<Timestamp>, bool) {
        // thousands of lanes may wait for one chat
        let mut known: BTreeMap<(&Place, bool), Option<Timestamp>> = BTreeMap::new();
        let mut first: Option<Timestamp> = None;
        for (at, lane) in lanes {
            if first.is_some_and(|first| first <= at) {
                return (first, false);
            }
            let is_message = self.lanes.get(lane).is_some_and(Held::is_message_next);
            let key = (&lane.place, is_message);
            if !known.contains_key(&key) && known.len() >= LOOK_AHEAD {
                return (first, true);
            }
            let look = || self.pace.free_at(&lane.place, is_message, &limits.budgets(lane));
            let free = known.entry(key).or_insert_with(look).map_or(at, |free| free.max(at));
            first = Some(first.map_or(free, |first| first.min(free)));
        }
        (first, false)
    }

    /// Whether attempts are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.values().sum()
    }

    /// The lanes as `status` shows them. Rows that memory does not hold are not counted.
    #[must_use]
    pub fn lanes_status(&self) -> Lanes {
        let mut lanes = Lanes { busy: self.lanes.len() as u64, ..Lanes::default() };
        for held in self.lanes.values() {
            let waiting = held.rows.values().map(|row| 1 + row.gathered.len() as u64).sum();
            lanes.waiting += waiting;
            let Some(head) = held.rows.values().next() else { continue };
            if is_stuck(head.phase, head.attempts, head.refused.is_some()) {
                lanes.list(Resting::from(head), waiting);
            }
        }
        lanes
    }
}

/// How many chats are looked at to find the next wake-up.
const LOOK_AHEAD: usize = 64;
/// When there are more, they are looked at again after so long.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Answers to customers go first, then what the team needs to see, then the bridge's words, then decorations.
const fn class(row: &Queued) -> u8 {
    match row.purpose {
        Purpose::Reply { .. } | Purpose::Change { side: Side::Team, .. } => 0,
        Purpose::Copy { .. } | Purpose::Topic | Purpose::Change { side: Side::Customer, .. } => 1,
        Purpose::Notice => 2,
        Purpose::Show | Purpose::React { .. } => 3,
    }
}
