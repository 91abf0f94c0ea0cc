package io.nexus.server.backend;

import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** The style of a provider's API: its base path, and how it takes the key. */
enum ProviderStyle {
  /** OpenAI, and compatible servers. */
  OPENAI("", "/models"),
  /**
   * Anthropic.
   *
   * @see <a href="https://docs.claude.com/en/api/versioning">anthropic-version</a>
   */
  ANTHROPIC("/v1", "/models?limit=1000"),
  /** Google's Gemini API, which has an OpenAI-compatible chat under a separate path. */
  GOOGLE("/v1beta", "/models?pageSize=1000");

  private static final String OLDEST_VERSION = "2023-06-01";
  private static final String GOOGLES_OPENAI = "/openai";

  private final String version;
  private final String models;

  ProviderStyle(String version, String models) {
    this.version = version;
    this.models = models;
  }

  /** The style of a type of backends. */
  static ProviderStyle of(String type) {
    return switch (type) {
      case "anthropic" -> ANTHROPIC;
      case "google" -> GOOGLE;
      default -> OPENAI;
    };
  }

  /**
   * The base path: the address's, or the default if it has none. For Google it is the parent of the
   * path of the OpenAI-compatible API.
   */
  String base(BackendAddress address) {
    var path = address.url().getRawPath();
    if (this == GOOGLE && path.endsWith(GOOGLES_OPENAI)) {
      return path.substring(0, path.length() - GOOGLES_OPENAI.length());
    }
    return path.isEmpty() || path.equals("/") ? version : path;
  }

  /** The path of its model list. */
  String models() {
    return models;
  }

  /** The path of a request below the base. */
  String path(Api api, String path) {
    return isGooglesOpenAi(api) ? GOOGLES_OPENAI + path : path;
  }

  /** The headers of every request, with the key if all APIs take it alike. */
  Map<String, String> headers(BackendAddress address) {
    var headers = new LinkedHashMap<String, String>();
    switch (this) {
      case OPENAI -> address.apiKey().ifPresent(key -> headers.put("Authorization", bearer(key)));
      case ANTHROPIC -> {
        headers.put("anthropic-version", OLDEST_VERSION);
        address.apiKey().ifPresent(key -> headers.put("x-api-key", key));
      }
      case GOOGLE -> {
        // It accepts the key in one way only, which depends on the API.
      }
    }
    return headers;
  }

  /** The headers of one request: its own, and the key if that depends on the API. */
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
