package io.nexus.server.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.settings.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The notices sent by all gateways that share a ledger, including before restarts. A setting for
 * each alert and budget, or model without a price, has the cycle and the notices sent in it. If
 * several gateways see an event at once, the one whose change of the setting succeeds sends the
 * notice.
 *
 * <p>While the ledger is unreachable each gateway sends what it sees: better twice than never.
 */
public final class SharedNotices implements SentNotices {

  private static final Logger LOG = System.getLogger("io.nexus.alert");
  private static final String KIND = "alert";
  private static final String ACTION = "alert.told";
  private static final String ACTOR = "gateway";
  private static final int TRIES = 5;
  private static final JsonMapper JSON = new JsonMapper();

  private final Settings settings;
  private final InstantSource clock;

  /** The notices of one cycle. */
  private record Cycled(Instant start, Set<String> what) {

    static Cycled of(Setting setting) {
      if (setting.isRemoved()) {
        return new Cycled(Instant.MIN, Set.of());
      }
      try {
        var json = JSON.readTree(setting.value());
        var what = new TreeSet<String>();
        json.path("told").forEach(each -> what.add(each.asText()));
        return new Cycled(Instant.parse(json.path("cycle").asText()), what);
      } catch (JsonProcessingException | DateTimeException e) {
        return new Cycled(Instant.MIN, Set.of());
      }
    }

    String json() {
      var json = JSON.createObjectNode().put("cycle", start.toString());
      var sent = json.putArray("told");
      what.forEach(sent::add);
      return json.toString();
    }
  }

  /** Uses the settings of a ledger. */
  public SharedNotices(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public boolean first(String alert, String about, Cycle cycle, String what) {
    if (!settings.areLasting()) {
      return true;
    }
    var name = alert + "/" + about;
    var found = settings.find(KIND, name).orElseGet(() -> new Setting(KIND, name, "", Setting.NEW));
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        var before = Cycled.of(found);
        boolean same = before.start.equals(cycle.start());
        if (before.start.isAfter(cycle.start()) || (same && before.what.contains(what))) {
          return false;
        }
        var all = new TreeSet<>(same ? before.what : Set.<String>of());
        all.add(what);
        switch (settings.change(edit(found, about, new Cycled(cycle.start(), all)))) {
          case SettingOutcome.Kept _ -> {
            return true;
          }
          case SettingOutcome.Stale(var other) -> found = other;
        }
      }
    } catch (LedgerException e) {
      LOG.log(
          Level.WARNING, "Alert {0} may be sent by several gateways: {1}", alert, e.getMessage());
    }
    return true;
  }

  private SettingEdit edit(Setting found, String about, Cycled notices) {
    var next =
        new Setting(
            KIND, found.name(), notices.json(), found.isRemoved() ? Setting.NEW : found.version());
    return new SettingEdit(
        List.of(next),
        clock.instant(),
        ACTOR,
        "",
        ACTION,
        about,
        found.isRemoved() ? "null" : found.value(),
        next.value(),
        "");
  }
}
