package io.nexus.config;

import java.util.List;
import java.util.Set;

/** {@code [[alerts]]}. */
final class AlertSection {

  private static final String SECRET = "secret";
  private static final String THRESHOLDS = "thresholds";
  private static final List<Integer> DEFAULT_THRESHOLDS = List.of(50, 80, 95, 100);
  private static final Type<Integer> THRESHOLD = Types.whole(1, 1_000);
  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<String> BUDGETS = Key.of("budgets", Types.glob(), "*");
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
        WebhookKeys.read(in),
        SecretKeys.read(in, SECRET),
        in.get(FORMAT),
        on.isEmpty() ? Set.of(AlertEvent.THRESHOLD) : Set.copyOf(on));
  }

  static void write(TomlWriter out, AlertConfig alert) {
    out.element("alerts")
        .put(NAME, alert.name())
        .list(THRESHOLDS, THRESHOLD, alert.thresholds())
        .put(BUDGETS, alert.budgets())
        .list(ON, EVENT, alert.on().stream().sorted().toList());
    WebhookKeys.write(out, alert.webhook());
    out.secret(SECRET, alert.signingSecret()).put(FORMAT, alert.format());
  }
}
