//! The sandbox driven by the real SDK clients.
