//! Files on their way into Telegram: by their id where this bot has them already, else streamed as they come.
//!
//! A file is never gathered. When one breaks off, the request does too, and Telegram has taken nothing.

use crate::client::Failure;
use crate::limits;
use crate::parts::Item;
use crate::render::{self, Words};
use crate::send::{Errand, Undone, made, merged};
use crate::shapes::{Family, Shape};
use futures_util::future::join_all;
use futures_util::stream;
use port::adapter::FILES_TIME_MAX;
use port::media::CHUNKS_WAITING_MAX;
use port::names::is_invisible;
use port::{Media, MediaError, MediaStream};
use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long nothing of a file may come.
const STALL_MAX: Duration = Duration::from_mins(1);
/// How long a request with files may take.
const UPLOAD_MAX: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_mins(1));
/// How many bytes tell what a file is.
const HEAD: usize = 8 * 1024;
/// The longest name of a file, in characters.
const NAME_MAX: usize = 200;

/// Sends a file or an album. Pictures that Telegram does not take as such go as documents.
pub(crate) async fn send(
    errand: &Errand<'_>,
    items: &[Item<'_>],
    words: &Words,
    head: &Value,
    media: &dyn Media,
) -> Result<Vec<i64>, Undone> {
    let sent = once(errand, items, words, head, media, false).await;
    let may_be_documents = items.iter().all(|item| item.source.is_none());
    match sent {
        Err(Undone::Failed(failure)) if failure.is_no_photo() && may_be_documents => {
            once(errand, items, words, head, media, true).await
        }
        sent => sent,
    }
}

/// A file that is ready to be sent.
struct Ready<'i> {
    item: &'i Item<'i>,
    shape: Shape,
    from: From,
}

enum From {
    /// What this bot has.
    Id(String),
    /// What comes from elsewhere, and what its bytes are.
    Stream(MediaStream, String),
}

async fn once(
    errand: &Errand<'_>,
    items: &[Item<'_>],
    words: &Words,
    head: &Value,
    media: &dyn Media,
    as_documents: bool,
) -> Result<Vec<i64>, Undone> {
    let mut ready = Vec::with_capacity(items.len());
    for item in items {
        ready.push(Box::pin(open(errand, item, media)).await?);
    }
    let families = ready.iter().map(|ready| ready.shape.family());
    // what a platform said of its file need not be so
    let is_mixed = items.len() > 1
        && items.first().is_some_and(|first| families.clone().any(|family| family != first.shape.family()));
    if as_documents || is_mixed {
        for ready in ready.iter_mut().filter(|ready| matches!(ready.from, From::Stream(..))) {
            ready.shape = Shape::Document;
        }
    }
    let (method, params) = request(&ready, words, head);
    let streams = ready.into_iter().enumerate().filter_map(|(number, ready)| match ready.from {
        From::Id(_) => None,
        From::Stream(stream, mime) => Some((number, name_of(ready.item, ready.shape, &mime), stream, mime)),
    });
    let answer = transfer(errand, method, &params, streams.collect()).await?;
    match answer.as_array() {
        Some(messages) => messages.iter().map(|message| Ok(made(message)?)).collect(),
        None => Ok(vec![made(&answer)?]),
    }
}

/// Opens what has to be carried, and looks at what it is.
async fn open<'i>(errand: &Errand<'_>, item: &'i Item<'i>, media: &dyn Media) -> Result<Ready<'i>, Undone> {
    if let Some(source) = &item.source {
        return Ok(Ready { item, shape: item.shape, from: From::Id(source.file_id.clone()) });
    }
    let told = |error: MediaError| Undone::Told(error.outcome());
    let file = item.file.as_ref().ok_or_else(|| told(MediaError::Gone))?;
    let max = limits::upload_max(&errand.shared.config.api_url);
    if item.attachment.size.is_some_and(|size| size > max) {
        return Err(told(MediaError::TooLarge { max }));
    }
    let mut stream = media.open(item.attachment).await.map_err(told)?.at_most(max);
    if stream.size.is_some_and(|size| size > max) {
        return Err(told(MediaError::TooLarge { max }));
    }
    let first = timeout(STALL_MAX, stream.peek(HEAD)).await.map_err(|_| told(stalled()))?.map_err(told)?;
    let seen = infer::get(first).map(|kind| kind.mime_type().to_owned());
    let said = || stream.mime.clone().or_else(|| file.mime.clone());
    let mime = seen.or_else(said).unwrap_or_else(|| "application/octet-stream".to_owned());
    let shape = Shape::of_bytes(item.attachment.kind, &mime, stream.size);
    Ok(Ready { item, shape, from: From::Stream(stream, mime) })
}

fn stalled() -> MediaError {
    MediaError::Later("it stopped coming".to_owned())
}

