//! Files that people brought: until a message has them, and after.

use super::rows::{self, Author, FileRow, Filed, WAITING, Waiting};
use super::{Draft, Log, LogError, now, parse};
use crate::files::WAITING_MAX;
use port::{Private, ShelfError};

/// How many files somebody's chat or a room may have waiting for their messages.
pub(crate) const UPLOADS_MAX: usize = 100;
/// How many rows are looked at at once.
const PAGE: usize = 200;

impl Log {
    /// Whether one more file may wait in a chat.
    pub(crate) async fn has_room(&self, chat: &str) -> Result<bool, ShelfError> {
        let waiting = self.shelf.scan(&rows::waiting_prefix(chat), None, UPLOADS_MAX).await?;
        Ok(waiting.len() < UPLOADS_MAX)
    }

    /// Names a file that somebody brought.
    pub(crate) async fn uploaded(&self, chat: &str, author: &Author, file: &Filed) -> Result<(), ShelfError> {
        let mut draft = self.draft().await?;
        let row = FileRow {
            file: file.clone(),
            chat: chat.to_owned(),
            account: author.account.clone(),
            at: draft.at,
            used: false,
            seal: None,
        };
        draft.row(rows::file_key(&file.id), &row)?;
        let waiting = Waiting { file: file.id.clone(), at: draft.at };
        draft.row(format!("{}{}", rows::waiting_prefix(chat), file.id), &waiting)?;
        draft.keep().await
    }

    /// A file, unless it was erased.
    pub(crate) async fn file(&self, id: &str) -> Result<Option<FileRow>, ShelfError> {
        let row: Option<FileRow> = self.row(&rows::file_key(id)).await?;
        Ok(row.filter(|row| row.seal.as_ref().is_none_or(|seal| seal.text().is_some())))
    }

    /// Removes files that have waited too long for a message.
    pub(crate) async fn expire(&self) -> Result<(), ShelfError> {
        let Ok(before) = now().checked_sub(WAITING_MAX) else { return Ok(()) };
        let mut after: Option<String> = None;
        loop {
            let page = self.shelf.scan(WAITING, after.as_deref(), PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (key, value) in page {
                let waiting: Waiting = parse(&key, value)?;
                if waiting.at < before {
                    self.expire_one(key, waiting.file).await?;
                }
            }
        }
        Ok(())
    }

    /// Removes bytes that no row names, because an end came between the two or because the row was erased. Looks at
    /// every file, so it is done seldom.
    pub(crate) async fn sweep(&self) -> Result<(), ShelfError> {
        let Ok(before) = now().checked_sub(WAITING_MAX) else { return Ok(()) };
        let old = self.files.older_than(before).await.unwrap_or_default();
        for id in old {
            if self.file(&id).await?.is_none() {
                self.files.remove(&id).await;
            }
        }
        Ok(())
    }

    async fn expire_one(&self, key: String, file: String) -> Result<(), ShelfError> {
        let mut draft = self.draft().await?;
        // a message may have taken it just now
        if self.file(&file).await?.is_none_or(|row| row.used) {
            return Ok(());
        }
        draft.removed.extend([key, rows::file_key(&file)]);
        draft.unneeded.push(file);
        draft.keep().await
    }
}

impl Draft<'_> {
    /// Takes somebody's uploads for a message.
    pub(crate) async fn claim(
        &mut self,
        chat: &str,
        account: &Private,
        files: &[String],
    ) -> Result<Vec<Filed>, LogError> {
        let mut claimed: Vec<Filed> = Vec::new();
        for id in files {
            let row = self.log.file(id).await?.ok_or(LogError::NoUpload)?;
            let is_own = row.chat == chat && row.account == *account && !row.used;
            if !is_own || claimed.iter().any(|file| file.id == *id) {
                return Err(LogError::NoUpload);
            }
            self.put_file(chat, account, &row.file, self.log.private("kept"))?;
            self.removed.push(format!("{}{id}", rows::waiting_prefix(chat)));
            claimed.push(row.file);
        }
        Ok(claimed)
    }
}
