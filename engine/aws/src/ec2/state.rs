//! What EC2 knows: instances, volumes, security groups, key pairs, addresses, tags.
//!
//! What every new account has (default VPC, subnets, gateway, tables) is never changed by an operation that
//! is simulated, so it is not stored: [`super::network`] derives it. Of it only the default security group
//! comes here, once its rules are changed.

use nuvola_kernel::{Map, Region, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub regions: Map<Region, Regional>,
    /// Public addresses in use or allocated, of all regions: they are unique in the world.
    pub public_ips: Map<String, PublicIp>,
}

static NOTHING: Regional = Regional {
    instances: Map::new(),
    launches: Map::new(),
    next_launch: 0,
    interfaces: Map::new(),
    volumes: Map::new(),
    private_ips: Map::new(),
    groups: Map::new(),
    rules: Map::new(),
    key_pairs: Map::new(),
    addresses: Map::new(),
    tags: Map::new(),
    tokens: Map::new(),
};

impl State {
    /// What a region has.
    pub fn at(&self, region: &Region) -> &Regional {
        self.regions.get(region).unwrap_or(&NOTHING)
    }

    /// The region that an instance is in.
    pub fn region_of(&self, instance_id: &str) -> Option<&Region> {
        let mut found =
            self.regions.iter().filter(|(_, regional)| regional.instances.contains_key(instance_id));
        found.next().map(|(region, _)| region)
    }

    /// What a region has, to change.
    pub fn at_mut(&mut self, region: &Region) -> &mut Regional {
        self.regions.entry(region.clone()).or_default()
    }
}

/// Where a public address leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicIp {
    pub region: Region,
    /// Absent: an Elastic IP that nothing uses.
    pub instance_id: Option<String>,
}

/// What one region has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Regional {
    pub instances: Map<String, Instance>,
    /// Ids of instances by the number of their launch: listings are in this order.
    pub launches: Map<u64, String>,
    pub next_launch: u64,
    /// Network interfaces: each belongs to an instance.
    pub interfaces: Map<String, String>,
    pub volumes: Map<String, Volume>,
    /// Private addresses in use, and by which instance.
    pub private_ips: Map<String, String>,
    pub groups: Map<String, Group>,
    /// Which group a rule belongs to.
    pub rules: Map<String, String>,
    /// By name.
    pub key_pairs: Map<String, KeyPair>,
    /// Elastic IPs by allocation id.
    pub addresses: Map<String, Address>,
    /// By the id of what is tagged.
    pub tags: Map<String, Tags>,
    /// Launches by client token, so that a repeated request launches nothing more.
    pub tokens: Map<String, Token>,
}

/// An earlier request with a client token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// A digest of the request.
    pub request: String,
    pub instance_ids: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstanceState {
    Pending,
    Running,
    ShuttingDown,
    Terminated,
    Stopping,
    Stopped,
}

impl InstanceState {
    /// **Source**: EC2 API Reference, "InstanceState".
    pub fn code(self) -> i32 {
        match self {
            InstanceState::Pending => 0,
            InstanceState::Running => 16,
            InstanceState::ShuttingDown => 32,
            InstanceState::Terminated => 48,
            InstanceState::Stopping => 64,
            InstanceState::Stopped => 80,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            InstanceState::Pending => "pending",
            InstanceState::Running => "running",
            InstanceState::ShuttingDown => "shutting-down",
            InstanceState::Terminated => "terminated",
            InstanceState::Stopping => "stopping",
            InstanceState::Stopped => "stopped",
        }
    }

