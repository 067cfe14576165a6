//! The keys of what an agent collects, in the words of a topology and in those of the agent's configuration.

use crate::topology::read::field::Keys;

pub(in crate::topology) const FILE_KEYS: Keys = Keys {
    known: &[
        "path",
        "log_group",
        "log_stream",
        "log_group_class",
        "retention_days",
        "publish_multi_logs",
        "multi_line_start_pattern",
        "timestamp_format",
        "timezone",
        "trim_timestamp",
        "encoding",
        "filters",
        "blacklist",
        "auto_removal",
        "backpressure_mode",
        "service_name",
        "deployment_environment",
    ],
    later: &[],
};

pub(in crate::topology) const FILE_KEYS_OF_THE_AGENT: Keys = Keys {
    known: &[
        "file_path",
        "log_group_name",
        "log_stream_name",
        "log_group_class",
        "retention_in_days",
        "publish_multi_logs",
        "multi_line_start_pattern",
        "timestamp_format",
        "timezone",
        "trim_timestamp",
        "encoding",
        "filters",
        "blacklist",
        "auto_removal",
        "backpressure_mode",
        "service.name",
        "deployment.environment",
    ],
    later: &[],
};

pub(in crate::topology) const JOURNALD_KEYS: Keys = Keys {
    known: &[
        "log_group",
        "log_stream",
        "log_group_class",
        "retention_days",
        "units",
        "priority",
        "matches",
        "filters",
    ],
    later: &[],
};

pub(in crate::topology) const JOURNALD_KEYS_OF_THE_AGENT: Keys = Keys {
    known: &[
        "log_group_name",
        "log_stream_name",
        "log_group_class",
        "retention_in_days",
        "units",
        "priority",
        "matches",
        "filters",
    ],
    later: &[],
};

pub(in crate::topology) const WINDOWS_KEYS: Keys = Keys {
    known: &[
        "event_name",
        "event_levels",
        "event_ids",
        "event_format",
        "log_group",
        "log_stream",
        "log_group_class",
        "retention_days",
        "filters",
    ],
    later: &[],
};

pub(in crate::topology) const WINDOWS_KEYS_OF_THE_AGENT: Keys = Keys {
    known: &[
        "event_name",
        "event_levels",
        "event_ids",
        "event_format",
        "log_group_name",
        "log_stream_name",
        "log_group_class",
        "retention_in_days",
        "filters",
    ],
    later: &[],
};

pub(in crate::topology) const FILTER_KEYS: Keys = Keys { known: &["type", "expression"], later: &[] };

pub(in crate::topology) const DEFAULTS_KEYS: Keys = Keys {
    known: &[
        "log_stream",
        "force_flush_interval",
        "concurrency",
        "endpoint_override",
        "service_name",
        "deployment_environment",
    ],
    later: &[],
};
