//! What is needed to connect as a bot: Telegram and Discord.

use super::platforms::url;
use super::resolve::Findings;
use super::secrets::Secret;
use super::written::{ChannelTable, MattersIn, PersonaForm};
use super::{Discord, Platform, Telegram};

/// Telegram's own server.
const TELEGRAM: &str = "https://api.telegram.org";
/// Discord's own server.
const DISCORD: &str = "https://discord.com";
/// The version of Discord's API that is spoken.
const DISCORD_API: &str = "/api/v10";

pub(super) fn telegram(found: &mut Findings<'_>, path: &str, table: &ChannelTable) -> Option<Telegram> {
    let token = token(found, path, table, "the token that @BotFather gave");
    if token.as_ref().is_some_and(|token| !is_telegram_token(token.expose())) {
        let hint = "it is a number, a colon and some 35 letters, as @BotFather gives it";
        found.problem(format!("{path}.{}", token_key(table)), "does not hold a bot's token", hint);
    }
    let persona = match table.persona {
        None | Some(PersonaForm::Line) => PersonaForm::Line,
        Some(PersonaForm::Inline) => PersonaForm::Inline,
        Some(other @ (PersonaForm::Bold | PersonaForm::Embed)) => {
            wrong_persona(found, path, other, "\"line\" or \"inline\"");
            PersonaForm::Line
        }
    };
    let api_url = url(found, path, "api_url", table.api_url.as_deref());
    if table.api_url.is_some() && api_url.is_none() {
        return None;
    }
    Some(Telegram { api_url: api_url.unwrap_or_else(|| TELEGRAM.to_owned()), token: token?, persona })
}

pub(super) fn discord(found: &mut Findings<'_>, path: &str, table: &ChannelTable) -> Option<Discord> {
    let token = token(found, path, table, "the bot's token from the Developer Portal");
    let persona = match table.persona {
        None | Some(PersonaForm::Bold) => PersonaForm::Bold,
        Some(PersonaForm::Embed) => PersonaForm::Embed,
        Some(other @ (PersonaForm::Line | PersonaForm::Inline)) => {
            wrong_persona(found, path, other, "\"bold\" or \"embed\"");
            PersonaForm::Bold
        }
    };
    let guilds = table.guilds.clone().unwrap_or_default();
    for (index, guild) in guilds.iter().enumerate() {
        if guild.is_empty() || !guild.bytes().all(|byte| byte.is_ascii_digit()) {
            let hint = "the server's numeric id, in quotes (developer mode, right click, copy server id)";
            found.problem(format!("{path}.guilds[{index}]"), "is not the id of a server", hint);
        }
    }
    let api_url = url(found, path, "api_url", table.api_url.as_deref());
    if table.api_url.is_some() && api_url.is_none() {
        return None;
    }
    let api_url = api_url.unwrap_or_else(|| DISCORD.to_owned());
    let versioned = api_url.rsplit_once("/api/v").is_some_and(|(_, version)| version.parse::<u8>().is_ok());
    let api_url = if versioned { api_url } else { format!("{api_url}{DISCORD_API}") };
    let matters = table.matters.unwrap_or(MattersIn::DirectMessage);
    Some(Discord { api_url, token: token?, guilds, matters, persona })
}

fn wrong_persona(found: &mut Findings<'_>, path: &str, form: PersonaForm, known: &str) {
    let what = format!("cannot be {form:?} here").to_lowercase();
    found.problem(format!("{path}.persona"), what, format!("it can be {known}"));
}

fn token_key(table: &ChannelTable) -> &'static str {
    if table.token_env.is_some() { "token_env" } else { "token_file" }
}

fn token(found: &mut Findings<'_>, path: &str, table: &ChannelTable, what: &str) -> Option<Secret> {
    if table.token_env.is_none() && table.token_file.is_none() {
        let hint = format!("name the variable or the file that holds {what}: token_env or token_file");
        found.problem(format!("{path}.token_env"), "is missing", hint);
        return None;
    }
    found.secret(path, "token", table.token_env.as_deref(), table.token_file.as_deref())
}

fn is_telegram_token(token: &str) -> bool {
    token.split_once(':').is_some_and(|(bot, secret)| {
        let is_id = !bot.is_empty() && bot.bytes().all(|byte| byte.is_ascii_digit());
        is_id
            && !secret.is_empty()
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    })
}

/// What is wrong with a team's chat, if anything.
pub(super) fn room_problem(platform: Platform, room: &str) -> Option<&'static str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match platform {
        Platform::Telegram if !room.strip_prefix('-').is_some_and(is_number) => {
            Some("the numeric id of the group, which begins with -100: \"-1001234567890\"")
        }
        Platform::Discord if !is_number(room) => {
            Some("the numeric id of the forum (developer mode, right click, copy channel id)")
        }
        Platform::Telegram | Platform::Discord | Platform::Matrix | Platform::Local => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bots_token_is_known_by_its_shape() {
        for (token, fits) in [
            ("123456:AAE-abc_DEF", true),
            ("123456", false),
            (":AAE", false),
            ("bot123:AAE", false),
            ("123456:AA E", false),
        ] {
            assert_eq!(is_telegram_token(token), fits, "{token}");
        }
    }

    #[test]
    fn a_team_works_in_a_group_or_a_forum_named_by_number() {
        assert_eq!(room_problem(Platform::Telegram, "-1001234567890"), None);
        assert!(room_problem(Platform::Telegram, "@support").is_some());
        assert!(room_problem(Platform::Telegram, "4711").is_some());
        assert_eq!(room_problem(Platform::Discord, "1100000000000000001"), None);
        assert!(room_problem(Platform::Discord, "#support").is_some());
    }
}
