package io.nexus.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One of {@code [[alerts]]}: who is told of what.
 *
 * @param name unique among the alerts
 * @param thresholds percentages of the limit, ascending
 * @param budgets names of budgets, in which {@code *} stands for any text
 * @param webhook where messages go
 * @param signingSecret what messages are signed with
 * @param format of the messages
 * @param on what is told
 */
public record AlertConfig(
    String name,
    List<Integer> thresholds,
    String budgets,
    Webhook webhook,
    Optional<Secret> signingSecret,
    AlertFormat format,
    Set<AlertEvent> on) {

  /** Where messages go. */
  public sealed interface Webhook {

    /**
     * The address.
     *
     * @throws IllegalStateException if it is kept as a secret and there is none any more
     */
    URI address();

    /**
     * An address that anybody may know.
     *
     * @param address without credentials or a query
     */
    record Plain(URI address) implements Webhook {}

    /**
     * An address that is a secret itself, as Slack's are.
     *
     * @param secret where it is kept
     */
    record Hidden(Secret secret) implements Webhook {
      @Override
      public URI address() {
        return switch (Addresses.parseSecretWeb(secret.reveal())) {
          case Parsed.Ok<URI>(var uri) -> uri;
          case Parsed.Wrong<URI>(var wrong) ->
              throw new IllegalStateException(
                  "the webhook's address in " + secret.place() + " " + wrong);
        };
      }
    }
  }

  /** Copies the collections. */
  public AlertConfig {
    thresholds = List.copyOf(thresholds);
    on = Set.copyOf(on);
  }
}
