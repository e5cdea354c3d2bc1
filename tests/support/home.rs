//! A directory of a bridge's own with a configuration for bots, and the program on it.

use crate::program::{Bridge, done};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::TempDir;

/// A place for a bridge.
pub(crate) struct Home {
    directory: TempDir,
}

/// One bot as a channel's table, with its token in the file of the channel's name.
pub(crate) fn bot(name: &str, platform: &str, api_url: &str, more: &str) -> String {
    format!(
        "\n[[channels]]\nname = \"{name}\"\nplatform = \"{platform}\"\napi_url = \"{api_url}\"\n\
         token_file = \"{name}.token\"\n{more}\n"
    )
}

/// A team, and Anna who is a manager and works in it.
pub(crate) fn team(channel: &str, room: &str, handles: &str) -> String {
    format!(
        "\n[[teams]]\nname = \"support\"\nchannel = \"{channel}\"\nroom = \"{room}\"\n\n\
         [[agents]]\nname = \"Anna\"\ntitle = \"Support\"\nrole = \"manager\"\nhandles = {{ {handles} }}\n"
    )
}

/// Keeps a bot's token where the configuration looks for it.
pub(crate) fn keep_token(directory: &Path, channel: &str, token: &str) {
    let path = directory.join(format!("{channel}.token"));
    fs::write(&path, token).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

impl Home {
    /// A place with this configuration behind `[desk]`, and the tokens of its channels.
    pub(crate) fn new(config: &str, tokens: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("config")).unwrap();
        let desk = "[desk]\ndata_dir = \"data\"\ntime_zone = \"Europe/Berlin\"\n";
        fs::write(directory.path().join("config/deskbridge.toml"), format!("{desk}{config}")).unwrap();
        for (channel, token) in tokens {
            keep_token(directory.path(), channel, token);
        }
        Self { directory }
    }

    pub(crate) fn start(&self) -> Bridge {
        Bridge::start_with(self.directory.path(), &[("DESKBRIDGE_LOG", "trace")])
    }

    /// Runs another command: exit code, standard output, standard error.
    pub(crate) async fn run(&self, arguments: &'static [&'static str]) -> (i32, String, String) {
        let directory = self.directory.path().to_owned();
        tokio::task::spawn_blocking(move || done(&directory, arguments)).await.unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What the last process logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}
