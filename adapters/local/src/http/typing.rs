//! Who is writing: a hint that pages give and are shown for some seconds. Nothing of it is kept.

use super::Served;
use super::error::ApiError;
use super::events::Wanted;
use super::extract::{Body, Me};
use super::team::{known_agent, known_room};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::Event;
use port::{AccountId, ChatId, TopicId};
use serde::{Deserialize, Serialize};

/// How many hints wait for a slow page; older ones are lost.
pub(crate) const WAITING_MAX: usize = 64;

/// Where somebody of the other side is writing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hint {
    pub(crate) chat: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
}

impl Hint {
    /// As an event of a stream that follows the place. It has no number: it cannot be read again.
    pub(super) fn event(&self, wanted: &Wanted) -> Option<Event> {
        let event = || Event::default().event("typing").json_data(self).ok();
        wanted.has(&self.chat).then(event).flatten()
    }
}

/// An agent who writes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Writing {
    agent: String,
    topic: String,
}

pub(super) async fn customers(State(served): State<Served>, Me(customer): Me) -> StatusCode {
    // a customer of this platform is known by the chat
    let account = AccountId::new(customer.chat.as_str());
    served.intake.typing(ChatId::new(customer.chat), None, account);
    StatusCode::NO_CONTENT
}

pub(super) async fn agents(
    State(served): State<Served>,
    Path(room): Path<String>,
    Body(writing): Body<Writing>,
) -> Result<StatusCode, ApiError> {
    known_room(&served, &room)?;
    known_agent(&served, &writing.agent)?;
    let account = AccountId::new(writing.agent);
    served.intake.typing(ChatId::new(room), Some(TopicId::new(writing.topic)), account);
    Ok(StatusCode::NO_CONTENT)
}
