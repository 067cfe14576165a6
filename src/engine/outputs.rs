//! `outputs`: names and ARNs for whoever builds on the pipeline. Calls nothing but the record: ARNs follow from names.

use super::{Engine, Error};
use crate::outputs::{Output, outputs};
use crate::plan::lifecycle_of;

impl Engine {
    /// Every output of the topology.
    ///
    /// # Errors
    /// [`Error::Record`] and [`Error::Interrupted`].
    pub async fn outputs(&self) -> Result<Vec<Output>, Error> {
        let record = self.record().await?;
        let lifecycle = lifecycle_of(&self.topology, &record);
        Ok(outputs(&self.topology, &lifecycle, &record))
    }
}
