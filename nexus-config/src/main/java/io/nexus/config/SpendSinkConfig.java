package io.nexus.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One of {@code [[spend_sinks]]}: an additional receiver of spend records.
 *
 * @param name unique among the sinks
 * @param target the receiver
 * @param batchSize the largest batch
 * @param interval how long an incomplete batch waits
 * @param backlogMaxBytes the largest backlog, in bytes
 */
public record SpendSinkConfig(
    String name, Target target, int batchSize, Duration interval, long backlogMaxBytes) {

  /** The receiver. */
  public sealed interface Target {

    /** Its name in the file. */
    String type();

    /**
     * A rotating file with a line for each record.
     *
     * @param path the file
     * @param maxBytes the size at which a new file begins
     * @param maxFiles the largest number of files, the current one included
     */
    record Lines(Path path, long maxBytes, int maxFiles) implements Target {

      /** The value of {@code type}. */
      public static final String TYPE = "file";

      @Override
      public String type() {
        return TYPE;
      }
    }

    /**
     * A webhook.
     *
     * @param webhook its address
     * @param signingSecret the secret that signs messages
     */
    record Web(AlertConfig.Webhook webhook, Optional<Secret> signingSecret) implements Target {

      /** The value of {@code type}. */
      public static final String TYPE = "webhook";

      @Override
      public String type() {
        return TYPE;
      }
    }

    /**
     * A sink of an extension.
     *
     * @param type its type
     * @param options its options
     */
    record Other(String type, List<NamedValue> options) implements Target {

      /** Copies the list. */
      public Other {
        options = List.copyOf(options);
      }

      /** The options by their names, secrets revealed. */
      public Map<String, String> values() {
        return options.stream().collect(Collectors.toMap(NamedValue::name, NamedValue::value));
      }
    }
  }
}
