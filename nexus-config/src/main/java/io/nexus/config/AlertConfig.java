package io.nexus.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One of {@code [[alerts]]}: who is told when a budget's spend passes a threshold.
 *
 * @param name unique among the alerts
 * @param thresholds percentages of the limit, ascending
 * @param budgets names of budgets, in which {@code *} stands for any text
 * @param webhook where messages go
 * @param signingSecret what messages are signed with
 * @param format of the messages
 */
public record AlertConfig(
    String name,
    List<Integer> thresholds,
    String budgets,
    Webhook webhook,
    Optional<Secret> signingSecret,
    AlertFormat format) {

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

  /** Copies the list. */
  public AlertConfig {
    thresholds = List.copyOf(thresholds);
  }
}
