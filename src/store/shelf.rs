//! An adapter's own rows, among everybody else's under `shelf/<channel>/`.

use crate::store::{Batch, Store, StoreError};
use async_trait::async_trait;
use port::{ChannelName, Shelf, ShelfError};
use serde_json::Value;
use std::sync::Arc;

/// The shelf of one channel. Sees no row outside its prefix.
pub struct ChannelShelf {
    store: Arc<dyn Store>,
    prefix: String,
}

impl ChannelShelf {
    /// The shelf of a channel in a store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, channel: &ChannelName) -> Self {
        // a slash within the name would let one channel's prefix begin another's
        let name = channel.as_str().replace('%', "%25").replace('/', "%2f");
        Self { store, prefix: format!("shelf/{name}/") }
    }

    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

#[async_trait]
impl Shelf for ChannelShelf {
    async fn put(&self, rows: Vec<(String, Value)>, remove: Vec<String>) -> Result<(), ShelfError> {
        let puts = rows.into_iter().map(|(key, value)| (self.full(&key), value.into())).collect();
        let removes = remove.iter().map(|key| self.full(key)).collect();
        let batch = Batch { epoch: self.store.epoch(), puts, removes };
        self.store.commit(batch).await.map_err(failed)
    }

    async fn get(&self, key: &str) -> Result<Option<Value>, ShelfError> {
        let rows = self.store.get(&[self.full(key)]).await.map_err(failed)?;
        Ok(rows.into_iter().next().flatten())
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Value)>, ShelfError> {
        let after = after.map(|key| self.full(key));
        let rows = self.store.scan(&self.full(prefix), after.as_deref(), limit).await.map_err(failed)?;
        let own = |(key, value): (String, Value)| Some((key.strip_prefix(&self.prefix)?.to_owned(), value));
        Ok(rows.into_iter().filter_map(own).collect())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "stands in for a conversion in map_err")]
fn failed(error: StoreError) -> ShelfError {
    ShelfError { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SledStore;
    use serde_json::json;

    #[tokio::test]
    async fn each_channel_sees_its_own_rows_only() {
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SledStore::open(dir.path(), None).unwrap());
        let [shop, other, nested] =
            ["shop", "shop2", "shop/a"].map(|name| ChannelShelf::new(store.clone(), &ChannelName::new(name)));
        shop.put(vec![("a/1".into(), json!(1)), ("a/2".into(), json!(2)), ("b".into(), json!(3))], vec![])
            .await
            .unwrap();
        other.put(vec![("a/1".into(), json!("other"))], vec![]).await.unwrap();
        nested.put(vec![("1".into(), json!("nested"))], vec![]).await.unwrap();

        assert_eq!(shop.get("a/1").await.unwrap(), Some(json!(1)));
        let rows = shop.scan("a/", None, 10).await.unwrap();
        assert_eq!(rows, [("a/1".to_owned(), json!(1)), ("a/2".to_owned(), json!(2))]);
        assert_eq!(shop.scan("", Some("a/1"), 1).await.unwrap(), [("a/2".to_owned(), json!(2))]);
        assert_eq!(shop.scan("", None, 10).await.unwrap().len(), 3);

        shop.put(vec![], vec!["a/1".into()]).await.unwrap();
        assert_eq!(shop.get("a/1").await.unwrap(), None);
        assert_eq!(other.get("a/1").await.unwrap(), Some(json!("other")));
    }
}
