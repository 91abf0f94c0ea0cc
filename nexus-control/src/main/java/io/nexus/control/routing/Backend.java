package io.nexus.control.routing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backend as routing sees it: what the configuration says of it.
 *
 * @param name unique among the backends
 * @param type the dialect and kind of server, such as {@code "openai"} or {@code "ollama"}
 * @param provider who bills for it, such as {@code "openai"}
 * @param location where it runs
 * @param zone what data it may see
 * @param priority lower is preferred
 * @param tier the quality of its models, 1 to 3
 * @param maxConcurrent how many requests it takes at once
 * @param apis what can be asked of it
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
   * In which API it is asked what a client asks in another: the client's own where it serves that,
   * else one into which it can be translated; null if it cannot be asked.
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
