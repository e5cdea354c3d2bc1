//! A status as a person reads it: what is wrong, since when, and what to do.

use super::{Aside, ChannelStatus, HealthWord, RefusedRoom, Status, Stuck, WedgedLane};
use desk::rows::Side;
use desk::shown_span;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;

impl Status {
    /// As a person reads it; commands in topics begin with `prefix`.
    #[must_use]
    pub fn shown(&self, prefix: &str) -> String {
        let mut text = format!("deskbridge {}", self.version);
        match (self.pid, self.started_at) {
            (Some(pid), Some(started)) => {
                let up = shown_span(self.at.duration_since(started));
                let _written = write!(text, ", running as process {pid} for {up}");
            }
            _ => text.push_str(", not running; this is what the store holds"),
        }
        if let Some(end) = &self.last_end {
            let ago = shown_span(self.at.duration_since(end.at));
            let at = end.at.strftime("%Y-%m-%d %H:%M:%S UTC");
            let _written = write!(text, "\n  ✗ it ended at {at}, {ago} ago: {}", end.reason);
        }
        for channel in &self.channels {
            let sign = match channel.health {
                HealthWord::Connected => '✓',
                HealthWord::Starting => '…',
                HealthWord::Degraded => '!',
                HealthWord::Conflict | HealthWord::BadCredentials | HealthWord::Down => '✗',
            };
            let _written =
                write!(text, "\n  {sign} {} ({}): {}", channel.name, channel.platform, channel.said(self.at));
        }
        let threads = &self.threads;
        let _written = write!(text, "\n  threads: {} open, {} unanswered", threads.open, threads.unanswered);
        if let Some(oldest) = threads.oldest_unanswered_at {
            let _written = write!(text, ", the oldest waits {}", shown_span(self.at.duration_since(oldest)));
        }
        let lanes = &self.lanes;
        let (waiting, busy, wedged) = (lanes.waiting, lanes.busy, lanes.wedged);
        let _written = write!(text, "\n  to send: {waiting} waiting in {busy} lanes, {wedged} wedged");
        let rooms = lanes.rooms.iter().map(|room| room.said(self.at));
        let wedged = lanes.wedged_list.iter().map(|lane| lane.said(self.at, prefix));
        for line in rooms.chain(wedged) {
            let _written = write!(text, "\n    ✗ {line}");
        }
        let _written = write!(text, "\n  set aside: {}", self.set_aside);
        for aside in &self.set_aside_list {
            let _written = write!(text, "\n    ! {}", aside.said(prefix));
        }
        text
    }
}

impl ChannelStatus {
    fn said(&self, now: Timestamp) -> String {
        let word = match self.health {
            HealthWord::Starting => "connecting",
            HealthWord::Connected => "connected",
            HealthWord::Degraded => "works with something missing",
            HealthWord::Conflict => "somebody else uses the same credentials",
            HealthWord::BadCredentials => "the platform refuses the credentials",
            HealthWord::Down => "no connection",
        };
        let since = self
            .since
            .map_or_else(String::new, |since| format!(" for {}", shown_span(now.duration_since(since))));
        let colon = if self.reason.is_empty() { "" } else { ": " };
        format!("{word}{since}{colon}{}", self.reason)
    }
}

impl RefusedRoom {
    fn said(&self, now: Timestamp) -> String {
        let Self { channel, room, reason, threads, waiting, since } = self;
        let since = shown_span(now.duration_since(*since));
        format!(
            "{channel}: the team's room {room} has refused for {since}: {reason} ({threads} topics, {waiting} \
             waiting)\n      → `deskbridge check` says what is missing there; it is tried on, and nothing is lost"
        )
    }
}

impl WedgedLane {
    fn said(&self, now: Timestamp, prefix: &str) -> String {
        let place = shown_place(self.chat, self.thread);
        let since = self.since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        let since = shown_span(since);
        let Self { channel, waiting, reason, .. } = self;
        let colon = if reason.is_empty() { "" } else { ": " };
        match self.stuck {
            Stuck::Refused => format!(
                "{channel}: {place} has refused for {since}{colon}{reason} ({waiting} waiting)\n      \
                 → it goes on when the customer writes again; {prefix}retry in the topic tries it now"
            ),
            Stuck::Failing => format!(
                "{channel}: {place} has failed for {since}{colon}{reason} ({waiting} waiting)\n      \
                 → nothing: it is tried on; if it lasts, the log says why"
            ),
        }
    }
}

impl Aside {
    fn said(&self, prefix: &str) -> String {
        let Self { channel, count, .. } = self;
        let place = shown_place(self.chat, self.thread);
        let remedy = if self.notices {
            format!("the bridge's own words, not the team's: {prefix}retry in the topic sends them again")
        } else {
            format!("{prefix}retry in the topic sends again; the topic says what")
        };
        format!("{channel}: {count} for {place}\n      → {remedy}")
    }
}

