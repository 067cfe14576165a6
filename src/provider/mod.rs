//! The kinds of resource.

/// Desired state of one resource.
#[derive(Debug, Clone)]
pub enum Resource {}
