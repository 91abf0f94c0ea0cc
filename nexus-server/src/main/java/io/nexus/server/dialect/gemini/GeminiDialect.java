package io.nexus.server.dialect.gemini;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ErrorForm;
import java.util.List;

/**
 * Google's Gemini API. One path serves all of it; the verb follows the model's name.
 *
 * @see <a href="https://ai.google.dev/api/generate-content">generateContent</a>
 */
public final class GeminiDialect implements Dialect {

  private static final String PREFIX = "models/";

  @Override
  public Api api() {
    return Api.GEMINI;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1beta/models/{+target}", "/v1/models/{+target}");
  }

  @Override
  public ErrorForm errors() {
    return GoogleErrors.FORM;
  }

  @Override
  public Asked read(Call call) {
    var target = call.target();
    int colon = target.lastIndexOf(':');
    var verb = Verb.of(colon < 0 ? "" : target.substring(colon + 1));
    var model = plain(target.substring(0, colon));
    if (model.isBlank()) {
      throw ApiException.invalid(404, "model_not_found", "The path names no model.");
    }
    return switch (verb) {
      case GENERATE -> GenerateRequestParser.parse(call.body(), model, verb, false);
      case STREAM ->
          GenerateRequestParser.parse(
              call.body(), model, verb, !call.query().apply("alt").equals("sse"));
      case COUNT, EMBED, EMBED_BATCH -> InputRequestParser.parse(call.body(), model, verb);
    };
  }

  /** A model's name without the prefix {@code models/}. */
  static String plain(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }
}
