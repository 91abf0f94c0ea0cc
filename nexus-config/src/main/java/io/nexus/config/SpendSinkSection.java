package io.nexus.config;

import io.nexus.config.SpendSinkConfig.Target;
import io.nexus.config.SpendSinkConfig.Target.Lines;
import io.nexus.config.SpendSinkConfig.Target.Other;
import io.nexus.config.SpendSinkConfig.Target.Web;
import java.nio.file.Path;
import java.time.Duration;

/** {@code [[spend_sinks]]}. */
final class SpendSinkSection {

  private static final String SECRET = "secret";
  private static final String OPTIONS = "options";
  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<String> TYPE = Key.of("type", Types.name());
  private static final Key<Path> PATH = Key.of("path", Types.path());
  private static final Key<Long> MAX_BYTES =
      Key.of("max_bytes", Types.wholeFrom(1024), 104_857_600L);
  private static final Key<Integer> MAX_FILES = Key.of("max_files", Types.whole(1, 10_000), 10);
  private static final Key<Integer> BATCH_SIZE = Key.of("batch_size", Types.whole(1, 10_000), 500);
  private static final Key<Duration> INTERVAL =
      Key.of("interval_seconds", Types.seconds(0, 86_400), Duration.ofSeconds(5));
  private static final Key<Long> BACKLOG =
      Key.of("backlog_max_bytes", Types.wholeFrom(131_072), 268_435_456L);

  private SpendSinkSection() {}

  static SpendSinkConfig read(TableReader in) {
    return new SpendSinkConfig(
        in.required(NAME), target(in), in.get(BATCH_SIZE), in.get(INTERVAL), in.get(BACKLOG));
  }

  private static Target target(TableReader in) {
    return switch (in.required(TYPE)) {
      case Lines.TYPE -> new Lines(in.required(PATH), in.get(MAX_BYTES), in.get(MAX_FILES));
      case Web.TYPE -> new Web(WebhookKeys.read(in), SecretKeys.read(in, SECRET));
      case String other -> new Other(other, NamedValues.read(in, OPTIONS));
    };
  }

  static void write(TomlWriter out, SpendSinkConfig sink) {
    out.element("spend_sinks")
        .put(NAME, sink.name())
        .put(TYPE, sink.target().type())
        .put(BATCH_SIZE, sink.batchSize())
        .put(INTERVAL, sink.interval())
        .put(BACKLOG, sink.backlogMaxBytes());
    switch (sink.target()) {
      case Lines(var path, var maxBytes, var maxFiles) ->
          out.put(PATH, path).put(MAX_BYTES, maxBytes).put(MAX_FILES, maxFiles);
      case Web(var webhook, var secret) -> {
        WebhookKeys.write(out, webhook);
        out.secret(SECRET, secret);
      }
      case Other(var _, var options) -> NamedValues.write(out, "spend_sinks." + OPTIONS, options);
    }
  }
}
