package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the provider's own tools in {@code server_tool_use}, such as Anthropic's {@code
 * {"web_search_requests":2}}. Of several objects the greater number counts.
 */
final class ToolFees {

  private static final int MOST_CALLS = 1_000_000;

  private final Map<PriceKind, Long> calls = new EnumMap<>(PriceKind.class);

  /** Reads an object; the parser stands at it, and then at its end. */
  void read(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var kind = kind(json.currentName());
      json.nextToken();
      long count = kind == null ? 0 : UsageReader.tokens(json);
      if (kind != null && count > 0) {
        calls.merge(kind, Math.min(count, MOST_CALLS), Math::max);
      }
      json.skipChildren();
    }
  }

  private static @Nullable PriceKind kind(String name) {
    if (name.contains("fetch")) {
      return PriceKind.URL_FETCH;
    }
    if (name.contains("code")) {
      return PriceKind.CODE_EXECUTION;
    }
    return name.contains("search") && !name.contains("tool") ? PriceKind.SEARCH : null;
  }

  /** The usage with these calls. */
  Usage with(Usage usage) {
    if (calls.isEmpty()) {
      return usage;
    }
    var extras = new TreeMap<>(usage.extras());
    calls.forEach((kind, count) -> extras.put(Item.of(kind), count));
    return usage.withExtras(extras);
  }
}
