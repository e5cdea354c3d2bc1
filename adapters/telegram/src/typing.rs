//! Shows that somebody writes.

use crate::Shared;
use crate::client::WAIT;
use port::{ChatId, TopicId};
use serde_json::json;

/// Shows for some seconds that somebody writes. What cannot be shown is left out.
pub(crate) async fn show(shared: &Shared, chat: &ChatId, topic: Option<&TopicId>) {
    let Ok(chat) = shared.places.today(chat).as_str().parse::<i64>() else { return };
    let mut params = json!({ "chat_id": chat, "action": "typing" });
    if let Some(thread) = topic.and_then(|topic| topic.as_str().parse::<i64>().ok()) {
        params["message_thread_id"] = json!(thread);
    }
    let _shown = shared.client.call("sendChatAction", &params, WAIT).await;
}
