//! What agents change: their own messages, their reactions; and the files they bring and fetch.

use super::Served;
use super::customers::Kept;
use super::error::ApiError;
use super::extract::{Body, Params, emoji, number, text};
use super::team::{known_agent, known_room};
use super::uploads;
use super::view::MessageView;
use crate::log::change::Change;
use axum::Json;
use axum::body::Body as RawBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

/// A new text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    agent: String,
    text: String,
}

/// A reaction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct React {
    agent: String,
    key: String,
}

/// Who.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    agent: String,
}

/// Who brings a file, and what it is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bringing {
    agent: String,
    name: Option<String>,
}

pub(super) async fn edit(
    State(served): State<Served>,
    Path((room, id)): Path<(String, String)>,
    Body(edit): Body<Edit>,
) -> Result<Json<MessageView>, ApiError> {
    let change = change(&served, &room, &id, &edit.agent)?;
    let (topic, message) = served.log.rewrite(change, text(&edit.text)?).await?;
    Ok(Json(MessageView::new(&room, topic.as_deref(), &message)))
}

pub(super) async fn delete(
    State(served): State<Served>,
    Path((room, id)): Path<(String, String)>,
    Params(who): Params<Who>,
) -> Result<StatusCode, ApiError> {
    served.log.withdraw(change(&served, &room, &id, &who.agent)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn react(
    State(served): State<Served>,
    Path((room, id)): Path<(String, String)>,
    Body(react): Body<React>,
) -> Result<Response, ApiError> {
    let change = change(&served, &room, &id, &react.agent)?;
    let (posted, repeated) = served.log.react(change, emoji(&react.key)?).await?;
    Ok(Kept::answer(posted.seq, posted.at, repeated))
}

pub(super) async fn unreact(
    State(served): State<Served>,
    Path((room, id, reaction)): Path<(String, String, String)>,
    Params(who): Params<Who>,
) -> Result<StatusCode, ApiError> {
    let change = change(&served, &room, &id, &who.agent)?;
    served.log.unreact(change, number(&reaction)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn upload(
    State(served): State<Served>,
    Path(room): Path<String>,
    Params(bringing): Params<Bringing>,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Response, ApiError> {
    known_room(&served, &room)?;
    let author = known_agent(&served, &bringing.agent)?;
    uploads::receive(&served, &room, &author, bringing.name.as_deref(), &headers, body).await
}

pub(super) async fn download(
    State(served): State<Served>,
    Path((room, file)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    known_room(&served, &room)?;
    uploads::send(&served, &room, &file).await
}

fn change<'c>(served: &Served, room: &'c str, id: &str, agent: &str) -> Result<Change<'c>, ApiError> {
    known_room(served, room)?;
    Ok(Change { chat: room, seq: number(id)?, author: known_agent(served, agent)? })
}
