package io.nexus.config;

import java.time.Duration;

/** {@code [server]}. */
final class ServerSection {

  private static final String ADMIN_KEY = "admin_key";
  private static final Key<String> HOST = Key.of("host", Addresses.host(), "127.0.0.1");
  private static final Key<Integer> PORT = Key.of("port", Types.whole(0, 65_535), 8000);
  private static final Key<Long> MAX_REQUEST_BYTES =
      Key.of("max_request_bytes", Types.wholeFrom(1024), 33_554_432L);
  private static final Key<Duration> REQUEST_TIMEOUT =
      Key.of("request_timeout_seconds", Types.seconds(1, 86_400), Duration.ofMinutes(5));
  private static final Key<Duration> SHUTDOWN_GRACE =
      Key.of("shutdown_grace_seconds", Types.seconds(0, 86_400), Duration.ofSeconds(30));
  private static final Key<Boolean> ALLOW_ANONYMOUS =
      Key.of("allow_anonymous", Types.flag(), false);

  private ServerSection() {}

  static ServerConfig read(TableReader in) {
    return new ServerConfig(
        in.get(HOST),
        in.get(PORT),
        in.get(MAX_REQUEST_BYTES),
        in.get(REQUEST_TIMEOUT),
        in.get(SHUTDOWN_GRACE),
        in.get(ALLOW_ANONYMOUS),
        SecretKeys.read(in, ADMIN_KEY, "NEXUS_ADMIN_KEY", "the admin API is off"));
  }

  static void write(TomlWriter out, ServerConfig server) {
    out.table("server")
        .put(HOST, server.host())
        .put(PORT, server.port())
        .put(MAX_REQUEST_BYTES, server.maxRequestBytes())
        .put(REQUEST_TIMEOUT, server.requestTimeout())
        .put(SHUTDOWN_GRACE, server.shutdownGrace())
        .put(ALLOW_ANONYMOUS, server.allowAnonymous())
        .secret(ADMIN_KEY, server.adminKey());
  }
}
