//! A small list of public images. Their ids are stable for each region; on AWS they change with each release.
//!
//! **Source**: Amazon Linux 2023 User Guide, "AL2023 on Amazon EC2"; Canonical, "Find Ubuntu images on AWS"
//! (names, owners, root devices). Release dates are those of late 2025.

use crate::ec2::network::Network;

/// An image in all regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    pub name: &'static str,
    pub description: &'static str,
    pub owner: &'static str,
    /// `amazon`, for images of Amazon.
    pub alias: Option<&'static str>,
    pub arm: bool,
    pub root_device: &'static str,
    pub root_gib: i32,
    pub volume_type: &'static str,
    pub created: &'static str,
    /// Made for IMDSv2 only.
    pub imds_v2: bool,
}

const AMAZON: &str = "137112412989";
const CANONICAL: &str = "099720109477";

const fn amazon(
    name: &'static str,
    description: &'static str,
    arm: bool,
    created: &'static str,
    is_2023: bool,
) -> Image {
    Image {
        name,
        description,
        owner: AMAZON,
        alias: Some("amazon"),
        arm,
        root_device: "/dev/xvda",
        root_gib: 8,
        volume_type: if is_2023 { "gp3" } else { "gp2" },
        created,
        imds_v2: is_2023,
    }
}

const fn ubuntu(
    name: &'static str,
    description: &'static str,
    arm: bool,
    created: &'static str,
    volume_type: &'static str,
) -> Image {
    Image {
        name,
        description,
        owner: CANONICAL,
        alias: None,
        arm,
        root_device: "/dev/sda1",
        root_gib: 8,
        volume_type,
        created,
        imds_v2: false,
    }
}

pub const IMAGES: &[Image] = &[
    amazon(
        "al2023-ami-2023.9.20251117.1-kernel-6.1-x86_64",
        "Amazon Linux 2023 AMI 2023.9.20251117.1 x86_64 HVM kernel-6.1",
        false,
        "2025-11-17T20:13:47.000Z",
        true,
    ),
    amazon(
        "al2023-ami-2023.9.20251117.1-kernel-6.1-arm64",
        "Amazon Linux 2023 AMI 2023.9.20251117.1 arm64 HVM kernel-6.1",
        true,
        "2025-11-17T20:13:52.000Z",
        true,
    ),
    amazon(
        "al2023-ami-2023.8.20250818.0-kernel-6.1-x86_64",
        "Amazon Linux 2023 AMI 2023.8.20250818.0 x86_64 HVM kernel-6.1",
        false,
        "2025-08-18T19:51:30.000Z",
        true,
    ),
    amazon(
        "amzn2-ami-hvm-2.0.20251110.1-x86_64-gp2",
        "Amazon Linux 2 AMI 2.0.20251110.1 x86_64 HVM gp2",
        false,
        "2025-11-10T20:05:12.000Z",
        false,
    ),
    ubuntu(
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251022",
        "Canonical, Ubuntu, 24.04, amd64 noble image",
        false,
        "2025-10-22T04:11:09.000Z",
        "gp3",
    ),
    ubuntu(
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20251022",
        "Canonical, Ubuntu, 24.04, arm64 noble image",
        true,
        "2025-10-22T04:13:55.000Z",
        "gp3",
    ),
    ubuntu(
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20250821",
        "Canonical, Ubuntu, 24.04, amd64 noble image",
        false,
        "2025-08-21T05:27:43.000Z",
        "gp3",
    ),
    ubuntu(
        "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251015",
        "Canonical, Ubuntu, 22.04 LTS, amd64 jammy image",
        false,
        "2025-10-15T07:40:21.000Z",
        "gp2",
    ),
    ubuntu(
        "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20251015",
        "Canonical, Ubuntu, 22.04 LTS, arm64 jammy image",
        true,
        "2025-10-15T07:44:02.000Z",
        "gp2",
    ),
];

impl Image {
    pub fn id(&self, network: &Network) -> String {
        network.public_id("ami", self.name)
    }

    pub fn snapshot(&self, network: &Network) -> String {
        network.public_id("snap", self.name)
    }

    pub fn architecture(&self) -> &'static str {
        if self.arm { "arm64" } else { "x86_64" }
    }
}

pub fn find(network: &Network, id: &str) -> Option<&'static Image> {
    IMAGES.iter().find(|image| image.id(network) == id)
}
