//! What each platform needs to connect, and what its ids look like.

use super::bots;
use super::resolve::Findings;
use super::secrets::Secret;
use super::written::ChannelTable;
use super::{Channel, Connection, Local, Matrix, MatrixLogin, Platform};
use std::net::SocketAddr;

/// The channels that can be connected; what is wrong with the others is among the findings.
pub(super) fn channels(found: &mut Findings<'_>, tables: &[ChannelTable]) -> Vec<Channel> {
    if tables.is_empty() && found.lines.of("channels").is_some() {
        found.problem("channels", "is empty", "without a channel nobody could write: add [[channels]]");
    }
    let mut channels: Vec<Channel> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let path = format!("channels[{index}]");
        let name = table.name.as_deref().map(|name| found.channel_name(&path, name, &channels));
        let Some(platform) = table.platform else { continue };
        strangers(found, &path, table, platform);
        let connection = match platform {
            Platform::Local => local(found, &path, table).map(Connection::Local),
            Platform::Matrix => {
                matrix(found, &path, table).map(|matrix| Connection::Matrix(Box::new(matrix)))
            }
            Platform::Telegram => bots::telegram(found, &path, table).map(Connection::Telegram),
            Platform::Discord => bots::discord(found, &path, table).map(Connection::Discord),
        };
        if let Some(Connection::Local(new)) = &connection {
            no_two_on_one_address(found, &path, new.listen, &channels);
        }
        // a channel that cannot be connected still keeps its name taken
        let (Some(name), Some(connection)) = (name, connection) else { continue };
        channels.push(Channel { name, connection });
    }
    channels
}

/// Entries that belong to another platform.
fn strangers(found: &mut Findings<'_>, path: &str, table: &ChannelTable, platform: Platform) {
    use Platform::{Discord, Local, Matrix, Telegram};
    let entries: [(&str, bool, &[Platform]); 17] = [
        ("api_url", table.api_url.is_some(), &[Matrix, Telegram, Discord]),
        ("token_env", table.token_env.is_some(), &[Telegram, Discord]),
        ("token_file", table.token_file.is_some(), &[Telegram, Discord]),
        ("guilds", table.guilds.is_some(), &[Discord]),
        ("matters", table.matters.is_some(), &[Discord]),
        ("persona", table.persona.is_some(), &[Telegram, Discord]),
        ("homeserver", table.homeserver.is_some(), &[Matrix]),
        ("user", table.user.is_some(), &[Matrix]),
        ("password_env", table.password_env.is_some(), &[Matrix]),
        ("password_file", table.password_file.is_some(), &[Matrix]),
        ("access_token_env", table.access_token_env.is_some(), &[Matrix]),
        ("device_id", table.device_id.is_some(), &[Matrix]),
        ("recovery_key_env", table.recovery_key_env.is_some(), &[Matrix]),
        ("allowed_servers", table.allowed_servers.is_some(), &[Matrix]),
        ("listen", table.listen.is_some(), &[Local]),
        ("credential_env", table.credential_env.is_some(), &[Local]),
        ("credential_file", table.credential_file.is_some(), &[Local]),
    ];
    for (key, written, platforms) in entries {
        if written && !platforms.contains(&platform) {
            let of = platforms.iter().map(|platform| platform.word()).collect::<Vec<_>>().join(", ");
            let what = format!("has no meaning on the platform \"{platform}\"");
            found.problem(format!("{path}.{key}"), what, format!("it belongs to: {of}"));
        }
    }
}

