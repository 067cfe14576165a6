//! An EC2 instance and its association with an instance profile, in plain types.

/// What is known of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    /// Its state in AWS's word, such as `running`.
    pub(crate) state: String,
    /// Its tag `Name`.
    pub(crate) name: Option<String>,
    /// Its private IPv4 address.
    pub(crate) private_address: Option<String>,
    /// Its public IPv4 address.
    pub(crate) public_address: Option<String>,
    /// ARN of its instance profile.
    pub(crate) profile_arn: Option<String>,
}

/// An instance profile that an instance has, is getting or is losing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Association {
    /// Its id.
    pub(crate) id: String,
    /// ARN of the profile.
    pub(crate) profile_arn: String,
    /// Its state in AWS's word, such as `associated`.
    pub(crate) state: String,
}
