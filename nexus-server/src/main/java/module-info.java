/**
 * The gateway: the command line, the HTTP server, the clients of the backends. It exports nothing
 * but its log, to the platform.
 */
@org.jspecify.annotations.NullMarked
module io.nexus.server {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.nimbusds.jose.jwt;
  requires info.picocli;
  requires io.helidon.common.buffers;
  requires io.helidon.common.concurrency.limits;
  requires io.helidon.common.configurable;
  requires io.helidon.common.features;
  requires io.helidon.common.features.api;
  requires io.helidon.common.pki;
  requires io.helidon.common.socket;
  requires io.helidon.common.tls;
  requires io.helidon.common.types;
  requires io.helidon.http;
  requires io.helidon.metrics.api;
  requires io.helidon.service.registry;
  requires io.helidon.webserver;
  requires io.nexus.config;
  requires io.nexus.control;
  requires io.nexus.metrics;
  requires java.logging;
  // Apache HttpClient has no descriptor, so it cannot say itself that it needs these two.
  requires jdk.net;
  // SIGHUP
  requires jdk.unsupported;
  requires org.apache.httpcomponents.client5.httpclient5;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires org.slf4j;
  // 'nexus import' reads YAML; nothing else does, so it is resolved for that command only.
  requires static org.snakeyaml.engine;

  exports io.nexus.server.log to
      java.logging;

  uses io.nexus.control.spi.NexusExtension;

  provides System.LoggerFinder with
      io.nexus.server.PlatformLoggers,
      io.nexus.server.PlatformLoggers.Second;

  opens io.nexus.server.cli to
      info.picocli;
}