fn local(found: &mut Findings<'_>, path: &str, table: &ChannelTable) -> Option<Local> {
    let credential =
        found.secret(path, "credential", table.credential_env.as_deref(), table.credential_file.as_deref());
    let at = format!("{path}.listen");
    let Some(listen) = table.listen.as_deref() else {
        found.problem(at, "is missing", "the address of the pages, e.g. \"127.0.0.1:8080\"");
        return None;
    };
    let Ok(listen) = listen.parse::<SocketAddr>() else {
        let hint = "write an address and a port: \"127.0.0.1:8080\", or \"[::1]:8080\"";
        found.problem(at, "is not an address to listen on", hint);
        return None;
    };
    if credential
        .as_ref()
        .is_some_and(|secret| secret.expose().chars().count() < adapter_local::CREDENTIAL_MIN)
    {
        let key = if table.credential_env.is_some() { "credential_env" } else { "credential_file" };
        let what = format!("holds a credential of fewer than {} characters", adapter_local::CREDENTIAL_MIN);
        found.problem(format!("{path}.{key}"), what, "make one with: openssl rand -base64 24");
    }
    let wanted = table.credential_env.is_some() || table.credential_file.is_some();
    if !listen.ip().is_loopback() && !wanted {
        let hint = "add credential_env or credential_file, or listen on 127.0.0.1";
        found.problem(at, "can be reached from other machines and nothing asks who comes", hint);
    }
    Some(Local { listen, credential })
}

fn no_two_on_one_address(found: &mut Findings<'_>, path: &str, listen: SocketAddr, earlier: &[Channel]) {
    let taken = |channel: &Channel| match &channel.connection {
        Connection::Local(other) => other.listen == listen,
        Connection::Matrix(_) | Connection::Telegram(_) | Connection::Discord(_) => false,
    };
    if listen.port() != 0 && earlier.iter().any(taken) {
        found.problem(format!("{path}.listen"), "is the address of an earlier channel", "take another port");
    }
}

fn matrix(found: &mut Findings<'_>, path: &str, table: &ChannelTable) -> Option<Matrix> {
    let homeserver = url(found, path, "homeserver", table.homeserver.as_deref());
    if table.homeserver.is_none() {
        let hint = "the homeserver's base URL, e.g. \"https://matrix.example.org\"";
        found.problem(format!("{path}.homeserver"), "is missing", hint);
    }
    let api_url = url(found, path, "api_url", table.api_url.as_deref());
    match table.user.as_deref() {
        None => {
            let hint = "the bridge's own account, e.g. \"@support:example.org\"";
            found.problem(format!("{path}.user"), "is missing", hint);
        }
        Some(user) => {
            if let Some(hint) = account_problem(Platform::Matrix, user) {
                found.problem(format!("{path}.user"), "is not an account on matrix", hint);
            }
        }
    }
    let login = matrix_login(found, path, table);
    let recovery_key = found.secret(path, "recovery_key", table.recovery_key_env.as_deref(), None);
    if recovery_key.as_ref().is_some_and(|key| !adapter_matrix::is_recovery_key(key.expose())) {
        let hint = "it is mistyped or something else; a new one is made with: deskbridge recovery-key";
        found.problem(format!("{path}.recovery_key_env"), "does not hold a recovery key", hint);
    }
    let allowed_servers = table.allowed_servers.clone().unwrap_or_default();
    for (index, server) in allowed_servers.iter().enumerate() {
        if server.is_empty() || server.contains(['/', '@', ' ']) {
            let hint = "the part behind the colon of a user id, e.g. \"example.org\"";
            found.problem(format!("{path}.allowed_servers[{index}]"), "is not the name of a server", hint);
        }
    }
    Some(Matrix {
        homeserver: api_url.or(homeserver)?,
        user: table.user.clone()?,
        login: login?,
        recovery_key,
        allowed_servers,
    })
}

