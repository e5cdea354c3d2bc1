//! The keys that have come since somebody last looked.

use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};
use matrix_sdk::Client;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A room and a session whose key came; none when so many came that some were not told.
type Told = Option<Vec<(String, String)>>;

/// The keys that come to a session.
pub(crate) struct Arrivals(Mutex<State>);

struct State {
    stream: Option<BoxStream<'static, Told>>,
    // a key may have come just before the last process died
    all: bool,
}

/// What has come.
#[derive(Debug, Default)]
pub(crate) struct News {
    all: bool,
    keys: BTreeSet<(String, String)>,
}

impl Arrivals {
    /// Begins to listen.
    pub(crate) async fn of(client: &Client) -> Self {
        let stream = client.encryption().room_keys_received_stream().await.map(|stream| {
            let told = stream.map(|told| {
                let pair = |key: &matrix_sdk_crypto::store::types::RoomKeyInfo| {
                    (key.room_id.to_string(), key.session_id.clone())
                };
                told.ok().map(|keys| keys.iter().map(pair).collect())
            });
            told.boxed()
        });
        Self(Mutex::new(State { stream, all: true }))
    }

    /// What has come since it was last taken; at first that may be any key.
    pub(crate) fn take(&self) -> News {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = News { all: std::mem::take(&mut state.all), keys: BTreeSet::new() };
        while let Some(Some(told)) = state.stream.as_mut().and_then(|stream| stream.next().now_or_never()) {
            match told {
                Some(keys) => news.keys.extend(keys),
                None => news.all = true,
            }
        }
        news
    }
}

impl News {
    /// Whether any key may have come.
    pub(crate) const fn is_all(&self) -> bool {
        self.all
    }

    /// Whether the key of a room's session may have come.
    pub(crate) fn concerns(&self, room: &str, session: Option<&str>) -> bool {
        let is = |session: &str| self.keys.contains(&(room.to_owned(), session.to_owned()));
        self.all || session.is_some_and(is)
    }
}
