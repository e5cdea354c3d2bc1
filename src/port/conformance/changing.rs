//! What an adapter must do with what is changed, taken back or reacted to, and with files.

use super::{NotShown, Seen, Shell, Verdict, ensure};
use crate::capabilities::Support;
use crate::content::{Attachment, File, FileKind, MediaRef};
use crate::ids::MessageId;
use crate::inbound::InboundKind;
use crate::media::{CHUNK_MAX, Media, MediaError, MediaStream};
use crate::operation::{Operation, Outcome, Persona, Voice};
use crate::private::Owner;
use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};
use tokio::task::JoinSet;

/// The emoji that is reacted with; no mark of the bridge's own.
const EMOJI: &str = "👍";
/// How large the file is that goes through: more than any buffer on its way.
const FILE_SIZE: usize = 5 * CHUNK_MAX + 7;

/// The text is another one afterwards, under the ids that are told, however often it is repeated.
pub(super) async fn an_edited_message_says_the_new_text_only(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    can(shell.adapter.capabilities(&chat).edits, "change messages")?;
    let (before, after) = (shell.word("before"), shell.word("after"));
    let post = shell.post("agent-1", "Anna (Support)", &before);
    let parts = shell.send(chat.clone(), None, post).await?;
    let edit = Operation::Edit { parts, voice: voice(shell), body: shell.private(&after).into() };
    let op = shell.order(chat, None, edit);
    let (first, _) = shell.deliver(&op).await?;
    let (again, _) = shell.deliver(&op).await?;
    ensure(first == again, || format!("a repeat gave {again:?}, not {first:?}"))?;
    let seen = shell.customer_sees(|seen| says(seen, &after) && !says(seen, &before)).await?;
    let ids: Vec<_> = seen.iter().filter(|seen| seen.text == after).map(|seen| &seen.id).collect();
    ensure(ids == first.iter().collect::<Vec<_>>(), || format!("it is at {ids:?}, told was {first:?}"))
}

/// What is taken back is not read any more; what is gone already is well.
pub(super) async fn a_message_taken_back_is_gone(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    can(shell.adapter.capabilities(&chat).deletes, "take messages back")?;
    let text = shell.word("taken back");
    let post = shell.post("agent-1", "Anna (Support)", &text);
    let parts = shell.send(chat.clone(), None, post).await?;
    shell.customer_sees(|seen| says(seen, &text)).await?;
    for _ in 0..2 {
        shell.send(chat.clone(), None, Operation::Delete { parts: parts.clone() }).await?;
        shell.customer_sees(|seen| !says(seen, &text)).await?;
    }
    Ok(())
}

/// A reaction is a sign on the message, until its id is taken back.
pub(super) async fn a_reaction_comes_and_goes(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    can(shell.adapter.capabilities(&chat).reactions, "react")?;
    let (mark, text) = (shell.mark(), shell.word("react to this"));
    shell.rig.customer_writes(&text).await;
    let message = shell.hear_text(mark, &text).await?.message;
    let react = Operation::React { message: Some(message.clone()), key: shell.private(EMOJI) };
    let op = shell.order(chat.clone(), None, react);
    let (parts, _) = shell.deliver(&op).await?;
    ensure(parts.len() == 1, || format!("the reaction's id is {parts:?}"))?;
    let (again, _) = shell.deliver(&op).await?;
    ensure(parts == again, || format!("a repeat gave {again:?}, not {parts:?}"))?;
    let count = |seen: &[Seen]| signs(seen, &message).filter(|sign| sign.starts_with(EMOJI)).count();
    shell.customer_sees(|seen| count(seen) == 1).await?;
    shell.send(chat, None, Operation::Delete { parts }).await?;
    shell.customer_sees(|seen| count(seen) == 0).await?;
    Ok(())
}

