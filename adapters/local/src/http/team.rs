//! The team's side.

use super::Served;
use super::customers::{Kept, page};
use super::error::ApiError;
use super::events::{self, After, Wanted};
use super::extract::{Body, Params, client_id, files, number, text};
use super::view::{Page, TopicView};
use crate::log::read::PAGE_MAX;
use crate::log::rows::{Author, AuthorKind, Group};
use crate::log::write::Post;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

/// What the team page has to know.
#[derive(Serialize)]
pub(super) struct Overview {
    rooms: Vec<String>,
    agents: Vec<AgentView>,
    locale: String,
    command_prefix: String,
}

#[derive(Serialize)]
struct AgentView {
    account: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// Which topics.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// All of them when there is none.
    group: Option<Group>,
    after: Option<String>,
    limit: Option<usize>,
}

/// Topics, and where the list goes on.
#[derive(Serialize)]
pub(super) struct Listing {
    topics: Vec<TopicView>,
    /// What to give as `after` for more; nothing when this is all.
    next: Option<String>,
    seq: u64,
}

/// Which messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    topic: Option<String>,
    before: Option<u64>,
    limit: Option<usize>,
}

/// A new message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Posting {
    agent: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<String>,
    topic: Option<String>,
    reply_to: Option<String>,
    client_id: Option<String>,
}

pub(super) async fn overview(State(served): State<Served>) -> Json<Overview> {
    let config = &served.config;
    let agents = config.agents.iter().cloned();
    Json(Overview {
        rooms: config.rooms.iter().map(|room| room.name.clone()).collect(),
        agents: agents
            .map(|agent| AgentView { account: agent.account, name: agent.name, title: agent.title })
            .collect(),
        locale: config.locale.clone(),
        command_prefix: config.command_prefix.clone(),
    })
}

pub(super) async fn topics(
    State(served): State<Served>,
    Path(room): Path<String>,
    Params(which): Params<Which>,
) -> Result<Json<Listing>, ApiError> {
    known_room(&served, &room)?;
    let limit = which.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let seq = *served.log.head().borrow();
    let after = which.after.as_deref();
    let topics = match which.group {
        Some(group) => served.log.topics(&room, group, after, limit).await?,
        None => served.log.all_topics(&room, after, limit).await?,
    };
    let next = topics.last().filter(|_| topics.len() == limit).map(|(place, _)| place.clone());
    let topics = topics.iter().map(|(_, topic)| TopicView::new(topic)).collect();
    Ok(Json(Listing { topics, next, seq }))
}

pub(super) async fn topic(
    State(served): State<Served>,
    Path((room, topic)): Path<(String, String)>,
) -> Result<Json<TopicView>, ApiError> {
    known_room(&served, &room)?;
    let topic = served.log.topic(&room, &topic).await?.ok_or_else(no_topic)?;
    let card = served.log.message(&room, Some(&topic.id), topic.card).await?;
    Ok(Json(TopicView::new(&topic).with_card(card)))
}

pub(super) async fn list(
    State(served): State<Served>,
    Path(room): Path<String>,
    Params(which): Params<Place>,
) -> Result<Json<Page>, ApiError> {
    known_room(&served, &room)?;
    if let Some(topic) = &which.topic {
        served.log.topic(&room, topic).await?.ok_or_else(no_topic)?;
    }
    Ok(Json(page(&served, &room, which.topic.as_deref(), which.before, which.limit).await?))
}

pub(super) async fn write(
    State(served): State<Served>,
    Path(room): Path<String>,
    Body(posting): Body<Posting>,
) -> Result<Response, ApiError> {
    known_room(&served, &room)?;
    let post = Post {
        chat: &room,
        topic: posting.topic.as_deref(),
        author: known_agent(&served, &posting.agent)?,
        text: text(&posting.text)?,
        files: files(&posting.files)?,
        reply_to: posting.reply_to.as_deref().map(number).transpose()?,
        client_id: client_id(posting.client_id.as_deref())?,
    };
    let (posted, repeated) = served.log.post(post).await?;
    Ok(Kept::answer(posted.seq, posted.at, repeated))
}

pub(super) async fn events(
    State(served): State<Served>,
    Path(room): Path<String>,
    headers: HeaderMap,
    Params(after): Params<After>,
) -> Result<Response, ApiError> {
    known_room(&served, &room)?;
    events::stream(&served, &headers, &after, Wanted::Room(room))
}

pub(super) fn known_room(served: &Served, room: &str) -> Result<(), ApiError> {
    if served.config.rooms.iter().any(|known| known.name == room) {
        return Ok(());
    }
    Err(ApiError::no_such("room", "use one that GET /api/team names"))
}

/// The author that an agent is.
pub(super) fn known_agent(served: &Served, account: &str) -> Result<Author, ApiError> {
    let agent = served.config.agents.iter().find(|agent| agent.account == account).ok_or_else(|| {
        let hint = "use the `account` of one that GET /api/team names; the configuration adds more";
        ApiError::no_such("agent", hint)
    })?;
    Ok(Author {
        kind: AuthorKind::Agent,
        account: served.log.private(agent.account.as_str()),
        name: served.log.private(agent.name.as_str()),
    })
}

fn no_topic() -> ApiError {
    ApiError::no_such("topic", "read the topics of the room first")
}