fn matrix_login(found: &mut Findings<'_>, path: &str, table: &ChannelTable) -> Option<MatrixLogin> {
    let by_password = table.password_env.is_some() || table.password_file.is_some();
    let password =
        found.secret(path, "password", table.password_env.as_deref(), table.password_file.as_deref());
    let token: Option<Secret> = found.secret(path, "access_token", table.access_token_env.as_deref(), None);
    match (by_password, table.access_token_env.is_some(), table.device_id.as_deref()) {
        (true, false, None) => password.map(MatrixLogin::Password),
        (false, true, Some(device_id)) => {
            token.map(|token| MatrixLogin::Token { token, device_id: device_id.to_owned() })
        }
        (true, true, _) => {
            let hint = "keep the password, or keep access_token_env with device_id";
            found.problem(format!("{path}.access_token_env"), "is a second way to log in", hint);
            None
        }
        (true, false, Some(_)) => {
            let hint = "a password makes a device of its own: take device_id out";
            found.problem(format!("{path}.device_id"), "belongs to access_token_env", hint);
            None
        }
        (false, true, None) => {
            let hint = "the id of the device that the access token was made for";
            found.problem(format!("{path}.device_id"), "is missing", hint);
            None
        }
        (false, false, _) => {
            let hint = "name the variable or the file that holds the account's password: password_env or password_file";
            found.problem(format!("{path}.password_env"), "is missing", hint);
            None
        }
    }
}

pub(super) fn url(found: &mut Findings<'_>, path: &str, key: &str, written: Option<&str>) -> Option<String> {
    let url = written?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') || url.contains(char::is_whitespace) {
        let hint =
            "it begins with https:// and has no name or password in it: \"https://matrix.example.org\"";
        found.problem(format!("{path}.{key}"), "is not the URL of a server", hint);
        return None;
    }
    let loopback = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
    if url.starts_with("http://") && !loopback {
        let hint = "take https:// unless the way to the server is trusted";
        found.warning(format!("{path}.{key}"), "sends the password and all messages in the clear", hint);
    }
    Some(url.trim_end_matches('/').to_owned())
}

/// What is wrong with an account's id, if anything.
pub(super) fn account_problem(platform: Platform, account: &str) -> Option<&'static str> {
    let fits = match platform {
        Platform::Local => !account.trim().is_empty() && port::names::clean_name(account) == account,
        Platform::Matrix => {
            account.strip_prefix('@').and_then(|rest| rest.split_once(':')).is_some_and(|(name, server)| {
                !name.is_empty() && !server.is_empty() && !account.contains(char::is_whitespace)
            })
        }
        Platform::Telegram | Platform::Discord => {
            !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit())
        }
    };
    let hint = match platform {
        Platform::Local => "a short name without line breaks, e.g. \"anna\"",
        Platform::Matrix => "a whole user id: \"@anna:example.org\"",
        Platform::Telegram | Platform::Discord => "the numeric id of the account, in quotes, not its @name",
    };
    (!fits).then_some(hint)
}

/// What is wrong with a team's chat, if anything.
pub(super) fn room_problem(platform: Option<Platform>, room: &str) -> Option<&'static str> {
    match platform {
        _ if room.trim().is_empty() => Some("it is empty"),
        Some(Platform::Matrix) if room.starts_with('#') => {
            Some("an alias can move: give the room's id, which begins with ! (room settings, advanced)")
        }
        Some(Platform::Local) if room.contains('/') || room.chars().any(char::is_control) => {
            Some("a room's name has no / and no line breaks: \"team\"")
        }
        Some(Platform::Matrix) if !room.starts_with('!') => Some("a room's id begins with !"),
        Some(platform) => bots::room_problem(platform, room),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_written_as_its_platform_writes_it() {
        for (platform, account, fits) in [
            (Platform::Matrix, "@anna:example.org", true),
            (Platform::Matrix, "anna:example.org", false),
            (Platform::Matrix, "@anna", false),
            (Platform::Matrix, "@:example.org", false),
            (Platform::Telegram, "123456", true),
            (Platform::Telegram, "@anna", false),
            (Platform::Discord, "", false),
            (Platform::Local, "anna", true),
            (Platform::Local, " ", false),
        ] {
            assert_eq!(account_problem(platform, account).is_none(), fits, "{platform} {account}");
        }
    }
}
