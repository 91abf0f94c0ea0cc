package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.config.KeyConfig.Former;
import io.nexus.config.OverBudgetStatus;
import io.nexus.config.SettingConfig;
import io.nexus.control.routing.Api;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.LimitJson;
import io.nexus.server.routes.KeyRoute;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A client's key as JSON, without secrets. */
final class KeyJson {

  private KeyJson() {}

  /** Its source. */
  static String source(ClientKey key) {
    return key.source().name().toLowerCase(Locale.ROOT);
  }

  /** Writes its definition as fields of the open object. */
  static void definition(JsonGenerator json, ClientKey key) throws IOException {
    var config = key.config();
    var rules = key.rules();
    KeyRoute.caller(json, key.caller());
    json.writeStringField("fingerprint", key.digest().fingerprint());
    texts(json, "models", rules.models());
    texts(json, "apis", rules.apis().stream().map(Api::label).sorted().toList());
    time(json, "expires_at", rules.expiresAt());
    json.writeBooleanField("disabled", rules.disabled());
    json.writeBooleanField("trust_user", rules.trustUser());
    json.writeBooleanField("may_tag", rules.mayTag());
    json.writeStringField("priority", rules.highPriority() ? "high" : "normal");
    text(json, "over_budget_status", rules.overBudgetStatus().map(OverBudgetStatus::label));
    var own = config.allowance();
    if (own.isPresent()) {
      json.writeNumberField("limit", own.get().limit().toUsd());
      json.writeStringField("window", SettingConfig.spelling(own.get().window()));
    } else {
      json.writeNullField("limit");
      json.writeNullField("window");
    }
    LimitJson.own(json, "limits", config.limits());
    time(json, "former_until", config.former().map(Former::until));
    text(json, "notes", config.notes());
  }

  /** Writes everything as fields of the open object. */
  static void fields(JsonGenerator json, ClientKey key) throws IOException {
    json.writeStringField("object", "key");
    definition(json, key);
    boolean made = key.source() == ClientKey.Source.ADMIN;
    json.writeStringField("source", source(key));
    json.writeBooleanField("overridden", !made && key.version() > 0);
    json.writeStringField("created_at", made ? key.since().toString() : null);
    long used = key.lastUsedMillis().get();
    time(
        json,
        "last_used_at",
        used == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(used)));
    json.writeNumberField("version", key.version());
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void text(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    json.writeStringField(name, value.orElse(null));
  }

  private static void time(JsonGenerator json, String name, Optional<Instant> value)
      throws IOException {
    json.writeStringField(name, value.map(Instant::toString).orElse(null));
  }
}
