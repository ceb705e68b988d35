//! The fields of the Elastic Common Schema that a service may log.
//!
//! All core and extended fields of version 9 under these roots, except objects,
//! and without the reuse of one root inside another.

/// The fields, sorted. None of them takes an object.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "client.address", "client.bytes", "client.domain", "client.ip", "client.mac",
    "client.packets", "client.port", "client.registered_domain", "client.subdomain",
    "client.top_level_domain", "cloud.account.id", "cloud.account.name",
    "cloud.availability_zone", "cloud.instance.id", "cloud.instance.name",
    "cloud.machine.type", "cloud.project.id", "cloud.project.name", "cloud.provider",
    "cloud.region", "cloud.service.name", "container.cpu.usage", "container.id",
    "container.image.name", "container.image.tag", "container.memory.usage",
    "container.name", "container.network.egress.bytes", "container.network.ingress.bytes",
    "container.runtime", "container.security_context.privileged", "destination.address",
    "destination.bytes", "destination.domain", "destination.ip", "destination.mac",
    "destination.packets", "destination.port", "destination.registered_domain",
    "destination.subdomain", "destination.top_level_domain", "dns.header_flags", "dns.id",
    "dns.op_code", "dns.resolved_ip", "dns.response_code", "dns.type", "error.code",
    "error.id", "error.message", "error.stack_trace", "error.type", "event.action",
    "event.agent_id_status", "event.category", "event.code", "event.created",
    "event.dataset", "event.duration", "event.end", "event.hash", "event.id",
    "event.ingested", "event.kind", "event.module", "event.original", "event.outcome",
    "event.provider", "event.reason", "event.reference", "event.sequence", "event.severity",
    "event.start", "event.timezone", "event.type", "event.url", "faas.coldstart",
    "faas.execution", "faas.id", "faas.name", "faas.trigger.request_id",
    "faas.trigger.type", "faas.version", "file.accessed", "file.created", "file.ctime",
    "file.device", "file.directory", "file.drive_letter", "file.extension", "file.gid",
    "file.group", "file.inode", "file.mime_type", "file.mode", "file.mtime", "file.name",
    "file.owner", "file.path", "file.size", "file.target_path", "file.type", "file.uid",
    "host.architecture", "host.cpu.usage", "host.domain", "host.hostname", "host.id",
    "host.ip", "host.mac", "host.name", "host.network.egress.bytes",
    "host.network.egress.packets", "host.network.ingress.bytes",
    "host.network.ingress.packets", "host.os.family", "host.os.full", "host.os.kernel",
    "host.os.name", "host.os.platform", "host.os.type", "host.os.version", "host.type",
    "host.uptime", "http.request.body.bytes", "http.request.body.content",
    "http.request.bytes", "http.request.id", "http.request.method",
    "http.request.mime_type", "http.request.referrer", "http.response.body.bytes",
    "http.response.body.content", "http.response.bytes", "http.response.mime_type",
    "http.response.status_code", "http.version", "log.file.path", "log.level", "log.logger",
    "log.origin.file.line", "log.origin.file.name", "log.origin.function",
    "network.application", "network.bytes", "network.community_id", "network.direction",
    "network.forwarded_ip", "network.iana_number", "network.name", "network.packets",
    "network.protocol", "network.transport", "network.type", "organization.id",
    "organization.name", "process.args", "process.args_count", "process.command_line",
    "process.executable", "process.exit_code", "process.name", "process.pid",
    "process.start", "process.thread.id", "process.thread.name", "process.title",
    "process.uptime", "process.working_directory", "server.address", "server.bytes",
    "server.domain", "server.ip", "server.mac", "server.packets", "server.port",
    "server.registered_domain", "server.subdomain", "server.top_level_domain",
    "service.address", "service.environment", "service.ephemeral_id", "service.id",
    "service.name", "service.node.name", "service.node.role", "service.node.roles",
    "service.state", "service.type", "service.version", "source.address", "source.bytes",
    "source.domain", "source.ip", "source.mac", "source.packets", "source.port",
    "source.registered_domain", "source.subdomain", "source.top_level_domain", "tags",
    "tls.cipher", "tls.curve", "tls.established", "tls.next_protocol", "tls.resumed",
    "tls.version", "tls.version_protocol", "url.domain", "url.extension", "url.fragment",
    "url.full", "url.original", "url.password", "url.path", "url.port", "url.query",
    "url.registered_domain", "url.scheme", "url.subdomain", "url.top_level_domain",
    "url.username", "user.domain", "user.email", "user.full_name", "user.group.domain",
    "user.group.id", "user.group.name", "user.hash", "user.id", "user.name", "user.roles",
    "user_agent.device.name", "user_agent.name", "user_agent.original",
    "user_agent.os.family", "user_agent.os.full", "user_agent.os.kernel",
    "user_agent.os.name", "user_agent.os.platform", "user_agent.os.type",
    "user_agent.os.version", "user_agent.version",
];

/// Returns whether the schema has a field of this name.
pub(super) fn contains(name: &str) -> bool {
    FIELDS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_sorted_so_that_each_is_found() {
        assert!(FIELDS.is_sorted());
        for field in ["client.address", "http.response.body.bytes", "tags", "user_agent.version"] {
            assert!(contains(field), "{field}");
        }
        for other in ["user", "user.shoe_size", "User.Id", "labels", ""] {
            assert!(!contains(other), "{other}");
        }
    }
}
