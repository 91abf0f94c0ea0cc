package io.nexus.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One of {@code [[alerts]]}: which events are reported to which webhook.
 *
 * @param name unique among the alerts
 * @param thresholds percentages of the limit, ascending
 * @param budgets names of budgets, in which {@code *} stands for any text
 * @param webhook the receiver of the messages
 * @param signingSecret the secret that signs messages
 * @param format the format of the messages
 * @param on the reported events
 */
public record AlertConfig(
    String name,
    List<Integer> thresholds,
    String budgets,
    Webhook webhook,
    Optional<Secret> signingSecret,
    AlertFormat format,
    Set<AlertEvent> on) {

  /** The receiver of the messages. */
  public sealed interface Webhook {

    /**
     * The address.
     *
     * @throws IllegalStateException if it is a secret that no longer exists
     */
    URI address();

    /**
     * A public address.
     *
     * @param address without credentials or a query
     */
    record Plain(URI address) implements Webhook {}

    /**
     * An address that is itself a secret, as Slack's are.
     *
     * @param secret the place of the secret
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
