//! A small list of instance types, with AWS's figures.
//!
//! Every type is offered in every region here; on AWS, older types are absent from younger regions (t2 from
//! eu-south-1, for one).
//!
//! **Source**: Amazon EC2 Instance Types, "General purpose", "Compute optimized", "Memory optimized" and
//! "Previous generation" (specifications); Amazon EC2 User Guide, "Key concepts for burstable performance
//! instances"; AWS Free Tier.

use crate::ec2::errors;
use crate::service::ApiResult;

/// An instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType {
    pub name: &'static str,
    pub vcpus: i32,
    pub memory_mib: i32,
    pub network: &'static str,
    /// Most network interfaces, and private addresses on each.
    pub interfaces: (i32, i32),
    pub free_tier: bool,
}

/// What a family has in common.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    name: &'static str,
    pub nitro: bool,
    pub arm: bool,
    pub current: bool,
    pub manufacturer: &'static str,
    pub clock_ghz: f64,
    /// What bursting costs by default; absent of types that do not burst.
    pub credits: Option<&'static str>,
    pub threads_per_core: i32,
}

const fn family(
    name: &'static str,
    flags: (bool, bool, bool),
    manufacturer: &'static str,
    clock_ghz: f64,
    credits: Option<&'static str>,
    threads_per_core: i32,
) -> Family {
    let (nitro, arm, current) = flags;
    Family { name, nitro, arm, current, manufacturer, clock_ghz, credits, threads_per_core }
}

const FAMILIES: &[Family] = &[
    family("t2", (false, false, true), "Intel", 2.5, Some("standard"), 1),
    family("t3", (true, false, true), "Intel", 2.5, Some("unlimited"), 2),
    family("t3a", (true, false, true), "AMD", 2.2, Some("unlimited"), 2),
    family("t4g", (true, true, true), "AWS", 2.5, Some("unlimited"), 1),
    family("m5", (true, false, true), "Intel", 3.1, None, 2),
    family("c5", (true, false, true), "Intel", 3.4, None, 2),
    family("r5", (true, false, true), "Intel", 3.1, None, 2),
    family("m1", (false, false, false), "Intel", 2.0, None, 1),
];

const fn of(
    name: &'static str,
    vcpus: i32,
    memory_mib: i32,
    network: &'static str,
    interfaces: (i32, i32),
    free_tier: bool,
) -> InstanceType {
    InstanceType { name, vcpus, memory_mib, network, interfaces, free_tier }
}

const FIVE: &str = "Up to 5 Gigabit";
const TEN: &str = "Up to 10 Gigabit";
const LOW: &str = "Low to Moderate";

/// By name.
pub const TYPES: &[InstanceType] = &[
    of("c5.2xlarge", 8, 16_384, TEN, (4, 15), false),
    of("c5.large", 2, 4_096, TEN, (3, 10), false),
    of("c5.xlarge", 4, 8_192, TEN, (4, 15), false),
    of("m1.small", 1, 1_740, "Low", (2, 4), false),
    of("m5.2xlarge", 8, 32_768, TEN, (4, 15), false),
    of("m5.large", 2, 8_192, TEN, (3, 10), false),
    of("m5.xlarge", 4, 16_384, TEN, (4, 15), false),
    of("r5.large", 2, 16_384, TEN, (3, 10), false),
    of("r5.xlarge", 4, 32_768, TEN, (4, 15), false),
    of("t2.2xlarge", 8, 32_768, "Moderate", (3, 15), false),
    of("t2.large", 2, 8_192, LOW, (3, 12), false),
    of("t2.medium", 2, 4_096, LOW, (3, 6), false),
    of("t2.micro", 1, 1_024, LOW, (2, 2), true),
    of("t2.nano", 1, 512, LOW, (2, 2), false),
    of("t2.small", 1, 2_048, LOW, (3, 4), false),
    of("t2.xlarge", 4, 16_384, "Moderate", (3, 15), false),
    of("t3.2xlarge", 8, 32_768, FIVE, (4, 15), false),
    of("t3.large", 2, 8_192, FIVE, (3, 12), false),
    of("t3.medium", 2, 4_096, FIVE, (3, 6), false),
    of("t3.micro", 2, 1_024, FIVE, (2, 2), true),
    of("t3.nano", 2, 512, FIVE, (2, 2), false),
    of("t3.small", 2, 2_048, FIVE, (3, 4), true),
    of("t3.xlarge", 4, 16_384, FIVE, (4, 15), false),
    of("t3a.large", 2, 8_192, FIVE, (3, 12), false),
    of("t3a.medium", 2, 4_096, FIVE, (3, 6), false),
    of("t3a.micro", 2, 1_024, FIVE, (2, 2), false),
    of("t3a.small", 2, 2_048, FIVE, (2, 4), false),
    of("t4g.large", 2, 8_192, FIVE, (3, 12), false),
    of("t4g.medium", 2, 4_096, FIVE, (3, 6), false),
    of("t4g.micro", 2, 1_024, FIVE, (2, 2), true),
    of("t4g.nano", 2, 512, FIVE, (2, 2), false),
    of("t4g.small", 2, 2_048, FIVE, (3, 4), true),
];

/// Further families of AWS: a type of these exists, and is not simulated.
const OTHER_FAMILIES: &str = " a1 c1 c3 c4 c5a c5ad c5d c5n c6a c6g c6gd c6gn c6i c6id c6in c7a c7g c7gd c7gn c7i \
    c7i-flex c8g c8gd c8gn c8i cc2 d2 d3 d3en dl1 dl2q f1 f2 g3 g3s g4ad g4dn g5 g5g g6 g6e gr6 h1 hpc6a hpc6id \
    hpc7a hpc7g i2 i3 i3en i4g i4i i7i i7ie i8g im4gn inf1 inf2 is4gen m2 m3 m4 m5a m5ad m5d m5dn m5n m5zn m6a \
    m6g m6gd m6i m6id m6idn m6in m7a m7g m7gd m7i m7i-flex m8g m8gd m8i mac1 mac2 p2 p3 p3dn p4d p4de p5 p5e \
    p5en p6-b200 r3 r4 r5a r5ad r5b r5d r5dn r5n r6a r6g r6gd r6i r6id r6idn r6in r7a r7g r7gd r7i r7iz r8g r8gd \
    t1 trn1 trn1n trn2 u-12tb1 u-18tb1 u-24tb1 u-3tb1 u-6tb1 u7i-12tb vt1 x1 x1e x2gd x2idn x2iedn x2iezn x8g \
    z1d ";

pub fn find(name: &str) -> Option<&'static InstanceType> {
    TYPES.iter().find(|kind| kind.name == name)
}

/// The type, or what is wrong with its name.
pub fn require(name: &str) -> ApiResult<&'static InstanceType> {
    if let Some(found) = find(name) {
        return Ok(found);
    }
    let family = name.split_once('.').map_or("", |(family, _)| family);
    let exists = FAMILIES.iter().any(|own| own.name == family)
        || !family.is_empty() && OTHER_FAMILIES.contains(&format!(" {family} "));
    if exists {
        return Err(errors::not_simulated(&format!("the instance type `{name}` of EC2")));
    }
    Err(errors::invalid_instance_type(name))
}

impl InstanceType {
    pub fn family(&self) -> &'static Family {
        let name = self.name.split_once('.').map_or(self.name, |(family, _)| family);
        FAMILIES.iter().find(|family| family.name == name).expect("each type is of a family of the list")
    }

    pub fn architecture(&self) -> &'static str {
        if self.family().arm { "arm64" } else { "x86_64" }
    }
}
