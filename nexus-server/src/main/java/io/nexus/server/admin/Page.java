package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.QueryParameter;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a list, in the form of OpenAI's lists: {@code limit} entries after the one named by
 * {@code after}.
 *
 * @param limit the largest number of entries
 * @param after the name of the entry before the first; empty for the first page
 */
record Page(int limit, String after) {

  /** The largest page. */
  static final int MOST = 1_000;

  /** The page that a request asks for. */
  static Page of(ServerRequest request, int usual) {
    var limit = QueryParameter.first(request, "limit").orElse(Integer.toString(usual));
    return new Page(limit(limit), QueryParameter.first(request, "after").orElse(""));
  }

  private static int limit(String limit) {
    try {
      int max = Integer.parseInt(limit);
      if (max >= 1 && max <= MOST) {
        return max;
      }
    } catch (NumberFormatException e) {
      // Refused below, with the expected form.
    }
    throw ApiException.badRequest("limit", "'limit' has to be 1 to " + MOST + ".");
  }

  /** Writes an entry of a list. */
  @FunctionalInterface
  interface Entry<T> {
    void write(T value) throws IOException;
  }

  /** Writes the page as fields of the open object. */
  <T> void write(JsonGenerator json, List<T> all, Function<T, String> name, Entry<T> entry)
      throws IOException {
    int from = 0;
    if (!after.isEmpty()) {
      while (from < all.size() && !name.apply(all.get(from)).equals(after)) {
        from++;
      }
      from = Math.min(from + 1, all.size());
    }
    int to = Math.min(all.size(), from + limit);
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (var value : all.subList(from, to)) {
      entry.write(value);
    }
    json.writeEndArray();
    json.writeBooleanField("has_more", to < all.size());
    json.writeNumberField("total", all.size());
  }
}
