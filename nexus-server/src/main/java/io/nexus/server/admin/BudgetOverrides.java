package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.LimitIncrease;
import io.nexus.control.money.Money;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiException;
import io.nexus.server.settings.SettingValue;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What administrators lay over the limit of a budget: how a request says it, and how the record of
 * changes shows it.
 *
 * @param now when the request came
 */
record BudgetOverrides(Instant now) {

  /** The most increases that a budget has at once. */
  static final int MAX_INCREASES = 32;

  private static final String LIMIT = "limit";
  private static final String MODE = "mode";
  private static final String DISABLED = "disabled";
  private static final String INCREASES = "increases";

  /** A change of a budget that the file, a key or a team lays down. */
  Draft overridden(BudgetTerms terms, SettingValue value, AdminBody body) {
    var next = beside(value, body);
    if (body.has(LIMIT)) {
      next = next.withLimit(body.isNull(LIMIT) ? Optional.empty() : Optional.of(body.money(LIMIT)));
    }
    if (body.has(MODE)) {
      next = next.withShadow(body.isNull(MODE) ? Optional.empty() : Optional.of(shadow(body)));
    }
    return new Draft(next.text(), action(body), inForce(terms, value), inForce(terms, next));
  }

  private static String action(AdminBody body) {
    if (body.fields().size() > 1) {
      return "budget.override";
    }
    return body.has(LIMIT)
        ? "budget.limit"
        : body.has(INCREASES) ? "budget.increases" : "budget.override";
  }

  /** A change of a budget that the admin API made. */
  Draft changed(SettingValue value, ObjectNode before, ObjectNode made, AdminBody body) {
    var next = beside(value.withMade(made), body);
    return new Draft(next.text(), "budget.change", described(value, before), described(next, made));
  }

  /** What lies over any budget, also one that was made. */
  private SettingValue beside(SettingValue value, AdminBody body) {
    var next = body.has(DISABLED) ? value.withDisabled(body.flag(DISABLED)) : value;
    return body.has(INCREASES) ? next.withIncreases(increases(value, body)) : next;
  }

  /** Those that are to hold; one that has ended since the caller looked is left out. */
  private List<LimitIncrease> increases(SettingValue value, AdminBody body) {
    var all = new ArrayList<LimitIncrease>();
    for (var entry : body.fields().path(INCREASES)) {
      var increase = increase(entry);
      if (increase.until().isAfter(now)) {
        all.add(increase);
      } else if (!value.increases().contains(increase)) {
        throw wrong();
      }
    }
    return all;
  }

  private static LimitIncrease increase(JsonNode entry) {
    try {
      return new LimitIncrease(
          Money.usd(entry.path("amount").decimalValue()),
          OffsetDateTime.parse(entry.path("expires_at").asText()).toInstant());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw wrong();
    }
  }

  private static ApiException wrong() {
    return ApiException.badRequest(
        INCREASES,
        "'increases' has to be a list of objects, each with an 'amount' above 0 of at most 9"
            + " decimals, and with 'expires_at', a time in the future such as"
            + " 2030-01-31T12:00:00Z.");
  }

  private static boolean shadow(AdminBody body) {
    return switch (body.fields().path(MODE).asText()) {
      case "shadow" -> true;
      case "enforce" -> false;
      default -> throw ApiException.badRequest(MODE, "'mode' has to be enforce or shadow.");
    };
  }

  /** The limit with what lies over it, for the record of changes. */
  String inForce(BudgetTerms terms, SettingValue value) {
    return Edits.object(
        json -> {
          json.writeNumberField(LIMIT, limit(terms, value).toUsd());
          if (value.disabled()) {
            json.writeBooleanField(DISABLED, true);
          }
          if (value.shadow().isPresent()) {
            json.writeStringField(MODE, value.shadow().get() ? "shadow" : "enforce");
          }
          if (!inForce(value).isEmpty()) {
            write(json, value);
          }
        });
  }

  private String described(SettingValue value, ObjectNode made) {
    var all = made.deepCopy();
    if (value.disabled()) {
      all.put(DISABLED, true);
    }
    var increases = inForce(value);
    if (!increases.isEmpty()) {
      var list = all.putArray(INCREASES);
      increases.forEach(
          each ->
              list.addObject()
                  .put("amount", each.amount().toUsd())
                  .put("expires_at", each.until().toString()));
    }
    return all.toString();
  }

  private List<LimitIncrease> inForce(SettingValue value) {
    return value.increases().stream().filter(each -> each.until().isAfter(now)).toList();
  }

  /** Writes the increases that are in force, as a field of the object that is open. */
  void write(JsonGenerator json, SettingValue value) throws IOException {
    json.writeArrayFieldStart(INCREASES);
    for (var increase : inForce(value)) {
      json.writeStartObject();
      json.writeNumberField("amount", increase.amount().toUsd());
      json.writeStringField("expires_at", increase.until().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private Money limit(BudgetTerms terms, SettingValue value) {
    var limit = value.limit().orElse(terms.limit());
    for (var increase : inForce(value)) {
      limit = limit.saturatedPlus(increase.amount());
    }
    return limit;
  }
}