fn shown_place(chat: Side, thread: Option<u64>) -> String {
    let of = thread.map_or_else(String::new, |thread| format!(" of #{thread}"));
    match chat {
        Side::Customer => format!("the customer's chat{of}"),
        Side::Team => format!("the team's topic{of}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::status::{Aside, Lanes, LastEnd, RefusedRoom, Resting, Status, Stuck, WedgedLane};
    use desk::rows::Side;
    use jiff::Timestamp;
    use port::{ChannelName, ChatId};
    use serde_json::{Value, json};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_460_300 + second).unwrap()
    }

    #[test]
    fn what_needs_a_person_is_named_with_what_to_do() {
        let lane = |thread, stuck, reason: &str| WedgedLane {
            channel: ChannelName::new("shop"),
            chat: Side::Customer,
            thread: Some(thread),
            since: Some(at(0)),
            waiting: 2,
            stuck,
            reason: reason.to_owned(),
        };
        let room = RefusedRoom {
            channel: ChannelName::new("team"),
            room: ChatId::new("-1001"),
            since: at(60),
            reason: "the bot may not open topics".to_owned(),
            threads: 3,
            waiting: 9,
        };
        let aside = |chat, notices| Aside {
            channel: ChannelName::new("shop"),
            chat,
            thread: Some(7),
            notices,
            count: 2,
        };
        let status = Status {
            version: "1".to_owned(),
            last_end: Some(LastEnd { at: at(0), reason: "no channel can work".to_owned() }),
            lanes: Lanes {
                waiting: 13,
                busy: 5,
                wedged: 5,
                wedged_list: vec![lane(1, Stuck::Refused, "blocked"), lane(2, Stuck::Failing, "")],
                rooms: vec![room],
            },
            set_aside: 6,
            set_aside_list: vec![
                aside(Side::Customer, false),
                aside(Side::Team, false),
                aside(Side::Customer, true),
            ],
            ..Status::new(at(3_660))
        };
        let wanted = "deskbridge 1, not running; this is what the store holds
  ✗ it ended at 2026-03-02 14:05:00 UTC, 1 h 01 min ago: no channel can work
  threads: 0 open, 0 unanswered
  to send: 13 waiting in 5 lanes, 5 wedged
    ✗ team: the team's room -1001 has refused for 1 h 00 min: the bot may not open topics (3 topics, 9 waiting)
      → `deskbridge check` says what is missing there; it is tried on, and nothing is lost
    ✗ shop: the customer's chat of #1 has refused for 1 h 01 min: blocked (2 waiting)
      → it goes on when the customer writes again; /retry in the topic tries it now
    ✗ shop: the customer's chat of #2 has failed for 1 h 01 min (2 waiting)
      → nothing: it is tried on; if it lasts, the log says why
  set aside: 6
    ! shop: 2 for the customer's chat of #7
      → /retry in the topic sends again; the topic says what
    ! shop: 2 for the team's topic of #7
      → /retry in the topic sends again; the topic says what
    ! shop: 2 for the customer's chat of #7
      → the bridge's own words, not the team's: /retry in the topic sends them again";
        assert_eq!(status.shown("/"), wanted);
        let told: Status = serde_json::from_value(serde_json::to_value(&status).unwrap()).unwrap();
        assert_eq!(told, status);
    }

    #[test]
    fn what_was_set_aside_is_gathered_by_thread_and_side() {
        let row = |thread: u64, lane: Option<u64>, purpose: Value| -> Resting {
            let place = json!({ "channel": "shop", "chat": "4711" });
            let operation = json!({ "create": { "$sealed": "not read" } });
            serde_json::from_value(json!({
                "lane": { "place": place, "thread": lane }, "thread": thread, "purpose": purpose, "attempts": 1,
                "queued_at": at(0), "phase": "send", "operation": operation,
            }))
            .unwrap()
        };
        let reply = || json!({ "reply": { "message": "m1" } });
        let list = Aside::list([
            row(1, None, json!("notice")),
            row(1, None, json!("notice")),
            row(2, None, json!("notice")),
            row(2, None, reply()),
            row(2, Some(2), json!({ "copy": { "of": "m2" } })),
        ]);
        let listed: Vec<_> =
            list.iter().map(|aside| (aside.thread, aside.chat, aside.count, aside.notices)).collect();
        let wanted = [
            (Some(1), Side::Customer, 2, true),
            (Some(2), Side::Customer, 2, false),
            (Some(2), Side::Team, 1, false),
        ];
        assert_eq!(listed, wanted);
        let many = (0..100).map(|thread| row(thread, None, reply()));
        assert_eq!(Aside::list(many).len(), crate::status::LISTED_MAX);
    }
}
