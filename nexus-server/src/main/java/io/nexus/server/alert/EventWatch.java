package io.nexus.server.alert;

import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One alert's eye on what happens beside budgets. A backend that goes down and a ledger that goes
 * away are told each time; what is counted is told at once, and then at most once an hour.
 *
 * <p>For one thread at a time.
 */
final class EventWatch {

  private static final Duration QUIET = Duration.ofHours(1);

  private final String alert;
  private final Set<AlertEvent> on;
  private final AlertSources sources;
  private final Map<AlertEvent, Counted> counted = new HashMap<>();
  private Map<String, Boolean> backends = Map.of();
  private boolean ledger = true;

  /** What has been told of a counter, and when. */
  private record Counted(long told, Instant at) {}

  /** What is there by now is not told. */
  EventWatch(AlertConfig alert, AlertSources sources) {
    this.alert = alert.name();
    this.on = alert.on();
    this.sources = sources;
    counted.put(AlertEvent.UNPRICED, new Counted(sources.unpriced().getAsLong(), Instant.MIN));
    counted.put(
        AlertEvent.UNKNOWN_OUTCOME,
        new Counted(sources.unknownOutcomes().getAsLong(), Instant.MIN));
  }

  /** Tells what has happened since the last look. */
  void look(Instant now, Consumer<AlertMessage> tell) {
    if (on.contains(AlertEvent.BACKEND_DOWN)) {
      var up = sources.backends().get();
      up.forEach(
          (backend, serves) -> {
            if (!serves && backends.getOrDefault(backend, false)) {
              tell.accept(message(AlertEvent.BACKEND_DOWN, backend, 1, now));
            }
          });
      backends = Map.copyOf(up);
    }
    if (on.contains(AlertEvent.LEDGER_AWAY)) {
      boolean answers = sources.ledger().getAsBoolean();
      if (!answers && ledger) {
        tell.accept(message(AlertEvent.LEDGER_AWAY, "", 1, now));
      }
      ledger = answers;
    }
    count(AlertEvent.UNPRICED, sources.unpriced().getAsLong(), now, tell);
    count(AlertEvent.UNKNOWN_OUTCOME, sources.unknownOutcomes().getAsLong(), now, tell);
  }

  private void count(AlertEvent event, long sum, Instant now, Consumer<AlertMessage> tell) {
    var before = counted.getOrDefault(event, new Counted(0, Instant.MIN));
    boolean quiet = before.at.equals(Instant.MIN) || !now.isBefore(before.at.plus(QUIET));
    if (on.contains(event) && sum > before.told && quiet) {
      counted.put(event, new Counted(sum, now));
      tell.accept(message(event, "", sum - before.told, now));
    }
  }

  private AlertMessage message(AlertEvent event, String backend, long count, Instant now) {
    return new AlertMessage.Happened("msg_" + UUID.randomUUID(), alert, event, backend, count, now);
  }
}
