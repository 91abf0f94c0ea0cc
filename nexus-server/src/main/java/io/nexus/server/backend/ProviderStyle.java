package io.nexus.server.backend;

import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a provider wants to be addressed: where its API begins, and how it is shown the key. */
enum ProviderStyle {
  /** OpenAI, and all that are made after it. */
  OPENAI("", "/models"),
  /**
   * Anthropic.
   *
   * @see <a href="https://docs.claude.com/en/api/versioning">anthropic-version</a>
   */
  ANTHROPIC("/v1", "/models?limit=1000"),
  /** Google's Gemini API, which has OpenAI's chat below a path of its own. */
  GOOGLE("/v1beta", "/models?pageSize=1000");

  private static final String OLDEST_VERSION = "2023-06-01";
  private static final String GOOGLES_OPENAI = "/openai";

  private final String version;
  private final String models;

  ProviderStyle(String version, String models) {
    this.version = version;
    this.models = models;
  }

  /** The one of a type of backends. */
  static ProviderStyle of(String type) {
    return switch (type) {
      case "anthropic" -> ANTHROPIC;
      case "google" -> GOOGLE;
      default -> OPENAI;
    };
  }

  /**
   * The path that all others begin with: the address's, or the usual one if it has none. For
   * Google's it is the one above that of OpenAI's API there.
   */
  String base(BackendAddress address) {
    var path = address.url().getRawPath();
    if (this == GOOGLE && path.endsWith(GOOGLES_OPENAI)) {
      return path.substring(0, path.length() - GOOGLES_OPENAI.length());
    }
    return path.isEmpty() || path.equals("/") ? version : path;
  }

  /** Where it lists its models. */
  String models() {
    return models;
  }

  /** The path of a request below the base. */
  String path(Api api, String path) {
    return isGooglesOpenAi(api) ? GOOGLES_OPENAI + path : path;
  }

  /** The headers that every request has, the key among them where it is always shown so. */
  Map<String, String> headers(BackendAddress address) {
    var headers = new LinkedHashMap<String, String>();
    switch (this) {
      case OPENAI -> address.apiKey().ifPresent(key -> headers.put("Authorization", bearer(key)));
      case ANTHROPIC -> {
        headers.put("anthropic-version", OLDEST_VERSION);
        address.apiKey().ifPresent(key -> headers.put("x-api-key", key));
      }
      case GOOGLE -> {
        // It takes one way of showing the key, and which one depends on what is asked.
      }
    }
    return headers;
  }

  /** The headers of one request: those that it came with, and the key if that depends on it. */
  Map<String, String> headers(BackendAddress address, Api api, Map<String, String> own) {
    if (this != GOOGLE || address.apiKey().isEmpty()) {
      return own;
    }
    var key = address.apiKey().get();
    var headers = new LinkedHashMap<>(own);
    if (isGooglesOpenAi(api)) {
      headers.put("Authorization", bearer(key));
    } else {
      headers.put("x-goog-api-key", key);
    }
    return headers;
  }

  private boolean isGooglesOpenAi(Api api) {
    return this == GOOGLE && api.family() != Api.GEMINI;
  }

  private static String bearer(String key) {
    return "Bearer " + key;
  }
}
