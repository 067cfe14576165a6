//! Settings of destinations: what objects are called, and whose key encrypts them.

use super::topology::Unmeant;
use crate::address::Arn;
use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::model::{Compression, Firehose, Format, Transport};

/// What the name of a gzip file ends in.
const OF_GZIP: [&str; 2] = [".gz", ".gzip"];

impl Unmeant<'_> {
    /// Tools tell by the end of a key whether an object is compressed (Athena User Guide, "Use compression in Athena").
    pub(super) fn extensions(&self, findings: &mut Findings) {
        for (key, destination) in &self.topology.destinations {
            let Transport::Firehose(Firehose { stream, .. }) = &destination.transport;
            let gzipped = stream.format == Format::Envelope || stream.compression == Compression::Gzip;
            let extension = stream.file_extension.to_ascii_lowercase();
            let says_so = OF_GZIP.iter().any(|end| extension.ends_with(end));
            let place = self.key(&["destinations", key.as_str(), "stream", "file_extension"]);
            if let Some(place) = place.filter(|_| gzipped != says_so) {
                let extension = stream.file_extension.clone();
                findings.warn(place, Lint::ExtensionMisleads { extension, gzipped });
            }
        }
    }

    /// logpipe writes no key policies, and a role needs the key's leave in another account (KMS Developer Guide, "Allowing
    /// users in other accounts to use a KMS key").
    pub(super) fn keys_of_others(&self, findings: &mut Findings) {
        for (key, destination) in &self.topology.destinations {
            let Some(arn) = destination.bucket.kms_key_arn.as_deref().and_then(Arn::parse) else { continue };
            let own = self.topology.accounts.get(&destination.account).map(|account| account.id.as_str());
            let place = self.key(&["destinations", key.as_str(), "bucket", "kms_key_arn"]);
            if let Some(place) = place.filter(|_| own.is_some_and(|own| own != arn.account)) {
                let (account, role) = (arn.account.to_owned(), destination.transport.writer().to_owned());
                findings.warn(place, Lint::KeyOfAnotherAccount { account, role });
            }
        }
    }
}
