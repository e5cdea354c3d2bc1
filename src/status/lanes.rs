//! What is to be sent, what stands still, and what was set aside: as a status lists it.

use super::LISTED_MAX;
use desk::Lane;
use desk::rows::{Phase, Purpose, Queued, Refused, Side};
use jiff::Timestamp;
use port::{ChannelName, ChatId, ThreadId};
use serde::{Deserialize, Serialize};

/// How many failures in a row make a lane count as stuck.
pub(crate) const STUCK_AFTER: u32 = 5;

/// What is to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// How many operations wait, in all lanes together.
    pub waiting: u64,
    /// How many lanes have something that waits.
    pub busy: u64,
    /// How many lanes need a person.
    pub wedged: u64,
    /// Some of those, but for the ones into a room that refuses; at most [`LISTED_MAX`].
    pub wedged_list: Vec<WedgedLane>,
    /// The team's rooms that refuse what is to be done there; at most [`LISTED_MAX`].
    #[serde(default)]
    pub rooms: Vec<RefusedRoom>,
}

/// A lane that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WedgedLane {
    /// The channel it leads to.
    pub channel: ChannelName,
    /// Whose chat it leads to.
    pub chat: Side,
    /// The thread it belongs to, when it belongs to one.
    pub thread: Option<u64>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How many operations wait in it.
    pub waiting: u64,
    /// What holds it up.
    pub stuck: Stuck,
    /// Why, in the platform's words; no content. Empty when nobody knows.
    pub reason: String,
}

/// What holds a lane up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stuck {
    /// The chat refuses everything: it waits for a person, or for the customer's next message.
    Refused,
    /// It fails again and again, and is tried on.
    Failing,
}

/// A room of the team's that refuses what is to be done there. It is tried on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRoom {
    /// The channel it is on.
    pub channel: ChannelName,
    /// The room, as the configuration names it.
    pub room: ChatId,
    /// Since when the bridge knows.
    pub since: Timestamp,
    /// Why, in the platform's words; no content.
    pub reason: String,
    /// How many threads wait for it.
    pub threads: u64,
    /// How many operations wait for it.
    pub waiting: u64,
}

/// What of one thread was set aside on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The channel it was to go to.
    pub channel: ChannelName,
    /// Whose chat it was to go to.
    pub chat: Side,
    /// The thread it belongs to.
    pub thread: Option<u64>,
    /// It is the bridge's own words alone.
    pub notices: bool,
    /// How many.
    pub count: u64,
}

/// An operation where it waits, without what it says: it may be sealed.
#[derive(Debug, Clone, Deserialize)]
pub struct Resting {
    /// Its lane.
    pub lane: Lane,
    /// The thread it is for.
    pub thread: Option<ThreadId>,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// What the next step is.
    pub phase: Phase,
    /// Why nothing gets there.
    #[serde(default)]
    pub refused: Option<Refused>,
}

impl From<&Queued> for Resting {
    fn from(row: &Queued) -> Self {
        Self {
            lane: row.lane.clone(),
            thread: row.thread,
            purpose: row.purpose.clone(),
            queued_at: row.queued_at,
            attempts: row.attempts,
            phase: row.phase,
            refused: row.refused.clone(),
        }
    }
}

impl Resting {
    /// Only the team's lanes belong to one thread each.
    const fn side(&self) -> Side {
        if self.lane.thread.is_some() { Side::Team } else { Side::Customer }
    }
}

/// Whether a lane with such a head needs a person.
pub(crate) const fn is_stuck(phase: Phase, attempts: u32, is_refused: bool) -> bool {
    matches!(phase, Phase::Wedged) || attempts >= STUCK_AFTER || is_refused
}

impl Lanes {
    /// Lists a lane that needs a person, by its head.
    pub(crate) fn list(&mut self, head: Resting, waiting: u64) {
        self.wedged += 1;
        match (head.side(), head.refused) {
            (Side::Team, Some(refused)) => self.list_room(head.lane, refused, waiting),
            (chat, refused) => {
                let stuck = if head.phase == Phase::Wedged { Stuck::Refused } else { Stuck::Failing };
                let since = refused.as_ref().map_or(head.queued_at, |refused| refused.since);
                self.wedged_list.push(WedgedLane {
                    channel: head.lane.place.channel,
                    chat,
                    thread: head.thread.map(|thread| thread.0),
                    since: Some(since),
                    waiting,
                    stuck,
                    reason: refused.map_or_else(String::new, |refused| refused.reason),
                });
                // the longest first: whoever has waited long is not crowded out
                self.wedged_list.sort_by_key(|lane| lane.since);
                self.wedged_list.truncate(LISTED_MAX);
            }
        }
    }

    fn list_room(&mut self, lane: Lane, refused: Refused, waiting: u64) {
        let place = lane.place;
        let is_same = |room: &&mut RefusedRoom| room.channel == place.channel && room.room == place.chat;
        if let Some(room) = self.rooms.iter_mut().find(is_same) {
            room.since = room.since.min(refused.since);
            room.threads += 1;
            room.waiting += waiting;
        } else if self.rooms.len() < LISTED_MAX {
            let (channel, room) = (place.channel, place.chat);
            let Refused { since, reason } = refused;
            self.rooms.push(RefusedRoom { channel, room, since, reason, threads: 1, waiting });
        }
    }
}

impl Aside {
    /// Lists what was set aside, by thread and side.
    pub(crate) fn list(resting: impl IntoIterator<Item = Resting>) -> Vec<Self> {
        let mut list: Vec<Self> = Vec::new();
        for row in resting {
            let (chat, thread) = (row.side(), row.thread.map(|thread| thread.0));
            let is_notice = row.purpose == Purpose::Notice;
            let channel = row.lane.place.channel;
            let is_same =
                |known: &&mut Self| (&known.channel, known.chat, known.thread) == (&channel, chat, thread);
            if let Some(known) = list.iter_mut().find(is_same) {
                known.count += 1;
                known.notices &= is_notice;
            } else if list.len() < LISTED_MAX {
                list.push(Self { channel, chat, thread, notices: is_notice, count: 1 });
            }
        }
        list
    }
}
