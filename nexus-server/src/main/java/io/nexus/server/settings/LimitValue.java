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
 * The value of a limit's setting: a complete definition, or overrides of the file's. As JSON:
 * {@code {"at": TIME, "made": {...}, "most": {"requests": N}, "disabled": true}}, of which only
 * {@code at} is always there.
 *
 * @param at when it was created
 * @param made the created limit, with the file's keys
 * @param change the overrides
 */
public record LimitValue(Instant at, Optional<ObjectNode> made, LimitPlan.Change change) {

  private static final JsonMapper JSON = new JsonMapper();

  /** A value without overrides. */
  public static LimitValue nothing(Instant at) {
    return new LimitValue(at, Optional.empty(), LimitPlan.Change.NONE);
  }

  /** The value of a created limit. */
  public static LimitValue made(Instant at, ObjectNode made) {
    return new LimitValue(at, Optional.of(made), LimitPlan.Change.NONE);
  }

  /**
   * The value of a setting.
   *
   * @throws IllegalArgumentException if this version does not know its format
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

  /** Disabled or enabled. */
  public LimitValue withDisabled(boolean disabled) {
    return new LimitValue(at, made, new LimitPlan.Change(change.most(), disabled));
  }

  /** The stored form; empty if it changes nothing. */
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
