package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.Edits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads and sets fields of a JSON object kept as text. */
final class JsonFields {

  private JsonFields() {}

  /** The text in a field; empty if there is none. */
  static String text(String object, String field) {
    var bytes = object.getBytes(StandardCharsets.UTF_8);
    try (var json = Json.lenient(bytes, 0, bytes.length)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        if (json.nextToken() == JsonToken.VALUE_STRING && name.equals(field)) {
          return json.getText();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      // Unreadable text has no such field.
    }
    return "";
  }

  /**
   * The object with these fields; each replaces a field of the same name.
   *
   * @param fields their values as JSON
   */
  static String with(String object, Map<String, String> fields) {
    var bytes = object.getBytes(StandardCharsets.UTF_8);
    var places = new HashMap<String, Span>();
    int end = 0;
    try (var json = Json.lenient(bytes, 0, bytes.length)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        int from = Json.start(json);
        json.skipChildren();
        places.put(name, new Span(from, Json.end(json)));
      }
      end = Json.start(json);
    } catch (IOException e) {
      return object;
    }
    var edits = new Edits(bytes);
    var more = new StringBuilder();
    for (var field : fields.entrySet()) {
      var place = places.get(field.getKey());
      if (place == null) {
        more.append(places.isEmpty() && more.isEmpty() ? "" : ",")
            .append(Edits.quoted(field.getKey()))
            .append(':')
            .append(field.getValue());
      } else {
        edits.replace(place, field.getValue());
      }
    }
    if (!more.isEmpty()) {
      edits.insert(end, more.toString());
    }
    return new String(edits.apply(), StandardCharsets.UTF_8);
  }
}
