//! Keys of rows. Printable, ordered: the order of the text is the order of what it names.

use crate::digest::Rhythm;
use crate::figures::{At, Look};
use jiff::Timestamp;
use port::{ChannelName, CustomerId, MessageId, Place, ThreadId, TopicId};
use std::fmt;

/// Names one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The desk's counters.
    Counters,
    /// The counter of operations; not rebuilt from the journal, because it only has to grow.
    Operations,
    /// A customer's chat.
    Chat(Place),
    /// What is known of a chat that was opened without a word.
    Visit(Place),
    /// A customer.
    Customer(CustomerId),
    /// A thread.
    Thread(ThreadId),
    /// A message on either side: deduplicates, and maps copies.
    Message(Place, MessageId),
    /// Which thread a topic belongs to.
    Topic(Place, TopicId),
    /// An open thread in its team's order: waiting ones by age, then answered ones.
    Open {
        /// The team's name.
        team: String,
        /// Since when the customer waits; `None` sorts last.
        waiting_since: Option<Timestamp>,
        /// The thread.
        thread: ThreadId,
    },
    /// A line of a thread's history: points into the journal.
    Line(ThreadId, u64),
    /// What happened to a thread's clocks: points into the journal.
    Watch(ThreadId, u64),
    /// An open promise, in the order in which they are due.
    Owed {
        /// By when.
        due: Timestamp,
        /// In which thread.
        thread: ThreadId,
        /// Which of the thread's.
        number: u32,
    },
    /// An event, by its number.
    Journal(u64),
    /// What is due at a time.
    Timer {
        /// When.
        at: Timestamp,
        /// Whose; 0 when it is no thread's.
        thread: ThreadId,
        /// Grows; the order of timers of one instant.
        number: u64,
    },
    /// An operation that waits in its lane.
    Out(Lane, u64),
    /// An operation that was set aside and waits for a person.
    Aside(ThreadId, u64),
    /// Team messages that point at something not yet known: a topic, or a message outside of topics.
    Stray(Place, String),
    /// How far a channel was received.
    Cursor(ChannelName),
    /// A row of the figures.
    Figures(At),
    /// When a team's digest is due next.
    Digest {
        /// The team's name.
        team: String,
        /// How often.
        rhythm: Rhythm,
    },
    /// Which deadlines the running clocks were counted by; not the journal's, which holds what came of them.
    Followed,
}

/// One first-in-first-out queue of operations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Lane {
    /// Where its operations go.
    pub place: Place,
    /// On the team's side each thread has a lane of its own, so that one never holds up another.
    pub thread: Option<ThreadId>,
}

/// A question about several rows at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scan {
    /// The first open threads of a team, the longest waiting first.
    Open {
        /// The team's name.
        team: String,
        /// At most so many.
        limit: usize,
    },
    /// The newest lines of a thread, newest first.
    Lines {
        /// The thread.
        thread: ThreadId,
        /// At most so many.
        limit: usize,
    },
    /// What is set aside for a thread.
    Aside {
        /// The thread.
        thread: ThreadId,
        /// At most so many.
        limit: usize,
    },
    /// Open promises, the first that is due in front.
    Owed {
        /// At most so many.
        limit: usize,
    },
    /// What happened to a thread's clocks, newest first.
    Watch {
        /// The thread.
        thread: ThreadId,
        /// At most so many.
        limit: usize,
    },
    /// Rows of the figures.
    Figures(Look),
    /// The threads of some numbers, in order.
    Threads {
        /// Which [`Scan::THREADS`] numbers, counted from 0.
        hundred: u64,
    },
}

impl Scan {
    /// How many numbers of threads are looked at at once: those that begin with the same digits.
    pub(crate) const THREADS: u64 = 100;

    /// The prefix of the keys asked for, how many, and whether from the end.
    #[must_use]
    pub fn range(&self) -> (String, usize, bool) {
        match self {
            Self::Open { team, limit } => (format!("open/{}/", escape(team)), *limit, false),
            Self::Lines { thread, limit } => (format!("line/{}/", number(thread.0)), *limit, true),
            Self::Aside { thread, limit } => (format!("aside/{}/", number(thread.0)), *limit, false),
            Self::Owed { limit } => (OWED_PREFIX.to_owned(), *limit, false),
            Self::Watch { thread, limit } => (format!("watch/{}/", number(thread.0)), *limit, true),
            Self::Figures(look) => look.range(),
            Self::Threads { hundred } => (format!("{THREAD_PREFIX}{hundred:012}"), 100, false),
        }
    }
}

