//! Files: uploaded, sent again by their id, gathered in albums, fetched.

use super::sending::{no_parse_mode, place, post, resolve};
use crate::answers::{Answer, Refused};
use crate::files::{keep, show_file};
use crate::params::Params;
use crate::text::{self, put_text};
use crate::world::World;
use serde_json::{Map, Value, json};

/// The largest photo.
const PHOTO_MAX: usize = 10 << 20;
/// The largest file that can be fetched.
const FETCH_MAX: u64 = 20 << 20;

/// Where a file's bytes come from: the field of the upload or the id of a file.
fn source(params: &Params, field: &str, given: Option<&str>) -> Result<Source, Refused> {
    let upload = match given.and_then(|given| given.strip_prefix("attach://")) {
        Some(name) => Some(name.to_owned()),
        None if given.is_none() => Some(field.to_owned()),
        None => None,
    };
    match (upload, given) {
        (Some(name), _) if params.files.contains_key(&name) => Ok(Source::Upload(name)),
        (None, Some(id)) => Ok(Source::Known(id.to_owned())),
        _ => Err(Refused::bad(&format!("there is no {} in the request", field.replace('_', " ")))),
    }
}

enum Source {
    Upload(String),
    Known(String),
}

/// The file to be shown as `kind`; its id.
fn file(world: &mut World, params: &Params, kind: &str, source: &Source) -> Result<String, Refused> {
    let name = match source {
        Source::Upload(name) => name,
        Source::Known(id) => return known(world, kind, id),
    };
    let Some(upload) = params.files.get(name) else { return Err(Refused::bad("file not found")) };
    if upload.bytes.is_empty() {
        return Err(Refused::bad("file must be non-empty"));
    }
    let shown = shown_as(kind, &upload.bytes)?;
    let (name, mime) = (Some(upload.name.clone()), upload.mime.clone());
    Ok(keep(world, shown, name, mime, upload.bytes.clone()))
}

/// A file is sent again as what it was.
fn known(world: &World, kind: &str, id: &str) -> Result<String, Refused> {
    let Some(file) = world.files.get(id) else {
        let words = "wrong file identifier/HTTP URL specified";
        return Err(Refused::bad(words));
    };
    // a small size of a photo has an id of its own, which the fake does not send
    if file.kind == kind {
        return Ok(id.to_owned());
    }
    Err(Refused::bad(&format!("can't use file of type {} as {}", title(&file.kind), title(kind))))
}

fn title(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// As what an upload ends up: the server looks at the bytes.
fn shown_as<'k>(kind: &'k str, bytes: &[u8]) -> Result<&'k str, Refused> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let is_mp4 = bytes.get(4..8) == Some(b"ftyp");
    let is_webp = starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let fits = match kind {
        "photo" => return photo(bytes).map(|()| kind),
        "video" | "video_note" => is_mp4 || starts(&[0x1a, 0x45, 0xdf, 0xa3]),
        "animation" => is_mp4 || starts(b"GIF8"),
        "audio" => starts(b"ID3") || starts(&[0xff, 0xfb]) || is_mp4 || starts(b"OggS"),
        "voice" => starts(b"OggS") || starts(b"ID3") || is_mp4,
        "sticker" => is_webp || starts(&[0x1f, 0x8b]) || starts(&[0x1a, 0x45, 0xdf, 0xa3]),
        _ => true,
    };
    Ok(if fits { kind } else { "document" })
}

fn photo(bytes: &[u8]) -> Result<(), Refused> {
    if bytes.len() > PHOTO_MAX {
        return Err(Refused::bad("file is too big"));
    }
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    let known = is_png
        || bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(b"GIF8")
        || bytes.get(8..12) == Some(b"WEBP");
    if !known {
        return Err(Refused::bad("IMAGE_PROCESS_FAILED"));
    }
    let side = |at: usize| {
        let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_be_bytes).unwrap_or_default()
    };
    if is_png {
        let (width, height) = (side(16), side(20));
        let (small, large) = (width.min(height), width.max(height));
        if small == 0 || width.saturating_add(height) > 10_000 || large / small >= 20 {
            return Err(Refused::bad("PHOTO_INVALID_DIMENSIONS"));
        }
    }
    Ok(())
}

pub(super) fn one(world: &mut World, method: &str, params: &Params) -> Answer {
    let kind = match method {
        "sendphoto" => "photo",
        "sendvideo" => "video",
        "sendanimation" => "animation",
        "sendaudio" => "audio",
        "sendvoice" => "voice",
        "sendsticker" => "sticker",
        "sendvideonote" => "video_note",
        _ => "document",
    };
    no_parse_mode(params)?;
    let given = params.text(kind);
    let source = source(params, kind, given.as_deref())?;
    let has_caption = !matches!(kind, "sticker" | "video_note");
    let caption = if has_caption {
        text::caption(params.text("caption"), params.array("caption_entities")?)?
    } else {
        text::Formatted::default()
    };
    let caption = resolve(world, caption);
    let place = place(world, params, 1)?;
    let file = file(world, params, kind, &source)?;
    let mut fields = Map::new();
    show_file(world, &file, &mut fields);
    put_text(&mut fields, "caption", caption);
    post(world, &place, fields, Some(file))
}

pub(super) fn album(world: &mut World, params: &Params) -> Answer {
    let media = params.array("media")?.ok_or_else(|| Refused::bad("can't parse media JSON object"))?;
    if !(2..=10).contains(&media.len()) {
        return Err(Refused::bad("media must have 2-10 items"));
    }
    let kinds: Vec<_> = media.iter().filter_map(|item| item["type"].as_str()).collect();
    let is_pictures = kinds.iter().all(|kind| matches!(*kind, "photo" | "video" | "live_photo"));
    let is_alike = |alike: &str| kinds.iter().all(|kind| *kind == alike);
    if kinds.len() != media.len() || !(is_pictures || is_alike("document") || is_alike("audio")) {
        return Err(Refused::bad("can't use the media of the specified type in the album"));
    }
    let mut ready = Vec::new();
    for (item, kind) in media.iter().zip(kinds) {
        let given = item["media"].as_str().ok_or_else(|| Refused::bad("media not found"))?;
        let source = source(params, kind, Some(given))?;
        let words = item["caption"].as_str().map(str::to_owned);
        let caption = text::caption(words, item["caption_entities"].as_array().cloned())?;
        ready.push((kind, source, resolve(world, caption)));
    }
    let place = place(world, params, ready.len())?;
    let group = world.id().to_string();
    let mut files = Vec::new();
    for (kind, source, caption) in ready {
        files.push((file(world, params, kind, &source)?, caption));
    }
    let mut posted = Vec::new();
    for (file, caption) in files {
        let mut fields = Map::from_iter([("media_group_id".to_owned(), Value::from(group.as_str()))]);
        show_file(world, &file, &mut fields);
        put_text(&mut fields, "caption", caption);
        posted.push(post(world, &place, fields, Some(file))?);
    }
    Ok(posted.into())
}

pub(super) fn get_file(world: &mut World, params: &Params) -> Answer {
    let id = params.text("file_id").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refused::bad("file_id not specified"))?;
    let whole = id.strip_suffix("-s").unwrap_or(&id);
    let Some(file) = world.files.get(whole) else {
        return Err(Refused::bad("wrong file_id or the file is temporarily unavailable"));
    };
    if file.size > FETCH_MAX {
        return Err(Refused::bad("file is too big"));
    }
    Ok(json!({
        "file_id": id, "file_unique_id": file.unique, "file_size": file.size, "file_path": file.path,
    }))
}
