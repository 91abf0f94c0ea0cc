package io.nexus.server.dialect.gemini;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The verbs of the API: the word after the colon of a path. */
enum Verb {
  GENERATE("generateContent", Api.GEMINI),
  STREAM("streamGenerateContent", Api.GEMINI),
  COUNT("countTokens", Api.GEMINI_COUNT),
  EMBED("embedContent", Api.GEMINI_EMBEDDINGS),
  EMBED_BATCH("batchEmbedContents", Api.GEMINI_EMBEDDINGS);

  private final String label;
  private final Api api;

  Verb(String label, Api api) {
    this.label = label;
    this.api = api;
  }

  /** The word. */
  String label() {
    return label;
  }

  /** The API that it belongs to, which decides its billing. */
  Api api() {
    return api;
  }

  /**
   * The verb of that name.
   *
   * @throws ApiException with status 404 if there is none
   */
  static Verb of(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label.equals(label))
        .findFirst()
        .orElseThrow(Verb::unknown);
  }

  private static ApiException unknown() {
    return ApiException.invalid(
        404,
        "unknown_url",
        "This is not served here. What can be asked of a model: "
            + Arrays.stream(values())
                .map(each -> "models/{model}:" + each.label)
                .collect(Collectors.joining(", "))
            + ".");
  }
}
