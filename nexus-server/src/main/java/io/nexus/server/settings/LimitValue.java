package io.nexus.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.ledger.Setting;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.Unit;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The value of a setting about a limit: the whole of what was made, or what overrides the file's.
 * As JSON: {@code {"at": TIME, "made": {...}, "most": {"requests": N}, "disabled": true}}, of which
 * only {@code at} is always there.
 *
 * @param at when it was made
 * @param made what was made, with the keys that the file has for a limit
 * @param change what is different from what was laid down
 */
public record LimitValue(Instant at, Optional<ObjectNode> made, LimitPlan.Change change) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Nothing that is different from the file. */
  public static LimitValue nothing(Instant at) {
    return new LimitValue(at, Optional.empty(), LimitPlan.Change.NONE);
  }

  /** What was made so. */
  public static LimitValue made(Instant at, ObjectNode made) {
    return new LimitValue(at, Optional.of(made), LimitPlan.Change.NONE);
  }

  /**
   * The value of a setting.
   *
   * @throws IllegalArgumentException if it has not the form that this version knows
   */
  public static LimitValue of(Setting setting) {
    try {
      var json = JSON.readTree(setting.value());
      var most = new EnumMap<Unit, Long>(Unit.class);
      for (var unit : Unit.values()) {
        var amount = json.path("most").path(unit.label());
        if (amount.isIntegralNumber()) {
          most.put(unit, Math.max(0, amount.longValue()));
        }
      }
      return new LimitValue(
          Instant.parse(json.path("at").asText()),
          json.path("made") instanceof ObjectNode made ? Optional.of(made) : Optional.empty(),
          new LimitPlan.Change(most, json.path("disabled").asBoolean()));
    } catch (JsonProcessingException | RuntimeException e) {
      throw new IllegalArgumentException(
          "setting " + setting.kind() + " " + setting.name() + " is not as this version keeps it",
          e);
    }
  }

  /** With another definition. */
  public LimitValue withMade(ObjectNode other) {
    return new LimitValue(at, Optional.of(other), change);
  }

  /** With other numbers. */
  public LimitValue withMost(Map<Unit, Long> most) {
    return new LimitValue(at, made, new LimitPlan.Change(most, change.disabled()));
  }

  /** Out of force, or in force. */
  public LimitValue withDisabled(boolean disabled) {
    return new LimitValue(at, made, new LimitPlan.Change(change.most(), disabled));
  }

  /** As it is kept; empty if it changes nothing. */
  public String text() {
    if (made.isEmpty() && change.equals(LimitPlan.Change.NONE)) {
      return "";
    }
    var json = JSON.createObjectNode();
    json.put("at", at.toString());
    made.ifPresent(all -> json.set("made", all));
    if (!change.most().isEmpty()) {
      var most = json.putObject("most");
      new TreeMap<>(change.most()).forEach((unit, amount) -> most.put(unit.label(), amount));
    }
    if (change.disabled()) {
      json.put("disabled", true);
    }
    return json.toString();
  }
}