/// What arrives is what was sent, byte by byte.
pub(super) async fn a_file_goes_out_byte_by_byte(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    takes_files(shell)?;
    let caption = shell.word("a file");
    let mut file = File::new(FileKind::Document, MediaRef::new("the only one"));
    file.name = Some("file.bin".to_owned());
    file.size = u64::try_from(FILE_SIZE).ok();
    let owner = Owner::Channel(shell.adapter.channel().clone());
    let files = vec![Attachment::new(&owner, shell.adapter.channel(), &file)];
    let body = shell.private(&caption).into();
    let op = shell.order(
        chat,
        None,
        Operation::Create { voice: voice(shell), body, files, reply_to: None, mentions: Vec::new() },
    );
    let (media, mut outcomes) = (OneFile::default(), Vec::new());
    for _ in 0..2 {
        outcomes.push(shell.adapter.deliver(&op, &media).await);
    }
    let [Outcome::Delivered { parts, .. }, again] = &outcomes[..] else {
        return Err(NotShown::Broken(format!("a file was not delivered but {outcomes:?}")));
    };
    ensure(outcomes.first() == Some(again), || format!("a repeat gave {again:?}"))?;
    let Some(message) = parts.first() else {
        return Err(NotShown::Broken("a delivered file has no part".to_owned()));
    };
    let Some(bytes) = shell.rig.customer_fetches(message).await else {
        return Err(NotShown::DoesNotApply("the rig fetches no files".to_owned()));
    };
    ensure(bytes == content(), || {
        format!("{} bytes arrived, not the {FILE_SIZE} that were sent", bytes.len())
    })
}

/// What a customer sends can be opened, byte by byte.
pub(super) async fn a_file_comes_in_byte_by_byte(shell: &mut Shell<'_>) -> Verdict {
    takes_files(shell)?;
    let mark = shell.mark();
    if !shell.rig.customer_sends("file.bin", &content()).await {
        return Err(NotShown::DoesNotApply("the rig sends no files".to_owned()));
    }
    let with_file = |kind: &InboundKind| {
        if let InboundKind::Message { content, .. } = kind { content.files.first().cloned() } else { None }
    };
    let inbound = shell.hear(mark, "a file", |inbound| with_file(&inbound.kind).is_some()).await?;
    let Some(file) = with_file(&inbound.kind) else { return Ok(()) };
    let broken = |error: MediaError| NotShown::Broken(format!("it cannot be opened: {error}"));
    let mut stream = shell.adapter.open_media(&file.source).await.map_err(broken)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await.map_err(broken)? {
        bytes.extend(chunk);
    }
    ensure(bytes == content(), || {
        format!("{} bytes came in, not the {FILE_SIZE} that were sent", bytes.len())
    })
}

/// The file that goes through, and what feeds it.
#[derive(Default)]
struct OneFile(Mutex<JoinSet<()>>);

#[async_trait]
impl Media for OneFile {
    async fn open(&self, _file: &Attachment) -> Result<MediaStream, MediaError> {
        let (chunks, stream) = MediaStream::new(u64::try_from(FILE_SIZE).ok(), None);
        let feed = async move {
            for chunk in content().chunks(CHUNK_MAX) {
                if chunks.send(Ok(chunk.to_vec())).await.is_err() {
                    return;
                }
            }
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spawn(feed);
        Ok(stream)
    }
}

/// Bytes of which no two stretches are alike.
fn content() -> Vec<u8> {
    (0..FILE_SIZE).map(|at| u8::try_from((at * 7 + at / 251) % 251).unwrap_or_default()).collect()
}

fn voice(shell: &Shell<'_>) -> Voice {
    Voice::Persona(Persona { id: "agent-1".to_owned(), name: shell.private("Anna (Support)") })
}

fn can(support: Support, what: &str) -> Verdict {
    match support {
        Support::Full | Support::Partial => Ok(()),
        Support::Dropped | Support::Rejected => {
            Err(NotShown::DoesNotApply(format!("the platform cannot {what}")))
        }
    }
}

fn takes_files(shell: &Shell<'_>) -> Verdict {
    let max = shell.adapter.capabilities(&shell.rig.customer_chat()).file_max;
    let fits = |max: u64| usize::try_from(max).map_or(true, |max| max >= FILE_SIZE);
    if max.is_some_and(fits) {
        return Ok(());
    }
    Err(NotShown::DoesNotApply("the platform takes no files".to_owned()))
}

fn says(seen: &[Seen], text: &str) -> bool {
    seen.iter().any(|seen| seen.text == text)
}

fn signs<'s>(seen: &'s [Seen], message: &MessageId) -> impl Iterator<Item = &'s String> {
    let message = message.clone();
    seen.iter().filter(move |seen| seen.id == message).flat_map(|seen| &seen.marks)
}
