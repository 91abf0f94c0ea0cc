package io.nexus.control.routing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backend's configuration, as routing uses it.
 *
 * @param name unique among the backends
 * @param type the dialect and kind of server, such as {@code "openai"} or {@code "ollama"}
 * @param provider who bills for it, such as {@code "openai"}
 * @param location where it runs
 * @param zone the data that it may see
 * @param priority lower is preferred
 * @param tier the quality of its models, 1 to 3
 * @param maxConcurrent the largest number of parallel requests
 * @param apis the APIs that it serves
 */
public record Backend(
    String name,
    String type,
    String provider,
    Location location,
    Zone zone,
    int priority,
    int tier,
    int maxConcurrent,
    Set<Api> apis) {

  /** Copies the set. */
  public Backend {
    apis = Set.copyOf(apis);
  }

  /**
   * The API in which it is called for a client's API: the same if it serves that, else one into
   * which requests can be translated; null if there is none.
   */
  public @Nullable Api asked(Api api) {
    if (apis.contains(api.family())) {
      return api;
    }
    for (var other : api.translations()) {
      if (apis.contains(other.family())) {
        return other;
      }
    }
    return null;
  }

  /** Whether requests of an API must be translated for it. */
  public boolean isTranslated(Api api) {
    return !apis.contains(api.family());
  }

  /** Whether it runs on the operator's own machines. */
  public boolean isLocal() {
    return location == Location.LOCAL;
  }
}