/// The method and its parameters.
fn request(ready: &[Ready<'_>], words: &Words, head: &Value) -> (&'static str, Value) {
    let place = |number: usize, ready: &Ready<'_>| match &ready.from {
        From::Id(id) => id.clone(),
        From::Stream(..) => format!("attach://f{number}"),
    };
    if let [one] = ready {
        let (method, field) = one.shape.method();
        let mut params = merged(head, json!({ field: place(0, one) }));
        details(&mut params, one);
        if one.shape.takes_caption() {
            render::caption(&mut params, words);
        }
        return (method, params);
    }
    let media: Vec<Value> = ready
        .iter()
        .enumerate()
        .map(|(number, ready)| {
            let (_, kind) = ready.shape.method();
            let mut media = json!({ "type": kind, "media": place(number, ready) });
            details(&mut media, ready);
            // beside the first alone it is shown for the whole album, but for documents and sounds, which are below
            // each other
            if number == 0 {
                render::caption(&mut media, words);
            }
            media
        })
        .collect();
    ("sendMediaGroup", merged(head, json!({ "media": media })))
}

/// What players show before they have the file.
fn details(params: &mut Value, ready: &Ready<'_>) {
    if matches!(ready.from, From::Id(_)) {
        return;
    }
    if ready.shape == Shape::Document {
        params["disable_content_type_detection"] = json!(true);
    }
    let Some(file) = &ready.item.file else { return };
    let is_played = matches!(ready.shape, Shape::Video | Shape::Animation | Shape::Audio | Shape::Voice);
    if let Some(millis) = file.duration_ms.filter(|_| is_played) {
        params["duration"] = json!(millis / 1_000);
    }
    if matches!(ready.shape, Shape::Video | Shape::Animation)
        && let (Some(width), Some(height)) = (file.width, file.height)
    {
        params["width"] = json!(width);
        params["height"] = json!(height);
    }
}

type Stream = (usize, String, MediaStream, String);

/// Makes the request, with all files in it.
async fn transfer(
    errand: &Errand<'_>,
    method: &str,
    params: &Value,
    streams: Vec<Stream>,
) -> Result<Value, Undone> {
    if streams.is_empty() {
        return Ok(errand.call(method, params).await?);
    }
    let mut form = fields(params);
    let broken: Mutex<Option<MediaError>> = Mutex::new(None);
    let mut pumps = Vec::with_capacity(streams.len());
    for (number, name, stream, mime) in streams {
        let (to, from) = mpsc::channel(CHUNKS_WAITING_MAX);
        let size = stream.size;
        let body = body(from);
        let part = match size {
            Some(size) => Part::stream_with_length(body, size),
            None => Part::stream(body),
        };
        let part = part.file_name(name);
        let part = part.mime_str(&mime).map_err(|_| Failure::NotSent("the request could not be made"))?;
        form = form.part(format!("f{number}"), part);
        pumps.push(pump(stream, to, &broken));
    }
    let answer = errand.shared.client.upload(method, form, UPLOAD_MAX);
    tokio::pin!(answer);
    let answer = tokio::select! {
        answer = &mut answer => answer,
        _ = join_all(pumps) => answer.await,
    };
    match (answer, broken.into_inner().unwrap_or_else(PoisonError::into_inner)) {
        (Ok(answer), _) => Ok(answer),
        // half a request is none
        (Err(Failure::Lost(_) | Failure::NotSent(_)), Some(error)) => Err(Undone::Told(error.outcome())),
        (Err(failure), _) => Err(errand.shared.judged(method, failure).into()),
    }
}

/// The parameters as a form: texts as they are, everything else as JSON.
fn fields(params: &Value) -> Form {
    let fields = params.as_object().into_iter().flatten();
    fields.fold(Form::new(), |form, (name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        form.text(name.clone(), value)
    })
}

fn body(from: mpsc::Receiver<io::Result<Vec<u8>>>) -> Body {
    Body::wrap_stream(stream::unfold(from, async |mut from| from.recv().await.map(|chunk| (chunk, from))))
}

/// Moves a file into the request, until it ends or nobody takes it any more.
async fn pump(
    mut from: MediaStream,
    to: mpsc::Sender<io::Result<Vec<u8>>>,
    broken: &Mutex<Option<MediaError>>,
) {
    let told = from.size;
    let mut size = 0_u64;
    let moved = async {
        loop {
            let next = timeout(STALL_MAX, from.next()).await.map_err(|_| stalled())??;
            let Some(chunk) = next else { break };
            size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if told.is_some_and(|told| size > told) {
                return Err(other_size());
            }
            if to.send(Ok(chunk)).await.is_err() {
                return Ok(());
            }
        }
        if told.is_some_and(|told| size != told) { Err(other_size()) } else { Ok(()) }
    };
    if let Err(error) = moved.await {
        *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        // half a file must not look like a whole one
        let _unheard = to.send(Err(io::Error::other("the file broke off"))).await;
    }
}

fn other_size() -> MediaError {
    MediaError::Refused("it is not as long as its platform says".to_owned())
}

/// A file's name without a path and without what cannot be seen; by what it is, where it has none.
fn name_of(item: &Item<'_>, shape: Shape, mime: &str) -> String {
    let name = item.file.as_ref().and_then(|file| file.name.as_deref()).unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).take(NAME_MAX);
    let name = seen.collect::<String>().trim().to_owned();
    if !name.is_empty() {
        return name;
    }
    let (_, kind) = shape.method();
    let ending = mime.split(['/', ';', '+']).nth(1).unwrap_or_default().trim();
    let is_known = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ending = match ending {
        "mpeg" if shape.family() == Family::Audio => "mp3",
        "plain" => "txt",
        known if is_known => known,
        _ => "bin",
    };
    format!("{kind}.{ending}")
}
