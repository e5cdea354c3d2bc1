//! Telegram's limits, as its FAQ tells them: 30 messages a second in all, one a second in a chat, 20 a minute in a group.

use std::collections::{BTreeMap, VecDeque};

/// What was sent when, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    /// Whether the limits hold.
    pub(crate) is_on: bool,
    sent: BTreeMap<Option<i64>, VecDeque<i64>>,
}

impl Throttle {
    /// Counts a message into a chat, or says after how many seconds it may be tried again.
    pub(crate) fn take(&mut self, chat: i64, is_group: bool, now: i64) -> Result<(), u64> {
        if !self.is_on {
            return Ok(());
        }
        let limits =
            [(None, 30, 1_000), if is_group { (Some(chat), 20, 60_000) } else { (Some(chat), 1, 1_000) }];
        for (key, max, window) in limits {
            let sent = self.sent.entry(key).or_default();
            while sent.front().is_some_and(|at| at + window <= now) {
                sent.pop_front();
            }
            if let (true, Some(first)) = (sent.len() >= max, sent.front()) {
                let left = u64::try_from(first + window - now).unwrap_or_default();
                return Err(left.div_ceil(1_000).max(1));
            }
        }
        for (key, _, _) in limits {
            self.sent.entry(key).or_default().push_back(now);
        }
        Ok(())
    }
}
