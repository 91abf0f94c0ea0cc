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
 * A setting's value: the whole of what was made, or what overrides the file's, and the increases of
 * a budget's limit. As JSON: {@code {"at": TIME, "made": {...}, "limit": USD, "disabled": true,
 * "shadow": true, "increases": [{"amount": USD, "expires_at": TIME}]}}, of which only {@code at} is
 * always there.
 *
 * @param at when it was made
 * @param made what was made, with the keys that the file has for such a thing
 * @param limit what is enforced instead of the limit laid down
 * @param disabled whether it is out of force
 * @param shadow whether a budget only reports, instead of what the file says
 * @param increases of the limit
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

  /** Nothing that is different from the file. */
  public static SettingValue nothing(Instant at) {
    return new SettingValue(
        at, Optional.empty(), Optional.empty(), false, Optional.empty(), List.of());
  }

  /** What was made so. */
  public static SettingValue made(Instant at, ObjectNode made) {
    return new SettingValue(
        at, Optional.of(made), Optional.empty(), false, Optional.empty(), List.of());
  }

  /**
   * The value of a setting.
   *
   * @throws IllegalArgumentException if it has not the form that this version knows
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

  /** Out of force, or in force. */
  public SettingValue withDisabled(boolean other) {
    return new SettingValue(at, made, limit, other, shadow, increases);
  }

  /** Reporting only or enforced, or as the file says. */
  public SettingValue withShadow(Optional<Boolean> other) {
    return new SettingValue(at, made, limit, disabled, other, increases);
  }

  /** With another definition. */
  public SettingValue withMade(ObjectNode other) {
    return new SettingValue(at, Optional.of(other), limit, disabled, shadow, increases);
  }

  /** With one increase more, and without those that are over. */
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

  /** Whether it changes nothing of the file's. */
  public boolean isNothing() {
    return made.isEmpty()
        && limit.isEmpty()
        && !disabled
        && shadow.isEmpty()
        && increases.isEmpty();
  }

  /** As it is kept; empty if it is nothing. */
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

  /** An object of settings, empty. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** A patch merged into an object, as RFC 7396 says; the object is left as it is. */
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
