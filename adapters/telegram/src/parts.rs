//! A message as what Telegram is sent for it, one request after the other. Pure.
//!
//! Files come before the words that do not fit beside them: when a file is refused, nothing has been said yet, and the
//! message may go without it.

use crate::normalise::Source;
use crate::render::{self, By, Words};
use crate::shapes::{Family, Shape};
use port::rich::Rich;
use port::{Attachment, ChannelName, File, Mention, Persona, Voice};

/// The most files of an album (Bot API, `sendMediaGroup`).
const ALBUM_MAX: usize = 10;

/// One request.
pub(crate) enum Part<'o> {
    /// A text.
    Text(Words),
    /// One file, or an album, and what stands beside it.
    Files(Vec<Item<'o>>, Words),
}

/// A file to be sent.
pub(crate) struct Item<'o> {
    pub(crate) attachment: &'o Attachment,
    pub(crate) file: Option<File>,
    /// Where this bot has it already.
    pub(crate) source: Option<Source>,
    /// As what it is sent, as far as its sender's platform tells.
    pub(crate) shape: Shape,
}

impl<'o> Item<'o> {
    /// A file on its way through a channel.
    pub(crate) fn new(attachment: &'o Attachment, channel: &ChannelName) -> Self {
        let file = attachment.file();
        let is_ours = attachment.channel == *channel;
        let source = file.as_ref().filter(|_| is_ours).and_then(|file| Source::of(&file.source));
        // the moving part of a live photo cannot be sent alone by its id
        let source = source.filter(|source| source.kind != "live_photo");
        let mime = file.as_ref().and_then(|file| file.mime.as_deref()).unwrap_or_default();
        let shape = match &source {
            Some(source) => Shape::of_source(source, attachment.kind),
            None => Shape::of_bytes(attachment.kind, mime, attachment.size),
        };
        Self { attachment, file, source, shape }
    }
}

/// All requests of a message. Where `is_team`, everybody knows who speaks in a topic, so that a sticker may stand alone.
pub(crate) fn parts<'o>(
    by: By<'_>,
    body: &Rich,
    files: &'o [Attachment],
    mentions: &[Mention],
    (channel, is_team): (&ChannelName, bool),
) -> Vec<Part<'o>> {
    let body = &render::with_missing_names(body, mentions);
    let is_silent = body.text().trim().is_empty();
    let mut parts = albums(files.iter().map(|file| Item::new(file, channel)));
    let beside = render::words(by, body);
    let fits = parts.len() == 1 && parts.iter().all(|album| takes_caption(album)) && beside.fits_caption();
    let name = || render::words(by, &Rich::default());
    let is_nameless = !parts.iter().any(|album| takes_caption(album)) && is_person(by.voice);
    let mut requests = Vec::new();
    if is_silent && is_nameless && !is_team && !parts.is_empty() {
        requests.push(Part::Text(name()));
    }
    let has_files = !parts.is_empty();
    requests.extend(parts.drain(..).map(|album| {
        let words = match (takes_caption(&album), fits && !is_silent) {
            (true, true) => beside.clone(),
            (true, false) => name(),
            (false, _) => Words::default(),
        };
        Part::Files(album, words)
    }));
    if !(has_files && (is_silent || fits)) {
        requests.extend(render::messages(by, body).into_iter().map(Part::Text));
    }
    let words = requests.iter_mut().map(|part| match part {
        Part::Text(words) | Part::Files(_, words) => words,
    });
    render::call(words, mentions);
    requests
}

const fn is_person(voice: &Voice) -> bool {
    match voice {
        Voice::Persona(Persona { .. }) => true,
        Voice::Bridge => false,
    }
}

fn takes_caption(album: &[Item<'_>]) -> bool {
    album.first().is_some_and(|item| item.shape.takes_caption())
}

/// Files in their order, neighbours that may stand together as albums.
fn albums<'o>(items: impl Iterator<Item = Item<'o>>) -> Vec<Vec<Item<'o>>> {
    let mut albums: Vec<Vec<Item<'o>>> = Vec::new();
    for item in items {
        let family = item.shape.family();
        let joins = |album: &&mut Vec<Item<'o>>| {
            let is_same = album.first().is_some_and(|first| first.shape.family() == family);
            is_same && family != Family::Single && album.len() < ALBUM_MAX
        };
        match albums.last_mut().filter(joins) {
            Some(album) => album.push(item),
            None => albums.push(vec![item]),
        }
    }
    albums
}

#[cfg(test)]
#[path = "tests/parts.rs"]
mod tests;
