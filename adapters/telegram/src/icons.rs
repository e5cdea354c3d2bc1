//! Icons of topics: what stands for a state among the custom emoji that every bot may take.
//!
//! A decoration: where the list cannot be had, topics keep the colour they were opened with, and their names show the state.

use crate::client::{Client, WAIT};
use port::TopicState;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// The icons, asked for once.
#[derive(Debug, Default)]
pub(crate) struct Icons(OnceCell<BTreeMap<String, String>>);

impl Icons {
    /// The custom emoji for a state, if there is one.
    pub(crate) async fn of(&self, client: &Client, state: TopicState) -> Option<&str> {
        let known = self.0.get_or_init(|| ask(client)).await;
        wanted(state).iter().find_map(|emoji| known.get(*emoji)).map(String::as_str)
    }
}

/// What stands for a state, the best first.
const fn wanted(state: TopicState) -> &'static [&'static str] {
    match state {
        TopicState::Waiting => &["❓", "💬", "🗣"],
        TopicState::Answered => &["✅", "☑", "💡"],
        TopicState::Overdue => &["🔥", "‼", "❗"],
        TopicState::Closed => &["🏁", "📁"],
    }
}

async fn ask(client: &Client) -> BTreeMap<String, String> {
    let Ok(Value::Array(stickers)) = client.call("getForumTopicIconStickers", &json!({}), WAIT).await else {
        return BTreeMap::new();
    };
    let read = |sticker: &Value| {
        let text = |name| sticker.get(name).and_then(Value::as_str);
        // with and without the sign that asks for a coloured picture it is the same emoji
        Some((text("emoji")?.replace('\u{fe0f}', ""), text("custom_emoji_id")?.to_owned()))
    };
    stickers.iter().filter_map(read).collect()
}
