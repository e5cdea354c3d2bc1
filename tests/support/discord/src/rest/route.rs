//! Which request is what.

use super::{Answer, Asked, channels, execute, interactions, messages, threads, unescaped, users, webhooks};
use crate::errors::{Result, bare};
use crate::world::{Id, World};

fn id(word: &str) -> Id {
    word.parse().unwrap_or_default()
}

/// Carries a request out.
pub(crate) fn route(world: &mut World, asked: &Asked) -> Result<Answer> {
    let words: Vec<&str> = asked.path.trim_end_matches('/').split('/').collect();
    // these prove themselves
    match (asked.method.as_str(), words.as_slice()) {
        ("GET", ["gateway"]) => return users::gateway(world),
        ("POST", ["webhooks", hook, token]) => return execute::execute(world, asked, (id(hook), token)),
        ("POST" | "GET" | "PATCH" | "DELETE", ["webhooks", hook, token, "messages", message]) => {
            return execute::message(world, asked, (id(hook), token), message);
        }
        ("GET" | "PATCH" | "DELETE", ["webhooks", hook, token]) => {
            return webhooks::by_token(world, asked, id(hook), token);
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            return interactions::callback(world, asked, id(interaction), token);
        }
        _ => {}
    }
    if !asked.authorized {
        return Err(bare(401));
    }
    match words.as_slice() {
        ["channels", channel, rest @ ..] => in_channel(world, asked, id(channel), rest),
        ["guilds", guild, rest @ ..] => match (asked.method.as_str(), rest) {
            ("GET", []) => users::guild(world, id(guild)),
            ("GET", ["roles"]) => users::roles(world, id(guild)),
            ("GET", ["channels"]) => users::channels(world, id(guild)),
            ("GET", ["members", user]) => users::member(world, id(guild), user),
            ("GET", ["threads", "active"]) => threads::active(world, id(guild)),
            _ => Err(bare(404)),
        },
        ["webhooks", hook] => webhooks::by_id(world, asked, id(hook)),
        ["applications", application, rest @ ..] => match rest {
            [] if *application == "@me" => users::application(world),
            ["commands"] => users::commands(world, asked, id(application), 0),
            ["guilds", guild, "commands"] => users::commands(world, asked, id(application), id(guild)),
            _ => Err(bare(404)),
        },
        ["users", rest @ ..] => match (asked.method.as_str(), rest) {
            ("GET", ["@me"]) => users::me(world),
            ("GET", ["@me", "guilds"]) => users::guilds(world),
            ("POST", ["@me", "channels"]) => users::open_direct(world, asked),
            ("GET", [user]) => users::user(world, id(user)),
            _ => Err(bare(404)),
        },
        ["gateway", "bot"] => users::gateway_bot(world),
        _ => Err(bare(404)),
    }
}

fn in_channel(world: &mut World, asked: &Asked, channel: Id, rest: &[&str]) -> Result<Answer> {
    match (asked.method.as_str(), rest) {
        ("GET", []) => channels::get(world, channel),
        ("PATCH", []) => channels::change(world, asked, channel),
        ("DELETE", []) => channels::delete(world, channel),
        ("POST", ["typing"]) => channels::typing(world, channel),
        ("GET", ["messages"]) => messages::list(world, asked, channel),
        ("POST", ["messages"]) => messages::create(world, asked, channel),
        ("POST", ["messages", "bulk-delete"]) => messages::bulk_delete(world, asked, channel),
        ("GET", ["messages", message]) => messages::get(world, channel, id(message)),
        ("PATCH", ["messages", message]) => messages::change(world, asked, channel, id(message)),
        ("DELETE", ["messages", message]) => messages::delete(world, channel, id(message)),
        ("POST", ["messages", message, "threads"]) => {
            threads::from_message(world, asked, channel, id(message))
        }
        (_, ["messages", message, "reactions", emoji @ ..]) => {
            let emoji: Vec<_> = emoji.iter().map(|word| unescaped(word)).collect();
            messages::reactions(world, asked, (channel, id(message)), &emoji)
        }
        ("POST", ["threads"]) => threads::create(world, asked, channel),
        ("GET", ["threads", "archived", "public"]) => threads::archived(world, channel),
        (_, ["thread-members", user]) => threads::member(world, asked, channel, user),
        ("GET" | "POST", ["webhooks"]) => webhooks::of_channel(world, asked, channel),
        _ => Err(bare(404)),
    }
}
