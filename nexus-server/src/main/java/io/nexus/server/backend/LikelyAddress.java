package io.nexus.server.backend;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Suggests a corrected backend address: most wrong ones lack the version in the path, or name a
 * resource instead of its base.
 */
final class LikelyAddress {

  private static final List<String> RESOURCES =
      List.of(
          "/chat/completions", "/completions", "/models", "/responses", "/embeddings", "/messages");

  /** For these types the gateway adds the version if the address has no path. */
  private static final Set<String> VERSIONED = Set.of("anthropic", "google");

  private static final Pattern VERSION = Pattern.compile("/v\\d[^/]*(/|$)");

  private LikelyAddress() {}

  /** The suggested address; empty if this one looks right. */
  static Optional<URI> of(String type, URI url) {
    var text = url.toString();
    for (var resource : RESOURCES) {
      if (text.endsWith(resource)) {
        return Optional.of(URI.create(text.substring(0, text.length() - resource.length())));
      }
    }
    var path = url.getRawPath() == null ? "" : url.getRawPath();
    boolean isVersioned = VERSIONED.contains(type) && (path.isEmpty() || path.equals("/"));
    if (isVersioned || VERSION.matcher(path).find()) {
      return Optional.empty();
    }
    boolean ownApi = type.equals("ollama") && text.endsWith("/api");
    return Optional.of(URI.create((ownApi ? text.substring(0, text.length() - 4) : text) + "/v1"));
  }
}
