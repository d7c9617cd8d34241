//! Addresses that the map knows and a browser can open.

use nuvola_lab::view::{Link, MapView};

/// Websites, function URLs and stages, in the map's order.
pub fn links(map: &MapView) -> Vec<Link> {
    let link = |kind: &str, title: &str, subtitle: &str| {
        let url = match kind {
            "aws_s3_bucket_website_configuration" => format!("http://{subtitle}/"),
            _ => subtitle.to_owned(),
        };
        Link { label: title.to_owned(), url }
    };
    let has_address = |kind: &str, subtitle: &str| {
        subtitle.contains("://") || (kind == "aws_s3_bucket_website_configuration" && !subtitle.is_empty())
    };
    let known = map.nodes.iter().filter(|node| has_address(&node.kind, &node.subtitle));
    known.map(|node| link(&node.kind, &node.title, &node.subtitle)).collect()
}

/// The first website, for the hint's last step.
pub fn website(map: &MapView) -> Option<String> {
    let is_website = |kind: &str| kind == "aws_s3_bucket_website_configuration";
    let site = map.nodes.iter().find(|node| is_website(&node.kind) && !node.subtitle.is_empty())?;
    Some(format!("http://{}/", site.subtitle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuvola_lab::view::{MapNode, NodeStatus};

    #[test]
    fn websites_come_without_scheme_and_planned_ones_not_at_all() {
        let node = |kind: &str, subtitle: &str| MapNode {
            id: kind.to_owned(),
            kind: kind.to_owned(),
            title: "x".to_owned(),
            subtitle: subtitle.to_owned(),
            address: None,
            status: NodeStatus::Ready,
            parent: None,
        };
        let site = "aws_s3_bucket_website_configuration";
        let nodes = vec![
            node(site, ""),
            node(site, "b.example"),
            node("url", "https://f.example/"),
            node("f", "python3.13"),
        ];
        let map = MapView { nodes, edges: Vec::new() };
        let urls: Vec<String> = links(&map).into_iter().map(|link| link.url).collect();
        assert_eq!(urls, ["http://b.example/", "https://f.example/"]);
        assert_eq!(website(&map).as_deref(), Some("http://b.example/"));
    }
}
