//! The queue of updates: kept for a day, confirmed by the next offset, given to one poller.

use serde_json::{Value, json};
use std::collections::VecDeque;

/// How long an update is kept, in seconds.
const KEPT: i64 = 86_400;

/// What is not sent unless it is asked for by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// One update that waits.
#[derive(Debug, Clone)]
struct Waiting {
    id: i64,
    at: i64,
    json: Value,
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Updates {
    waiting: VecDeque<Waiting>,
    /// The kinds that are asked for; nothing until somebody said so.
    pub(crate) allowed: Option<Vec<String>>,
    /// The number of the poll that is served; an earlier one has ended.
    pub(crate) poll: u64,
    /// Until when another conflict is answered slowly, in milliseconds.
    pub(crate) conflict_until: i64,
    /// The last offset asked for, and when.
    pub(crate) last_asked: Option<(i64, i64)>,
    pub(crate) next: i64,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            allowed: None,
            poll: 0,
            conflict_until: 0,
            last_asked: None,
            next: 300_000_001,
        }
    }
}

impl Updates {
    /// Queues an update of a kind, if that kind is asked for; its id.
    pub(crate) fn push(&mut self, now: i64, kind: &str, value: Value) -> Option<i64> {
        let wanted = match &self.allowed {
            Some(allowed) => allowed.iter().any(|allowed| allowed == kind),
            None => !ON_REQUEST.contains(&kind),
        };
        if !wanted {
            return None;
        }
        let mut json = json!({ "update_id": self.next });
        json[kind] = value;
        Some(self.push_raw(now, json))
    }

    /// Queues an update as it stands, under the next id.
    pub(crate) fn push_raw(&mut self, now: i64, mut json: Value) -> i64 {
        let id = self.next;
        self.next += 1;
        if json.is_object() {
            json["update_id"] = id.into();
        }
        self.waiting.push_back(Waiting { id, at: now, json });
        id
    }

    /// Forgets what an offset confirms and what is too old.
    pub(crate) fn confirm(&mut self, offset: i64, now: i64) {
        self.waiting.retain(|update| update.at + KEPT > now);
        if offset > 0 {
            self.waiting.retain(|update| update.id >= offset);
        }
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or_default();
            while self.waiting.len() > keep {
                self.waiting.pop_front();
            }
        }
    }

    /// The first updates that wait.
    pub(crate) fn first(&self, limit: usize) -> Vec<Value> {
        self.waiting.iter().take(limit).map(|update| update.json.clone()).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}
