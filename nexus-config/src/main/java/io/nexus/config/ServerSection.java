package io.nexus.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@code [server]}. */
final class ServerSection {

  private static final String ALLOWED_HOSTS = "allowed_hosts";
  private static final String TRUSTED_PROXIES = "trusted_proxies";
  private static final String CORS_ORIGINS = "cors_origins";
  private static final String ADMIN_KEY = "admin_key";
  private static final Key<String> HOST = Key.of("host", Addresses.host(), "127.0.0.1");
  private static final Key<Integer> PORT = Key.of("port", Types.whole(0, 65_535), 8000);
  private static final Key<Long> MAX_REQUEST_BYTES =
      Key.of("max_request_bytes", Types.arrayBytes(1024), 33_554_432L);
  private static final Key<Long> MAX_RESPONSE_BYTES =
      Key.of("max_response_bytes", Types.arrayBytes(1024), 67_108_864L);
  private static final Key<Long> MAX_BODIES_BYTES =
      Key.of("max_bodies_bytes", Types.wholeFrom(0), 0L);
  private static final Key<Integer> MAX_CONNECTIONS =
      Key.of("max_connections", Types.whole(1, 1_000_000), 8192);
  private static final Key<Duration> HEADER_TIMEOUT =
      Key.of("header_timeout_seconds", Types.seconds(1, 86_400), Duration.ofSeconds(10));
  private static final Key<Duration> BODY_TIMEOUT =
      Key.of("body_timeout_seconds", Types.seconds(1, 86_400), Duration.ofSeconds(60));
  private static final Key<Duration> WRITE_TIMEOUT =
      Key.of("write_timeout_seconds", Types.seconds(1, 86_400), Duration.ofSeconds(30));
  private static final Key<Duration> REQUEST_TIMEOUT =
      Key.of("request_timeout_seconds", Types.seconds(1, 86_400), Duration.ofMinutes(5));
  private static final Key<Duration> SHUTDOWN_GRACE =
      Key.of("shutdown_grace_seconds", Types.seconds(0, 86_400), Duration.ofSeconds(30));
  private static final Key<Duration> DRAIN_DELAY =
      Key.of("drain_delay_seconds", Types.seconds(0, 3_600), Duration.ZERO);
  private static final Key<Boolean> ALLOW_ANONYMOUS =
      Key.of("allow_anonymous", Types.flag(), false);

  private static final Key<Boolean> WATCH = Key.of("watch", Types.flag(), false);
  private static final Key<Path> CERTIFICATE = Key.of("tls_cert_file", Types.path());
  private static final Key<Path> PRIVATE_KEY = Key.of("tls_key_file", Types.path());
  private static final Key<Path> CLIENT_CA = Key.of("tls_client_ca_file", Types.path());

  private ServerSection() {}

  static ServerConfig read(TableReader in) {
    return new ServerConfig(
        in.get(HOST),
        in.get(PORT),
        in.get(MAX_REQUEST_BYTES),
        in.get(MAX_RESPONSE_BYTES),
        in.get(MAX_BODIES_BYTES),
        in.get(MAX_CONNECTIONS),
        in.get(REQUEST_TIMEOUT),
        in.get(HEADER_TIMEOUT),
        in.get(BODY_TIMEOUT),
        in.get(WRITE_TIMEOUT),
        in.get(SHUTDOWN_GRACE),
        in.get(DRAIN_DELAY),
        in.get(ALLOW_ANONYMOUS),
        in.get(WATCH),
        in.list(ALLOWED_HOSTS, Addresses.host()),
        in.list(CORS_ORIGINS, Addresses.origin()),
        in.list(TRUSTED_PROXIES, Addresses.range()),
        tls(in),
        SecretKeys.read(in, ADMIN_KEY, "NEXUS_ADMIN_KEY", "the admin API is off"));
  }

  private static Optional<ServerTls> tls(TableReader in) {
    var clientCa = in.optional(CLIENT_CA);
    return in.optional(CERTIFICATE).isEmpty()
            && in.optional(PRIVATE_KEY).isEmpty()
            && clientCa.isEmpty()
        ? Optional.empty()
        : Optional.of(new ServerTls(in.required(CERTIFICATE), in.required(PRIVATE_KEY), clientCa));
  }

  static void write(TomlWriter out, ServerConfig server) {
    out.table("server")
        .put(HOST, server.host())
        .put(PORT, server.port())
        .put(MAX_REQUEST_BYTES, server.maxRequestBytes())
        .put(MAX_RESPONSE_BYTES, server.maxResponseBytes())
        .put(MAX_BODIES_BYTES, server.maxBodiesBytes())
        .put(MAX_CONNECTIONS, server.maxConnections())
        .put(REQUEST_TIMEOUT, server.requestTimeout())
        .put(HEADER_TIMEOUT, server.headerTimeout())
        .put(BODY_TIMEOUT, server.bodyTimeout())
        .put(WRITE_TIMEOUT, server.writeTimeout())
        .put(SHUTDOWN_GRACE, server.shutdownGrace())
        .put(DRAIN_DELAY, server.drainDelay())
        .put(ALLOW_ANONYMOUS, server.allowAnonymous())
        .put(WATCH, server.watch())
        .list(ALLOWED_HOSTS, Addresses.host(), server.allowedHosts())
        .list(CORS_ORIGINS, Addresses.origin(), server.corsOrigins())
        .list(TRUSTED_PROXIES, Addresses.range(), server.trustedProxies())
        .put(CERTIFICATE, server.tls().map(ServerTls::certificate))
        .put(PRIVATE_KEY, server.tls().map(ServerTls::privateKey))
        .put(CLIENT_CA, server.tls().flatMap(ServerTls::clientCa))
        .secret(ADMIN_KEY, server.adminKey());
  }
}
