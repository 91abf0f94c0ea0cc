package io.nexus.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One of {@code [[spend_sinks]]}: where spend records go beside the ledger.
 *
 * @param name unique among the sinks
 * @param target what takes the records
 * @param batchSize how many are given at a time at most
 * @param interval how long fewer wait for more
 * @param backlogMaxBytes how much may wait for a receiver that does not take them
 */
public record SpendSinkConfig(
    String name, Target target, int batchSize, Duration interval, long backlogMaxBytes) {

  /** What takes the records. */
  public sealed interface Target {

    /** What it is called in the file. */
    String type();

    /**
     * Lines of a file that rotates.
     *
     * @param path the file
     * @param maxBytes from this size on another one is begun
     * @param maxFiles how many there are at most, the one that grows included
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
     * @param signingSecret what messages are signed with
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
     * What an extension knows.
     *
     * @param type of its sinks
     * @param options what it wants to know
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
