//! One sync's answer as JSON, whichever way it came.

use crate::typing::{self, Writing};
use crate::wire;
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::ruma::OwnedRoomId;
use matrix_sdk::ruma::api::client::sync::sync_events::v3;
use matrix_sdk::sync::{State, SyncResponse};
use serde_json::Value;

/// What a sync brought, unread.
#[derive(Default)]
pub(crate) struct Answer {
    /// The position after it.
    pub(crate) next: String,
    /// Rooms that we are in.
    pub(crate) joined: Vec<(OwnedRoomId, Part)>,
    /// Rooms that we are no longer in.
    pub(crate) left: Vec<(OwnedRoomId, Part)>,
    /// Whether there are invitations among it.
    pub(crate) invited: bool,
    /// Who is writing.
    pub(crate) writing: Vec<Writing>,
}

/// One room's part of it.
#[derive(Default)]
pub(crate) struct Part {
    /// The newest events, oldest first.
    pub(crate) events: Vec<Value>,
    /// Where the events before them are, when some were left out.
    pub(crate) before: Option<String>,
    /// State that is not among the events.
    pub(crate) state: Vec<Value>,
}

impl Answer {
    /// Whether it says nothing of any room.
    pub(crate) const fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty() && !self.invited
    }

    /// As the SDK has processed it.
    pub(crate) fn processed(response: &SyncResponse) -> Self {
        let part = |timeline: &matrix_sdk::sync::Timeline, state: &State| {
            let (State::Before(state) | State::After(state)) = state;
            let events = wire::values(timeline.events.iter().map(TimelineEvent::raw));
            Part::new(events, timeline.limited, timeline.prev_batch.as_ref(), wire::values(state))
        };
        let rooms = &response.rooms;
        Self {
            next: response.next_batch.clone(),
            joined: rooms
                .joined
                .iter()
                .map(|(id, room)| (id.clone(), part(&room.timeline, &room.state)))
                .collect(),
            left: rooms
                .left
                .iter()
                .map(|(id, room)| (id.clone(), part(&room.timeline, &room.state)))
                .collect(),
            invited: !rooms.invited.is_empty(),
            writing: rooms
                .joined
                .iter()
                .flat_map(|(id, room)| {
                    typing::of_room(id, &wire::values(&room.ephemeral)).collect::<Vec<_>>()
                })
                .collect(),
        }
    }

    /// As the homeserver has written it.
    pub(crate) fn raw(response: &v3::Response) -> Self {
        let part = |timeline: &v3::Timeline, state: &v3::State| {
            let state = match state {
                v3::State::Before(state) | v3::State::After(state) => wire::values(&state.events),
                _ => Vec::new(),
            };
            Part::new(wire::values(&timeline.events), timeline.limited, timeline.prev_batch.as_ref(), state)
        };
        let rooms = &response.rooms;
        Self {
            next: response.next_batch.clone(),
            joined: rooms
                .join
                .iter()
                .map(|(id, room)| (id.clone(), part(&room.timeline, &room.state)))
                .collect(),
            left: rooms
                .leave
                .iter()
                .map(|(id, room)| (id.clone(), part(&room.timeline, &room.state)))
                .collect(),
            invited: !rooms.invite.is_empty(),
            writing: Vec::new(),
        }
    }
}

impl Part {
    fn new(events: Vec<Value>, limited: bool, before: Option<&String>, state: Vec<Value>) -> Self {
        Self { events, before: before.filter(|_| limited).cloned(), state }
    }
}
