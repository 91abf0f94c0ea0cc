package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the searches behind an answer. Google charges models up to Gemini 2.5 per prompt with a
 * search, and later ones per query. For one answer.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/google-search">Grounding with Google
 *     Search</a>
 */
final class Grounding {

  private static final int MOST_QUERIES = 1000;

  private final Set<String> queries = new HashSet<>();
  private long most;
  private boolean web;
  private boolean maps;

  /** Whether the searches of a model are charged per prompt, not per query. */
  static boolean isByPrompt(String model) {
    return model.contains("gemini-1.") || model.contains("gemini-2.");
  }

  /** Reads the object at which the parser stands. */
  void read(ReusableJsonParser json) throws IOException {
    long count = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "webSearchQueries",
            "web_search_queries",
            "imageSearchQueries",
            "image_search_queries" -> {
          if (value == JsonToken.START_ARRAY) {
            count += queries(json);
          }
        }
        case "groundingChunks", "grounding_chunks" -> chunks(json, value);
        case "searchEntryPoint", "search_entry_point" -> {
          web |= value == JsonToken.START_OBJECT;
          json.skipChildren();
        }
        case "googleMapsWidgetContextToken", "google_maps_widget_context_token" -> {
          maps |= value == JsonToken.VALUE_STRING;
          json.skipChildren();
        }
        default -> json.skipChildren();
      }
    }
    most = Math.max(most, count);
  }

  /** The number of queries; empty ones are not charged. */
  private long queries(ReusableJsonParser json) throws IOException {
    long count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() > 0) {
        count++;
        if (queries.size() < MOST_QUERIES) {
          queries.add(json.getText());
        }
      }
      json.skipChildren();
    }
    return count;
  }

  private void chunks(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        continue;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var source = json.currentName();
        json.nextToken();
        web |= source.equals("web") || source.equals("image");
        maps |= source.equals("maps");
        json.skipChildren();
      }
    }
  }

  /** The usage with the searches. */
  Usage with(Usage used, String model) {
    long asked = Math.max(most, queries.size());
    boolean searched = web || (asked > 0 && !maps);
    if (!searched && !maps) {
      return used;
    }
    long charged = isByPrompt(model) ? 1 : Math.max(1, asked);
    var all = searched ? used.with(PriceKind.SEARCH, charged) : used;
    return maps ? all.with(PriceKind.MAPS_SEARCH, searched ? 1 : charged) : all;
  }
}
