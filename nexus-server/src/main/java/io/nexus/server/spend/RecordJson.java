package io.nexus.server.spend;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A line of the ledger as JSON. */
public final class RecordJson {

  private RecordJson() {}

  /** Writes a record as an object. */
  public static void write(JsonGenerator json, SpendRecord record) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "record");
    json.writeStringField("id", record.attempt().requestId());
    json.writeNumberField("attempt", record.attempt().number());
    json.writeNumberField("revision", record.attempt().revision());
    json.writeStringField("at", record.at().toString());
    caller(json, record.caller());
    json.writeStringField("api", record.target().api());
    json.writeStringField("backend", record.target().backend());
    json.writeStringField("provider", record.target().provider());
    json.writeStringField("model", record.target().model());
    usage(json, record.usage());
    json.writeStringField("price", record.price());
    json.writeNumberField("cost_usd", record.cost().toUsd());
    json.writeStringField("precision", record.precision().name().toLowerCase(Locale.ROOT));
    json.writeStringField("outcome", record.outcome().name().toLowerCase(Locale.ROOT));
    texts(json, "budgets", record.charges().stream().map(BudgetCycle::budget).toList());
    json.writeEndObject();
  }

  /** Writes the caller as fields of the open object. */
  public static void caller(JsonGenerator json, Caller caller) throws IOException {
    json.writeStringField("key", orNull(caller.key()));
    json.writeStringField("team", orNull(caller.team()));
    json.writeStringField("user", orNull(caller.user()));
    texts(json, "tags", caller.tags());
  }

  private static void usage(JsonGenerator json, Usage usage) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("input_tokens", usage.inputTokens());
    json.writeNumberField("cached_input_tokens", usage.cachedInputTokens());
    json.writeNumberField("cache_write_tokens", usage.cacheWriteTokens());
    json.writeNumberField("audio_input_tokens", usage.audioInputTokens());
    json.writeNumberField("output_tokens", usage.outputTokens());
    json.writeNumberField("reasoning_tokens", usage.reasoningTokens());
    json.writeNumberField("audio_output_tokens", usage.audioOutputTokens());
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (var text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /** The text, or null for an empty one. */
  public static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
