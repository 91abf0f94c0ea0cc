package io.nexus.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.budget.LimitIncrease;
import io.nexus.control.ledger.Setting;
import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A setting's value: a complete definition or overrides of the file's, and the increases of a
 * budget's limit. As JSON: {@code {"at": TIME, "made": {...}, "limit": USD, "disabled": true,
 * "shadow": true, "increases": [{"amount": USD, "expires_at": TIME}]}}, of which only {@code at} is
 * always there.
 *
 * @param at when it was created
 * @param made the created item, with the file's keys
 * @param limit the limit enforced instead of the configured one
 * @param disabled whether it is disabled
 * @param shadow overrides the file's shadow mode
 * @param increases increases of the limit
 */
public record SettingValue(
    Instant at,
    Optional<ObjectNode> made,
    Optional<Money> limit,
    boolean disabled,
    Optional<Boolean> shadow,
    List<LimitIncrease> increases) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Copies the list. */
  public SettingValue {
    increases = List.copyOf(increases);
  }

  /** A value without overrides. */
  public static SettingValue nothing(Instant at) {
    return new SettingValue(
        at, Optional.empty(), Optional.empty(), false, Optional.empty(), List.of());
  }

  /** The value of a created item. */
  public static SettingValue made(Instant at, ObjectNode made) {
    return new SettingValue(
        at, Optional.of(made), Optional.empty(), false, Optional.empty(), List.of());
  }

  /**
   * The value of a setting.
   *
   * @throws IllegalArgumentException if this version does not know its format
   */
  public static SettingValue of(Setting setting) {
    try {
      var json = JSON.readTree(setting.value());
      var increases = new ArrayList<LimitIncrease>();
      for (var each : json.path("increases")) {
        increases.add(
            new LimitIncrease(
                Money.usd(each.path("amount").decimalValue()),
                Instant.parse(each.path("expires_at").asText())));
      }
      var limit = json.path("limit");
      return new SettingValue(
          Instant.parse(json.path("at").asText()),
          json.path("made") instanceof ObjectNode made ? Optional.of(made) : Optional.empty(),
          limit.isNumber() ? Optional.of(Money.usd(limit.decimalValue())) : Optional.empty(),
          json.path("disabled").asBoolean(),
          json.has("shadow") ? Optional.of(json.path("shadow").asBoolean()) : Optional.empty(),
          increases);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new IllegalArgumentException(
          "setting " + setting.kind() + " " + setting.name() + " is not as this version keeps it",
          e);
    }
  }

  /** With another limit, or none. */
  public SettingValue withLimit(Optional<Money> other) {
    return new SettingValue(at, made, other, disabled, shadow, increases);
  }

  /** Disabled or enabled. */
  public SettingValue withDisabled(boolean other) {
    return new SettingValue(at, made, limit, other, shadow, increases);
  }

  /** In shadow mode or enforced, or as the file says. */
  public SettingValue withShadow(Optional<Boolean> other) {
    return new SettingValue(at, made, limit, disabled, other, increases);
  }

  /** With another definition. */
  public SettingValue withMade(ObjectNode other) {
    return new SettingValue(at, Optional.of(other), limit, disabled, shadow, increases);
  }

  /** With another increase, and without those that have ended. */
  public SettingValue raised(LimitIncrease more, Instant now) {
    var all =
        new ArrayList<>(increases.stream().filter(each -> each.until().isAfter(now)).toList());
    all.add(more);
    return withIncreases(all);
  }

  /** With other increases. */
  public SettingValue withIncreases(List<LimitIncrease> others) {
    return new SettingValue(at, made, limit, disabled, shadow, others);
  }

  /** Whether it has no overrides. */
  public boolean isNothing() {
    return made.isEmpty()
        && limit.isEmpty()
        && !disabled
        && shadow.isEmpty()
        && increases.isEmpty();
  }

  /** The stored form; empty if it has no overrides. */
  public String text() {
    if (isNothing()) {
      return "";
    }
    var json = JSON.createObjectNode();
    json.put("at", at.toString());
    made.ifPresent(all -> json.set("made", all));
    limit.ifPresent(most -> json.put("limit", most.toUsd()));
    if (disabled) {
      json.put("disabled", true);
    }
    shadow.ifPresent(only -> json.put("shadow", only));
    if (!increases.isEmpty()) {
      var all = json.putArray("increases");
      for (var each : increases) {
        all.addObject()
            .put("amount", each.amount().toUsd())
            .put("expires_at", each.until().toString());
      }
    }
    return json.toString();
  }

  /** An empty object. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Merges a patch into a copy of an object, by RFC 7396. */
  public static ObjectNode merged(ObjectNode target, JsonNode patch) {
    var result = target.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              var value = field.getValue();
              if (value.isNull()) {
                result.remove(field.getKey());
              } else if (value.isObject()) {
                var inner = result.path(field.getKey());
                result.set(
                    field.getKey(),
                    merged(inner instanceof ObjectNode object ? object : object(), value));
              } else {
                result.set(field.getKey(), value);
              }
            });
    return result;
  }
}
