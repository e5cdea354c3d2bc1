//! Shows that somebody writes. A hint: what cannot be shown is left out.

use crate::render::is_id;
use crate::{Shared, api};
use port::{ChatId, TopicId};
use serde_json::Value;

/// Shows in a chat, or in a topic, for some seconds that somebody writes.
pub(crate) async fn show(shared: &Shared, chat: &ChatId, topic: Option<&TopicId>) {
    let channel = topic.map_or(chat.as_str(), TopicId::as_str);
    if is_id(channel) && !(topic.is_none() && shared.places.is_team(chat)) {
        let _shown = api::post(&shared.client, &format!("/channels/{channel}/typing"), &Value::Null).await;
    }
}
