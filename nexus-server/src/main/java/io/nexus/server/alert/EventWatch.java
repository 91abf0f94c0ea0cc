package io.nexus.server.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import io.nexus.control.budget.Cycle;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One alert's watch over events other than budgets.
 *
 * <p>Backends going down and the ledger becoming unreachable are local to this gateway: reported
 * each time, whatever other gateways see. Unknown outcomes are local too: reported at once, then at
 * most once an hour. A model without a price is the same for all gateways: reported once a day by
 * all of them together.
 *
 * <p>For one thread at a time.
 */
final class EventWatch {

  private static final Duration QUIET = Duration.ofHours(1);

  private final String alert;
  private final Set<AlertEvent> on;
  private final AlertSources sources;
  private final SentNotices shared;
  private final Map<String, Unpriced> unpriced = new HashMap<>();
  private Map<String, Boolean> backends = Map.of();
  private boolean ledger = true;
  private long outcomesTold;
  private Instant outcomesQuietUntil = Instant.MIN;

  /** The number of requests for a model already reported by any gateway, and the day. */
  private record Unpriced(long reported, Instant day) {}

  /** Events before this are not reported. */
  EventWatch(AlertConfig alert, AlertSources sources, SentNotices shared) {
    this.alert = alert.name();
    this.on = alert.on();
    this.sources = sources;
    this.shared = shared;
    sources
        .unpriced()
        .get()
        .forEach((model, sum) -> unpriced.put(model, new Unpriced(sum, Instant.MIN)));
    outcomesTold = sources.unknownOutcomes().getAsLong();
  }

  /** Reports what has happened since the last check. */
  void look(Instant now, Consumer<AlertMessage> tell) {
    if (on.contains(AlertEvent.BACKEND_DOWN)) {
      var up = sources.backends().get();
      up.forEach(
          (backend, serves) -> {
            if (!serves && backends.getOrDefault(backend, false)) {
              tell.accept(message(fresh(), AlertEvent.BACKEND_DOWN, backend, 1, now));
            }
          });
      backends = Map.copyOf(up);
    }
    if (on.contains(AlertEvent.LEDGER_AWAY)) {
      boolean answers = sources.ledger().getAsBoolean();
      if (!answers && ledger) {
        tell.accept(message(fresh(), AlertEvent.LEDGER_AWAY, "", 1, now));
      }
      ledger = answers;
    }
    if (on.contains(AlertEvent.UNPRICED)) {
      sources.unpriced().get().forEach((model, sum) -> lookAt(model, sum, now, tell));
    }
    if (on.contains(AlertEvent.UNKNOWN_OUTCOME)) {
      long sum = sources.unknownOutcomes().getAsLong();
      if (sum > outcomesTold && !now.isBefore(outcomesQuietUntil)) {
        long count = sum - outcomesTold;
        tell.accept(message(fresh(), AlertEvent.UNKNOWN_OUTCOME, "", count, now));
        outcomesTold = sum;
        outcomesQuietUntil = now.plus(QUIET);
      }
    }
  }

  private void lookAt(String model, long sum, Instant now, Consumer<AlertMessage> tell) {
    var day = now.truncatedTo(ChronoUnit.DAYS);
    var before = unpriced.getOrDefault(model, new Unpriced(0, Instant.MIN));
    if (sum == before.reported || !before.day.isBefore(day)) {
      return;
    }
    unpriced.put(model, new Unpriced(sum, day));
    // Cannot be a budget's name, which has no spaces.
    var about = AlertEvent.UNPRICED.label() + " " + model;
    var cycle = new Cycle(day, day.plus(1, ChronoUnit.DAYS));
    if (shared.first(alert, about, cycle, AlertEvent.UNPRICED.label())) {
      var all = alert + "\n" + about + "\n" + day;
      var id = "msg_" + UUID.nameUUIDFromBytes(all.getBytes(UTF_8));
      tell.accept(message(id, AlertEvent.UNPRICED, model, sum - before.reported, now));
    }
  }

  private static String fresh() {
    return "msg_" + UUID.randomUUID();
  }

  private AlertMessage message(
      String id, AlertEvent event, String subject, long count, Instant now) {
    return new AlertMessage.Happened(id, alert, event, sources.node(), subject, count, now);
  }
}
