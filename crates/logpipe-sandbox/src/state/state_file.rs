//! Where a world is kept: whole in one file, and in another beside it every call since, so that what it costs to keep a
//! call does not grow with the world.
//!
//! Handling is deterministic, so the same calls make the same world again. Each says what the world had counted before
//! it: those of another world, and those that a newer whole has in it already, are passed over.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use logpipe_machine::files::{Disk, DiskFile, beside};

use super::store::{self, StoreError};
use super::world::World;
use crate::dispatch;
use crate::protocol::wire::WireRequest;

/// A whole that is smaller is not written again for fewer bytes of calls.
const FEW: usize = 256 * 1_024;

/// A call as it came, in one line of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Called {
    /// What the world had counted before it.
    before: u64,
    at_ms: u64,
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    /// In Base64.
    body: String,
}

impl Called {
    /// A call that is about to be answered; nothing where it has what no line can say.
    pub(crate) fn of(world: &World, at_ms: u64, request: &WireRequest) -> Option<Self> {
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        Some(Self {
            before: world.counted(),
            at_ms,
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            headers: headers.collect::<Option<_>>()?,
            body: STANDARD.encode(request.body()),
        })
    }

    fn request(&self) -> Option<WireRequest> {
        let request = http::Request::builder().method(self.method.as_str()).uri(&self.uri);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Bytes::from(STANDARD.decode(&self.body).ok()?)).ok()
    }

    /// Answers the call as it was answered, unless the world has another past.
    fn again(&self, world: &mut World) {
        if let (true, Some(request)) = (self.before == world.counted(), self.request()) {
            world.advance_to(self.at_ms);
            dispatch::dispatch(world, &request);
        }
    }
}

/// The files of a world.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    disk: Disk,
    /// Nothing where the whole is not what the calls since would follow on.
    since: Option<Since>,
}

/// The calls since the world was written whole.
#[derive(Debug)]
struct Since {
    /// Open from the first of them on.
    file: Option<DiskFile>,
    /// Those that read: they are written with the next one that writes.
    waiting: Vec<u8>,
    /// How many bytes the calls have, and how many they may have before the world is written whole again.
    length: usize,
    most: usize,
}

impl StateFile {
    /// The files at a path, with the world that they hold, if they are there.
    pub(crate) fn open(disk: &Disk, path: &Path) -> Result<(Self, Option<World>), StoreError> {
        let file = Self { path: path.to_owned(), disk: disk.clone(), since: None };
        let Some(mut world) = store::load(disk, path)? else { return Ok((file, None)) };
        let calls = file.calls().and_then(|calls| disk.read(&calls, store::LARGEST));
        let calls = calls.map_err(|cause| file.fault("read", cause))?.unwrap_or_default();
        for line in calls.split(|byte| *byte == b'\n') {
            // What is torn was never answered.
            let Ok(called) = serde_json::from_slice::<Called>(line) else { break };
            called.again(&mut world);
        }
        Ok((file, Some(world)))
    }

    /// Writes the world whole.
    pub(crate) fn write(&mut self, world: &World) -> Result<(), StoreError> {
        self.since = None;
        let length = store::save(&self.disk, &self.path, world)?;
        let removed = self.calls().and_then(|calls| self.disk.remove(&calls));
        removed.map_err(|cause| self.fault("write", cause))?;
        self.since = Some(Since { file: None, waiting: Vec::new(), length: 0, most: length.max(FEW) });
        Ok(())
    }

    /// The world has changed in another way than by a call, which the calls since cannot tell.
    pub(crate) fn changed(&mut self) {
        self.since = None;
    }

    /// Whether the next call has to be told.
    pub(crate) fn follows(&self) -> bool {
        self.since.is_some()
    }

    /// Keeps a call that was answered, at the latest with the next one that writes.
    pub(crate) fn answered(
        &mut self,
        called: Option<Called>,
        wrote: bool,
        world: &World,
    ) -> Result<(), StoreError> {
        let line = called.and_then(|called| serde_json::to_vec(&called).ok());
        let Some((since, line)) = self.since.as_mut().zip(line) else {
            self.since = None;
            return if wrote { self.write(world) } else { Ok(()) };
        };
        since.length += line.len() + 1;
        since.waiting.extend(line);
        since.waiting.push(b'\n');
        match (since.length > since.most, wrote) {
            (true, true) => self.write(world),
            (true, false) => {
                self.since = None;
                Ok(())
            }
            (false, true) => self.append(),
            (false, false) => Ok(()),
        }
    }

    fn append(&mut self) -> Result<(), StoreError> {
        // After an error nothing can be said of the end of the file, so nothing is added to it.
        let Some(mut since) = self.since.take() else { return Ok(()) };
        let opened = match since.file.take() {
            Some(file) => Ok(file),
            None => self.calls().and_then(|calls| self.disk.open_to_append(&calls)),
        };
        let mut file = opened.map_err(|cause| self.fault("write", cause))?;
        file.write_all(&since.waiting).map_err(|cause| self.fault("write", cause))?;
        since.waiting.clear();
        since.file = Some(file);
        self.since = Some(since);
        Ok(())
    }

    /// The file of the calls, which is where links lead.
    fn calls(&self) -> std::io::Result<PathBuf> {
        Ok(beside(&self.disk.resolve(&self.path)?, ".calls"))
    }

    fn fault(&self, doing: &'static str, cause: std::io::Error) -> StoreError {
        StoreError::Io { doing, path: self.path.clone(), cause }
    }
}