    pub fn is_ending(self) -> bool {
        matches!(self, InstanceState::ShuttingDown | InstanceState::Terminated)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    pub id: String,
    /// The number of its launch in the region.
    pub launch: u64,
    pub reservation_id: String,
    /// Its place among the instances of one launch.
    pub launch_index: i32,
    pub image_id: String,
    pub instance_type: String,
    pub key_name: Option<String>,
    pub state: InstanceState,
    /// Code and text of the last change of state, where it was not a start.
    pub state_reason: Option<(String, String)>,
    pub transition_reason: String,
    pub launched_at: Timestamp,
    /// When its interface and root volume were attached.
    pub created_at: Timestamp,
    /// When its status checks pass.
    pub checked_at_ms: i64,
    /// How often it has started: `user_data` runs at the first boot only.
    pub boots: u32,
    pub subnet_id: String,
    pub zone: String,
    pub private_ip: String,
    /// Absent while it has none; an Elastic IP while one is associated.
    pub public_ip: Option<String>,
    /// Whether each start draws a public address.
    pub wants_public_ip: bool,
    /// Ids of security groups.
    pub groups: Vec<String>,
    pub interface_id: String,
    pub attachment_id: String,
    pub mac: String,
    pub root_device: String,
    /// Ids of its volumes, the root volume first.
    pub volumes: Vec<String>,
    /// The allocation of its Elastic IP.
    pub allocation_id: Option<String>,
    pub profile: Option<Profile>,
    /// Base64, as it was given.
    pub user_data: Option<String>,
    pub metadata: MetadataOptions,
    /// `stop` or `terminate`.
    pub shutdown_behavior: String,
    pub disable_api_termination: bool,
    pub disable_api_stop: bool,
    pub monitoring: bool,
    pub ebs_optimized: bool,
    pub source_dest_check: bool,
    /// `standard` or `unlimited`, of burstable types.
    pub cpu_credits: Option<String>,
    pub client_token: String,
    /// What it wrote to its console.
    pub console: String,
    /// Signs the session tokens of its metadata service.
    pub metadata_secret: String,
    /// The credentials of its role that the metadata service gives out.
    pub credentials: Option<RoleCredentials>,
}

/// An instance profile in an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub association_id: String,
    pub arn: String,
    pub id: String,
    pub since: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoleCredentials {
    pub role_arn: String,
    pub issued_at: Timestamp,
    pub credentials: crate::auth::Credentials,
}

/// How the metadata service answers. The fields have AWS's names and values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetadataOptions {
    pub http_tokens: String,
    pub hop_limit: i32,
    pub http_endpoint: String,
    pub instance_tags: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    pub id: String,
    pub size_gib: i32,
    pub kind: String,
    pub iops: Option<i32>,
    pub throughput: Option<i32>,
    pub encrypted: bool,
    pub snapshot_id: String,
    pub zone: String,
    pub created_at: Timestamp,
    /// Absent once its instance is gone.
    pub attachment: Option<VolumeAttachment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeAttachment {
    pub instance_id: String,
    pub device: String,
    pub delete_on_termination: bool,
    pub attached_at: Timestamp,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub description: String,
    /// In the order in which they were added.
    pub rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub id: String,
    pub egress: bool,
    pub what: Traffic,
    pub description: Option<String>,
}

/// What a rule lets through: what may not be twice in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` or a protocol's number.
    pub protocol: String,
    /// Of ICMP: type and code. Absent where all ports are meant.
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub peer: Peer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Peer {
    Cidr(String),
    Cidr6(String),
    /// The instances of a security group.
    Group(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyPair {
    pub id: String,
    pub name: String,
    /// `rsa` or `ed25519`.
    pub kind: String,
    pub fingerprint: String,
    /// In OpenSSH's form.
    pub public_key: String,
    pub created_at: Timestamp,
}

/// An Elastic IP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    pub allocation_id: String,
    pub public_ip: String,
    pub association: Option<Association>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Association {
    pub id: String,
    pub instance_id: String,
}

/// What happens to an instance with time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    pub region: Region,
    pub instance_id: String,
    pub change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    Running,
    Stopped,
    Terminated,
    /// A terminated instance is no longer shown.
    Forgotten,
}

impl Regional {
    /// The instances that a group protects.
    pub fn protected_by<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Instance> {
        let live = self.instances.values().filter(|instance| instance.state != InstanceState::Terminated);
        live.filter(move |instance| instance.groups.iter().any(|id| id == group))
    }
}
