//! Where we are: the gateway's session with the last event of it that was kept, and the newest message ever seen.

use port::Cursor;
use serde::{Deserialize, Serialize};

/// A session of the gateway. It outlives a connection and, for some minutes, a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: String,
    /// Where it is resumed; without it at the gateway's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resume_url: Option<String>,
    /// When it began, in milliseconds. With an event's number it makes a number that grows across sessions.
    pub(crate) since: u64,
}

/// What the cursor holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The session to resume; none when what was missed has to be fetched first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Session>,
    /// The last event of it that was kept.
    #[serde(default)]
    pub(crate) seq: u64,
    /// The newest message seen when everything before it was kept.
    #[serde(default)]
    pub(crate) newest: u64,
}

impl Position {
    /// Reads a cursor. One that cannot be read is the very start: what is on the shelf is fetched all the same.
    pub(crate) fn read(cursor: &Cursor) -> Self {
        serde_json::from_str(&cursor.0).unwrap_or_default()
    }

    /// As the cursor that is kept.
    pub(crate) fn write(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_and_a_strange_one_is_the_start() {
        let session = Session { id: "a".into(), resume_url: Some("wss://x".into()), since: 7 };
        let position = Position { session: Some(session), seq: 3, newest: 9 };
        assert_eq!(Position::read(&position.write()), position);
        assert_eq!(Position::read(&Cursor("{".into())), Position::default());
        assert_eq!(Position::read(&Cursor::default()), Position::default());
    }
}
