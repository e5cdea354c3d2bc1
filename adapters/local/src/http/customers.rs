//! The customers' side.

use super::Served;
use super::error::ApiError;
use super::events::{self, After, Wanted};
use super::extract::{Body, Me, Params, client_id, customers, emoji, files, number, text};
use super::uploads::{self, Named};
use super::view::{MessageView, Page};
use crate::log::change::Change;
use crate::log::read::PAGE_MAX;
use crate::log::rows::Customer;
use crate::log::write::Post;
use crate::random;
use axum::Json;
use axum::body::Body as RawBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use port::names::clean_name;
use serde::{Deserialize, Serialize};

/// The longest name that is kept, in characters; the desk shortens it further where it shows it.
const NAME_MAX: usize = 200;
/// How many messages a page has unless it is said.
const PAGE: usize = 50;

/// Who comes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    name: String,
    language: Option<String>,
}

/// Who one is. The token is told once.
#[derive(Serialize)]
pub(super) struct Who {
    chat: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Which page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    before: Option<u64>,
    limit: Option<usize>,
}

/// A new message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Write {
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<String>,
    reply_to: Option<String>,
    client_id: Option<String>,
}

/// A new text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    text: String,
}

/// A reaction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct React {
    key: String,
}

/// What was kept.
#[derive(Serialize)]
pub(super) struct Kept {
    id: String,
    seq: u64,
    at: Timestamp,
}

impl Kept {
    /// 201 for something new, 200 for a repeat.
    pub(super) fn answer(seq: u64, at: Timestamp, repeated: bool) -> Response {
        let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
        (status, Json(Self { id: seq.to_string(), seq, at })).into_response()
    }
}

pub(super) async fn create(State(served): State<Served>, Body(new): Body<New>) -> Result<Response, ApiError> {
    if clean_name(&new.name).is_empty() {
        return Err(ApiError::unusable("the name is empty", "give the customer a name that can be seen"));
    }
    let name: String = new.name.chars().take(NAME_MAX).collect();
    let language = new.language.filter(|language| language.len() <= 35);
    let failed = |_| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "there is no randomness", "try again");
    let (chat, secret) = (random::name().map_err(failed)?, random::name().map_err(failed)?);
    let customer = served.log.arrive(format!("c-{chat}"), &name, language, &secret).await?;
    let token = Some(format!("{}.{secret}", customer.chat));
    let who = Who { chat: customer.chat, name: clean_name(&name), language: customer.language, token };
    Ok((StatusCode::CREATED, Json(who)).into_response())
}

pub(super) async fn me(Me(customer): Me) -> Json<Who> {
    let name = clean_name(customer.name.shown());
    Json(Who { chat: customer.chat, name, language: customer.language, token: None })
}

pub(super) async fn list(
    State(served): State<Served>,
    Me(customer): Me,
    Params(which): Params<Which>,
) -> Result<Json<Page>, ApiError> {
    Ok(Json(page(&served, &customer.chat, None, which.before, which.limit).await?))
}

/// A page of any place.
pub(super) async fn page(
    served: &Served,
    chat: &str,
    topic: Option<&str>,
    before: Option<u64>,
    limit: Option<usize>,
) -> Result<Page, ApiError> {
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    // what is said after this is in the stream, though it may be on the page as well
    let seq = *served.log.head().borrow();
    let messages = served.log.messages(chat, topic, before, limit).await?;
    let more = messages.len() == limit;
    let messages = messages.iter().map(|message| MessageView::new(chat, topic, message)).collect();
    Ok(Page { messages, more, seq })
}

pub(super) async fn write(
    State(served): State<Served>,
    Me(customer): Me,
    Body(write): Body<Write>,
) -> Result<Response, ApiError> {
    let post = Post {
        chat: &customer.chat,
        topic: None,
        author: served.log.customer_author(&customer),
        text: text(&write.text)?,
        files: files(&write.files)?,
        reply_to: write.reply_to.as_deref().map(number).transpose()?,
        client_id: client_id(write.client_id.as_deref())?,
    };
    let (posted, repeated) = served.log.post(post).await?;
    Ok(Kept::answer(posted.seq, posted.at, repeated))
}

pub(super) async fn edit(
    State(served): State<Served>,
    Me(customer): Me,
    Path(id): Path<String>,
    Body(edit): Body<Edit>,
) -> Result<Json<MessageView>, ApiError> {
    let change = change(&served, &customer, &id)?;
    let (topic, message) = served.log.rewrite(change, text(&edit.text)?).await?;
    Ok(Json(MessageView::new(&customer.chat, topic.as_deref(), &message)))
}

pub(super) async fn delete(
    State(served): State<Served>,
    Me(customer): Me,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    served.log.withdraw(change(&served, &customer, &id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn react(
    State(served): State<Served>,
    Me(customer): Me,
    Path(id): Path<String>,
    Body(react): Body<React>,
) -> Result<Response, ApiError> {
    let key = emoji(&react.key)?;
    let (posted, repeated) = served.log.react(change(&served, &customer, &id)?, key).await?;
    Ok(Kept::answer(posted.seq, posted.at, repeated))
}

pub(super) async fn unreact(
    State(served): State<Served>,
    Me(customer): Me,
    Path((id, reaction)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let change = change(&served, &customer, &id)?;
    served.log.unreact(change, number(&reaction)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn change<'c>(served: &Served, customer: &'c Customer, id: &str) -> Result<Change<'c>, ApiError> {
    let author = served.log.customer_author(customer);
    Ok(Change { chat: &customer.chat, seq: number(id)?, author })
}

pub(super) async fn upload(
    State(served): State<Served>,
    Me(customer): Me,
    Params(named): Params<Named>,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Response, ApiError> {
    let author = served.log.customer_author(&customer);
    uploads::receive(&served, &customer.chat, &author, named.name.as_deref(), &headers, body).await
}

pub(super) async fn download(
    State(served): State<Served>,
    Me(customer): Me,
    Path(file): Path<String>,
) -> Result<Response, ApiError> {
    uploads::send(&served, &customer.chat, &file).await
}

pub(super) async fn events(
    State(served): State<Served>,
    headers: HeaderMap,
    Params(after): Params<After>,
) -> Result<Response, ApiError> {
    let chats = customers(&headers, &served).await?.into_iter().map(|customer| customer.chat).collect();
    events::stream(&served, &headers, &after, Wanted::Chats(chats))
}