impl Key {
    /// The key as the store orders it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Counters => "counters".to_owned(),
            Self::Operations => "operations".to_owned(),
            Self::Chat(at) => format!("chat/{}", place(at)),
            Self::Visit(at) => format!("visit/{}", place(at)),
            Self::Customer(id) => format!("customer/{}", number(id.0)),
            Self::Thread(id) => format!("{THREAD_PREFIX}{}", number(id.0)),
            Self::Message(at, id) => format!("message/{}/{}", place(at), part(id.as_str())),
            Self::Topic(at, id) => format!("topic/{}/{}", place(at), part(id.as_str())),
            Self::Open { team, waiting_since, thread } => {
                let since = waiting_since.map_or_else(|| "~".to_owned(), |since| instant(since).to_string());
                format!("open/{}/{since}/{}", part(team), number(thread.0))
            }
            Self::Line(thread, seq) => format!("line/{}/{}", number(thread.0), number(*seq)),
            Self::Watch(thread, seq) => format!("watch/{}/{}", number(thread.0), number(*seq)),
            Self::Owed { due, thread, number: n } => {
                format!("{OWED_PREFIX}{}/{}/{}", instant(*due), number(thread.0), number(u64::from(*n)))
            }
            Self::Journal(seq) => format!("journal/{}", number(*seq)),
            Self::Timer { at, thread, number: n } => {
                format!("timer/{}/{}/{}", instant(*at), number(*n), number(thread.0))
            }
            Self::Out(lane, seq) => format!("{}{}", lane.prefix(), number(*seq)),
            Self::Aside(thread, seq) => format!("aside/{}/{}", number(thread.0), number(*seq)),
            Self::Stray(at, id) => format!("{STRAY_PREFIX}{}/{}", place(at), part(id)),
            Self::Cursor(channel) => format!("cursor/{}", part(channel.as_str())),
            Self::Figures(at) => at.text(),
            Self::Digest { team, rhythm } => format!("digest/{}/{}", part(team), rhythm.word()),
            Self::Followed => "followed".to_owned(),
        }
    }
}

impl Key {
    /// The thread of which a key is the row's.
    pub(crate) fn thread(text: &str) -> Option<ThreadId> {
        text.strip_prefix(THREAD_PREFIX)?.parse().ok().map(ThreadId)
    }

    /// The thread and number of an open promise, by the text of its key.
    #[must_use]
    pub fn owed(text: &str) -> Option<(ThreadId, Option<u32>)> {
        let mut parts = text.strip_prefix(OWED_PREFIX)?.split('/').skip(1);
        let thread = parts.next()?.parse().ok()?;
        Some((ThreadId(thread), Some(parts.next()?.parse().ok()?)))
    }
}

impl Lane {
    /// What the keys of its operations start with.
    #[must_use]
    pub fn prefix(&self) -> String {
        let thread = self.thread.map_or_else(|| "-".to_owned(), |thread| number(thread.0).to_string());
        format!("out/{}/{thread}/", place(&self.place))
    }
}

/// The prefix of everything that waits in a lane.
pub const OUT_PREFIX: &str = "out/";
/// The prefix of everything that is due at a time.
pub const TIMER_PREFIX: &str = "timer/";
/// The prefix of every event.
pub const JOURNAL_PREFIX: &str = "journal/";
/// The prefix of every operation that was set aside.
pub const ASIDE_PREFIX: &str = "aside/";
/// The prefix of all team messages that wait.
pub const STRAY_PREFIX: &str = "stray/";
/// The prefix of every thread.
const THREAD_PREFIX: &str = "thread/";
/// The prefix of every open promise.
const OWED_PREFIX: &str = "owed/";
/// The prefix of every open thread.
pub const OPEN_PREFIX: &str = "open/";
/// The prefix of all figures.
pub const FIGURES_PREFIX: &str = "figures/";

pub(crate) fn number(n: u64) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{n:014}"))
}

/// Microseconds since 1970; earlier instants count as 1970, no platform is older.
pub(crate) fn instant(at: Timestamp) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{:017}", at.as_microsecond().max(0)))
}

fn place(place: &Place) -> impl fmt::Display {
    fmt::from_fn(|f| write!(f, "{}/{}", part(place.channel.as_str()), part(place.chat.as_str())))
}

/// Keeps a part of a key in one part: `/`, `%` and control characters become `%` and their number.
#[must_use]
pub fn escape(text: &str) -> String {
    part(text).to_string()
}

fn part(text: &str) -> impl fmt::Display {
    let is_kept = |c: char| !(c == '/' || c == '%' || c.is_control());
    fmt::from_fn(move |f| {
        let mut rest = text;
        while let Some(at) = rest.find(|c| !is_kept(c)) {
            let (kept, from) = rest.split_at(at);
            let mut signs = from.chars();
            let sign = signs.next().map_or(0, u32::from);
            write!(f, "{kept}%{sign:02x}")?;
            rest = signs.as_str();
        }
        f.write_str(rest)
    })
}

/// What was kept in one part, as it was.
#[must_use]
pub fn unescape(part: &str) -> String {
    let mut pieces = part.split('%');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        whole.extend(code.map(char::from));
        whole.push_str(piece.get(2..).unwrap_or_default());
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use port::ChatId;

    #[test]
    fn waiting_threads_come_before_answered_ones_and_older_before_younger() {
        let key = |since: Option<i64>, thread| {
            let waiting_since = since.map(|s| Timestamp::from_second(s).unwrap());
            Key::Open { team: "support".into(), waiting_since, thread: ThreadId(thread) }.text()
        };
        let ordered =
            [key(Some(9), 7), key(Some(10), 1), key(Some(1_900_000_000), 2), key(None, 1), key(None, 10)];
        assert!(ordered.is_sorted());
    }

    #[test]
    fn a_part_reads_as_it_was() {
        for part in ["a/b%c", "%", "100 % / Ä", "tab\tline\nnext\u{85}", ""] {
            assert_eq!(unescape(&escape(part)), part);
        }
    }

    #[test]
    fn ids_with_slashes_stay_apart() {
        let key = |chat: &str, id: &str| {
            Key::Message(Place::new(ChannelName::new("m"), ChatId::new(chat)), MessageId::new(id)).text()
        };
        assert_ne!(key("a/b", "c"), key("a", "b/c"));
        assert_ne!(key("a%2fb", "c"), key("a/b", "c"));
    }
}
