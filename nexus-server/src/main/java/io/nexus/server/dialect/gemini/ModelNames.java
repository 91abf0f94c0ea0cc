package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.Edits;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The model of a request. The path names it, and a body may name it again, a batch once for each
 * request. All names must be equal, since the provider may bill any of them.
 */
final class ModelNames {

  private static final String TUNED = "tunedModels/";

  private record Named(Span at, String prefix) {}

  private final String model;
  private final List<Named> named = new ArrayList<>(1);

  /** The model that the path names. */
  ModelNames(String model) {
    this.model = model;
  }

  String model() {
    return model;
  }

  /** Reads a field with the model's name; the parser stands at its value. */
  void read(JsonParser json, String path) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    var name = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    var plain = GeminiDialect.plain(name);
    if (!plain.equals(model)) {
      throw ApiException.badRequest(
          path, "'%s' must be the model that the path names, or be left out.".formatted(path));
    }
    var prefix = name.substring(0, name.length() - plain.length());
    named.add(new Named(new Span(Json.start(json), Json.end(json)), prefix));
  }

  /** Replaces the model everywhere. */
  void rename(String other, Edits edits) {
    if (!other.equals(model)) {
      for (var each : named) {
        edits.replace(each.at(), Edits.quoted(each.prefix() + other));
      }
    }
  }

  /** The path of a model's verb, below the backend's address. */
  static String path(String model, Verb verb) {
    var name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    var path = name.replace("%2F", "/").replace("%3A", ":");
    return (model.startsWith(TUNED) ? "/" : "/models/") + path + ":" + verb.label();
  }
}
