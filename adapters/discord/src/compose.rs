//! The messages that an operation becomes: texts one after the other, files beneath the last of them. Sends nothing.

use crate::channels;
use crate::config::Names;
use crate::errors::Spot;
use crate::render::{self, Shown};
use crate::send::{Errand, Way};
use port::rich::Rich;
use port::{Attachment, Mention, Voice};
use serde_json::Value;

/// The most files of one message.
const FILES_MAX: usize = 10;
/// What all files of one message may have together; one file alone may be as large as the place takes.
const REQUEST_MAX: u64 = 24 << 20;

/// One message to be made.
#[derive(Debug)]
pub(crate) struct Post<'o> {
    /// Text and who is called.
    pub(crate) said: Value,
    pub(crate) files: Vec<&'o Attachment>,
}

impl Errand<'_> {
    /// The messages that an operation makes: texts one after the other, files beneath the last of them.
    pub(crate) fn posts<'p>(
        &self,
        way: &Way,
        voice: &Voice,
        body: &Rich,
        files: &'p [Attachment],
        (reply_to, mentions): (Option<&str>, &[Mention]),
    ) -> Vec<Post<'p>> {
        let shown = self.shown(way, voice);
        let before = match (way, &self.facts.guild, reply_to) {
            // webhooks cannot answer
            (Way::Hook { .. }, Some(guild), Some(message)) => {
                render::answer_line(guild, &self.channel, message)
            }
            (Way::Hook { .. } | Way::Bot, _, _) => String::new(),
        };
        let mut texts = render::texts(shown, body, &before, mentions);
        if texts.is_empty() {
            texts.push(String::new());
        }
        if let Some(first) = texts.first_mut() {
            first.insert_str(0, &before);
        }
        let post = |text: &str, files| Post { said: render::said(shown, text, mentions), files };
        let mut posts: Vec<Post<'p>> = texts.iter().map(|text| post(text, Vec::new())).collect();
        for (number, chunk) in chunks(files).into_iter().enumerate() {
            match posts.last_mut() {
                Some(last) if number == 0 => last.files = chunk,
                Some(_) | None => posts.push(post("", chunk)),
            }
        }
        for post in &mut posts {
            render::or_nothing(&mut post.said, !post.files.is_empty());
        }
        posts
    }

    /// How a voice shows itself here.
    pub(crate) fn shown<'v>(&self, way: &Way, voice: &'v Voice) -> Shown<'v> {
        match way {
            Way::Hook { .. } => Shown::Aside,
            // the team needs no proof of who is who, and an embed would not show its mentions
            Way::Bot if self.spot != Spot::Customer => Shown::without_webhook(voice, Names::Bold),
            Way::Bot => Shown::without_webhook(voice, self.shared.config.names),
        }
    }
}

/// Files by the messages that carry them.
fn chunks(files: &[Attachment]) -> Vec<Vec<&Attachment>> {
    let mut chunks: Vec<Vec<&Attachment>> = Vec::new();
    let mut room = 0;
    for file in files {
        let size = file.size.unwrap_or(channels::FILE_MAX);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < FILES_MAX && size <= room => {
                room -= size;
                chunk.push(file);
            }
            Some(_) | None => {
                room = REQUEST_MAX.saturating_sub(size);
                chunks.push(vec![file]);
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use port::{ChannelName, File, FileKind, MediaRef, Owner};

    fn file(size: Option<u64>) -> Attachment {
        let mut file = File::new(FileKind::Document, MediaRef::new("x"));
        file.size = size;
        Attachment::new(&Owner::Desk, &ChannelName::new("shop"), &file)
    }

    #[test]
    fn files_go_ten_at_a_time_and_no_request_is_too_large() {
        let counts = |files: &[Attachment]| chunks(files).iter().map(Vec::len).collect::<Vec<_>>();
        let small: Vec<_> = (0..23).map(|_| file(Some(1))).collect();
        assert_eq!(counts(&small), [10, 10, 3]);
        let large: Vec<_> = (0..5).map(|_| file(Some(10 << 20))).collect();
        assert_eq!(counts(&large), [2, 2, 1]);
        assert_eq!(counts(&[file(Some(90 << 20)), file(Some(1)), file(None)]), [1, 2]);
        assert!(counts(&[]).is_empty());
    }
}
