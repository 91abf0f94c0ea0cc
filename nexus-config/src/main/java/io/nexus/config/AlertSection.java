package io.nexus.config;

import io.nexus.config.AlertConfig.Webhook;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code [[alerts]]}. */
final class AlertSection {

  private static final String URL_STEM = "url";
  private static final String SECRET = "secret";
  private static final String THRESHOLDS = "thresholds";
  private static final List<Integer> DEFAULT_THRESHOLDS = List.of(50, 80, 95, 100);
  private static final Type<Integer> THRESHOLD = Types.whole(1, 1_000);
  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<String> BUDGETS = Key.of("budgets", Types.glob(), "*");
  private static final Key<URI> URL = Key.of(URL_STEM, Addresses.web());
  private static final Key<AlertFormat> FORMAT =
      Key.of("format", Types.choice(AlertFormat.class, AlertFormat::label), AlertFormat.JSON);

  private static final String ON = "on";
  private static final Type<AlertEvent> EVENT = Types.choice(AlertEvent.class, AlertEvent::label);

  private AlertSection() {}

  static AlertConfig read(TableReader in) {
    var thresholds = in.list(THRESHOLDS, THRESHOLD);
    var on = in.list(ON, EVENT);
    return new AlertConfig(
        in.required(NAME),
        thresholds.isEmpty()
            ? DEFAULT_THRESHOLDS
            : thresholds.stream().sorted().distinct().toList(),
        in.get(BUDGETS),
        webhook(in),
        SecretKeys.read(in, SECRET),
        in.get(FORMAT),
        on.isEmpty() ? Set.of(AlertEvent.THRESHOLD) : Set.copyOf(on));
  }

  private static Webhook webhook(TableReader in) {
    Optional<Webhook> plain = in.optional(URL).map(Webhook.Plain::new);
    var hidden = SecretKeys.read(in, URL_STEM);
    hidden
        .filter(Secret::isSet)
        .ifPresent(
            secret -> {
              if (Addresses.parseSecretWeb(secret.reveal())
                  instanceof Parsed.Wrong<URI>(var wrong)) {
                in.problem(
                    URL_STEM + secret.kind().suffix(),
                    "the address in " + secret.place() + " " + wrong,
                    "give an address such as \"https://hooks.example.com/a\"");
              }
            });
    if (plain.isPresent() == hidden.isPresent()) {
      in.problem(
          URL_STEM,
          plain.isPresent() ? "is given twice" : "is missing",
          "give one of url, url_env, url_file");
    }
    return plain
        .or(() -> hidden.map(Webhook.Hidden::new))
        .orElseGet(() -> new Webhook.Plain(URL.fallback()));
  }

  static void write(TomlWriter out, AlertConfig alert) {
    out.element("alerts")
        .put(NAME, alert.name())
        .list(THRESHOLDS, THRESHOLD, alert.thresholds())
        .put(BUDGETS, alert.budgets())
        .list(ON, EVENT, alert.on().stream().sorted().toList());
    switch (alert.webhook()) {
      case Webhook.Plain(var url) -> out.put(URL, url);
      case Webhook.Hidden(var secret) -> out.secret(URL_STEM, secret);
    }
    out.secret(SECRET, alert.signingSecret()).put(FORMAT, alert.format());
  }
}
