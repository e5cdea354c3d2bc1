//! Files as the server keeps and shows them.

use crate::world::{File, World};
use serde_json::{Map, Value, json};

/// Keeps a file; its id.
pub(crate) fn keep(
    world: &mut World,
    kind: &str,
    name: Option<String>,
    mime: Option<String>,
    bytes: Vec<u8>,
) -> String {
    let number = world.id();
    let folder = match kind {
        "photo" => "photos",
        "video" => "videos",
        "voice" => "voice",
        "audio" => "music",
        "sticker" => "stickers",
        "video_note" => "video_notes",
        "animation" => "animations",
        _ => "documents",
    };
    let name = name.filter(|_| !matches!(kind, "photo" | "voice" | "sticker" | "video_note"));
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (id, unique) = (format!("BAADBAAD{number:x}-file_{kind}"), format!("AgAD{number:x}"));
    let path = format!("{folder}/file_{number}");
    let file = File { unique, kind: kind.to_owned(), name, mime, bytes, size, path };
    world.files.insert(id.clone(), file);
    id
}

/// The fields of a message that show a file.
pub(crate) fn show_file(world: &World, id: &str, message: &mut Map<String, Value>) {
    let Some(file) = world.files.get(id) else { return };
    let mut shown = json!({ "file_id": id, "file_unique_id": file.unique, "file_size": file.size });
    let add = |shown: &mut Value, more: Value| {
        if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
            shown.extend(more);
        }
    };
    if let Some(name) = &file.name {
        shown["file_name"] = name.as_str().into();
    }
    // the API describes no type for these
    let has_mime = !matches!(file.kind.as_str(), "photo" | "sticker" | "video_note");
    if let Some(mime) = file.mime.as_ref().filter(|_| has_mime) {
        shown["mime_type"] = mime.as_str().into();
    }
    match file.kind.as_str() {
        "photo" => {
            let mut small = shown.clone();
            small["file_id"] = format!("{id}-s").into();
            small["file_unique_id"] = format!("{}s", file.unique).into();
            add(&mut small, json!({ "width": 90, "height": 60, "file_size": 1000 }));
            add(&mut shown, json!({ "width": 900, "height": 600 }));
            shown = json!([small, shown]);
        }
        "video" | "animation" => add(&mut shown, json!({ "width": 640, "height": 360, "duration": 3 })),
        "audio" | "voice" => add(&mut shown, json!({ "duration": 3 })),
        "video_note" => add(&mut shown, json!({ "duration": 3, "length": 240 })),
        "sticker" => {
            let looks = json!({
                "type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false,
                "emoji": "👍",
            });
            add(&mut shown, looks);
        }
        _ => {}
    }
    if file.kind == "animation" {
        let mut document = shown.clone();
        if let Some(document) = document.as_object_mut() {
            for field in ["width", "height", "duration"] {
                document.remove(field);
            }
        }
        message.insert("document".to_owned(), document);
    }
    message.insert(file.kind.clone(), shown);
}
